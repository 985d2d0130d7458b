"""What to do next: what the Overview's own numbers give a reason for, the most pressing first, each with the way."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.core.settings import Settings
from analytics.reports.agreement import SEED
from analytics.reports.counts import CriterionCounts
from analytics.reports.overview_team import TeamStrip
from analytics.stats.hotspots.label_pairs import LabelPair, label_pairs
from analytics.stats.inference.binomial_intervals import binomial_intervals

if TYPE_CHECKING:
    from analytics.reports.overview import CriterionOverview, Support

Kind = Literal["fell", "below target", "team", "boundary", "gold", "overlap", "guessed"]
Names = Mapping[tuple[str, str], str]
"""(project, criterion) -> how the criterion is called: with its project where two share the name."""
REPLICATES = 200
"""Of the interval of a boundary's gain."""
LEAST_GAIN = 0.02
"""A boundary is worth settling where alpha would gain at least this much, by the lower end of its interval."""
BOUNDARY_LEVELS = ("nominal", "ordinal")


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """One thing to do.

    Attributes
    ----------
    kind : str
        What gives the reason.
    title : str
        What to do, in a few words.
    why : str
        The numbers that say so.
    pages : tuple of str
        Where it is done; the first of them that the viewer's role may open.
    project, criterion : str
        What it is about; "" for the team.
    section : str
        Part of the page; "" for its first.
    """

    kind: Kind
    title: str
    why: str
    pages: tuple[str, ...]
    project: str = ""
    criterion: str = ""
    section: str = ""


def next_steps(
    rows: Sequence[CriterionOverview],
    counts: Sequence[CriterionCounts],
    team: TeamStrip,
    now: Support,
    settings: Settings,
) -> tuple[NextStep, ...]:
    """Return what there is a reason to do, one of each kind before a second of any.

    Kinds, the most pressing first: agreement that fell for real; agreement that misses its declared target; trainers
    outside the team's limits; the boundary between two labels that costs most; gold below the target; criteria judged
    twice too rarely for a verdict; scales that were guessed.
    """
    often = Counter(r.criterion for r in rows)
    names = {(r.project, r.criterion): r.criterion if often[r.criterion] == 1 else f"{r.criterion} of {r.project}"
             for r in rows}  # fmt: skip
    fell = _fell(rows, names)
    told = {(step.project, step.criterion) for step in fell}
    found = [
        fell, [step for step in _below_target(rows, names) if (step.project, step.criterion) not in told], _team(team),
        _boundaries(rows, counts, names, settings), _gold(now, settings), _overlap(rows, names, settings),
        _guessed(rows, names),
    ]  # fmt: skip
    deepest = max((len(steps) for steps in found), default=0)
    return tuple(steps[k] for k in range(deepest) for steps in found if len(steps) > k)


def _fell(rows: Sequence[CriterionOverview], names: Names) -> list[NextStep]:
    fell = [(r.change.value, r) for r in rows if r.real and r.change is not None and r.change.value < 0]
    return [
        NextStep(
            kind="fell",
            title=f"Find out why {names[r.project, r.criterion]} fell",
            why=f"Agreement went from {coefficient(r.previous.value if r.previous else math.nan)} to "
            f"{coefficient(r.current.value)} (change {signed(change)}), and that is not noise.",
            pages=("agreement", "hotspots"), project=r.project, criterion=r.criterion, section="When",
        )
        for change, r in sorted(fell, key=lambda one: one[0])
    ]  # fmt: skip


def _below_target(rows: Sequence[CriterionOverview], names: Names) -> list[NextStep]:
    missed = [
        (r.target - r.current.high, r) for r in rows
        if r.target is not None and r.current.defined and not r.provisional and r.current.high < r.target
    ]  # fmt: skip
    return [
        NextStep(
            kind="below target",
            title=f"Bring {names[r.project, r.criterion]} up to its target",
            why=f"Agreement is {coefficient(r.current.value)} ({interval(r.current.low, r.current.high)}); "
            f"the target is {coefficient(r.target or math.nan)}.",
            pages=("agreement", "hotspots"), project=r.project, criterion=r.criterion, section="Why",
        )
        for _, r in sorted(missed, key=lambda one: -one[0])
    ]  # fmt: skip


