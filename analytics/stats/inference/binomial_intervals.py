"""Intervals for a share: Wilson, Jeffreys, Clopper-Pearson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    ratio,
    trainer_estimates,
)

BinomialMethod = Literal["wilson", "jeffreys", "clopper_pearson"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BinomialIntervals:
    """Shares with their intervals, elementwise over any number of (successes, n).

    Attributes
    ----------
    value, low, high : float array
        successes / n and its interval; nan where n is 0.
    confidence : float
        Coverage.
    method : {"wilson", "jeffreys", "clopper_pearson"}
        The kind of interval.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    confidence: float
    method: BinomialMethod

    def __post_init__(self) -> None:
        freeze(self)


def binomial_intervals(
    successes: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    method: BinomialMethod = "wilson",
) -> BinomialIntervals:
    """Return the share successes / n with an interval.

    Wilson inverts the score test and holds its coverage on average; Jeffreys is the posterior interval under
    Beta(½, ½), closed at 0 and 1 where nothing or everything succeeded; Clopper-Pearson never covers less than it says,
    and is wide.

    Parameters
    ----------
    successes, n : array of float or int, broadcast together
        Counts; fractions are allowed (tied majorities count a part).
    confidence : float
        Coverage in (0, 1).
    method : {"wilson", "jeffreys", "clopper_pearson"}
        The kind of interval.

    Raises
    ------
    ValueError
        If the method is unknown, or successes lie outside 0..n.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:857-872.
    Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, doi:10.1214/ss/1009213286.

    Examples
    --------
    >>> found = binomial_intervals(81, 263)
    >>> round(float(found.low), 4), round(float(found.high), 4)
    (0.2553, 0.3662)
    """
    if method not in get_args(BinomialMethod):
        raise ValueError(f"method must be one of {', '.join(map(repr, get_args(BinomialMethod)))}, got {method!r}.")
    check_confidence(confidence)
    x, size = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    if bool((x < 0).any() or (x > size).any()):
        raise ValueError("successes must lie in 0..n.")
    tail = (1.0 - confidence) / 2.0
    share = ratio(x, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "wilson":
            z = float(stats.norm.ppf(1.0 - tail))
            centre = (x + z * z / 2.0) / (size + z * z)
            half = z / (size + z * z) * np.sqrt(x * (size - x) / size + z * z / 4.0)
            low, high = centre - half, centre + half
            low, high = np.where(x == 0, 0.0, low), np.where(x == size, 1.0, high)
        elif method == "jeffreys":
            low = np.where(x == 0, 0.0, stats.beta.ppf(tail, x + 0.5, size - x + 0.5))
            high = np.where(x == size, 1.0, stats.beta.ppf(1.0 - tail, x + 0.5, size - x + 0.5))
        else:
            low = np.where(x == 0, 0.0, stats.beta.ppf(tail, x, size - x + 1.0))
            high = np.where(x == size, 1.0, stats.beta.ppf(1.0 - tail, x + 1.0, size - x))
    empty = size == 0
    return BinomialIntervals(
        value=np.asarray(share),
        low=np.where(empty, np.nan, low),
        high=np.where(empty, np.nan, high),
        confidence=confidence,
        method=method,
    )


def share_estimates(
    name: str,
    successes: IntArray | FloatArray,
    n: IntArray,
    *,
    confidence: float = 0.95,
    reason: str = "no judgments",
) -> TrainerEstimates:
    """Return shares per trainer with Wilson intervals; undefined, for `reason`, where n is 0."""
    found = binomial_intervals(successes, n, confidence=confidence)
    return trainer_estimates(
        name, found.value, n=n, low=found.low, high=found.high, confidence=confidence, interval_method="Wilson",
        reason=reason,
    )  # fmt: skip
