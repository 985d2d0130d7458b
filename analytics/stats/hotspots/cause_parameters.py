"""What the mixture over causes has learnt, and what it says about each item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.patterns import FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class CauseParameters:
    """What the mixture has learnt.

    Attributes
    ----------
    prior : float array (K,)
        Share of each label among clear items.
    confusion_counts : float array (M, K, K)
        Expected judgments by trainer, reading and label given, without smoothing.
    typical : float array (M, K, K)
        What each trainer's confusion matrix is drawn towards, rows summing to 1.
    smoothing : float
        Judgments a reading that `typical` counts as.
    ambiguous : float
        Share of items that are unclear by themselves, between two labels.
    spread : float array (S + 1,)
        Share of the items of each context that are read as any of three labels or more; the last entry is for items
        without a context.
    pairs : float array (K, K)
        How ambiguous items spread over pairs of labels c < d; sums to 1.
    gaps : float array (S, K, K)
        Share of the items of each context that are split between labels c < d because of the rule; mostly 0.
    divided : float array (V,)
        Share of items of each stratum on which one group reads another label than the rest.
    lean : float array (5,)
        How unclear items spread over the shares LEANS with which the first of the two labels is read.
    """

    prior: FloatArray
    confusion_counts: FloatArray
    typical: FloatArray
    smoothing: float
    ambiguous: float
    spread: FloatArray
    pairs: FloatArray
    gaps: FloatArray
    divided: FloatArray
    lean: FloatArray

    @property
    def confusion(self) -> FloatArray:
        """(M, K, K): row reading, column label given; rows sum to 1."""
        table = self.confusion_counts + self.smoothing * self.typical
        return np.asarray(table / table.sum(axis=2, keepdims=True), dtype=np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """Posterior of every item's hidden parts.

    Attributes
    ----------
    clear : float array (N, K)
        Clear, with each true label.
    ambiguous, gap : float array (R, 5)
        Split rows by lean.
    spread : float array (U,)
        Spread rows.
    divide : float array (Q,)
        Divide rows.
    reading : float array (J, K)
        How each judgment's trainer read the item; rows sum to 1.
    log_likelihood : float
        Of all items.
    """

    clear: FloatArray
    ambiguous: FloatArray
    gap: FloatArray
    spread: FloatArray
    divide: FloatArray
    reading: FloatArray
    log_likelihood: float


def typical_confusion(table: FloatArray) -> FloatArray:
    """Return (M, K, K) what each trainer's rows are drawn towards: their own accuracy, with the errors all make.

    Drawing towards the average trainer instead would lend careful trainers the errors of careless ones, and so hide
    unclear items behind them.
    """
    k = table.shape[1]
    rank = np.arange(k)
    pooled = table.sum(axis=0)
    right = pooled[rank, rank].sum() + 1.0
    accuracy = (table[:, rank, rank].sum(axis=1) + 2 * right / (pooled.sum() + 2.0)) / (table.sum(axis=(1, 2)) + 2.0)
    off = 1 - np.eye(k)
    errors = pooled * off + off / k
    errors /= np.where(errors.sum(axis=1, keepdims=True) > 0, errors.sum(axis=1, keepdims=True), 1.0)
    typical = (1 - accuracy)[:, None, None] * errors
    typical[:, rank, rank] = accuracy[:, None]
    return np.asarray(typical, dtype=np.float64)
