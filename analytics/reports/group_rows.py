"""What a comparison of groups of trainers gives: groups, topics and items, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.core.numerals import percent, plural
from analytics.core.results import Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow:
    """One group on one criterion.

    Attributes
    ----------
    axis, group : str
        Such as "age_band" and "45+".
    n_trainers, n_items : int
        Support inside the group; 0 where suppressed.
    within, across : Estimate
        Agreement inside the group, and between the group and all others (xRR).
    gai : Estimate
        Their ratio; undefined where `across` is near 0.
    difference : Estimate
        within - across.
    p_value, q_value : float
        Of "the group makes no difference in any of three ways": the smallest of the three below, times their number;
        q after Benjamini-Hochberg over all groups compared.
    p_difference, p_across, p_any : float
        From permuting trainers: of within - across, of across, and of the group's gaps to the others over all items.
    matters : bool
        q_value at most the settings' false-discovery share.
    suppressed : str or None
        Why nothing is shown.
    """

    project: str
    criterion: str
    subjective: bool
    axis: str
    group: str
    n_trainers: int
    n_items: int
    within: Estimate
    across: Estimate
    gai: Estimate
    difference: Estimate
    p_value: float
    q_value: float
    p_difference: float
    p_across: float
    p_any: float
    matters: bool
    suppressed: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicGap:
    """A group's mean answer minus that of all others, on the items of one topic; `gap` in units of `measure`."""

    project: str
    criterion: str
    axis: str
    group: str
    topic: str
    measure: str
    gap: float
    p_value: float
    q_value: float
    matters: bool
    n_trainers: int
    n_items: int
    suppressed: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemGap:
    """A group's mean answer minus that of all others on one item, shrunk; enough trainers on both sides."""

    project: str
    criterion: str
    axis: str
    group: str
    item_id: str
    topic: str
    sensitive: bool
    measure: str
    gap: Estimate
    p_value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AxisConsensus:
    """Share of items on which all groups of an axis have the same single most frequent label."""

    project: str
    criterion: str
    axis: str
    n_groups: int
    share: float
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatsLeftOut:
    """Second judgments of a trainer on an item, which are self-consistency and do not count here."""

    project: str
    criterion: str
    n_judgments: int


def in_words(c: AxisConsensus) -> str:
    """Return on how many items all groups of an axis have the same most frequent label."""
    return (
        f"{percent(c.share, 1)} of {plural(c.n_items, 'item')} have the same single most frequent label in all "
        f"{c.n_groups} groups by {c.axis.replace('_', ' ')}."
    )


def repeats_in_words(r: RepeatsLeftOut) -> str:
    """Return why second judgments of the same trainer do not count."""
    return (
        f"{plural(r.n_judgments, 'repeat')} by the same trainer on the same item left out: a trainer does not agree "
        "with themselves here. Published figures that count them differ slightly."
    )
