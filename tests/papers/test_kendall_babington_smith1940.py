"""Kendall and Babington Smith 1940: circular triads in paired comparisons."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analytics.stats.preferences.transitivity import tournament
from tests.papers.reference import REFERENCE

FIXTURE = REFERENCE["circular_triads"]


def test_triads_and_consistence_of_five_answers():
    table = FIXTURE["data"]["tournament"]
    found = tournament(table)
    assert found.wins.tolist() == FIXTURE["expected"]["wins"]
    assert found.circular_triads == FIXTURE["expected"]["circular_triads"]
    assert found.zeta == pytest.approx(FIXTURE["expected"]["zeta"], abs=FIXTURE["tolerance"])


def test_the_formula_is_the_count():
    rng = np.random.default_rng(0)
    for n in (3, 4, 6, 7):
        upper = np.triu(rng.integers(0, 2, (n, n)), 1)
        table = upper + np.tril(1 - upper.T, -1)
        count = sum(
            len({(int(table[x, y]), int(table[y, z]), int(table[z, x]))} & {(1, 1, 1), (0, 0, 0)})
            for x, y, z in combinations(range(n), 3)
        )
        found = tournament(table)
        assert found.circular_triads == count
        assert found.circular_triads <= found.most_circular
