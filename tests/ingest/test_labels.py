"""Each label has one canonical text, or a reason why it has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.scale import Scale
from analytics.ingest.batch import Notes
from analytics.ingest.labels import NO_LABEL, NOT_A_NUMBER, NOT_A_RANKING, OUTSIDE, Reading
from analytics.ingest.values import canonical_number
from tests.ingest.logs import noted, rejected, rows, staged

STARS = Scale(level="ordinal", labels=("1", "2", "3"))
FLAGS = Scale(level="set", labels=("Hate", "Privacy", "Self-harm"))


@pytest.mark.parametrize(
    "scale, raw, label, reason",
    [
        (None, " Yes ", "Yes", None),
        (None, "  ", None, NO_LABEL),
        (None, None, None, NO_LABEL),
        (STARS, "2", "2", None),
        (STARS, " 2 ", "2", None),
        (STARS, "2.0", "2", None),
        (STARS, "2.5", None, OUTSIDE),
        (STARS, "two", None, OUTSIDE),
        (STARS, "", None, NO_LABEL),
        (Scale(level="nominal", labels=("nan", "None", "x")), "nan", "nan", None),
        (Scale(level="nominal", labels=("nan", "None", "x")), "NaN", None, OUTSIDE),
        (Scale(level="nominal"), "anything", "anything", None),
        (Scale(level="interval"), "2.50", "2.5", None),
        (Scale(level="interval"), "high", None, NOT_A_NUMBER),
        (Scale(level="interval"), "nan", None, NO_LABEL),
        (Scale(level="interval"), "inf", None, NOT_A_NUMBER),
        (Scale(level="ratio"), "-1", None, OUTSIDE),
        (FLAGS, "Privacy|Hate", "Hate|Privacy", None),
        (FLAGS, " Hate | Hate ", "Hate", None),
        (FLAGS, "", "", None),
        (FLAGS, None, None, NO_LABEL),
        (FLAGS, "Hate|Love", None, OUTSIDE),
        (Scale(level="set"), "b|a|b", "a|b", None),
        (Scale(level="preference"), "tie", "tie", None),
        (Scale(level="preference"), "-2.0", "-2", None),
        (Scale(level="preference"), "left", None, OUTSIDE),
        (Scale(level="preference", labels=("A", "B")), "tie", None, OUTSIDE),
        (Scale(level="ranking"), "r2 > r3 = r1", "r2>r1=r3", None),
        (Scale(level="ranking"), "r2>>r1", None, NOT_A_RANKING),
        (Scale(level="ranking"), "r2>r1>r2", None, NOT_A_RANKING),
        (Scale(level="text"), "  kept as it is \n", "  kept as it is \n", None),
        (Scale(level="text"), " \n", None, NO_LABEL),
    ],
)
def test_canonical_text(scale: Scale | None, raw: str | None, label: str | None, reason: str | None) -> None:
    assert Reading(scale=scale).read(raw, Notes()) == (label, reason)


def test_recoding_comes_before_the_scale() -> None:
    reading = Reading(
        scale=Scale(level="preference", labels=("A", "tie", "B")), recode={"0": "tie", "1": "A", "2": "B"}
    )
    assert [reading.read(raw, Notes())[0] for raw in ("0", "1.0", " 2")] == ["tie", "A", "B"]
    assert reading.read("3", Notes()) == (None, OUTSIDE)


def test_sets_with_another_separator() -> None:
    reading = Reading(scale=FLAGS, separator="#", recode={"priv": "Privacy"})
    assert reading.read("priv#Hate", Notes()) == ("Hate|Privacy", None)


@given(st.sets(st.sampled_from(FLAGS.labels)), st.randoms(use_true_random=False))
def test_a_set_is_the_same_in_any_order(labels: set[str], random: object) -> None:
    mixed = sorted(labels)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert Reading(scale=FLAGS).read("|".join(mixed), Notes()) == ("|".join(sorted(labels)), None)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value(value: float) -> None:
    text = canonical_number(repr(value))
    assert float(text) == value
    assert canonical_number(text) == text


@given(st.text())
def test_what_is_no_number_keeps_its_text(text: str) -> None:
    try:
        float(text)
    except ValueError:
        assert canonical_number(text) == text


def test_one_and_one_point_nought_are_one_label(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label\nX,A,1\nX,B,1.0\nX,C,02\nX,D,2\n")
    assert [r["label"] for r in rows(got)] == ["1", "1", "02", "2"]
    assert noted(got, "Labels of 'label' are numbers; 1 written like 1.0 are the same as 1.")


def test_one_word_among_the_numbers_and_they_stay_as_they_are(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label\nX,A,1\nX,B,1.0\nX,C,high\n")
    assert [r["label"] for r in rows(got)] == ["1", "1.0", "high"]


@pytest.mark.parametrize("word", ["nan", "NA", "None", "null", "N/A"])
def test_words_for_missing(tmp_path: Path, word: str) -> None:
    numbers = staged(tmp_path, "a.csv", f"item,worker,label\nX,A,1\nX,B,{word}\n")
    assert numbers.rejected == {"no label": 1}
    assert rejected(numbers)[0]["value"] == word
    assert noted(numbers, f"{word!r} among the numbers of 'label' is no label (1 cells).")
    words = staged(tmp_path, "b.csv", f"item,worker,label\nX,A,good\nX,B,{word}\n")
    assert [r["label"] for r in rows(words)] == ["good", word]
    assert noted(words, f"{word!r} in 'label' stays a label, since the other labels are words.")
    toml = f'[criteria.label]\nlevel = "nominal"\nlabels = ["1", "{word}"]\n'
    declared = staged(tmp_path, "c.csv", f"item,worker,label\nX,A,1\nX,B,{word}\n", toml=toml)
    assert [r["label"] for r in rows(declared)] == ["1", word]


def test_criteria_of_one_file_are_settled_each_for_itself(tmp_path: Path) -> None:
    body = "X,A,stars,1.0\nX,B,stars,nan\nX,A,word,1.0\nX,B,word,nan\nX,C,word,x\n"
    got = staged(tmp_path, "log.csv", "item,worker,criterion,label\n" + body)
    assert [(r["criterion"], r["label"]) for r in rows(got)] == [
        ("stars", "1"),
        ("word", "1.0"),
        ("word", "nan"),
        ("word", "x"),
    ]


def test_a_blank_is_the_empty_set_only_where_a_set_is_declared(tmp_path: Path) -> None:
    text = "item,worker,label\nX,A,Hate\nX,B,\n"
    assert staged(tmp_path, "a.csv", text).rejected == {"no label": 1}
    got = staged(tmp_path, "b.csv", text, toml='[criteria.label]\nlevel = "set"\n')
    assert [r["label"] for r in rows(got)] == ["Hate", ""]


def test_lists_of_labels_are_sets(tmp_path: Path) -> None:
    log = '{"item": "X", "worker": "A", "label": ["b", "a"]}\n{"item": "X", "worker": "B", "label": []}\n'
    got = staged(tmp_path, "log.jsonl", log, toml='[criteria.label]\nlevel = "set"\nlabels = ["a", "b"]\n')
    assert [r["label"] for r in rows(got)] == ["a|b", ""]


def test_gold_has_the_same_text_as_the_labels(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label,gold\nX,A,1,1.0\nX,B,2,1.0\n")
    assert [r["label"] for r in rows(got, "gold")] == ["1"]
