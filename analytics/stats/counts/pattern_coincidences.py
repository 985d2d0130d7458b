"""The coincidence matrix from patterns, sparse enough for scales of hundreds of labels."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns


def pattern_coincidences(counts: IntArray) -> sparse.csr_array:
    """Return (P, K * K), sparse: what one item of each pattern adds to the coincidences, n_c (n_k - [c = k]) / (m - 1).

    Rows with fewer than two judgments are empty. Only labels that occur in a pattern take room, so K may be large.
    """
    k = counts.shape[1]
    size = counts.sum(axis=1)
    p, c, d = label_meetings(counts * (size >= 2)[:, None])
    value = counts[p, c] * (counts[p, d] - (c == d)) / (size[p] - 1.0)
    return sparse.csr_array((value, (p, c * k + d)), shape=(counts.shape[0], k * k))


def label_meetings(counts: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return (row, c, d) of every ordered pair of labels, c = d included, that meet in a row of counts (X, K)."""
    row, label = np.nonzero(counts)
    kinds = np.bincount(row, minlength=counts.shape[0])
    first = np.cumsum(kinds) - kinds
    left = np.repeat(np.arange(row.size), kinds[row])
    within = np.arange(left.size) - np.repeat(np.cumsum(kinds[row]) - kinds[row], kinds[row])
    right = first[row[left]] + within
    return row[left], label[left], label[right]


def coincidences(patterns: Patterns) -> FloatArray:
    """Return the coincidence matrix (K, K) of the items with two judgments or more."""
    return square(patterns.multiplicity @ pattern_coincidences(patterns.counts), patterns.n_labels)


def square(flat: FloatArray, k: int) -> FloatArray:
    """Return K * K numbers as a K x K float table."""
    return np.asarray(flat, dtype=np.float64).reshape(k, k)
