"""Landis and Koch 1977, Biometrics 33:159-174: multiple sclerosis in Winnipeg, two neurologists, four classes."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.two_trainers import cohen_kappa
from tests.papers.reference import REFERENCE, printed
from tests.stats.tables import counted

ENTRY = REFERENCE["landis_koch1977_ms_winnipeg"]
TABLE = np.array(ENTRY["data"]["table"])


def test_kappa() -> None:
    found, expected = cohen_kappa(TABLE), ENTRY["expected"]
    assert [found.n_items, found.observed, found.expected, found.value, found.se] == pytest.approx(
        [expected[k] for k in ("n", "po", "pe", "kappa", "se")], abs=1e-8
    )
    assert printed(ENTRY, "kappa", found.value)
    assert printed(ENTRY, "se", found.se)


def test_weighted_kappas_from_patterns() -> None:
    pairs = np.repeat([[k, c] for k in range(4) for c in range(4)], TABLE.reshape(-1), axis=0)
    patterns, trainers = counted(pairs, 4)
    names = ("cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic")
    found = agreement_coefficients(patterns, level="ordinal", trainer_patterns=trainers, names=names, interval="items")
    assert [c.value for c in found] == pytest.approx(
        [ENTRY["expected"][k] for k in ("kappa", "linear", "quadratic")], abs=1e-8
    )
    assert found[0].se == pytest.approx(ENTRY["expected"]["se"], abs=1e-8)
