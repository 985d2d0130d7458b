"""Gao and Owen 2017, EJS 11:1235-1296, on Shrout and Fleiss 1979: moments are analysis of variance; severity."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.trainers.crossed_model import CrossedData, variance_components
from analytics.stats.trainers.severity import severity

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
MOMENTS = REFERENCE["gao_owen_moments_shrout_fleiss"]
TABLE = REFERENCE["shrout_fleiss1979"]


@pytest.fixture(scope="module")
def data():
    y = np.array(TABLE["data"]["matrix"], dtype=float)
    item, trainer = np.indices(y.shape)
    return CrossedData(item=item.ravel(), trainer=trainer.ravel(), y=y.ravel(), n_items=6, n_trainers=4)


def test_components(data):
    found = variance_components(data)
    assert found.item == pytest.approx(MOMENTS["expected"]["var_item"], abs=MOMENTS["tolerance"])
    assert found.trainer == pytest.approx(MOMENTS["expected"]["var_rater"], abs=MOMENTS["tolerance"])
    assert found.residual == pytest.approx(MOMENTS["expected"]["var_resid"], abs=MOMENTS["tolerance"])
    assert found.icc_agreement == pytest.approx(MOMENTS["expected"]["icc_A1"], abs=MOMENTS["tolerance"])
    assert found.n_components == 1


def test_raw_severity(data):
    found = severity(data)
    np.testing.assert_allclose(found.raw.value, TABLE["expected"]["rater_severity"], atol=1e-8)


def test_shrunken_severity_is_the_balanced_blup(data):
    found = severity(data)
    weight = 6 / (6 + MOMENTS["expected"]["var_resid"] / MOMENTS["expected"]["var_rater"])
    np.testing.assert_allclose(found.severity.value, np.array(TABLE["expected"]["rater_severity"]) * weight, atol=1e-4)
