"""The worked examples of the chapter on gaps, computed anew by the statistics they explain."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY, sensitive
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns


def told_apart(example):
    counts, multiplicity = example
    sides = Patterns(counts=np.array(counts), multiplicity=np.array(multiplicity))
    names = ("krippendorff_alpha",)
    return agreement_coefficients(sides, level="nominal", values=(0.0, 1.0), names=names, interval="items")[0].value


COMPUTED = {"boundary_alpha": told_apart, "gap_cost": lambda example: example[0] * example[1]}


@pytest.mark.parametrize("metric", sensitive.METRICS, ids=lambda m: m.name)
def test_worked_example(metric):
    assert COMPUTED[metric.name](metric.example_input) == pytest.approx(metric.example_value, abs=1e-12)
    assert REGISTRY[metric.name] is metric


def test_every_number_of_the_two_pages_is_explained():
    for name in (
        "alpha_gain", "boundary_alpha", "label_pair_lift", "gap_cost", "excess_disagreement", "exposure",
        "over_flagging", "under_flagging", "group_difference", "group_gap", "group_association",
    ):  # fmt: skip
        assert name in REGISTRY
