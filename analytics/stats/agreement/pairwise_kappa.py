"""Cohen's kappa of every pair of trainers with its interval, millions of pairs from millions of judgments."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray

ENGINES: tuple[str, ...] = ("auto", "numba", "numpy")
COMPILED_FROM = 50_000
"""Judgments from which compiled loops pay for their compilation."""
CELL_ROOM = 200_000_000
"""Cells of all pairs' tables held at once; more pairs are counted in several passes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairwiseKappas:
    """Agreement of every pair of trainers who share enough items, Q pairs.

    Attributes
    ----------
    first, second : int array (Q,)
        Trainer indices, first < second, in ascending order.
    n : int array (Q,)
        Items both judged.
    agreement, expected : float array (Q,)
        Share of these with the same label (or mean credit), and what the two trainers' own label use would give.
    kappa : float array (Q,)
        Cohen's kappa; nan where both only ever used one and the same label.
    se, low, high : float array (Q,)
        Large-sample standard error and normal interval within [-1, 1]; nan where the shared items show no variation.
    confidence : float
        Coverage of the intervals.
    n_trainers : int
        M.
    minimum : int
        Least number of shared items of a pair that is listed.
    """

    first: IntArray
    second: IntArray
    n: IntArray
    agreement: FloatArray
    expected: FloatArray
    kappa: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    confidence: float
    n_trainers: int
    minimum: int

    def __post_init__(self) -> None:
        for name in ("first", "second", "n", "agreement", "expected", "kappa", "se", "low", "high"):
            getattr(self, name).flags.writeable = False

    def matrix(self, field: str = "kappa") -> FloatArray:
        """Return (M, M), symmetric: "kappa", "agreement", "expected" or "n" of each pair; nan (n: 0) where not listed.

        Raises
        ------
        ValueError
            If `field` is none of the four.
        """
        if field not in ("kappa", "agreement", "expected", "n"):
            raise ValueError(f"field must be one of 'kappa', 'agreement', 'expected', 'n', got {field!r}.")
        table = np.full((self.n_trainers, self.n_trainers), 0.0 if field == "n" else np.nan)
        table[self.first, self.second] = table[self.second, self.first] = getattr(self, field)
        return table

    def mean_kappa(self, *, by_items: bool = False) -> float:
        """Return Light's kappa, the mean over pairs, or weighted by shared items; nan without pairs.

        References
        ----------
        Light (1971), doi:10.1037/h0031643.
        """
        there = np.isfinite(self.kappa)
        if not there.any():
            return math.nan
        return float(np.average(self.kappa[there], weights=self.n[there] if by_items else None))


def pairwise_kappas(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    label: npt.ArrayLike,
    n_labels: int,
    *,
    weights: FloatArray | None = None,
    minimum: int = 1,
    confidence: float = 0.95,
    engine: str = "auto",
) -> PairwiseKappas:
    """Compute Cohen's kappa of all pairs of trainers on the items both judged.

    Parameters
    ----------
    item, trainer, label : int array (J,)
        Dense codes 0.. of one judgment a position, in any order; a trainer at most once an item.
    n_labels : int
        K.
    weights : float array (K, K), optional
        Symmetric agreement weights; default the identity.
    minimum : int
        Leave out pairs that share fewer items.
    confidence : float
        Coverage of the intervals, in (0, 1).
    engine : {"auto", "numba", "numpy"}
        Compiled loops, or plain numpy (the oracle of the former, slower and hungrier). "auto" compiles large logs
        where numba is there.

    Raises
    ------
    ValueError
        If codes are out of range or lengths differ, a trainer judged an item twice, weights are not symmetric (K, K),
        `minimum` is below 1, `confidence` is outside (0, 1), or the engine is unknown.

    Notes
    -----
    With a handful of shared items kappa is mostly luck, and its large-sample interval too short: show n, and nothing
    below ten. Memory: 4 bytes for each cell of each pair's K x K table, in passes of at most 0.8 GB.

    References
    ----------
    Cohen (1960), doi:10.1177/001316446002000104; Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106.

    Examples
    --------
    >>> pairs = pairwise_kappas([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 1], 2)
    >>> pairs.n, pairs.agreement.round(3), pairs.kappa.round(3)
    (array([3]), array([0.667]), array([0.4]))
    """
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(map(repr, ENGINES))}, got {engine!r}.")
    if minimum < 1:
        raise ValueError(f"minimum must be at least 1, got {minimum}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")
    labels = code_array("label", label, n_labels)
    items = code_array("item", item, np.iinfo(np.int64).max)
    trainers = code_array("trainer", trainer, np.iinfo(np.int32).max)
    if not items.size == trainers.size == labels.size:
        raise ValueError(
            f"item, trainer and label must have the same length, got {items.size}, {trainers.size} and {labels.size}."
        )
    w = np.eye(n_labels) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (n_labels, n_labels) or not np.allclose(w, w.T):
        raise ValueError(f"weights must be symmetric with shape ({n_labels}, {n_labels}), got shape {w.shape}.")
    m = int(trainers.max()) + 1 if trainers.size else 0
    compiled = engine == "numba" or (
        engine == "auto" and items.size >= COMPILED_FROM and importlib.util.find_spec("numba") is not None
    )
    if m < 2:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        found = none, none.copy(), none.copy(), nothing, nothing.copy(), nothing.copy()
    elif compiled:
        found = _compiled(items, trainers, labels, m, w, minimum)
    else:
        found = _plain(items, trainers, labels, m, w, minimum)
    first, second, n, agreement, expected, spread = found
    kappa, room = _kappa(agreement, expected)
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * room**2)
    se = np.sqrt(np.where(variance > 1e-15, variance, np.nan))
    half = float(stats.norm.ppf((1 + confidence) / 2)) * se
    return PairwiseKappas(
        first=first, second=second, n=n, agreement=agreement, expected=expected, kappa=kappa, se=se,
        low=np.maximum(kappa - half, -1.0), high=np.minimum(kappa + half, 1.0), confidence=confidence, n_trainers=m,
        minimum=minimum,
    )  # fmt: skip


