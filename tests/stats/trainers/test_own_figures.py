"""Own figures from sums: the same as from the judgments themselves, and candidates that take turns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.core.metrics import metric
from analytics.core.results import Estimate
from analytics.stats.inference.beta_binomial import beta_binomial_fit, shrunken_shares
from analytics.stats.trainers.own_figures import (
    as_ratio,
    change_in_time,
    clear_answer,
    combined,
    mean_from_sums,
    own_share,
    share_among_peers,
    varied,
)

NUMBERS = st.lists(st.floats(-1, 1, allow_nan=False), min_size=10, max_size=60)


@given(NUMBERS)
def test_a_mean_from_sums_is_student_s_over_the_judgments(x: list[float]) -> None:
    y = np.asarray(x)
    found = mean_from_sums(y.size, float(y.sum()), float((y**2).sum()))
    assert found.value == pytest.approx(y.mean(), abs=1e-12)
    if y.std() > 1e-4:
        low, high = stats.t.interval(0.95, y.size - 1, loc=y.mean(), scale=stats.sem(y))
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-7), pytest.approx(high, abs=1e-7))


def test_few_judgments_have_no_mean_and_the_reason_says_so() -> None:
    found = mean_from_sums(9, 3.0, 3.0)
    assert math.isnan(found.value)
    assert found.undefined == "9 so far; from 10 judgments that others made too there is a figure"


def test_impossible_sums_are_refused() -> None:
    with pytest.raises(ValueError, match="squares must be at least"):
        mean_from_sums(10, 10.0, 1.0)
    with pytest.raises(ValueError, match="n must not be negative"):
        mean_from_sums(-1, 0.0, 0.0)


def test_limits_clip_the_interval_alone() -> None:
    found = mean_from_sums(10, 9.0, 9.0, limits=(0.0, 1.0))
    assert found.value == 0.9
    assert found.high == 1.0


def test_a_ratio_carries_its_interval_over() -> None:
    logs = mean_from_sums(10, 10 * math.log(2), 10 * math.log(2) ** 2)
    found = as_ratio(logs)
    assert (found.value, found.low, found.high) == (pytest.approx(2), pytest.approx(2), pytest.approx(2))
    assert as_ratio(mean_from_sums(1, 0.0, 0.0)).undefined


def test_the_worked_examples_of_the_registry() -> None:
    x = np.asarray(metric("own_severity").example_input)
    assert mean_from_sums(2, x.sum(), (x**2).sum(), fewest=2).value == metric("own_severity").example_value
    x = np.asarray(metric("own_relative_time").example_input)
    found = as_ratio(mean_from_sums(2, x.sum(), (x**2).sum(), fewest=2))
    assert found.value == pytest.approx(metric("own_relative_time").example_value)
    assert np.quantile([0.6, 0.7, 0.7, 0.8, 0.9], [0.25, 0.5, 0.75]).tolist() == [0.7, 0.7, 0.8]


def test_share_with_wilson_newcombe1998() -> None:
    found = own_share(81, 263, nothing="none")
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert own_share(0, 0, nothing="none yet").undefined == "none yet"


def test_shrinkage_is_the_posterior_of_the_team_s_beta() -> None:
    rng = np.random.default_rng(3)
    true = rng.beta(8, 2, size=400)
    n = np.full(400, 40)
    hits = rng.binomial(n, true)
    fit = beta_binomial_fit(hits, n)
    near = share_among_peers(5, 10, mean=true.mean(), spread=true.std())
    team = shrunken_shares("x", np.array([5]), np.array([10]), fit)
    assert near.value == pytest.approx(float(team.value[0]), abs=0.02)
    assert near.low < 0.6 < near.high
    assert 0.5 < near.value < true.mean()


@pytest.mark.parametrize(
    ("n", "mean", "spread", "why"),
    [
        (0, 0.8, 0.1, "no judgments on items"),
        (5, math.nan, 0.1, "too few colleagues"),
        (5, 0.8, 0.0, "no spread"),
        (5, 1.0, 0.1, "no spread"),
        (5, 0.5, 0.6, "no spread"),
    ],
)
def test_no_team_to_draw_on_is_said(n: int, mean: float, spread: float, why: str) -> None:
    assert why in str(share_among_peers(0, n, mean=mean, spread=spread).undefined)


def test_more_hits_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match=r"hits must lie in 0\.\.n"):
        share_among_peers(3, 2, mean=0.5, spread=0.1)


def test_a_clear_answer_needs_most_of_the_others() -> None:
    assert clear_answer(["a"] * 6 + ["b"] * 4) is None
    found = clear_answer(["a"] * 7 + ["b"] * 3)
    assert found is not None
    assert (found.label, found.share) == ("a", 0.7)
    assert clear_answer([]) is None
    with pytest.raises(ValueError, match="at_least must lie between"):
        clear_answer(["a"], at_least=0.5)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), max_size=40), st.integers(0, 8))
def test_groups_take_turns(candidates: list[tuple[int, float]], most: int) -> None:
    groups, weights = [g for g, _ in candidates], [w for _, w in candidates]
    chosen = varied(groups, weights, most=most)
    assert len(chosen) == len(set(chosen)) == min(most, len(candidates))
    first = chosen[: len(set(groups))]
    assert len({groups[k] for k in first}) == len(first)


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError, match="same length"):
        varied([1], [], most=1)


def period(value: float, se: float, n: int = 20) -> Estimate:
    return Estimate(value=value, se=se, n_judgments=n)


def test_change_is_later_half_minus_earlier_weighted_by_judgments() -> None:
    gone = Estimate(value=math.nan, undefined="too few")
    found = change_in_time([period(0.0, 0.1, 30), gone, period(0.2, 0.1, 10), period(0.4, 0.2, 20)])
    assert found.value == pytest.approx((0.2 * 10 + 0.4 * 20) / 30 - 0.0)
    assert found.se == pytest.approx(math.sqrt(0.1**2 + (1.0 + 16.0) / 900))
    assert found.high - found.low == pytest.approx(2 * stats.norm.ppf(0.975) * found.se)
    assert found.n_judgments == 60
    assert not change_in_time([gone, period(0.2, 0.1)]).defined
    example = metric("own_change")
    assert change_in_time([period(x, 0.1) for x in example.example_input]).value == pytest.approx(example.example_value)


def test_changes_of_criteria_together_are_surer_than_each() -> None:
    found = combined([period(0.1, 0.1), period(0.4, 0.2), Estimate(value=math.nan, undefined="none")])
    assert found.value == pytest.approx((0.1 / 0.01 + 0.4 / 0.04) / 125)
    assert found.se == pytest.approx(125**-0.5)
    assert not combined([]).defined


def test_a_trainer_who_does_not_change_is_rarely_told_so() -> None:
    rng = np.random.default_rng(8)
    told = 0
    for _ in range(400):
        parts = [mean_from_sums(20, float(x.sum()), float((x**2).sum())) for x in rng.normal(0.0, 0.4, (6, 20))]
        change = change_in_time(parts)
        told += change.low > 0 or change.high < 0
    assert told / 400 < 0.1
