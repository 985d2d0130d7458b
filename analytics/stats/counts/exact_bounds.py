"""Bounds from what never happened: full agreement throughout, or a label that no two judgments share.

A standard error made of what was seen knows nothing of what was not. n items without a single case bound the share of
cases by 1 - tail^(1/n), exactly; the coefficient at that bound is where the interval must reach.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from analytics.stats.agreement.crossed import CrossedFunctional
from analytics.stats.agreement.two_trainers import CohenTable
from analytics.stats.counts.functional import Tabulated
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns
from analytics.stats.counts.ratios import merged_counts
from analytics.stats.counts.uncertainty import NO_SPREAD, Interval

PERFECT = "items: exact bound on the share of items that differ"
NEVER_SHARED = "; reaching up to the exact bound for a label that no two judgments share"
MOST_LABELS = 12
"""So many of the most frequent labels stand in for all when a hypothetical item is made up."""
MOST_UNSHARED = 50


def share_bound(n: int, confidence: float) -> float:
    """Return the largest share of cases that would show none among n items with probability (1 - confidence) / 2."""
    return float(1 - ((1 - confidence) / 2) ** (1 / n))


def unshared_labels(patterns: Patterns, group: Sequence[int] | None = None) -> IntArray:
    """Return labels given to items with two judgments or more, but never twice to one; the most frequent ones.

    With `group` (K,), labels of a group count as one, and its most frequent label is returned.
    """
    paired = patterns.sizes >= 2
    counts, weight = patterns.counts[paired], patterns.multiplicity[paired]
    merged = counts if group is None else merged_counts(counts, group)
    used, twice = weight @ merged, weight @ (merged >= 2)
    labels = np.flatnonzero((used > 0) & (twice == 0))
    labels = labels[np.argsort(-used[labels], kind="stable")[:MOST_UNSHARED]]
    if group is None:
        return labels
    single = weight @ counts
    member = [np.flatnonzero(np.asarray(group) == g) for g in labels]
    return np.array([k[np.argmax(single[k])] for k in member], dtype=np.int64)


def typical_size(patterns: Patterns) -> int:
    """Return the mean number of judgments of items with at least two, rounded; 2 where there is none."""
    paired = patterns.sizes >= 2
    n = patterns.n_items_paired
    return max(2, round(float(patterns.multiplicity[paired] @ patterns.sizes[paired]) / n)) if n else 2


def widened(found: Interval, ends: FloatArray, low: float = math.nan) -> Interval:
    """Return the interval reaching up to the largest of `ends`, and saying so, where that is higher.

    Where there was no interval for want of any variation, it reaches from `low`.
    """
    reach = float(np.max(ends, initial=-math.inf, where=np.isfinite(ends)))
    if math.isnan(found.high):
        if found.method != NO_SPREAD or math.isnan(low) or not reach > low:
            return found
        return Interval(low=low, high=reach, se=math.nan, method="items: exact bounds" + NEVER_SHARED)
    if not reach > found.high:
        return found
    return dataclasses.replace(found, high=reach, method=found.method + NEVER_SHARED)


def with_unshared_labels(table: Tabulated, found: Interval, confidence: float) -> Interval:
    """Widen an interval upwards where a label was used but never by two trainers on one item.

    With a rare flag and few items nobody may have confirmed any: the coefficient is then near 0 and its standard error
    tiny, though more items might show agreement on the flag. The upper end is the coefficient if as many items as can
    go unnoticed carried the label unanimously.
    """
    if not table.functional.rare_labels_decide:
        return found
    labels = unshared_labels(table.patterns, getattr(table.functional, "group", None))
    if not labels.size:
        return found
    n = table.patterns.n_items_paired
    share = share_bound(n, confidence)
    rows = np.zeros((labels.size, table.patterns.n_labels), dtype=np.int64)
    rows[np.arange(labels.size), labels] = typical_size(table.patterns)
    sums = table.sums * (1 - share) + n * share * table.functional.moments(rows)
    dissent, weights = _exceptions(table.patterns, perfect=True)
    vectors = weights @ table.functional.moments(dissent) / weights.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        low = float(table.functional.value(table.sums * (1 - share) + n * share * vectors))
        return widened(found, np.atleast_1d(table.functional.value(sums)), min(low, table.value))


def crossed_with_unshared_labels(
    functional: CrossedFunctional, patterns: Patterns, t: TrainerPatterns, found: Interval, confidence: float
) -> Interval:
    """Do the same for a coefficient that also needs each trainer's totals: each trainer's own shares move alike."""
    labels = unshared_labels(patterns) if functional.rare_labels_decide else np.zeros(0, dtype=np.int64)
    if not labels.size:
        return found
    n, size = patterns.n_items_paired, typical_size(patterns)
    share = share_bound(n, confidence)
    items = patterns.multiplicity @ functional.item_moments(patterns.counts)
    given = t.label_table(patterns.n_labels).astype(np.float64)
    ends = np.empty(labels.size)
    for at, label in enumerate(labels):
        row = np.zeros((1, patterns.n_labels), dtype=np.int64)
        row[0, label] = size
        more = given * (1 - share)
        more[:, label] += given.sum(axis=1) * share
        trainers = functional.trainer_moments(more).sum(axis=0)
        ends[at] = functional.value(items * (1 - share) + n * share * functional.item_moments(row)[0], trainers)
    return widened(found, ends)


def cohen_bounds(functional: CohenTable, table: IntArray, found: Interval, confidence: float) -> Interval:
    """Return the interval of Cohen's kappa where the two never differ, or never both give a label one of them uses."""
    n = int(table.sum())
    if n < 2:
        return found
    share, sums = share_bound(n, confidence), table.reshape(-1).astype(np.float64)
    used = table.sum(axis=0) + table.sum(axis=1)
    apart = np.outer(used, used).astype(np.float64)
    np.fill_diagonal(apart, 0.0)
    low = float(functional.value(sums * (1 - share) + n * share * (apart / apart.sum()).reshape(-1)))
    if n == np.trace(table):
        return Interval(low=low, high=1.0, se=math.nan, method=PERFECT)
    labels = np.flatnonzero((used > 0) & (np.diag(table) == 0))
    if not labels.size:
        return found
    cells = np.zeros((labels.size, *table.shape))
    cells[np.arange(labels.size), labels, labels] = 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = functional.value(sums * (1 - share) + n * share * cells.reshape(labels.size, -1))
    return widened(found, np.atleast_1d(ends), min(low, float(functional.value(sums))))


