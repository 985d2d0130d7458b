"""What a coefficient would be without one item or one trainer, exactly, for all of them at once.

Both rest on additivity: the sums without an item are a subtraction, and the sums without a trainer change only
through (pattern, label) cells that are few, however many judgments there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analytics.stats.counts.functional import BLOCK, Tabulated
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns


@dataclass(frozen=True, kw_only=True, slots=True)
class WithoutTrainers:
    """A coefficient without each trainer in turn.

    Attributes
    ----------
    value : float
        With everybody.
    values : float array (M,)
        Without trainer j; nan where the coefficient is then undefined.
    linear : float array (M,)
        What the slope of the coefficient says of (values[j] - value); what is left over is curvature, the source of
        bias.
    noise : float array (M,)
        Sampling variance of (values[j] - value) that comes from the draw of items alone.
    n_paired : int array (M,)
        Judgments of trainer j on items with at least two judgments.
    """

    value: float
    values: FloatArray
    linear: FloatArray
    noise: FloatArray
    n_paired: IntArray


def without_items(table: Tabulated) -> FloatArray:
    """Return (P,): the coefficient without one item of each pattern.

    Where nothing is left to compute without it, the linear approximation at the full sums stands in.
    """
    out = np.empty(table.patterns.n_patterns)
    for rows, vectors in table.blocks():
        with np.errstate(divide="ignore", invalid="ignore"):
            left = table.functional.value(table.sums - vectors)
        out[rows] = np.where(np.isfinite(left), left, table.value - vectors @ table.slope)
    return out


def without_trainers(table: Tabulated, trainer_patterns: TrainerPatterns) -> WithoutTrainers:
    """Return the coefficient without each trainer, and how much of the change is the luck of the items.

    Parameters
    ----------
    table : Tabulated
        The coefficient on its patterns; its value with everybody must be defined.
    trainer_patterns : TrainerPatterns
        Who gave which label in which pattern, a trainer at most once an item.
    """
    cells = _Cells(table, trainer_patterns)
    m = trainer_patterns.n_trainers
    values, linear, noise = np.empty(m), np.empty(m), np.empty(m)
    step = max(1, 4 * BLOCK // table.width)
    for start in range(0, m, step):
        some = slice(start, min(start + step, m))
        without = np.tile(table.sums, (some.stop - some.start, 1))
        for filled, before, after in cells.blocks(some):
            without += filled @ (after - before)
        with np.errstate(divide="ignore", invalid="ignore"):
            values[some] = table.functional.value(without)
            slopes = table.functional.gradient(without)
        lost = ~np.isfinite(values[some]) | ~np.all(np.isfinite(slopes), axis=1)
        slopes[lost] = table.slope
        linear[some] = (without - table.sums) @ table.slope
        noise[some] = _noise(table, cells, some, slopes)
    n_paired = paired_judgments(table.patterns, trainer_patterns)
    return WithoutTrainers(value=table.value, values=values, linear=linear, noise=noise, n_paired=n_paired)


def paired_judgments(patterns: Patterns, t: TrainerPatterns) -> IntArray:
    """Return (M,): each trainer's judgments on items with at least two."""
    n = np.where(patterns.sizes[t.pattern] >= 2, t.n, 0) if t.n.size else t.n
    return np.rint(np.bincount(t.trainer, weights=n, minlength=t.n_trainers)).astype(np.int64)


class _Cells:
    """The (pattern, label) cells that trainers fill, and an item's vector before and after one judgment leaves it."""

    def __init__(self, table: Tabulated, t: TrainerPatterns) -> None:
        k = table.patterns.n_labels
        used, cell = np.unique(t.pattern * k + t.label, return_inverse=True)
        self.functional, self.counts = table.functional, table.patterns.counts
        self.row, self.label = np.divmod(used, k)
        self.filled = sparse.csc_array(
            (t.n.astype(np.float64), (t.trainer, cell.reshape(-1))), shape=(t.n_trainers, used.size)
        )
        self.step = max(1, BLOCK // max(table.width, k**2))
        self._whole: tuple[FloatArray, FloatArray] | None = None
        if used.size <= self.step:
            self._whole = self._vectors(slice(0, used.size))

    def _vectors(self, at: slice) -> tuple[FloatArray, FloatArray]:
        before = self.counts[self.row[at]]
        left = before.copy()
        left[np.arange(before.shape[0]), self.label[at]] -= 1
        return self.functional.moments(before), self.functional.moments(left)

    def blocks(self, trainers: slice) -> Iterator[tuple[sparse.csc_array, FloatArray, FloatArray]]:
        """Yield who of `trainers` fills the cells (M, C), and their vectors before and after (C, L)."""
        filled = self.filled
        if trainers.stop - trainers.start < filled.shape[0]:
            filled = filled[trainers]
        if self._whole is not None:
            yield filled, *self._whole
            return
        for start in range(0, self.row.size, self.step):
            at = slice(start, min(start + self.step, self.row.size))
            yield filled[:, at], *self._vectors(at)


def _noise(table: Tabulated, cells: _Cells, trainers: slice, slopes: FloatArray) -> FloatArray:
    """Sum over items of the squared, centred change that one item makes in (value without j) - (value)."""
    m, width = slopes.shape
    turn = slopes - table.slope
    square, mean, n_items = np.zeros(m), np.zeros(m), 0
    for rows, vectors in table.blocks():
        weight = table.patterns.multiplicity[rows].astype(np.float64)
        n_items += int(weight[np.abs(vectors).sum(axis=1) > 0].sum())
        if vectors.shape[0] <= width:
            square += (turn @ vectors.T) ** 2 @ weight
        else:
            square += ((turn @ ((vectors * weight[:, None]).T @ vectors)) * turn).sum(axis=1)
        mean += turn @ (weight @ vectors)
    for filled, before, after in cells.blocks(trainers):
        pairs = filled.tocoo()
        base = before @ table.slope
        step = max(1, BLOCK // width)
        for start in range(0, pairs.nnz, step):
            at = slice(start, start + step)
            who, cell, n = pairs.row[at], pairs.col[at], pairs.data[at]
            touched = (after[cell] * slopes[who]).sum(axis=1) - base[cell]
            untouched = (before[cell] * turn[who]).sum(axis=1)
            square += np.bincount(who, weights=n * (touched**2 - untouched**2), minlength=m)
            mean += np.bincount(who, weights=n * (touched - untouched), minlength=m)
    if n_items < 2:
        return np.zeros(m)
    return np.asarray(np.maximum(square - mean**2 / n_items, 0.0) * n_items / (n_items - 1), dtype=np.float64)
