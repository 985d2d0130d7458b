"""Any text survives: quotes, line breaks, formulas, scripts of the world. Any table is the same in every format."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.ingest.batch import Notes
from analytics.ingest.jsonlines import read_jsonlines
from analytics.ingest.mapping import mapping_from
from analytics.ingest.open_file import sniff
from analytics.ingest.records import flat, table_of
from analytics.ingest.stage import stage
from analytics.ingest.values import as_text

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip)
COLUMNS = ["item", "worker", "label", "prompt", "reason"]


def put(folder: Path, kind: str, log: list[dict[str, str]]) -> Path:
    path = folder / f"log.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(log), path)
    elif kind == "json":
        path.write_text(json.dumps(log, ensure_ascii=False), encoding="utf-8")
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(r) + "\n" for r in log), encoding="utf-8")
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, delimiter="\t" if kind == "tsv" else ",")
        writer.writeheader()
        writer.writerows(log)
        path.write_bytes(out.getvalue().encode())
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "parquet"])
@given(texts=st.lists(TEXT, min_size=1, max_size=5))
@example(
    texts=[
        '=1+1,"x"',
        "@SUM(A1)",
        "-2+3|cmd",
        "a\nb\r\nc",
        '"',
        '""',
        '"open',
        "a\tb",
        "مرحبا",
        "👩🏽‍🚀",
        "\u2028 x",
        "\ufeff x",
    ]
)
@example(texts=["\rx", "x\r", "\n\n y", "a\r\rb"])
@settings(max_examples=20, deadline=None)
def test_any_text_survives(kind: str, texts: list[str]) -> None:
    log = [
        {"item": f"i{k}", "worker": "w", "label": "yes", "prompt": text, "reason": text} for k, text in enumerate(texts)
    ]
    with tempfile.TemporaryDirectory() as work:
        got = stage(put(Path(work), kind, log), Path(work) / "out")
        judgments = pq.read_table(got.tables["judgments"]).to_pylist()
        items = pq.read_table(got.tables["items"]).to_pylist()
    assert not got.rejected
    assert [r["rationale"] for r in judgments] == texts
    assert [r["prompt"] for r in items] == texts


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "parquet"])
@given(texts=st.lists(TEXT, min_size=1, max_size=5, unique=True))
@settings(max_examples=10, deadline=None)
def test_a_rewrite_survives_as_a_label(kind: str, texts: list[str]) -> None:
    log = [
        {"item": f"i{k}", "worker": "w", "label": text, "prompt": "p", "reason": "r"} for k, text in enumerate(texts)
    ]
    with tempfile.TemporaryDirectory() as work:
        toml = Path(work) / "map.toml"
        toml.write_text('[criteria.label]\nlevel = "text"\n', encoding="utf-8")
        got = stage(put(Path(work), kind, log), Path(work) / "out", mapping=mapping_from(toml))
        judgments = pq.read_table(got.tables["judgments"]).to_pylist()
    assert [r["label"] for r in judgments] == texts


CELL = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), TEXT
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), CELL, min_size=1), min_size=1, max_size=6))
@example([{"a": "2026-01-01"}, {"a": "2026-01-02"}])
@example([{"a": 1}, {"a": 1.5}])
@example([{"a": 1.0}, {"a": 1e-07}])
@example([{"a": 10000000000.5}, {"a": -1e300}, {"a": 0.0}])
@example([{"a": None}, {"a": 3}])
@example([{"a": True}, {"a": False}])
@settings(max_examples=100, deadline=None)
def test_the_fast_way_to_read_lines_is_the_plain_way(log: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "log.jsonl"
        path.write_text("".join(json.dumps(r) + "\n" for r in log), encoding="utf-8")
        [batch] = read_jsonlines(sniff(path), Notes())
    plain = table_of([part for r in log for part in flat(r)])
    assert sorted(batch.table.column_names) == sorted(plain.column_names)
    for name in plain.column_names:
        assert as_text(batch.table[name].combine_chunks()).to_pylist() == plain[name].to_pylist()


ROW = st.tuples(
    st.sampled_from(["", "i1", "i2"]),
    st.sampled_from(["", "w1", "w2"]),
    st.sampled_from(["", "1", "2", "1.0", "nan", "7"]),
    st.sampled_from(["", "2026-01-01", "last week"]),
    st.sampled_from([-1, 0, 0, 0, 1]),
)


@given(st.lists(ROW, max_size=12), st.booleans())
@settings(max_examples=50, deadline=None)
def test_every_row_is_staged_or_rejected(log: list[tuple[str, str, str, str, int]], declared: bool) -> None:
    log = [("i1", "w1", "1", "", 0), *log]
    lines = ["item,worker,label,submitted_at"]
    for *cells, extra in log:
        lines.append(",".join(cells[: 4 + extra] + ["more"] * extra))
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "log.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        toml = Path(work) / "map.toml"
        toml.write_text(
            '[criteria.label]\nlevel = "ordinal"\nlabels = ["1", "2"]\n' if declared else "", encoding="utf-8"
        )
        got = stage(path, Path(work) / "out", mapping=mapping_from(toml))
        kept = pq.read_table(got.tables["judgments"]).to_pylist()
        lost = pq.read_table(got.rejected_rows).to_pylist() if got.rejected_rows else []
    numbers = sorted([r["source_row"] for r in kept] + [r["source_row"] for r in lost])
    assert numbers == list(range(1, len(log) + 1))
    assert got.rows == len(log) == got.records
    assert sum(got.rejected.values()) == len(lost)
    assert all(r["label"] in ("1", "2", "7") for r in kept) or any(r["label"] == "nan" for r in kept)