_Found = tuple[IntArray, IntArray, IntArray, FloatArray, FloatArray, FloatArray]
"""first, second, n, agreement, expected, and the mean square of each shared item's pull on kappa (FCE 1969)."""


def _kappa(agreement: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return kappa and the room above luck, both nan where there is no room."""
    room = np.where(1 - expected < 1e-13, np.nan, 1 - expected)
    return (agreement - expected) / room, room


def _compiled(items: IntArray, trainers: IntArray, labels: IntArray, m: int, w: FloatArray, minimum: int) -> _Found:
    from analytics.stats.agreement import _pairwise_kernels as kernels

    k = w.shape[0]
    start, by_trainer, by_label = kernels.sorted_by_item(
        items, trainers.astype(np.int32), labels.astype(np.int32), int(items.max()) + 1
    )
    parts: list[_Found] = []
    low = 0
    while low < m - 1:
        high, rows = low + 1, m - low - 1
        while high < m - 1 and (rows + m - high - 1) * k * k <= CELL_ROOM:
            rows += m - high - 1
            high += 1
        cells = np.zeros(rows * k * k, dtype=np.uint32)
        if not kernels.count_cells(start, by_trainer, by_label, m, k, low, high, cells):
            _refuse_repeats(items, trainers, m)
        parts.append(kernels.pair_table(cells, w, m, k, low, high, minimum))
        low = high
    first, second, n, agreement, expected, spread = (np.concatenate(column) for column in zip(*parts, strict=True))
    return first, second, n, agreement, expected, spread


def _plain(items: IntArray, trainers: IntArray, labels: IntArray, m: int, w: FloatArray, minimum: int) -> _Found:
    order = np.lexsort((trainers, items))
    i, t, x = items[order], trainers[order], labels[order]
    pairs, left, right = [], [], []
    starts = np.flatnonzero(np.r_[True, np.diff(i) > 0])
    for step in range(1, int(np.diff(np.r_[starts, i.size]).max())):
        both = np.flatnonzero(i[step:] == i[:-step])
        if not both.size:
            break
        a, b = t[both], t[both + step]
        if (a == b).any():
            _refuse_repeats(items, trainers, m)
        pairs.append(a * m + b)
        left.append(x[both])
        right.append(x[both + step])
    none = np.zeros(0, dtype=np.int64)
    key, la, lb = (np.concatenate([none, *column]) for column in (pairs, left, right))
    known, at, n = np.unique(key, return_inverse=True, return_counts=True)
    at, k = at.reshape(-1), w.shape[0]
    size = n.astype(np.float64)
    agreement = np.bincount(at, weights=w[la, lb], minlength=known.size) / size
    mine = np.bincount(at * k + la, minlength=known.size * k).reshape(known.size, k) / size[:, None]
    other = np.bincount(at * k + lb, minlength=known.size * k).reshape(known.size, k) / size[:, None]
    expected = ((mine @ w) * other).sum(axis=1)
    kappa, _ = _kappa(agreement, expected)
    pull = w[la, lb] - ((other @ w)[at, la] + (mine @ w)[at, lb]) * (1 - kappa[at])
    spread = np.bincount(at, weights=pull**2, minlength=known.size) / size
    keep = n >= minimum
    first, second = np.divmod(known[keep], m)
    return first, second, n[keep].astype(np.int64), agreement[keep], expected[keep], spread[keep]


def _refuse_repeats(items: IntArray, trainers: IntArray, m: int) -> None:
    extra = items.size - np.unique(items * m + trainers).size
    raise ValueError(
        f"a trainer must judge an item at most once, got {extra} repeated judgments; keep the current one of each."
    )
