"""Learning curves of newcomers: how accuracy grows with practice, and when it will reach the target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import expit, logit

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import check_confidence, freeze, group_sums, ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningCurve:
    """logit P(right on judgment n) = start_j + slope · log(1 + n), one slope for the team.

    Attributes
    ----------
    slope, slope_se : float
        Logits per unit of log(1 + n), robust to trainers being clusters.
    start : float array (M,)
        start_j, shrunken towards the team's by its spread; nan without judgments.
    at : int array (G,)
        Numbers of judgments at which the curve is drawn.
    team, low, high : float array (G,)
        P(right) of a trainer with the team's mean start, with its interval.
    to_target : float array (M,)
        Judgments each trainer needs from the first on; inf where the curve never gets there (slope not above 0).
    to_target_low, to_target_high : float array (M,)
        The same at the ends of the slope's interval.
    target : float or None
        As asked; without one, to_target is nan.
    n : int
        Judgments used.
    converged : bool
        Whether the fit settled.
    undefined : str or None
        Why there is no curve.
    """

    slope: float
    slope_se: float
    start: FloatArray
    at: npt.NDArray[np.int64]
    team: FloatArray
    low: FloatArray
    high: FloatArray
    to_target: FloatArray
    to_target_low: FloatArray
    to_target_high: FloatArray
    target: float | None
    n: int
    converged: bool
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)

    def own(self, trainer: int) -> FloatArray:
        """Return (G,): P(right) of one trainer at the numbers of judgments `at`; nan without a start."""
        return np.asarray(expit(self.start[trainer] + self.slope * np.log1p(self.at)), dtype=np.float64)


def learning_curve(
    trainer: npt.ArrayLike,
    practice: npt.ArrayLike,
    correct: npt.ArrayLike,
    *,
    n_trainers: int,
    target: float | None = None,
    confidence: float = 0.95,
    max_iterations: int = 100,
) -> LearningCurve:
    """Return how accuracy grows with practice over newcomers.

    Penalised maximum likelihood: starts are normal around the team's start, their spread by repeated estimation
    (posterior mean square of the starts); the slope is free.

    Parameters
    ----------
    trainer : int array (J,)
        Codes of judgments with a known outcome.
    practice : float array (J,)
        Judgments the trainer had made before this one, at least 0.
    correct : float array (J,)
        1 where right, else 0.
    n_trainers : int
        M.
    target : float or None
        Accuracy to reach, in (0, 1).
    confidence : float
        Coverage.
    max_iterations : int
        Newton steps at most.

    Notes
    -----
    People who stay are not like people who leave: a curve over those still there flatters late judgments. Item
    difficulty that changes over time looks like learning.

    References
    ----------
    Newell and Rosenbloom (1981), Mechanisms of skill acquisition and the law of practice.
    """
    check_confidence(confidence)
    if target is not None and not 0.0 < target < 1.0:
        raise ValueError(f"target must lie between 0 and 1, got {target}.")
    who = code_array("trainer", trainer, n_trainers)
    before, y = float_array("practice", practice, who.size), float_array("correct", correct, who.size)
    if bool((before < 0).any()) or not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("practice must not be negative and correct must be 0 or 1.")
    x = np.log1p(before)
    present = np.bincount(who, minlength=n_trainers) > 0
    why = _reason(who.size, x, y)
    if why is not None:
        nothing = np.full(n_trainers, np.nan)
        none = np.zeros(0)
        return LearningCurve(
            slope=np.nan, slope_se=np.nan, start=nothing, at=none.astype(np.int64), team=none, low=none, high=none,
            to_target=nothing.copy(), to_target_low=nothing.copy(), to_target_high=nothing.copy(), target=target,
            n=who.size, converged=False, undefined=why,
        )  # fmt: skip
    mean, slope, starts, spread = float(logit(np.clip(y.mean(), 0.01, 0.99))), 0.0, np.zeros(n_trainers), 1.0
    converged = False
    for _ in range(max_iterations):
        chance = expit(mean + starts[who] + slope * x)
        w, rest = chance * (1.0 - chance), y - chance
        a = group_sums(who, w, n_trainers) + 1.0 / spread
        c0, c1 = group_sums(who, w, n_trainers), group_sums(who, w * x, n_trainers)
        g = group_sums(who, rest, n_trainers) - starts / spread
        # profile the starts out: 2 x 2 system for (mean, slope)
        h = np.array(
            [
                [w.sum() - (c0**2 / a).sum(), (w * x).sum() - (c0 * c1 / a).sum()],
                [(w * x).sum() - (c0 * c1 / a).sum(), (w * x * x).sum() - (c1**2 / a).sum()],
            ]
        )
        grad = np.array([rest.sum() - (c0 * g / a).sum(), (rest * x).sum() - (c1 * g / a).sum()])
        step = np.linalg.solve(h, grad)
        move = (g - c0 * step[0] - c1 * step[1]) / a
        mean, slope, starts = mean + float(step[0]), slope + float(step[1]), starts + move
        new_spread = max(float((starts[present] ** 2 + 1.0 / a[present]).mean()), 1e-4)
        settled = max(np.abs(step).max(), np.abs(move).max(), abs(new_spread - spread)) < 1e-7
        spread = new_spread
        if settled:
            converged = True
            break
    covariance = _clustered(h, rest, x, who, n_trainers, c0 / a, c1 / a)
    slope_se = float(np.sqrt(covariance[1, 1]))
    z = float(stats.norm.ppf(0.5 + confidence / 2.0))
    at = np.unique(np.rint(np.expm1(np.linspace(0.0, float(x.max()), 40))).astype(np.int64))
    grid = np.log1p(at.astype(np.float64))
    line = mean + slope * grid
    half = z * np.sqrt(covariance[0, 0] + 2.0 * grid * covariance[0, 1] + grid**2 * covariance[1, 1])
    start = np.where(present, mean + starts, np.nan)
    low, high = _to_target(start, slope + z * slope_se, target), _to_target(start, slope - z * slope_se, target)
    return LearningCurve(
        slope=slope, slope_se=slope_se, start=start, at=at, team=expit(line), low=expit(line - half),
        high=expit(line + half), to_target=_to_target(start, slope, target), to_target_low=low, to_target_high=high,
        target=target, n=who.size, converged=converged, undefined=None,
    )  # fmt: skip


def _reason(n: int, x: FloatArray, y: FloatArray) -> str | None:
    if n < 20:
        return f"{n} judgments with a known outcome; 20 are needed"
    if y.min() == y.max():
        return "every judgment has the same outcome"
    if x.max() - x.min() < np.log(2.0):
        return "practice does not vary enough to show learning"
    return None


def _clustered(
    h: FloatArray, rest: FloatArray, x: FloatArray, who: npt.NDArray[np.int64], m: int, s0: FloatArray, s1: FloatArray
) -> FloatArray:
    """Sandwich covariance of (mean, slope) with trainers as clusters, starts profiled out."""
    r0, r1 = group_sums(who, rest, m), group_sums(who, rest * x, m)
    score = np.column_stack([r0 * (1.0 - s0), r1 - r0 * s1])
    groups = int((np.bincount(who, minlength=m) > 0).sum())
    bread = np.linalg.inv(h)
    correction = float(ratio(groups, groups - 1.0)) if groups > 1 else 1.0
    robust = bread @ (score.T @ score) @ bread * correction
    return np.asarray(np.where(np.diag(robust).min() > 0 and groups >= 10, robust, bread))


def _to_target(start: FloatArray, slope: float, target: float | None) -> FloatArray:
    if target is None:
        return np.full(start.shape, np.nan)
    gap = float(logit(target)) - start
    with np.errstate(over="ignore"):
        needed = np.expm1(gap / slope) if slope > 0 else np.full(start.shape, np.inf)
    return np.where(np.isnan(start), np.nan, np.where(gap <= 0, 0.0, needed))
