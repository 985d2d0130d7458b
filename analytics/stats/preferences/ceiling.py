"""The ceiling: how often a perfect reward model would agree with one more trainer, as far as the judgments tell.

Two trainers agreeing 73 % of the time does not cap a model at 73 %: a model may learn the majority's taste. Agreement
alone pins the ceiling to a range; a model for how contested items are gives a point in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from analytics.core.results import NAN, Coefficient, Estimate
from analytics.stats.counts.patterns import Patterns, TrainerPatterns
from analytics.stats.preferences.ceiling_beta import beta_ceiling
from analytics.stats.preferences.ceiling_fit import BetaFit, beta_fit, like, splits
from analytics.stats.preferences.preference_agreement import agreement_on_the_side
from analytics.stats.trainers.trainer_estimates import check_confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class RewardModelCeiling:
    """Best achievable accuracy against a fresh judgment that takes a side.

    Attributes
    ----------
    agreement : Coefficient
        a, agreement among judgments that took a side (non-tied agreement).
    low, high : Estimate
        Ends of the range a <= c <= (1 + sqrt(2 a - 1)) / 2 that holds whatever the items are like. Their own
        intervals say how far sampling moves them: [low.low, high.high] is safe under every model.
    point : Estimate
        c under the fitted symmetric Beta, with interval.
    against_majority : tuple of (k, Estimate)
        The same against the majority label of k trainers.
    fit : BetaFit
        What `point` rests on.
    """

    agreement: Coefficient
    low: Estimate
    high: Estimate
    point: Estimate
    against_majority: tuple[tuple[int, Estimate], ...]
    fit: BetaFit


def ceiling_range(agreement: float) -> tuple[float, float]:
    """Return the ends of the range for the ceiling that agreement alone allows: a and (1 + sqrt(2 a - 1)) / 2.

    Agreement below one half cannot be in the long run; it is taken for one half.

    Raises
    ------
    ValueError
        If `agreement` lies outside [0, 1].

    Examples
    --------
    >>> [round(x, 3) for x in ceiling_range(0.726)]
    [0.726, 0.836]
    """
    if not 0.0 <= agreement <= 1.0:
        raise ValueError(f"agreement must lie in [0, 1], got {agreement}.")
    a = max(0.5, agreement)
    return a, (1.0 + math.sqrt(2.0 * a - 1.0)) / 2.0


def reward_model_ceiling(
    patterns: Patterns,
    trainers: TrainerPatterns | None = None,
    *,
    scores: tuple[int, ...],
    majorities: tuple[int, ...] = (3, 5, 7),
    confidence: float = 0.95,
) -> RewardModelCeiling:
    """Bound and estimate the accuracy a perfect reward model would reach on these preferences.

    With pi_i the share of trainers who prefer B on item i, a = E[pi^2 + (1 - pi)^2] and c = E[max(pi, 1 - pi)]::

        a <= c <= (1 + sqrt(2 a - 1)) / 2

    The point estimate fits pi ~ Beta(alpha, alpha) to the splits by maximum likelihood; which answer is called A does
    not enter. Ties are left out: c is about judgments that take a side. Its interval inverts the likelihood ratio,
    scaled so that neither a wrong Beta nor (given `trainers`) judgments that hang together by trainer make it too
    narrow for the fitted Beta; it does not cover the gap between the fitted Beta and the true items, which `low` and
    `high` do.

    Parameters
    ----------
    patterns : Patterns
        Counts of the K preference labels.
    trainers : TrainerPatterns or None
        Given, intervals are two-way (items and trainers).
    scores : tuple of int (K,)
        Score of each label, from `preference_forms.preference_scores`.
    majorities : tuple of int
        Sizes k of the majority labels to compare with.
    confidence : float
        Coverage of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        If `scores` or `confidence` do not fit (see `preference_agreement`).

    Notes
    -----
    A measured model accuracy above `high.high` points to a leak of labels or to items unlike these.

    References
    ----------
    Ouyang et al. (2022), arXiv:2203.02155, section 3.4 (agreement and reward-model accuracy side by side);
    Royall and Tsou (2003), doi:10.1111/1467-9868.00392 (robust likelihood). The range and the closed form follow from
    Jensen's inequality and the incomplete beta function.
    """
    check_confidence(confidence)
    items = agreement_on_the_side(patterns, scores=scores, confidence=confidence)
    agreement, inflation = items, 1.0
    if trainers is not None:
        agreement = agreement_on_the_side(patterns, trainers, scores=scores, confidence=confidence)
        if items.se > 0:
            inflation = max(1.0, (agreement.se / items.se) ** 2)
    fit = beta_fit(*splits(patterns, scores), inflation=inflation, confidence=confidence, support=agreement)
    low, high = _range_estimates(agreement)
    return RewardModelCeiling(
        agreement=agreement,
        low=low,
        high=high,
        point=_through(fit.rho, 1),
        against_majority=tuple((k, _through(fit.rho, k)) for k in majorities),
        fit=fit,
    )


def _through(rho: Estimate, k: int) -> Estimate:
    """Return the ceiling against the majority of k, which rises with rho, at rho and at the ends of its interval."""
    if not rho.defined:
        return rho
    return replace(rho, value=beta_ceiling(rho.value, k), low=beta_ceiling(rho.low, k), high=beta_ceiling(rho.high, k))


def _range_estimates(a: Coefficient) -> tuple[Estimate, Estimate]:
    if not a.defined:
        none = like(a, value=NAN, confidence=a.confidence, undefined=a.undefined)
        return none, none
    at, low, high = (ceiling_range(x) if not math.isnan(x) else (NAN, NAN) for x in (a.value, a.low, a.high))
    lower, upper = (
        like(a, value=at[i], low=low[i], high=high[i], confidence=a.confidence, interval_method=a.interval_method)
        for i in (0, 1)
    )
    return lower, upper
