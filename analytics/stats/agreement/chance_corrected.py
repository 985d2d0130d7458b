"""Chance-corrected agreement in Gwet's frame: one observed part, several models of chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.functional import (
    NO_JUDGMENT,
    NO_PAIR,
    NO_VARIATION,
    ONE_LABEL,
    Functional,
    pair_credit,
    quotient,
)
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns

CHANCE_MODELS: tuple[str, ...] = ("none", "marginal", "gwet", "uniform")


@dataclass(frozen=True, kw_only=True)
class WeightedAgreement(Functional):
    """(p_a - p_e) / (1 - p_e), every item weighing the same (Gwet's frame).

    Attributes
    ----------
    weights : float array (K, K)
        Agreement weights, 1 on the diagonal.
    chance : {"none", "marginal", "gwet", "uniform"}
        p_e: 0 (percent agreement), pi' W pi (Scott, Fleiss), Gwet's AC, or all labels alike (Brennan-Prediger).
    floor : float
        Least possible agreement of a pair; below 0 where weights are correlations.
    """

    weights: FloatArray
    chance: str
    floor: float = 0.0

    def __post_init__(self) -> None:
        if self.chance not in CHANCE_MODELS:
            raise ValueError(f"chance must be one of {', '.join(map(repr, CHANCE_MODELS))}, got {self.chance!r}.")

    @property
    def bounds(self) -> tuple[float, float]:  # type: ignore[override]
        """Agreement itself lies between the floor and 1, a corrected one in [-1, 1] for all that matters."""
        return (self.floor, 1.0) if self.chance == "none" else (-1.0, 1.0)

    @property
    def rare_labels_decide(self) -> bool:  # type: ignore[override]
        """With luck from the label shares, agreement on a rare label weighs heavily."""
        return self.chance == "marginal"

    def moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 3 + K): has a pair, its agreement, has a judgment, label shares; (X, 2) where luck is fixed."""
        m = counts.sum(axis=1).astype(np.float64)
        credit = pair_credit(counts, self.weights)
        if self._luck_is_fixed:
            return np.stack([(m > 1).astype(np.float64), credit], axis=1)
        shares = np.divide(counts, m[:, None], out=np.zeros(counts.shape), where=m[:, None] > 0)
        return np.concatenate([(m > 1)[:, None], credit[:, None], (m > 0)[:, None], shares], axis=1)

    @property
    def _luck_is_fixed(self) -> bool:
        return self.chance in ("none", "uniform")

    def _expected(self, sums: FloatArray) -> FloatArray:
        q = self.weights.shape[0]
        if self.chance == "none":
            return np.zeros(sums.shape[:-1])
        if self.chance == "uniform":
            return np.full(sums.shape[:-1], self.weights.sum() / q**2)
        shares = self._shares(sums)
        if self.chance == "marginal":
            return np.asarray(((shares @ self.weights) * shares).sum(axis=-1))
        if q == 1:
            return np.full(shares.shape[:-1], np.nan)
        return np.asarray(self.weights.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=-1))

    def _shares(self, sums: FloatArray) -> FloatArray:
        return quotient(sums[..., 3:], sums[..., 2:3])

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return p_a and p_e."""
        return quotient(sums[..., 1], sums[..., 0]), self._expected(sums)

    def value(self, sums: FloatArray) -> FloatArray:
        """Return the coefficient; nan where p_e is 1 (up to rounding) or there is no pair."""
        observed, expected = self.parts(sums)
        room = 1 - expected
        room = np.where(room < 1e-13, 0.0, room)
        return quotient(observed - expected, room)

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative of the coefficient by pairs, agreement, items and label sums."""
        observed, expected = self.parts(sums)
        by_observed = 1 / (1 - expected)
        out = np.empty_like(sums, dtype=np.float64)
        out[..., 0] = -by_observed * observed / sums[..., 0]
        out[..., 1] = by_observed / sums[..., 0]
        if self._luck_is_fixed:
            return out
        shares, q = self._shares(sums), self.weights.shape[0]
        if self.chance == "marginal":
            slope = shares @ (self.weights + self.weights.T)
        else:
            slope = self.weights.sum() / (q * (q - 1)) * (1 - 2 * shares)
        by_expected = -(1 - observed) / (1 - expected) ** 2
        by_share = by_expected[..., None] * slope / sums[..., 2:3]
        out[..., 2] = -(by_share * shares).sum(axis=-1)
        out[..., 3:] = by_share
        return out

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no coefficient: no pair, or chance agreement of 1."""
        if patterns.n_items == 0:
            return NO_JUDGMENT
        if patterns.n_items_paired == 0:
            return NO_PAIR
        if self.chance != "none" and self.weights.shape[0] < 2:
            return ONE_LABEL
        return NO_VARIATION if np.isnan(value) else None
