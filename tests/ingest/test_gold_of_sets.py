"""Gold that says "no flag" is gold; gold that says nothing is set aside."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from analytics.core.scale import Scale
from analytics.ingest.stage import stage


def test_the_empty_set_is_an_answer_and_a_blank_is_not(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text('project,item_id,criterion,label\np,i1,flags,"b|a"\np,i2,flags,""\np,i3,tone,""\np,i4,tone,x\n')
    into = tmp_path / "into"
    into.mkdir()
    scales = {
        ("p", "flags"): Scale(level="set", labels=("a", "b")),
        ("p", "tone"): Scale(level="nominal", labels=("x",)),
    }
    staged = stage(file, into, table="gold", scales=scales)
    rows = pq.read_table(staged.tables["gold"]).to_pylist()
    assert [(r["item_id"], r["label"]) for r in rows] == [("i1", "a|b"), ("i2", ""), ("i4", "x")]
    assert staged.rejected == {"no label": 1}
