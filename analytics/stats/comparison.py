"""Whether one coefficient differs from another, or it is noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from analytics.core.results import NAN, Coefficient, Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference(Estimate):
    """A difference between two coefficients: `value` = first - second, with its test.

    Attributes
    ----------
    p_value : float
        Two-sided, of no difference; nan where it cannot be tested.
    """

    p_value: float = NAN


def difference_of_independent(first: Coefficient, second: Coefficient, confidence: float = 0.95) -> Difference:
    """Return first - second for coefficients that rest on different items.

    The variances of the two add, which is right where no item is in both. Where the same trainers judged both sets and
    the question is about this team, give coefficients with item-only standard errors: what trainers have in common
    cancels in the difference.

    Raises
    ------
    ValueError
        If the two are different coefficients: those are not comparable on one scale.
    """
    if first.name != second.name:
        raise ValueError(f"coefficients must be the same to be compared, got {first.name!r} and {second.name!r}.")
    for c in (first, second):
        if not c.defined:
            return Difference(value=NAN, undefined=c.undefined, confidence=confidence)
    method = "difference of independent items, normal"
    value = first.value - second.value
    se = math.hypot(first.se, second.se)
    if not (math.isfinite(se) and se > 0):
        return Difference(value=value, confidence=confidence, interval_method="none: no variation between items")
    half = float(stats.norm.ppf((1 + confidence) / 2)) * se
    p_value = 2 * float(stats.norm.sf(abs(value) / se))
    return Difference(
        value=value,
        low=value - half,
        high=value + half,
        se=se,
        confidence=confidence,
        interval_method=method,
        p_value=p_value,
    )
