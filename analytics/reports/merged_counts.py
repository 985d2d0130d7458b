"""Slices put together: counts of disjoint parts add up, and the values of a numeric attribute become ranges."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from analytics.core.scale import number
from analytics.reports.counts import CriterionCounts, Texts
from analytics.stats.counts.patterns import Patterns, TrainerPatterns

RANGES = 4
"""Ranges that a numeric attribute is cut into, of about as many items each."""


def merged_counts(parts: Sequence[CriterionCounts]) -> CriterionCounts:
    """Return the counts of several disjoint slices of one criterion together.

    Raises
    ------
    ValueError
        If there is no slice, or the slices do not have the same labels.
    """
    if not parts or any(p.labels != parts[0].labels for p in parts):
        raise ValueError("parts must be one or more slices of the same criterion.")
    if len(parts) == 1:
        return parts[0]
    counts = np.concatenate([p.patterns.counts for p in parts])
    multiplicity = np.concatenate([p.patterns.multiplicity for p in parts])
    rows, row_of = np.unique(counts, axis=0, return_inverse=True)
    row_of = row_of.reshape(-1)
    total = np.zeros(len(rows), dtype=np.int64)
    np.add.at(total, row_of, multiplicity)
    starts = np.cumsum([0, *(p.patterns.n_patterns for p in parts)])
    codes = np.unique(np.concatenate([p.trainer_codes for p in parts]))
    tables = [p.trainer_patterns for p in parts]
    who = np.concatenate(
        [np.searchsorted(codes, p.trainer_codes)[t.trainer] for p, t in zip(parts, tables, strict=True)]
    )
    pattern = np.concatenate([row_of[start + t.pattern] for start, t in zip(starts, tables, strict=False)])
    label = np.concatenate([t.label for t in tables])
    n = np.concatenate([t.n for t in tables])
    order = np.lexsort((label, pattern, who))
    return dataclasses.replace(
        parts[0],
        slice="",
        texts=_merged_texts(parts),
        patterns=Patterns(counts=rows, multiplicity=total),
        trainer_patterns=TrainerPatterns(
            trainer=who[order], pattern=pattern[order], label=label[order], n=n[order], n_trainers=int(codes.size)
        ),
        trainer_codes=codes,
        left_out={},
    )


def _merged_texts(parts: Sequence[CriterionCounts]) -> Texts | None:
    held = [p.texts for p in parts if p.texts is not None]
    if not held:
        return None
    unit, trainer = np.concatenate([t.unit for t in held]), np.concatenate([t.trainer for t in held])
    texts, judged_at = [x for t in held for x in t.texts], np.concatenate([t.judged_at for t in held])
    order = np.lexsort((trainer, unit))
    return Texts(
        unit=unit[order], trainer=trainer[order], texts=tuple(texts[k] for k in order), judged_at=judged_at[order]
    )


def ranges_of(parts: Sequence[CriterionCounts]) -> dict[str, set[int]]:
    """Return the values of a numeric attribute as a few ranges of about as many items, {} where it is not numeric."""
    numbers = [number(p.slice) for p in parts]
    if not parts or any(math.isnan(v) for v in numbers):
        return {}
    order = sorted(range(len(parts)), key=lambda k: numbers[k])
    items = np.array([parts[k].patterns.n_items_paired for k in order], dtype=np.float64)
    if not items.sum():
        return {}
    middle = (np.cumsum(items) - items / 2) / items.sum()
    quarter = np.minimum((middle * RANGES).astype(int), RANGES - 1)
    out: dict[str, set[int]] = {}
    for q in range(RANGES):
        inside = [order[k] for k in np.flatnonzero(quarter == q)]
        if inside:
            first, last = parts[inside[0]].slice, parts[inside[-1]].slice
            out[first if first == last else f"{first} to {last}"] = set(inside)
    return out
