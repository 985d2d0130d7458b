"""The page My calibration, as a trainer who tries: nobody else's name or answers, whatever stands in the address."""

from __future__ import annotations

import pytest

from analytics.ui.people import address_mark
from tests.pages.conftest import Open, failed, words

OTHERS = [f"Trainer {letter}" for letter in "ABDEFGHIJKL"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"trainer": ["t05", "Trainer F"]},
        {"team": ["Team 1"], "topic": ["law"]},
        {"project": "Safety", "since": "2026-09-01", "until": "2026-09-02"},
        {"of": "Helpfulness · Assistant", "period": "4 w"},
        {"viewer": "t05", "scope": "lead", "batch": "x"},
    ],
    ids=str,
)
def test_nobody_else_is_on_the_page(open_page: Open, query: dict[str, str | list[str]]) -> None:
    app = open_page(role="trainer", person=address_mark("t02"), **query)
    assert not failed(app)
    text = words(app)
    assert "My calibration" in text
    for name in OTHERS:
        assert name not in text
    assert "t05" not in text
    assert {m.key for m in app.multiselect} <= {"project", "criterion"}


def test_each_trainer_has_a_page_of_their_own(open_page: Open) -> None:
    one, other = (words(open_page(role="trainer", person=address_mark(p))) for p in ("t02", "t03"))
    assert one != other


def test_the_criterion_can_be_picked(open_page: Open) -> None:
    app = open_page(role="trainer", person=address_mark("t02"))
    picker = app.selectbox(key="of")
    assert len(picker.options) >= 4
    app.selectbox(key="of").set_value(picker.options[-1]).run()
    assert not failed(app)
    assert picker.options[-1].split(" ·")[0] in words(app)


def test_a_trainer_without_judgments_reads_kind_words(open_page: Open) -> None:
    text = words(open_page(role="trainer", store="empty"))
    assert "This page fills as you judge" in text


def test_where_only_three_people_judge_their_answers_stay_theirs(open_page: Open) -> None:
    text = words(open_page(role="trainer", store="one label"))
    assert "too few colleagues" in text.lower() or "enough colleagues" in text
    assert "say yes" not in text


def test_a_short_selection_is_not_called_a_start(open_page: Open) -> None:
    text = words(open_page(role="trainer", person=address_mark("t02"), since="2026-08-03", until="2026-08-20"))
    assert "in this selection" in text
    assert "A good start" not in text
