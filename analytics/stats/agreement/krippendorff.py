"""Krippendorff's alpha: one minus observed over expected disagreement, for any distance between labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.agreement.distances import midranks
from analytics.stats.counts.functional import NO_JUDGMENT, NO_PAIR, NO_VARIATION, Functional, quotient
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns


def coincidence_rows(counts: IntArray) -> FloatArray:
    """Return (X, K, K): each item's coincidences o_ck = n_c (n_k - [c = k]) / (m - 1); zero where there is no pair."""
    n = counts.astype(np.float64)
    m = n.sum(axis=1)
    scale = np.divide(1.0, m - 1, out=np.zeros_like(m), where=m > 1)
    table = n[:, :, None] * n[:, None, :]
    k = np.arange(n.shape[1])
    table[:, k, k] -= n
    return np.asarray(table * scale[:, None, None], dtype=np.float64)


def undefined_alpha(patterns: Patterns, value: float) -> str | None:
    """Return why alpha does not exist for these judgments, None where it does."""
    if patterns.n_items == 0:
        return NO_JUDGMENT
    if patterns.n_items_paired == 0:
        return NO_PAIR
    return NO_VARIATION if np.isnan(value) else None


@dataclass(frozen=True, kw_only=True)
class Alpha(Functional):
    """Krippendorff's alpha, 1 - D_o / D_e, for a distance that does not depend on the data.

    Attributes
    ----------
    distance : float array (K, K)
        Symmetric, 0 on the diagonal.
    """

    distance: FloatArray
    rare_labels_decide = True

    def moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 1 + K): the item's disagreement sum and its pairable labels; zero where there is no pair."""
        n = counts * (counts.sum(axis=1) > 1)[:, None]
        m = n.sum(axis=1).astype(np.float64)
        total = ((n @ self.distance) * n).sum(axis=1)
        spread = np.divide(total, m - 1, out=np.zeros_like(m), where=m > 1)
        return np.concatenate([spread[:, None], n], axis=1)

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return D_o and D_e."""
        totals = sums[..., 1:]
        n = totals.sum(axis=-1)
        pairs = ((totals @ self.distance) * totals).sum(axis=-1)
        return quotient(sums[..., 0], n), quotient(pairs, n * (n - 1))

    def value(self, sums: FloatArray) -> FloatArray:
        """Return alpha; nan where D_e is 0."""
        observed, expected = self.parts(sums)
        return 1 - quotient(observed, expected)

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative of alpha by the disagreement sum and the label totals."""
        totals = sums[..., 1:]
        n = totals.sum(axis=-1)
        towards = totals @ self.distance
        pairs = (towards * totals).sum(axis=-1)
        ratio = sums[..., 0] / pairs
        out = np.empty_like(sums, dtype=np.float64)
        out[..., 0] = -(n - 1) / pairs
        out[..., 1:] = -ratio[..., None] + (2 * (n - 1) * ratio / pairs)[..., None] * towards
        return out

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no alpha: no pair, or no two labels that differ."""
        return undefined_alpha(patterns, value)


@dataclass(frozen=True, kw_only=True)
class OrdinalAlpha(Functional):
    """Krippendorff's alpha with the ordinal metric, which is made from the pairable label totals themselves.

    Attributes
    ----------
    n_labels : int
        K.
    """

    n_labels: int
    rare_labels_decide = True

    def moments(self, counts: IntArray) -> FloatArray:
        """Return (X, K*K + K): the item's coincidences and its pairable labels; zero where there is no pair."""
        n = counts * (counts.sum(axis=1) > 1)[:, None]
        return np.concatenate([coincidence_rows(counts).reshape(counts.shape[0], self.n_labels**2), n], axis=1)

    def _tables(self, sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        k = self.n_labels
        totals = sums[..., k * k :]
        n = totals.sum(axis=-1, keepdims=True)
        ranks = quotient(midranks(totals), n)
        return sums[..., : k * k].reshape(*sums.shape[:-1], k, k), totals, ranks

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return D_o and D_e, in squared shares of all judgments between two labels."""
        coincidences, totals, ranks = self._tables(sums)
        n = totals.sum(axis=-1)
        distance = (ranks[..., :, None] - ranks[..., None, :]) ** 2
        observed = (coincidences * distance).sum(axis=(-1, -2))
        expected = (totals[..., :, None] * totals[..., None, :] * distance).sum(axis=(-1, -2))
        return quotient(observed, n), quotient(expected, n * (n - 1))

    def value(self, sums: FloatArray) -> FloatArray:
        """Return alpha; nan where D_e is 0."""
        observed, expected = self.parts(sums)
        return 1 - quotient(observed, expected)

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative of alpha by the coincidences and the label totals, the moving metric included."""
        coincidences, totals, _ = self._tables(sums)
        n = totals.sum(axis=-1)
        ranks = midranks(totals)
        gap = ranks[..., :, None] - ranks[..., None, :]
        observed = (coincidences * gap**2).sum(axis=(-1, -2))
        pairs = (totals[..., :, None] * totals[..., None, :] * gap**2).sum(axis=(-1, -2))
        observed_by_rank = 4 * (coincidences * gap).sum(axis=-1)
        pairs_by_rank = 4 * totals * (totals[..., None, :] * gap).sum(axis=-1)
        pairs_direct = 2 * (totals[..., None, :] * gap**2).sum(axis=-1)
        factor = (n - 1) / pairs
        ratio = observed / pairs
        by_rank = -factor[..., None] * (observed_by_rank - ratio[..., None] * pairs_by_rank)
        above = by_rank.sum(axis=-1, keepdims=True) - np.cumsum(by_rank, axis=-1)
        by_total = above + by_rank / 2 - ratio[..., None] + (factor * ratio)[..., None] * pairs_direct
        k = self.n_labels
        out = np.empty_like(sums, dtype=np.float64)
        out[..., : k * k] = (-factor[..., None, None] * gap**2).reshape(*sums.shape[:-1], k * k)
        out[..., k * k :] = by_total
        return out

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no alpha: no pair, or no two labels that differ."""
        return undefined_alpha(patterns, value)
