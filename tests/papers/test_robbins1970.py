"""Robbins 1970: the beta-mixture martingale and its confidence sequence, 12 right and 8 wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.trainers.anytime import confidence_sequence, log_beta_mixture

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["beta_mixture_eprocess"]
DATA, EXPECTED = ENTRY["data"], ENTRY["expected"]


def test_confidence_sequence():
    low, high = confidence_sequence(DATA["successes"], DATA["failures"], alpha=DATA["alpha"], a=DATA["a"], b=DATA["b"])
    assert low == pytest.approx(EXPECTED["cs_lo"], abs=ENTRY["tolerance"])
    assert high == pytest.approx(EXPECTED["cs_hi"], abs=ENTRY["tolerance"])


def test_e_value():
    log_e = log_beta_mixture(DATA["successes"], DATA["failures"], DATA["p0"], a=DATA["a"], b=DATA["b"])
    assert float(np.exp(log_e)) == pytest.approx(EXPECTED["e_value_p0"], abs=ENTRY["tolerance"] * 10)
