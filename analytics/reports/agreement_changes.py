"""Did agreement change? One guideline version against the one before, one period against the one before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Coefficient
from analytics.core.scope import Scope
from analytics.reports.agreement import Interval, criterion_agreement
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.counts import CriterionCounts, counts_by_slice, text_counts, text_counts_by_attribute
from analytics.reports.one_criterion import OneCriterion, of_one, one_criterion
from analytics.stats.counts.patterns import IntArray, Patterns, TrainerPatterns
from analytics.stats.inference.comparison import (
    NOT_SUMS,
    Difference,
    difference_of_independent,
    difference_on_same_items,
    difference_with_shared_trainers,
)
from analytics.stats.inference.multiple_testing import discoveries
from analytics.store import Engine
from analytics.store.engine import Session

MOST_VERSIONS = 6
"""Changes from version to version that are compared: the newest."""

Sides = tuple[CriterionCounts, CriterionCounts]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementChange:
    """A coefficient before and after.

    Attributes
    ----------
    before, after : str
        What is compared, in words.
    was, now : Coefficient
    change : Difference
        now - was. Two-way: for other items and other trainers, what trainers have in common on both sides cancels; else
        for this team on other items.
    same_items : Difference or None
        The same on the items that both sides judged twice or more; None below the minimum of items.
    n_same_items : int
    real : bool
        True where the change is not noise, false discoveries over the changes shown kept at the settings' share.
    """

    before: str
    after: str
    was: Coefficient
    now: Coefficient
    change: Difference
    same_items: Difference | None
    n_same_items: int
    real: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementChanges:
    """The changes of one criterion, the newest first; `undefined` says why there is none."""

    provenance: Provenance
    coefficient: str
    changes: tuple[AgreementChange, ...]
    false_discovery: float
    undefined: str | None


def agreement_changes_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, interval: Interval = "two-way"
) -> AgreementChanges:
    """Return how the headline coefficient changed: last period against the one before, version against version."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        name = criterion_agreement(one.counts, engine, interval="items", names="headline").headline
        made = [
            _change(words, sides, same, name, one, engine, interval)
            for words, sides, same in (*_periods(session, one, engine), *_versions(session, one))
            if all(s.patterns.n_items_paired >= engine.settings.minimum_items for s in sides)
        ]
    found = discoveries([c.change.p_value for c in made], level=engine.settings.false_discovery)
    changes = tuple(dataclasses.replace(c, real=bool(real)) for c, real in zip(made, found.rejected, strict=True))
    minimum = engine.settings.minimum_items
    return AgreementChanges(
        provenance=provenance_of(one, interval),
        coefficient=name,
        changes=changes,
        false_discovery=engine.settings.false_discovery,
        undefined=None
        if changes
        else f"No two periods or guideline versions have {minimum} items judged twice each, so no change can be told.",
    )


_Compared = tuple[tuple[str, str], Sides, IntArray]


def _periods(session: Session, one: OneCriterion, engine: Engine) -> list[_Compared]:
    first, last, _ = session.rows("first_last")[0]
    if first is None:
        return []
    days = engine.settings.period_days
    end = datetime(last.year, last.month, last.day, tzinfo=last.tzinfo) + timedelta(days=1)
    edges = [end - timedelta(days=2 * days), end - timedelta(days=days), end]
    texts = one.counts.texts
    if texts is not None:
        parts = {str(k): text_counts(one.criterion, texts.between(edges[k], edges[k + 1])) for k in (0, 1)}
    else:
        parts = {c.slice: c for c in counts_by_slice(session, "counts_by_period", edges=edges)}
    if not {"0", "1"} <= parts.keys():
        return []
    words = (f"the {days} days before", f"last {days} days")
    return [(words, (parts["0"], parts["1"]), _same_items(session, one, edges=edges))]


