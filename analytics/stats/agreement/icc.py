"""Intraclass correlations of gappy tables: the variance of items, trainers and the rest, by moments.

Crossed random effects y = mu + item + trainer + rest. Gao and Owen's moments need sums per item and per trainer only,
so they cost nothing extra at any size; on complete tables they equal the analysis of variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.stats.agreement.crossed import CrossedFunctional
from analytics.stats.counts.patterns import FloatArray, IntArray

FORMS: tuple[str, ...] = ("icc_a1", "icc_c1", "icc_ak")


@dataclass(frozen=True, kw_only=True, slots=True)
class VarianceComponents:
    """How much of the spread of judgments comes from where.

    Attributes
    ----------
    items, trainers, rest : float
        Variance between items, between trainers (their severity) and of the rest, never below 0.
    truncated : tuple of str
        Which of the three came out negative and stand at 0.
    """

    items: float
    trainers: float
    rest: float
    truncated: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Icc(CrossedFunctional):
    """An intraclass correlation from moments.

    Item sums: items, judgments, m^2, y, y^2, (sum y)^2 / m, 1 / m. Trainer sums: trainers, n^2, (sum y)^2 / n.

    Attributes
    ----------
    values : float array (K,)
        The labels as numbers.
    form : {"icc_a1", "icc_c1", "icc_ak"}
        Agreement of one judgment, consistency of one judgment, agreement of the mean of as many as items have (the
        harmonic mean of their number).
    """

    values: FloatArray
    form: str

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form must be one of {', '.join(map(repr, FORMS))}, got {self.form!r}.")

    @property
    def _centred(self) -> FloatArray:
        return np.asarray(self.values - self.values.mean(), dtype=np.float64)

    def item_moments(self, counts: IntArray) -> FloatArray:
        """Return (X, 7); zero rows for items without judgments."""
        y = self._centred
        m = counts.sum(axis=1).astype(np.float64)
        there = (m > 0).astype(np.float64)
        s1, s2 = counts @ y, counts @ y**2
        inverse = np.divide(1.0, m, out=np.zeros_like(m), where=m > 0)
        return np.stack([there, m, m**2, s1, s2, s1**2 * inverse, inverse], axis=1)

    def trainer_moments(self, given: FloatArray) -> FloatArray:
        """Return (M, 3)."""
        n, s = given.sum(axis=1), given @ self._centred
        square = np.divide(s**2, n, out=np.zeros_like(s), where=n > 0)
        return np.stack([(n > 0).astype(np.float64), n**2, square], axis=1)

    def trainer_slopes(self, given: FloatArray, slope: FloatArray) -> FloatArray:
        """Return (M, K): how one more judgment moves the trainer's squares."""
        n, s = given.sum(axis=1, keepdims=True), (given @ self._centred)[:, None]
        mean = np.divide(s, n, out=np.zeros_like(s), where=n > 0)
        return np.asarray(slope[1] * 2 * n + slope[2] * (2 * mean * self._centred - mean**2), dtype=np.float64)

    def components(self, items: FloatArray, trainers: FloatArray) -> FloatArray:
        """Return (..., 3): raw variance of items, trainers and rest, possibly negative; nan where not identified."""
        i, n, m2, s1, s2, by_item, _ = (items[..., c] for c in range(7))
        r, n2, by_trainer = (trainers[..., c] for c in range(3))
        u_a, u_b, u_e = s2 - by_item, s2 - by_trainer, n * s2 - s1**2
        zero = np.zeros_like(n)
        matrix = np.stack(
            [
                np.stack([zero, n - i, n - i], axis=-1),
                np.stack([n - r, zero, n - r], axis=-1),
                np.stack([n**2 - m2, n**2 - n2, n**2 - n], axis=-1),
            ],
            axis=-2,
        )
        rows = np.abs(matrix).max(axis=-1, keepdims=True)
        rows = np.where(rows > 0, rows, 1.0)
        right = np.stack([u_a, u_b, u_e], axis=-1)[..., None] / rows
        scaled = matrix / rows
        fine = np.all(np.isfinite(scaled), axis=(-1, -2), keepdims=True)
        scaled = np.where(fine, scaled, np.eye(3))
        solid = fine & (np.abs(np.linalg.det(scaled))[..., None, None] > 1e-12)
        found = np.linalg.solve(np.where(solid, scaled, np.eye(3)), right)[..., 0]
        return np.where(solid[..., 0], found, np.nan)

    def value(self, items: FloatArray, trainers: FloatArray) -> FloatArray:
        """Return the correlation; trainer and rest variance not below 0, item variance as it comes out."""
        a, b, e = np.moveaxis(self.components(items, trainers), -1, 0)
        b, e = np.maximum(b, 0.0), np.maximum(e, 0.0)
        if self.form == "icc_c1":
            other = e
        elif self.form == "icc_a1":
            other = b + e
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                other = (b + e) * items[..., 6] / items[..., 0]
        whole = a + other
        good = whole > 1e-12 * np.maximum(np.abs(items[..., 4]), 1e-300)
        ratio: FloatArray = np.divide(a, whole, out=np.full(np.shape(whole), np.nan), where=good)
        return ratio


def truncated_components(raw: FloatArray) -> VarianceComponents:
    """Return the components with negative ones at 0 and named."""
    names = ("items", "trainers", "rest")
    low = tuple(name for name, v in zip(names, raw, strict=True) if v < 0)
    a, b, e = (max(float(v), 0.0) for v in raw)
    return VarianceComponents(items=a, trainers=b, rest=e, truncated=low)


def connected_parts(item: npt.ArrayLike, trainer: npt.ArrayLike) -> int:
    """Return into how many parts items and trainers fall that share no judgment.

    Severity of trainers in different parts cannot be told from the difficulty of their items; with more than one part
    the variance components mix the two.
    """
    i, t = np.asarray(item, dtype=np.int64), np.asarray(trainer, dtype=np.int64)
    if i.shape != t.shape:
        raise ValueError(f"item and trainer must have the same length, got {i.size} and {t.size}.")
    if not i.size:
        return 0
    items, i = np.unique(i, return_inverse=True)
    trainers, t = np.unique(t, return_inverse=True)
    size = items.size + trainers.size
    edges = sparse.coo_array((np.ones(i.size), (i.reshape(-1), t.reshape(-1) + items.size)), shape=(size, size))
    n, _ = sparse.csgraph.connected_components(edges, directed=False)
    return int(n)
