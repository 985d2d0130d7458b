"""Conger's kappa: many trainers, each with marginals of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.agreement.crossed import CrossedFunctional
from analytics.stats.counts.functional import pair_credit, quotient
from analytics.stats.counts.patterns import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Conger(CrossedFunctional):
    """(p_a - p_e) / (1 - p_e), p_e the mean over pairs of trainers of what their own label shares would give.

    Attributes
    ----------
    weights : float array (K, K)
        Symmetric agreement weights, 1 on the diagonal.
    """

    weights: FloatArray
    rare_labels_decide = True

    def item_moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 2): has a pair, its agreement."""
        return np.stack([(counts.sum(axis=1) > 1).astype(np.float64), pair_credit(counts, self.weights)], axis=1)

    def trainer_moments(self, given: FloatArray) -> FloatArray:
        """Return (M, 2 + K): is there, own agreement by chance, label shares."""
        n = given.sum(axis=1, keepdims=True)
        share = np.divide(given, n, out=np.zeros_like(given), where=n > 0)
        own = ((share @ self.weights) * share).sum(axis=1, keepdims=True)
        return np.concatenate([(n > 0).astype(np.float64), own, share], axis=1)

    def trainer_slopes(self, given: FloatArray, slope: FloatArray) -> FloatArray:
        """Return (M, K): how one more judgment of a label moves the trainer's shares and what hangs on them."""
        n = given.sum(axis=1, keepdims=True)
        share = np.divide(given, n, out=np.zeros_like(given), where=n > 0)
        by_share = slope[2:] + 2 * slope[1] * (share @ self.weights)
        centred = by_share - (by_share * share).sum(axis=1, keepdims=True)
        slopes: FloatArray = np.divide(centred, n, out=np.zeros_like(centred), where=n > 0)
        return slopes

    def parts(self, items: FloatArray, trainers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return p_a and p_e; p_e is nan with fewer than two trainers."""
        m, own, share = trainers[..., 0], trainers[..., 1], trainers[..., 2:]
        both = ((share @ self.weights) * share).sum(axis=-1)
        return quotient(items[..., 1], items[..., 0]), quotient(both - own, m * (m - 1))

    def value(self, items: FloatArray, trainers: FloatArray) -> FloatArray:
        """Return kappa; nan where p_e is 1 up to rounding."""
        observed, expected = self.parts(items, trainers)
        room = 1 - expected
        return quotient(observed - expected, np.where(room < 1e-13, 0.0, room))


def conger_influences(labels: IntArray, weights: FloatArray, *, gwet: bool = False) -> FloatArray:
    """Return (N,): what each item adds to Conger's kappa, exactly, from a table of few trainers.

    Parameters
    ----------
    labels : int array (N, M)
        Label codes, -1 where there is no judgment; every item has at least one.
    weights : float array (K, K)
    gwet : bool
        Gwet's form of the first term, whose mean is kappa and which lets single judgments add to the variance; without
        it the influences have mean 0.
    """
    k = weights.shape[0]
    counts = np.stack([(labels == c).sum(axis=1) for c in range(k)], axis=1)
    given = np.stack([np.bincount(column[column >= 0], minlength=k) for column in labels.T]).astype(np.float64)
    functional = Conger(weights=weights)
    items, trainers = functional.item_moments(counts), functional.trainer_moments(given)
    observed, expected = (float(x) for x in functional.parts(items.sum(axis=0), trainers.sum(axis=0)))
    kappa = (observed - expected) / (1 - expected)
    n, n2, m = len(labels), items[:, 0].sum(), trainers[:, 0].sum()
    slope = np.concatenate([[0.0, -1.0], 2 * weights @ trainers[:, 2:].sum(axis=0)]) / (m * (m - 1))
    moves = functional.trainer_slopes(given, slope)
    chance = np.zeros(n)
    for j, column in enumerate(labels.T):
        chance[column >= 0] += n * moves[j, column[column >= 0]]
    base = expected if gwet else observed
    first = n / n2 * (items[:, 1] - base * items[:, 0]) / (1 - expected)
    return np.asarray(first - (1 - kappa) / (1 - expected) * chance, dtype=np.float64)
