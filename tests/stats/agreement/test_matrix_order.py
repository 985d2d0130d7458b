"""The order brings planted clusters together, and cells that rest on little do not decide it."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.matrix_order import clustered_order, shrunken_to_mean


def planted(rng: np.random.Generator, groups: int = 3, size: int = 5) -> tuple[np.ndarray, np.ndarray]:
    of = rng.permutation(np.repeat(np.arange(groups), size))
    value = np.where(of[:, None] == of[None, :], 0.8, 0.2) + rng.normal(0, 0.03, (of.size, of.size))
    value = (value + value.T) / 2
    np.fill_diagonal(value, np.nan)
    return value, of


def test_planted_groups_stand_together() -> None:
    value, of = planted(np.random.default_rng(1))
    ordered = of[clustered_order(value, np.full(value.shape, 50))]
    assert (np.diff(ordered) != 0).sum() == 2


def test_a_cell_that_rests_on_one_item_does_not_decide() -> None:
    value, of = planted(np.random.default_rng(2))
    n = np.full(value.shape, 50)
    a, b = np.flatnonzero(of == 0)[0], np.flatnonzero(of == 1)[0]
    value[a, b] = value[b, a] = 1.0
    n[a, b] = n[b, a] = 1
    assert (np.diff(of[clustered_order(value, n)]) != 0).sum() == 2


def test_missing_cells_take_the_mean() -> None:
    value = np.array([[np.nan, 0.6, np.nan], [0.6, np.nan, 0.2], [np.nan, 0.2, np.nan]])
    n = np.array([[0, 10, 0], [10, 0, 30], [0, 30, 0]])
    found = shrunken_to_mean(value, n, 10.0)
    mean = (0.6 * 10 + 0.2 * 30) / 40
    assert found[0, 2] == pytest.approx(mean)
    assert found[0, 1] == pytest.approx((6 + 10 * mean) / 20)


@pytest.mark.parametrize("m", [0, 1, 2])
def test_small_tables_keep_their_order(m: int) -> None:
    assert clustered_order(np.ones((m, m)), np.ones((m, m))).tolist() == list(range(m))


def test_a_table_in_which_nobody_met_has_some_order() -> None:
    found = clustered_order(np.full((4, 4), np.nan), np.zeros((4, 4)))
    assert sorted(found.tolist()) == [0, 1, 2, 3]


def test_wrong_use_is_an_error() -> None:
    with pytest.raises(ValueError, match="square and of one shape"):
        shrunken_to_mean(np.ones((2, 3)), np.ones((2, 3)), 1.0)
    with pytest.raises(ValueError, match="strength must be positive"):
        shrunken_to_mean(np.ones((2, 2)), np.ones((2, 2)), 0.0)
