"""What is asked of a coefficient, and how its answer is made from counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.results import NAN, Coefficient
from analytics.stats.agreement.crossed import CrossedFunctional, crossed_spread, totals
from analytics.stats.agreement.gwet_variance import gwet_interval
from analytics.stats.counts.exact_bounds import bound_at_the_edge, crossed_with_unshared_labels, with_unshared_labels
from analytics.stats.counts.functional import NO_PAIR, NO_VARIATION, Functional, Tabulated
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns
from analytics.stats.counts.uncertainty import Interval, bootstrap_interval, interval_of, spread

WHO_UNKNOWN = "it needs to know who judged, which was not given"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """The counts, how labels are read, and how intervals are to be made.

    Attributes
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns or None
    level : str
    values : float array (K,)
        Labels as numbers.
    labels : tuple of str (K,) or None
        Labels as text; sets and rankings are read from them.
    distance : float array (K, K) or None
        Distance for Krippendorff's alpha in place of the level's own.
    confidence : float
    interval : str
    replicates : int
    rng : numpy Generator or None
    """

    patterns: Patterns
    trainer_patterns: TrainerPatterns | None
    level: str
    values: FloatArray
    labels: tuple[str, ...] | None
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

    @property
    def used(self) -> Sequence[int]:
        """Columns of labels that occur; the rest adds nothing to alpha."""
        return [int(k) for k in np.flatnonzero(self.patterns.label_counts)]

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
        table = Tabulated(functional, self.patterns)
        with np.errstate(divide="ignore", invalid="ignore"):
            observed, expected = (float(x) for x in functional.parts(table.sums))
        reason = functional.undefined(self.patterns, table.value)
        if reason is not None:
            return self.undefined(name, reason, observed=observed, expected=expected)
        found = self.interval_of(table)
        return self.coefficient(name, table.value, found, observed=observed, expected=expected)

    def interval_of(self, table: Tabulated) -> Interval:
        """Return the interval asked for; where every item agrees perfectly, the exact bound instead."""
        if self.interval == "gwet":
            gwet = gwet_interval(table, self.confidence)
            return gwet or interval_of(spread(table, self.trainer_patterns, "items"), self.confidence)
        found = bound_at_the_edge(table, self.confidence)
        if found is not None:
            return found
        if self.interval == "bootstrap":
            return bootstrap_interval(table, self.confidence, self.replicates, self._rng())
        found = interval_of(spread(table, self.trainer_patterns, self.interval), self.confidence)
        return with_unshared_labels(table, found, self.confidence)

    def estimate_crossed(self, name: str, functional: CrossedFunctional) -> Coefficient:
        """Return value and interval of a coefficient that also needs each trainer's totals."""
        if self.trainer_patterns is None:
            return self.undefined(name, WHO_UNKNOWN)
        if self.patterns.n_items_paired == 0:
            return self.undefined(name, NO_PAIR)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = float(functional.value(*totals(functional, self.patterns, self.trainer_patterns)))
        if math.isnan(value):
            return self.undefined(name, NO_VARIATION)
        p, t = self.patterns, self.trainer_patterns
        found = interval_of(crossed_spread(functional, p, t, self.interval), self.confidence)
        found = crossed_with_unshared_labels(functional, p, t, found, self.confidence)
        return self.coefficient(name, value, found)

    def _rng(self) -> np.random.Generator:
        if self.rng is None:
            raise ValueError("interval 'bootstrap' needs rng, a numpy random Generator, got None.")
        return self.rng
