"""Patterns keep every count: the table of distinct rows is the judgment log, for every statistic of agreement."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.counts.patterns import (
    Patterns,
    TrainerPatterns,
    check_matching,
    merged,
    patterns_from_codes,
    without_trainer,
)


def table(seed: int, n: int = 30, m: int = 5, k: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(-1, k, (n, m))


def codes(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    item, trainer = np.nonzero(matrix >= 0)
    return item, trainer, matrix[item, trainer]


def same(a: Patterns, b: Patterns) -> bool:
    return np.array_equal(a.counts, b.counts) and np.array_equal(a.multiplicity, b.multiplicity)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(0, 12), m=st.integers(1, 6), k=st.integers(1, 4))
def test_long_and_wide_tables_give_the_same_patterns(seed: int, n: int, m: int, k: int) -> None:
    matrix = table(seed, n, m, k)
    long, trainers = patterns_from_codes(*codes(matrix), k)
    assert same(long, Patterns.from_matrix(matrix, k))
    check_matching(long, trainers)
    assert long.n_judgments == (matrix >= 0).sum()
    assert long.n_items == (matrix >= 0).any(axis=1).sum()
    assert long.n_items_paired == ((matrix >= 0).sum(axis=1) >= 2).sum()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), j=st.integers(0, 4))
def test_without_trainer_equals_counting_anew(seed: int, j: int) -> None:
    matrix = table(seed)
    patterns, trainers = patterns_from_codes(*codes(matrix), 3)
    if j >= trainers.n_trainers:
        return
    matrix[:, j] = -1
    assert same(without_trainer(patterns, trainers, j), Patterns.from_matrix(matrix, 3))


def test_shards_add_up() -> None:
    a, b = table(1), table(2)
    whole = Patterns.from_matrix(np.concatenate([a, b]), 3)
    assert same(merged([Patterns.from_matrix(a, 3), Patterns.from_matrix(b, 3)]), whole)


def test_label_table_counts_each_trainer() -> None:
    matrix = table(3)
    _, trainers = patterns_from_codes(*codes(matrix), 3)
    expected = np.stack([np.bincount(column[column >= 0], minlength=3) for column in matrix.T])
    assert np.array_equal(trainers.label_table(3), expected)


def test_arrays_are_read_only_and_apart_from_their_source() -> None:
    counts = np.array([[2, 0], [1, 1]])
    patterns = Patterns(counts=counts, multiplicity=np.array([3, 4]))
    counts[0, 0] = 99
    assert patterns.counts[0, 0] == 2
    with pytest.raises(ValueError, match="read-only"):
        patterns.counts[0, 0] = 5


@pytest.mark.parametrize(
    ("counts", "multiplicity", "text"),
    [
        ([[1, 1]], [1, 2], "same number of patterns, got 1 and 2"),
        ([[1, -1]], [1], "counts must not be negative, got -1"),
        ([[1, 1]], [-2], "multiplicity must not be negative, got -2"),
        ([[0, 0]], [1], "at least one judgment"),
        ([[0.5, 1.0]], [1], "whole numbers, got float64"),
        ([1, 2], [1, 1], "counts must have 2 axis"),
    ],
)
def test_wrong_patterns_are_refused(counts: list[object], multiplicity: list[int], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Patterns(counts=np.array(counts), multiplicity=np.array(multiplicity))


def test_a_repeated_judgment_is_refused() -> None:
    with pytest.raises(ValueError, match="got 1 repeated judgments"):
        patterns_from_codes([0, 0, 0], [0, 1, 1], [0, 0, 1], 2)


def test_wrong_codes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"label codes must lie in -1\.\.1, got 0\.\.2"):
        Patterns.from_matrix([[0, 2]], 2)
    with pytest.raises(ValueError, match="n_labels must be at least 1, got 0"):
        Patterns.from_matrix([[-1]], 0)
    with pytest.raises(ValueError, match="same length, got 2, 1 and 2"):
        patterns_from_codes([0, 1], [0], [0, 1], 2)
    with pytest.raises(ValueError, match="codes must not be negative"):
        patterns_from_codes([-1], [0], [0], 2)


def test_trainer_patterns_are_checked() -> None:
    patterns = Patterns.from_matrix([[0, 1]], 2)
    fields = {"trainer": [0, 1], "pattern": [0, 0], "label": [0, 1], "n": [1, 1]}
    good = TrainerPatterns(**fields, n_trainers=2)  # type: ignore[arg-type]
    check_matching(patterns, good)
    with pytest.raises(ValueError, match=r"trainer must lie in 0\.\.0, got 0\.\.1"):
        TrainerPatterns(**fields, n_trainers=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="account for every judgment"):
        check_matching(patterns, TrainerPatterns(**{**fields, "n": [1, 2]}, n_trainers=2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must refer to 1 patterns of 2 labels, got pattern 3"):
        check_matching(patterns, TrainerPatterns(**{**fields, "pattern": [0, 3]}, n_trainers=2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="same length"):
        TrainerPatterns(**{**fields, "n": [1]}, n_trainers=2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"j must be a trainer index in 0\.\.1, got 2"):
        without_trainer(patterns, good, 2)
    with pytest.raises(ValueError, match="must not be negative"):
        TrainerPatterns(**{**fields, "n": [1, -1]}, n_trainers=2)  # type: ignore[arg-type]


def test_merged_refuses_different_scales() -> None:
    with pytest.raises(ValueError, match=r"same number of labels, got \[2, 3\]"):
        merged([Patterns.from_matrix([[0]], 2), Patterns.from_matrix([[0]], 3)])
    with pytest.raises(ValueError, match="at least one Patterns"):
        merged([])
