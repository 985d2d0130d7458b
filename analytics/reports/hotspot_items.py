"""The items behind a hotspot: all of a criterion, of one cause, of a slice or theme, of a pair of labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.hotspot_analysis import HotspotAnalysis, hotspot_analysis
from analytics.reports.hotspot_parts import item_row, ranked_items
from analytics.reports.hotspot_rows import HotspotItem
from analytics.stats.counts.patterns import IntArray
from analytics.store import Engine

PAGE = 25
"""Items on one page of the list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotChoice:
    """Which items; what is empty or None selects all.

    Attributes
    ----------
    conditions : tuple of (attribute, value)
        All of which hold: those of a slice, or one theme.
    label_a, label_b : str or None
        Items that carry both labels.
    cause : str or None
        Items with this most probable cause.
    route : str or None
        Items that the queue sends there.
    """

    conditions: tuple[tuple[str, str], ...] = ()
    label_a: str | None = None
    label_b: str | None = None
    cause: str | None = None
    route: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotList:
    """One page of items, the surest disagreement first; `n_found` counts all pages."""

    snapshot_id: str
    items: tuple[HotspotItem, ...]
    n_found: int
    page: int
    n_pages: int


def hotspot_items_report(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    project: str,
    criterion: str,
    choice: HotspotChoice,
    page: int = 1,
) -> HotspotList:
    """Return a page of the items of a choice, the surest disagreement first."""
    analysis = hotspot_analysis(engine, scope, filters, project=project, criterion=criterion)
    if analysis.empty:
        return HotspotList(snapshot_id=analysis.snapshot_id, items=(), n_found=0, page=1, n_pages=1)
    order = chosen_items(analysis, choice)
    n_pages = max(1, -(-order.size // PAGE))
    page = min(max(page, 1), n_pages)
    shown = order[PAGE * (page - 1) : PAGE * page]
    return HotspotList(
        snapshot_id=analysis.snapshot_id,
        items=tuple(item_row(analysis, int(i)) for i in shown),
        n_found=int(order.size),
        page=page,
        n_pages=n_pages,
    )


def chosen_items(analysis: HotspotAnalysis, choice: HotspotChoice) -> IntArray:
    """Return the items of a choice, the surest disagreement first."""
    order = ranked_items(analysis)
    keep = np.ones(analysis.log.codes.n_items, dtype=np.bool_)
    by_name = {a.name: a for a in analysis.attributes} if choice.conditions else {}
    for column, value in choice.conditions:
        attribute = by_name.get(column)
        if attribute is None or value not in attribute.values:
            return order[:0]
        keep &= attribute.codes == attribute.values.index(value)
    labels = analysis.log.scale.labels
    counts, of = analysis.patterns.counts, analysis.pattern_of
    for label in (choice.label_a, choice.label_b):
        if label is not None:
            if label not in labels:
                return order[:0]
            keep &= counts[of, labels.index(label)] > 0
    if choice.cause is not None:
        keep &= np.array([c == choice.cause for c in analysis.causes.cause], dtype=np.bool_)
    if choice.route is not None:
        queue = analysis.queue
        keep &= np.array([r == choice.route for r in queue.route], dtype=np.bool_) if queue else False
    return order[keep[order]]
