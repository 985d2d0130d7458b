"""Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C: four observers, twelve units, gaps.

The same table is in Krippendorff 2004, chapter 11, and Hayes and Krippendorff 2007. It tells the ordinal metric
(.815) from Gwet's ordinal weights (.834).
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns
from tests.papers.reference import REFERENCE, codes, printed

ENTRY = REFERENCE["krippendorff_C_4x12"]
PATTERNS = Patterns.from_matrix(codes(ENTRY["data"]["matrix"], [1, 2, 3, 4, 5]).T, 5)
VALUES = (1.0, 2.0, 3.0, 4.0, 5.0)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_at_each_level(level: str) -> None:
    (alpha,) = agreement_coefficients(PATTERNS, level=level, values=VALUES, names=("krippendorff_alpha",))
    assert alpha.value == pytest.approx(ENTRY["expected"][level], abs=ENTRY["tolerance"])
    assert printed(ENTRY, level, alpha.value)


def test_observed_and_expected_disagreement() -> None:
    (alpha,) = agreement_coefficients(PATTERNS, level="nominal", names=("krippendorff_alpha",))
    assert alpha.observed == pytest.approx(ENTRY["expected"]["Do_nominal"], abs=1e-9)
    assert alpha.expected == pytest.approx(ENTRY["expected"]["De_nominal"], abs=1e-9)


def test_the_unit_with_one_value_is_left_out() -> None:
    paired = PATTERNS.sizes >= 2
    assert PATTERNS.n_judgments == 41
    assert int(PATTERNS.multiplicity[paired] @ PATTERNS.sizes[paired]) == ENTRY["expected"]["n_pairable"]


def test_gwets_ordinal_weights_are_another_number() -> None:
    metric, weights = agreement_coefficients(
        PATTERNS, level="ordinal", values=VALUES, names=("krippendorff_alpha", "krippendorff_alpha_gwet_ordinal")
    )
    assert np.round([metric.value, weights.value], 3).tolist() == [0.815, 0.834]
