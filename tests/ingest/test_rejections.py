"""A row that cannot be accepted is set aside with one reason, and can be looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest.logs import noted, rejected, rows, staged, triples


@pytest.mark.parametrize(
    "header, cells, column, reason, value",
    [
        ("item,worker,label", ",A,Yes", "item", "no item", None),
        ("item,worker,label", "X,,Yes", "worker", "no trainer", None),
        ("item,worker,label", "X,A,", "label", "no label", ""),
        ("item,worker,label", "X,A,  ", "label", "no label", "  "),
        ("item,worker,label,project", "X,A,Yes,", "project", "no project", None),
        ("item,worker,label,criterion", "X,A,Yes,", "criterion", "no criterion", None),
        ("item,worker,label", "X,A", None, "too few fields", "2 fields where the header has 3"),
        ("item,worker,label", "X,A,Yes,No", None, "too many fields", "4 fields where the header has 3"),
        (
            "item,worker,label,created_at",
            "X,A,Yes,last tuesday",
            "created_at",
            "judged_at is not a time",
            "last tuesday",
        ),
        ("item,worker,label,created_at", "X,A,Yes,03/04/2026", "created_at", "judged_at is not a time", "03/04/2026"),
        ("item,worker,label,created_at", "X,A,Yes,2026-02-30", "created_at", "judged_at is not a time", "2026-02-30"),
        ("item,worker,label,seconds", "X,A,Yes,fast", "seconds", "duration_s is not a number", "fast"),
        ("item,worker,label,seconds", "X,A,Yes,-3", "seconds", "duration_s is below 0", "-3"),
        ("item,worker,label,seconds", "X,A,Yes,inf", "seconds", "duration_s is not a number", "inf"),
        ("item,worker,label,confidence", "X,A,Yes,85", "confidence", "confidence is outside 0 to 1", "85"),
        ("item,worker,label,round", "X,A,Yes,1.5", "round", "round is not a whole number", "1.5"),
        ("item,worker,label,round", "X,A,Yes,0", "round", "round is below 1", "0"),
        (
            "item,worker,label,position",
            "X,A,Yes,99999999999",
            "position",
            "position is not a whole number",
            "99999999999",
        ),
    ],
)
def test_each_reason(
    tmp_path: Path, header: str, cells: str, column: str | None, reason: str, value: str | None
) -> None:
    good = ",".join(
        {"item": "X", "worker": "W", "label": "Yes", "project": "p", "criterion": "c"}.get(c, "")
        for c in header.split(",")
    )
    got = staged(tmp_path, "march.csv", f"{header}\n{good}\n{cells}\n{good}\n")
    assert got.rejected == {reason: 1}
    assert (got.records, got.rows, len(rows(got))) == (3, 3, 2)
    [row] = rejected(got)
    assert (row["source_row"], row["column"], row["reason"], row["value"]) == (2, column, reason, value)
    if column is None:
        assert row["raw"] == cells
    else:
        assert list(json.loads(row["raw"]).values()) == cells.split(",")


def test_the_first_reason_stands_and_counts_once(tmp_path: Path) -> None:
    got = staged(tmp_path, "march.csv", "item,worker,label,round\n,,,x\n")
    assert got.rejected == {"no item": 1}


def test_rows_keep_their_numbers_around_broken_ones(tmp_path: Path) -> None:
    text = "item,worker,label\n" + "".join(f"i{k},A,Yes\n" if k % 7 else f"i{k}\n" for k in range(1, 30_001))
    got = staged(tmp_path, "march.csv", text)
    assert got.rejected == {"too few fields": 30_000 // 7}
    assert all(r["item_id"] == f"i{r['source_row']}" for r in rows(got))
    assert [r["source_row"] for r in rejected(got)] == list(range(7, 30_001, 7))


def test_row_numbers_hold_over_many_blocks(tmp_path: Path) -> None:
    filler = "x" * 300
    lines = [f"i{k},A,Yes,{filler}" if k % 1000 else f"i{k},A" for k in range(1, 60_001)]
    got = staged(tmp_path, "march.csv", "item,worker,label,reason\n" + "\n".join(lines))
    assert all(r["item_id"] == f"i{r['source_row']}" for r in rows(got))
    assert [r["source_row"] for r in rejected(got)] == list(range(1000, 60_001, 1000))


def test_a_row_with_a_line_break_in_quotes_says_so(tmp_path: Path) -> None:
    got = staged(tmp_path, "march.csv", 'item,worker,label\nX,"A\nB"\nX,A,Yes\n')
    assert got.rejected == {"too few fields, with a quoted line break": 1}
    assert triples(got) == [("X", "A", "Yes")]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    got = staged(tmp_path, "march.csv", "item,worker,label\n\nX,A,Yes\n\n\nX,B,No\n")
    assert (got.rows, [r["source_row"] for r in rows(got)]) == (2, [1, 2])


def test_the_raw_row_is_cut(tmp_path: Path) -> None:
    got = staged(tmp_path, "march.csv", f"item,worker,label,reason\n,A,Yes,{'long ' * 2000}\n")
    assert len(rejected(got)[0]["raw"]) == 2000


def test_the_account_in_words(tmp_path: Path) -> None:
    toml = '[criteria.label]\nlevel = "nominal"\nlabels = ["spam", "ham"]\n'
    body = "".join(f"X,w{k},{'spamm' if k == 7 else 'n/a' if k == 9 else 'spam'}\n" for k in range(1500))
    got = staged(tmp_path, "march.csv", f"item,worker,label\n{body}X,,ham\n", toml=toml)
    assert got.set_aside() == (
        "march.csv: 3 of 1 501 rows were set aside. 2: label outside the scale (first: 'spamm', 'n/a'; rows 8, 10). "
        "1: no trainer (row 1501). See Data health."
    )
    assert staged(tmp_path, "april.csv", "item,worker,label\nX,A,Yes\n").set_aside() == ""


def test_rows_left_out_by_the_mapping_are_counted(tmp_path: Path) -> None:
    toml = '[leave_out]\nkind = ["check", "practice"]\n'
    text = "item,worker,label,kind\nX,A,Yes,real\nX,B,No,check\nX,C,No,practice\n"
    got = staged(tmp_path, "march.csv", text, toml=toml)
    assert got.rejected == {"left out by the mapping (kind)": 2}
    assert triples(got) == [("X", "A", "Yes")]


def test_bad_lines_of_jsonl(tmp_path: Path) -> None:
    lines = [
        '{"item": "X", "worker": "A", "label": "Yes"}',
        '{"item": "X", "worker": "B", "label": }',
        "",
        "[1, 2]",
        '{"item": "X", "worker": "C", "label": "No"}',
        '{"item": "X", "worker"',
    ]
    got = staged(tmp_path, "march.jsonl", "\n".join(lines))
    assert triples(got) == [("X", "A", "Yes"), ("X", "C", "No")]
    assert got.rejected == {"line is not a JSON object": 3}
    assert [r["source_row"] for r in rows(got)] == [1, 5]
    assert [(r["source_row"], r["value"], r["raw"]) for r in rejected(got)] == [
        (2, "Expecting value at character 39", lines[1]),
        (4, "a list, not an object", "[1, 2]"),
        (6, "Expecting ':' delimiter at character 23", lines[5]),
    ]


def test_elements_of_a_json_array_that_are_no_objects(tmp_path: Path) -> None:
    got = staged(tmp_path, "march.json", '[{"item": "X", "worker": "A", "label": "Yes"}, 7, null]')
    assert got.rejected == {"element is not an object": 2}
    assert [(r["source_row"], r["value"]) for r in rejected(got)] == [(2, "7"), (3, "null")]


def test_bad_gold_and_bad_item_cells_are_noted(tmp_path: Path) -> None:
    toml = '[criteria.label]\nlevel = "nominal"\nlabels = ["Yes", "No"]\n'
    text = "item,worker,label,gold,sensitive\nX,A,Yes,Maybe,perhaps\nY,A,No,No,no\n"
    got = staged(tmp_path, "march.csv", text, toml=toml)
    assert [(r["item_id"], r["label"]) for r in rows(got, "gold")] == [("Y", "No")]
    assert noted(got, "1 gold labels are outside the scale or blank")
    assert {r["item_id"]: r["sensitive"] for r in rows(got, "items")} == {"X": None, "Y": False}
    assert noted(got, "1 items are left without a value, since sensitive is neither yes nor no.")
