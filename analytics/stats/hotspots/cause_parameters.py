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
        Share of the items of each context that are read as any of three labels or more (on an ordered scale: that
        trainers scatter over more widely than usual); the last entry is for items without a context.
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
    wide : float array (N,)
        Scattered over more widely than usual; zeros where labels have no order.
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
    wide: FloatArray
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


def scattered_confusion(table: FloatArray, *, strength: float = 20.0, iterations: int = 15) -> FloatArray:
    """Return (M, K, K) what each trainer's rows are drawn towards on an ordered scale: near misses, and guesses.

    A trainer misses by so many steps (normal, with a lean and a width) and now and then answers anyhow. Free rows would
    take the wide scatter over unclear items for a habit of every trainer, and so hide those items.

    Parameters
    ----------
    table : float array (M, K, K)
        Expected judgments by trainer, reading and label given.
    strength : float
        Judgments that the team's lean, width and guessing count as in a trainer's own.
    """
    k = table.shape[1]
    steps = np.arange(k, dtype=np.float64)
    miss = steps[None, :] - steps[:, None]
    pooled = table.sum(axis=0)[None]
    team = _scatter(pooled, miss, (0.0, 1.0, 0.05), 1.0, iterations)
    lean, width, guess = _scatter(table, miss, tuple(float(x[0]) for x in team), strength, iterations)
    return _scatter_rows(miss, lean, width, guess)


def _scatter(
    table: FloatArray, miss: FloatArray, team: tuple[float, ...], strength: float, iterations: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    m = table.shape[0]
    lean, width, guess = (np.full(m, x) for x in team)
    total = table.sum(axis=(1, 2))
    for _ in range(iterations):
        rows = _scatter_rows(miss, lean, width, np.zeros(m))
        near = (1 - guess)[:, None, None] * rows
        weight = table * near / (near + (guess / miss.shape[0])[:, None, None])
        n = weight.sum(axis=(1, 2))
        # The scale ends: what is matched is the mean and spread that the rows would give, not those of an endless one.
        given = weight.sum(axis=2, keepdims=True) * rows
        spread = (given * (miss - lean[:, None, None]) ** 2).sum(axis=(1, 2))
        square = (weight * (miss - lean[:, None, None]) ** 2).sum(axis=(1, 2))
        moved = lean + ((weight - given) * miss).sum(axis=(1, 2)) / np.maximum(n, 1.0)
        matched = width**2 * np.divide(square, spread, out=np.ones(m), where=spread > 0)
        lean = (n * moved + strength * team[0]) / (n + strength)
        width = np.sqrt((n * matched + strength * team[1] ** 2) / (n + strength))
        guess = (total - n + strength * team[2]) / (total + strength)
    return lean, width, guess


def _scatter_rows(miss: FloatArray, lean: FloatArray, width: FloatArray, guess: FloatArray) -> FloatArray:
    rows = np.exp(-0.5 * ((miss - lean[:, None, None]) / np.maximum(width, 0.1)[:, None, None]) ** 2)
    rows /= rows.sum(axis=2, keepdims=True)
    return np.asarray((1 - guess)[:, None, None] * rows + (guess / miss.shape[0])[:, None, None], dtype=np.float64)
