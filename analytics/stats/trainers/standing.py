"""Per-trainer tests on residuals: how a trainer stands in the team, and whether it changed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import ndtr, ndtri

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.peer_residuals import Residuals
from analytics.stats.trainers.team_null import team_null
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio

SPLITS: tuple[float, ...] = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
SPLIT_WEIGHTS: FloatArray = np.array([0.25, 0.25, 0.5, 1.0, 0.5, 0.25, 0.25])
_FEWEST = 8
_NODES = np.polynomial.legendre.leggauss(60)
_FEWEST_TRAINERS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How M trainers stand against expectation.

    Attributes
    ----------
    value : float array (M,)
        0 = as expected; -1 = as random answers would do; -.4 = like somebody who answers 40 % at random.
    se : float array (M,)
        Sampling error of value for an ordinary trainer.
    n : int array (M,)
        Judgments used.
    p_low : float array (M,)
        How often an ordinary trainer of this team would stand as low; nan where undefined.
    centre, spread : float
        The ordinary trainer, and the natural spread; nan where the team is too small.
    """

    value: FloatArray
    se: FloatArray
    n: IntArray
    p_low: FloatArray
    centre: float
    spread: float

    def __post_init__(self) -> None:
        freeze(self)


def standing(
    residuals: Residuals,
    trainer: IntArray,
    n_trainers: int,
    *,
    within: npt.NDArray[np.bool_] | None = None,
    margin: float = 0.0,
) -> Standing:
    """Return each trainer's standing: Σ w r / Σ w signal, w = signal / variance.

    Parameters
    ----------
    residuals : Residuals
        J judgments against expectation.
    trainer : int array (J,)
        Codes.
    n_trainers : int
        M.
    within : bool array (J,) or None
        Judgments to use; None uses all usable ones.
    margin : float
        Share of guesses below an ordinary trainer that is not worth speaking of; `p_low` tests against it.
    """
    weight = residuals.weight if within is None else np.where(within, residuals.weight, 0.0)
    used = residuals.usable if within is None else residuals.usable & within
    stake = group_sums(trainer, weight * residuals.signal, n_trainers)
    value = ratio(group_sums(trainer, weight * residuals.residual, n_trainers), stake)
    se = ratio(np.sqrt(group_sums(trainer, weight**2 * residuals.variance, n_trainers)), stake)
    n = group_sums(trainer, used, n_trainers).astype(np.int64)
    around = ratio(
        group_sums(trainer, np.where(used, residuals.context, 0.0), n_trainers),
        group_sums(trainer, np.where(used, residuals.context_stake, 0.0), n_trainers),
    )
    value = _net_of_context(value, around, n)
    null = team_null(np.where(n > 0, value, np.nan), np.where(n > 0, se, np.nan), margin=margin)
    return Standing(value=value, se=se, n=n, p_low=null.p_low, centre=null.centre, spread=null.spread)


