"""Condorcet 1785: how often the majority of n is right when each is right with probability .7."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from analytics.stats.hotspots.raters_needed import majority_accuracy

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["condorcet_majority"]


def test_majority_accuracy():
    found = majority_accuracy(ENTRY["data"]["p"], ENTRY["data"]["n"])
    np.testing.assert_allclose(found, ENTRY["expected"]["accuracy"], atol=ENTRY["tolerance"])