def _versions(session: Session, one: OneCriterion) -> list[_Compared]:
    named = [str(row[0]) for row in session.rows("agreement_versions", criterion_code=one.criterion.code)]
    if one.counts.texts is not None:
        found = text_counts_by_attribute(session, one.criterion, "guideline_version")
    else:
        found = counts_by_slice(
            session, "counts_by_attribute", attribute="guideline_version", criterion_code=one.criterion.code
        )
    parts = {c.slice: c for c in found}
    pairs = list(pairwise(named))[-MOST_VERSIONS:]
    return [
        ((old, new), (parts[old], parts[new]), _same_items(session, one, versions=[old, new]))
        for old, new in reversed(pairs)
        if old in parts and new in parts
    ]


def _same_items(
    session: Session, one: OneCriterion, *, edges: Sequence[datetime] | None = None, versions: list[str] | None = None
) -> IntArray:
    """Return (N, 2, K): what the two sides said of each item that both judged."""
    k = max(len(one.counts.labels), 1)
    if one.counts.texts is not None:
        return np.zeros((0, 2, k), dtype=np.int64)
    rows: Mapping[str, Any] = session.arrays(
        "agreement_same_items",
        criterion_code=one.criterion.code,
        label_codes=one.label_codes,
        edges=None if edges is None else list(edges),
        versions=versions,
    )
    rank_of = {label: place for place, label in enumerate(one.counts.labels)}
    rank = np.array([rank_of.get(label, -1) for label in one.criterion.dictionary], dtype=np.int64)
    items, place = np.unique(np.asarray(rows["item_code"], dtype=np.int64), return_inverse=True)
    table = np.zeros((items.size, 2, k), dtype=np.int64)
    side, label = np.asarray(rows["side"], dtype=np.int64), rank[np.asarray(rows["label_code"], dtype=np.int64)]
    np.add.at(table, (place.reshape(-1), side, label), np.asarray(rows["n"], dtype=np.int64))
    return table


def _change(
    words: tuple[str, str], sides: Sides, same: IntArray, name: str, one: OneCriterion, engine: Engine,
    interval: Interval,
) -> AgreementChange:  # fmt: skip
    was, now = (criterion_agreement(c, engine, interval=interval, names=(name,)).coefficient(name) for c in sides)
    n_same = int(same.shape[0])
    return AgreementChange(
        before=words[0],
        after=words[1],
        was=was,
        now=now,
        change=_difference(sides, name, engine, interval),
        same_items=_on_same_items(same, name, one, engine) if n_same >= engine.settings.minimum_items else None,
        n_same_items=n_same,
        real=False,
    )


def _difference(sides: Sides, name: str, engine: Engine, interval: Interval) -> Difference:
    confidence, (before, after) = engine.settings.confidence, sides
    if interval == "two-way" and after.texts is None:
        found = difference_with_shared_trainers(
            name,
            *_side_by_side(after, before),
            level=after.level,
            values=after.values or (0.0,),
            labels=after.labels or None,
            confidence=confidence,
        )
        if found.undefined != NOT_SUMS:
            return found
    made: Interval = "two-way" if interval == "two-way" else "items"
    was, now = (criterion_agreement(c, engine, interval=made, names=(name,)).coefficient(name) for c in sides)
    return difference_of_independent(now, was, confidence)


def _side_by_side(
    first: CriterionCounts, second: CriterionCounts
) -> tuple[tuple[Patterns, TrainerPatterns], tuple[Patterns, TrainerPatterns]]:
    """Return both sides with trainer j the same person on either."""
    codes = np.union1d(first.trainer_codes, second.trainer_codes)

    def numbered(c: CriterionCounts) -> tuple[Patterns, TrainerPatterns]:
        who = np.searchsorted(codes, c.trainer_codes)[c.trainer_patterns.trainer]
        return c.patterns, dataclasses.replace(c.trainer_patterns, trainer=who, n_trainers=int(codes.size))

    return numbered(first), numbered(second)


def _on_same_items(same: IntArray, name: str, one: OneCriterion, engine: Engine) -> Difference:
    counts = one.counts
    return difference_on_same_items(
        name,
        same[:, 1],
        same[:, 0],
        np.ones(same.shape[0], dtype=np.int64),
        level=counts.level,
        values=counts.values or (0.0,),
        labels=counts.labels or None,
        confidence=engine.settings.confidence,
    )