def bound_at_the_edge(table: Tabulated, confidence: float) -> Interval | None:
    """Return an interval where every item shows the same perfect (or no) agreement, None where that is not so.

    The open end is the coefficient if as many items as can go unnoticed had one dissenting judgment (at the lower edge:
    all judgments alike), with labels drawn as often as they occur.
    """
    functional, patterns, value = table.functional, table.patterns, table.value
    floor, ceiling = functional.bounds
    perfect = value > ceiling - 1e-12
    n = functional.n_entering(patterns)
    if n < 2 or not (perfect or value < floor + 1e-12):
        return None
    rows, weights = _exceptions(patterns, perfect=perfect)
    if not weights.size:
        return Interval(low=value, high=value, se=math.nan, method=PERFECT)
    vectors = functional.moments(rows)
    change = vectors @ table.slope
    moves = change < -1e-12 if perfect else change > 1e-12
    if not moves.any():
        return None
    share = share_bound(n, confidence)
    other = weights[moves] @ vectors[moves] / weights[moves].sum()
    end = float(functional.value(table.sums * (1 - share) + n * share * other))
    if math.isnan(end) or end == value:
        return None
    low, high = (end, value) if perfect else (value, end)
    return Interval(low=low, high=high, se=math.nan, method=PERFECT)


def _exceptions(patterns: Patterns, *, perfect: bool) -> tuple[IntArray, FloatArray]:
    """Return label counts of items unlike all those seen, and how often to expect each: one dissent, or none."""
    paired = patterns.sizes >= 2
    totals = (patterns.multiplicity[paired] @ patterns.counts[paired]).astype(np.float64)
    if (totals > 0).sum() < 2:
        totals = np.ones_like(totals)
    often = [k for k in np.argsort(-totals, kind="stable")[:MOST_LABELS] if totals[k] > 0]
    if not perfect:
        rare = [int(k) for k in unshared_labels(patterns)]
        often = list(dict.fromkeys([*often, *rare]))
    m = typical_size(patterns)
    rows, weights = [], []
    for c in often:
        for k in often:
            if (c == k) == perfect:
                continue
            row = np.zeros(totals.size, dtype=np.int64)
            row[c] += m - 1
            row[k] += 1
            rows.append(row)
            weights.append(totals[c] * totals[k])
    return np.array(rows, dtype=np.int64).reshape(-1, totals.size), np.asarray(weights, dtype=np.float64)
