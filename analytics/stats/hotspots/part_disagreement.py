"""How much more the judgments of one part of the data differ than those of all other parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.core.results import Estimate
from analytics.stats.counts.patterns import Patterns


@dataclass(frozen=True, kw_only=True, slots=True)
class PartDisagreement:
    """Disagreement on the items of one part.

    Attributes
    ----------
    disagreement : float
        Mean over items of the share of pairs of judgments that differ; nan without an item judged twice.
    excess : Estimate
        The same minus the mean over all other parts.
    p_value : float
        Two-sided, of no excess; nan where it cannot be tested.
    n_items : int
        Items with two judgments or more.
    """

    disagreement: float
    excess: Estimate
    p_value: float
    n_items: int


def part_disagreements(parts: Sequence[Patterns], *, confidence: float = 0.95) -> tuple[PartDisagreement, ...]:
    """Return the disagreement of each of S disjoint parts beside that of all others; items count as independent.

    Parameters
    ----------
    parts : sequence of Patterns
        Label counts (P, K) of each part.
    confidence : float
        Coverage of the intervals.
    """
    moments = np.array([_moments(p) for p in parts], dtype=np.float64).reshape(-1, 3)
    whole = moments.sum(axis=0)
    z = float(stats.norm.ppf((1 + confidence) / 2))
    found = []
    for n, first, second in moments:
        rest_n, rest_first, rest_second = whole - (n, first, second)
        if n < 2 or rest_n < 2:
            reason = (
                "Fewer than two items were judged twice here." if n < 2 else "There is no other part to compare with."
            )
            found.append(
                PartDisagreement(
                    disagreement=float(first / n) if n else np.nan,
                    excess=Estimate(value=np.nan, undefined=reason, n_items_paired=int(n)),
                    p_value=np.nan,
                    n_items=int(n),
                )
            )
            continue
        value = first / n - rest_first / rest_n
        se = float(np.sqrt(_variance(n, first, second) / n + _variance(rest_n, rest_first, rest_second) / rest_n))
        found.append(
            PartDisagreement(
                disagreement=float(first / n),
                excess=Estimate(
                    value=float(value),
                    low=float(value - z * se),
                    high=float(value + z * se),
                    se=se,
                    confidence=confidence,
                    interval_method="difference of independent items, normal",
                    n_items_paired=int(n),
                ),
                p_value=2 * float(stats.norm.sf(abs(value) / se)) if se > 0 else np.nan,
                n_items=int(n),
            )
        )
    return tuple(found)


def _variance(n: float, first: float, second: float) -> float:
    return max(0.0, float((second - first**2 / n) / (n - 1)))


def _moments(patterns: Patterns) -> tuple[float, float, float]:
    """Return paired items, and sum and sum of squares of their disagreement."""
    paired = patterns.sizes >= 2
    counts, weight = patterns.counts[paired].astype(np.float64), patterns.multiplicity[paired]
    m = counts.sum(axis=1)
    d = 1.0 - (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))
    return float(weight.sum()), float(weight @ d), float(weight @ d**2)
