"""Groups of trainers on sensitive criteria: where people read differently, never who is wrong."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.agreement import SEED
from analytics.reports.group_log import GroupAxis, GroupLog, group_axes, group_log, sensitive_criteria
from analytics.reports.group_rows import AxisConsensus, GroupRow, ItemGap, RepeatsLeftOut, TopicGap
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.group_gaps import GroupGaps, group_consensus, group_gaps
from analytics.stats.hotspots.group_tables import group_counts, label_table
from analytics.stats.hotspots.rater_groups import GroupReliability, rater_groups
from analytics.stats.hotspots.suppression import suppressed_cells
from analytics.stats.inference.multiple_testing import discoveries, smallest_of
from analytics.store import Engine

MOST_ITEMS = 100
"""Items listed with their gap, over all groups."""
LOOK_CLOSER, MANY = 0.02, 20
"""A p-value this small is found anew, from so many times as many permutations: it has to survive many tests."""
ALONE = "The selection names single trainers; groups are compared only over everybody."
NO_GROUPS = "The log says of no trainer which group they belong to."
NO_CRITERIA = "No criterion was judged on enough items marked sensitive."


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupsReport:
    """Groups, topics and items where readings divide, each ranked, the worst first.

    Attributes
    ----------
    marked : bool
        False where no item is marked sensitive or not: then every criterion is looked at.
    floor : int
        Fewest trainers behind anything shown.
    n_permutations : int
    undefined : str or None
        Why there is nothing to compare.
    """

    snapshot_id: str
    filters: Filters
    groups: tuple[GroupRow, ...]
    topic_gaps: tuple[TopicGap, ...]
    item_gaps: tuple[ItemGap, ...]
    consensus: tuple[AxisConsensus, ...]
    repeats: tuple[RepeatsLeftOut, ...]
    marked: bool
    floor: int
    n_permutations: int
    false_discovery: float
    undefined: str | None

    def to_document(self) -> dict[str, Any]:
        """Return the document that `groups --json` prints."""
        return {
            "groups": list(self.groups),
            "topic_gaps": list(self.topic_gaps),
            "item_gaps": list(self.item_gaps),
            "consensus": list(self.consensus),
            "repeats_left_out": list(self.repeats),
            "undefined": self.undefined,
            "snapshot_id": self.snapshot_id,
            "filters": self.filters.to_dict(),
        }


def groups_report(engine: Engine, scope: Scope, filters: Filters, *, axes: tuple[str, ...] = ()) -> GroupsReport:
    """Compare the groups of every axis on every sensitive criterion.

    A criterion is sensitive where enough of its items are marked so; where the log marks none either way, all are.
    Of those, where some are declared subjective only these are looked at, unless `filters` names criteria: who one is
    has a place in matters of judgment, and every further test makes the others harder to see. Groups, and cells of
    group by topic, with fewer trainers than the privacy floor are not shown, nor what would give them away by
    subtraction; single items only where both sides have that many trainers.

    Parameters
    ----------
    axes : tuple of str
        Only these axes, such as "age_band"; all where empty.
    """
    settings = engine.settings
    rows: list[GroupRow] = []
    topics: list[TopicGap] = []
    items: list[ItemGap] = []
    agreed: list[AxisConsensus] = []
    with engine.session(scope, filters) as session:
        snapshot_id = session.snapshot.id
        known = tuple(a for a in group_axes(session) if not axes or a.name in axes)
        criteria, marked = sensitive_criteria(session, settings.minimum_items)
        if not filters.criteria and any(c.scale.subjective for c in criteria):
            criteria = tuple(c for c in criteria if c.scale.subjective)
        left = {int(r["criterion_code"]): int(r["repeats"]) for r in session.frame("left_out").to_dict("records")}
        reason = ALONE if filters.trainers else NO_GROUPS if not known else NO_CRITERIA if not criteria else None
        for criterion in criteria if reason is None else ():
            log = group_log(session, criterion, only_sensitive_topics=marked)
            if log is None:
                continue
            for axis in known:
                found, by_topic, by_item, same = _one_axis(log, axis, settings.privacy_floor, engine)
                rows += found
                topics += by_topic
                items += by_item
                agreed += same
    return GroupsReport(
        snapshot_id=snapshot_id,
        filters=filters,
        groups=_rows_decided(rows, settings.false_discovery),
        topic_gaps=_topics_decided(topics, settings.false_discovery),
        item_gaps=tuple(sorted(items, key=lambda i: (i.p_value, -abs(i.gap.value)))[:MOST_ITEMS]),
        consensus=tuple(agreed),
        repeats=tuple(
            RepeatsLeftOut(project=c.project, criterion=c.criterion, n_judgments=left[c.code])
            for c in criteria
            if left.get(c.code)
        ),
        marked=marked,
        floor=settings.privacy_floor,
        n_permutations=settings.bootstrap_replicates,
        false_discovery=settings.false_discovery,
        undefined=reason,
    )


def _one_axis(
    log: GroupLog, axis: GroupAxis, floor: int, engine: Engine
) -> tuple[list[GroupRow], list[TopicGap], list[ItemGap], list[AxisConsensus]]:
    settings = engine.settings
    of = axis.of(log.trainer_codes)
    n_groups = len(axis.values)
    found = rater_groups(
        log.codes,
        of,
        n_groups,
        log.distance,
        n_permutations=settings.bootstrap_replicates,
        floor=floor,
        confidence=settings.confidence,
        rng=np.random.default_rng(SEED),
    )
    rows = [_row(log, axis, one) for one in found.groups if (of == one.group).any()]
    shown = [g.group for g in found.groups if g.suppressed is None]
    consensus = []
    if len(shown) == n_groups == len({int(g) for g in of if g >= 0}):
        counts = group_counts(label_table(log.codes), of[None], n_groups, log.codes.n_labels)[:, :, 0]
        share, n_items = group_consensus(counts)
        consensus.append(
            AxisConsensus(
                project=log.project,
                criterion=log.criterion,
                axis=axis.name,
                n_groups=n_groups,
                share=share,
                n_items=n_items,
            )
        )
    if log.score is None:
        return rows, [], [], consensus
    hidden = suppressed_cells(log.trainers_by_topic(of, n_groups), floor, complement=True)
    topics: list[TopicGap] = []
    items: list[ItemGap] = []
    for g in shown:
        gaps = _gaps(log, log.score, of, g, settings.bootstrap_replicates, settings.confidence)
        if np.nanmin([*gaps.part_p_value, gaps.p_any, 1.0]) <= LOOK_CLOSER:
            gaps = _gaps(log, log.score, of, g, MANY * settings.bootstrap_replicates, settings.confidence)
        rows = [dataclasses.replace(r, p_any=gaps.p_any) if r.group == axis.values[g] else r for r in rows]
        topics += _topic_gaps(log, axis, g, gaps, of, hidden[:, g].tolist(), floor)
        items += _item_gaps(log, axis, g, gaps, of, floor)
    return rows, topics, items, consensus


def _gaps(log: GroupLog, score: FloatArray, of: IntArray, g: int, n: int, confidence: float) -> GroupGaps:
    return group_gaps(
        log.codes,
        np.where(of < 0, -1, of == g),
        score,
        part=log.topic,
        n_parts=len(log.topics),
        n_permutations=n,
        confidence=confidence,
        rng=np.random.default_rng(SEED + g + n),
    )


def _row(log: GroupLog, axis: GroupAxis, one: GroupReliability) -> GroupRow:
    return GroupRow(
        project=log.project,
        criterion=log.criterion,
        subjective=log.subjective,
        axis=axis.name,
        group=axis.values[one.group],
        n_trainers=one.n_trainers,
        n_items=one.n_items,
        within=one.within,
        across=one.across,
        gai=one.association,
        difference=one.difference,
        p_value=math.nan,
        q_value=math.nan,
        p_difference=one.p_difference,
        p_across=one.p_across,
        p_any=math.nan,
        matters=False,
        suppressed=one.suppressed,
    )


def _topic_gaps(
    log: GroupLog, axis: GroupAxis, g: int, gaps: GroupGaps, of: IntArray, hidden: Sequence[bool], floor: int
) -> list[TopicGap]:
    people, n_items = log.topic_support(of, g)
    reason = f"Fewer than {floor} trainers on one side, or it would give such a group away."
    made = []
    for s, topic in enumerate(log.topics):
        small = hidden[s]
        if not small and not math.isfinite(gaps.part_gap[s]):
            continue
        made.append(
            TopicGap(
                project=log.project,
                criterion=log.criterion,
                axis=axis.name,
                group=axis.values[g],
                topic=topic,
                measure=log.measure,
                gap=math.nan if small else float(gaps.part_gap[s]),
                p_value=math.nan if small else float(gaps.part_p_value[s]),
                q_value=math.nan,
                matters=False,
                n_trainers=0 if small else int(people[s]),
                n_items=0 if small else int(n_items[s]),
                suppressed=reason if small else None,
            )
        )
    return made


def _item_gaps(log: GroupLog, axis: GroupAxis, g: int, gaps: GroupGaps, of: IntArray, floor: int) -> list[ItemGap]:
    enough = log.items_with_enough(of, g, floor)
    made = []
    for i in np.flatnonzero(enough & np.isfinite(gaps.shrunken)):
        made.append(
            ItemGap(
                project=log.project,
                criterion=log.criterion,
                axis=axis.name,
                group=axis.values[g],
                item_id=log.item_ids[i],
                topic=log.topics[log.topic[i]] if log.topic[i] >= 0 else "",
                sensitive=bool(log.sensitive[i]),
                measure=log.measure,
                gap=Estimate(
                    value=float(gaps.shrunken[i]),
                    low=float(gaps.low[i]),
                    high=float(gaps.high[i]),
                    confidence=gaps.confidence,
                    interval_method="posterior under a normal spread of gaps",
                ),
                p_value=float(gaps.p_value[i]),
            )
        )
    made.sort(key=lambda one: (one.p_value, -abs(one.gap.value)))
    return made[:MOST_ITEMS]


def _rows_decided(rows: Sequence[GroupRow], level: float) -> tuple[GroupRow, ...]:
    p_values = [smallest_of((r.p_difference, r.p_across, r.p_any)) for r in rows]
    found = discoveries(p_values, level=level)
    made = [
        dataclasses.replace(r, p_value=p, q_value=float(q), matters=bool(m))
        for r, p, q, m in zip(rows, p_values, found.q_values, found.rejected, strict=True)
    ]
    return tuple(sorted(made, key=_worst_first))


def _worst_first(r: GroupRow) -> tuple[bool, bool, float, float, str, str, str]:
    """Groups that matter first, by the size of the difference; suppressed ones last."""
    size = -abs(r.difference.value) if r.difference.defined else 0.0
    q = r.q_value if math.isfinite(r.q_value) else 2.0
    return r.suppressed is not None, not r.matters, round(q, 12), size, r.criterion, r.axis, r.group


def _topics_decided(gaps: Sequence[TopicGap], level: float) -> tuple[TopicGap, ...]:
    found = discoveries([g.p_value for g in gaps], level=level)
    made = [
        dataclasses.replace(g, q_value=float(q), matters=bool(m))
        for g, q, m in zip(gaps, found.q_values, found.rejected, strict=True)
    ]
    return tuple(
        sorted(
            made,
            key=lambda g: (
                g.suppressed is not None,
                not g.matters,
                g.q_value if math.isfinite(g.q_value) else 2.0,
                -abs(g.gap) if math.isfinite(g.gap) else 0.0,
                g.criterion,
                g.axis,
                g.group,
                g.topic,
            ),
        )
    )
