"""What a coefficient would be without one item or one trainer, exactly, for all of them at once.

Both rest on additivity: the sums without an item are a subtraction, and the sums without a trainer change only
through (pattern, label) cells that are few, however many judgments there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analytics.stats.functional import BLOCK, Functional
from analytics.stats.patterns import FloatArray, IntArray, Patterns, TrainerPatterns


@dataclass(frozen=True, kw_only=True, slots=True)
class WithoutTrainers:
    """A coefficient without each trainer in turn.

    Attributes
    ----------
    value : float
        With everybody.
    values : float array (M,)
        Without trainer j; nan where the coefficient is then undefined.
    noise : float array (M,)
        Sampling variance of (values[j] - value) that comes from the draw of items alone.
    n_paired : int array (M,)
        Judgments of trainer j on items with at least two judgments.
    """

    value: float
    values: FloatArray
    noise: FloatArray
    n_paired: IntArray


def without_items(functional: Functional, patterns: Patterns) -> FloatArray:
    """Return (P,): the coefficient without one item of each pattern.

    Where nothing is left to compute without it, the linear approximation at the full sums stands in.
    """
    sums = functional.sums(patterns)
    slope = functional.gradient(sums)
    value = float(functional.value(sums))
    out = np.empty(patterns.n_patterns)
    for rows, vectors in functional.blocks(patterns):
        with np.errstate(divide="ignore", invalid="ignore"):
            left = functional.value(sums - vectors)
        out[rows] = np.where(np.isfinite(left), left, value - vectors @ slope)
    return out


def without_trainers(functional: Functional, patterns: Patterns, trainer_patterns: TrainerPatterns) -> WithoutTrainers:
    """Return the coefficient without each trainer, and how much of the change is the luck of the items.

    Parameters
    ----------
    functional : Functional
        The coefficient; its value with everybody must be defined.
    patterns, trainer_patterns : Patterns, TrainerPatterns
        Count tables, a trainer at most once an item.
    """
    t, k = trainer_patterns, patterns.n_labels
    value, slope, without = _sums_without(functional, patterns, t)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(functional.value(without.sums), dtype=np.float64)
        slopes = functional.gradient(without.sums)
    lost = ~np.isfinite(values) | ~np.isfinite(slopes).all(axis=1)
    slopes = np.where(lost[:, None], slope, slopes)
    noise = _noise(functional, patterns, t, without, slope, slopes)
    paired = np.where(patterns.sizes >= 2, 1, 0)[t.pattern] * t.n if t.n.size else t.n
    n_paired = np.rint(np.bincount(t.trainer, weights=paired, minlength=t.n_trainers)).astype(np.int64)
    del k
    return WithoutTrainers(value=value, values=values, noise=noise, n_paired=n_paired)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The (pattern, label) cells, their vectors before and after one such judgment leaves, and who fills them."""

    row: IntArray  # (C,) pattern
    before: FloatArray  # (C, L)
    after: FloatArray  # (C, L)
    filled: sparse.csr_array  # (M, C) judgments
    sums: FloatArray  # (M, L) sums without each trainer


def _sums_without(
    functional: Functional, patterns: Patterns, t: TrainerPatterns
) -> tuple[float, FloatArray, _Cells]:
    k = patterns.n_labels
    used, cell = np.unique(t.pattern * k + t.label, return_inverse=True)
    row, label = np.divmod(used, k)
    left = patterns.counts[row].copy()
    left[np.arange(row.size), label] -= 1
    before, after = functional.moments(patterns.counts[row]), functional.moments(left)
    filled = sparse.csr_array(
        (t.n.astype(np.float64), (t.trainer, cell.reshape(-1))), shape=(t.n_trainers, used.size)
    )
    sums = functional.sums(patterns)
    without = sums + filled @ (after - before)
    found = _Cells(row=row, before=before, after=after, filled=filled, sums=np.asarray(without))
    return float(functional.value(sums)), functional.gradient(sums), found


def _noise(
    functional: Functional,
    patterns: Patterns,
    t: TrainerPatterns,
    cells: _Cells,
    slope: FloatArray,
    slopes: FloatArray,
) -> FloatArray:
    """Sum over items of the squared, centred change that one item makes in (value without j) - (value)."""
    width = slope.size
    second, total, n_items = np.zeros((width, width)), np.zeros(width), 0
    for rows, vectors in functional.blocks(patterns):
        weighted = vectors * patterns.multiplicity[rows, None]
        second += weighted.T @ vectors
        total += weighted.sum(axis=0)
        n_items += int(patterns.multiplicity[rows][np.abs(vectors).sum(axis=1) > 0].sum())
    turn = slopes - slope
    square = ((turn @ second) * turn).sum(axis=1)
    mean = turn @ total
    pairs = cells.filled.tocoo()
    step = max(1, BLOCK // max(1, width))
    for start in range(0, pairs.nnz, step):
        at = slice(start, start + step)
        who, cell, n = pairs.row[at], pairs.col[at], pairs.data[at]
        touched = (cells.after[cell] * slopes[who]).sum(axis=1) - cells.before[cell] @ slope
        untouched = (cells.before[cell] * turn[who]).sum(axis=1)
        square += np.bincount(who, weights=n * (touched**2 - untouched**2), minlength=t.n_trainers)
        mean += np.bincount(who, weights=n * (touched - untouched), minlength=t.n_trainers)
    if n_items < 2:
        return np.zeros(t.n_trainers)
    return np.asarray(np.maximum(square - mean**2 / n_items, 0.0) * n_items / (n_items - 1), dtype=np.float64)
