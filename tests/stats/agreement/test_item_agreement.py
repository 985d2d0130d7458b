"""Classes of items by agreement, and items that carry two labels: against loops, and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.item_agreement import item_agreement, items_with_both
from analytics.stats.counts.patterns import Patterns

TABLES = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(sum), min_size=1, max_size=12)


@given(TABLES)
def test_classes_hold_every_paired_item_once_and_the_mean_is_percent_agreement(rows: list[list[int]]) -> None:
    patterns = Patterns.from_counts(np.array(rows))
    found = item_agreement(patterns)
    assert sum(c.n_items for c in found.classes) == patterns.n_items_paired == sum(n for _, n in found.sizes)
    for c in found.classes:
        inside = 0
        for row in rows:
            m = sum(row)
            if m > 1:
                inside += c.low <= sum(n * (n - 1) for n in row) / (m * (m - 1)) <= c.high
        assert c.n_items == inside
    percent = agreement_coefficients(patterns, level="nominal", names=("percent_agreement",))[0]
    if percent.defined:
        assert found.mean == pytest.approx(percent.value, abs=1e-12)
        assert found.undefined is None
    else:
        assert math.isnan(found.mean)
        assert found.undefined == percent.undefined


@given(TABLES)
def test_items_with_both_labels(rows: list[list[int]]) -> None:
    both = items_with_both(Patterns.from_counts(np.array(rows)))
    for a in range(3):
        for b in range(3):
            want = sum(row[a] > 1 if a == b else row[a] > 0 and row[b] > 0 for row in rows)
            assert both[a, b] == want


@pytest.mark.parametrize("edges", [(0.0,), (0.1, 1.0), (0.0, 0.9), (0.0, 0.5, 0.5, 1.0)])
def test_edges_must_rise_from_0_to_1(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="edges must rise from 0 to 1"):
        item_agreement(Patterns(counts=[[2, 0]], multiplicity=[1]), edges=edges)
