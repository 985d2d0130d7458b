"""Label by label: specific agreement, kappas and coincidences against loops over the judgments."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analytics.stats.agreement.label_agreement import fleiss_null_se, label_agreements, label_confusion
from analytics.stats.counts.patterns import Patterns
from tests.stats.tables import counted, random_table

MATRIX = random_table(np.random.default_rng(0), 60, 5, 4)
PATTERNS, TRAINERS = counted(MATRIX, 4)
PAIRED = [row[row >= 0] for row in MATRIX if (row >= 0).sum() > 1]


def test_specific_agreement_is_the_chance_that_another_says_so_too() -> None:
    for found in label_agreements(PATTERNS, TRAINERS):
        others = [
            np.mean(np.delete(row, j) == found.label)
            for row in PAIRED
            for j in range(row.size)
            if row[j] == found.label
        ]
        assert found.specific.value == pytest.approx(np.mean(others))
        assert found.n_judgments == (found.label == MATRIX).sum()
        assert found.n_items == (found.label == MATRIX).any(axis=1).sum()
        share = np.concatenate(PAIRED) == found.label
        assert found.specific.expected == pytest.approx(share.mean())
        assert found.specific.low < found.specific.value < found.specific.high
        assert found.specific.interval_method.startswith("two-way")


def test_confusion_is_the_coincidence_matrix_and_what_shuffling_gives() -> None:
    observed = np.zeros((4, 4))
    for row in PAIRED:
        for a, b in itertools.permutations(row, 2):
            observed[a, b] += 1 / (row.size - 1)
    found = label_confusion(PATTERNS)
    np.testing.assert_allclose(found.observed, observed)
    np.testing.assert_allclose(found.expected.sum(axis=1), observed.sum(axis=1))
    labels, rng = np.concatenate(PAIRED), np.random.default_rng(1)
    shuffled = np.zeros((4, 4))
    for _ in range(300):
        at, mixed = 0, rng.permutation(labels)
        for row in PAIRED:
            part = mixed[at : at + row.size]
            at += row.size
            counts = np.bincount(part, minlength=4)
            shuffled += (np.outer(counts, counts) - np.diag(counts)) / (row.size - 1) / 300
    np.testing.assert_allclose(found.expected, shuffled, rtol=0.1)
    np.testing.assert_allclose(found.ratio, found.observed / found.expected)
    assert found.n_pairable == labels.size


def test_a_label_nobody_gave() -> None:
    patterns, _ = counted(np.array([[0, 1], [1, 1]]), 3)
    *_, never = label_agreements(patterns)
    assert never.specific.undefined == "nobody gave this label on an item with two judgments"
    assert never.kappa.undefined is not None
    assert np.isnan(label_confusion(patterns).ratio[2]).all()


def test_no_pair_and_wrong_use() -> None:
    single, _ = counted(np.array([[0, -1], [-1, 1]]), 2)
    assert all(x.specific.undefined == "no item has two judgments" for x in label_agreements(single))
    assert label_confusion(single).n_pairable == 0
    empty = Patterns.from_counts(np.zeros((0, 2), dtype=int))
    assert np.isnan(label_agreements(empty)[0].share)
    assert np.isnan(fleiss_null_se(PATTERNS)), "items differ in their number of judgments"
    with pytest.raises(ValueError, match=r"labels must lie in 0\.\.3, got \[4\]"):
        label_agreements(PATTERNS, labels=[4])
    with pytest.raises(ValueError, match=r"interval must be one of 'two-way', .* got 'bootstrap'"):
        label_agreements(PATTERNS, interval="bootstrap")
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1, got 2"):
        label_agreements(PATTERNS, confidence=2)
