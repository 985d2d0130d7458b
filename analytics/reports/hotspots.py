"""Hotspots: which items, label pairs, slices and themes trainers disagree about, why, and what to do next."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.hotspot_analysis import SUBJECTIVE, HotspotAnalysis, hotspot_analysis
from analytics.reports.hotspot_log import NO_LABELS, weights_of
from analytics.reports.hotspot_parts import (
    item_row,
    last,
    pairs_of,
    queue_of,
    ranked_items,
    slices_of,
    steps_of,
    themes_of,
)
from analytics.reports.hotspot_rows import (
    HotspotItem,
    HotspotPair,
    HotspotSlice,
    HotspotStep,
    HotspotTheme,
    QueuedItem,
)
from analytics.store import Engine

NOBODY = "Nobody has judged it in this selection."


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionHotspots:
    """Everything about one criterion.

    Attributes
    ----------
    items : tuple of HotspotItem
        The worst first, by the lower end of the disagreement; at most as many as asked for.
    n_items_listed : int
        Items with two judgments: how long the list would be.
    causes : mapping of cause -> items
        Over all items with enough judgments that disagree.
    no_causes, no_slices, no_themes, no_queue : str or None
        Why there are none.
    slices, slice_candidates : tuple of HotspotSlice
        Those confirmed, and the strongest of the others.
    steps : tuple of HotspotStep
        For ordered scales, in their order.
    alpha : float
        The criterion's alpha that the label pairs split.
    one_in : int
        Every how-manieth item was looked at.
    """

    project: str
    criterion: str
    level: str
    subjective: bool
    n_items: int
    n_judgments: int
    n_trainers: int
    one_in: int
    undefined: str | None
    items: tuple[HotspotItem, ...]
    n_items_listed: int
    causes: dict[str, int]
    no_causes: str | None
    no_items: str | None
    pairs: tuple[HotspotPair, ...]
    n_pairs: int
    no_pairs: str | None
    alpha: float
    steps: tuple[HotspotStep, ...]
    slices: tuple[HotspotSlice, ...]
    slice_candidates: tuple[HotspotSlice, ...]
    slice_level: float
    n_slice_candidates: int
    no_slices: str | None
    themes: tuple[HotspotTheme, ...]
    no_themes: str | None
    queue: tuple[QueuedItem, ...]
    routes: dict[str, int]
    no_queue: str | None
    minutes_note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotsReport:
    """Hotspots of all criteria selected."""

    snapshot_id: str
    filters: dict[str, Any]
    criteria: tuple[CriterionHotspots, ...]

    def to_document(self) -> dict[str, Any]:
        """Return one JSON document; every list in ranked order, the worst first."""
        items = [i for c in self.criteria for i in c.items]
        items.sort(key=lambda i: (last(i.disagreement.low), last(i.disagreement.value), i.criterion, i.item_id))
        pairs = [p for c in self.criteria for p in c.pairs]
        pairs.sort(key=lambda p: (last(p.alpha_gain.value), p.criterion, p.a, p.b))
        slices = [s for c in self.criteria for s in c.slices]
        slices.sort(key=lambda s: (last(s.avoidable), s.q_value, s.criterion, s.name))
        candidates = [s for c in self.criteria for s in c.slice_candidates]
        themes = [t for c in self.criteria for t in c.themes]
        themes.sort(key=lambda t: (last(t.excess.low), last(t.excess.value), t.criterion, t.name))
        queue = [q for c in self.criteria for q in c.queue if q.route in ("another judgment", "guideline owner")]
        queue.sort(key=lambda q: (q.route != "another judgment", last(q.priority), q.criterion, q.item_id))
        steps = [s for c in self.criteria for s in c.steps]
        steps.sort(key=lambda s: (math.isnan(s.alpha.value), s.alpha.value, s.criterion))
        return {
            "snapshot_id": self.snapshot_id,
            "filters": self.filters,
            "criteria": [_about(c) for c in self.criteria],
            "items": [i.to_document() for i in items],
            "slices": [s.to_document() for s in slices],
            "slice_candidates": [s.to_document() for s in candidates],
            "label_pairs": [p.to_document() for p in pairs],
            "scale_steps": [s.to_document() for s in steps],
            "themes": [t.to_document() for t in themes],
            "queue": [q.to_document() for q in queue],
        }


def _about(c: CriterionHotspots) -> dict[str, Any]:
    kept = (
        "project",
        "criterion",
        "level",
        "subjective",
        "n_items",
        "n_judgments",
        "n_trainers",
        "one_in",
        "undefined",
    )
    reasons = ("no_items", "no_causes", "no_pairs", "no_slices", "no_themes", "no_queue")
    about = {name: getattr(c, name) for name in kept}
    return about | {
        "causes": c.causes,
        "alpha": None if math.isnan(c.alpha) else c.alpha,
        "routes": c.routes,
        "slice_false_discovery": c.slice_level,
        "slice_candidates_tested": c.n_slice_candidates,
        "reasons": {name: getattr(c, name) for name in reasons if getattr(c, name)},
    }


def hotspots_report(engine: Engine, scope: Scope, filters: Filters, *, most: int = 100_000) -> HotspotsReport:
    """Return hotspots of every criterion selected.

    Parameters
    ----------
    most : int
        Items a criterion, and items of its queue, at most.
    """
    criteria = engine.criteria(scope, filters)
    found = tuple(
        criterion_hotspots(engine, scope, filters, project=c.project, criterion=c.criterion, most=most)
        for c in criteria
    )
    return HotspotsReport(snapshot_id=engine.snapshot_id, filters=filters.to_dict(), criteria=found)


def criterion_hotspots(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, most: int = 500
) -> CriterionHotspots:
    """Return hotspots of one criterion, at most `most` items of each list."""
    analysis = hotspot_analysis(engine, scope, filters, project=project, criterion=criterion)
    level = analysis.one.criterion.scale.level
    if analysis.empty:
        return _nothing(project, criterion, analysis, NO_LABELS.get(level, NOBODY))
    log = analysis.log
    found = analysis.causes
    named = Counter(c for c in found.cause if c not in ("not enough judgments", "no disagreement"))
    order = ranked_items(analysis)
    themes = themes_of(analysis)
    queue, routes = queue_of(analysis, engine.settings.cost_per_judgment, most)
    return CriterionHotspots(
        project=project,
        criterion=criterion,
        level=level,
        subjective=log.scale.subjective,
        n_items=log.codes.n_items,
        n_judgments=log.codes.n_judgments,
        n_trainers=log.codes.n_trainers,
        one_in=log.one_in,
        undefined=None,
        items=tuple(item_row(analysis, int(i)) for i in order[:most]),
        n_items_listed=int(order.size),
        causes=dict(named.most_common()),
        no_causes=found.undefined,
        no_items=analysis.disagreement.undefined,
        pairs=pairs_of(analysis),
        n_pairs=len(analysis.pairs.pairs),
        no_pairs=analysis.pairs.undefined,
        alpha=analysis.pairs.alpha,
        steps=steps_of(analysis),
        slices=slices_of(analysis, analysis.slices.slices),
        slice_candidates=slices_of(analysis, analysis.slices.candidates),
        slice_level=analysis.slices.level,
        n_slice_candidates=analysis.slices.n_candidates,
        no_slices=analysis.slices.undefined,
        themes=themes,
        no_themes=analysis.themes.undefined,
        queue=queue,
        routes=routes,
        no_queue=None if routes else SUBJECTIVE if log.scale.subjective else "No model of one right label fits here.",
        minutes_note=weights_of(log.minutes)[1],
    )


def _nothing(project: str, criterion: str, analysis: HotspotAnalysis, reason: str) -> CriterionHotspots:
    return CriterionHotspots(
        project=project,
        criterion=criterion,
        level=analysis.one.criterion.scale.level,
        subjective=analysis.one.criterion.scale.subjective,
        n_items=0,
        n_judgments=0,
        n_trainers=0,
        one_in=1,
        undefined=reason,
        items=(),
        n_items_listed=0,
        causes={},
        no_causes=reason,
        no_items=reason,
        pairs=(),
        n_pairs=0,
        no_pairs=reason,
        alpha=math.nan,
        steps=(),
        slices=(),
        slice_candidates=(),
        slice_level=math.nan,
        n_slice_candidates=0,
        no_slices=reason,
        themes=(),
        no_themes=reason,
        queue=(),
        routes={},
        no_queue=reason,
        minutes_note="",
    )
