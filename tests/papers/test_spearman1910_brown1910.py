"""Spearman 1910, Brown 1910: reliability of an average, and the length that reaches a target."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.core.results import Estimate
from analytics.stats.hotspots.raters_needed import judgments_for_reliability, spearman_brown

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["spearman_brown"]


def test_reliability_of_four_and_judgments_needed():
    data, expected = ENTRY["data"], ENTRY["expected"]
    assert spearman_brown(data["rho1"], data["k"]) == pytest.approx(expected["rho_k"], abs=ENTRY["tolerance"])
    needed = judgments_for_reliability(Estimate(value=data["rho_single"]), data["target"])
    assert needed.value == pytest.approx(expected["raters_needed"], abs=ENTRY["tolerance"])
