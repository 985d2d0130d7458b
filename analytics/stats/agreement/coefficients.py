"""Every coefficient of agreement by name, with its interval, from count patterns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from analytics.core.results import Coefficient
from analytics.core.scale import LEVELS
from analytics.stats.agreement.distances import check_distances
from analytics.stats.agreement.named_coefficients import COEFFICIENTS, alpha_functional
from analytics.stats.agreement.question import Question
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.counts.uncertainty import INTERVALS


def coefficient_names(level: str) -> tuple[str, ...]:
    """Return the names of all coefficients that are computed for a level, in the order of the registry."""
    _check_level(level)
    return tuple(name for name, entry in COEFFICIENTS.items() if level in entry.levels)


def agreement_coefficients(
    patterns: Patterns,
    *,
    level: str,
    values: Sequence[float] | FloatArray | None = None,
    trainer_patterns: TrainerPatterns | None = None,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    interval: str = "two-way",
    replicates: int = 1000,
    rng: np.random.Generator | None = None,
    distance: FloatArray | None = None,
    labels: Sequence[str] | None = None,
) -> tuple[Coefficient, ...]:
    """Measure agreement by every coefficient asked for, each with its interval.

    Parameters
    ----------
    patterns : Patterns
        Label counts of the items, K labels in the scale's order.
    level : str
        Level of measurement; one of `core.scale.LEVELS`. It has no default: a wrong one gives a wrong number.
    values : float (K,), optional
        The labels as numbers, for the levels and weights that reckon with them. Default: ranks 0..K-1.
    trainer_patterns : TrainerPatterns, optional
        Who judged; without it intervals speak for other items but not for other trainers, and coefficients that need
        to know who judged are undefined.
    names : sequence of str, optional
        Coefficients to compute. Default: all that the level allows.
    confidence : float
        Coverage of the intervals, in (0, 1).
    interval : {"two-way", "items", "jackknife", "bootstrap", "gwet"}
        "two-way" (default) generalises to other items and other trainers. The rest hold for the same trainers: "items"
        is the closed linearised form, "jackknife" leaves out one item at a time, "bootstrap" resamples items, "gwet"
        is irrCAC's (where a coefficient is not of Gwet's family: "items").
    replicates : int
        Bootstrap replicates.
    rng : numpy Generator, optional
        Needed by the bootstrap.
    distance : float array (K, K), optional
        Distance between labels for Krippendorff's alpha in place of the level's own; texts need it.
    labels : sequence of str (K,), optional
        The labels as canonical text; sets and rankings are read from them.

    Returns
    -------
    tuple of Coefficient
        In the order of `names`, or of the registry. `observed` and `expected` are agreement for the chance-corrected
        coefficients and disagreement (D_o, D_e) for alpha.

    Raises
    ------
    ValueError
        If level, names, interval, confidence, replicates, values or distance are out of range, a coefficient does not
        belong to the level, or the trainer patterns are not those of `patterns`.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.; Krippendorff (2011), Computing Krippendorff's
    Alpha-Reliability, https://repository.upenn.edu/asc_papers/43.

    Examples
    --------
    >>> counts = Patterns(counts=[[2, 0], [1, 1], [0, 2]], multiplicity=[6, 2, 2])
    >>> agreed, alpha = agreement_coefficients(
    ...     counts, level="nominal", names=("percent_agreement", "krippendorff_alpha"))
    >>> agreed.value, round(alpha.value, 4)
    (0.8, 0.5476)
    """
    _check_level(level)
    known = coefficient_names(level)
    asked = known if names is None else tuple(names)
    for name in asked:
        if name not in COEFFICIENTS:
            raise ValueError(f"names must be among {', '.join(map(repr, COEFFICIENTS))}, got {name!r}.")
        if name not in known:
            raise ValueError(f"{name} is not defined for level {level!r}; that level has {', '.join(known)}.")
    if interval not in INTERVALS:
        raise ValueError(f"interval must be one of {', '.join(map(repr, INTERVALS))}, got {interval!r}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")
    if replicates < 2:
        raise ValueError(f"replicates must be at least 2, got {replicates}.")
    if trainer_patterns is not None:
        check_matching(patterns, trainer_patterns)
    question = Question(
        patterns=patterns,
        trainer_patterns=trainer_patterns,
        level=level,
        values=_checked_values(values, patterns.n_labels),
        labels=None if labels is None else _checked_labels(labels, patterns.n_labels),
        distance=None if distance is None else check_distances(distance, patterns.n_labels),
        confidence=confidence,
        interval=interval,
        replicates=replicates,
        rng=rng,
    )
    return tuple(COEFFICIENTS[name].function(question) for name in asked)


def krippendorff_alpha(patterns: Patterns, *, level: str, values: Sequence[float] | None = None) -> float:
    """Return alpha alone, nan where undefined; `agreement_coefficients` gives it with its interval and its reason."""
    _check_level(level)
    functional = alpha_functional(level, _checked_values(values, patterns.n_labels))
    return math.nan if functional is None else functional.point(patterns)


def _check_level(level: str) -> None:
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(map(repr, LEVELS))}, got {level!r}.")


def _checked_values(values: Sequence[float] | FloatArray | None, n_labels: int) -> FloatArray:
    found = np.arange(n_labels, dtype=np.float64) if values is None else np.asarray(values, dtype=np.float64)
    if found.shape != (n_labels,):
        raise ValueError(f"values must hold one number for each of {n_labels} labels, got shape {found.shape}.")
    if not np.isfinite(found).all():
        raise ValueError(f"values must be finite, got {found.tolist()}.")
    return found


def _checked_labels(labels: Sequence[str], n_labels: int) -> tuple[str, ...]:
    if len(labels) != n_labels:
        raise ValueError(f"labels must hold one text for each of {n_labels} labels, got {len(labels)}.")
    return tuple(labels)
