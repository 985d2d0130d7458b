"""Boundaries beside each other: carelessness alone splits them as expected, an unclear one stands out."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.patterns import patterns_from_codes
from analytics.stats.hotspots.guideline_boundaries import Boundary
from analytics.stats.hotspots.scale_boundaries import boundary_ratios
from tests.studies.hotspot_simulation import assignment

LINES = tuple(Boundary(a=a, b=b, ordered=False) for a, b in ((0, 1), (0, 2), (1, 2)))


def judged(seed, by_use, unclear=0.0, items=1500):
    """Three labels of unlike use; careless judgments draw any label, or labels as they are used."""
    rng = np.random.default_rng(seed)
    share = np.array([0.7, 0.2, 0.1])
    item, trainer = assignment(rng, items, (3, 5), 25)
    truth = rng.choice(3, items, p=share)
    wrong = rng.random(item.size) < rng.uniform(0.02, 0.4, 25)[trainer]
    drawn = rng.choice(3, item.size, p=share) if by_use else rng.integers(3, size=item.size)
    label = np.where(wrong, drawn, truth[item])
    swap = (label < 2) & (rng.random(item.size) < unclear)
    return patterns_from_codes(item, trainer, np.where(swap, 1 - label, label), 3)


@pytest.mark.parametrize("by_use", [True, False], ids=["labels as they are used", "any label"])
def test_carelessness_is_no_unclear_boundary(by_use):
    found = np.array([[x.p_value for x in boundary_ratios(*judged(seed, by_use), LINES)] for seed in range(25)])
    assert (found < 0.05).mean() <= 0.05


def test_an_unclear_boundary_stands_out_and_only_that():
    for seed in range(5):
        first, *others = boundary_ratios(*judged(seed, True, unclear=0.4), LINES)
        assert 1.5 < first.low < first.ratio < first.high
        assert first.p_value < 0.01
        assert all(x.p_value > 0.5 for x in others)


def test_the_ratio_against_a_loop():
    patterns, table = judged(3, True, items=60)
    met, used = np.zeros((3, 3)), np.zeros(3)
    for row, n in zip(patterns.counts, patterns.multiplicity, strict=True):
        labels = np.repeat(np.arange(3), row)
        if labels.size > 1:
            used += n * row
            for i, x in enumerate(labels):
                for j, y in enumerate(labels):
                    if i != j:
                        met[x, y] += n / (labels.size - 1)
    used /= used.sum()
    for h, line in enumerate(LINES):
        rest = [o for k, o in enumerate(LINES) if k != h]
        ratios = []
        for expected in (lambda a, b: used[a] * used[b], lambda a, b: used[a] + used[b]):
            rate = sum(met[o.a, o.b] for o in rest) / sum(expected(o.a, o.b) for o in rest)
            ratios.append(met[line.a, line.b] / (rate * expected(line.a, line.b)))
        assert boundary_ratios(patterns, table, LINES)[h].ratio == pytest.approx(min(ratios), rel=1e-12)


def test_one_boundary_has_nothing_beside_it():
    patterns, table = judged(1, True)
    found = boundary_ratios(patterns, table, LINES[:1])[0]
    assert np.isnan([found.ratio, found.low, found.high, found.p_value]).all()
