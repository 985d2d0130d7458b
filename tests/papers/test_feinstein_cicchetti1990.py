"""Feinstein and Cicchetti 1990, J Clin Epidemiol 43:543-549, and Byrt, Bishop and Carlin 1993: the kappa paradoxes.

Same raw agreement, other kappa: prevalence and bias explain all of it.
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.label_agreement import label_agreements
from analytics.stats.agreement.two_trainers import cohen_kappa
from tests.papers.reference import REFERENCE, printed
from tests.stats.tables import counted

ENTRIES = [REFERENCE[name] for name in sorted(REFERENCE) if name.startswith("kappa_paradox")]


def test_the_fixtures_are_there() -> None:
    assert len(ENTRIES) >= 3


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["name"])
def test_paradox(entry: dict) -> None:
    table, expected = np.array(entry["data"]["table"]), entry["expected"]
    kappa = cohen_kappa(table)
    assert [kappa.value, kappa.observed, kappa.expected] == pytest.approx(
        [expected[k] for k in ("kappa", "po", "pe")], abs=1e-9
    )
    assert printed(entry, "kappa", kappa.value)
    pairs = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], table.reshape(-1), axis=0)
    patterns, trainers = counted(pairs, 2)
    (ac1, bp) = agreement_coefficients(
        patterns, level="nominal", trainer_patterns=trainers, names=("gwet_ac1", "brennan_prediger")
    )
    assert ac1.value == pytest.approx(expected["ac1"], abs=1e-9)
    assert bp.value == pytest.approx(expected["pabak"], abs=1e-9)
    positive, negative = label_agreements(patterns)
    assert positive.specific.value == pytest.approx(expected["positive_agreement"], abs=1e-9)
    assert negative.specific.value == pytest.approx(expected["negative_agreement"], abs=1e-9)


@pytest.mark.parametrize("seed", range(50))
def test_byrts_identity_holds_for_every_table(seed: int) -> None:
    """kappa = (PABAK - PI^2 + BI^2) / (1 - PI^2 + BI^2)."""
    table = np.random.default_rng(seed).integers(1, 60, (2, 2))
    n = table.sum()
    prevalence, bias = (table[0, 0] - table[1, 1]) / n, (table[0, 1] - table[1, 0]) / n
    pabak = 2 * np.trace(table) / n - 1
    identity = (pabak - prevalence**2 + bias**2) / (1 - prevalence**2 + bias**2)
    assert cohen_kappa(table).value == pytest.approx(identity, abs=1e-12)
