"""A slice of the data with excess disagreement, and what a search for slices gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from analytics.core.results import Estimate
from analytics.stats.hotspots.slice_search import SearchRule

Standing = Literal["confirmed", "these trainers", "not confirmed"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """A part of the data with excess disagreement.

    Attributes
    ----------
    conditions : tuple of (str, str)
        Attribute and value, all of which hold.
    excess : Estimate
        Disagreement inside minus outside, adjusted for which trainers met the items, from items the slice was not
        found on.
    raw_excess : float
        The same without the adjustment, over all items.
    inside, outside : float
        Mean pair disagreement of the items inside and outside, over all items.
    q_value : float
        Smallest false discovery rate at which the slice is listed.
    avoidable : float
        Lower end of the excess x items: disagreeing pairs, one an item, that are avoidable for certain.
    n_items, n_trainers : int
        Items of the slice with two judgments, and trainers who met them.
    standing : str
        One of STANDINGS: "confirmed" on items it was not found on, for trainers like these; "these trainers" where it
        stands only with the very trainers who judged (few of them carry it); else "not confirmed".
    """

    conditions: tuple[tuple[str, str], ...]
    excess: Estimate
    raw_excess: float
    inside: float
    outside: float
    q_value: float
    avoidable: float
    n_items: int
    n_trainers: int
    standing: Standing = "confirmed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slices:
    """What the search found, the most avoidable disagreement first.

    Attributes
    ----------
    slices : tuple of Slice
        Confirmed slices.
    candidates : tuple of Slice
        The strongest of those tested that are not confirmed, by excess over its standard error. Where a candidate was
        tested both ways round, its excess is the mean of both, with the mean standard error.
    level : float
        False discovery rate kept; with nothing to find, the largest probability of listing anything.
    n_candidates : int
        Slices that were tested on the half they were not found on, both ways round.
    n_items_paired, n_judgments, n_trainers : int
        Support.
    trainer_spread : float
        Standard deviation of trainers' parts in disagreement that was adjusted for (mean of both halves).
    rule : SearchRule
        Depth, beam, support.
    undefined : str or None
        Why there was no search.
    """

    slices: tuple[Slice, ...]
    candidates: tuple[Slice, ...]
    level: float
    n_candidates: int
    n_items_paired: int
    n_judgments: int
    n_trainers: int
    trainer_spread: float
    rule: SearchRule
    undefined: str | None = None
