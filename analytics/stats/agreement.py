"""Every coefficient of agreement by name, with its interval, from count patterns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.results import NAN, Coefficient
from analytics.core.scale import LEVELS
from analytics.stats.chance_corrected import WeightedAgreement
from analytics.stats.distances import check_distances, interval_distances, nominal_distances, ratio_distances
from analytics.stats.functional import Functional
from analytics.stats.krippendorff import Alpha, OrdinalAlpha
from analytics.stats.patterns import FloatArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.uncertainty import (
    INTERVALS,
    Interval,
    bootstrap_interval,
    bound_at_the_edge,
    interval_of,
    spread,
)
from analytics.stats.weights import agreement_weights

LABELLED: frozenset[str] = frozenset({"nominal", "ordinal", "interval", "ratio", "set", "preference"})
ORDERED: frozenset[str] = frozenset({"ordinal", "interval", "ratio"})
ALL: frozenset[str] = frozenset(LEVELS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What was asked of a coefficient: the counts, how labels are read, and how its interval is made."""

    patterns: Patterns
    trainer_patterns: TrainerPatterns | None
    level: str
    values: FloatArray
    distance: FloatArray | None
    confidence: float
    interval: str
    replicates: int
    rng: np.random.Generator | None

    @property
    def n_trainers(self) -> int | None:
        """Trainers with at least one judgment, None where who judged was not given."""
        if self.trainer_patterns is None:
            return None
        t = self.trainer_patterns
        return int(np.unique(t.trainer[t.n > 0]).size)

    def coefficient(
        self, name: str, value: float, found: Interval, *, observed: float = NAN, expected: float = NAN
    ) -> Coefficient:
        """Return the result with the support of this question."""
        p = self.patterns
        return Coefficient(
            name=name, value=value, low=found.low, high=found.high, se=found.se, interval_method=found.method,
            confidence=self.confidence, observed=observed, expected=expected, n_items=p.n_items,
            n_items_paired=p.n_items_paired, n_judgments=p.n_judgments, n_trainers=self.n_trainers,
        )  # fmt: skip

    def undefined(self, name: str, reason: str, *, observed: float = NAN, expected: float = NAN) -> Coefficient:
        """Return the result that says why there is no value."""
        p = self.patterns
        return Coefficient(
            name=name, value=NAN, undefined=reason, confidence=self.confidence, observed=observed, expected=expected,
            n_items=p.n_items, n_items_paired=p.n_items_paired, n_judgments=p.n_judgments, n_trainers=self.n_trainers,
        )  # fmt: skip

    def estimate(self, name: str, functional: Functional) -> Coefficient:
        """Return value and interval of a coefficient that is a function of additive sums."""
        sums = functional.sums(self.patterns)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = float(functional.value(sums))
            observed, expected = (float(x) for x in functional.parts(sums))
        reason = functional.undefined(self.patterns, value)
        if reason is not None:
            return self.undefined(name, reason, observed=observed, expected=expected)
        found = bound_at_the_edge(functional, self.patterns, self.confidence)
        if found is None and self.interval == "bootstrap":
            if self.rng is None:
                raise ValueError("interval 'bootstrap' needs rng, a numpy random Generator; got None.")
            found = bootstrap_interval(functional, self.patterns, self.confidence, self.replicates, self.rng)
        if found is None:
            found = interval_of(
                spread(functional, self.patterns, self.trainer_patterns, self.interval), self.confidence
            )
        return self.coefficient(name, value, found, observed=observed, expected=expected)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A coefficient of the registry.

    Attributes
    ----------
    name : str
        In full, as in the metric registry.
    levels : frozenset of str
        Levels of measurement it is computed for.
    needs : frozenset of str
        What must be given beside the patterns: "trainers" (who judged), "two trainers", "distance", "order".
    function : callable
        From a question to a coefficient.
    """

    name: str
    levels: frozenset[str]
    needs: frozenset[str] = frozenset()
    function: Callable[[Question], Coefficient]


def _weighted(name: str, chance: str, kind: str = "identity") -> Callable[[Question], Coefficient]:
    def answer(q: Question) -> Coefficient:
        weights = agreement_weights(kind, q.values)
        return q.estimate(name, WeightedAgreement(weights=weights, chance=chance))

    return answer


def alpha_functional(level: str, values: FloatArray, distance: FloatArray | None = None) -> Functional | None:
    """Return Krippendorff's alpha for a level: its own distance, or the one given; None where there is none."""
    if distance is not None:
        return Alpha(distance=distance)
    if level == "nominal":
        return Alpha(distance=nominal_distances(values.size))
    if level == "ordinal":
        return OrdinalAlpha(n_labels=values.size)
    if level in ("interval", "preference"):
        return Alpha(distance=interval_distances(values))
    if level == "ratio":
        return Alpha(distance=ratio_distances(values))
    return None


def _alpha(q: Question) -> Coefficient:
    functional = alpha_functional(q.level, q.values, q.distance)
    if functional is None:
        return q.undefined(
            "krippendorff_alpha", f"labels of level {q.level} have no distance of their own, and none was given"
        )
    return q.estimate("krippendorff_alpha", functional)


def _alpha_nominal(q: Question) -> Coefficient:
    return q.estimate("krippendorff_alpha_nominal", Alpha(distance=nominal_distances(q.values.size)))


def _alpha_gwet_ordinal(q: Question) -> Coefficient:
    return q.estimate("krippendorff_alpha_gwet_ordinal", Alpha(distance=1 - agreement_weights("ordinal", q.values)))


_REGISTERED: tuple[Named, ...] = (
    Named(name="percent_agreement", levels=ALL, function=_weighted("percent_agreement", "none")),
    Named(name="krippendorff_alpha", levels=ALL, function=_alpha),
    Named(name="krippendorff_alpha_nominal", levels=LABELLED - {"nominal"}, function=_alpha_nominal),
    Named(
        name="krippendorff_alpha_gwet_ordinal",
        levels=ORDERED,
        needs=frozenset({"order"}),
        function=_alpha_gwet_ordinal,
    ),
    Named(name="fleiss_kappa", levels=LABELLED, function=_weighted("fleiss_kappa", "marginal")),
    Named(name="gwet_ac1", levels=LABELLED, function=_weighted("gwet_ac1", "gwet")),
    Named(
        name="gwet_ac2",
        levels=ORDERED,
        needs=frozenset({"order"}),
        function=_weighted("gwet_ac2", "gwet", "quadratic"),
    ),
    Named(name="brennan_prediger", levels=LABELLED, function=_weighted("brennan_prediger", "uniform")),
)

COEFFICIENTS: dict[str, Named] = {entry.name: entry for entry in _REGISTERED}


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
    interval : {"two-way", "items", "jackknife", "bootstrap"}
        "two-way" (default) generalises to other items and other trainers. "items" is the closed linearised form,
        "jackknife" leaves out one item at a time, "bootstrap" resamples items; these three hold for the same trainers.
    replicates : int
        Bootstrap replicates.
    rng : numpy Generator, optional
        Needed by the bootstrap.
    distance : float array (K, K), optional
        Distance between labels for Krippendorff's alpha in place of the level's own; sets, rankings and texts need it.

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
