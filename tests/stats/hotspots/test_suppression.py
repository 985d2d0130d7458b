"""Suppression: small cells hidden, and an adversary with a pencil learns nothing about them from the totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.hotspots.suppression import suppressed_cells, suppressed_groups

SIZES = st.lists(st.integers(0, 30), min_size=1, max_size=8)


@settings(max_examples=200, deadline=None)
@given(sizes=SIZES)
def test_no_group_below_the_floor_is_shown_nor_left_over_by_subtraction(sizes):
    n, hidden = np.array(sizes), suppressed_groups(sizes, 5)
    shown = ~hidden
    assert (n[shown] >= 5).all()
    assert all(n.sum() - n[g] >= 5 for g in np.flatnonzero(shown))
    left = n[hidden & (n > 0)]
    assert left.size != 1 or not shown.any()
    assert left.size == 0 or left.sum() >= 5 or not shown.any()


@settings(max_examples=150, deadline=None)
@given(data=st.data(), rows=st.integers(1, 4), columns=st.integers(1, 5))
def test_two_way_tables_protect_every_line(data, rows, columns):
    n = np.array([[data.draw(st.integers(0, 20)) for _ in range(columns)] for _ in range(rows)])
    hidden = suppressed_cells(n, 5)
    assert (n[~hidden] >= 5).all()
    for lines, marks in ((n, hidden), (n.T, hidden.T)):
        if lines.shape[1] < 2:
            continue
        for line, mark in zip(lines, marks, strict=True):
            secret = line[mark & (line > 0)]
            everything_hidden = not (~mark & (line > 0)).any()
            assert secret.size == 0 or (secret.size >= 2 and secret.sum() >= 5) or everything_hidden


def test_by_hand():
    assert suppressed_groups([40, 30, 3], 5).tolist() == [False, True, True]
    assert suppressed_groups([40, 30, 20], 5).tolist() == [False, False, False]
    assert suppressed_groups([40, 4], 5).tolist() == [True, True]
    assert suppressed_groups([2, 2, 2, 40], 5).tolist() == [True, True, True, False]
    assert suppressed_groups([50], 5).tolist() == [True]  # nobody to compare with


def test_a_single_small_cell_takes_a_rectangle_with_it():
    hidden = suppressed_cells([[20, 15, 3], [20, 12, 9], [20, 18, 16]], 5)
    assert hidden[0].sum() >= 2
    assert hidden[:, 2].sum() >= 2
    for line in (*hidden, *hidden.T):
        assert line.sum() != 1


def test_wrong_use_is_an_error():
    with pytest.raises(ValueError, match="n_trainers must have 1 axis"):
        suppressed_groups([[1]], 5)
    with pytest.raises(ValueError, match="n_trainers must have 2 axes"):
        suppressed_cells([1], 5)
    with pytest.raises(ValueError, match="floor must be at least 1"):
        suppressed_groups([1], 0)
    with pytest.raises(ValueError, match="must not be negative, got -1"):
        suppressed_groups([-1], 5)
