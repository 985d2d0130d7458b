"""Murphy 1973, J. Appl. Meteorology 12:595-600: the Brier score falls into reliability, resolution and uncertainty."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.trainers.confidence import calibration

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["calibration_ece_brier"]


@pytest.fixture(scope="module")
def found():
    data = ENTRY["data"]
    stated = np.repeat(data["confidence_levels"], data["n_each"])
    correct = np.concatenate([np.repeat((1.0, 0.0), (c, data["n_each"] - c)) for c in data["correct_each"]])
    return calibration(stated, correct, rng=np.random.default_rng(1))


def test_brier_and_ece(found):
    assert found.brier.value == pytest.approx(ENTRY["expected"]["brier"], abs=ENTRY["tolerance"])
    assert found.ece == pytest.approx(ENTRY["expected"]["ece"], abs=ENTRY["tolerance"])


@pytest.mark.parametrize("part", ["reliability", "resolution", "uncertainty"])
def test_parts(found, part):
    assert getattr(found, part) == pytest.approx(ENTRY["expected"][part], abs=ENTRY["tolerance"])


def test_the_parts_add_up(found):
    assert found.exact
    assert found.brier.value == pytest.approx(found.reliability - found.resolution + found.uncertainty, abs=1e-12)
