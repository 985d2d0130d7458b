"""What the others said: leave-one-out opinions on a pair, for whoever is asked in turn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray


def others_share_of_b(item: npt.ArrayLike, score: npt.ArrayLike) -> FloatArray:
    """Return, for each judgment, the share of the item's other judgments for B, a tie counting a half.

    Parameters
    ----------
    item : int array (J,)
        Codes.
    score : int array (J,)
        Negative: A; 0: tie; positive: B.

    Returns
    -------
    float array (J,)
        nan where there are no others.

    Examples
    --------
    >>> others_share_of_b([0, 0, 0, 1], [1, 0, -1, 1])
    array([0.25, 0.5 , 0.75,  nan])
    """
    side = (np.sign(np.asarray(score, dtype=np.float64)) + 1) / 2
    return others_mean(item, side)


def others_mean(item: npt.ArrayLike, value: npt.ArrayLike) -> FloatArray:
    """Return, for each judgment, the mean of `value` over the item's other judgments; nan where there are none.

    Judgments whose own value is nan count for nobody, and get the mean of all others.

    Parameters
    ----------
    item : int array (J,)
        Codes.
    value : float array (J,)
        nan: not given.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    _, at = np.unique(np.asarray(item), return_inverse=True)
    at = at.reshape(-1)
    x = np.asarray(value, dtype=np.float64)
    if x.shape != at.shape:
        raise ValueError(f"item and value must have the same length, got {at.size} and {x.size}.")
    given = np.isfinite(x)
    own = np.where(given, x, 0.0)
    total = np.bincount(at, weights=own)[at] - own
    n = np.bincount(at, weights=given.astype(np.float64))[at] - given
    mean: FloatArray = np.divide(total, n, out=np.full(x.size, np.nan), where=n > 0)
    return mean
