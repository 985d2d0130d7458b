"""Weights and distances: the formulas of Gwet's and Krippendorff's texts, by hand and by loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.agreement.distances import (
    interval_distances,
    jaccard_distance,
    masi_distance,
    midranks,
    ordinal_distances,
    ratio_distances,
    set_distances,
    set_members,
)
from analytics.stats.agreement.weights import WEIGHT_KINDS, agreement_weights


@pytest.mark.parametrize("kind", WEIGHT_KINDS)
@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], [0.5, 1.0, 4.0, 7.0], [2.0, 5.0]])
def test_weights_are_symmetric_with_one_on_the_diagonal_and_a_zero(kind: str, values: list[float]) -> None:
    w = agreement_weights(kind, values)
    np.testing.assert_allclose(w, w.T, atol=1e-15)
    np.testing.assert_array_equal(np.diag(w), 1)
    assert w.min() == pytest.approx(0, abs=1e-12)
    assert w.max() <= 1


def test_each_kind_by_hand() -> None:
    x = [1.0, 2.0, 4.0]
    expected = {
        "identity": 0.0,
        "linear": 1 - 1 / 3,
        "quadratic": 1 - 1 / 9,
        "radical": 1 - math.sqrt(1 / 3),
        "ordinal": 1 - 1 / 3,
        "ratio": 1 - (1 / 3) ** 2 / (3 / 5) ** 2,
        "circular": 1 - math.sin(math.pi / 4) ** 2 / math.sin(math.pi / 2) ** 2,
        "bipolar": 1 - (1 / ((3 - 2) * (8 - 3))) / 1.0,
    }
    for kind, value in expected.items():
        assert agreement_weights(kind, x)[0, 1] == pytest.approx(value), kind


def test_ordinal_weights_read_the_order_alone() -> None:
    np.testing.assert_array_equal(
        agreement_weights("ordinal", [1.0, 2.0, 3.0]), agreement_weights("ordinal", [1.0, 50.0, 51.0])
    )


def test_wrong_weights_are_refused() -> None:
    with pytest.raises(ValueError, match=r"kind must be one of .* got 'cubic'"):
        agreement_weights("cubic", [1.0, 2.0])
    with pytest.raises(ValueError, match="distinct finite numbers"):
        agreement_weights("linear", [1.0, 1.0])
    with pytest.raises(ValueError, match="values of one sign, got -1 to 2"):
        agreement_weights("ratio", [-1.0, 2.0])


def test_one_label_has_one_weight() -> None:
    for kind in WEIGHT_KINDS:
        assert agreement_weights(kind, [3.0]).tolist() == [[1.0]]


@settings(max_examples=50, deadline=None)
@given(totals=st.lists(st.integers(0, 30), min_size=2, max_size=7))
def test_the_ordinal_metric_is_krippendorffs_sum(totals: list[int]) -> None:
    """(n_c / 2 + all between + n_k / 2) squared, by loop."""
    found = ordinal_distances(np.array(totals, dtype=float))
    for c in range(len(totals)):
        for k in range(c, len(totals)):
            between = sum(totals[c : k + 1]) - (totals[c] + totals[k]) / 2 if k > c else 0.0
            assert found[c, k] == pytest.approx(between**2)
            assert found[k, c] == found[c, k]


def test_midranks() -> None:
    assert midranks(np.array([2.0, 1.0, 3.0])).tolist() == [1.0, 2.5, 4.5]


def test_ratio_and_interval() -> None:
    assert ratio_distances([0.0, 2.0, 6.0]).tolist() == [[0, 1, 1], [1, 0, 0.25], [1, 0.25, 0]]
    assert interval_distances([1.0, 4.0])[0, 1] == 9
    with pytest.raises(ValueError, match="must be finite"):
        interval_distances([1.0, math.inf])


FLAGS = st.frozensets(st.sampled_from(["a", "b", "c", "nan", "d"]), max_size=4)


@settings(max_examples=100, deadline=None)
@given(sets=st.lists(FLAGS, min_size=1, max_size=8))
def test_tables_of_sets_are_the_distances_one_by_one(sets: list[frozenset[str]]) -> None:
    labels = ["|".join(sorted(s)) for s in sets]
    assert [set_members(label) for label in labels] == sets
    for kind, distance in (("masi", masi_distance), ("jaccard", jaccard_distance)):
        table = set_distances(labels, kind)
        expected = [[distance(a, b) for b in sets] for a in sets]
        np.testing.assert_allclose(table, expected, atol=1e-12)
        assert table.min() >= 0
        assert table.max() <= 1


def test_unknown_kinds_of_set_distance_are_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of 'masi', 'jaccard', got 'dice'"):
        set_distances(["a"], "dice")
