"""A mean over judgments whose interval holds for other items and other trainers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.judgment_codes import float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import check_confidence


def clustered_mean(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    *,
    reason: str,
    confidence: float = 0.95,
    limits: tuple[float, float] = (0.0, 1.0),
) -> Estimate:
    """Return sum(numerator) / sum(denominator) over judgments, two-way clustered by item and trainer.

    With u_ij the linearised influence of a judgment, V = V_items + V_trainers - V_judgments, each the sum of squared
    cluster totals times G / (G - 1); floored at the larger of the two ways. Student interval with one less degree of
    freedom than the smaller number of clusters. Where the value is 0 or 1 of limits (0, 1): Wilson on the items.

    Parameters
    ----------
    numerator, denominator : float array (J,)
        E.g. 1 for a success and 1 for a trial; 0 and 0 for a judgment that does not count.
    item, trainer : int array (J,)
        Codes.
    reason : str
        Why there is no mean where the denominator adds up to 0.
    confidence : float
        Coverage, in (0, 1).
    limits : (float, float)
        To which the interval is cut.

    Raises
    ------
    ValueError
        If the lengths differ or `confidence` lies outside (0, 1).

    References
    ----------
    Cameron, Gelbach and Miller (2011), doi:10.1198/jbes.2010.07136.

    Examples
    --------
    >>> clustered_mean([1, 1, 0, 1], [1, 1, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1], reason="nothing").value
    0.75
    """
    check_confidence(confidence)
    items, trainers = np.asarray(item, dtype=np.int64), np.asarray(trainer, dtype=np.int64)
    top, bottom = float_array("numerator", numerator, items.size), float_array("denominator", denominator, items.size)
    if trainers.size != items.size:
        raise ValueError(f"item and trainer must have the same length, got {items.size} and {trainers.size}.")
    counts = bottom != 0
    items, trainers, top, bottom = items[counts], trainers[counts], top[counts], bottom[counts]
    total = float(bottom.sum())
    support = {
        "n_items": int(np.unique(items).size),
        "n_trainers": int(np.unique(trainers).size),
        "n_judgments": int(items.size),
    }
    if total == 0.0:
        return Estimate(value=NAN, undefined=reason, confidence=confidence, **support)  # type: ignore[arg-type]
    value = float(top.sum()) / total
    influence: FloatArray = (top - value * bottom) / total
    by_item, n_items = _squares(influence, items)
    by_trainer, n_trainers = _squares(influence, trainers)
    variance = max(by_item, by_trainer, by_item + by_trainer - float(influence @ influence))
    fewest = min(n for n in (n_items, n_trainers) if n > 1) if max(n_items, n_trainers) > 1 else 1
    if variance == 0.0 or fewest < 2:
        if limits == (0.0, 1.0):
            w = binomial_intervals(value * n_items, n_items, confidence=confidence)
            return Estimate(
                value=value, low=float(w.low), high=float(w.high), confidence=confidence,
                interval_method="wilson on items", **support,  # type: ignore[arg-type]
            )  # fmt: skip
        return Estimate(value=value, confidence=confidence, **support)  # type: ignore[arg-type]
    half = float(stats.t.ppf((1 + confidence) / 2, fewest - 1)) * variance**0.5
    return Estimate(
        value=value, low=max(limits[0], value - half), high=min(limits[1], value + half), se=variance**0.5,
        confidence=confidence, interval_method="two-way clustered t", **support,  # type: ignore[arg-type]
    )  # fmt: skip


def _squares(influence: FloatArray, cluster: IntArray) -> tuple[float, int]:
    """Return (G / (G - 1) x sum of squared cluster totals, G); 0 with one cluster."""
    _, at = np.unique(cluster, return_inverse=True)
    total = np.bincount(at.reshape(-1), weights=influence)
    g = int(total.size)
    return (float(total @ total) * g / (g - 1), g) if g > 1 else (0.0, g)
