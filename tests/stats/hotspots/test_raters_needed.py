"""How many judgments an item needs: inverses, simulations, limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.results import Estimate
from analytics.stats.counts.patterns import Patterns
from analytics.stats.hotspots.raters_needed import (
    judgments_for_reliability,
    majority_accuracy,
    majority_stability,
    soft_label_error,
    spearman_brown,
)
from analytics.stats.inference.dirichlet_prior import dirichlet_prior, given_prior


@settings(deadline=None)
@given(r=st.floats(0.01, 0.99), target=st.floats(0.01, 0.99))
def test_the_number_needed_gives_the_target_back(r, target):
    k = judgments_for_reliability(Estimate(value=r), target).value
    assert spearman_brown(r, k) == pytest.approx(target, abs=1e-9)


def test_spearman_brown_equals_the_variance_of_simulated_means():
    rng = np.random.default_rng(1)
    item, k = rng.normal(size=40_000), 3
    means = [item + rng.normal(scale=np.sqrt(2), size=(k, item.size)).mean(axis=0) for _ in range(2)]
    assert np.corrcoef(*means)[0, 1] == pytest.approx(spearman_brown(1 / 3, k), abs=0.015)


def test_the_interval_is_swapped_and_an_unreliable_end_needs_infinitely_many():
    found = judgments_for_reliability(Estimate(value=0.4, low=0.2, high=0.6), 0.8)
    assert found.low == pytest.approx(0.8 * 0.4 / (0.6 * 0.2))
    assert found.high == pytest.approx(0.8 * 0.8 / (0.2 * 0.2))
    assert judgments_for_reliability(Estimate(value=0.1, low=-0.1, high=0.3), 0.8).high == np.inf
    assert "no reliability at all" in judgments_for_reliability(Estimate(value=-0.1), 0.8).undefined
    assert judgments_for_reliability(Estimate(value=np.nan, undefined="why"), 0.8).undefined == "why"


def test_majority_accuracy_equals_simulation_with_ties_by_coin():
    rng = np.random.default_rng(2)
    for k in (1, 2, 4, 5):
        right = rng.random((60_000, k)) < 0.65
        votes = right.sum(axis=1)
        drawn = np.mean((votes > k / 2) + 0.5 * (votes == k / 2))
        assert majority_accuracy(0.65, [k])[0] == pytest.approx(drawn, abs=0.008)


def test_stability_rises_and_one_judgment_has_the_ceiling():
    prior = given_prior([0.5, 0.3, 0.2])
    found = majority_stability(prior, [1, 3, 5, 21], n_draws=40_000, rng=np.random.default_rng(3))
    assert found.stability[0] == pytest.approx(found.ceiling, abs=0.01)
    assert (np.diff(found.stability) > 0).all()
    nothing = dirichlet_prior(Patterns.from_counts([[2, 0]]))
    assert majority_stability(nothing, [3], rng=np.random.default_rng(0)).undefined


def test_soft_label_error_equals_simulation():
    rng = np.random.default_rng(4)
    assert soft_label_error(0.3, 5) == pytest.approx(rng.binomial(5, 0.3, 100_000).std() / 5, rel=0.01)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: spearman_brown(0.5, 0), "k must be above 0, got 0"),
        (lambda: spearman_brown(2, 3), "reliability must lie"),
        (lambda: judgments_for_reliability(Estimate(value=0.5), 1), "target must lie in"),
        (lambda: majority_accuracy(1.2, [3]), "accuracy must lie in"),
        (lambda: majority_accuracy(0.5, [0]), "k must be at least 1, got 0"),
        (
            lambda: majority_stability(given_prior([1.0, 1.0]), [0], rng=np.random.default_rng(0)),
            "k must be at least 1",
        ),
        (lambda: soft_label_error(2, 3), "share must lie in"),
        (lambda: soft_label_error(0.5, 0), "k must be at least 1, got 0"),
    ],
)
def test_wrong_use_is_an_error(call, text):
    with pytest.raises(ValueError, match=text):
        call()
