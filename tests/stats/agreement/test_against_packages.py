"""Second oracles: the same numbers from packages of other ancestry, on many random tables with gaps."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest

from analytics.stats.agreement.coefficients import krippendorff_alpha
from analytics.stats.counts.patterns import Patterns
from tests.stats.tables import random_table

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@pytest.mark.parametrize("seed", range(8))
def test_alpha_equals_the_krippendorff_package(seed: int) -> None:
    """320 tables, 1,280 alphas: 2-40 items, 2-8 trainers, 2-7 labels, up to 60 % gaps, unequal steps of the scale."""
    rng = np.random.default_rng(seed)
    compared = 0
    while compared < 40:
        k = int(rng.integers(2, 8))
        table = random_table(rng, int(rng.integers(2, 41)), int(rng.integers(2, 9)), k, gaps=rng.uniform(0, 0.6))
        values = np.cumsum(rng.uniform(0.2, 2.0, k))
        paired = table[(table >= 0).sum(axis=1) >= 2]
        if np.unique(paired[paired >= 0]).size < 2:
            continue
        compared += 1
        ratings = np.where(table < 0, np.nan, values[np.maximum(table, 0)]).T
        patterns = Patterns.from_matrix(table, k)
        for level in LEVELS:
            theirs = krippendorff.alpha(ratings, level_of_measurement=level)
            ours = krippendorff_alpha(patterns, level=level, values=values)
            assert ours == pytest.approx(theirs, abs=1e-12), (level, table)
