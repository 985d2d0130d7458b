"""Wong, Paritosh and Aroyo 2021 (cross-replication reliability): the unit test of their own code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.hotspots.group_tables import cross_group_reliability, within_group_alpha

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
NOMINAL = 1 - np.eye(2)


def sides(entry, first, second):
    return [np.array(entry["data"][key], dtype=float)[:, :, None] for key in (first, second)]


def test_xrr_of_the_published_unit_test():
    entry = REFERENCE["xrr_google_java_unit_test"]
    x, y = sides(entry, "counts_X", "counts_Y")
    expected, tolerance = entry["expected"], entry["tolerance"]
    assert cross_group_reliability(x, y, NOMINAL)[0] == pytest.approx(expected["xrr"], abs=tolerance)
    assert cross_group_reliability(y, x, NOMINAL)[0] == pytest.approx(expected["xrr"], abs=tolerance)
    assert within_group_alpha(x, NOMINAL)[0] == pytest.approx(expected["alpha_X"], abs=tolerance)
    assert within_group_alpha(y, NOMINAL)[0] == pytest.approx(expected["alpha_Y"], abs=tolerance)


def test_gai_toy_of_prabhakaran2024():
    """GRASP's group association index is the ratio; 17 times from an xRR of .05, which is why it is then withheld."""
    entry = REFERENCE["gai_toy"]
    x, y = sides(entry, "group", "complement")
    expected, tolerance = entry["expected"], entry["tolerance"]
    within, across = within_group_alpha(x, NOMINAL)[0], cross_group_reliability(x, y, NOMINAL)[0]
    assert within == pytest.approx(expected["irr_group"], abs=tolerance)
    assert within_group_alpha(y, NOMINAL)[0] == pytest.approx(expected["irr_complement"], abs=tolerance)
    assert across == pytest.approx(expected["xrr"], abs=tolerance)
    assert within / across == pytest.approx(expected["gai"], abs=1e-7)
