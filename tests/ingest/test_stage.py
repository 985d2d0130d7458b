"""One file in, typed tables out; every row accounted for."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analytics.core.errors import IngestError
from analytics.ingest.mapping import parse_map
from analytics.ingest.stage import stage


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_crowd_kit_names_are_recognised_and_reported(tmp_path: Path) -> None:
    path = write(tmp_path, "march.csv", "task,worker,label\nX,A,Yes\nX,B,No\n")
    staged = stage(path, tmp_path / "out")
    rows = pq.read_table(staged.tables["judgments"]).to_pylist()
    assert [(r["item_id"], r["trainer_id"], r["label"], r["status"], r["source_row"]) for r in rows] == [
        ("X", "A", "Yes", "submitted", 1),
        ("X", "B", "No", "submitted", 2),
    ]
    assert {(r.source, r.target, r.by) for r in staged.recognised} >= {
        ("task", "item_id", "alias"),
        ("worker", "trainer_id", "alias"),
        ("label", "label", "name"),
    }


def test_rows_are_staged_or_rejected(tmp_path: Path) -> None:
    path = write(tmp_path, "march.csv", "item,worker,label\nX,A,Yes\nX,B\nX,,No\nX,D,\nX,E,No,5\n")
    staged = stage(path, tmp_path / "out")
    assert staged.rejected == {"too few fields": 1, "no trainer": 1, "no label": 1, "too many fields": 1}
    assert staged.rows == 5 == pq.read_metadata(staged.tables["judgments"]).num_rows + sum(staged.rejected.values())


def test_missing_column_says_how_to_map(tmp_path: Path) -> None:
    path = write(tmp_path, "march.csv", "item,wrker,label\nX,A,Yes\n")
    with pytest.raises(
        IngestError, match=r"march.csv has no column 'trainer_id'.*Did you mean --map trainer_id=wrker\?"
    ):
        stage(path, tmp_path / "out")
    staged = stage(path, tmp_path / "out2", mapping=parse_map(["trainer_id=wrker"]))
    assert staged.rows == 1
