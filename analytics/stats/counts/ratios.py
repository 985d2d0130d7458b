"""Agreement coefficients that are a ratio of two additive sums, and coefficients of merged labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.functional import NO_JUDGMENT, NO_PAIR, Functional, quotient
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns


@dataclass(frozen=True, kw_only=True)
class Ratio(Functional):
    """sum of `numerator` / sum of `denominator` over items, with a third sum that gives the expected part.

    Attributes
    ----------
    terms : callable
        From label counts (X, K) to numerator, denominator and a third sum, (X, 3).
    expected : {"none", "third / second", "second / third"}
        Which of the sums give the expected part.
    bounds : (float, float)
        Range of the ratio.
    reason : str
        Why there is no ratio where the denominator is 0.
    """

    terms: Callable[[IntArray], FloatArray]
    reason: str
    expected: str = "none"
    bounds: tuple[float, float] = (0.0, 1.0)

    def moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 3): numerator, denominator, and what the expected part needs."""
        return self.terms(counts)

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the ratio and what luck would make of it."""
        value = self.value(sums)
        if self.expected == "none":
            return value, np.full(value.shape, np.nan)
        if self.expected == "third / second":
            return value, quotient(sums[..., 2], sums[..., 1])
        return value, quotient(sums[..., 1], sums[..., 2])

    def value(self, sums: FloatArray) -> FloatArray:
        """Return the ratio; nan where the denominator is 0."""
        return quotient(sums[..., 0], sums[..., 1])

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative by the three sums."""
        out = np.zeros_like(sums, dtype=np.float64)
        out[..., 0] = 1 / sums[..., 1]
        out[..., 1] = -sums[..., 0] / sums[..., 1] ** 2
        return out

    def n_entering(self, patterns: Patterns) -> int:
        """Return the items with anything in the denominator."""
        return int(patterns.multiplicity[self.terms(patterns.counts)[:, 1] != 0].sum())

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no ratio."""
        if patterns.n_items == 0:
            return NO_JUDGMENT
        if patterns.n_items_paired == 0:
            return NO_PAIR
        return self.reason if np.isnan(value) else None


@dataclass(frozen=True, kw_only=True)
class Merged(Functional):
    """Another coefficient after labels have been put together.

    Attributes
    ----------
    inner : Functional
        The coefficient of the merged labels.
    group : tuple of int (K,)
        Merged label 0..G-1 of each label.
    """

    inner: Functional
    group: tuple[int, ...]

    @property
    def bounds(self) -> tuple[float, float]:  # type: ignore[override]
        """Range of the inner coefficient."""
        return self.inner.bounds

    @property
    def rare_labels_decide(self) -> bool:  # type: ignore[override]
        """As for the inner coefficient."""
        return self.inner.rare_labels_decide

    def moments(self, counts: IntArray) -> FloatArray:
        """Return the inner vector of the merged counts."""
        return self.inner.moments(merged_counts(counts, self.group))

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the inner parts."""
        return self.inner.parts(sums)

    def value(self, sums: FloatArray) -> FloatArray:
        """Return the inner coefficient."""
        return self.inner.value(sums)

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the inner derivative."""
        return self.inner.gradient(sums)

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say what the inner coefficient says."""
        return self.inner.undefined(patterns, value)


def merged_counts(counts: IntArray, group: Sequence[int]) -> IntArray:
    """Return counts (X, G) after labels with the same group have been put together."""
    table = np.zeros((counts.shape[1], max(group) + 1), dtype=np.int64)
    table[np.arange(counts.shape[1]), list(group)] = 1
    merged: IntArray = counts @ table
    return merged


def paired(counts: IntArray) -> FloatArray:
    """Return (X, 1): 1 where an item has at least two judgments, else 0."""
    return np.asarray((counts.sum(axis=1, keepdims=True) > 1), dtype=np.float64)


def specific_agreement(label: int) -> Ratio:
    """Return the probability that another judgment says `label`, given that one did.

    sum n_c (n_c - 1) / (m - 1) over sum n_c, items with at least two judgments. Its expected part is the label's share.

    References
    ----------
    Cicchetti and Feinstein (1990), doi:10.1016/0895-4356(90)90159-M.
    """

    def terms(counts: IntArray) -> FloatArray:
        n = counts[:, label].astype(np.float64)
        m = counts.sum(axis=1).astype(np.float64)
        pairs = np.divide(n * (n - 1), m - 1, out=np.zeros_like(m), where=m > 1)
        return np.stack([pairs, np.where(m > 1, n, 0.0), np.where(m > 1, m, 0.0)], axis=1)

    return Ratio(terms=terms, reason="nobody gave this label on an item with two judgments", expected="second / third")


def agreement_within(steps: int, order: Sequence[int]) -> FloatArray:
    """Return weights (K, K) that count labels up to `steps` ranks apart as agreeing; `order` holds the ranks (K,)."""
    rank = np.asarray(order)
    return np.asarray(np.abs(rank[:, None] - rank[None, :]) <= steps, dtype=np.float64)


def item_mean(score: Callable[[IntArray], FloatArray], reason: str, bounds: tuple[float, float]) -> Ratio:
    """Return the mean over items of a score; `score` gives (X,) with nan for items it does not exist for."""

    def terms(counts: IntArray) -> FloatArray:
        each = score(counts)
        there = np.isfinite(each)
        return np.stack([np.where(there, each, 0.0), there.astype(np.float64), np.zeros(len(each))], axis=1)

    return Ratio(terms=terms, reason=reason, bounds=bounds)
