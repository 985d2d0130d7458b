"""The stated power of the position test: exact by enumeration, and kept by simulated trainers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analytics.stats.trainers.position_bias import position_bias
from analytics.stats.trainers.position_power import position_power


@pytest.mark.parametrize("n", [0, 3, 20, 57, 200])
def test_power_is_the_probability_that_the_exact_test_rejects(n):
    found = position_power(n, 0.58)
    rejects = np.array([stats.binomtest(k, n, 0.5).pvalue <= 0.05 for k in range(n + 1)]) if n else np.array([False])
    assert found.power == pytest.approx(stats.binom.pmf(np.arange(n + 1), n, 0.58)[rejects].sum(), abs=1e-12)
    assert found.false_alarm == pytest.approx(stats.binom.pmf(np.arange(n + 1), n, 0.5)[rejects].sum(), abs=1e-12)
    assert found.false_alarm <= 0.05


def test_choices_needed_reach_the_target_and_stay_there():
    needed = position_power(1, 0.58).n_needed
    assert all(position_power(n, 0.58).power >= 0.8 for n in range(needed, needed + 60, 3))
    assert position_power(needed - 1, 0.58).power < 0.8


def test_planted_position_bias_is_found_at_the_stated_power_and_the_unbiased_are_left_alone():
    """600 trainers of 300 choices, half with P(first) = .58; the long study is in docs/studies."""
    rng = np.random.default_rng(0)
    stated = position_power(300, 0.58)
    found = position_bias(rng.binomial(300, 0.58, 300), np.full(300, 300)).p_value <= 0.05
    alarms = position_bias(rng.binomial(300, 0.5, 300), np.full(300, 300)).p_value <= 0.05
    error = 3 * np.sqrt(stated.power * (1 - stated.power) / 300)
    assert found.mean() == pytest.approx(stated.power, abs=error)
    assert alarms.mean() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_wrong_use_is_refused():
    with pytest.raises(ValueError, match=r"not be 1/2, got 0\.5"):
        position_power(10, 0.5)
    with pytest.raises(ValueError, match="n must not be negative"):
        position_power(-1, 0.6)
    with pytest.raises(ValueError, match="level and target"):
        position_power(10, 0.6, level=0)
