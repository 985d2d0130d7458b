"""Whether one coefficient differs from another, or it is noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import NAN, Coefficient, Estimate
from analytics.stats.agreement.named_coefficients import COEFFICIENTS
from analytics.stats.agreement.question import Question
from analytics.stats.counts.functional import Functional, Tabulated
from analytics.stats.counts.leaving_out import WithoutTrainers, without_trainers
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns
from analytics.stats.counts.uncertainty import ONE_ITEM, Spread, item_variance, trainer_spread

SAME_ITEMS = "difference on the same items, jackknife t"
INDEPENDENT = "difference of independent items, t"
SHARED = "difference of independent items, trainers shared, jackknife t"
NO_SPREAD = "none: no variation between items"
NOT_SUMS = "it is not a sum over items, so a difference cannot be told from the counts"


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

    The variances of the two add, which is right where no item is in both; degrees of freedom by Welch and
    Satterthwaite. Where the same trainers judged both sets and the question is about this team, give coefficients with
    item-only standard errors: what trainers have in common cancels in the difference. For other trainers see
    `difference_with_shared_trainers`.

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
    value = first.value - second.value
    parts = [(c.se**2, max((c.n_items_paired or 2) - 1, 1)) for c in (first, second)]
    variance = sum(v for v, _ in parts)
    if not (math.isfinite(variance) and variance > 0):
        return Difference(value=value, confidence=confidence, interval_method=NO_SPREAD)
    df = variance**2 / sum(v**2 / n for v, n in parts)
    return _tested(value, math.sqrt(variance), df, confidence, INDEPENDENT)


def difference_with_shared_trainers(
    name: str,
    first: tuple[Patterns, TrainerPatterns],
    second: tuple[Patterns, TrainerPatterns],
    *,
    level: str,
    values: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
    distance: FloatArray | None = None,
    confidence: float = 0.95,
) -> Difference:
    """Return first - second for other items *and* other trainers, where the same trainers may have judged both.

    A trainer who leans the same way on both sides moves both coefficients alike, and that cancels: each trainer is left
    out of both sides at once.

    Parameters
    ----------
    name : str
        A registered coefficient that `level` allows.
    first, second : (Patterns, TrainerPatterns)
        Counts of the two sets of items (slice and rest, two periods); no item in both. Trainer j is the same person
        on both sides.
    level, values, labels, distance
        As for `agreement_coefficients`.
    confidence : float
        Coverage of the interval.

    Raises
    ------
    ValueError
        If the coefficient does not belong to the level, or the two sides count different numbers of labels or trainers.
    """
    if first[0].n_labels != second[0].n_labels or first[1].n_trainers != second[1].n_trainers:
        raise ValueError(
            f"both sides must have the same labels and trainers, got {first[0].n_labels} and {second[0].n_labels} "
            f"labels, {first[1].n_trainers} and {second[1].n_trainers} trainers."
        )
    tables: list[Tabulated] = []
    for patterns, _ in (first, second):
        functional = functional_of(name, patterns, level=level, values=values, labels=labels, distance=distance)
        if isinstance(functional, str):
            return Difference(value=NAN, undefined=functional, confidence=confidence)
        table = Tabulated(functional, patterns)
        reason = functional.undefined(patterns, table.value)
        if reason is not None:
            return Difference(value=NAN, undefined=reason, confidence=confidence)
        tables.append(table)
    value = tables[0].value - tables[1].value
    items = [item_variance(table, jackknife=True) for table in tables]
    df = min(n for _, n in items) - 1
    if df < 1:
        return Difference(value=value, confidence=confidence, interval_method=ONE_ITEM)
    a, b = (without_trainers(table, side[1]) for table, side in zip(tables, (first, second), strict=True))
    found = trainer_spread(
        WithoutTrainers(
            value=value,
            values=a.values - b.values,
            linear=a.linear - b.linear,
            noise=a.noise + b.noise,
            n_paired=a.n_paired + b.n_paired,
        )
    )
    from_items = sum(v for v, _ in items)
    if from_items + found.variance == 0.0:
        return Difference(value=value, confidence=confidence, interval_method=NO_SPREAD)
    welch = from_items**2 / sum(v**2 / (n - 1) for v, n in items) if from_items > 0 else float(df)
    spread = Spread(
        value=value, items=from_items, df_items=welch, trainers=found.variance, raw_trainers=found.raw,
        df_trainers=found.df, bias=found.bias, method=SHARED,
    )  # fmt: skip
    return _tested(value, spread.se, spread.df, confidence, SHARED)


def difference_on_same_items(
    name: str,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    multiplicity: npt.ArrayLike,
    *,
    level: str,
    values: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
    distance: FloatArray | None = None,
    confidence: float = 0.95,
) -> Difference:
    """Return first - second where both coefficients rest on the same items: two groups, two rounds, two criteria.

    An item that is hard is hard on both sides, and that cancels: each item is left out of both sides at once.

    Parameters
    ----------
    name : str
        A registered coefficient that `level` allows.
    first, second : int array (P, K)
        Label counts of one item on either side; rows may hold no judgment on one side.
    multiplicity : int array (P,)
        Items with this pair of counts.
    level, values, labels, distance
        As for `agreement_coefficients`.
    confidence : float
        Coverage of the interval, for other items and these trainers.
    """
    a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    weight = np.asarray(multiplicity, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 2 or weight.shape != a.shape[:1]:
        raise ValueError(
            f"first and second must have one shape (P, K) and multiplicity (P,), "
            f"got {a.shape}, {b.shape} and {weight.shape}."
        )
    vectors, sums, points = [], [], []
    for counts in (a, b):
        there = (counts.sum(axis=1) > 0) & (weight > 0)
        patterns = Patterns(counts=counts[there], multiplicity=weight[there].astype(np.int64))
        functional = functional_of(name, patterns, level=level, values=values, labels=labels, distance=distance)
        if isinstance(functional, str):
            return Difference(value=NAN, undefined=functional, confidence=confidence)
        reason = functional.undefined(patterns, functional.point(patterns))
        if reason is not None:
            return Difference(value=NAN, undefined=reason, confidence=confidence)
        z = functional.moments(counts)
        vectors.append(z)
        sums.append(weight @ z)
        points.append(functional)
    value = float(points[0].value(sums[0]) - points[1].value(sums[1]))
    shift = np.zeros(weight.size)
    for sign, functional, z, total in zip((1.0, -1.0), points, vectors, sums, strict=True):
        shift += sign * _shifts(functional, z, total)
    used = weight * (np.abs(np.concatenate(vectors, axis=1)).sum(axis=1) > 0)
    n = float(used.sum())
    if n < 2:
        return Difference(value=value, confidence=confidence, interval_method=ONE_ITEM)
    centred = float(used @ shift**2) - float(used @ shift) ** 2 / n
    if centred <= 1e-24 * n:
        return Difference(value=value, confidence=confidence, interval_method=NO_SPREAD)
    return _tested(value, math.sqrt((n - 1) / n * centred), n - 1, confidence, SAME_ITEMS)


def functional_of(
    name: str,
    patterns: Patterns,
    *,
    level: str,
    values: Sequence[float] | FloatArray | None = None,
    labels: Sequence[str] | None = None,
    distance: FloatArray | None = None,
) -> Functional | str:
    """Return a registered coefficient as a function of additive sums, or the reason why there is none."""
    if name not in COEFFICIENTS or level not in COEFFICIENTS[name].levels:
        raise ValueError(f"name must be a coefficient for level {level!r}, got {name!r}.")
    build = COEFFICIENTS[name].functional
    if build is None:
        return NOT_SUMS
    numbers = np.arange(patterns.n_labels) if values is None else values
    question = Question(
        patterns=patterns, trainer_patterns=None, level=level, values=np.asarray(numbers, dtype=np.float64),
        labels=None if labels is None else tuple(labels), distance=distance, confidence=0.95, interval="items",
        replicates=2, rng=None,
    )  # fmt: skip
    return build(question)


def _shifts(functional: Functional, vectors: FloatArray, sums: FloatArray) -> FloatArray:
    """Return (P,): what leaving out one item of each pattern does to the coefficient."""
    value = float(functional.value(sums))
    with np.errstate(divide="ignore", invalid="ignore"):
        left = functional.value(sums - vectors)
    linear = -(vectors @ functional.gradient(sums))
    return np.asarray(np.where(np.isfinite(left), left - value, linear), dtype=np.float64)


def _tested(value: float, se: float, df: float, confidence: float, method: str) -> Difference:
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    p_value = 2 * float(stats.t.sf(abs(value) / se, df))
    return Difference(
        value=value, low=value - half, high=value + half, se=se, confidence=confidence, interval_method=method,
        p_value=p_value,
    )  # fmt: skip
