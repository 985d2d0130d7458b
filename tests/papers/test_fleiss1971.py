"""Fleiss 1971, Psychological Bulletin 76:378-382, table 1: thirty patients, six psychiatrists, five diagnoses."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.label_agreement import fleiss_null_se, label_agreements, label_shares
from analytics.stats.counts.patterns import Patterns
from tests.papers.reference import REFERENCE, printed

ENTRY = REFERENCE["fleiss1971_psychiatric_30x6"]
COUNTS = np.array(ENTRY["data"]["counts"])
PATTERNS = Patterns.from_counts(COUNTS)
EXPECTED = ENTRY["expected"]


def test_kappa_with_its_parts_and_gwets_interval() -> None:
    names = ("fleiss_kappa", "gwet_ac1", "krippendorff_alpha")
    kappa, ac1, alpha = agreement_coefficients(PATTERNS, level="nominal", names=names, interval="gwet")
    assert [kappa.value, kappa.observed, kappa.expected] == pytest.approx(
        [EXPECTED["kappa"], EXPECTED["pa"], EXPECTED["pe"]], abs=1e-8
    )
    assert [kappa.se, kappa.low, kappa.high] == pytest.approx([EXPECTED["se_gwet"], *EXPECTED["ci_gwet"]], abs=1e-8)
    assert [ac1.value, ac1.se] == pytest.approx([EXPECTED["ac1"], EXPECTED["ac1_se"]], abs=1e-8)
    assert alpha.value == pytest.approx(EXPECTED["alpha_nominal"], abs=1e-8)
    assert printed(ENTRY, "kappa", kappa.value)
    assert printed(ENTRY, "pa", kappa.observed)
    assert printed(ENTRY, "pe", kappa.expected)
    assert kappa.value == pytest.approx(fleiss_kappa(COUNTS), abs=1e-12)


def test_label_by_label() -> None:
    found = label_agreements(PATTERNS)
    assert [x.kappa.value for x in found] == pytest.approx(EXPECTED["kappa_by_category"], abs=1e-8)
    assert [x.specific.value for x in found] == pytest.approx(EXPECTED["conditional_agreement_by_category"], abs=1e-8)
    assert [x.share for x in found] == pytest.approx(EXPECTED["p_category"], abs=1e-8)


def test_overall_kappa_is_the_weighted_mean_of_the_label_kappas() -> None:
    p = label_shares(PATTERNS)
    each = np.array([x.kappa.value for x in label_agreements(PATTERNS)])
    assert (p * (1 - p)) @ each / (p * (1 - p)).sum() == pytest.approx(EXPECTED["kappa"], abs=1e-8)


def test_null_standard_error() -> None:
    """Fleiss, Nee and Landis 1979; z as R's irr prints it."""
    se = fleiss_null_se(PATTERNS)
    assert se == pytest.approx(EXPECTED["se_h0_FleissNeeLandis1979"], abs=1e-8)
    assert EXPECTED["kappa"] / se == pytest.approx(EXPECTED["z"], abs=1e-6)
    assert printed(ENTRY, "z", EXPECTED["kappa"] / se)
