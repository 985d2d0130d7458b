"""Gwet's variance, for parity with irrCAC: item sampling, plain t interval cut at 1.

With single judgments in the log it adds about kappa squared for each of them and so overstates the standard error;
the linearised form of `uncertainty` does not. Where every item has two judgments or more the two are the same.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from analytics.stats.agreement.chance_corrected import WeightedAgreement
from analytics.stats.agreement.krippendorff import Alpha
from analytics.stats.counts.functional import Functional, Tabulated
from analytics.stats.counts.patterns import Patterns
from analytics.stats.counts.uncertainty import ONE_ITEM, Interval

GWET = "items: Gwet's variance, t"


def gwet_se(functional: Functional, patterns: Patterns) -> float | None:
    """Return Gwet's standard error, nan with fewer than two items, None where the coefficient is not of his family.

    References
    ----------
    Gwet (2008), doi:10.1348/000711006X126600; Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 5.
    """
    if isinstance(functional, WeightedAgreement):
        return _weighted_se(functional, patterns)
    if isinstance(functional, Alpha):
        return _alpha_se(functional, patterns)
    return None


def gwet_interval(table: Tabulated, confidence: float) -> Interval | None:
    """Return value -+ t SE with n - 1 degrees of freedom (single judgments counted, as in irrCAC), cut at -1 and 1."""
    se = gwet_se(table.functional, table.patterns)
    if se is None:
        return None
    if math.isnan(se):
        return Interval(low=math.nan, high=math.nan, se=math.nan, method=ONE_ITEM)
    half = float(stats.t.ppf((1 + confidence) / 2, table.patterns.n_items - 1)) * se
    return Interval(low=max(-1.0, table.value - half), high=min(1.0, table.value + half), se=se, method=GWET)


def _weighted_se(functional: WeightedAgreement, patterns: Patterns) -> float:
    n, w = patterns.n_items, patterns.multiplicity
    if n < 2:
        return math.nan
    z = functional.moments(patterns.counts)
    sums = w @ z
    value, slope = float(functional.value(sums)), functional.gradient(sums)
    expected = float(functional.parts(sums)[1])
    first = n / sums[0] * (z[:, 1] - expected * z[:, 0]) / (1 - expected)
    u = first + n * (z[:, 2:] @ slope[2:])
    return math.sqrt(float(w @ (u - value) ** 2) / (n * (n - 1)))


def _alpha_se(functional: Alpha, patterns: Patterns) -> float:
    paired = patterns.sizes >= 2
    counts, w = patterns.counts[paired].astype(np.float64), patterns.multiplicity[paired]
    n = int(w.sum())
    if n < 2:
        return math.nan
    weights = 1 - functional.distance / functional.distance.max()
    m = counts.sum(axis=1)
    mean = float(w @ m) / n
    share = (w @ counts) / (n * mean)
    expected = float(share @ weights @ share)
    same = ((counts @ weights) * counts).sum(axis=1) - m
    agreed = float(w @ (same / (m - 1))) / (n * mean)
    alpha = (agreed - expected) / (1 - expected)
    excess = (m - mean) / mean
    observed_i = same / (mean * (m - 1)) - agreed * excess
    expected_i = counts @ (weights @ share) / mean - expected * excess
    u = (observed_i - expected) / (1 - expected) - 2 * (1 - alpha) * (expected_i - expected) / (1 - expected)
    return math.sqrt(float(w @ (u - alpha) ** 2) / (n * (n - 1)))
