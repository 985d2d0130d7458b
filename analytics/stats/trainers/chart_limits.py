"""Limits of control charts for outcomes that are right or wrong: simulated on just this series, at a stated rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import float_array

FEWEST = 99


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartLimits:
    """Limits that a series of this length passes by mistake at a stated rate.

    Attributes
    ----------
    cusum : float
        Decision interval h of the lower CUSUM, in standard deviations.
    ewma : float
        Width L of the moving average's limits, in standard deviations of the average.
    false_alarms : float
        Share of series without a change that ever pass each of them, at most.
    simulations : int
        Series drawn.
    """

    cusum: float
    ewma: float
    false_alarms: float
    simulations: int


def chart_limits(
    expected: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    false_alarms: float = 0.05,
    k: float = 0.5,
    weight: float = 0.1,
    simulations: int = 400,
) -> ChartLimits:
    """Return the limits of a CUSUM of falls and of a moving average that hold a whole series at a false-alarm rate.

    Outcomes are drawn as right with their expected chances and charted as (x - p)/√(p(1 - p)). The textbook's h = 5 and
    L = 2.7 are for normal observations: one wrong answer where .95 was expected alone is -4.4 of them.

    Parameters
    ----------
    expected : float array (T,)
        Chance of being right on each item, strictly between 0 and 1, in the order of work.
    rng : numpy.random.Generator
        Source of the simulations.
    false_alarms : float
        Share of series that may pass a limit although nothing changed, in (0, 1).
    k, weight : float
        As in `cusum` and `ewma`.
    simulations : int
        At least 99.

    Raises
    ------
    ValueError
        If a chance or the rate leaves (0, 1), there is no observation, or there are fewer than 99 simulations.

    References
    ----------
    Page (1954), Biometrika 41:100-115, doi:10.1093/biomet/41.1-2.100.
    """
    p = np.asarray(expected, dtype=np.float64)
    p = float_array("expected", p, p.size)
    if not p.size or bool((p <= 0).any() or (p >= 1).any()):
        raise ValueError("expected must hold at least one chance, each strictly between 0 and 1.")
    if not 0 < false_alarms < 1 or simulations < FEWEST:
        raise ValueError(
            f"false_alarms must lie in (0, 1) and simulations be at least {FEWEST}, got {false_alarms} and "
            f"{simulations}."
        )
    down, average = np.zeros(simulations), np.zeros(simulations)
    deepest, widest = np.zeros(simulations), np.zeros(simulations)
    spread = np.sqrt(weight / (2.0 - weight) * (1.0 - (1.0 - weight) ** (2 * np.arange(1, p.size + 1))))
    for t, chance in enumerate(p):
        z = ((rng.random(simulations) < chance) - chance) / np.sqrt(chance * (1.0 - chance))
        down = np.maximum(0.0, down - z - k)
        average = weight * z + (1.0 - weight) * average
        deepest = np.maximum(deepest, down)
        widest = np.maximum(widest, np.abs(average) / spread[t])
    deep, wide = (np.quantile(x, 1.0 - false_alarms, method="higher") for x in (deepest, widest))
    return ChartLimits(cusum=float(deep), ewma=float(wide), false_alarms=false_alarms, simulations=simulations)
