"""What agreement would be without each trainer, and whether the change is more than the luck of the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.agreement.named_coefficients import COEFFICIENTS
from analytics.stats.agreement.question import Question
from analytics.stats.counts.functional import Tabulated
from analytics.stats.counts.leaving_out import without_trainers
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns

NEEDS_TRAINERS = "it is not a sum over items, so leaving out one trainer cannot be told from the counts"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerEffects:
    """A coefficient without each of M trainers.

    Attributes
    ----------
    name : str
        The coefficient.
    value : float
        With everybody; nan where undefined.
    without : float array (M,)
        Without trainer j; nan where nothing would be left to compare.
    effect : float array (M,)
        without - value: above 0 where the others agree better among themselves than with the trainer.
    low, high : float array (M,)
        Ends of the effect's interval at level `confidence`, for other items and the same team.
    p_value : float array (M,)
        One-sided, of no gain without the trainer; nan where it cannot be tested.
    n_paired : int array (M,)
        The trainer's judgments on items with two judgments or more.
    confidence : float
    undefined : str or None
        Why there is no effect.
    """

    name: str
    value: float
    without: FloatArray
    effect: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    n_paired: IntArray
    confidence: float
    undefined: str | None = None


def trainer_effects(
    name: str,
    patterns: Patterns,
    trainer_patterns: TrainerPatterns,
    *,
    level: str,
    values: Sequence[float],
    labels: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> TrainerEffects:
    """Return what leaving out each trainer does to a coefficient, exactly, from the count tables.

    Parameters
    ----------
    name : str
        A registered coefficient that `level` allows.
    patterns, trainer_patterns : Patterns, TrainerPatterns
        Count tables of one criterion, a trainer at most once an item.
    level, values, labels
        As for `agreement_coefficients`.
    confidence : float
        Coverage of the intervals, in (0, 1); normal, from the jackknife over items.

    Raises
    ------
    ValueError
        If the coefficient is not registered or not defined for the level, or `confidence` is outside (0, 1).

    Notes
    -----
    A trainer who judges hard items pulls agreement down without doing anything wrong: an effect is a reason to look.
    """
    if name not in COEFFICIENTS or level not in COEFFICIENTS[name].levels:
        raise ValueError(f"name must be a coefficient for level {level!r}, got {name!r}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}.")
    question = Question(
        patterns=patterns, trainer_patterns=trainer_patterns, level=level,
        values=np.asarray(values, dtype=np.float64), labels=None if labels is None else tuple(labels), distance=None,
        confidence=confidence, interval="items", replicates=2, rng=None,
    )  # fmt: skip
    nothing = np.full(trainer_patterns.n_trainers, np.nan)
    build = COEFFICIENTS[name].functional
    functional = NEEDS_TRAINERS if build is None else build(question)
    if isinstance(functional, str):
        return _without_effects(name, nothing, confidence, functional)
    table = Tabulated(functional, patterns)
    reason = functional.undefined(patterns, table.value)
    if reason is not None:
        return _without_effects(name, nothing, confidence, reason)
    found = without_trainers(table, trainer_patterns)
    se = np.sqrt(found.noise)
    half = float(stats.norm.ppf((1 + confidence) / 2)) * se
    effect = np.where(found.n_paired > 0, found.values - found.value, np.nan)
    return TrainerEffects(
        name=name,
        value=found.value,
        without=found.values,
        effect=effect,
        low=effect - half,
        high=effect + half,
        p_value=np.where(se > 0, stats.norm.sf(effect / np.where(se > 0, se, 1.0)), np.nan),
        n_paired=found.n_paired,
        confidence=confidence,
    )


def _without_effects(name: str, nothing: FloatArray, confidence: float, reason: str) -> TrainerEffects:
    none = np.zeros(nothing.size, dtype=np.int64)
    return TrainerEffects(
        name=name, value=float("nan"), without=nothing, effect=nothing, low=nothing, high=nothing, p_value=nothing,
        n_paired=none, confidence=confidence, undefined=reason,
    )  # fmt: skip
