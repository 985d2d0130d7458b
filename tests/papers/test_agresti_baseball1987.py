"""Agresti, Categorical Data Analysis: Bradley-Terry strengths of the American League East 1987, no home effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.stats.preferences.strengths.bradley_terry import bradley_terry
from analytics.stats.preferences.strengths.comparisons import Comparisons

REFERENCE = json.loads((Path(__file__).parent / "reference_values.json").read_text())
FIXTURE = next(f for f in REFERENCE if f["name"] == "bradley_terry_agresti_baseball1987")


def test_log_abilities_their_errors_and_the_deviance():
    fit = bradley_terry(Comparisons.from_table(FIXTURE["data"]["wins_row_over_col"]), ties="drop")
    expected, tolerance = FIXTURE["expected"], FIXTURE["tolerance"]
    ability, se = fit.against(FIXTURE["data"]["teams"].index("Baltimore"))
    assert ability == pytest.approx(expected["log_ability_vs_Baltimore"], abs=tolerance)
    assert se[:-1] == pytest.approx(expected["se"], abs=tolerance)
    assert fit.deviance == pytest.approx(expected["deviance"], abs=tolerance)
    assert fit.df == expected["df"]
    assert fit.converged
    printed = FIXTURE["published"]["log_ability_vs_Baltimore"]
    assert ability == pytest.approx(printed["value"], abs=printed["rounding"])
