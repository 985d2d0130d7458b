"""Whether trainers form two camps on an ordered scale (contested) or scatter around one reading (vague)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from analytics.core.scale import ORDERED, Scale
from analytics.stats.counts.patterns import FloatArray, IntArray

Shape = Literal["settled", "contested", "vague", "too few judgments"]
SHAPES: tuple[str, ...] = get_args(Shape)
CAMP_SHARE = 0.25
SETTLED_AGREEMENT = 0.6
MINIMUM_JUDGMENTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Polarisation:
    """How the judgments of each item (or pattern) lie on the ordered scale.

    Attributes
    ----------
    agreement : float array (P,)
        Van der Eijk's A: 1 all on one label, 0 evenly spread, -1 half at either end.
    spread : float array (P,)
        Variance of the labels' values over the largest variance possible: 0 all on one label, 1 half at either end.
    low_camp, high_camp : float array (P,)
        Share of judgments below and above the middle of the scale.
    shape : tuple of str
        "contested": camps on both halves and no single peak; "vague": spread around one peak; "settled"; or
        "too few judgments".
    minimum_judgments : int
        Fewer than these are not given a shape.
    undefined : str or None
        Why the scale has no such thing.
    """

    agreement: FloatArray
    spread: FloatArray
    low_camp: FloatArray
    high_camp: FloatArray
    shape: tuple[Shape, ...]
    minimum_judgments: int
    undefined: str | None = None


def van_der_eijk_agreement(counts: npt.ArrayLike) -> FloatArray:
    """Return van der Eijk's agreement A of each row of counts over K ordered labels.

    A row is peeled into layers: while labels remain, the smallest count left is taken from each of them. A layer over S
    of the K labels agrees A = U (1 - (S - 1) / (K - 1)), with unimodality U = ((K - 2) TU - (K - 1) TDU) /
    ((K - 2) (TU + TDU)), where TU counts triples of labels (two taken, one not) in unimodal order (110, 011) and TDU
    those that are not (101). The row's A is the mean over layers, weighted by the judgments in each.

    Parameters
    ----------
    counts : array (P, K)
        Counts or shares, >= 0, in the scale's order.

    Returns
    -------
    float array (P,)
        In [-1, 1]; nan for rows that are empty and for K < 2. For K = 2 the middle term is defined by U = 1.

    Raises
    ------
    ValueError
        If `counts` has not two axes or holds a negative number.

    References
    ----------
    Van der Eijk 2001, doi:10.1023/A:1010374114305.

    Examples
    --------
    >>> van_der_eijk_agreement([[5, 0, 0, 0, 5], [2, 2, 2, 2, 2], [0, 0, 10, 0, 0]]).tolist()
    [-1.0, 0.0, 1.0]
    """
    left = np.array(counts, dtype=np.float64)
    if left.ndim != 2:
        raise ValueError(f"counts must have 2 axes, got {left.ndim}.")
    if left.size and (not np.isfinite(left).all() or left.min() < 0):
        raise ValueError(f"counts must be finite and not negative, got {left.min()}.")
    n_rows, k = left.shape
    total = left.sum(axis=1)
    result = np.full(n_rows, np.nan)
    if k < 2:
        return result
    mean = np.zeros(n_rows)
    for _ in range(k):
        present = left > 0
        live = present.any(axis=1)
        if not live.any():
            break
        height = np.min(np.where(present, left, np.inf), axis=1, initial=np.inf)
        height[~live] = 0.0
        taken = height * present.sum(axis=1)
        mean += taken * np.where(live, _layer_agreement(present), 0.0)
        left = np.where(present, left - height[:, None], 0.0)
    filled = total > 0
    result[filled] = mean[filled] / total[filled]
    return result


def polarisation(counts: npt.ArrayLike, scale: Scale, *, minimum_judgments: int = MINIMUM_JUDGMENTS) -> Polarisation:
    """Return how contested or vague each row of label counts is on an ordered scale.

    A row is *settled* where A >= .6. Otherwise it is *contested* where each half of the scale (the middle label of an
    odd scale belongs to neither) holds a quarter of the judgments or more and a gap lies between the camps (some label
    between two taken ones is taken less often than both), and *vague* in the remaining cases.

    Parameters
    ----------
    counts : int array (P, K)
        Label counts in the scale's order.
    scale : Scale
        Must be ordinal, interval or ratio for a shape to exist.
    minimum_judgments : int
        Rows with fewer judgments are "too few judgments".

    Raises
    ------
    ValueError
        If `counts` does not have one column a label of the scale.
    """
    n = np.asarray(counts, dtype=np.float64)
    if n.ndim != 2 or n.shape[1] != scale.n_labels:
        raise ValueError(f"counts must have {scale.n_labels} columns, one a label, got shape {n.shape}.")
    reason = None
    if scale.level not in ORDERED:
        reason = f"The labels of a {scale.level} criterion have no order, so there are no two ends to divide between."
    elif scale.n_labels < 3:
        reason = "A scale of fewer than three labels has no middle: two camps and a spread look the same."
    if reason:
        blank = np.full(n.shape[0], np.nan)
        nothing: tuple[Shape, ...] = ("too few judgments",) * n.shape[0]
        return Polarisation(
            agreement=blank,
            spread=blank,
            low_camp=blank,
            high_camp=blank,
            shape=nothing,
            minimum_judgments=minimum_judgments,
            undefined=reason,
        )
    total = n.sum(axis=1)
    share = np.divide(n, total[:, None], out=np.full(n.shape, np.nan), where=total[:, None] > 0)
    values = np.asarray(scale.values)
    mean = share @ values
    variance = share @ values**2 - mean**2
    largest = (values.max() - values.min()) ** 2 / 4
    rank = np.arange(scale.n_labels)
    middle = (scale.n_labels - 1) / 2
    low_camp, high_camp = share[:, rank < middle].sum(axis=1), share[:, rank > middle].sum(axis=1)
    agreement = van_der_eijk_agreement(n)
    camps = (low_camp >= CAMP_SHARE) & (high_camp >= CAMP_SHARE) & _has_gap(n)
    shape: list[Shape] = []
    for p in range(n.shape[0]):
        if total[p] < minimum_judgments:
            shape.append("too few judgments")
        elif agreement[p] >= SETTLED_AGREEMENT:
            shape.append("settled")
        else:
            shape.append("contested" if camps[p] else "vague")
    return Polarisation(
        agreement=agreement,
        spread=np.maximum(variance, 0.0) / largest,
        low_camp=low_camp,
        high_camp=high_camp,
        shape=tuple(shape),
        minimum_judgments=minimum_judgments,
    )


def _layer_agreement(present: npt.NDArray[np.bool_]) -> FloatArray:
    """Return (P,) the agreement of a layer that takes the marked labels once each; rows without any give nan-free 0."""
    k = present.shape[1]
    taken = present.sum(axis=1).astype(np.float64)
    before: IntArray = np.cumsum(present, axis=1) - present
    after = taken[:, None] - before - present
    absent = ~present
    between = (before * after * absent).sum(axis=1)
    same_side = ((before * (before - 1) + after * (after - 1)) / 2 * absent).sum(axis=1)
    triples = between + same_side
    unimodality = np.ones(taken.shape)
    some = triples > 0
    if k > 2:
        unimodality[some] = ((k - 2) * same_side[some] - (k - 1) * between[some]) / ((k - 2) * triples[some])
    agreement: FloatArray = unimodality * (1.0 - (taken - 1.0) / (k - 1.0))
    return agreement


def _has_gap(n: FloatArray) -> npt.NDArray[np.bool_]:
    """Return (P,) whether some label is taken less often than one before it and one after it."""
    before = np.maximum.accumulate(n, axis=1)
    after = np.maximum.accumulate(n[:, ::-1], axis=1)[:, ::-1]
    return np.asarray((n < np.minimum(before, after)).any(axis=1), dtype=np.bool_)
