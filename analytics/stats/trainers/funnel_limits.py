"""Control limits of a funnel plot: how far an ordinary trainer strays at each number of judgments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.team_null import team_null
from analytics.stats.trainers.trainer_estimates import freeze

COVERAGES: tuple[float, ...] = (0.95, 0.998)


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelBounds:
    """A funnel over M trainers.

    Attributes
    ----------
    n : float array (L,)
        Numbers of judgments, increasing.
    low, high : float array (2, L)
        Limits that 95 % and 99.8 % of ordinary trainers keep within.
    centre, spread : float
        The middle of the team, and its natural spread; nan where undefined.
    outside : bool array (M,)
        Trainers outside the outer limits.
    undefined : str or None
        Why there are no limits.
    """

    n: FloatArray
    low: FloatArray
    high: FloatArray
    centre: float
    spread: float
    outside: npt.NDArray[np.bool_]
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def funnel_bounds(value: FloatArray, se: FloatArray, n: IntArray, *, points: int = 60) -> FunnelBounds:
    """Return limits centre ± z √(s²/n + spread²), s² the typical variance of one judgment.

    The natural spread between ordinary trainers keeps the outer limits from closing on people who merely differ.

    Parameters
    ----------
    value, se : float array (M,)
        The quantity and its standard error; nan where undefined.
    n : int array (M,)
        Judgments behind it.
    points : int
        Steps at which limits are given.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, doi:10.1002/sim.1970.
    """
    null = team_null(value, se)
    known = np.isfinite(value) & np.isfinite(se) & (n > 1)
    if null.undefined is not None or not known.any():
        none = np.zeros(0)
        return FunnelBounds(
            n=none, low=np.zeros((2, 0)), high=np.zeros((2, 0)), centre=null.centre, spread=null.spread,
            outside=np.zeros(value.shape, dtype=bool), undefined=null.undefined or "no trainer with two judgments",
        )  # fmt: skip
    one = float(np.median(se[known] ** 2 * n[known]))
    grid = np.geomspace(max(4.0, float(n[known].min()) * 0.8), float(n[known].max()) * 1.06, points)
    z = stats.norm.ppf(0.5 + np.array(COVERAGES) / 2.0)
    half = z[:, None] * np.sqrt(one / grid + null.spread**2)[None, :]
    reach = z[1] * np.sqrt(one / np.maximum(n, 1) + null.spread**2)
    outside = known & (np.abs(value - null.centre) > reach)
    return FunnelBounds(
        n=grid, low=null.centre - half, high=null.centre + half, centre=null.centre, spread=null.spread,
        outside=outside, undefined=None,
    )  # fmt: skip
