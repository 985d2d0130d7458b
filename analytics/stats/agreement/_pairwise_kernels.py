"""Compiled inner loops of pairwise agreement; imported only where a log is large enough to pay for compilation."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray

Small = npt.NDArray[np.int32]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def sorted_by_item(item: IntArray, trainer: Small, label: Small, n_items: int) -> tuple[IntArray, Small, Small]:
    """Return item starts (N + 1,) and the trainers and labels in item order: a counting sort."""
    start = np.zeros(n_items + 1, dtype=np.int64)
    for j in range(item.size):
        start[item[j] + 1] += 1
    for i in range(n_items):
        start[i + 1] += start[i]
    place = start[:-1].copy()
    by_trainer = np.empty(item.size, dtype=np.int32)
    by_label = np.empty(item.size, dtype=np.int32)
    for j in range(item.size):
        at = place[item[j]]
        by_trainer[at] = trainer[j]
        by_label[at] = label[j]
        place[item[j]] = at + 1
    return start, by_trainer, by_label


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_cells(
    start: IntArray, trainer: Small, label: Small, m: int, k: int, low: int, high: int, cells: npt.NDArray[np.uint32]
) -> bool:
    """Count label pairs of trainers a < b with low <= a < high into `cells`; False where one judged an item twice.

    Row of pair (a, b): a (2 m - a - 1) / 2 + b - a - 1, less that of (low, low + 1); K * K cells a row, a first.
    """
    base = low * (2 * m - low - 1) // 2
    for i in range(start.size - 1):
        for x in range(start[i], start[i + 1]):
            for y in range(x + 1, start[i + 1]):
                a, b, la, lb = trainer[x], trainer[y], label[x], label[y]
                if a == b:
                    return False
                if a > b:
                    a, b, la, lb = b, a, lb, la
                if low <= a < high:
                    row = a * (2 * m - a - 1) // 2 + b - a - 1 - base
                    cells[(row * k + la) * k + lb] += 1
    return True


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def pair_table(
    cells: npt.NDArray[np.uint32], weights: FloatArray, m: int, k: int, low: int, high: int, minimum: int
) -> tuple[IntArray, IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
    """Return trainers, items, agreement, expected, mean square pull on kappa of pairs with `minimum` items or more."""
    rows = cells.size // (k * k)
    keep = 0
    for row in range(rows):
        n = 0
        for c in range(k * k):
            n += cells[row * k * k + c]
        if n >= minimum:
            keep += 1
    first, second, size = np.empty(keep, np.int64), np.empty(keep, np.int64), np.empty(keep, np.int64)
    observed, expected, spread = np.empty(keep), np.empty(keep), np.empty(keep)
    mine, other, of_mine, of_other = np.empty(k), np.empty(k), np.empty(k), np.empty(k)
    at, row = 0, 0
    for a in range(low, high):
        for b in range(a + 1, m):
            here = row * k * k
            row += 1
            mine[:] = 0.0
            other[:] = 0.0
            n, agreed = 0, 0.0
            for c in range(k):
                for d in range(k):
                    count = cells[here + c * k + d]
                    n += count
                    mine[c] += count
                    other[d] += count
                    agreed += weights[c, d] * count
            if n < minimum:
                continue
            luck = 0.0
            for c in range(k):
                of_mine[c], of_other[c] = 0.0, 0.0
                for d in range(k):
                    of_other[c] += weights[c, d] * other[d] / n
                    of_mine[c] += weights[d, c] * mine[d] / n
                luck += mine[c] / n * of_other[c]
            first[at], second[at], size[at] = a, b, n
            observed[at], expected[at] = agreed / n, luck
            rest = (1 - agreed / n) / (1 - luck) if 1 - luck >= 1e-13 else np.nan
            square = 0.0
            for c in range(k):
                for d in range(k):
                    count = cells[here + c * k + d]
                    if count:
                        square += count * (weights[c, d] - (of_other[c] + of_mine[d]) * rest) ** 2
            spread[at] = square / n
            at += 1
    return first, second, size, observed, expected, spread
