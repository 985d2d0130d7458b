"""Properties of every coefficient of the registry, driven by the registry; a new one cannot dodge them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY
from analytics.core.results import Coefficient
from analytics.core.scale import LEVELS
from analytics.stats.agreement.coefficients import agreement_coefficients, coefficient_names
from analytics.stats.agreement.named_coefficients import COEFFICIENTS, NEEDS
from analytics.stats.counts.patterns import merged
from tests.stats.tables import counted, random_table

K = 4
VALUES = {
    "nominal": (0.0, 1.0, 2.0, 3.0),
    "ordinal": (1.0, 2.0, 3.0, 4.0),
    "interval": (1.0, 2.0, 4.0, 5.0),
    "ratio": (1.0, 2.0, 4.0, 8.0),
    "set": (0.0, 1.0, 2.0, 3.0),
    "preference": (-1.0, 0.0, 1.0),
    "ranking": (0.0, 1.0, 2.0, 3.0),
    "text": (0.0, 1.0, 2.0, 3.0),
}
LABELS = {"set": ("", "bias", "bias|tox", "pii"), "ranking": ("a>b>c", "b>a>c", "c>b>a", "a=b>c")}
CASES = [(name, level) for name, entry in COEFFICIENTS.items() for level in sorted(entry.levels)]
TWO = {name for name, entry in COEFFICIENTS.items() if "two trainers" in entry.needs}


def n_labels(name: str, level: str) -> int:
    return 2 if name == "rare_label_agreement" else len(VALUES[level])


def table(seed: int, name: str, level: str, n: int = 40) -> np.ndarray:
    """A gappy table fit for the coefficient: two trainers where it wants two, two labels where it wants two."""
    rng = np.random.default_rng(seed)
    k = n_labels(name, level)
    return random_table(rng, n, 2 if name in TWO else 5, k, gaps=0.15 if name in TWO else 0.35)


def computed(
    matrix: np.ndarray, name: str, level: str, *, values: tuple[float, ...] | None = None,
    labels: tuple[str, ...] | None = None, interval: str = "two-way",
) -> Coefficient:  # fmt: skip
    k = n_labels(name, level)
    patterns, trainers = counted(matrix, k)
    (found,) = agreement_coefficients(
        patterns, level=level, names=(name,), trainer_patterns=trainers, values=(values or VALUES[level])[:k],
        labels=labels or LABELS.get(level), distance=1 - np.eye(K) if level == "text" else None, interval=interval,
        rng=np.random.default_rng(0), replicates=50,
    )  # fmt: skip
    return found


FIELDS = ("value", "low", "high", "se", "observed", "expected")


def same(a: Coefficient, b: Coefficient, abs_: float = 1e-9, fields: tuple[str, ...] = FIELDS) -> None:
    for field in fields:
        assert getattr(a, field) == pytest.approx(getattr(b, field), abs=abs_, nan_ok=True), field


@pytest.mark.parametrize(("name", "level"), CASES)
class TestEveryCoefficient:
    def test_is_defined_and_inside_its_range_with_its_interval(self, name: str, level: str) -> None:
        for seed in range(3):
            found = computed(table(seed, name, level), name, level)
            assert found.undefined is None, found.undefined
            metric = REGISTRY[name]
            assert metric.minimum - 1e-9 <= found.low <= found.value <= found.high <= metric.maximum + 1e-9
            assert found.se > 0
            assert found.n_trainers == (2 if name in TWO else 5)
            assert found.n_items_paired is not None
            assert found.n_items is not None
            assert found.n_items_paired <= found.n_items

    def test_order_of_trainers_and_items_does_not_matter(self, name: str, level: str) -> None:
        matrix = table(3, name, level)
        rng = np.random.default_rng(9)
        shuffled = matrix[rng.permutation(len(matrix))]
        same(computed(matrix, name, level), computed(shuffled, name, level))
        turned = matrix[:, rng.permutation(matrix.shape[1])]
        same(computed(matrix, name, level), computed(turned, name, level))

    def test_shards_add_up(self, name: str, level: str) -> None:
        matrix = table(4, name, level)
        k = n_labels(name, level)
        whole, _ = counted(matrix, k)
        parts = [counted(part, k)[0] for part in np.array_split(matrix, 3)]
        together = merged(parts)
        np.testing.assert_array_equal(together.counts, whole.counts)
        np.testing.assert_array_equal(together.multiplicity, whole.multiplicity)
        build = COEFFICIENTS[name].functional
        if build is None:
            return
        (a,) = agreement_coefficients(
            together, level=level, names=(name,), values=VALUES[level][:k], labels=LABELS.get(level),
            distance=1 - np.eye(k) if level == "text" else None,
        )  # fmt: skip
        assert a.value == pytest.approx(computed(matrix, name, level).value, abs=1e-12)

    def test_every_interval_holds_the_value_and_widens_with_confidence(self, name: str, level: str) -> None:
        matrix = table(5, name, level, n=60)
        k = n_labels(name, level)
        patterns, trainers = counted(matrix, k)
        for interval in ("two-way", "items", "jackknife", "bootstrap", "gwet"):
            widths = []
            for confidence in (0.5, 0.9, 0.99):
                (found,) = agreement_coefficients(
                    patterns, level=level, names=(name,), trainer_patterns=trainers, values=VALUES[level][:k],
                    labels=LABELS.get(level), distance=1 - np.eye(K) if level == "text" else None, interval=interval,
                    confidence=confidence, rng=np.random.default_rng(1), replicates=300,
                )  # fmt: skip
                assert found.low <= found.value <= found.high or interval == "bootstrap", interval
                assert found.interval_method.split(":")[0] in ("two-way", "items"), interval
                widths.append(found.high - found.low)
            assert widths[0] < widths[1] <= widths[2] + 1e-12, interval


#: What happens to a coefficient when its labels are renamed.
RENAMING = {
    "percent_agreement", "rare_label_agreement", "krippendorff_alpha_nominal", "fleiss_kappa", "scott_pi",
    "cohen_kappa", "conger_kappa", "gwet_ac1", "brennan_prediger",
}  # fmt: skip
#: ... when the numbers of the labels are stretched but keep their order.
STRETCHING = {"krippendorff_alpha_gwet_ordinal", "adjacent_agreement"}
#: ... when the numbers of the labels are shifted and scaled.
SHIFTING = {"cohen_kappa_linear", "cohen_kappa_quadratic", "gwet_ac2", "icc_a1", "icc_c1", "icc_ak"}
#: ... when A and B change names on any item.
SWAPPING = {"kappa_symmetric", "non_tied_agreement", "alpha_symmetric", "tie_share"}
#: ... when flags or answers get other names.
RENAMED_PARTS = {"krippendorff_alpha_jaccard", "mean_tau_b", "kendall_w", "top_1_agreement"}
#: each level has its own
BY_LEVEL = {"krippendorff_alpha"}

PERFECT_IS_ONE = set(COEFFICIENTS) - {"tie_share"}
#: Twice the same items: exactly the same value ...
DUPLICATION = {
    "percent_agreement", "adjacent_agreement", "rare_label_agreement", "fleiss_kappa", "scott_pi", "cohen_kappa",
    "cohen_kappa_linear", "cohen_kappa_quadratic", "conger_kappa", "gwet_ac1", "gwet_ac2", "brennan_prediger",
    "kappa_symmetric", "non_tied_agreement", "alpha_symmetric", "tie_share", "mean_tau_b", "kendall_w",
    "top_1_agreement",
}  # fmt: skip
#: ... or the correction for the number of judgments alone.
DUPLICATION_CORRECTED = {
    "krippendorff_alpha", "krippendorff_alpha_nominal", "krippendorff_alpha_gwet_ordinal", "krippendorff_alpha_jaccard",
}  # fmt: skip
#: ... or nearly, since variance components are corrected for degrees of freedom.
DUPLICATION_NEARLY = {"icc_a1", "icc_c1", "icc_ak"}


@pytest.mark.parametrize("name", sorted(RENAMING))
def test_renaming_labels(name: str) -> None:
    level = sorted(COEFFICIENTS[name].levels)[0]
    matrix = table(6, name, level)
    k = n_labels(name, level)
    rename = np.roll(np.arange(k), 1)
    renamed = np.where(matrix < 0, -1, rename[np.maximum(matrix, 0)])
    same(computed(matrix, name, level), computed(renamed, name, level))


@pytest.mark.parametrize(
    ("name", "level"), [(n, lv) for n, lv in CASES if n in STRETCHING] + [("krippendorff_alpha", "ordinal")]
)
def test_stretching_an_ordered_scale(name: str, level: str) -> None:
    matrix = table(7, name, level)
    same(computed(matrix, name, level), computed(matrix, name, level, values=(1.0, 1.5, 40.0, 900.0)))


@pytest.mark.parametrize(
    ("name", "level"), [(n, lv) for n, lv in CASES if n in SHIFTING] + [("krippendorff_alpha", "interval")]
)
def test_shifting_and_scaling_numbers(name: str, level: str) -> None:
    matrix = table(8, name, level)
    moved = tuple(10 + 3 * v for v in VALUES[level])
    same(computed(matrix, name, level), computed(matrix, name, level, values=moved), 1e-6, FIELDS[:4])


def test_scaling_a_ratio_scale() -> None:
    matrix = table(9, "krippendorff_alpha", "ratio")
    scaled = tuple(7 * v for v in VALUES["ratio"])
    a = computed(matrix, "krippendorff_alpha", "ratio")
    same(a, computed(matrix, "krippendorff_alpha", "ratio", values=scaled))
    shifted = computed(matrix, "krippendorff_alpha", "ratio", values=tuple(5 + v for v in VALUES["ratio"]))
    assert shifted.value != pytest.approx(a.value, abs=1e-4), "a ratio scale has a zero"


@pytest.mark.parametrize("name", sorted(SWAPPING))
def test_swapping_the_names_of_answers_on_any_item(name: str) -> None:
    matrix = table(10, name, "preference")
    swap = np.random.default_rng(0).random(len(matrix)) < 0.5
    swapped = np.where(swap[:, None] & (matrix >= 0), 2 - matrix, matrix)
    same(computed(matrix, name, "preference"), computed(swapped, name, "preference"))


def test_ordinary_alpha_does_change_when_answers_are_swapped() -> None:
    matrix = table(10, "krippendorff_alpha", "preference")
    swap = np.random.default_rng(0).random(len(matrix)) < 0.5
    swapped = np.where(swap[:, None] & (matrix >= 0), 2 - matrix, matrix)
    a, b = (computed(m, "krippendorff_alpha", "preference").value for m in (matrix, swapped))
    assert a != pytest.approx(b, abs=1e-4)


@pytest.mark.parametrize("name", sorted(RENAMED_PARTS | BY_LEVEL))
def test_renaming_flags_and_answers(name: str) -> None:
    renamed = {"set": ("", "x", "x|y", "nan"), "ranking": ("q>r>z", "r>q>z", "z>r>q", "q=r>z")}
    for level in sorted(COEFFICIENTS[name].levels & set(renamed)):
        matrix = table(11, name, level)
        same(computed(matrix, name, level), computed(matrix, name, level, labels=renamed[level]))


@pytest.mark.parametrize(("name", "level"), [c for c in CASES if c[0] in PERFECT_IS_ONE])
def test_full_agreement_is_one_and_its_interval_is_open_below(name: str, level: str) -> None:
    rng = np.random.default_rng(12)
    k = n_labels(name, level)
    truth = np.concatenate([np.arange(k), rng.integers(0, k, 40)])
    matrix = np.repeat(truth[:, None], 2 if name in TWO else 4, axis=1)
    found = computed(matrix, name, level)
    assert found.value == pytest.approx(1)
    if not np.isnan(found.low):
        assert found.low < 1, "no finite number of items proves that trainers never differ"


def doubled(matrix: np.ndarray) -> np.ndarray:
    return np.concatenate([matrix, matrix])


@pytest.mark.parametrize(("name", "level"), CASES)
def test_the_same_items_twice(name: str, level: str) -> None:
    matrix = table(13, name, level)
    a, b = computed(matrix, name, level).value, computed(doubled(matrix), name, level).value
    if name in DUPLICATION:
        assert b == pytest.approx(a, abs=1e-12)
    elif name in DUPLICATION_CORRECTED:
        paired = matrix[(matrix >= 0).sum(axis=1) > 1]
        n = int((paired >= 0).sum())
        assert (1 - b) == pytest.approx((1 - a) * (2 * n - 1) / (2 * n - 2), abs=1e-12)
    else:
        assert name in DUPLICATION_NEARLY
        assert b == pytest.approx(a, abs=0.03)


def test_conger_and_cohen_are_one_with_two_trainers_and_no_gaps() -> None:
    matrix = random_table(np.random.default_rng(14), 50, 2, K, gaps=0)
    cohen, conger = (computed(matrix, name, "nominal") for name in ("cohen_kappa", "conger_kappa"))
    assert cohen.value == pytest.approx(conger.value, abs=1e-12)


def test_alpha_tends_to_fleiss_kappa() -> None:
    patterns, _ = counted(random_table(np.random.default_rng(15), 60, 4, 3, gaps=0), 3)
    many = dataclasses.replace(patterns, multiplicity=patterns.multiplicity * 100_000)
    alpha, kappa = agreement_coefficients(many, level="nominal", names=("krippendorff_alpha", "fleiss_kappa"))
    assert alpha.value == pytest.approx(kappa.value, abs=1e-6)


def test_no_metric_was_forgotten() -> None:
    behaviour: list[set[str]] = [RENAMING, STRETCHING, SHIFTING, SWAPPING, RENAMED_PARTS, BY_LEVEL]
    assert set().union(*behaviour) == set(COEFFICIENTS)
    assert sum(map(len, behaviour)) == len(COEFFICIENTS), "each coefficient has one behaviour under recoding"
    assert set(COEFFICIENTS) == DUPLICATION | DUPLICATION_CORRECTED | DUPLICATION_NEARLY
    assert {level for entry in COEFFICIENTS.values() for level in entry.levels} == set(LEVELS)
    assert set().union(*(entry.needs for entry in COEFFICIENTS.values())) <= NEEDS
    for level in LEVELS:
        assert coefficient_names(level)
    assert set(COEFFICIENTS) <= set(REGISTRY)
