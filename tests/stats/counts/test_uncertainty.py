"""Intervals: equal to brute force where they are exact, right in simulation where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.chance_corrected import WeightedAgreement
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.conger import Conger, conger_influences
from analytics.stats.agreement.crossed import crossed_spread, crossed_without_trainers, totals
from analytics.stats.agreement.distances import nominal_distances
from analytics.stats.agreement.icc import Icc
from analytics.stats.agreement.krippendorff import Alpha, OrdinalAlpha
from analytics.stats.agreement.two_trainers import CohenTable, cohen_kappa, paired_table
from analytics.stats.agreement.weights import agreement_weights
from analytics.stats.counts.functional import Functional, Tabulated
from analytics.stats.counts.leaving_out import without_items, without_trainers
from analytics.stats.counts.patterns import Patterns, without_trainer
from analytics.stats.counts.ratios import Merged, specific_agreement
from analytics.stats.counts.uncertainty import interval_of, item_variance, spread
from analytics.stats.preferences.preference_functionals import AlphaSymmetric, KappaSymmetric, non_tied_agreement
from tests.stats.tables import counted, random_table
from tests.studies.coverage_agreement import cell
from tests.studies.simulated_agreement import POPULATIONS

VALUES = np.array([1.0, 2.0, 4.0, 5.0, 8.0])
SCORES = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
LINEAR = agreement_weights("linear", VALUES)
FUNCTIONALS: dict[str, Functional] = {
    "alpha nominal": Alpha(distance=nominal_distances(5)),
    "alpha ordinal": OrdinalAlpha(n_labels=5),
    "percent": WeightedAgreement(weights=LINEAR, chance="none"),
    "fleiss": WeightedAgreement(weights=LINEAR, chance="marginal"),
    "gwet": WeightedAgreement(weights=LINEAR, chance="gwet"),
    "brennan": WeightedAgreement(weights=LINEAR, chance="uniform"),
    "specific": specific_agreement(1),
    "label kappa": Merged(inner=WeightedAgreement(weights=np.eye(2), chance="marginal"), group=(0, 1, 0, 0, 0)),
    "kappa symmetric": KappaSymmetric(scores=SCORES),
    "alpha symmetric": AlphaSymmetric(scores=SCORES),
    "non tied": non_tied_agreement(SCORES),
}
MATRIX = random_table(np.random.default_rng(0), 70, 7, 5)
PATTERNS, TRAINERS = counted(MATRIX, 5)


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_gradient(name: str) -> None:
    f = FUNCTIONALS[name]
    sums = f.sums(PATTERNS)
    step = 1e-5
    numeric = [(f.value(sums + step * e) - f.value(sums - step * e)) / (2 * step) for e in np.eye(sums.size)]
    np.testing.assert_allclose(f.gradient(sums), numeric, atol=1e-8)


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_leaving_out_an_item_is_counting_anew(name: str) -> None:
    f = FUNCTIONALS[name]
    left = without_items(Tabulated(f, PATTERNS))
    for p in range(0, PATTERNS.n_patterns, 7):
        fewer = PATTERNS.multiplicity.copy()
        fewer[p] -= 1
        assert left[p] == pytest.approx(f.point(Patterns(counts=PATTERNS.counts, multiplicity=fewer)), abs=1e-12)


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_leaving_out_a_trainer_is_counting_anew(name: str) -> None:
    f = FUNCTIONALS[name]
    found = without_trainers(Tabulated(f, PATTERNS), TRAINERS)
    for j in range(7):
        assert found.values[j] == pytest.approx(f.point(without_trainer(PATTERNS, TRAINERS, j)), abs=1e-12)


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_blocks_do_not_change_a_number(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    f = FUNCTIONALS[name]
    whole = spread(Tabulated(f, PATTERNS), TRAINERS, "two-way")
    monkeypatch.setattr("analytics.stats.counts.functional.BLOCK", 60)
    monkeypatch.setattr("analytics.stats.counts.leaving_out.BLOCK", 60)
    parts = spread(Tabulated(f, PATTERNS), TRAINERS, "two-way")
    for field in ("value", "items", "trainers", "raw_trainers", "bias"):
        assert getattr(whole, field) == pytest.approx(getattr(parts, field), abs=1e-12), field


@pytest.mark.parametrize("name", ["alpha nominal", "alpha ordinal", "fleiss", "gwet"])
def test_noise_of_leaving_out_a_trainer_is_the_variance_over_resampled_items(name: str) -> None:
    """Item bootstrap of value without j - value, trainers as they are: 1,500 replicates, 15 %."""
    rng = np.random.default_rng(1)
    matrix = random_table(rng, 250, 5, 5)
    f = FUNCTIONALS[name]
    found = without_trainers(Tabulated(f, counted(matrix, 5)[0]), counted(matrix, 5)[1])
    without = np.delete(matrix, 2, axis=1)
    z_all, z_left = f.moments(counts_of(matrix)), f.moments(counts_of(without))
    weights = rng.multinomial(250, np.full(250, 1 / 250), size=1500).astype(float)
    change = f.value(weights @ z_left) - f.value(weights @ z_all)
    assert np.sqrt(found.noise[2]) == pytest.approx(change.std(), rel=0.15)


def counts_of(matrix: np.ndarray) -> np.ndarray:
    return np.stack([(matrix == k).sum(axis=1) for k in range(5)], axis=1)


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_linearised_jackknife_and_bootstrap_agree_on_large_logs(name: str) -> None:
    f = FUNCTIONALS[name]
    patterns, _ = counted(random_table(np.random.default_rng(2), 1500, 5, 5), 5)
    table = Tabulated(f, patterns)
    linear, jack = (np.sqrt(item_variance(table, jackknife=j)[0]) for j in (False, True))
    assert linear == pytest.approx(jack, rel=0.01)
    weights = np.random.default_rng(3).multinomial(1500, patterns.multiplicity / 1500, size=1500).astype(float)
    boot = f.value(weights @ f.moments(patterns.counts)).std()
    assert boot == pytest.approx(jack, rel=0.08)


def test_crossed_values_without_a_trainer_are_counted_anew() -> None:
    for f in (Conger(weights=LINEAR), Icc(values=VALUES, form="icc_a1"), Icc(values=VALUES, form="icc_c1")):
        found = crossed_without_trainers(f, PATTERNS, TRAINERS)
        for j in range(7):
            p, t = counted(np.delete(MATRIX, j, axis=1), 5)
            assert found.values[j] == pytest.approx(float(f.value(*totals(f, p, t))), abs=1e-10)


@pytest.mark.parametrize("m", [3, 6])
def test_congers_item_error_from_patterns_is_close_to_the_exact_one(m: int) -> None:
    """A full panel with a leaning trainer: which trainers met is not in the patterns, and hardly matters."""
    rng = np.random.default_rng(4)
    matrix = random_table(rng, 200, m, 4, gaps=0)
    matrix[:, 0] = np.where(rng.random(200) < 0.3, 0, matrix[:, 0])
    patterns, trainers = counted(matrix, 4)
    exact = conger_influences(matrix, np.eye(4))
    assert exact.sum() == pytest.approx(0, abs=1e-9)
    se = np.sqrt((exact**2).sum() / 200 / 199)
    assert np.sqrt(crossed_spread(Conger(weights=np.eye(4)), patterns, trainers, "items").items) == pytest.approx(
        se, rel=0.01
    )


def test_cohens_closed_error_is_the_linearised_one() -> None:
    patterns, trainers = counted(random_table(np.random.default_rng(5), 300, 2, 4, gaps=0.1), 4)
    table = paired_table(patterns, trainers)
    cells = Patterns(counts=np.eye(16, dtype=int), multiplicity=table.reshape(-1))
    linear, n = item_variance(Tabulated(CohenTable(weights=np.eye(4)), cells), jackknife=False)
    assert n == table.sum()
    assert cohen_kappa(table).se == pytest.approx(np.sqrt(linear * (n - 1) / n), rel=1e-9)


def test_trainers_who_lean_widen_the_interval() -> None:
    patterns, trainers = POPULATIONS["even", "strongly biased"].study(np.random.default_rng(6), 500, 15)
    two_way, items = (
        agreement_coefficients(
            patterns, level="nominal", trainer_patterns=trainers, names=("krippendorff_alpha",), interval=interval
        )[0]
        for interval in ("two-way", "items")
    )
    assert two_way.value == items.value
    assert two_way.se > 1.3 * items.se
    assert two_way.interval_method.startswith("two-way")


def test_the_standard_error_is_right_for_leaning_trainers() -> None:
    """300 studies of 200 items by 15 trainers drawn anew: mean two-way se against the sd of the values, 15 %."""
    population, rng = POPULATIONS["even", "strongly biased"], np.random.default_rng(7)
    found = []
    for _ in range(300):
        p, t = population.study(rng, 200, 15)
        found.append(spread(Tabulated(Alpha(distance=nominal_distances(3)), p), t, "two-way"))
    se = np.sqrt(np.mean([f.variance for f in found]))
    assert se == pytest.approx(np.std([f.value for f in found]), rel=0.15)


@pytest.mark.parametrize(
    ("shape", "lean", "m", "n"),
    [("even", "strongly biased", 15, 100), ("skewed", "homogeneous", 60, 100), ("skewed", "strongly biased", 5, 30)],
)
def test_coverage_in_short(shape: str, lean: str, m: int, n: int) -> None:
    """Three of the 36 cells of docs/studies/coverage_agreement.md, 250 studies each."""
    names = ("krippendorff_alpha_nominal", "gwet_ac1")
    for row in cell(shape, lean, m, n, studies=250, names=names):
        assert float(str(row["covered"])) >= 0.89, row


def test_taking_trainers_as_given_is_too_sure_when_they_lean() -> None:
    (row,) = cell("even", "strongly biased", 5, 500, studies=120, names=("krippendorff_alpha_nominal",))
    assert float(str(row["covered_items_only"])) < 0.75
    assert float(str(row["covered"])) >= 0.89


def test_random_labels_give_alpha_zero() -> None:
    """Independent labels, 500 studies: mean within .01 of 0, the interval leaves 0 out in at most 6 % (+ 2 se)."""
    rng = np.random.default_rng(8)
    values, excluded = [], 0
    for _ in range(500):
        matrix = random_table(rng, 60, 8, 3, gaps=0.5, signal=0.0)
        p, t = counted(matrix, 3)
        (a,) = agreement_coefficients(p, level="nominal", trainer_patterns=t, names=("krippendorff_alpha",))
        values.append(a.value)
        excluded += not a.low <= 0 <= a.high
    assert abs(np.mean(values)) < 0.01
    assert excluded <= 0.06 * 500 + 2 * np.sqrt(500 * 0.05 * 0.95)


def test_the_bound_for_perfect_agreement_is_the_binomial_one() -> None:
    """20 items by two, no exception: at most 1 - .025^(1/20) of items differ, and percent agreement says so."""
    patterns, _ = counted(np.repeat(np.arange(20) % 2, 2).reshape(20, 2), 2)
    (found,) = agreement_coefficients(patterns, level="nominal", names=("percent_agreement",))
    assert found.high == 1
    assert found.low == pytest.approx(0.025 ** (1 / 20), abs=1e-12)
    assert "exact bound" in found.interval_method


def test_no_agreement_at_all_is_bounded_from_above() -> None:
    patterns, _ = counted(np.tile([0, 1], (20, 1)), 2)
    (found,) = agreement_coefficients(patterns, level="nominal", names=("percent_agreement",))
    assert (found.low, found.value) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 20), abs=1e-12)


def test_an_interval_needs_two_items_and_some_variation() -> None:
    one, _ = counted(np.array([[0, 0, 1]]), 2)
    table = Tabulated(Alpha(distance=nominal_distances(2)), one)
    assert interval_of(spread(table, None, "items"), 0.95).method == "none: one item gives no interval"
    same, _ = counted(np.tile([0, 0, 1], (4, 1)), 2)
    table = Tabulated(WeightedAgreement(weights=np.eye(2), chance="none"), same)
    assert interval_of(spread(table, None, "items"), 0.95).method == "none: no variation between items"
