"""Length bias: do longer answers win where others find the two equally good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import expit

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_estimates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LengthBias:
    """Whether longer answers win at equal quality.

    Attributes
    ----------
    longer_at_equal_quality : TrainerEstimates
        Shrunken P(chooses the longer answer | others are evenly split, length ratio e).
    slope : float array (M,)
        Shrunken lambda_j in logits per unit of signed log length ratio.
    team_slope, quality_slope, first_slope : float
        The team's lambda, the weight of the others' opinion, and of standing first.
    converged : bool
        Whether the logistic fit settled.
    """

    longer_at_equal_quality: TrainerEstimates
    slope: FloatArray
    team_slope: float
    quality_slope: float
    first_slope: float
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def length_bias(
    trainer: npt.ArrayLike,
    chose_first: npt.ArrayLike,
    log_length_ratio: npt.ArrayLike,
    peers_for_first: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> LengthBias:
    """Return each trainer's pull towards longer answers, holding the others' opinion and the order fixed.

    logit P(first) = b0 + lambda_j · log(length first / length second) + g · (2 · others' share for first - 1), a
    pooled fit, then one ridge step per trainer from lambda to lambda_j, shrunken by the spread over the team.

    Parameters
    ----------
    trainer : int array (J,)
        Codes of choices that were no tie.
    chose_first : float array (J,)
        1 where the answer shown first was chosen.
    log_length_ratio : float array (J,)
        log(length of first / length of second).
    peers_for_first : float array (J,)
        Others' share for that answer; nan where there were none: such judgments do not count.
    n_trainers : int
        M.
    confidence : float
        Coverage.

    Notes
    -----
    Without the others' opinion this would blame trainers for liking answers that are longer *because* better; with
    few others their opinion is noisy and a part of that remains.
    """
    check_confidence(confidence)
    who = code_array("trainer", trainer, n_trainers)
    y = float_array("chose_first", chose_first, who.size)
    length = float_array("log_length_ratio", log_length_ratio, who.size)
    peers = float_array("peers_for_first", peers_for_first, who.size)
    keep = np.isfinite(peers) & np.isfinite(length)
    who, y, length, peers = who[keep], y[keep], length[keep], peers[keep]
    n = group_sums(who, np.ones(who.size), n_trainers).astype(np.int64)
    nothing = np.full(n_trainers, np.nan)
    x = np.column_stack([np.ones(who.size), length, 2.0 * peers - 1.0])
    beta, converged = _logistic(x, y)
    if not converged:
        why = "too few or too one-sided choices to separate length from quality"
        gone = trainer_estimates("length_bias", nothing, n=n, confidence=confidence, reason=why)
        return LengthBias(
            longer_at_equal_quality=gone, slope=nothing, team_slope=np.nan, quality_slope=np.nan, first_slope=np.nan,
            converged=False,
        )  # fmt: skip
    chance = expit(x @ beta)
    score = group_sums(who, (y - chance) * length, n_trainers)
    information = group_sums(who, chance * (1.0 - chance) * length**2, n_trainers)
    known = information > 0
    step, variance = ratio(score, information), ratio(np.ones(n_trainers), information)
    tau = 0.0
    if known.sum() > 2:
        w = information[known]
        q = float((w * step[known] ** 2).sum())
        tau = max((q - (known.sum() - 1)) / float(w.sum() - (w**2).sum() / w.sum()), 0.0)
    pull = tau / (tau + variance) if tau > 0 else np.zeros(n_trainers)
    slope = np.where(known, beta[1] + pull * step, np.nan)
    half = float(stats.norm.ppf(0.5 + confidence / 2.0)) * np.sqrt(pull * variance)
    return LengthBias(
        longer_at_equal_quality=trainer_estimates(
            "length_bias", expit(slope), n=n, low=expit(slope - half), high=expit(slope + half), confidence=confidence,
            interval_method="normal on the logit, empirical Bayes",
            reason="no choices between answers of unequal length",
        ),
        slope=slope,
        team_slope=float(beta[1]),
        quality_slope=float(beta[2]),
        first_slope=float(beta[0]),
        converged=True,
    )  # fmt: skip


def _logistic(x: FloatArray, y: FloatArray, *, max_iterations: int = 50) -> tuple[FloatArray, bool]:
    """Maximum likelihood by Newton's method; False where it does not settle (too little data, or separation)."""
    beta = np.zeros(x.shape[1])
    if y.size <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        return beta, False
    for _ in range(max_iterations):
        chance = expit(x @ beta)
        information = (x * (chance * (1.0 - chance))[:, None]).T @ x
        if np.linalg.cond(information) > 1e12:
            return beta, False
        step = np.linalg.solve(information, x.T @ (y - chance))
        beta = beta + step
        if float(np.abs(step).max()) < 1e-8:
            return beta, bool(np.abs(beta).max() < 50.0)
    return beta, False
