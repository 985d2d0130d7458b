"""An order of rows and columns that brings alike ones together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from analytics.stats.counts.patterns import FloatArray, IntArray


def shrunken_to_mean(value: npt.ArrayLike, n: npt.ArrayLike, strength: float) -> FloatArray:
    """Return (M, M) values drawn to their mean as if `strength` further observations had it; missing ones become it.

    Parameters
    ----------
    value : float array (M, M)
        Symmetric; nan where nothing is known. The diagonal is not read.
    n : array (M, M)
        What each value rests on.
    strength : float
        Pseudo-observations, positive.

    Raises
    ------
    ValueError
        If the shapes differ or `strength` is not positive.
    """
    v, size = np.asarray(value, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if v.ndim != 2 or v.shape[0] != v.shape[1] or v.shape != size.shape:
        raise ValueError(f"value and n must be square and of one shape, got {v.shape} and {size.shape}.")
    if not strength > 0:
        raise ValueError(f"strength must be positive, got {strength}.")
    known = np.isfinite(v) & (size > 0) & ~np.eye(v.shape[0], dtype=bool)
    weight = np.where(known, size, 0.0)
    filled = np.where(known, v, 0.0)
    mean = float((filled * weight).sum() / weight.sum()) if weight.sum() > 0 else 0.0
    shrunk: FloatArray = (filled * weight + mean * strength) / (weight + strength)
    return shrunk


def clustered_order(value: npt.ArrayLike, n: npt.ArrayLike, *, strength: float = 10.0) -> IntArray:
    """Return an order (M,) of a symmetric table that puts rows of high mutual value side by side.

    Average-linkage clustering of 1 - value, after cells that rest on little were drawn to the mean, leaves in the order
    that makes neighbours most alike.

    Parameters
    ----------
    value : float array (M, M)
        Symmetric, higher means more alike, at most 1; nan where two never met.
    n : array (M, M)
        What each cell rests on.
    strength : float
        Pseudo-observations at the mean.

    References
    ----------
    Bar-Joseph, Gifford and Jaakkola (2001), doi:10.1093/bioinformatics/17.suppl_1.S22.

    Examples
    --------
    >>> table = [[1, 0.1, 0.9], [0.1, 1, 0.2], [0.9, 0.2, 1]]
    >>> clustered_order(table, [[50] * 3] * 3).tolist() in ([1, 2, 0], [0, 2, 1])
    True
    """
    like = shrunken_to_mean(value, n, strength)
    m = like.shape[0]
    if m < 3:
        return np.arange(m, dtype=np.int64)
    apart = np.maximum(1.0 - (like + like.T) / 2, 0.0)
    np.fill_diagonal(apart, 0.0)
    tree = hierarchy.linkage(squareform(apart, checks=False), method="average", optimal_ordering=True)
    return np.asarray(hierarchy.leaves_list(tree), dtype=np.int64)
