"""The command `ingest`: every row accounted for, every refusal one sentence, the store left as it was."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app

GOOD = "item,worker,label\ni1,a,x\ni1,b,y\ni2,a,x\n"


def ingest(store: Path, *words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["ingest", *words, "--store", str(store)])
    return result.exit_code, result.stdout, result.stderr


def snapshot(store: Path) -> str:
    return str(
        json.loads(CliRunner().invoke(app, ["agreement", "--store", str(store), "--json"]).stdout)["snapshot_id"]
    )


def test_the_summary_says_what_was_read_as_what(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(GOOD + "i2,b\n")
    code, out, _ = ingest(tmp_path / "s", str(tmp_path / "log.csv"))
    assert code == 0
    assert "Read item as item_id, worker as trainer_id." in out
    assert "1  set aside: too few fields" in out
    assert "log.csv: 1 of 4 rows were set aside." in " ".join(out.split())


def test_the_document(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(GOOD + "i2,b\n")
    _, out, _ = ingest(tmp_path / "s", str(tmp_path / "log.csv"), "--json")
    document = json.loads(out)
    file = document["files"][0]
    assert (file["format"], file["rows"], file["accepted"], file["duplicates"], file["superseded"]) == (
        "csv",
        4,
        3,
        0,
        0,
    )
    assert file["rejected"] == {"too few fields": 1}
    assert document["snapshot_id"].startswith("1-")


def test_a_folder_and_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "judgments.csv").write_text(
        "project,item_id,trainer_id,criterion,label\np,i1,a,tone,low\np,i1,b,tone,high\n"
    )
    (folder / "criteria.csv").write_text("project,criterion,level,labels\np,tone,ordinal,low|mid|high\n")
    assert ingest(tmp_path / "s", str(folder))[0] == 0
    (tmp_path / "more.csv").write_text("project,item_id,topic,shade\np,i1,law,dark\n")
    code, out, _ = ingest(tmp_path / "s", str(tmp_path / "more.csv"), "--table", "items", "--json")
    assert (code, json.loads(out)["files"][0]["accepted"]) == (0, 1)
    result = CliRunner().invoke(app, ["agreement", "--store", str(tmp_path / "s"), "--topic", "law", "--json"])
    assert json.loads(result.stdout)["criteria"][0]["n_judgments"] == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("nolabel.csv", b"item,worker\na,b\n", "has no column 'label'. Columns found: item, worker."),
        ("empty.csv", b"", "is empty"),
        ("quote.csv", b'item,worker,label\na,b,"x\n', "a quote opened in row 1 is never closed"),
        ("utf.csv", b"item,worker,label\na,b,\xff\n", "is not valid UTF-8: row 1, column 'label'"),
        ("short.parquet", b"PAR1....", "truncated"),
        ("book.csv", b"PK\x03\x04....", "is a ZIP archive or an office workbook"),
        ("broken.json", b'[{"item": "a",', "breaks off"),
        ("bomb.csv.gz", gzip.compress(b"item,worker,label\n" + b"a,b,x\n" * 400_000), "unpacks to more than"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_the_store_alone(
    tmp_path: Path, name: str, content: bytes, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBLINE_MAX_FILE_BYTES", "1000000")
    store = tmp_path / "s"
    (tmp_path / "log.csv").write_text(GOOD)
    ingest(store, str(tmp_path / "log.csv"))
    before = snapshot(store)
    (tmp_path / name).write_bytes(content)
    code, out, err = ingest(store, str(tmp_path / "log.csv"), str(tmp_path / name))
    assert (code, out) == (2, "")
    assert says in " ".join(err.split())
    assert name in err
    assert snapshot(store) == before


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["agreement", "--store", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "holds no judgment store yet" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--level", "likert"], "level must be one of 'nominal'"),
        (["--since", "last week"], "--since must be a day such as 2026-11-01, got 'last week'"),
        (["--interval", "wide"], "--interval must be one of two-way"),
    ],
)
def test_wrong_words_are_named(tmp_path: Path, words: list[str], says: str) -> None:
    (tmp_path / "log.csv").write_text(GOOD)
    ingest(tmp_path / "s", str(tmp_path / "log.csv"))
    result = CliRunner().invoke(app, ["agreement", "--store", str(tmp_path / "s"), *words])
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
