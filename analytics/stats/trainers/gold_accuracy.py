"""Accuracy against gold, shrunken over the team, and priced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.beta_binomial import (
    BetaBinomialFit,
    below,
    beta_binomial_fit,
    shrunken_shares,
    success_counts,
)
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    ratio,
    trainer_estimates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldAccuracy:
    """Accuracy of M trainers against gold.

    Attributes
    ----------
    n, correct : int array (M,)
        Gold judgments, and how many matched.
    accuracy : TrainerEstimates
        Raw share with its interval: Wilson, or Jeffreys where n < 10 or all or none were right.
    shrunken : TrainerEstimates
        Posterior mean and equal-tailed interval under the team's beta distribution; defined for a trainer without gold
        judgments too, as the team's mean with the team's spread, when `team` is defined.
    p_below_target : float array (M,)
        Posterior probability that the true accuracy is below `target`; nan where no target or no fit.
    target : float or None
        The accuracy asked for.
    team : BetaBinomialFit
        The distribution over the team.
    """

    n: IntArray
    correct: IntArray
    accuracy: TrainerEstimates
    shrunken: TrainerEstimates
    p_below_target: FloatArray
    target: float | None
    team: BetaBinomialFit

    def __post_init__(self) -> None:
        freeze(self)


def gold_accuracy(
    correct: npt.ArrayLike, n: npt.ArrayLike, *, target: float | None = None, confidence: float = 0.95
) -> GoldAccuracy:
    """Return each trainer's accuracy against gold, raw and shrunken over the team.

    Parameters
    ----------
    correct, n : int array (M,)
        Gold judgments that matched, and all gold judgments.
    target : float or None
        The accuracy asked for, in (0, 1).
    confidence : float
        Coverage in (0, 1).

    Raises
    ------
    ValueError
        If counts are not whole numbers with correct <= n, or the target is outside (0, 1).

    Notes
    -----
    Where the trainers differ no more than chance, `shrunken` and `p_below_target` are averaged over the beta
    distributions that the team may have: one fitted point would call everybody exactly alike. It cannot tell a weak
    trainer from hard gold items: see `adjusted_gold_accuracy`; nor from wrong gold: `gold_audit`.
    """
    check_confidence(confidence)
    if target is not None and not 0.0 < target < 1.0:
        raise ValueError(f"target must lie between 0 and 1, got {target}.")
    s, t = success_counts(correct, n)
    wilson = binomial_intervals(s, t, confidence=confidence)
    jeffreys = binomial_intervals(s, t, confidence=confidence, method="jeffreys")
    edge = (t < 10) | (s == 0) | (s == t)
    accuracy = trainer_estimates(
        "gold_accuracy",
        ratio(s, t),
        n=t,
        low=np.where(edge, jeffreys.low, wilson.low),
        high=np.where(edge, jeffreys.high, wilson.high),
        confidence=confidence,
        interval_method="Wilson; Jeffreys where n < 10 or the share is 0 or 1",
        reason="no judgments on gold items",
    )
    team = beta_binomial_fit(s, t)
    shrunken = shrunken_shares("gold_accuracy_shrunken", s, t, team, confidence=confidence)
    less = np.full(t.shape, np.nan)
    if target is not None and team.undefined is None:
        less = np.asarray(
            below(s, t, target) if team.at_bound else stats.beta.cdf(target, team.alpha + s, team.beta + t - s)
        )
    return GoldAccuracy(
        n=t, correct=s, accuracy=accuracy, shrunken=shrunken, p_below_target=less, target=target, team=team
    )


def expected_cost(
    confusion_counts: npt.ArrayLike, cost: npt.ArrayLike, *, confidence: float = 0.95
) -> TrainerEstimates:
    """Return the cost per gold judgment of each trainer's answers under the criterion's cost matrix.

    Parameters
    ----------
    confusion_counts : int array (M, K, K)
        How often trainer j gave label l (last axis) where gold is k (middle axis).
    cost : float array (K, K)
        Cost of giving l where k is right; the diagonal is usually 0.
    confidence : float
        Coverage of the normal interval of a mean, clipped to the matrix's range.

    Raises
    ------
    ValueError
        If the shapes do not fit or a cost is not a finite number.
    """
    counts = np.asarray(confusion_counts, dtype=np.float64)
    price = np.asarray(cost, dtype=np.float64)
    if counts.ndim != 3 or price.shape != counts.shape[1:] or price.shape[0] != price.shape[1]:
        raise ValueError(f"cost must be (K, K) and confusion_counts (M, K, K), got {price.shape} and {counts.shape}.")
    if not np.isfinite(price).all():
        raise ValueError("every cost must be a finite number.")
    n = counts.sum(axis=(1, 2))
    mean = ratio((counts * price).sum(axis=(1, 2)), n)
    squares = ratio((counts * price**2).sum(axis=(1, 2)), n)
    variance = np.maximum(squares - mean**2, 0.0) * ratio(n, np.maximum(n - 1.0, 0.0))
    return trainer_estimates(
        "expected_cost",
        mean,
        n=n.astype(np.int64),
        se=np.sqrt(ratio(variance, n)),
        confidence=confidence,
        interval_method="normal, mean of costs",
        reason="no judgments on gold items",
        limits=(float(price.min()), float(price.max())),
    )
