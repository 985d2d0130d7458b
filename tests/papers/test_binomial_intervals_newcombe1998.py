"""Newcombe 1998, Statistics in Medicine 17:857-872: 81 of 263; Jeffreys and 18 of 20 from statsmodels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.inference.binomial_intervals import binomial_intervals

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["binomial_intervals"]


@pytest.mark.parametrize("method", ["wilson", "clopper_pearson", "jeffreys"])
def test_intervals(method):
    found = binomial_intervals(ENTRY["data"]["x"], ENTRY["data"]["n"], method=method)
    expected = np.array(ENTRY["expected"][method])
    np.testing.assert_allclose(found.low, expected[:, 0], atol=ENTRY["tolerance"])
    np.testing.assert_allclose(found.high, expected[:, 1], atol=ENTRY["tolerance"])


def test_printed():
    found = binomial_intervals(81, 263)
    assert (round(float(found.low), 4), round(float(found.high), 4)) == (0.2553, 0.3662)
