"""What never happened bounds what could: full agreement, and labels that no two judgments share."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.label_agreement import label_agreements
from analytics.stats.counts.exact_bounds import NEVER_SHARED, share_bound, unshared_labels
from tests.stats.tables import counted


def test_the_bound_is_the_binomial_one() -> None:
    for n in (1, 20, 500):
        assert (1 - share_bound(n, 0.95)) ** n == pytest.approx(0.025)


def test_labels_that_nobody_confirmed() -> None:
    patterns, _ = counted(np.array([[0, 0, 1], [0, 2, 2], [0, 3, -1], [4, -1, -1]]), 6)
    assert sorted(unshared_labels(patterns)) == [1, 3]
    assert unshared_labels(patterns, group=(0, 0, 0, 1, 1, 0)).tolist() == [3]


UNCONFIRMED = np.array([[0, 0, 0]] * 28 + [[0, 1, 0], [1, 0, 0]])


@pytest.mark.parametrize("name", ["krippendorff_alpha", "fleiss_kappa", "conger_kappa"])
def test_an_unconfirmed_rare_flag_leaves_the_interval_open(name: str) -> None:
    """30 items, two flags, none confirmed: alpha is near 0, but nobody knows yet whether the flag can be agreed on."""
    patterns, trainers = counted(UNCONFIRMED, 2)
    (found,) = agreement_coefficients(patterns, level="nominal", trainer_patterns=trainers, names=(name,))
    assert abs(found.value) < 0.06
    assert found.high > 0.6
    assert found.interval_method.endswith(NEVER_SHARED)


def test_one_confirmation_and_the_ordinary_interval_is_back() -> None:
    patterns, trainers = counted(np.concatenate([UNCONFIRMED, [[1, 1, 0]]]), 2)
    (found,) = agreement_coefficients(
        patterns, level="nominal", trainer_patterns=trainers, names=("krippendorff_alpha",)
    )
    assert NEVER_SHARED not in found.interval_method


def test_percent_agreement_and_ac1_do_not_need_it() -> None:
    patterns, trainers = counted(UNCONFIRMED, 2)
    for c in agreement_coefficients(
        patterns, level="nominal", trainer_patterns=trainers, names=("percent_agreement", "gwet_ac1")
    ):
        assert NEVER_SHARED not in c.interval_method


def test_the_rare_labels_own_numbers_are_open_too() -> None:
    """Two items carry the flag, none twice: at most 1 - .025^(1/2) of such items would, so p <= 2 p / (1 + p)."""
    patterns, trainers = counted(UNCONFIRMED, 2)
    _, flag = label_agreements(patterns, trainers)
    share = share_bound(2, 0.95)
    assert (flag.specific.value, flag.specific.low) == (0, 0)
    size = 3
    pairs, judgments = share * 2 * size, (1 - share) * 2 + share * 2 * size
    assert flag.specific.high == pytest.approx(pairs / judgments)
    assert flag.kappa.high > 0.6


def test_cohen_with_a_flag_only_one_uses_and_with_full_agreement() -> None:
    one_sided = np.array([[0, 0]] * 28 + [[0, 1]] * 2)
    patterns, trainers = counted(one_sided, 2)
    (found,) = agreement_coefficients(patterns, level="nominal", trainer_patterns=trainers, names=("cohen_kappa",))
    assert found.value == pytest.approx(0)
    assert found.high > 0.6
    both = np.array([[0, 0]] * 20 + [[1, 1]] * 10)
    patterns, trainers = counted(both, 2)
    (found,) = agreement_coefficients(patterns, level="nominal", trainer_patterns=trainers, names=("cohen_kappa",))
    assert (found.value, found.high) == (1, 1)
    assert 0.6 < found.low < 0.8
    assert "exact bound" in found.interval_method


def test_a_rare_flag_and_few_items_are_covered() -> None:
    """10 % flags, 30 items by 2 of 12 trainers, 300 studies: without the bound coverage was .83 to .89."""
    rng = np.random.default_rng(0)
    confusion = np.array([[0.97, 0.03], [0.15, 0.85]])
    p = np.array([0.9, 0.1])
    share = p @ confusion
    agreed = float((p[:, None] * confusion**2).sum())
    truth = 1 - (1 - agreed) / (1 - share @ share)
    covered = []
    for _ in range(300):
        true = (rng.random(30) < 0.1).astype(int)
        who = np.argsort(rng.random((30, 12)), axis=1)[:, :2]
        label = (rng.random((30, 2)) < confusion[true, 1][:, None]).astype(int)
        matrix = np.full((30, 12), -1)
        np.put_along_axis(matrix, who, label, axis=1)
        patterns, trainers = counted(matrix, 2)
        (a,) = agreement_coefficients(
            patterns, level="nominal", trainer_patterns=trainers, names=("krippendorff_alpha",)
        )
        if a.undefined is None:
            covered.append(a.low <= truth <= a.high)
    assert np.mean(covered) >= 0.93
