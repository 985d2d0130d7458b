"""Per-trainer means by week, with intervals: the timeline of a trainer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio

WEEK_S = 7 * 86_400
MONDAY_S = 4 * 86_400
"""The first Monday after the beginning of 1970, a Thursday."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeeklyMeans:
    """Means of M trainers over W weeks.

    Attributes
    ----------
    start_s : float array (W,)
        First second of each week since 1970; weeks begin on Monday, UTC.
    value, low, high : float array (M, W)
        Mean with Student's interval; nan below `fewest` judgments.
    n : int array (M, W)
        Judgments.
    """

    start_s: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray

    def __post_init__(self) -> None:
        freeze(self)


def weekly_means(
    trainer: IntArray,
    at_s: FloatArray,
    x: FloatArray,
    use: npt.NDArray[np.bool_],
    *,
    n_trainers: int,
    fewest: int = 5,
    confidence: float = 0.95,
) -> WeeklyMeans:
    """Return each trainer's mean of `x` by week.

    Parameters
    ----------
    trainer : int array (J,)
        Codes.
    at_s : float array (J,)
        Seconds since 1970.
    x : float array (J,)
        What is averaged.
    use : bool array (J,)
        Judgments that count.
    n_trainers : int
        M.
    fewest : int
        Judgments a week below which no mean is given, at least 2.
    confidence : float
        Coverage.
    """
    week = np.floor((at_s[use] - MONDAY_S) / WEEK_S).astype(np.int64)
    weeks, place = np.unique(week, return_inverse=True)
    cell, size = trainer[use] * weeks.size + place.reshape(-1), n_trainers * weeks.size
    n = group_sums(cell, np.ones(cell.size), size)
    mean = ratio(group_sums(cell, x[use], size), n)
    squares = group_sums(cell, (x[use] - mean[cell]) ** 2, size)
    se = np.sqrt(ratio(squares, np.maximum(n - 1.0, 0.0) * n))
    half = stats.t.ppf(0.5 + confidence / 2.0, np.maximum(n - 1.0, 1.0)) * se
    enough = n >= max(fewest, 2)
    shape = (n_trainers, weeks.size)
    return WeeklyMeans(
        start_s=weeks.astype(np.float64) * WEEK_S + MONDAY_S,
        value=np.where(enough, mean, np.nan).reshape(shape),
        low=np.where(enough, mean - half, np.nan).reshape(shape),
        high=np.where(enough, mean + half, np.nan).reshape(shape),
        n=n.astype(np.int64).reshape(shape),
    )
