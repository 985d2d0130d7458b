"""Parts of the data tested for excess disagreement: planted part, null parts, parts too small."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.hotspots.part_excess import part_excesses
from tests.studies.hotspot_simulation import careless_team_log, slice_log

NOMINAL = 1 - np.eye(3)


def test_a_planted_part_is_found_and_the_excess_is_right():
    rng = np.random.default_rng(1)
    codes, _, planted, _ = slice_log(rng, n=2000, n_planted=1, size=(150, 250), excess=(0.25, 0.25))
    part = np.where(planted[0][1], 2, rng.integers(0, 2, 2000))
    found = part_excesses(codes, part, 4, NOMINAL)
    assert found[2].q_value < 1e-6
    assert found[2].excess.low <= 0.25 <= found[2].excess.high
    assert found[2].n_items == planted[0][1].sum()
    assert "Fewer than 10 items" in found[3].excess.undefined
    assert np.isnan(found[3].q_value)


def test_null_parts_are_rarely_called():
    any_found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        codes, attributes = careless_team_log(rng, n=800)
        found = part_excesses(codes, attributes[2].codes, 8, NOMINAL)
        any_found.append(any(p.q_value <= 0.05 for p in found))
    assert np.mean(any_found) <= 0.15  # .05 is aimed at; 60 studies


def test_wrong_use_is_an_error():
    codes, _ = careless_team_log(np.random.default_rng(0), n=50)
    with pytest.raises(ValueError, match="part must give each of 50 items"):
        part_excesses(codes, [0], 1, NOMINAL)
