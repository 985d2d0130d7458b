"""What agreement of the team would be without each trainer, on the criterion's own scale."""

from __future__ import annotations

import math

import numpy as np

from analytics.core.results import Estimate
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.agreement.trainer_effects import TrainerEffects, trainer_effects
from analytics.stats.counts.patterns import Patterns, TrainerPatterns
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, trainer_estimates

NAME = "alpha_without_trainer"
ALONE = "nobody else judged their items, or nothing is left to compare without them"
SIDES = (-1.0, 0.0, 1.0)


def alpha_effects(log: TrainerLog, patterns: Patterns, people: TrainerPatterns, *, confidence: float) -> TrainerEffects:
    """Return what leaving out each trainer does to Krippendorff's alpha: ordinal, interval, sets as the scale is.

    Parameters
    ----------
    log : TrainerLog
        One criterion's judgments.
    patterns, people : Patterns, TrainerPatterns
        Its count tables.
    confidence : float
        Coverage of the intervals.
    """
    level = log.criterion.scale.level
    values = log.values or (SIDES if level == "preference" else tuple(float(k) for k in range(len(log.labels))))
    return trainer_effects(
        "krippendorff_alpha", patterns, people, level=level, values=values, labels=log.labels, confidence=confidence
    )


def alpha_estimates(effects: TrainerEffects) -> TrainerEstimates:
    """Return the effects as one estimate a trainer."""
    return trainer_estimates(
        NAME, effects.effect, n=effects.n_paired, low=effects.low, high=effects.high, confidence=effects.confidence,
        interval_method="jackknife over items, normal", reason=effects.undefined or ALONE,
    )  # fmt: skip


def alpha_effect(effects: TrainerEffects, place: int) -> Estimate:
    """Return one trainer's effect; undefined, with the reason, where there is none."""
    if not math.isfinite(float(effects.effect[place])):
        return Estimate(
            value=math.nan, confidence=effects.confidence, n_judgments=int(np.asarray(effects.n_paired)[place]),
            undefined=effects.undefined or ALONE,
        )  # fmt: skip
    return alpha_estimates(effects).estimate(place)
