"""Agreement weights: how much credit a near miss gets, 1 on the diagonal.

Krippendorff's *ordinal metric* is not here: it is a distance made from the data (see `distances`) and gives another
number than the *ordinal weights* below, which are Gwet's and depend on the ranks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from analytics.stats.counts.patterns import FloatArray

WeightKind = Literal["identity", "linear", "quadratic", "radical", "ordinal", "ratio", "circular", "bipolar"]
WEIGHT_KINDS: tuple[str, ...] = get_args(WeightKind)


def agreement_weights(kind: str, values: Sequence[float] | FloatArray) -> FloatArray:
    """Return the agreement weights of K labels.

    Parameters
    ----------
    kind : {"identity", "linear", "quadratic", "radical", "ordinal", "ratio", "circular", "bipolar"}
        How credit falls with the distance between two labels. "ordinal" looks at the order of `values` only.
    values : float (K,)
        The labels as numbers, all different; for labels that are no numbers their rank.

    Returns
    -------
    float array (K, K)
        Symmetric, 1 on the diagonal.

    Raises
    ------
    ValueError
        If the kind is unknown, the values are not finite and distinct, or ratio weights meet values that are not
        all of one sign.

    References
    ----------
    Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed., chapter 3.

    Examples
    --------
    >>> agreement_weights("linear", [1.0, 2.0, 3.0])[0]
    array([1. , 0.5, 0. ])
    """
    if kind not in WEIGHT_KINDS:
        raise ValueError(f"kind must be one of {', '.join(map(repr, WEIGHT_KINDS))}, got {kind!r}.")
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size < 1 or not np.isfinite(x).all() or np.unique(x).size != x.size:
        raise ValueError(f"values must be distinct finite numbers, one a label, got {x.tolist()}.")
    if kind == "identity" or x.size == 1:
        return np.eye(x.size)
    gap = np.abs(x[:, None] - x[None, :])
    span = float(gap.max())
    if kind == "linear":
        return 1 - gap / span
    if kind == "quadratic":
        return 1 - (gap / span) ** 2
    if kind == "radical":
        return 1 - np.sqrt(gap / span)
    if kind == "ordinal":
        rank = np.argsort(np.argsort(x))
        steps = np.abs(rank[:, None] - rank[None, :])
        pairs = steps * (steps + 1) / 2
        return np.asarray(1 - pairs / pairs.max(), dtype=np.float64)
    if kind == "ratio":
        return _ratio_weights(x)
    if kind == "circular":
        loss = np.sin(np.pi * gap / (span + 1)) ** 2
        return np.asarray(1 - loss / loss.max(), dtype=np.float64)
    total = x[:, None] + x[None, :]
    room = (total - 2 * x.min()) * (2 * x.max() - total)
    loss = np.divide(gap**2, room, out=np.zeros_like(room), where=gap > 0)
    return np.asarray(1 - loss / loss.max(), dtype=np.float64)


def _ratio_weights(x: FloatArray) -> FloatArray:
    if (x < 0).any() and (x > 0).any():
        raise ValueError(f"ratio weights need values of one sign, got {float(x.min()):g} to {float(x.max()):g}.")
    total = x[:, None] + x[None, :]
    share = np.divide(x[:, None] - x[None, :], total, out=np.zeros_like(total), where=total != 0)
    widest = (x.max() - x.min()) / (x.max() + x.min())
    return np.asarray(1 - (share / widest) ** 2, dtype=np.float64)