def _team(team: TeamStrip) -> list[NextStep]:
    below = team.below
    if not below:
        return []
    who = "a trainer" if len(below) == 1 else plural(len(below), "trainer")
    some = "One" if len(below) == 1 else count(len(below))
    verb = "agrees" if len(below) == 1 else "agree"
    return [
        NextStep(
            kind="team",
            title=f"Look at {who} out of the ordinary",
            why=f"{some} of {count(len(team.trainers))} {verb} less with the others than the same items let people, "
            f"beyond limits that hold {percent(team.coverage, 1)} of ordinary trainers. A reason to look, no verdict.",
            pages=("trainers",),
        )
    ]


def _boundaries(
    rows: Sequence[CriterionOverview], counts: Sequence[CriterionCounts], names: Names, settings: Settings
) -> list[NextStep]:
    """The costliest boundary of each criterion that is not in the best band; matters of opinion have none to settle."""
    best = max(settings.bands, key=lambda band: band.low).name
    costly: list[tuple[LabelPair, CriterionOverview]] = []
    for row, c in zip(rows, counts, strict=True):
        open_question = row.current.defined and not row.provisional and row.verdict != best
        if c.scale.subjective or c.level not in BOUNDARY_LEVELS or not open_question:
            continue
        found = label_pairs(
            c.patterns, c.scale, confidence=settings.confidence, n_replicates=REPLICATES,
            rng=np.random.default_rng(SEED),
        )  # fmt: skip
        costly += [(pair, row) for pair in found.pairs[:1] if pair.alpha_gain.low >= LEAST_GAIN]
    costly.sort(key=lambda one: -one[0].alpha_gain.value)
    return [
        NextStep(
            kind="boundary",
            title=f"Settle “{pair.a}” against “{pair.b}” on {names[row.project, row.criterion]}",
            why=f"Items are split between the two {count(pair.n_items)} times; told apart, agreement would gain "
            f"{coefficient(pair.alpha_gain.value)} ({interval(pair.alpha_gain.low, pair.alpha_gain.high)}).",
            pages=("guideline_gaps", "hotspots"), project=row.project, criterion=row.criterion, section="Label pairs",
        )
        for pair, row in costly
    ]  # fmt: skip


def _gold(now: Support, settings: Settings) -> list[NextStep]:
    if not now.n_gold:
        return []
    share = now.n_gold_right / now.n_gold
    high = float(
        binomial_intervals(np.array([now.n_gold_right]), np.array([now.n_gold]), confidence=settings.confidence).high[0]
    )
    if high >= settings.gold_target:
        return []
    why = f"{percent(share)} of {count(now.n_gold)} judgments with a known answer are right; the target is "
    return [
        NextStep(
            kind="gold", title="Go through the gold", why=f"{why}{percent(settings.gold_target)}.",
            pages=("trainers", "data_health"),
        )
    ]  # fmt: skip


def _overlap(rows: Sequence[CriterionOverview], names: Names, settings: Settings) -> list[NextStep]:
    thin = sorted((r for r in rows if r.provisional), key=lambda r: (r.n_items_paired, r.criterion))
    return [
        NextStep(
            kind="overlap",
            title=f"Have more items of {names[r.project, r.criterion]} judged twice",
            why=f"{plural(r.n_items_paired, 'item was', 'items were')} judged twice; below "
            f"{count(settings.provisional_below)} no verdict holds.",
            pages=("data_health",), project=r.project, criterion=r.criterion,
        )
        for r in thin
    ]  # fmt: skip


def _guessed(rows: Sequence[CriterionOverview], names: Names) -> list[NextStep]:
    guessed = [r for r in rows if r.inferred]
    if not guessed:
        return []
    only = names[guessed[0].project, guessed[0].criterion] if len(guessed) == 1 else f"{count(len(guessed))} criteria"
    return [
        NextStep(
            kind="guessed",
            title=f"Declare the scale of {only}",
            why="The kind of scale was guessed from the labels seen, and every number on it rests on that.",
            pages=("data_health",),
        )
    ]
