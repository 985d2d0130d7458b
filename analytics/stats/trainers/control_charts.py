"""Control charts: tabular CUSUM and EWMA, for one series read in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze


@dataclass(frozen=True, kw_only=True, slots=True)
class Cusum:
    """A tabular CUSUM of T observations.

    Attributes
    ----------
    high, low : float array (T,)
        C+ and C-, in the units of the observations.
    run_high, run_low : int array (T,)
        Observations since C+ (C-) last was 0.
    threshold : float
        h times sigma: the series is out of control above it.
    first_signal : int or None
        Index (from 0) of the first observation at which C+ or C- exceeds the threshold.
    direction : {"up", "down"} or None
        Which one did.
    shift_start : int or None
        Index of the first observation after the change, by the run length at the signal.
    new_mean : float
        Estimated mean since then; nan without a signal.
    """

    high: FloatArray
    low: FloatArray
    run_high: IntArray
    run_low: IntArray
    threshold: float
    first_signal: int | None
    direction: str | None
    shift_start: int | None
    new_mean: float

    def __post_init__(self) -> None:
        freeze(self)


def cusum(x: npt.ArrayLike, *, target: float, sigma: float, k: float = 0.5, h: float = 5.0) -> Cusum:
    """Return the two-sided tabular CUSUM of a series.

    C+ = max(0, x - (target + K) + C+), C- = max(0, (target - K) - x + C-), K = k sigma, alarm above H = h sigma. For
    normal observations k = ½, h = 5 run about 465 observations between false alarms: that is a rate, not a guarantee;
    people who look at every point and want one use `anytime`.

    Parameters
    ----------
    x : float array (T,)
        Observations in order.
    target, sigma : float
        Mean and standard deviation in control; sigma > 0.
    k, h : float
        Half the shift to find quickly and the decision interval, in sigmas; > 0.

    References
    ----------
    Montgomery (2012), Introduction to Statistical Quality Control, chapter 9. Page (1954), Biometrika 41:100-115.
    """
    values = _series(x)
    if sigma <= 0 or k <= 0 or h <= 0:
        raise ValueError(f"sigma, k and h must be more than 0, got {sigma}, {k} and {h}.")
    t = values.size
    high, low = np.zeros(t), np.zeros(t)
    run_high, run_low = np.zeros(t, dtype=np.int64), np.zeros(t, dtype=np.int64)
    up = down = 0.0
    up_run = down_run = 0
    for i, value in enumerate(values):
        up = max(0.0, value - (target + k * sigma) + up)
        down = max(0.0, (target - k * sigma) - value + down)
        up_run = up_run + 1 if up > 0 else 0
        down_run = down_run + 1 if down > 0 else 0
        high[i], low[i], run_high[i], run_low[i] = up, down, up_run, down_run
    threshold = h * sigma
    signals = np.flatnonzero((high > threshold) | (low > threshold))
    first = int(signals[0]) if signals.size else None
    direction, start, new_mean = None, None, float("nan")
    if first is not None:
        direction = "up" if high[first] > threshold else "down"
        run = int(run_high[first] if direction == "up" else run_low[first])
        start = first - run + 1
        drift = (high[first] if direction == "up" else low[first]) / run + k * sigma
        new_mean = target + drift if direction == "up" else target - drift
    return Cusum(
        high=high, low=low, run_high=run_high, run_low=run_low, threshold=threshold, first_signal=first,
        direction=direction, shift_start=start, new_mean=float(new_mean),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Ewma:
    """An EWMA chart of T observations.

    Attributes
    ----------
    value, lower, upper : float array (T,)
        The moving average and its exact, widening limits.
    steady_half_width : float
        Half the distance of the limits in the long run.
    first_signal : int or None
        Index (from 0) of the first average outside its limits.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    steady_half_width: float
    first_signal: int | None

    def __post_init__(self) -> None:
        freeze(self)


def ewma(x: npt.ArrayLike, *, target: float, sigma: float, weight: float = 0.1, limit: float = 2.7) -> Ewma:
    """Return the exponentially weighted moving average z_t = weight x_t + (1 - weight) z_(t-1), z_0 = target.

    Limits target ± limit · sigma · √(weight/(2 - weight) · (1 - (1 - weight)^(2t))).

    Parameters
    ----------
    x : float array (T,)
        Observations in order.
    target, sigma : float
        Mean and standard deviation in control; sigma > 0.
    weight : float
        In (0, 1]; smaller remembers longer.
    limit : float
        Width in standard deviations of the average; > 0.

    References
    ----------
    Roberts (1959), Technometrics 1:239-250. Lucas and Saccucci (1990), Technometrics 32:1-12.
    """
    values = _series(x)
    if sigma <= 0 or limit <= 0 or not 0 < weight <= 1:
        raise ValueError(
            f"sigma and limit must be more than 0 and weight in (0, 1], got {sigma}, {limit} and {weight}."
        )
    z, average = np.empty(values.size), target
    for i, value in enumerate(values):
        average = weight * value + (1.0 - weight) * average
        z[i] = average
    steps = np.arange(1, values.size + 1)
    steady = limit * sigma * np.sqrt(weight / (2.0 - weight))
    half = steady * np.sqrt(1.0 - (1.0 - weight) ** (2 * steps))
    outside = np.flatnonzero((z > target + half) | (z < target - half))
    return Ewma(
        value=z, lower=target - half, upper=target + half, steady_half_width=float(steady),
        first_signal=int(outside[0]) if outside.size else None,
    )  # fmt: skip


def standardised_residuals(correct: npt.ArrayLike, expected: npt.ArrayLike) -> FloatArray:
    """Return (x - p)/√(p (1 - p)): being right against the chance expected on the item, in its standard deviations.

    Parameters
    ----------
    correct : float array (T,)
        1 where right, else 0 (shares are allowed).
    expected : float array (T,)
        Expected chance, strictly between 0 and 1.
    """
    x, p = _series(correct), _series(expected)
    if x.shape != p.shape:
        raise ValueError(f"correct and expected must have the same length, got {x.size} and {p.size}.")
    if bool((p <= 0).any() or (p >= 1).any()):
        raise ValueError("expected must lie strictly between 0 and 1; shrink shares of 0 and 1 first.")
    return np.asarray((x - p) / np.sqrt(p * (1.0 - p)), dtype=np.float64)


def _series(x: npt.ArrayLike) -> FloatArray:
    values = np.asarray(x, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("a series must have one axis and finite numbers.")
    return values
