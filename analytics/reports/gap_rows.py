"""One boundary between labels in one part of the data, or everywhere: what it costs and what to ask about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.core.numerals import coefficient, count, plural
from analytics.core.results import Estimate
from analytics.core.scale import Level

PartKind = Literal["guideline_section", "topic"]
OTHERS = "(all others)"
"""Name of the small parts put together; never a gap itself."""
TIES = {"tie", "0"}
EVERYWHERE = "Everywhere"
"""Part of a boundary that is unclear wherever it occurs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """Who leans to which side of a boundary, in numbers of trainers.

    Attributes
    ----------
    lean_a, lean_b : int
        Trainers who give a where colleagues give b, and the reverse, beyond what luck explains.
    n_trainers : int
        Trainers with a split over this boundary.
    """

    lean_a: int
    lean_b: int
    n_trainers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """One boundary in one part of the data.

    Attributes
    ----------
    project, criterion : str
    level : Level
    part_kind : "guideline_section", "topic" or None
        What `part` is; topics stand in where the log names no sections. None where the boundary is unclear everywhere.
    part : str
    a, b : str
        The two readings: labels, or the two sides of a step of an ordered scale.
    ordered : bool
        True where a and b are neighbours on an ordered scale: a or below against b or above.
    alpha_gain : Estimate
        What the criterion's alpha would gain if this boundary were settled here. Adds up over parts and boundaries.
    alpha : float
        The criterion's alpha in this selection (nominal, ordinal, MASI by its level).
    share_of_disagreement : float
    lift : float
        How often the two labels meet here, over how often they would if labels met at random: 1 is "not told apart".
    boundary_alpha, boundary_alpha_elsewhere : float
        Agreement on the side alone, here and in all other parts; nan where there is no other part.
    excess : float
        Splits an item here over splits an item elsewhere. Of a boundary everywhere: over those that the scale's other
        boundaries let expect.
    n_items, n_items_split : int
        Items judged twice or more here, and those of them with both readings.
    n_judgments_split : int
        Judgments spent on those.
    cost : float
        Their price, in the settings' currency.
    p_value, q_value : float
        Of "no worse here than elsewhere" (everywhere: "not clearly more often than other boundaries"), and after
        Benjamini-Hochberg over everything on the page; what is tested in parts and what is tested everywhere have
        half of the false discoveries each.
    is_gap : bool
    readings : Readings
    question : str
        What to ask the guideline's owner.
    """

    project: str
    criterion: str
    level: Level
    part_kind: PartKind | None
    part: str
    a: str
    b: str
    ordered: bool
    alpha_gain: Estimate
    alpha: float
    share_of_disagreement: float
    lift: float
    boundary_alpha: float
    boundary_alpha_elsewhere: float
    excess: float
    n_items: int
    n_items_split: int
    n_judgments_split: int
    cost: float
    p_value: float
    q_value: float
    is_gap: bool
    readings: Readings
    question: str


def question(gap: Gap) -> str:
    """Return what to ask the guideline's owner, in plain words."""
    where = {"guideline_section": f"Under “{gap.part}”", "topic": f"On the topic “{gap.part}”"}.get(
        gap.part_kind or "", "Wherever it comes up"
    )
    a, b = (label or "(nothing)" for label in (gap.a, gap.b))
    if gap.level == "preference":
        asked = f"{_compared(gap.a, gap.b)} on {gap.criterion}?"
    elif gap.ordered:
        asked = f"what makes an item at least “{b}” rather than “{a}” or lower on {gap.criterion}?"
    else:
        asked = f"when is an item “{a}” and when is it “{b}” on {gap.criterion}?"
    words = [
        f"{where}: {asked} Colleagues gave both to {count(gap.n_items_split)} of "
        f"{plural(gap.n_items, 'item')}{_beside(gap)}."
    ]
    r = gap.readings
    if r.lean_a and r.lean_b:
        words.append(
            f"{plural(r.lean_a, 'trainer')} {'leans' if r.lean_a == 1 else 'lean'} to “{a}” and {r.lean_b} to “{b}”: "
            "each side follows a rule, so please say which one holds, with an example of either."
        )
    elif r.lean_a or r.lean_b:
        lean = "leans" if r.lean_a + r.lean_b == 1 else "lean"
        words.append(
            f"{plural(r.lean_a or r.lean_b, 'trainer')} of {r.n_trainers} {lean} to “{a if r.lean_a else b}”, the "
            "others to neither: is theirs the intended reading?"
        )
    else:
        words.append(
            "No single trainer leans to either side beyond chance: what is missing is a test that tells the two apart."
        )
    return " ".join(words)


def _compared(a: str, b: str) -> str:
    """Return what to ask of two verdicts on two responses; A and B only name the responses."""
    if TIES & {a, b}:
        return "when are two responses equally good, and when is one better"
    return "what makes one response better than the other"


def _beside(gap: Gap) -> str:
    if gap.part_kind:
        return " here"
    return f", {coefficient(gap.excess, 1)} times as often as the scale's other boundaries let expect"
