"""Differences: what two sets of items share cancels, what they do not adds up, and no difference is found in none."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, TrainerPatterns, patterns_from_codes
from analytics.stats.inference.comparison import (
    NOT_SUMS,
    difference_of_independent,
    difference_on_same_items,
    difference_with_shared_trainers,
)
from tests.stats.tables import counted, random_table
from tests.studies.simulated_agreement import POPULATIONS

ALPHA = "krippendorff_alpha"


def halves(rng: np.random.Generator, lean: str, n: int, m: int) -> list[tuple[Patterns, TrainerPatterns]]:
    """Two sets of items of one population, judged by the same trainers."""
    population = POPULATIONS["even", lean]
    confusion = population.confusions(rng, m)
    out = []
    for _ in range(2):
        true = rng.choice(3, n, p=population.prior)
        who = np.argsort(rng.random((n, m)), axis=1)[:, :3]
        upto = confusion[who, true[:, None]].cumsum(axis=2)
        label = np.minimum((rng.random((n, 3, 1)) > upto).sum(axis=2), 2)
        codes = patterns_from_codes(np.repeat(np.arange(n), 3), who.ravel(), label.ravel(), 3)
        t = codes[1]
        trainers = TrainerPatterns(trainer=t.trainer, pattern=t.pattern, label=t.label, n=t.n, n_trainers=m)
        out.append((codes[0], trainers))
    return out


def test_independent_variances_add() -> None:
    rng = np.random.default_rng(0)
    sides = [counted(random_table(rng, 80, 5, 3), 3) for _ in range(2)]
    a, b = (
        agreement_coefficients(p, level="nominal", trainer_patterns=t, names=(ALPHA,), interval="items")[0]
        for p, t in sides
    )
    found = difference_of_independent(a, b)
    assert found.value == a.value - b.value
    assert found.se == pytest.approx(np.hypot(a.se, b.se))
    assert found.low < found.value < found.high
    assert (found.low <= 0 <= found.high) == (found.p_value >= 0.05)


def test_different_coefficients_are_not_compared() -> None:
    patterns, trainers = counted(random_table(np.random.default_rng(1), 40, 4, 3), 3)
    a, b = agreement_coefficients(
        patterns, level="nominal", trainer_patterns=trainers, names=("gwet_ac1", "fleiss_kappa")
    )
    with pytest.raises(ValueError, match="must be the same to be compared, got 'gwet_ac1' and 'fleiss_kappa'"):
        difference_of_independent(a, b)


def test_undefined_sides_say_so() -> None:
    one = Patterns.from_matrix([[0, 0], [0, 0]], 2)
    two = Patterns.from_matrix([[0, 1], [1, 1]], 2)
    a, b = (agreement_coefficients(p, level="nominal", names=(ALPHA,))[0] for p in (one, two))
    assert "no variation" in str(difference_of_independent(a, b).undefined)
    nobody = TrainerPatterns(trainer=[], pattern=[], label=[], n=[], n_trainers=0)  # type: ignore[arg-type]
    found = difference_with_shared_trainers("conger_kappa", (one, nobody), (two, nobody), level="nominal")
    assert found.undefined == NOT_SUMS


def test_trainers_in_common_cancel() -> None:
    """Strongly biased trainers on both sides: the difference is far surer than two-way errors of the sides say."""
    rng = np.random.default_rng(2)
    ratios = []
    for _ in range(20):
        first, second = halves(rng, "strongly biased", 400, 12)
        shared = difference_with_shared_trainers("percent_agreement", first, second, level="nominal")
        a, b = (
            agreement_coefficients(p, level="nominal", trainer_patterns=t, names=("percent_agreement",))[0]
            for p, t in (first, second)
        )
        ratios.append(shared.se / np.hypot(a.se, b.se))
        assert shared.value == pytest.approx(a.value - b.value)
    assert np.median(ratios) < 0.85


@pytest.mark.parametrize("lean", ["homogeneous", "strongly biased"])
def test_no_difference_is_found_where_there_is_none(lean: str) -> None:
    rng = np.random.default_rng(3)
    found = [difference_with_shared_trainers(ALPHA, *halves(rng, lean, 60, 10), level="nominal") for _ in range(250)]
    assert np.mean([d.low <= 0 <= d.high for d in found]) >= 0.93
    assert np.mean([d.p_value < 0.05 for d in found]) <= 0.07


def test_the_same_items_cancel() -> None:
    """Two groups judge the same items, hard ones included: the paired error is smaller, and right."""
    rng = np.random.default_rng(4)
    paired, apart, values = [], [], []
    for _ in range(200):
        truth, sure = rng.integers(0, 3, 120), np.where(rng.random(120) < 0.5, 0.95, 0.35)
        tables = [
            np.where(rng.random((120, 3)) < sure[:, None], truth[:, None], rng.integers(0, 3, (120, 3)))
            for _ in range(2)
        ]
        counts = [np.stack([(t == k).sum(axis=1) for k in range(3)], axis=1) for t in tables]
        d = difference_on_same_items(ALPHA, *counts, np.ones(120, dtype=int), level="nominal")
        each = [
            agreement_coefficients(Patterns.from_counts(c), level="nominal", names=(ALPHA,), interval="jackknife")[0]
            for c in counts
        ]
        assert d.value == pytest.approx(each[0].value - each[1].value)
        paired.append(d)
        apart.append(np.hypot(each[0].se, each[1].se))
        values.append(d.value)
    se = np.mean([d.se for d in paired])
    assert se < 0.9 * np.mean(apart)
    assert se == pytest.approx(np.std(values), rel=0.15)
    assert np.mean([d.low <= 0 <= d.high for d in paired]) >= 0.91


def test_identical_sides_have_no_difference() -> None:
    counts = np.array([[2, 0], [1, 1], [0, 2]])
    found = difference_on_same_items(ALPHA, counts, counts, [3, 2, 4], level="nominal")
    assert found.value == 0
    assert found.interval_method.startswith("none")


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="must have one shape"):
        difference_on_same_items(ALPHA, [[1, 1]], [[1, 1], [0, 2]], [1], level="nominal")
    a, b = counted(np.array([[0, 1]]), 2), counted(np.array([[0, 1, 1]]), 2)
    with pytest.raises(ValueError, match="same labels and trainers"):
        difference_with_shared_trainers(ALPHA, a, b, level="nominal")
    with pytest.raises(ValueError, match="name must be a coefficient for level 'nominal', got 'icc_a1'"):
        difference_with_shared_trainers("icc_a1", a, a, level="nominal")
