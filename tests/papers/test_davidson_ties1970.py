"""Davidson 1970: ties. Golden values recomputed by the Poisson log-linear equivalence (reference_values.json)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.davidson import davidson

REFERENCE = json.loads((Path(__file__).parent / "reference_values.json").read_text())
FIXTURE = next(f for f in REFERENCE if f["name"] == "davidson_ties_toy")


def test_strengths_tie_parameter_and_deviance():
    wins, ties = FIXTURE["data"]["wins"], FIXTURE["data"]["ties"]
    fit = davidson(Comparisons.from_table(wins, ties))
    expected, tolerance = FIXTURE["expected"], FIXTURE["tolerance"]
    ability, _ = fit.strengths.against(2)
    assert ability == pytest.approx(expected["log_ability_vs_last"], abs=tolerance)
    assert fit.nu.value == pytest.approx(expected["nu"], abs=tolerance)
    assert fit.strengths.deviance == pytest.approx(expected["deviance"], abs=tolerance)
    assert -fit.strengths.log_likelihood == pytest.approx(expected["neg_loglik"], abs=tolerance)


def test_the_poisson_log_linear_model_gives_the_same_fit_and_errors():
    """One Poisson intercept a pair, s_i / 2 - s_j / 2 for a win and log nu for a tie: exact equivalence."""
    wins, ties = np.array(FIXTURE["data"]["wins"]), np.array(FIXTURE["data"]["ties"])
    rows, counts = [], []
    for p, (i, j) in enumerate([(0, 1), (0, 2), (1, 2)]):
        for kind, count in ((1, wins[i, j]), (-1, wins[j, i]), (0, ties[i, j])):
            row = np.zeros(6)
            row[p] = 1
            for k, sign in ((i, 1), (j, -1)):
                if k < 2:
                    row[3 + k] = kind * sign / 2
            row[5] = kind == 0
            rows.append(row)
            counts.append(count)
    glm = sm.GLM(np.array(counts), np.array(rows), family=sm.families.Poisson()).fit(tol=1e-12)
    fit = davidson(Comparisons.from_table(wins, ties))
    ability, se = fit.strengths.against(2)
    assert ability[:2] == pytest.approx(glm.params[3:5], abs=1e-6)
    assert se[:2] == pytest.approx(glm.bse[3:5], rel=1e-5)
    assert np.log(fit.nu.value) == pytest.approx(glm.params[5], abs=1e-6)
    assert fit.nu.se / fit.nu.value == pytest.approx(glm.bse[5], rel=1e-5)
