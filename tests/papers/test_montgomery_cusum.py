"""Montgomery, Introduction to Statistical Quality Control, chapter 9: the tabular CUSUM example."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.trainers.control_charts import cusum, ewma

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["montgomery_cusum"]
DATA, EXPECTED = ENTRY["data"], ENTRY["expected"]


def test_cusum():
    found = cusum(DATA["x"], target=DATA["mu0"], sigma=1.0, k=DATA["k"], h=DATA["h"])
    np.testing.assert_allclose(found.high, EXPECTED["C_plus"], atol=1e-9)
    np.testing.assert_allclose(found.low, EXPECTED["C_minus"], atol=1e-9)
    assert found.run_high.tolist() == EXPECTED["N_plus"]
    assert found.first_signal == EXPECTED["first_signal_index_1based"] - 1
    assert found.direction == "up"
    assert found.shift_start == EXPECTED["shift_start_after_index"]
    assert found.high[28] == pytest.approx(5.28, abs=1e-9)
    assert found.new_mean == pytest.approx(EXPECTED["estimated_new_mean"], abs=1e-9)


def test_ewma():
    found = ewma(DATA["x"], target=DATA["mu0"], sigma=1.0, weight=0.1, limit=2.7)
    np.testing.assert_allclose(found.value, EXPECTED["ewma_lambda_0_1"], atol=1e-9)
    assert found.steady_half_width == pytest.approx(EXPECTED["ewma_steady_limit_L2_7"], abs=1e-9)
    assert found.first_signal == EXPECTED["ewma_first_signal_1based"] - 1
