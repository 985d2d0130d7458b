"""Coefficients that also need each trainer's own totals: Conger's kappa and intraclass correlations.

They are functions of two additive vectors: one summed over items, as everywhere, and one summed over trainers. The
value, and the value without each trainer, are exact from the pattern tables. The variance from the draw of items is
linearised; which trainers met on an item is not in the tables, so the trainers' own share of an item's influence enters
as if trainers had been drawn independently for it (exact tables of few trainers: `two_trainers`, `conger_rows`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from scipy import sparse

from analytics.stats.counts.leaving_out import WithoutTrainers, paired_judgments
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns
from analytics.stats.counts.uncertainty import Spread, TrainerSpread, trainer_spread

LINEARISED = "items: linearised t on the logit scale"
TWO_WAY = "two-way: items linearised, trainers jackknife, t on the logit scale"
FEW = "items: linearised t on the logit scale (with fewer than three trainers, others cannot be judged)"


class CrossedFunctional(ABC):
    """A coefficient f(item sums (L,), trainer sums (Q,))."""

    bounds: tuple[float, float] = (-1.0, 1.0)
    rare_labels_decide: bool = False

    @abstractmethod
    def item_moments(self, counts: IntArray) -> FloatArray:
        """Return (X, L) for label counts (X, K); rows may hold no judgment."""

    @abstractmethod
    def trainer_moments(self, given: FloatArray) -> FloatArray:
        """Return (M, Q) for each trainer's label totals (M, K); zero rows for trainers without judgments."""

    @abstractmethod
    def trainer_slopes(self, given: FloatArray, slope: FloatArray) -> FloatArray:
        """Return (M, K): the derivative of slope (Q,) . trainer_moments by each entry of (M, K)."""

    @abstractmethod
    def value(self, items: FloatArray, trainers: FloatArray) -> FloatArray:
        """Return the coefficient (...) for item sums (..., L) and trainer sums (..., Q); nan where undefined."""


def totals(functional: CrossedFunctional, patterns: Patterns, t: TrainerPatterns) -> tuple[FloatArray, FloatArray]:
    """Return the item sums (L,) and the trainer sums (Q,)."""
    items = patterns.multiplicity @ functional.item_moments(patterns.counts)
    given = t.label_table(patterns.n_labels).astype(np.float64)
    return np.asarray(items, dtype=np.float64), functional.trainer_moments(given).sum(axis=0)


def crossed_spread(functional: CrossedFunctional, patterns: Patterns, t: TrainerPatterns, interval: str) -> Spread:
    """Return value and sampling variance; all intervals but "two-way" give the linearised item variance."""
    items, trainers = totals(functional, patterns, t)
    value = float(functional.value(items, trainers))
    variance = _item_variance(functional, patterns, t, items, trainers)
    found, method = TrainerSpread(), LINEARISED
    if interval == "two-way":
        without = crossed_without_trainers(functional, patterns, t)
        enough = int((without.n_paired > 0).sum()) >= 3
        method = TWO_WAY if enough else FEW
        found = trainer_spread(without)
    return Spread(
        value=value, items=variance, df_items=float(patterns.n_items_paired - 1), trainers=found.variance,
        raw_trainers=found.raw, df_trainers=found.df, bias=found.bias, bounds=functional.bounds, method=method,
    )  # fmt: skip


def crossed_without_trainers(functional: CrossedFunctional, patterns: Patterns, t: TrainerPatterns) -> WithoutTrainers:
    """Return the coefficient without each trainer, exactly, and the part of the change that is luck of the items."""
    k = patterns.n_labels
    items, trainers = totals(functional, patterns, t)
    value = float(functional.value(items, trainers))
    used, cell = np.unique(t.pattern * k + t.label, return_inverse=True)
    row, label = np.divmod(used, k)
    left = patterns.counts[row].copy()
    left[np.arange(row.size), label] -= 1
    before, after = functional.item_moments(patterns.counts[row]), functional.item_moments(left)
    filled = sparse.csr_array((t.n.astype(np.float64), (t.trainer, cell.reshape(-1))), shape=(t.n_trainers, used.size))
    given = t.label_table(k).astype(np.float64)
    own = functional.trainer_moments(given)
    items_without = items + filled @ (after - before)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(functional.value(items_without, trainers - own), dtype=np.float64)
        slopes = _gradient(functional, items_without, trainers - own)
    slope = _gradient(functional, items, trainers)
    lost = ~np.all(np.isfinite(slopes), axis=1, keepdims=True)
    slopes = np.where(lost, slope, slopes)
    width = items.size
    share = functional.trainer_slopes(given, slope[width:])
    pairs = filled.tocoo()
    who, at, n = pairs.row, pairs.col, pairs.data
    change = (after[at] * slopes[who, :width]).sum(axis=1) - before[at] @ slope[:width] - share[who, label[at]]
    square = np.bincount(who, weights=n * change**2, minlength=t.n_trainers)
    mean = np.bincount(who, weights=n * change, minlength=t.n_trainers)
    noise = square - mean**2 / max(patterns.n_items, 1)
    linear = (items_without - items) @ slope[:width] - own @ slope[width:]
    return WithoutTrainers(
        value=value, values=values, linear=linear, noise=np.maximum(noise, 0.0), n_paired=paired_judgments(patterns, t)
    )


def _item_variance(
    functional: CrossedFunctional, patterns: Patterns, t: TrainerPatterns, items: FloatArray, trainers: FloatArray
) -> float:
    n = patterns.n_items
    if n < 2:
        return 0.0
    slope = _gradient(functional, items, trainers)
    given = t.label_table(patterns.n_labels).astype(np.float64)
    share = functional.trainer_slopes(given, slope[items.size :])[t.trainer, t.label]
    p, k = patterns.counts.shape
    flat = t.pattern * k + t.label
    size = np.bincount(flat, weights=t.n, minlength=p * k)
    total = np.bincount(flat, weights=t.n * share, minlength=p * k)
    mean = np.divide(total, size, out=np.zeros_like(total), where=size > 0)
    influence = functional.item_moments(patterns.counts) @ slope[: items.size]
    influence = influence + (patterns.counts * mean.reshape(p, k)).sum(axis=1)
    weight = patterns.multiplicity
    centred = float(weight @ influence**2) - float(weight @ influence) ** 2 / n
    scatter = float(t.n @ (share - mean[flat]) ** 2)
    return max(centred + scatter, 0.0) * n / (n - 1)


def _gradient(functional: CrossedFunctional, items: FloatArray, trainers: FloatArray) -> FloatArray:
    """Return the derivative (..., L + Q) by central differences, steps a millionth of each sum."""
    point = np.concatenate([items, trainers], axis=-1)
    width = items.shape[-1]
    out = np.zeros_like(point)
    for at in range(point.shape[-1]):
        step = np.zeros_like(point)
        step[..., at] = 1e-6 * np.maximum(np.abs(point[..., at]), 1e-3)
        up, down = point + step, point - step
        rise = functional.value(up[..., :width], up[..., width:]) - functional.value(
            down[..., :width], down[..., width:]
        )
        out[..., at] = rise / (2 * step[..., at])
    return out
