"""Intervals that hold for all comparisons of objects at once, ranks that follow from them, and quasi-variances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import optimize, stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import check_confidence, freeze

Method = Literal["max-t", "sidak", "single"]
N_DRAWS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SimultaneousDifferences:
    """All pairwise differences of N estimates, with intervals that cover together.

    Attributes
    ----------
    difference, low, high : float array (N, N)
        Row less column; nan on the diagonal and between objects that share no scale.
    critical : float
        Number of standard errors on each side.
    method : {"max-t", "sidak", "single"}
        "max-t": the joint normal distribution of all differences; "sidak": as if they were independent, wider;
        "single": each difference on its own, which is only for one planned comparison.
    confidence : float
        That all intervals cover at once (each one, for "single").
    n_differences : int
        Differences that were compared.
    rank_low, rank_high : int array (N,)
        Places (1 best) an object may hold within its group: all objects whose interval lies wholly above it come
        before it. With confidence `confidence` every true rank lies in its range.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    critical: float
    method: Method
    confidence: float
    n_differences: int
    rank_low: IntArray
    rank_high: IntArray

    def __post_init__(self) -> None:
        freeze(self)


def simultaneous_differences(
    value: FloatArray,
    covariance: FloatArray,
    *,
    group: IntArray,
    method: Method,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
) -> SimultaneousDifferences:
    """Return every pairwise difference with an interval such that all cover together.

    Parameters
    ----------
    value : float array (N,)
        Estimates; larger is better. nan: no estimate.
    covariance : float array (N, N)
        Of the estimates.
    group : int array (N,)
        Only objects with the same number are compared.
    method : {"max-t", "sidak", "single"}
        How the critical value is made.
    confidence : float
        In (0, 1).
    rng : numpy.random.Generator or None
        Needed for "max-t" (20,000 draws).

    Raises
    ------
    ValueError
        If `method` is unknown, or "max-t" has no `rng`.

    References
    ----------
    Hothorn, Bretz and Westfall (2008), doi:10.1002/bimj.200810425 (max-t); Mogstad, Romano, Shaikh and Wilhelm
    (2024), doi:10.1093/restud/rdad006 (ranks).
    """
    if method not in get_args(Method):
        raise ValueError(f"method must be one of {', '.join(map(repr, get_args(Method)))}, got {method!r}.")
    check_confidence(confidence)
    n = value.size
    i, j = np.triu_indices(n, k=1)
    usable = (group[i] == group[j]) & ~np.isnan(value[i]) & ~np.isnan(value[j])
    i, j = i[usable], j[usable]
    variance = np.diag(covariance)[i] + np.diag(covariance)[j] - 2 * covariance[i, j]
    se = np.sqrt(np.maximum(variance, 0.0))
    critical = _critical(covariance, i, j, se, method, confidence, rng)
    difference, low, high = (np.full((n, n), np.nan) for _ in range(3))
    d = value[i] - value[j]
    difference[i, j], difference[j, i] = d, -d
    low[i, j], high[i, j] = d - critical * se, d + critical * se
    low[j, i], high[j, i] = -high[i, j], -low[i, j]
    with np.errstate(invalid="ignore"):
        better = (high < 0).sum(axis=1)
        worse = (low > 0).sum(axis=1)
    members = np.array([int(((group == g) & ~np.isnan(value)).sum()) for g in group], dtype=np.int64)
    return SimultaneousDifferences(
        difference=difference, low=low, high=high, critical=critical, method=method, confidence=confidence,
        n_differences=int(i.size), rank_low=(better + 1).astype(np.int64), rank_high=(members - worse).astype(np.int64),
    )  # fmt: skip


def _critical(
    covariance: FloatArray,
    i: IntArray,
    j: IntArray,
    se: FloatArray,
    method: Method,
    confidence: float,
    rng: np.random.Generator | None,
) -> float:
    single = float(stats.norm.ppf(0.5 + confidence / 2))
    positive = se > 0
    if method == "max-t" and rng is None:
        raise ValueError("max-t intervals need rng, a numpy random generator, got None.")
    if method == "single" or int(positive.sum()) < 2:
        return single
    if method == "sidak":
        return float(stats.norm.ppf(0.5 + confidence ** (1 / int(positive.sum())) / 2))
    if rng is None:
        raise ValueError("max-t intervals need rng, a numpy random generator, got None.")
    members = np.unique(np.concatenate([i, j]))
    values, vectors = np.linalg.eigh(covariance[np.ix_(members, members)])
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    at = np.searchsorted(members, i[positive]), np.searchsorted(members, j[positive])
    largest = np.zeros(N_DRAWS)
    for start in range(0, N_DRAWS, 2000):
        draw = rng.standard_normal((2000, members.size)) @ root.T
        largest[start : start + 2000] = np.abs((draw[:, at[0]] - draw[:, at[1]]) / se[positive]).max(axis=1)
    return float(np.quantile(largest, confidence))


@dataclass(frozen=True, kw_only=True, slots=True)
class QuasiVariances:
    """One variance an object, so that two objects can be compared from a picture of single bars.

    Attributes
    ----------
    variance : float array (N,)
        var(s_i - s_j) is about variance_i + variance_j. May be negative for an object much surer than the rest.
    largest_error : float
        Largest relative error of the standard error of a difference: -.05 means 5 % too small.
    converged : bool
    """

    variance: FloatArray
    largest_error: float
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def quasi_variances(covariance: FloatArray) -> QuasiVariances:
    """Return quasi-variances for a covariance of three or more estimates that share a scale.

    Parameters
    ----------
    covariance : float array (N, N)
        Only the variances of differences are used.

    Raises
    ------
    ValueError
        With fewer than three objects: two have one difference, and any split of its variance is as good.

    References
    ----------
    Firth and de Menezes (2004), doi:10.1093/biomet/91.1.65.
    """
    n = covariance.shape[0]
    if n < 3:
        raise ValueError(f"quasi-variances need at least 3 objects, got {n}.")
    i, j = np.triu_indices(n, k=1)
    target = np.diag(covariance)[i] + np.diag(covariance)[j] - 2 * covariance[i, j]
    design = np.zeros((i.size, n))
    design[np.arange(i.size), i] = design[np.arange(i.size), j] = 1.0
    start = np.linalg.lstsq(design, target, rcond=None)[0]
    start = np.maximum(start, 0.05 * float(np.median(target)))

    def error(q: FloatArray) -> FloatArray:
        total = q[i] + q[j]
        return np.where(total > 0, np.log(np.maximum(total, 1e-300) / target), -700.0)

    found = optimize.least_squares(error, start, xtol=1e-12, ftol=1e-12, gtol=1e-12)
    relative = np.exp(error(found.x) / 2) - 1
    return QuasiVariances(
        variance=found.x, largest_error=float(relative[np.abs(relative).argmax()]), converged=bool(found.success)
    )
