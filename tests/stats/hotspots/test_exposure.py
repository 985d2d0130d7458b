"""Exposure of trainers to severe items, and over- and under-flagging."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.hotspots.exposure import exposure, flag_balance


def weeks(**changes):
    table = {
        "trainer": [0, 0, 1, 1],
        "n_judgments": [40, 60, 10, 0],
        "n_severe": [5, 30, 2, 0],
        "severe_minutes": [10.0, 95.0, 0.0, 0.0],
        "n_untimed": [0, 1, 2, 0],
        "n_trainers": 3,
        "limit_items": 20,
        "limit_minutes": 60,
    }
    return exposure(**(table | changes))


def test_trainer_weeks_add_up_by_hand():
    found = weeks()
    assert found.n_severe.tolist() == [35, 2, 0]
    assert found.minutes.tolist() == [105, 0, 0]
    assert found.n_untimed.tolist() == [1, 2, 0]
    assert found.worst_week_severe.tolist() == [30, 2, 0]
    assert found.worst_week_minutes.tolist() == [95, 0, 0]
    assert found.weeks_over.tolist() == [1, 0, 0]
    assert found.share[0] == pytest.approx(0.35)
    assert np.isnan(found.share[2])


def test_either_limit_counts_and_none_means_none():
    assert weeks(limit_items=None).weeks_over.tolist() == [1, 0, 0]
    assert weeks(limit_items=4, limit_minutes=None).weeks_over.tolist() == [2, 0, 0]
    assert weeks(limit_items=None, limit_minutes=None).weeks_over.tolist() == [0, 0, 0]


def test_over_and_under_flagging_are_conditional_on_the_reference():
    found = flag_balance([[81, 19], [3, 7]])
    assert found.over.value == pytest.approx(0.19)
    assert found.under.value == pytest.approx(0.3)
    assert found.over.low < 0.19 < found.over.high
    assert found.under.n_judgments == 10
    assert "No judgment here" in flag_balance([[5, 1], [0, 0]]).under.undefined


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: weeks(n_severe=[1]), "must have the same length"),
        (lambda: weeks(trainer=[0, 0, 1, 3]), r"trainer must lie in 0..2, got 0..3"),
        (lambda: weeks(limit_items=-1), "limit_items must not be negative"),
        (lambda: flag_balance([[1, 2]]), "table must be 2 x 2"),
    ],
)
def test_wrong_use_is_an_error(call, text):
    with pytest.raises(ValueError, match=text):
        call()
