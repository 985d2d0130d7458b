"""The worked examples of what the Agreement page makes of coefficients, computed anew."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.agreement_parts import METRICS
from analytics.core.results import Coefficient
from analytics.stats.inference.comparison import difference_of_independent
from analytics.stats.inference.verdict import verdict


def coefficient(value: float, se: float) -> Coefficient:
    return Coefficient(name="krippendorff_alpha", value=value, se=se)


def test_verdict() -> None:
    value, se, low = METRICS[0].example_input  # type: ignore[misc]
    whole = stats.norm.cdf((value + 1) / se) - stats.norm.cdf((value - 1) / se)
    reached = (stats.norm.cdf((value - low) / se) - stats.norm.cdf((value - 1) / se)) / whole
    assert reached == pytest.approx(METRICS[0].example_value, abs=5e-4)
    assert verdict(coefficient(value, se), [("poor", -1.0), ("tentative", low), ("reliable", 0.8)]) == "tentative"


@pytest.mark.parametrize("name", ["agreement_change", "slice_difference"])
def test_difference(name: str) -> None:
    here, rest = REGISTRY[name].example_input  # type: ignore[misc]
    found = difference_of_independent(coefficient(*here), coefficient(*rest))
    assert found.value == pytest.approx(REGISTRY[name].example_value)
    assert abs(found.value) / found.se == pytest.approx(4.5, abs=0.05)


def test_disagreement_share() -> None:
    table, a, b = REGISTRY["disagreement_share"].example_input  # type: ignore[misc]
    observed = np.array(table)
    assert observed[a, b] / np.triu(observed, 1).sum() == pytest.approx(REGISTRY["disagreement_share"].example_value)


def test_registered() -> None:
    assert {m.name for m in METRICS} <= set(REGISTRY)
