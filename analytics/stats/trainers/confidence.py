"""Stated confidence against being right: Brier score and its parts, reliability diagram, over-confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import Estimate
from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_means,
)

_FEWEST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class ReliabilityDiagram:
    """Judgments grouped by stated confidence, B groups.

    Attributes
    ----------
    n : int array (B,)
        Judgments of the group.
    stated : float array (B,)
        Mean stated confidence.
    correct, low, high : float array (B,)
        Share right, with its Wilson interval.
    """

    n: IntArray
    stated: FloatArray
    correct: FloatArray
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """Confidence of one trainer or of a whole team.

    Attributes
    ----------
    n : int
        Judgments with a stated confidence and a known outcome.
    brier : Estimate
        Mean (stated - right)²; 0 is perfect, .25 is what always saying one half gets.
    reliability, resolution, uncertainty : float
        Murphy's parts over groups of equal stated confidence: brier = reliability - resolution + uncertainty exactly
        when the groups are the distinct levels (see `exact`).
    exact : bool
        True where the distinct levels are the groups (at most 20 of them).
    ece : float
        Mean |share right - stated| over groups, weighted; biased upwards for small n.
    ece_debiased : Estimate
        ece minus its mean under perfect calibration (resampled), at least 0; its interval is that null's spread.
    overconfidence : Estimate
        Mean stated minus share right; positive = too sure.
    auroc : float
        P(stated on a right judgment > stated on a wrong one), ties half; nan where one kind is missing.
    diagram : ReliabilityDiagram
        Groups as drawn.
    undefined : str or None
        Why there is nothing to show.
    """

    n: int
    brier: Estimate
    reliability: float
    resolution: float
    uncertainty: float
    exact: bool
    ece: float
    ece_debiased: Estimate
    overconfidence: Estimate
    auroc: float
    diagram: ReliabilityDiagram
    undefined: str | None


def calibration(
    stated: npt.ArrayLike,
    correct: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    n_bins: int = 10,
    resamples: int = 500,
    confidence: float = 0.95,
) -> Calibration:
    """Return how well stated confidence matches being right.

    Parameters
    ----------
    stated : float array (J,)
        Stated chance of being right, in [0, 1].
    correct : float array (J,)
        1 where the judgment was right (gold, or a consensus sure enough), else 0.
    rng : numpy.random.Generator
        For the null of the calibration error.
    n_bins : int
        Groups of about equal size where there are more than 20 distinct levels; at least 30 judgments each.
    resamples : int
        Draws of that null.
    confidence : float
        Coverage of the intervals.

    Raises
    ------
    ValueError
        If confidence leaves [0, 1] or outcomes are not 0 or 1.

    References
    ----------
    Murphy (1973), Journal of Applied Meteorology 12:595-600. Brier (1950), Monthly Weather Review 78:1-3.
    """
    check_confidence(confidence)
    c = np.asarray(stated, dtype=np.float64)
    y = float_array("correct", correct, c.size)
    if c.ndim != 1 or bool((~np.isfinite(c)).any()) or bool((c < 0).any() or (c > 1).any()):
        raise ValueError("stated must be one axis of numbers in [0, 1]; leave out judgments without a confidence.")
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("correct must be 0 or 1.")
    if c.size < _FEWEST:
        return _undefined(c.size, f"{c.size} judgments with a confidence and a known outcome; {_FEWEST} are needed")
    levels = np.unique(c)
    exact = levels.size <= 20
    group = np.searchsorted(levels, c) if exact else _equal_groups(c, max(1, min(n_bins, c.size // 30)))
    size = group_sums(group, np.ones(c.size), int(group.max()) + 1)
    mean, share = ratio(group_sums(group, c, size.size), size), ratio(group_sums(group, y, size.size), size)
    base = float(y.mean())
    ece = float((size * np.abs(share - mean)).sum() / c.size)
    drawn = np.abs(_null_gaps(c, group, size, rng, resamples)) @ size / c.size
    low, high = np.quantile(ece - drawn, ((1.0 - confidence) / 2.0, 0.5 + confidence / 2.0))
    wilson = binomial_intervals(share * size, size, confidence=confidence)
    return Calibration(
        n=c.size,
        brier=_mean((c - y) ** 2, confidence, (0.0, 1.0)),
        reliability=float((size * (share - mean) ** 2).sum() / c.size),
        resolution=float((size * (share - base) ** 2).sum() / c.size),
        uncertainty=base * (1.0 - base),
        exact=exact,
        ece=ece,
        ece_debiased=Estimate(
            value=max(ece - float(drawn.mean()), 0.0), low=max(float(low), 0.0), high=max(float(high), 0.0),
            confidence=confidence, interval_method="resampled null", n_judgments=c.size,
        ),
        overconfidence=_mean(c - y, confidence, (-1.0, 1.0)),
        auroc=_auroc(c, y),
        diagram=ReliabilityDiagram(
            n=size.astype(np.int64), stated=mean, correct=share, low=wilson.low, high=wilson.high
        ),
        undefined=None,
    )  # fmt: skip


def trainer_brier(
    trainer: npt.ArrayLike, stated: npt.ArrayLike, correct: npt.ArrayLike, *, n_trainers: int, confidence: float = 0.95
) -> tuple[TrainerEstimates, TrainerEstimates]:
    """Return each trainer's Brier score and over-confidence.

    Parameters
    ----------
    trainer : int array (J,)
        Codes.
    stated, correct : float array (J,)
        Stated confidence in [0, 1]; 1 where right, else 0.
    n_trainers : int
        M.
    confidence : float
        Coverage of the Student intervals.
    """
    who = code_array("trainer", trainer, n_trainers)
    c, y = float_array("stated", stated, who.size), float_array("correct", correct, who.size)
    once, reason = np.ones(who.size), "no judgments with a confidence and a known outcome"
    brier = trainer_means(
        "brier", who, (c - y) ** 2, once, n_trainers=n_trainers, confidence=confidence, limits=(0.0, 1.0), reason=reason
    )
    over = trainer_means(
        "overconfidence", who, c - y, once, n_trainers=n_trainers, confidence=confidence, limits=(-1.0, 1.0),
        reason=reason,
    )  # fmt: skip
    return brier, over


def _equal_groups(c: FloatArray, n_bins: int) -> IntArray:
    edges = np.quantile(c, np.linspace(0.0, 1.0, n_bins + 1)[1:-1])
    _, group = np.unique(np.searchsorted(edges, c, side="right"), return_inverse=True)
    return np.asarray(group, dtype=np.int64)


def _null_gaps(
    c: FloatArray, group: IntArray, size: FloatArray, rng: np.random.Generator, resamples: int
) -> FloatArray:
    """(resamples, B): share right minus stated in each group, were everybody perfectly calibrated."""
    gaps = np.empty((resamples, size.size))
    mean = ratio(group_sums(group, c, size.size), size)
    for r in range(resamples):
        gaps[r] = ratio(group_sums(group, rng.random(c.size) < c, size.size), size) - mean
    return gaps


def _mean(x: FloatArray, confidence: float, limits: tuple[float, float]) -> Estimate:
    se = float(x.std(ddof=1) / np.sqrt(x.size))
    t = float(stats.t.ppf(0.5 + confidence / 2.0, x.size - 1))
    value = float(x.mean())
    return Estimate(
        value=value, low=max(value - t * se, limits[0]), high=min(value + t * se, limits[1]), se=se,
        confidence=confidence, interval_method="Student's t", n_judgments=x.size,
    )  # fmt: skip


def _auroc(c: FloatArray, y: FloatArray) -> float:
    right, wrong = float(y.sum()), float((1.0 - y).sum())
    if right == 0 or wrong == 0:
        return float("nan")
    ranks = stats.rankdata(c)
    return float((ranks[y == 1].sum() - right * (right + 1.0) / 2.0) / (right * wrong))


def _undefined(n: int, why: str) -> Calibration:
    nothing = Estimate(value=np.nan, n_judgments=n, undefined=why)
    none = np.zeros(0)
    return Calibration(
        n=n, brier=nothing, reliability=np.nan, resolution=np.nan, uncertainty=np.nan, exact=False, ece=np.nan,
        ece_debiased=nothing, overconfidence=nothing, auroc=np.nan,
        diagram=ReliabilityDiagram(n=none.astype(np.int64), stated=none, correct=none, low=none, high=none),
        undefined=why,
    )  # fmt: skip
