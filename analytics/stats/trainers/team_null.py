"""What an ordinary trainer of this team looks like: the spread that is nobody's fault, robustly estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import freeze

_MAD_OF_NORMAL = float(stats.norm.ppf(0.75))
_FEWEST = 8
_OUTLYING = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamNull:
    """Centre and natural spread of a quantity over ordinary trainers, and how far each trainer stands out.

    Attributes
    ----------
    centre : float
        What the middle of the team has.
    spread : float
        Standard deviation between ordinary trainers beyond sampling error (tau), in the quantity's units.
    z : float array (M,)
        (value - centre) / sqrt(se² + spread²); nan where undefined.
    p_low, p_high : float array (M,)
        How often an ordinary trainer of this team would be as low (as high) by chance; nan where undefined.
    n_trainers : int
        Trainers the null was learnt from.
    undefined : str or None
        Why there is no such comparison.
    """

    centre: float
    spread: float
    z: FloatArray
    p_low: FloatArray
    p_high: FloatArray
    n_trainers: int
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def team_null(value: FloatArray, se: FloatArray, *, centre: float | None = None, margin: float = 0.0) -> TeamNull:
    """Return how far each trainer stands out from ordinary trainers of the same team.

    People differ, so a test against "exactly the team's mean" flags half of any large team. The null here is
    value_j ~ N(centre, se_j² + tau²): an ordinary trainer varies by sampling (se) *and* by nature (tau). Centre and
    tau come from the middle of the team (weighted median; tau solves "median of |z| equals that of a normal"; trainers
    with |z| over 3 are then left out, and so on until nothing changes), so that outliers do not hide each other. This
    is the funnel with additive over-dispersion.

    Parameters
    ----------
    value, se : float array (M,)
        The quantity and its sampling standard error per trainer; nan where undefined, se > 0 elsewhere.
    centre : float or None
        A centre known beforehand (a share of .5 under no position bias); None learns it.
    margin : float
        Smallest difference from the centre worth speaking of, not negative: p-values test against it.

    Notes
    -----
    With fewer than 8 trainers a natural spread cannot be told from an outlier: everything is then undefined.
    The p-values use Student's t. Where natural spread is all of the variance it has .37 (M - 1) degrees of freedom, the
    efficiency of a median of absolute deviations; where all of it is sampling error, which is known, twice as many.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, doi:10.1002/sim.1970.
    Efron (2004), JASA 99:96-104, doi:10.1198/016214504000000089.
    """
    if value.shape != se.shape:
        raise ValueError(f"value and se must have the same shape, got {value.shape} and {se.shape}.")
    if margin < 0:
        raise ValueError(f"margin must not be negative, got {margin}.")
    known = np.isfinite(value) & np.isfinite(se) & (se > 0)
    nothing = np.full(value.shape, np.nan)
    m = int(known.sum())
    if m < _FEWEST:
        why = f"{m} trainers can be compared; with fewer than {_FEWEST} natural spread cannot be told from an outlier"
        return TeamNull(
            centre=np.nan, spread=np.nan, z=nothing, p_low=nothing.copy(), p_high=nothing.copy(), n_trainers=m,
            undefined=why,
        )  # fmt: skip
    v, s = value[known], se[known]
    spread = 0.0
    middle = _weighted_median(v, s, 0.0) if centre is None else centre
    kept = np.ones(m, dtype=bool)
    for _ in range(50):
        new_spread = _spread(v[kept] - middle, s[kept])
        new_middle = _weighted_median(v[kept], s[kept], new_spread) if centre is None else centre
        new_kept = np.abs(v - new_middle) <= _OUTLYING * np.hypot(s, new_spread)
        if new_kept.sum() < m / 2:
            new_kept = kept
        settled = abs(new_spread - spread) + abs(new_middle - middle) < 1e-10 and np.array_equal(kept, new_kept)
        spread, middle, kept = new_spread, new_middle, new_kept
        if settled:
            break
    z = nothing.copy()
    z[known] = (v - middle) / np.sqrt(s**2 + spread**2)
    p_low, p_high = nothing.copy(), nothing.copy()
    beyond = margin / np.sqrt(s**2 + spread**2)
    df = np.maximum(0.37 * (m - 1), 1.0) * (s**2 + spread**2) / (0.5 * s**2 + spread**2)
    p_low[known] = stats.t.cdf(z[known] + beyond, df)
    p_high[known] = stats.t.sf(z[known] - beyond, df)
    return TeamNull(centre=float(middle), spread=float(spread), z=z, p_low=p_low, p_high=p_high, n_trainers=m,
                    undefined=None)  # fmt: skip


def _spread(deviation: FloatArray, se: FloatArray) -> float:
    def excess(tau: float) -> float:
        return float(np.median(np.abs(deviation) / np.hypot(se, tau))) - _MAD_OF_NORMAL

    if excess(0.0) <= 0.0:
        return 0.0
    top = float(np.abs(deviation).max()) / _MAD_OF_NORMAL
    return float(optimize.brentq(excess, 0.0, top, xtol=1e-12))


def _weighted_median(value: FloatArray, se: FloatArray, tau: float) -> float:
    weight = 1.0 / np.hypot(se, tau)
    order = np.argsort(value, kind="stable")
    below = np.cumsum(weight[order]) - weight[order] / 2.0
    return float(np.interp(weight.sum() / 2.0, below, value[order]))
