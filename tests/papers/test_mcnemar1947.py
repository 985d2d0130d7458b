"""McNemar 1947, on Agresti's approval ratings: 794, 150, 86, 570."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import SquareTable

from analytics.stats.agreement.two_trainers import bowker, mcnemar, stuart_maxwell
from tests.papers.reference import REFERENCE, printed

ENTRY = REFERENCE["mcnemar_agresti"]
TABLE = np.array(ENTRY["data"]["table"])


def test_statistic_and_p_value() -> None:
    found = mcnemar(TABLE)
    assert found.statistic == pytest.approx(ENTRY["expected"]["chi2"], abs=1e-9)
    assert found.p_value == pytest.approx(ENTRY["expected"]["p"], rel=1e-5)
    assert printed(ENTRY, "z", -np.sqrt(found.statistic))
    assert not found.exact


def test_two_labels_are_the_small_case_of_the_others() -> None:
    assert stuart_maxwell(TABLE).statistic == pytest.approx(mcnemar(TABLE).statistic, rel=1e-12)
    assert bowker(TABLE).statistic == pytest.approx(mcnemar(TABLE).statistic, rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_statsmodels_agrees(seed: int) -> None:
    table = np.random.default_rng(seed).integers(1, 30, (4, 4))
    theirs = SquareTable(table, shift_zeros=False)
    assert stuart_maxwell(table).statistic == pytest.approx(theirs.homogeneity(method="stuart_maxwell").statistic)
    other = theirs.homogeneity(method="bhapkar")
    assert stuart_maxwell(table, bhapkar=True).statistic == pytest.approx(other.statistic)
    assert bowker(table).statistic == pytest.approx(theirs.symmetry().statistic)


def test_trainers_who_never_differ() -> None:
    same = np.diag([3, 4])
    for found in (mcnemar(same), stuart_maxwell(same), bowker(same)):
        assert found.undefined == "the two trainers never differ"
        assert np.isnan(found.statistic)


def test_few_discordant_items_are_tested_exactly() -> None:
    found = mcnemar(np.array([[10, 3], [0, 10]]))
    assert found.exact
    assert found.p_value == pytest.approx(0.25)
