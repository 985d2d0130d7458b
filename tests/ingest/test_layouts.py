"""Wide forms, several criteria, one-hot columns, sums, lists within a record."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.core.errors import IngestError
from analytics.ingest.mapping import mapping_from
from analytics.ingest.stage import stage
from tests.ingest.logs import noted, rejected, rows, staged, triples

WIDE = "item,annotator_1,annotator_2,annotator_3\nX,yes,no,\nY,,yes,yes\n"


def test_one_column_a_trainer_is_recognised(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", WIDE)
    assert (got.layout, got.records, got.rows) == ("wide", 2, 4)
    assert triples(got) == [
        ("X", "annotator_1", "yes"),
        ("X", "annotator_2", "no"),
        ("Y", "annotator_2", "yes"),
        ("Y", "annotator_3", "yes"),
    ]
    assert {r["source_row"] for r in rows(got) if r["item_id"] == "Y"} == {2}
    assert noted(got, "2 blank cells of the wide form are trainers who were not asked.")
    assert [(r.source, r.by) for r in got.recognised if r.target == "label"] == [
        (f"annotator_{k}", "wide") for k in (1, 2, 3)
    ]


@pytest.mark.parametrize("stem", ["label_", "Annotator ", "rater", "worker-", "Judge.", "annotation_", "vote"])
def test_the_stems_of_a_wide_form(tmp_path: Path, stem: str) -> None:
    assert staged(tmp_path, "log.csv", WIDE.replace("annotator_", stem)).layout == "wide"


def test_one_numbered_column_is_not_a_wide_form(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"log\.csv has no column 'trainer_id'"):
        staged(tmp_path, "log.csv", "item,label_1\nX,yes\n")


def test_numbered_texts_are_not_trainers(tmp_path: Path) -> None:
    text = "item,worker,label,response_1,response_2\nX,A,1,Hi,Hello\n"
    assert staged(tmp_path, "log.csv", text).layout == "long"


def test_two_ways_of_being_wide_are_not_guessed(tmp_path: Path) -> None:
    text = "item,annotator_1,annotator_2,label_1,label_2\nX,A,B,yes,no\n"
    with pytest.raises(
        IngestError, match=r"log\.csv may be wide in two ways: annotator_1, annotator_2 and label_1, label_2"
    ):
        staged(tmp_path, "log.csv", text)
    toml = '[layout]\ntrainer_columns = ["label_*"]\n'
    assert staged(tmp_path, "log2.csv", text, toml=toml).rows == 2


def test_long_or_wide_is_not_guessed(tmp_path: Path) -> None:
    text = "item,worker,label_1,label_2\nX,A,yes,no\n"
    with pytest.raises(
        IngestError, match=r"names trainers in 'worker' and also has columns that look like one a trainer"
    ):
        staged(tmp_path, "log.csv", text)
    assert triples(staged(tmp_path, "long.csv", text, "label=label_1")) == [("X", "A", "yes")]
    assert staged(tmp_path, "wide.csv", text, "trainer_id=").layout == "wide"


def test_columns_by_pattern_and_exception(tmp_path: Path) -> None:
    toml = '[layout]\nkind = "wide"\ntrainer_columns = ["label_*"]\nexcept = ["label_gold", "label_maj*"]\n'
    text = "case_id,label_gold,label_ann,label_bob,label_majority\n1,h,h,n,h\n"
    got = staged(tmp_path, "log.csv", text, toml=toml)
    assert triples(got) == [("1", "label_ann", "h"), ("1", "label_bob", "n")]
    assert rows(got, "gold")[0]["label"] == "h"


def test_wide_numbers_written_by_pandas(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,rater_1,rater_2,rater_3\nX,1.0,2,nan\nY,1,NaN,3.0\n")
    assert triples(got) == [
        ("X", "rater_1", "1"),
        ("X", "rater_2", "2"),
        ("Y", "rater_1", "1"),
        ("Y", "rater_3", "3"),
    ]
    assert got.rows == 4
    assert noted(got, "Labels of 'label' are numbers; 2 written like 1.0 are the same as 1.")
    assert noted(got, "'NaN', 'nan' among the numbers of 'label' is a trainer who was not asked (2 cells).")


def test_wide_words_keep_nan_as_a_label(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,rater_1,rater_2\nX,word,nan\nY,nan,number\n")
    assert [t[2] for t in triples(got)] == ["word", "nan", "nan", "number"]
    assert noted(got, "'nan' in 'label' stays a label, since the other labels are words.")


def test_several_criteria_in_columns(tmp_path: Path) -> None:
    toml = (
        '[criteria]\nQ1_safe = "Q1"\n[criteria.tone]\ncolumn = "Q2"\nlevel = "ordinal"\nlabels = ["bad", "good"]\n'
        'gold = "G2"\n'
    )
    text = "item,rater,Q1,Q2,G2\nX,A,Yes,good,good\nX,B,No,,good\nX,C,Yes,fair,good\n"
    got = staged(tmp_path, "log.csv", text, toml=toml)
    assert [(r["trainer_id"], r["criterion"], r["label"]) for r in rows(got)] == [
        ("A", "Q1_safe", "Yes"),
        ("B", "Q1_safe", "No"),
        ("C", "Q1_safe", "Yes"),
        ("A", "tone", "good"),
    ]
    assert got.rejected == {"label outside the scale": 1}
    assert (got.records, got.rows) == (3, 5)
    assert noted(got, "1 blank cells of criterion columns were taken as not asked.")
    assert [(r["criterion"], r["label"]) for r in rows(got, "gold")] == [("tone", "good")]


ONE_HOT = (
    '[criteria.abuse]\nlevel = "ordinal"\nlabels = ["no", "maybe", "yes"]\n'
    'one_hot = { "abuse.0" = "no", "abuse.1" = "maybe", "abuse.2" = "yes" }\n'
    '[criteria.type]\nlevel = "set"\nflags = "type.*"\n'
)


def test_one_hot_columns_and_flags(tmp_path: Path) -> None:
    text = (
        "item,rater,abuse.0,abuse.1,abuse.2,type.sexist,type.ableism\n"
        "X,A,1,0,0,0,0\nX,B,0,0,1,1,1\nX,C,1,0,1,0,1\nX,D,0,0,0,1,0\nX,E,0,1.0,,,2\n"
    )
    got = staged(tmp_path, "log.csv", text, toml=ONE_HOT)
    assert [(r["trainer_id"], r["criterion"], r["label"]) for r in rows(got)] == [
        ("A", "abuse", "no"),
        ("B", "abuse", "yes"),
        ("E", "abuse", "maybe"),
        ("A", "type", ""),
        ("B", "type", "ableism|sexist"),
        ("C", "type", "ableism"),
        ("D", "type", "sexist"),
    ]
    assert got.rejected == {
        "several one-hot columns are set where one is the label": 1,
        "no label": 1,
        "a one-hot column holds neither 0 nor 1": 1,
    }
    assert got.rows == 10


def test_rows_that_add_up_to_one_judgment(tmp_path: Path) -> None:
    toml = (
        '[criteria.score]\nlevel = "ratio"\nsum = [\n{ when = { severity = "none" }, add = 0 },\n'
        '{ when = { severity = "minor", category = "comma" }, add = 0.1 },\n'
        '{ when = { severity = ["minor", "small"] }, add = 1 },\n{ when = { severity = "major" }, add = 5 },\n]\n'
    )
    text = (
        "seg,rater,severity,category,timestamp\n1,A,minor,comma,2026-01-01\n1,A,minor,comma,2026-01-02\n"
        "1,A,small,word,2026-01-03\n1,B,none,,2026-01-01\n1,B,odd,,2026-01-01\n2,A,major,x,2026-01-01\n"
    )
    got = staged(tmp_path, "log.csv", text, "item_id=seg", toml=toml)
    assert triples(got) == [("1", "A", "1.2"), ("1", "B", "0"), ("2", "A", "5")]
    assert {r["judged_at"].day for r in rows(got) if r["label"] == "1.2"} == {3}
    assert got.rejected == {"no rule of the sum fits": 1}
    assert noted(got, "5 rows were added up to 3 judgments.")
    assert (got.records, got.rows) == (6, 4)


def test_parallel_lists(tmp_path: Path) -> None:
    log = [
        {"id": 1, "annotators": ["A", "B"], "labels": [1, 0], "topic": "law"},
        {"id": 2, "annotators": ["A", "B"], "labels": [1], "topic": "law"},
        {"id": 3, "annotators": [], "labels": [], "topic": "art"},
    ]
    pairs = ("trainer_id=annotators", "label=labels")
    got = staged(tmp_path, "log.json", json.dumps(log), *pairs)
    assert got.layout == "lists"
    assert triples(got) == [("1", "A", "1"), ("1", "B", "0")]
    assert got.rejected == {"lists of unequal length": 1}
    assert rejected(got)[0]["source_row"] == 2
    assert {r["item_id"] for r in rows(got, "items")} == {"1", "2", "3"}
    pq.write_table(pa.Table.from_pylist(log), tmp_path / "log.parquet")
    again = stage(tmp_path / "log.parquet", tmp_path / "p", mapping=mapping_from(pairs=pairs))
    assert triples(again) == triples(got)


ANONYMOUS = (
    '[columns]\nlabel = "votes.score"\nrationale = "votes.reasoning"\nposition = "votes.position"\n'
    '[layout]\nexplode = "votes"\nanonymous = true\n'
)


def test_a_list_of_judgments_without_names(tmp_path: Path) -> None:
    log = [
        {"id": k, "domain": "code", "votes": [{"score": s, "reasoning": f"r{s}"} for s in scores]}
        for k, scores in enumerate([(-1, 2), (0,)])
    ]
    got = staged(tmp_path, "log.jsonl", "\n".join(map(json.dumps, log)), toml=ANONYMOUS)
    assert [(r["item_id"], r["label"], r["rationale"], r["source_row"]) for r in rows(got)] == [
        ("0", "-1", "r-1", 1),
        ("0", "2", "r2", 1),
        ("1", "0", "r0", 2),
    ]
    assert len({r["trainer_id"] for r in rows(got)}) == 3
    assert (got.records, got.rows) == (2, 3)
    assert noted(got, "The log names no trainers")
    pq.write_table(pa.Table.from_pylist(log), tmp_path / "log.parquet")
    mapping = mapping_from(tmp_path / "mapping.toml", pairs=["position="])
    again = stage(tmp_path / "log.parquet", tmp_path / "p", mapping=mapping)
    assert [(r["item_id"], r["label"]) for r in rows(again)] == [("0", "-1"), ("0", "2"), ("1", "0")]


def test_nested_objects_have_dotted_names(tmp_path: Path) -> None:
    log = {"by": {"id": 7}, "task": {"key": "X"}, "label": "Yes", "meta": {}}
    text = json.dumps(log) + "\n"
    got = staged(tmp_path, "log.jsonl", text * 2, "trainer_id=by.id", "item_id=task.key")
    assert triples(got) == [("X", "7", "Yes")] * 2
    pq.write_table(pa.Table.from_pylist([{**log, "meta": None}]), tmp_path / "log.parquet")
    again = stage(
        tmp_path / "log.parquet", tmp_path / "p", mapping=mapping_from(pairs=["trainer_id=by.id", "item_id=task.key"])
    )
    assert triples(again) == [("X", "7", "Yes")]


def test_columns_that_first_appear_late(tmp_path: Path) -> None:
    filler = {"item": "X", "worker": "A", "label": "Yes", "comment": "x" * 400}
    lines = [json.dumps(filler)] * 15_000 + [json.dumps({**filler, "confidence": 0.5})]
    got = staged(tmp_path, "log.jsonl", "\n".join(lines))
    assert [r["confidence"] for r in rows(got)][-2:] == [None, 0.5]
    rival = [*lines, json.dumps({**filler, "item_id": "Y"})]
    with pytest.raises(IngestError, match=r"from row \d+ on, further columns leave open which column is which"):
        staged(tmp_path, "rival.jsonl", "\n".join(rival))


@pytest.mark.parametrize(
    "document",
    [
        {
            "exported": "2026-01-01",
            "data": [{"item": "X", "worker": "A", "label": 1}, {"item": "X", "worker": "B", "label": 2}],
        },
        {"item": ["X", "X"], "worker": ["A", "B"], "label": [1, 2]},
        {"item": {"0": "X", "1": "X"}, "worker": {"0": "A", "1": "B"}, "label": {"0": 1, "1": 2}},
    ],
)
def test_shapes_of_a_json_document(tmp_path: Path, document: object) -> None:
    got = staged(tmp_path, "log.json", json.dumps(document, indent=2))
    assert triples(got) == [("X", "A", "1"), ("X", "B", "2")]


def test_responses_of_an_item(tmp_path: Path) -> None:
    toml = '[items.responses]\nA = "response1"\nB = "response2"\n'
    log = [{"idx": 0, "response1": 'Hi "you"', "response2": "Hello", "annotator1": 1, "annotator2": 2}]
    got = staged(tmp_path, "log.json", json.dumps(log), toml=toml)
    assert json.loads(rows(got, "items")[0]["responses"]) == [
        {"id": "A", "text": 'Hi "you"', "model": None},
        {"id": "B", "text": "Hello", "model": None},
    ]
