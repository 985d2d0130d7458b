"""Sixty of a hundred choices for the first answer: the exact two-sided binomial test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.stats.trainers.position_bias import position_bias

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["position_bias_binomial"]


def test_p_value():
    found = position_bias([ENTRY["data"]["first"]], [ENTRY["data"]["n"]])
    assert float(found.p_value[0]) == pytest.approx(ENTRY["expected"]["p"], abs=ENTRY["tolerance"])
