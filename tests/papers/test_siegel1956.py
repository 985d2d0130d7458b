"""Siegel 1956 and Kendall's tied example: the coefficient of concordance W."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analytics.stats.agreement.rankings import kendall_w
from tests.papers.reference import REFERENCE, printed


def test_three_judges_rank_six_applicants():
    entry = REFERENCE["kendall_w_siegel"]
    found = kendall_w(entry["data"]["ranks"])
    expected, tolerance = entry["expected"], entry["tolerance"]
    assert found.s == pytest.approx(expected["S"], abs=tolerance)
    assert found.value == pytest.approx(expected["W"], abs=tolerance)
    assert found.chi2 == pytest.approx(expected["chi2"], abs=tolerance)
    assert found.mean_spearman == pytest.approx(expected["mean_spearman"], abs=tolerance)
    assert printed(entry, "W", found.value)


def test_tied_ranks():
    entry = REFERENCE["kendall_w_ties"]
    found = kendall_w(entry["data"]["ranks"])
    assert found.s == pytest.approx(entry["expected"]["S"], abs=entry["tolerance"])
    assert found.value == pytest.approx(entry["expected"]["W"], abs=entry["tolerance"])
    assert printed(entry, "W", found.value)
    friedman = stats.friedmanchisquare(*np.array(entry["data"]["ranks"]).T)
    assert found.chi2 == pytest.approx(friedman.statistic, abs=1e-9)
