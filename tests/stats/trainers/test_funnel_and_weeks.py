"""Funnel limits, weekly means, and the cases of pace and inconsistency."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from analytics.stats.trainers.funnel_limits import funnel_bounds
from analytics.stats.trainers.weekly_means import MONDAY_S, WEEK_S, weekly_means


def test_few_ordinary_trainers_lie_outside():
    rng = np.random.default_rng(1)
    outside = []
    for _ in range(100):
        n = rng.integers(20, 800, 50)
        se = 0.4 / np.sqrt(n)
        outside.append(funnel_bounds(rng.normal(0, np.hypot(se, 0.02)), se, n).outside.mean())
    assert np.mean(outside) < 0.012


def test_small_n_is_no_verdict():
    """The same value: outside with many judgments, inside with few."""
    rng = np.random.default_rng(2)
    n = np.concatenate([np.full(40, 300), [10, 300]])
    se = 0.4 / np.sqrt(n)
    value = np.concatenate([rng.normal(0, se[:40]), [-0.3, -0.3]])
    found = funnel_bounds(value, se, n)
    assert not found.outside[40]
    assert found.outside[41]
    assert (np.diff(found.high[1]) < 0).all()


def test_small_teams_have_no_limits():
    found = funnel_bounds(np.array([0.1, 0.2]), np.array([0.1, 0.1]), np.array([10, 10]))
    assert "2 trainers" in found.undefined
    assert found.n.size == 0


def test_weekly_means_by_hand():
    at = MONDAY_S + np.array([0, 1, 2, 3, 4, WEEK_S + 1, WEEK_S + 2, 2 * WEEK_S], dtype=float)
    x = np.array([1, 0, 1, 0, 1, 1, 1, 0], dtype=float)
    found = weekly_means(np.zeros(8, dtype=int), at, x, np.ones(8, dtype=bool), n_trainers=2)
    assert found.n[0].tolist() == [5, 2, 1]
    assert found.value[0, 0] == pytest.approx(0.6)
    assert np.isnan(found.value[0, 1:]).all()
    assert np.isnan(found.value[1]).all()
    assert found.low[0, 0] < 0.6 < found.high[0, 0]
    assert (found.start_s - MONDAY_S).tolist() == [0.0, WEEK_S, 2 * WEEK_S]
    assert datetime.fromtimestamp(found.start_s[1], tz=UTC).weekday() == 0
