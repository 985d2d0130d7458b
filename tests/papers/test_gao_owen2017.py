"""Gao and Owen 2017, Electronic Journal of Statistics 11: moments for crossed random effects, ANOVA on full tables."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.crossed import totals
from analytics.stats.agreement.icc import Icc, connected_parts, truncated_components
from tests.papers.reference import REFERENCE
from tests.stats.tables import counted

EXPECTED = REFERENCE["gao_owen_moments_shrout_fleiss"]["expected"]
TABLE = np.array(REFERENCE["shrout_fleiss1979"]["data"]["matrix"])
VALUES = np.unique(TABLE)
PATTERNS, TRAINERS = counted(np.searchsorted(VALUES, TABLE), len(VALUES))


def test_components_on_a_complete_table() -> None:
    icc = Icc(values=VALUES.astype(float), form="icc_a1")
    found = truncated_components(icc.components(*totals(icc, PATTERNS, TRAINERS)))
    assert [found.items, found.trainers, found.rest] == pytest.approx(
        [EXPECTED[k] for k in ("var_item", "var_rater", "var_resid")], abs=1e-9
    )
    assert found.truncated == ()


def test_the_three_correlations() -> None:
    names = ("icc_a1", "icc_c1", "icc_ak")
    found = agreement_coefficients(PATTERNS, level="interval", values=VALUES, trainer_patterns=TRAINERS, names=names)
    full = REFERENCE["shrout_fleiss1979"]["expected"]
    assert [c.value for c in found] == pytest.approx([full["ICC2"], full["ICC3"], full["ICC2k"]], abs=1e-9)
    assert found[0].value == pytest.approx(EXPECTED["icc_A1"], abs=1e-9)


def test_planted_components_are_found_in_a_gappy_table() -> None:
    """sd 1.0, 0.5, 0.8: 4,000 items by 3 of 200 trainers, values to one decimal."""
    rng = np.random.default_rng(3)
    n, m = 4000, 200
    item, trainer = np.repeat(np.arange(n), 3), np.argsort(rng.random((n, m)), axis=1)[:, :3].ravel()
    y = rng.normal(0, 1, n)[item] + rng.normal(0, 0.5, m)[trainer] + rng.normal(0, 0.8, item.size)
    values = np.round(y, 1)
    labels, code = np.unique(values, return_inverse=True)
    matrix = np.full((n, m), -1)
    matrix[item, trainer] = code
    patterns, trainers = counted(matrix, len(labels))
    icc = Icc(values=labels, form="icc_a1")
    found = truncated_components(icc.components(*totals(icc, patterns, trainers)))
    assert found.items == pytest.approx(1.0, abs=0.06)
    assert found.trainers == pytest.approx(0.25, abs=0.06)
    assert found.rest == pytest.approx(0.64, abs=0.03)
    assert connected_parts(item, trainer) == 1


def test_connected_parts() -> None:
    assert connected_parts([0, 0, 1, 1], [0, 1, 2, 3]) == 2
    assert connected_parts([0, 0, 1, 1], [0, 1, 1, 3]) == 1
    assert connected_parts([], []) == 0
