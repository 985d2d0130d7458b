"""Who agrees with whom, and how sure that is: Cohen's kappa with its interval for the pairs that fit on a page.

`pairwise_kappa` counts millions of pairs without intervals; this keeps each pair's whole table, for some thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray

BLOCK = 2_000_000
"""Table cells that are held at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerPairs:
    """Cohen's kappa of Q pairs of trainers who share an item.

    Attributes
    ----------
    first, second : int array (Q,)
        Trainer codes, first < second.
    n_shared : int array (Q,)
        Items both judged.
    observed, expected : float array (Q,)
        Share of agreement (weighted), and what their own label shares would give.
    kappa : float array (Q,)
        nan where both gave one and the same label throughout.
    se, low, high : float array (Q,)
        Large-sample standard error and normal interval within [-1, 1]; nan where the shared items show no variation.
    confidence : float
    """

    first: IntArray
    second: IntArray
    n_shared: IntArray
    observed: FloatArray
    expected: FloatArray
    kappa: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    confidence: float


def trainer_pairs(
    unit: npt.ArrayLike,
    trainer: npt.ArrayLike,
    label: npt.ArrayLike,
    *,
    n_labels: int,
    weights: FloatArray | None = None,
    confidence: float = 0.95,
) -> TrainerPairs:
    """Return Cohen's kappa of all pairs of trainers that share an item.

    Parameters
    ----------
    unit, trainer, label : int array (J,)
        One judgment each, sorted by unit; a trainer judges a unit at most once. Labels are 0..K-1.
    n_labels : int
        K.
    weights : float array (K, K), optional
        Symmetric agreement weights, 1 on the diagonal. Default: the identity.
    confidence : float
        Coverage of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        If the arrays differ in length, units are not sorted, or a label is out of range.

    Notes
    -----
    With a handful of shared items kappa is mostly luck, and its large-sample interval too short: show n, and nothing
    below ten.

    References
    ----------
    Cohen (1960), doi:10.1177/001316446002000104; Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106.

    Examples
    --------
    >>> found = trainer_pairs([1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1], [0, 0, 0, 1, 1, 1], n_labels=2)
    >>> found.n_shared.tolist(), found.kappa.round(2).tolist()
    ([3], [0.4])
    """
    u, t, x = (np.asarray(a, dtype=np.int64) for a in (unit, trainer, label))
    if not u.size == t.size == x.size:
        raise ValueError(f"unit, trainer and label must have the same length, got {u.size}, {t.size}, {x.size}.")
    if u.size and (np.diff(u) < 0).any():
        raise ValueError("unit must be sorted.")
    if x.size and (int(x.min()) < 0 or int(x.max()) >= n_labels):
        raise ValueError(f"label must lie in 0..{n_labels - 1}, got {int(x.min())}..{int(x.max())}.")
    w = np.eye(n_labels) if weights is None else np.asarray(weights, dtype=np.float64)
    width = int(t.max(initial=0)) + 1
    key, cell = _meetings(u, t, x, n_labels, width)
    pairs, place = np.unique(key, return_inverse=True)
    place = place.reshape(-1)
    numbers = np.empty((5, pairs.size))
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(pairs.size + 1))
    step = max(1, BLOCK // n_labels**2)
    for start in range(0, pairs.size, step):
        stop = min(start + step, pairs.size)
        rows = order[ends[start] : ends[stop]]
        flat = (place[rows] - start) * n_labels**2 + cell[rows]
        tables = np.bincount(flat, minlength=(stop - start) * n_labels**2).reshape(-1, n_labels, n_labels)
        numbers[:, start:stop] = _kappas(tables.astype(np.float64), w)
    n, observed, expected, kappa, se = numbers
    half = float(stats.norm.ppf((1 + confidence) / 2)) * se
    return TrainerPairs(
        first=pairs // width,
        second=pairs % width,
        n_shared=np.rint(n).astype(np.int64),
        observed=observed,
        expected=expected,
        kappa=kappa,
        se=se,
        low=np.maximum(kappa - half, -1.0),
        high=np.minimum(kappa + half, 1.0),
        confidence=confidence,
    )


def _meetings(u: IntArray, t: IntArray, x: IntArray, k: int, width: int) -> tuple[IntArray, IntArray]:
    """Return for every pair of judgments of one unit the pair of trainers and the cell of their table."""
    keys, cells = [], []
    for apart in range(1, u.size):
        a = np.flatnonzero(u[apart:] == u[:-apart])
        if not a.size:
            break
        b = a + apart
        swapped = t[a] > t[b]
        one, other = np.where(swapped, b, a), np.where(swapped, a, b)
        keys.append(t[one] * width + t[other])
        cells.append(x[one] * k + x[other])
    if not keys:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(keys), np.concatenate(cells)


def _kappas(tables: FloatArray, w: FloatArray) -> FloatArray:
    """Return (5, Q): n, p_o, p_e, kappa and its standard error of tables (Q, K, K)."""
    n = tables.sum(axis=(1, 2))
    p = tables / n[:, None, None]
    rows, columns = p.sum(axis=2), p.sum(axis=1)
    observed = (p * w).sum(axis=(1, 2))
    expected = ((rows @ w) * columns).sum(axis=1)
    room = np.where(1 - expected < 1e-13, np.nan, 1 - expected)
    kappa = (observed - expected) / room
    mean = (columns @ w)[:, :, None] + (rows @ w)[:, None, :]
    spread = (p * (w - mean * (1 - kappa)[:, None, None]) ** 2).sum(axis=(1, 2))
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * room**2)
    se = np.sqrt(np.where(variance > 1e-15, variance, np.nan))
    return np.stack([n, observed, expected, kappa, se])
