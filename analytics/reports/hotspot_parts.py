"""The rows of the Hotspots page, made from one criterion's analysis."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from analytics.core.results import Estimate
from analytics.reports.agreement import SEED
from analytics.reports.hotspot_analysis import HotspotAnalysis
from analytics.reports.hotspot_evidence import evidence, label_counts
from analytics.reports.hotspot_rows import (
    HotspotItem,
    HotspotPair,
    HotspotSlice,
    HotspotStep,
    HotspotTheme,
    PairWhere,
    QueuedItem,
)
from analytics.stats.counts.patterns import IntArray, Patterns
from analytics.stats.hotspots.attributes import Attribute
from analytics.stats.hotspots.information_gain import judgments_to_settle
from analytics.stats.hotspots.label_pair_sources import PairPlace, pair_directions, pair_places
from analytics.stats.hotspots.review_queue import QueueRule
from analytics.stats.hotspots.slice_results import Slice
from analytics.stats.inference.multiple_testing import discoveries

MOST_PAIRS = 12
"""Pairs of labels that are looked into: where they split, and by whom."""
WHERE = ("guideline_section", "topic", "theme", "guideline_version", "model", "language")


def ranked_items(analysis: HotspotAnalysis) -> IntArray:
    """Return items with two judgments or more, the surest disagreement first."""
    d, of = analysis.disagreement, analysis.pattern_of
    paired = np.flatnonzero(analysis.log.codes.item_sizes >= 2)
    low, value = np.nan_to_num(d.low[of[paired]]), np.nan_to_num(d.value[of[paired]])
    return paired[np.lexsort((paired, -value, -low))]


def item_row(analysis: HotspotAnalysis, item: int) -> HotspotItem:
    """Return one item with its disagreement, cause and evidence."""
    log, d, found = analysis.log, analysis.disagreement, analysis.causes
    p = int(analysis.pattern_of[item])
    about = log.items.iloc[item]
    sensitive = about["sensitive"] is True
    probabilities = {}
    if np.isfinite(found.probability[item]).all():
        names = ("trainer error", "ambiguous item", "guideline gap", "group divide")
        probabilities = {name: float(x) for name, x in zip(names, found.probability[item], strict=True)}
    shares = d.soft_labels[p]
    return HotspotItem(
        project=analysis.one.criterion.project,
        criterion=analysis.one.criterion.criterion,
        item_id=str(about["item_id"]),
        version=about["version"],
        n_judgments=int(log.codes.item_sizes[item]),
        labels=label_counts(analysis, item),
        disagreement=Estimate(
            value=float(d.value[p]),
            low=float(d.low[p]),
            high=float(d.high[p]),
            confidence=d.confidence,
            interval_method=f"equal-tailed posterior ({d.interval_method})",
            n_judgments=int(log.codes.item_sizes[item]),
            undefined=d.undefined,
        ),
        entropy=float(d.entropy[p]),
        soft_label=tuple(
            (label, float(share)) for label, share in zip(log.scale.labels, shares, strict=True) if share > 0
        ),
        shape="" if analysis.shape.undefined else analysis.shape.shape[p],
        cause="" if found.undefined else found.cause[item],
        probabilities=probabilities,
        evidence=(found.undefined,) if found.undefined else evidence(analysis, item),
        section=about["guideline_section"],
        topic=about["topic"],
        sensitive=sensitive,
        text=None if sensitive else about["text"],
    )


def pairs_of(analysis: HotspotAnalysis, most: int = MOST_PAIRS) -> tuple[HotspotPair, ...]:
    """Return the costliest label pairs, with where they split and which way trainers lean."""
    found = analysis.pairs
    if found.undefined:
        return ()
    one = analysis.one
    counts = one.counts
    index = {label: k for k, label in enumerate(counts.labels)}
    out = []
    for pair in [p for p in found.pairs if p.coincidences > 0][:most]:
        lean_a = lean_b = split = 0
        if pair.a in index and pair.b in index:
            way = pair_directions(
                counts.patterns, counts.trainer_patterns, index[pair.a], index[pair.b], confidence=analysis.confidence
            )
            lean_a, lean_b = int((way.low > 0.5).sum()), int((way.high < 0.5).sum())
            split = int((way.gives_a + way.gives_b > 0).sum())
        out.append(
            HotspotPair(
                project=one.criterion.project,
                criterion=one.criterion.criterion,
                a=pair.a,
                b=pair.b,
                alpha_gain=pair.alpha_gain,
                share_of_disagreement=pair.share_of_disagreement,
                lift=pair.lift,
                n_items=pair.n_items,
                where=_where(analysis, pair.a, pair.b),
                lean_a=lean_a,
                lean_b=lean_b,
                n_split_trainers=split,
            )
        )
    return tuple(out)


def _where(analysis: HotspotAnalysis, a: str, b: str, most: int = 6) -> tuple[PairWhere, ...]:
    """Return the sections, topics and themes in which two labels split more than elsewhere, the surest first."""
    labels = analysis.log.scale.labels
    if a not in labels or b not in labels:
        return ()
    k, m = labels.index(a), labels.index(b)
    found: list[tuple[Attribute, PairPlace]] = []
    for attribute in analysis.attributes:
        if attribute.name in WHERE:
            parts = parts_of(analysis, attribute)
            found += [(attribute, place) for place in pair_places(parts, k, m, confidence=analysis.confidence)]
    q = discoveries([place.p_value for _, place in found]).q_values
    kept = [
        PairWhere(
            attribute=attribute.name,
            value=place.part,
            share=float(place.share),
            excess=float(place.excess),
            n_items=place.n_items,
            q_value=float(value),
        )
        for (attribute, place), value in zip(found, q, strict=True)
        if value <= 0.05 and place.share > 0
    ]
    return tuple(sorted(kept, key=lambda w: (-w.share, w.attribute, w.value)))[:most]


def parts_of(analysis: HotspotAnalysis, attribute: Attribute) -> dict[str, Patterns]:
    """Return the patterns of the items with each value of an attribute."""
    counts, of = analysis.patterns.counts, analysis.pattern_of
    width = len(attribute.values)
    known = attribute.codes >= 0
    table = np.zeros((counts.shape[0], width), dtype=np.int64)
    np.add.at(table, (of[known], attribute.codes[known]), 1)
    return {
        value: Patterns(counts=counts[table[:, v] > 0], multiplicity=table[table[:, v] > 0, v])
        for v, value in enumerate(attribute.values)
        if table[:, v].any()
    }


def steps_of(analysis: HotspotAnalysis) -> tuple[HotspotStep, ...]:
    """Return the steps of an ordered scale."""
    c = analysis.one.criterion
    return tuple(
        HotspotStep(
            project=c.project,
            criterion=c.criterion,
            below=step.below,
            above=step.above,
            alpha=step.alpha,
            share_above=step.share_above,
        )
        for step in analysis.thresholds
    )


def slices_of(analysis: HotspotAnalysis, found: Sequence[Slice]) -> tuple[HotspotSlice, ...]:
    """Return slices as the page shows them, in their order."""
    c = analysis.one.criterion
    return tuple(
        HotspotSlice(
            project=c.project,
            criterion=c.criterion,
            conditions=s.conditions,
            excess=s.excess,
            raw_excess=s.raw_excess,
            inside=s.inside,
            outside=s.outside,
            q_value=s.q_value,
            avoidable=s.avoidable,
            n_items=s.n_items,
            n_trainers=s.n_trainers,
            standing=s.standing,
        )
        for s in found
    )


def themes_of(analysis: HotspotAnalysis) -> tuple[HotspotTheme, ...]:
    """Return the themes, the surest excess first."""
    c, items = analysis.one.criterion, analysis.log.items
    found = []
    for theme, part in zip(analysis.themes.themes, analysis.theme_excess, strict=True):
        typical = [items.iloc[i] for i in theme.typical]
        found.append(
            HotspotTheme(
                project=c.project,
                criterion=c.criterion,
                name=theme.name,
                terms=theme.terms,
                n_items=theme.n_items,
                inside=part.inside,
                excess=part.excess,
                q_value=part.q_value,
                typical=tuple((str(i["item_id"]), str(i["text"])) for i in typical if i["sensitive"] is not True),
            )
        )
    return tuple(sorted(found, key=lambda t: (last(t.excess.low), last(t.excess.value), t.name)))


def queue_of(
    analysis: HotspotAnalysis, cost_per_judgment: float, most: int
) -> tuple[tuple[QueuedItem, ...], dict[str, int]]:
    """Return the queue in order, at most `most` items of each route that asks for something, and items a route."""
    queue = analysis.queue
    if queue is None:
        return (), {}
    c, log = analysis.one.criterion, analysis.log
    routes: Counter[str] = Counter(queue.route)
    taken: Counter[str] = Counter()
    listed = []
    for i in queue.order:
        route = queue.route[i]
        if route != "settled" and taken[route] < most:
            taken[route] += 1
            listed.append(int(i))
    needed = _needed(analysis, [i for i in listed if queue.route[i] == "another judgment"])
    out = []
    for i in listed:
        route = queue.route[i]
        about = log.items.iloc[i]
        expected = needed.get(i, math.nan)
        out.append(
            QueuedItem(
                project=c.project,
                criterion=c.criterion,
                item_id=str(about["item_id"]),
                version=about["version"],
                route=route,
                gain=float(queue.gain[i]),
                priority=float(queue.priority[i]),
                divided=float(queue.divided[i]),
                minutes=float(queue.minutes[i]),
                expected_judgments=expected,
                cost=expected * cost_per_judgment,
                n_judgments=int(log.codes.item_sizes[i]),
                labels=label_counts(analysis, i),
                sensitive=about["sensitive"] is True,
            )
        )
    return tuple(out), dict(routes)


def _needed(analysis: HotspotAnalysis, items: list[int]) -> dict[int, float]:
    """Return how many more judgments each item is expected to take until its label is sure."""
    if not items or analysis.truth is None:
        return {}
    posterior, pooled = analysis.truth
    rng = np.random.default_rng(SEED)
    found = judgments_to_settle(posterior[items], pooled, sure=QueueRule().sure, cap=10, n_paths=60, rng=rng)
    return {i: float(x) for i, x in zip(items, found.expected, strict=True)}


def last(value: float) -> float:
    """Return a key that sorts large values first and nan last."""
    return math.inf if math.isnan(value) else -value
