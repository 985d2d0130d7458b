"""Intraclass correlations of a complete table: every trainer judged every item."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import Coefficient
from analytics.stats.counts.patterns import FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanSquares:
    """Two-way analysis of variance of a complete table of n items by k trainers.

    Attributes
    ----------
    between, within, trainers, error : float
        Mean squares between items (BMS), within items (WMS), between trainers (JMS) and residual (EMS).
    n, k : int
        Items and trainers.
    """

    between: float
    within: float
    trainers: float
    error: float
    n: int
    k: int


def mean_squares(table: npt.ArrayLike) -> MeanSquares:
    """Return the mean squares of a complete table (N, M).

    Raises
    ------
    ValueError
        If the table has gaps or fewer than two items or trainers.
    """
    y = np.asarray(table, dtype=np.float64)
    if y.ndim != 2 or min(y.shape) < 2:
        raise ValueError(f"table must have at least two items and two trainers, got shape {y.shape}.")
    if not np.isfinite(y).all():
        raise ValueError(
            f"table must be complete, got {int((~np.isfinite(y)).sum())} gaps; use the moment forms for gappy tables."
        )
    n, k = y.shape
    items, trainers, grand = y.mean(axis=1), y.mean(axis=0), float(y.mean())
    bms = k * float(((items - grand) ** 2).sum()) / (n - 1)
    jms = n * float(((trainers - grand) ** 2).sum()) / (k - 1)
    within = float(((y - items[:, None]) ** 2).sum())
    ems = max(within - jms * (k - 1), 0.0) / ((n - 1) * (k - 1))
    return MeanSquares(between=bms, within=within / (n * (k - 1)), trainers=jms, error=ems, n=n, k=k)


NO_VARIANCE = "all judgments are the same number"


def complete_icc(table: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[Coefficient, ...]:
    """Compute the six intraclass correlations of Shrout and Fleiss with their F-based intervals.

    Parameters
    ----------
    table : float array (N, M)
        Numbers, items in rows, trainers in columns, no gaps.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    tuple of Coefficient
        icc_1_1, icc_2_1, icc_3_1 (one judgment) and icc_1_k, icc_2_k, icc_3_k (mean of all M). Form 1: trainers differ
        from item to item; 2: a sample of trainers judges all items, differences in severity count as disagreement
        (ICC(A,1)); 3: these trainers and no others, severity does not count (ICC(C,1)).

    References
    ----------
    Shrout and Fleiss (1979), doi:10.1037/0033-2909.86.2.420; McGraw and Wong (1996), doi:10.1037/1082-989X.1.1.30.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")
    ms = mean_squares(table)
    n, k, b, w, j, e = ms.n, ms.k, ms.between, ms.within, ms.trainers, ms.error
    tail = (1 + confidence) / 2
    support = {"n_items": n, "n_items_paired": n, "n_judgments": n * k, "n_trainers": k, "confidence": confidence}

    def made(name: str, top: float, bottom: float, low: float, high: float) -> Coefficient:
        if not bottom > 0:
            return Coefficient(name=name, value=math.nan, undefined=NO_VARIANCE, **support)  # type: ignore[arg-type]
        return Coefficient(
            name=name,
            value=top / bottom,
            low=low,
            high=high,
            interval_method="F distribution",
            **support,  # type: ignore[arg-type]
        )

    one = _f_interval(b, w, n - 1, n * (k - 1), tail)
    three = _f_interval(b, e, n - 1, (n - 1) * (k - 1), tail)
    two = _agreement_interval(ms, tail)

    def single(f: tuple[float, float]) -> tuple[float, float]:
        return (f[0] - 1) / (f[0] + k - 1), (f[1] - 1) / (f[1] + k - 1)

    def mean(f: tuple[float, float]) -> tuple[float, float]:
        return 1 - 1 / f[0], 1 - 1 / f[1]

    two_k = tuple(x * k / (1 + x * (k - 1)) for x in two)
    return (
        made("icc_1_1", b - w, b + (k - 1) * w, *single(one)),
        made("icc_2_1", b - e, b + (k - 1) * e + k * (j - e) / n, *two),
        made("icc_3_1", b - e, b + (k - 1) * e, *single(three)),
        made("icc_1_k", b - w, b, *mean(one)),
        made("icc_2_k", b - e, b + (j - e) / n, two_k[0], two_k[1]),
        made("icc_3_k", b - e, b, *mean(three)),
    )


def _f_interval(top: float, bottom: float, df1: int, df2: int, tail: float) -> tuple[float, float]:
    f = top / bottom if bottom > 0 else math.inf
    return f / float(stats.f.ppf(tail, df1, df2)), f * float(stats.f.ppf(tail, df2, df1))


def _agreement_interval(ms: MeanSquares, tail: float) -> tuple[float, float]:
    """Interval of ICC(2,1): McGraw and Wong's, degrees of freedom by Satterthwaite."""
    n, k, b, j, e = ms.n, ms.k, ms.between, ms.trainers, ms.error
    bottom = b + (k - 1) * e + k * (j - e) / n
    if not bottom > 0:
        return math.nan, math.nan
    rho = (b - e) / bottom
    if rho >= 1:
        return 1.0, 1.0
    a, c = k * rho / (n * (1 - rho)), 1 + k * rho * (n - 1) / (n * (1 - rho))
    v = (a * j + c * e) ** 2 / ((a * j) ** 2 / (k - 1) + (c * e) ** 2 / ((n - 1) * (k - 1)))
    f1, f2 = float(stats.f.ppf(tail, n - 1, v)), float(stats.f.ppf(tail, v, n - 1))
    low = n * (b - f1 * e) / (f1 * (k * j + (k * n - k - n) * e) + n * b)
    high = n * (f2 * b - e) / (k * j + (k * n - k - n) * e + n * f2 * b)
    return low, high


def severities(table: npt.ArrayLike) -> FloatArray:
    """Return (M,): each trainer's mean less the grand mean of a complete table."""
    y = np.asarray(table, dtype=np.float64)
    return np.asarray(y.mean(axis=0) - y.mean(), dtype=np.float64)
