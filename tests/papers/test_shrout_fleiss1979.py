"""Shrout and Fleiss 1979, Psychological Bulletin 86:420-428, table 2: six targets, four judges, six correlations."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.shrout_fleiss import complete_icc, mean_squares, severities
from tests.papers.reference import REFERENCE

ENTRY = REFERENCE["shrout_fleiss1979"]
TABLE = np.array(ENTRY["data"]["matrix"], dtype=float)
EXPECTED, PUBLISHED = ENTRY["expected"], ENTRY["published"]
NAMES = {f"icc_{form}_{count}": f"ICC{form}{'k' if count == 'k' else ''}" for form in "123" for count in "1k"}


@pytest.mark.parametrize(("ours", "theirs"), NAMES.items())
def test_correlation_and_interval(ours: str, theirs: str) -> None:
    found = {c.name: c for c in complete_icc(TABLE)}[ours]
    assert found.value == pytest.approx(EXPECTED[theirs], abs=1e-8)
    assert [found.low, found.high] == pytest.approx(EXPECTED[f"{theirs}_ci"], abs=1e-8)
    assert abs(found.value - PUBLISHED[theirs]["value"]) <= PUBLISHED[theirs]["rounding"]
    printed = np.array(PUBLISHED[f"{theirs}_ci"]["value"])
    assert np.abs(np.array([found.low, found.high]) - printed).max() <= PUBLISHED[f"{theirs}_ci"]["rounding"]


def test_mean_squares_and_severities() -> None:
    ms = mean_squares(TABLE)
    assert [ms.between, ms.within, ms.trainers, ms.error] == pytest.approx(
        [EXPECTED[k] for k in ("BMS", "WMS", "JMS", "EMS")], abs=1e-8
    )
    assert severities(TABLE) == pytest.approx(EXPECTED["rater_severity"], abs=1e-9)


def test_gaps_and_thin_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="must be complete, got 1 gaps"):
        complete_icc([[1, 2], [3, np.nan]])
    with pytest.raises(ValueError, match="at least two items and two trainers"):
        complete_icc([[1, 2]])


def test_no_variance_is_undefined() -> None:
    assert all(c.undefined == "all judgments are the same number" for c in complete_icc([[3, 3], [3, 3], [3, 3]]))
