"""The worked examples of the chapter on gaps, computed anew by the statistics they explain."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY, sensitive
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, patterns_from_codes
from analytics.stats.hotspots.guideline_boundaries import Boundary
from analytics.stats.hotspots.scale_boundaries import boundary_ratios


def told_apart(example):
    counts, multiplicity = example
    sides = Patterns(counts=np.array(counts), multiplicity=np.array(multiplicity))
    names = ("krippendorff_alpha",)
    return agreement_coefficients(sides, level="nominal", values=(0.0, 1.0), names=names, interval="items")[0].value


def beside_others(met: tuple[int, int, int]) -> float:
    """Return the ratio of the first of three boundaries between labels that are used alike."""
    a, b, c = met  # items judged xy, xz and yz, and zz until the three are used alike
    pairs = [(0, 1)] * a + [(0, 2)] * b + [(1, 2)] * c + [(2, 2)] * ((a - c) // 2)
    item = np.repeat(np.arange(len(pairs)), 2)
    label = np.array(pairs).ravel()
    patterns, table = patterns_from_codes(item, np.tile([0, 1], len(pairs)), label, 3)
    lines = [Boundary(a=x, b=y, ordered=False) for x, y in ((0, 1), (0, 2), (1, 2))]
    return boundary_ratios(patterns, table, lines)[0].ratio


COMPUTED = {
    "boundary_alpha": told_apart,
    "boundary_ratio": beside_others,
    "gap_cost": lambda example: example[0] * example[1],
}


@pytest.mark.parametrize("metric", sensitive.METRICS, ids=lambda m: m.name)
def test_worked_example(metric):
    assert COMPUTED[metric.name](metric.example_input) == pytest.approx(metric.example_value, abs=1e-12)
    assert REGISTRY[metric.name] is metric


def test_every_number_of_the_two_pages_is_explained():
    for name in (
        "alpha_gain", "boundary_alpha", "boundary_ratio", "label_pair_lift", "gap_cost", "excess_disagreement",
        "exposure", "over_flagging", "under_flagging", "group_difference", "group_gap", "group_association",
    ):  # fmt: skip
        assert name in REGISTRY
