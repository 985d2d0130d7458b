"""Empirical Bayes over ten trainers against gold, recomputed with scipy's betabinom and Nelder-Mead."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from analytics.stats.inference.beta_binomial import beta_binomial_fit
from analytics.stats.trainers.gold_accuracy import gold_accuracy

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["beta_binomial_gold_accuracy"]
CORRECT, TOTAL, EXPECTED = ENTRY["data"]["correct"], ENTRY["data"]["total"], ENTRY["expected"]


@pytest.fixture(scope="module")
def found():
    return gold_accuracy(CORRECT, TOTAL, target=0.85)


def test_fit(found):
    assert found.team.alpha == pytest.approx(EXPECTED["alpha"], rel=ENTRY["tolerance"])
    assert found.team.beta == pytest.approx(EXPECTED["beta"], rel=ENTRY["tolerance"])
    assert -found.team.log_likelihood == pytest.approx(EXPECTED["neg_loglik"], abs=1e-6)


def test_likelihood_is_scipys(found):
    a, b = found.team.alpha, found.team.beta
    assert found.team.log_likelihood == pytest.approx(float(stats.betabinom.logpmf(CORRECT, TOTAL, a, b).sum()))


def test_posteriors(found):
    np.testing.assert_allclose(found.shrunken.value, EXPECTED["posterior_mean"], atol=ENTRY["tolerance"])
    np.testing.assert_allclose(found.shrunken.low, EXPECTED["posterior_lo95"], atol=ENTRY["tolerance"])
    np.testing.assert_allclose(found.shrunken.high, EXPECTED["posterior_hi95"], atol=ENTRY["tolerance"])
    np.testing.assert_allclose(found.p_below_target, EXPECTED["p_below_0_85"], atol=ENTRY["tolerance"])


def test_five_of_ten_is_pulled_to_the_team(found):
    assert found.shrunken.value[6] == pytest.approx(0.724, abs=0.0006)
    assert beta_binomial_fit(CORRECT, TOTAL).alpha == found.team.alpha