def _net_of_context(value: FloatArray, around: FloatArray, n: IntArray) -> FloatArray:
    """Take out what the others' residuals on the same items explain of a trainer's value.

    Where trainers share pools of hard items that the shape of the others does not give away, both fall together. The
    slope is fitted over the team, outliers left out, and kept in [0, 1].
    """
    known = np.isfinite(value) & np.isfinite(around) & (n > 0)
    if known.sum() < _FEWEST_TRAINERS:
        return value
    x, y = around[known], value[known]
    kept = np.ones(x.size, dtype=bool)
    slope = 0.0
    for _ in range(10):
        dx, dy = x - x[kept].mean(), y - np.median(y[kept])
        spread = float((dx[kept] ** 2).sum())
        slope = float(np.clip((dx[kept] * dy[kept]).sum() / spread, 0.0, 1.0)) if spread > 0 else 0.0
        rest = dy - slope * dx
        rest -= np.median(rest)
        new = np.abs(rest) <= 3.0 * np.median(np.abs(rest)) / float(stats.norm.ppf(0.75))
        if np.array_equal(new, kept) or new.sum() < x.size / 2:
            break
        kept = new
    centred = around - float(x[kept].mean())
    return value - slope * np.where(known, centred, 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Whether M trainers got worse over time.

    Attributes
    ----------
    before, after : float array (M,)
        Standing before and after the split that shows most.
    difference, se : float array (M,)
        after - before and its standard error at that split.
    p_fall : float array (M,)
        One-sided p-value of a fall, corrected for looking at seven splits; nan below 8 judgments on a side.
    since : int array (M,)
        Position in the trainer's usable judgments (0-based, in time) at which the fall most likely began; -1 undefined.
    n : int array (M,)
        Judgments used.
    """

    before: FloatArray
    after: FloatArray
    difference: FloatArray
    se: FloatArray
    p_fall: FloatArray
    since: IntArray
    n: IntArray

    def __post_init__(self) -> None:
        freeze(self)


def change(
    residuals: Residuals, trainer: IntArray, order: FloatArray, n_trainers: int, *, unit: IntArray | None = None
) -> Change:
    """Return whether each trainer's standing fell, at a fifth, three tenths ... four fifths of their judgments.

    The variance is that of an ordinary trainer times the trainer's own dispersion over the whole time, so that a noisy
    half cannot make itself certain. Seven splits are looked at, the middle one with up to four times the weight of the
    others; the smallest weighted p-value is corrected by the Hunter-Worsley bound for their joint normal law.

    Parameters
    ----------
    residuals : Residuals
        J judgments against expectation.
    trainer : int array (J,)
        Codes.
    order : float array (J,)
        Grows with time within each trainer.
    n_trainers : int
        M.
    unit : int array (J,) or None
        Item of each judgment; what a trainer says of one item under several criteria is one draw of luck, not several.
        Negative or None: each judgment is its own.

    References
    ----------
    Worsley (1982), Biometrika 69:297-302, doi:10.1093/biomet/69.2.297.
    """
    keep = np.flatnonzero(residuals.usable & (residuals.weight > 0))
    keep = keep[np.lexsort((order[keep], trainer[keep]))]
    who = trainer[keep]
    w, r = residuals.weight[keep], residuals.residual[keep]
    stake, noise = w * residuals.signal[keep], w**2 * residuals.variance[keep]
    n = np.bincount(who, minlength=n_trainers).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(n)])
    rank = np.arange(who.size) - starts[who]
    overall = ratio(group_sums(who, w * r, n_trainers), group_sums(who, stake, n_trainers))
    scatter = _scatter(who, w * r - overall[who] * stake, None if unit is None else unit[keep], n_trainers)
    dispersion = ratio(scatter, group_sums(who, noise, n_trainers))
    third = w**3 * residuals.third[keep]
    z = np.full((len(SPLITS), n_trainers), np.nan)
    sides = np.full((len(SPLITS), 3, n_trainers), np.nan)
    for s, split in enumerate(SPLITS):
        early = rank < np.rint(split * n)[who]
        means, variances, skews = [], [], []
        for side in (early, ~early):
            total = group_sums(who, stake * side, n_trainers)
            means.append(ratio(group_sums(who, w * r * side, n_trainers), total))
            variances.append(ratio(group_sums(who, noise * side, n_trainers), total**2))
            skews.append(ratio(group_sums(who, third * side, n_trainers), total**3))
        enough = np.minimum(np.rint(split * n), n - np.rint(split * n)) >= _FEWEST
        se = np.sqrt(dispersion * (variances[0] + variances[1]))
        skewness = ratio(skews[0] - skews[1], (variances[0] + variances[1]) ** 1.5)
        z[s] = np.where(enough, _as_normal(ratio(means[0] - means[1], se), skewness), np.nan)
        sides[s] = means[0], means[1], se
    weighed = stats.norm.sf(z) / SPLIT_WEIGHTS[:, None]
    best = np.argmin(np.where(np.isnan(weighed), np.inf, weighed), axis=0)
    at = np.arange(n_trainers)
    smallest = weighed[best, at]
    gone = np.isnan(smallest)
    before, after, se = (np.where(gone, np.nan, sides[best, part, at]) for part in range(3))
    return Change(
        before=before,
        after=after,
        difference=after - before,
        se=se,
        p_fall=_p_of_best(smallest),
        since=_since(who, w * r, overall, stake, n, gone),
        n=n,
    )


def _as_normal(z: FloatArray, skewness: FloatArray) -> FloatArray:
    """Undo the skewness of a standardised sum (Cornish and Fisher): misses are rare, and bunch by luck late as early.

    Where the correction would turn round, far out, the tangent goes on.
    """
    turn = np.where(skewness > 0, 1.5 / np.where(skewness > 0, skewness, 1.0), np.inf)
    inside = np.minimum(z, turn)
    corrected = inside - skewness / 6.0 * (inside**2 - 1.0)
    slope = 1.0 - skewness / 3.0 * inside
    return np.asarray(corrected + np.where(z > turn, slope * (z - inside), 0.0))


def first_judgments(
    residuals: Residuals, trainer: IntArray, order: FloatArray, how_many: IntArray
) -> npt.NDArray[np.bool_]:
    """Return (J,): whether a judgment is among the first `how_many` (M,) of its trainer that `change` looks at."""
    keep = np.flatnonzero(residuals.usable & (residuals.weight > 0))
    keep = keep[np.lexsort((order[keep], trainer[keep]))]
    who = trainer[keep]
    rank = np.arange(who.size) - np.concatenate([[0], np.cumsum(np.bincount(who, minlength=how_many.size))])[who]
    first = np.zeros(trainer.size, dtype=bool)
    first[keep] = rank < how_many[who]
    return first


def _scatter(who: IntArray, score: FloatArray, unit: IntArray | None, m: int) -> FloatArray:
    """(M,): sum of squares of a trainer's scores, those on one item taken together."""
    if unit is None or not bool((unit >= 0).any()):
        return group_sums(who, score**2, m)
    own = np.where(unit >= 0, unit, int(unit.max()) + 1 + np.arange(unit.size))
    cells, cell = np.unique(who * (int(own.max()) + 1) + own, return_inverse=True)
    sums = group_sums(cell.reshape(-1), score, cells.size)
    return group_sums(cells // (int(own.max()) + 1), sums**2, m)


def _since(
    who: IntArray, score: FloatArray, overall: FloatArray, stake: FloatArray, n: IntArray, gone: npt.NDArray[np.bool_]
) -> IntArray:
    """(M,): where the cumulative sum of the trainer's score above their own mean peaks, normed as for one change."""
    since = np.full(n.size, -1, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(n)])
    for j in np.flatnonzero(~gone):
        mine = slice(starts[j], starts[j + 1])
        sums = np.cumsum(score[mine] - overall[j] * stake[mine])[:-1]
        t = np.arange(1, int(n[j]))
        inside = (t >= 5) & (t <= n[j] - 5)
        if inside.any():
            normed = np.where(inside, sums / np.sqrt(t * (n[j] - t)), -np.inf)
            since[j] = int(np.argmax(normed)) + 1
    return since


def _p_of_best(smallest: FloatArray) -> FloatArray:
    """(M,): P(min over splits of p_s / weight_s is at most `smallest`), Hunter-Worsley upper bound; nan stays."""
    tails = np.minimum(SPLIT_WEIGHTS[:, None] * np.nan_to_num(smallest, nan=1.0), 1.0)
    total = tails.sum(axis=0)
    exact = (smallest <= 0.2) & (smallest >= 1e-250)
    z = -ndtri(tails[:, exact])
    nodes, weights = _NODES
    both = np.zeros(z.shape[1])
    for s, (a, b) in enumerate(pairwise(SPLITS)):
        rho = np.sqrt(a * (1.0 - b) / (b * (1.0 - a)))
        u = z[s] + 5.0 * (nodes[:, None] + 1.0)
        density = np.exp(-0.5 * u**2) / np.sqrt(2.0 * np.pi)
        both += 5.0 * (weights[:, None] * density * ndtr((rho * u - z[s + 1]) / np.sqrt(1.0 - rho**2))).sum(axis=0)
    total[exact] -= both
    return np.where(np.isnan(smallest), np.nan, np.minimum(total, 1.0))
