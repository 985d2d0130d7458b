"""The reward-model ceiling: its bounds, its closed forms against simulation, its interval in simulated studies."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from analytics.stats.counts.patterns import Patterns, patterns_from_codes
from analytics.stats.preferences.ceiling import ceiling_range, reward_model_ceiling
from analytics.stats.preferences.ceiling_beta import (
    beta_ceiling,
    beta_parameter,
    ceiling_slope,
    expected_splits,
    information,
    log_probability,
    score,
)
from analytics.stats.preferences.ceiling_fit import beta_fit
from analytics.stats.preferences.ceiling_plan import ceiling_plan
from analytics.stats.preferences.ceiling_slices import ceiling_by_slice

SIGNS = (-1, 0, 1)


def study(rng, pi, m):
    """(Patterns) of items with B-shares pi (N,), m judgments each, no ties."""
    b = rng.binomial(m, pi)
    return Patterns.from_counts(np.stack([m - b, np.zeros_like(b), b], axis=1))


# --- closed forms ---------------------------------------------------------------------------------------------------


@given(st.floats(0.5, 1.0))
def test_the_point_lies_in_the_range_and_the_range_holds_agreement(a):
    low, high = ceiling_range(a)
    assert low == a
    assert low - 1e-12 <= beta_ceiling(2 * a - 1) <= high + 1e-12


@settings(max_examples=60)
@given(
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    weights=st.lists(st.floats(0.01, 1), min_size=8, max_size=8),
)
def test_every_distribution_of_shares_keeps_the_ceiling_in_the_range(shares, weights):
    pi, w = np.array(shares), np.array(weights[: len(shares)])
    w = w / w.sum()
    a, c = float(w @ (pi**2 + (1 - pi) ** 2)), float(w @ np.maximum(pi, 1 - pi))
    low, high = ceiling_range(min(a, 1.0))
    assert low - 1e-9 <= c <= high + 1e-9


@pytest.mark.parametrize("rho", [0.05, 0.26, 0.452, 0.62, 0.95])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
def test_the_ceiling_against_a_majority_is_its_integral(rho, k):
    alpha = beta_parameter(rho)

    def without_pole(pi):
        wins = stats.binom.sf(k // 2, k, pi) + (0.5 * stats.binom.pmf(k // 2, k, pi) if k % 2 == 0 else 0)
        return 2 * pi ** (alpha - 1) * wins / special.beta(alpha, alpha)

    value = integrate.quad(without_pole, 0.5, 1, weight="alg", wvar=(0, alpha - 1))[0]
    assert beta_ceiling(rho, k) == pytest.approx(value, abs=1e-9)


def test_the_ceiling_at_the_ends_and_with_ever_more_judgments():
    assert beta_ceiling(0.0) == 0.5
    assert beta_ceiling(1.0) == 1.0
    rising = [beta_ceiling(0.4, k) for k in (1, 3, 5, 9, 25, 101)]
    assert rising == sorted(rising)
    assert beta_ceiling(0.4, 2) == pytest.approx(beta_ceiling(0.4, 1), abs=1e-12)


@pytest.mark.parametrize("m", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("rho", [0.0, 0.1, 0.5, 0.93, 1.0])
def test_split_probabilities_are_scipys_beta_binomial_folded(m, rho):
    found = expected_splits(rho, m)
    assert found["probability"].sum() == pytest.approx(1, abs=1e-12)
    if 0 < rho < 1:
        alpha = beta_parameter(rho)
        pmf = stats.betabinom.pmf(np.arange(m + 1), m, alpha, alpha)
        folded = [pmf[s] + (pmf[m - s] if m - s != s else 0) for s in found["minority"]]
        assert found["probability"] == pytest.approx(folded, abs=1e-12)


@pytest.mark.parametrize("rho", [0.02, 0.3, 0.8])
def test_score_and_information_are_the_derivatives_of_the_likelihood(rho):
    for m in (2, 3, 5, 8):
        s = np.arange(m // 2 + 1)
        sizes = np.full(s.size, m)
        step = 1e-6
        by_difference = (log_probability(rho + step, sizes, s) - log_probability(rho - step, sizes, s)) / (2 * step)
        assert score(rho, sizes, s) == pytest.approx(by_difference, rel=1e-5, abs=1e-6)
        assert information(rho, m) > information(rho, m - 1)
    assert information(rho, 1) == 0.0


# --- the estimate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rho", [0.2, 0.5, 0.85])
def test_with_two_judgments_an_item_the_fit_is_the_agreement(rho):
    """m = 2 leaves one number, the share of equal pairs: likelihood and moments must give the same point."""
    rng = np.random.default_rng(4)
    alpha = beta_parameter(rho)
    found = reward_model_ceiling(study(rng, rng.beta(alpha, alpha, 500), 2), scores=SIGNS)
    assert found.fit.rho.value == pytest.approx(2 * found.agreement.value - 1, abs=1e-6)
    assert found.point.value == pytest.approx(beta_ceiling(2 * found.agreement.value - 1), abs=1e-6)
    assert found.low.value <= found.point.value <= found.high.value


def test_the_fit_recovers_a_planted_concentration():
    rng = np.random.default_rng(9)
    pi = rng.beta(0.6, 0.6, 20_000)
    found = reward_model_ceiling(study(rng, pi, 5), scores=SIGNS)
    assert found.fit.alpha == pytest.approx(0.6, abs=0.02)
    assert found.point.value == pytest.approx(np.maximum(pi, 1 - pi).mean(), abs=0.004)
    assert found.fit.fit_p > 0.01
    assert found.fit.converged
    assert dict(found.against_majority)[5].value == pytest.approx(beta_ceiling(beta_rho(0.6), 5), abs=0.005)


def beta_rho(alpha):
    return 1 / (2 * alpha + 1)


def test_a_wrong_beta_shows_in_the_fit_and_the_range_still_holds():
    """Items are either unanimous or coin flips: no Beta. c = .75 + .25 = .75 of (1, .5) half each."""
    rng = np.random.default_rng(10)
    pi = np.where(rng.random(4000) < 0.5, rng.integers(0, 2, 4000).astype(float), 0.5)
    found = reward_model_ceiling(study(rng, pi, 5), scores=SIGNS)
    assert found.fit.fit_p < 1e-3
    assert found.low.low <= 0.75 <= found.high.high


@pytest.mark.parametrize(("alpha", "m"), [(0.6, 2), (0.6, 5), (1.4, 3)])
def test_intervals_cover_in_simulated_studies(alpha, m):
    """150 studies of 200 items each; the long study (docs/studies/planted_preferences.md) has 1,000 and more a cell."""
    rng = np.random.default_rng(11)
    truth = beta_ceiling(beta_rho(alpha))
    inside = safe = 0
    for _ in range(150):
        found = reward_model_ceiling(study(rng, rng.beta(alpha, alpha, 200), m), scores=SIGNS)
        inside += found.point.low <= truth <= found.point.high
        safe += found.low.low <= truth <= found.high.high
    assert inside >= 0.9 * 150
    assert safe >= inside - 3


def test_renaming_a_and_b_changes_nothing():
    rng = np.random.default_rng(3)
    table = rng.choice(3, size=(80, 4), p=[0.5, 0.1, 0.4])
    renamed = np.where((rng.random(80) < 0.5)[:, None], 2 - table, table)
    item, trainer = np.divmod(np.arange(table.size), 4)
    plain = reward_model_ceiling(*patterns_from_codes(item, trainer, table.ravel(), 3), scores=SIGNS)
    after = reward_model_ceiling(*patterns_from_codes(item, trainer, renamed.ravel(), 3), scores=SIGNS)
    assert repr(plain) == repr(after)


def test_chance_and_certainty():
    flips = reward_model_ceiling(Patterns(counts=[[1, 0, 1], [2, 0, 0]], multiplicity=[60, 40]), scores=SIGNS)
    assert flips.fit.rho.value == 0.0
    assert flips.point.value == 0.5
    assert (flips.low.value, flips.high.value) == (0.5, 0.5)
    sure = reward_model_ceiling(Patterns(counts=[[2, 0, 0], [0, 0, 2]], multiplicity=[30, 30]), scores=SIGNS)
    assert sure.point.value == 1.0
    assert 0.9 < sure.point.low < 1.0
    none = reward_model_ceiling(Patterns(counts=[[1, 1, 0]], multiplicity=[30]), scores=SIGNS)
    for part in (none.low, none.high, none.point):
        assert part.undefined == "no item has two judgments that both took a side"
    with pytest.raises(ValueError, match=r"agreement must lie in \[0, 1\], got 1.2"):
        ceiling_range(1.2)
    with pytest.raises(ValueError, match="k must be at least 1, got 0"):
        beta_ceiling(0.3, 0)
    with pytest.raises(ValueError, match=r"rho must lie in \[0, 1\], got -0.2"):
        beta_ceiling(-0.2)


# --- what more judgments would do -----------------------------------------------------------------------------------


def test_the_plan_foretells_the_precision_that_simulated_studies_have():
    rng = np.random.default_rng(12)
    alpha, n = 0.8, 300
    first = reward_model_ceiling(study(rng, rng.beta(alpha, alpha, n), 3), scores=SIGNS)
    plan = ceiling_plan(first.fit, first.point, k=(1, 3, 5))
    points = [
        reward_model_ceiling(study(rng, rng.beta(alpha, alpha, n), 5), scores=SIGNS).point.value for _ in range(120)
    ]
    assert plan.half_width[2] == pytest.approx(1.96 * np.std(points), rel=0.25)
    assert math.isnan(plan.half_width[0])
    assert plan.label_right[0] < plan.label_right[1] < plan.label_right[2]
    assert plan.now.value == pytest.approx(plan.half_width[1], rel=0.3)


def test_items_needed_reach_the_target_half_width():
    rng = np.random.default_rng(13)
    first = reward_model_ceiling(study(rng, rng.beta(1, 1, 500), 3), scores=SIGNS)
    plan = ceiling_plan(first.fit, first.point, k=(3, 5), target=0.02)
    reached = (
        ceiling_slope(first.fit.rho.value)
        * 1.96
        * math.sqrt(first.fit.design_effect / (plan.items_needed[0] * information(first.fit.rho.value, 3)))
    )
    assert reached == pytest.approx(0.02, rel=0.01)
    assert (plan.judgments_needed == plan.items_needed * plan.k).all()


def test_a_plan_needs_a_fit_inside_the_ends():
    fit = beta_fit(np.array([2]), np.array([0]), np.array([50]))
    sure = reward_model_ceiling(Patterns(counts=[[2, 0, 0]], multiplicity=[50]), scores=SIGNS)
    plan = ceiling_plan(fit, sure.point)
    assert "cannot be foretold" in str(plan.undefined)
    with pytest.raises(ValueError, match="target must be positive"):
        ceiling_plan(fit, sure.point, target=0)
    with pytest.raises(ValueError, match="k must hold numbers of at least 1"):
        ceiling_plan(fit, sure.point, k=(0, 3))


# --- slices ---------------------------------------------------------------------------------------------------------


def test_slices_that_share_one_rho_differ_in_five_per_cent_of_studies_and_are_drawn_together():
    rng = np.random.default_rng(14)
    small, shrunk_apart, own_apart = 0, [], []
    for _ in range(60):
        slices = {f"t{i}": (study(rng, rng.beta(0.7, 0.7, 60), 3), None) for i in range(6)}
        found = ceiling_by_slice(slices, scores=SIGNS)
        small += found.differ_p < 0.05
        shrunk_apart.append(np.std([s.shrunk.value for s in found.slices]))
        own_apart.append(np.std([s.ceiling.point.value for s in found.slices]))
    assert small <= 8
    assert np.mean(shrunk_apart) < 0.5 * np.mean(own_apart)


def test_slices_that_differ_are_found_and_stay_apart():
    rng = np.random.default_rng(15)
    slices = {
        "plain": (study(rng, rng.beta(0.1, 0.1, 300), 3), None),
        "contested": (study(rng, rng.beta(5, 5, 300), 3), None),
        "single": (Patterns(counts=[[1, 0, 0]], multiplicity=[5]), None),
    }
    found = ceiling_by_slice(slices, scores=SIGNS)
    by_name = {s.name: s for s in found.slices}
    assert found.differ_p < 1e-6
    assert by_name["plain"].shrunk.low > by_name["contested"].shrunk.high
    assert by_name["single"].shrunk.undefined is not None
    with pytest.raises(ValueError, match="at least one slice"):
        ceiling_by_slice({}, scores=SIGNS)
