"""How sure a coefficient is: for other items, for other trainers, or for both.

The two-way interval answers the question people mean: had we drawn other items *and* other trainers, what would the
number have been? Its variance is the delete-one-item jackknife plus the delete-one-trainer jackknife, the latter
freed of the part that is only the luck of the items. Both are exact, from the pattern tables, without simulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.counts.functional import BLOCK, Tabulated
from analytics.stats.counts.leaving_out import WithoutTrainers, without_items, without_trainers
from analytics.stats.counts.patterns import FloatArray, TrainerPatterns

INTERVALS: tuple[str, ...] = ("two-way", "items", "jackknife", "bootstrap", "gwet")
TWO_WAY = "two-way: items and trainers, jackknife t on the logit scale"
ITEMS = "items: linearised t on the logit scale"
JACKKNIFE = "items: jackknife t on the logit scale"
BOOTSTRAP = "items: percentile bootstrap of patterns"
FEW_TRAINERS = "items: jackknife t on the logit scale (with fewer than three trainers, others cannot be judged)"
NO_TRAINERS = "items: jackknife t on the logit scale (who judged was not given)"
ONE_ITEM = "none: one item gives no interval"
NO_SPREAD = "none: no variation between items"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A value with what is known of its sampling variance, before an interval is made of it.

    Attributes
    ----------
    value : float
    items, trainers : float
        Sampling variance from the draw of items, and from the draw of trainers (0 where not asked for).
    raw_trainers : float
        The latter before the luck of the items was taken off: how unsure it is hangs on this.
    df_items, df_trainers : float
        Degrees of freedom behind each.
    bias : float
        What the jackknife over trainers says the value is off on average; the interval is centred on value - bias.
    bounds : (float, float)
        Range in which the logit scale is laid.
    method : str
        Words for the result.
    """

    value: float
    items: float
    df_items: float
    trainers: float = 0.0
    raw_trainers: float = 0.0
    df_trainers: float = math.inf
    bias: float = 0.0
    bounds: tuple[float, float] = (-1.0, 1.0)
    method: str

    @property
    def variance(self) -> float:
        """Total sampling variance."""
        return self.items + self.trainers

    @property
    def se(self) -> float:
        """Standard error, nan where there is none."""
        return math.sqrt(self.variance) if self.df_items >= 1 else math.nan

    @property
    def df(self) -> float:
        """Degrees of freedom of the total, by Satterthwaite's rule; at least 1."""
        if not self.variance > 0:
            return max(self.df_items, 1.0)
        share = self.items**2 / max(self.df_items, 1.0) + self.trainers * self.raw_trainers / self.df_trainers
        return max(self.variance**2 / share, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Low and high end, the standard error on the scale of the value, and the method in words."""

    low: float
    high: float
    se: float
    method: str


def item_variance(table: Tabulated, *, jackknife: bool) -> tuple[float, int]:
    """Return the sampling variance from the draw of items, and how many items enter.

    Linearised: the sum of squared influences, n / (n - 1) times. Jackknife: delete one item at a time; identical items
    have identical values, so its cost is the number of patterns.
    """
    n, total, square = 0, 0.0, 0.0
    shifts = without_items(table) - table.value if jackknife else None
    for rows, vectors in table.blocks():
        weight = np.where(np.abs(vectors).sum(axis=1) > 0, table.patterns.multiplicity[rows], 0).astype(np.float64)
        shift = vectors @ table.slope if shifts is None else shifts[rows]
        n += int(weight.sum())
        total += float(weight @ shift)
        square += float(weight @ shift**2)
    if n < 2:
        return 0.0, n
    centred = max(square - total**2 / n, 0.0)
    scale = float(np.max(np.abs(table.slope * table.sums), initial=0.0)) ** 2
    if centred <= 1e-24 * max(scale, 1.0) * n:
        return 0.0, n
    return (centred * (n - 1) / n if jackknife else centred * n / (n - 1)), n


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerSpread:
    """What the draw of trainers adds: variance, the same before noise was taken off, degrees of freedom, bias."""

    variance: float = 0.0
    raw: float = 0.0
    df: float = math.inf
    bias: float = 0.0


def trainer_spread(without: WithoutTrainers) -> TrainerSpread:
    """Return the sampling variance from the draw of trainers.

    It is the squared changes made by leaving trainers out, less what the luck of the items puts into them, never below
    0. R is the number of equally busy trainers that the loads are worth. Two things keep few trainers honest, both set
    by simulation (docs/studies/coverage_agreement.md): of the luck only the share (R - 1) / R is taken off, and the
    degrees of freedom are half of R - 1, since agreement hangs on pairs of trainers and one outlier sits in many pairs.
    The bias is that of the curvature alone: in a sparse log the linear changes do not cancel over trainers, and are
    noise.
    """
    active = (without.n_paired > 0) & np.isfinite(without.values)
    m = int(active.sum())
    if m < 3:
        return TrainerSpread()
    change = without.values[active] - without.value
    share = without.n_paired[active].astype(np.float64)
    share /= share.sum()
    worth = max(float((share**2).sum() ** 2 / (share**4).sum()), 2.0)
    raw = (m - 1) / m * float(change @ change)
    luck = (m - 1) / m * float(without.noise[active].sum())
    return TrainerSpread(
        variance=max(raw - luck * (worth - 1) / worth, 0.0),
        raw=raw,
        df=max((worth - 1) / 2, 1.0),
        bias=(m - 1) * float((change - without.linear[active]).mean()),
    )


def spread(table: Tabulated, trainer_patterns: TrainerPatterns | None, interval: str) -> Spread:
    """Return value and sampling variance for one of the closed-form intervals "two-way", "items", "jackknife"."""
    items, n = item_variance(table, jackknife=interval != "items")
    df = float(min(n, table.patterns.n_items_paired) - 1)
    method = ITEMS if interval == "items" else JACKKNIFE
    found = TrainerSpread()
    if interval == "two-way":
        if trainer_patterns is None:
            method = NO_TRAINERS
        else:
            without = without_trainers(table, trainer_patterns)
            enough = int((without.n_paired > 0).sum()) >= 3
            method = TWO_WAY if enough else FEW_TRAINERS
            found = trainer_spread(without)
    return Spread(
        value=table.value, items=items, df_items=df, trainers=found.variance, raw_trainers=found.raw,
        df_trainers=found.df, bias=found.bias, bounds=table.functional.bounds, method=method,
    )  # fmt: skip


def interval_of(found: Spread, confidence: float) -> Interval:
    """Make the t interval on the logit scale between the bounds, back on the scale of the value."""
    if found.df_items < 1:
        return Interval(low=math.nan, high=math.nan, se=math.nan, method=ONE_ITEM)
    if found.variance == 0.0:
        return Interval(low=math.nan, high=math.nan, se=math.nan, method=NO_SPREAD)
    t = float(stats.t.ppf((1 + confidence) / 2, found.df))
    floor, ceiling = found.bounds
    if not floor < found.value < ceiling:
        low, high = max(found.value - t * found.se, floor), min(found.value + t * found.se, ceiling)
        return Interval(low=min(low, found.value), high=max(high, found.value), se=found.se, method=found.method)
    width = ceiling - floor
    margin = 1e-9 * width
    centre = min(max(found.value - found.bias, floor + margin), ceiling - margin)
    u = (centre - floor) / width
    logit, slope = math.log(u / (1 - u)), 1 / (u * (1 - u) * width)
    half = min(t * found.se * slope, 700.0)
    low, high = (floor + width / (1 + math.exp(-min(max(x, -700.0), 700.0))) for x in (logit - half, logit + half))
    return Interval(low=min(low, found.value), high=max(high, found.value), se=found.se, method=found.method)


def bootstrap_interval(table: Tabulated, confidence: float, replicates: int, rng: np.random.Generator) -> Interval:
    """Resample items with replacement: patterns by a multinomial, percentile interval, sd of replicates as se.

    Replicates in which the coefficient does not exist are left out of the percentiles.
    """
    patterns = table.patterns
    if patterns.n_items < 2:
        return Interval(low=math.nan, high=math.nan, se=math.nan, method=ONE_ITEM)
    n, share = patterns.n_items, patterns.multiplicity / patterns.n_items
    block = max(1, BLOCK // max(1, patterns.n_patterns))
    drawn: list[FloatArray] = []
    for start in range(0, replicates, block):
        weights = rng.multinomial(n, share, size=min(block, replicates - start)).astype(np.float64)
        sums = sum(weights[:, rows] @ vectors for rows, vectors in table.blocks())
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn.append(np.atleast_1d(table.functional.value(np.asarray(sums))))
    values = np.concatenate(drawn)
    values = values[np.isfinite(values)]
    if values.size < 2 or float(np.ptp(values)) == 0.0:
        return Interval(low=math.nan, high=math.nan, se=math.nan, method=NO_SPREAD)
    tail = (1 - confidence) / 2
    low, high = (float(x) for x in np.quantile(values, [tail, 1 - tail]))
    return Interval(low=low, high=high, se=float(values.std(ddof=1)), method=BOOTSTRAP)
