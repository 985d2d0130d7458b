"""The judgments of one criterion as group statistics take them, and who belongs to which group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.reports.counts import counted_labels
from analytics.stats.agreement.distances import (
    interval_distances,
    nominal_distances,
    ordinal_distances,
    ratio_distances,
)
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.store.engine import Criterion, Session

MOST_TOPICS = 100
MOST_GROUPS = 12
"""Groups of one axis that are compared: the largest; trainers of the others take no part."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupAxis:
    """One axis of groups: its name, its values, and each known trainer's value by trainer code."""

    name: str
    values: tuple[str, ...]
    member: dict[int, int]

    def of(self, trainer_codes: IntArray) -> IntArray:
        """Return (M,) the group of each trainer, -1 where unknown."""
        return np.array([self.member.get(int(code), -1) for code in trainer_codes], dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupLog:
    """One criterion's judgments in codes.

    Attributes
    ----------
    codes : JudgmentCodes
        Trainer j stands for `trainer_codes[j]`.
    distance : float array (K, K)
    score : float array (K,) or None
        What each label counts as when answers are averaged; None where labels have no such number.
    measure : str
        What the score is.
    topic : int array (N,)
        Index into `topics`, -1 for none.
    item_ids : tuple of str
    sensitive : bool array (N,)
    """

    project: str
    criterion: str
    subjective: bool
    codes: JudgmentCodes
    trainer_codes: IntArray
    distance: FloatArray
    score: FloatArray | None
    measure: str
    topics: tuple[str, ...]
    topic: IntArray
    item_ids: tuple[str, ...]
    sensitive: Any

    def trainers_by_topic(self, of: IntArray, n_groups: int) -> IntArray:
        """Return (topics, groups): different trainers of each group with a judgment on each topic."""
        where, who = self.topic[self.codes.item], self.codes.trainer
        keep = (where >= 0) & (of[who] >= 0)
        pairs = np.unique(np.column_stack([where[keep], who[keep]]), axis=0)
        table = np.zeros((len(self.topics), n_groups), dtype=np.int64)
        np.add.at(table, (pairs[:, 0], of[pairs[:, 1]]), 1)
        return table

    def topic_support(self, of: IntArray, g: int) -> tuple[IntArray, IntArray]:
        """Return (topics,) trainers of group g, and items judged both by the group and by others."""
        mine, others = self._people(of, g)
        both = (mine > 0) & (others > 0) & (self.topic >= 0)
        n_items = np.bincount(self.topic[both], minlength=len(self.topics)).astype(np.int64)
        return self.trainers_by_topic(np.where(of == g, 0, -1), 1)[:, 0], n_items

    def items_with_enough(self, of: IntArray, g: int, floor: int) -> Any:
        """Return (N,) True for items judged by at least `floor` trainers of the group and `floor` others."""
        mine, others = self._people(of, g)
        return (mine >= floor) & (others >= floor)

    def _people(self, of: IntArray, g: int) -> tuple[IntArray, IntArray]:
        group = of[self.codes.trainer]
        n = self.codes.n_items
        return (
            np.bincount(self.codes.item[group == g], minlength=n).astype(np.int64),
            np.bincount(self.codes.item[(group >= 0) & (group != g)], minlength=n).astype(np.int64),
        )


def group_axes(session: Session) -> tuple[GroupAxis, ...]:
    """Return the axes with two groups or more among the trainers in scope, each with its largest groups."""
    found: dict[str, dict[int, str]] = {}
    for code, name, value in session.rows("groups_members"):
        found.setdefault(name, {})[int(code)] = value
    axes = []
    for name, members in sorted(found.items()):
        often = Counter(members.values())
        values = tuple(sorted(sorted(often, key=lambda v: (-often[v], v))[:MOST_GROUPS]))
        place = {value: k for k, value in enumerate(values)}
        if len(values) > 1:
            known = {code: place[value] for code, value in members.items() if value in place}
            axes.append(GroupAxis(name=name, values=values, member=known))
    return tuple(axes)


def sensitive_criteria(session: Session, minimum: int) -> tuple[tuple[Criterion, ...], bool]:
    """Return the criteria judged on at least `minimum` sensitive items, and whether the log marks items at all.

    Where no item is marked, as sensitive or as not, every criterion is returned.
    """
    rows = {code: (sensitive, marked) for code, _, sensitive, marked in session.rows("groups_criteria")}
    any_marked = any(marked for _, marked in rows.values())
    criteria = tuple(c for c in session.criteria() if c.code in rows and c.scale.level not in ("text", "ranking"))
    if not any_marked:
        return criteria, False
    return tuple(c for c in criteria if rows[c.code][0] >= minimum), True


def group_log(session: Session, criterion: Criterion, *, only_sensitive_topics: bool) -> GroupLog | None:
    """Return one criterion's judgments of items judged twice or more, in codes; None where there is none.

    Sets of flags are read as "anything flagged" or "nothing flagged".

    Parameters
    ----------
    only_sensitive_topics : bool
        Compare topic by topic only where a topic has items marked sensitive.
    """
    rows = session.arrays("groups_judgments", criterion_code=criterion.code)
    labels: tuple[str, ...] = ("nothing flagged", "something flagged")
    if criterion.scale.level == "set":
        rank = np.array([int(label != "") for label in criterion.dictionary], dtype=np.int64)
    else:
        labels = counted_labels(criterion)
        place = {label: k for k, label in enumerate(labels)}
        rank = np.array([place.get(label, -1) for label in criterion.dictionary], dtype=np.int64)
    if not len(rows["label_code"]):
        return None
    label = rank[np.asarray(rows["label_code"], dtype=np.int64)]
    keep = label >= 0
    if not keep.any():
        return None
    of_item = np.asarray(rows["unit"], dtype=np.int64)
    _, place_of, sizes = np.unique(of_item[keep], return_inverse=True, return_counts=True)
    keep[keep] = sizes[place_of.reshape(-1)] > 1  # one judgment says nothing about two trainers
    if not keep.any():
        return None
    units, item = np.unique(of_item[keep], return_inverse=True)
    trainer_codes, trainer = np.unique(np.asarray(rows["trainer_code"], dtype=np.int64)[keep], return_inverse=True)
    codes = JudgmentCodes.ordered(
        item=item.reshape(-1),
        trainer=trainer.reshape(-1),
        label=label[keep],
        n_items=units.size,
        n_trainers=trainer_codes.size,
        n_labels=len(labels),
    )
    described = session.frame("groups_items", criterion_code=criterion.code).set_index("item_code")
    described = described.loc[units >> 16]
    names = described["topic"].fillna("").astype(str).to_numpy()
    marked = names[described["sensitive"].to_numpy(dtype=np.bool_)] if only_sensitive_topics else names
    topics = tuple(sorted(set(marked) - {""}))[:MOST_TOPICS]
    place = {topic: k for k, topic in enumerate(topics)}
    distance, score, measure = _measure(criterion, labels, codes)
    return GroupLog(
        project=criterion.project,
        criterion=criterion.criterion,
        subjective=criterion.scale.subjective,
        codes=codes,
        trainer_codes=trainer_codes,
        distance=distance,
        score=score,
        measure=measure,
        topics=topics,
        topic=np.array([place.get(name, -1) for name in names], dtype=np.int64),
        item_ids=tuple(described["item_id"].astype(str)),
        sensitive=described["sensitive"].to_numpy(dtype=np.bool_),
    )


def _measure(
    criterion: Criterion, labels: tuple[str, ...], codes: JudgmentCodes
) -> tuple[FloatArray, FloatArray | None, str]:
    """Return distance, score and what the score is, by the scale's level."""
    level, values = criterion.scale.level, np.asarray(criterion.scale.values, dtype=np.float64)
    k = len(labels)
    if level == "set":
        return nominal_distances(k), np.array([0.0, 1.0]), "share that flags anything"
    if level == "ordinal":
        totals = codes.item_counts.sum(axis=0).astype(np.float64)
        return ordinal_distances(totals), np.arange(1.0, k + 1), "steps of the scale"
    if level in ("interval", "ratio") and values.size == k:
        return (interval_distances if level == "interval" else ratio_distances)(values), values, "points of the scale"
    if level == "nominal":
        first = labels[0] or "(nothing)"
        return nominal_distances(k), (np.arange(k) > 0).astype(np.float64), f"share that says anything but {first}"
    return nominal_distances(k), None, ""
