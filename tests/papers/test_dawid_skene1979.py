"""Dawid and Skene 1979, Applied Statistics 28:20-28, table 1: 45 patients, 5 anaesthetists, one rating thrice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.one_coin import one_coin, wawa
from analytics.stats.trainers.spammer_score import spammer_score

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["dawid_skene1979_anaesthetists"]
FIRST = REFERENCE["dawid_skene_first_rating_only"]


def anaesthetists(first_only: bool) -> JudgmentCodes:
    rows = [
        (int(patient) - 1, observer, rating - 1)
        for patient, by_observer in ENTRY["data"]["ratings"].items()
        for observer, ratings in enumerate(by_observer)
        for rating in (ratings[:1] if first_only else ratings)
    ]
    item, trainer, label = zip(*rows, strict=True)
    return JudgmentCodes.ordered(item=item, trainer=trainer, label=label, n_items=45, n_trainers=5, n_labels=4)


@pytest.fixture(scope="module", params=["numpy", "numba"])
def fit(request):
    return dawid_skene(anaesthetists(False), smoothing=0.0, max_iterations=2000, tolerance=1e-12, engine=request.param)


def test_log_likelihood(fit):
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(ENTRY["expected"]["loglik"], abs=1e-6)


def test_marginals(fit):
    np.testing.assert_allclose(fit.prior, ENTRY["expected"]["class_marginals"], atol=1e-6)


def test_printed_marginals_and_first_observer(fit):
    np.testing.assert_allclose(fit.prior, [0.40, 0.42, 0.11, 0.07], atol=0.006)
    printed = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]
    np.testing.assert_allclose(fit.confusion[0], printed, atol=0.006)


def test_error_rates(fit):
    np.testing.assert_allclose(fit.confusion, ENTRY["expected"]["error_rates"], atol=1e-6)


def test_posteriors_and_hard_labels(fit):
    for patient, posterior in ENTRY["expected"]["posterior_nontrivial"].items():
        np.testing.assert_allclose(fit.posterior[int(patient) - 1], posterior, atol=1e-6)
    assert (fit.posterior.argmax(axis=1) + 1).tolist() == ENTRY["expected"]["hard_labels"]


def test_spammer_scores_of_the_observers(fit):
    np.testing.assert_allclose(spammer_score(fit.confusion), ENTRY["expected"]["spammer_score_raykar_yu"], atol=1e-6)


def test_first_rating_only():
    """The same with observer 1's first rating alone, against crowd-kit (which has no smoothing)."""
    found = dawid_skene(anaesthetists(True), smoothing=0.0, max_iterations=2000, tolerance=1e-12)
    expected, tolerance = FIRST["expected"], FIRST["tolerance"]
    np.testing.assert_allclose(found.prior, expected["class_marginals"], atol=tolerance)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=tolerance)
    assert (found.posterior.argmax(axis=1) + 1).tolist() == expected["hard_labels"]


def test_one_coin_and_wawa_on_first_ratings():
    codes = anaesthetists(True)
    found = one_coin(codes, smoothing=0.0, max_iterations=5000, tolerance=1e-13)
    expected, tolerance = FIRST["expected"], FIRST["tolerance"]
    np.testing.assert_allclose(found.skill.value, expected["onecoin_skills"], atol=tolerance)
    np.testing.assert_allclose(found.prior, expected["onecoin_priors"], atol=tolerance)
    np.testing.assert_allclose(wawa(codes).value, expected["wawa_skills"], atol=1e-9)
