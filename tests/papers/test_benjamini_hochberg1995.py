"""Benjamini and Hochberg 1995, JRSS B 57:289-300: fifteen p-values, four rejections (Bonferroni three)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from analytics.stats.inference.multiple_testing import discoveries

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["benjamini_hochberg1995"]
P = ENTRY["data"]["p"]


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("benjamini-hochberg", "bh_rejections"),
        ("bonferroni", "bonferroni_rejections"),
        ("benjamini-yekutieli", "by_rejections"),
    ],
)
def test_rejections(method, key):
    assert discoveries(P, level=0.05, method=method).n_rejected == ENTRY["expected"][key]


def test_q_values_and_the_second_oracle():
    q = discoveries(P).q_values
    np.testing.assert_allclose(q, ENTRY["expected"]["q_values"], atol=ENTRY["tolerance"])
    np.testing.assert_allclose(q, false_discovery_control(P, method="bh"), atol=1e-12)
    by = discoveries(P, method="benjamini-yekutieli").q_values
    np.testing.assert_allclose(by, false_discovery_control(P, method="by"), atol=1e-12)
