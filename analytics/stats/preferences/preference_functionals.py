"""Agreement on preferences as functions of additive sums: three numbers that do not care which answer is called A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.functional import NO_JUDGMENT, NO_PAIR, Functional, pair_credit, quotient
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns
from analytics.stats.counts.ratios import Ratio

ALL_TIES = "every judgment was a tie, so nothing can be said about agreement on the side"
NO_SIDES = "no item has two judgments that both took a side"


def sides(counts: IntArray, scores: FloatArray) -> FloatArray:
    """Return (X, 3): judgments for A (score below 0), tie (0) and B (above 0)."""
    return np.stack([counts[:, np.sign(scores) == s].sum(axis=1) for s in (-1, 0, 1)], axis=1).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class KappaSymmetric(Functional):
    """(p_a - p_e) / (1 - p_e) with p_e = t^2 + (1 - t)^2 / 2: judgments that know the share of ties but no side.

    Attributes
    ----------
    scores : float array (K,)
        Negative for A, 0 for tie, positive for B.
    """

    scores: FloatArray

    def moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 4): has a pair, its agreement, has a judgment, share of ties."""
        table = sides(counts, self.scores)
        m = table.sum(axis=1)
        credit = pair_credit(np.rint(table).astype(np.int64), np.eye(3))
        tie = np.divide(table[:, 1], m, out=np.zeros_like(m), where=m > 0)
        return np.stack([(m > 1).astype(np.float64), credit, (m > 0).astype(np.float64), tie], axis=1)

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return p_a and p_e."""
        t = quotient(sums[..., 3], sums[..., 2])
        return quotient(sums[..., 1], sums[..., 0]), t**2 + (1 - t) ** 2 / 2

    def value(self, sums: FloatArray) -> FloatArray:
        """Return kappa; nan where all judgments are ties."""
        observed, expected = self.parts(sums)
        room = 1 - expected
        return quotient(observed - expected, np.where(room < 1e-13, 0.0, room))

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative by the four sums."""
        observed, expected = self.parts(sums)
        t = quotient(sums[..., 3], sums[..., 2])
        by_observed = 1 / (1 - expected)
        by_tie = -(1 - observed) / (1 - expected) ** 2 * (3 * t - 1)
        return np.stack(
            [
                -by_observed * observed / sums[..., 0],
                by_observed / sums[..., 0],
                -by_tie * t / sums[..., 2],
                by_tie / sums[..., 2],
            ],
            axis=-1,
        )

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no kappa."""
        if patterns.n_items == 0:
            return NO_JUDGMENT
        if patterns.n_items_paired == 0:
            return NO_PAIR
        return ALL_TIES if np.isnan(value) else None


def non_tied_agreement(scores: FloatArray) -> Ratio:
    """Return the probability that two judgments that both took a side took the same one; by luck 1/2."""

    def terms(counts: IntArray) -> FloatArray:
        table = sides(counts, scores)
        m = table.sum(axis=1)
        per_pair = np.divide(1.0, m * (m - 1), out=np.zeros_like(m), where=m > 1)
        took = table[:, 0] + table[:, 2]
        both = took * (took - 1) * per_pair
        same = (table[:, 0] * (table[:, 0] - 1) + table[:, 2] * (table[:, 2] - 1)) * per_pair
        return np.stack([same, both, both / 2], axis=1)

    return Ratio(terms=terms, reason=NO_SIDES, expected="third / second")


@dataclass(frozen=True, kw_only=True)
class AlphaSymmetric(Functional):
    """1 - D_o / D_e with squared score differences and chance symmetric in A and B: D_e = 2 sum x^2 / n..

    Attributes
    ----------
    scores : float array (K,)
        Negative for A, 0 for tie, positive for B.
    """

    scores: FloatArray

    def moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 3): squared differences, twice the squares, judgments; zero where there is no pair."""
        n = counts * (counts.sum(axis=1, keepdims=True) > 1)
        m = n.sum(axis=1).astype(np.float64)
        s1, s2 = n @ self.scores, n @ self.scores**2
        apart = np.divide(2 * (m * s2 - s1**2), m - 1, out=np.zeros_like(m), where=m > 1)
        return np.stack([apart, 2 * s2, m], axis=1)

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return D_o and D_e."""
        return quotient(sums[..., 0], sums[..., 2]), quotient(sums[..., 1], sums[..., 2])

    def value(self, sums: FloatArray) -> FloatArray:
        """Return alpha; nan where all judgments are ties."""
        return 1 - quotient(sums[..., 0], sums[..., 1])

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative by the three sums."""
        return np.stack([-1 / sums[..., 1], sums[..., 0] / sums[..., 1] ** 2, np.zeros_like(sums[..., 2])], axis=-1)

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no alpha."""
        if patterns.n_items == 0:
            return NO_JUDGMENT
        if patterns.n_items_paired == 0:
            return NO_PAIR
        return ALL_TIES if np.isnan(value) else None


def tie_share(scores: FloatArray) -> Ratio:
    """Return the mean over items of the share of ties."""

    def terms(counts: IntArray) -> FloatArray:
        table = sides(counts, scores)
        m = table.sum(axis=1)
        share = np.divide(table[:, 1], m, out=np.zeros_like(m), where=m > 0)
        return np.stack([share, (m > 0).astype(np.float64), np.zeros_like(m)], axis=1)

    return Ratio(terms=terms, reason=NO_JUDGMENT)
