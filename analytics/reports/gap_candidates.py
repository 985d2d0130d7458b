"""Boundaries between labels, section by section: which are read in two ways, and what settling them would gain."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.core.numerals import count, plural
from analytics.core.results import Coefficient, Estimate
from analytics.core.scale import Level, Scale
from analytics.core.settings import Settings
from analytics.reports.agreement import SEED
from analytics.reports.counts import CriterionCounts
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, TrainerPatterns
from analytics.stats.hotspots.guideline_boundaries import (
    Boundary,
    both_sides,
    boundaries,
    boundary_patterns,
    part_gains,
    worse_here,
)
from analytics.stats.hotspots.label_pair_sources import pair_directions, pair_places
from analytics.stats.hotspots.label_pairs import label_pairs
from analytics.stats.inference.comparison import difference_of_independent
from analytics.stats.inference.multiple_testing import discoveries

PartKind = Literal["guideline_section", "topic"]
OTHERS = "(all others)"
"""Name of the small parts put together; never a gap itself."""


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
    part_kind : "guideline_section" or "topic"
        What `part` is; topics stand in where the log names no sections.
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
        Agreement on the side alone, here and in all other parts.
    excess : float
        Splits an item here over splits an item elsewhere.
    n_items, n_items_split : int
        Items judged twice or more here, and those of them with both readings.
    n_judgments_split : int
        Judgments spent on those.
    cost : float
        Their price, in the settings' currency.
    p_value, q_value : float
        Of "no worse here than elsewhere", and after Benjamini-Hochberg over all boundaries and parts of the page.
    is_gap : bool
    readings : Readings
    question : str
        What to ask the guideline's owner.
    """

    project: str
    criterion: str
    level: Level
    part_kind: PartKind
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


def boundary_candidates(
    parts: Mapping[str, CriterionCounts],
    kind: PartKind,
    whole: CriterionCounts,
    scale: Scale,
    alpha: float,
    settings: Settings,
) -> list[Gap]:
    """Return every boundary of a criterion in every part with enough split items, not yet decided."""
    lines = boundaries(whole.patterns, scale)
    names = list(parts)
    split = part_gains(
        [parts[name].patterns for name in names],
        scale,
        lines,
        confidence=settings.confidence,
        n_replicates=settings.bootstrap_replicates,
        rng=np.random.default_rng(SEED),
    )
    made = []
    for h, line in enumerate(lines):
        sided = {name: boundary_patterns(parts[name].patterns, line) for name in names}
        rates = {name: parts[name].patterns for name in names} if not line.ordered else sided
        a, b = (line.a, line.b) if not line.ordered else (0, 1)
        places = {p.part: p for p in pair_places(rates, a, b, confidence=settings.confidence)}
        for s, name in enumerate(names):
            here, gain = parts[name], split.gain[s][h]
            both = both_sides(here.patterns, line)
            n_split = int(here.patterns.multiplicity[both].sum())
            place = places.get(name)
            if name == OTHERS or place is None or n_split < settings.minimum_items or not gain.defined:
                continue
            rest = _together([sided[other] for other in names if other != name])
            difference = difference_of_independent(_alpha(sided[name], settings), _alpha(rest, settings))
            n_judgments = int((here.patterns.multiplicity * here.patterns.sizes)[both].sum())
            readings = _readings(here, line, settings)
            made.append(
                Gap(
                    project=here.criterion.project,
                    criterion=here.criterion.criterion,
                    level=here.level,
                    part_kind=kind,
                    part=name,
                    a=here.labels[line.a],
                    b=here.labels[line.b],
                    ordered=line.ordered,
                    alpha_gain=gain,
                    alpha=alpha,
                    share_of_disagreement=gain.value / (1 - alpha) if alpha < 1 else math.nan,
                    lift=_lift(here.patterns if not line.ordered else sided[name], a, b),
                    boundary_alpha=_alpha(sided[name], settings).value,
                    boundary_alpha_elsewhere=_alpha(rest, settings).value,
                    excess=place.excess,
                    n_items=here.patterns.n_items_paired,
                    n_items_split=n_split,
                    n_judgments_split=n_judgments,
                    cost=n_judgments * settings.cost_per_judgment,
                    p_value=worse_here(place.p_value, difference.value, difference.se),
                    q_value=math.nan,
                    is_gap=False,
                    readings=readings,
                    question="",
                )
            )
    return made


def _alpha(sides: Patterns, settings: Settings) -> Coefficient:
    return agreement_coefficients(
        sides,
        level="nominal",
        values=(0.0, 1.0),
        names=("krippendorff_alpha",),
        interval="items",
        confidence=settings.confidence,
    )[0]


def _lift(patterns: Patterns, a: int, b: int) -> float:
    labels = tuple(str(k) for k in range(patterns.n_labels))
    split = label_pairs(
        patterns, Scale(level="nominal", labels=labels), n_replicates=0, rng=np.random.default_rng(SEED)
    )
    return next((p.lift for p in split.pairs if {p.a, p.b} == {str(a), str(b)}), math.nan)


def _together(parts: Sequence[Patterns]) -> Patterns:
    return Patterns(
        counts=np.concatenate([p.counts for p in parts]), multiplicity=np.concatenate([p.multiplicity for p in parts])
    )


def _readings(here: CriterionCounts, line: Boundary, settings: Settings) -> Readings:
    patterns, trainers = here.patterns, here.trainer_patterns
    a, b = line.a, line.b
    if line.ordered:
        patterns, trainers = _folded(here, line)
        a, b = 0, 1
    found = pair_directions(patterns, trainers, a, b, confidence=settings.confidence)
    if found.undefined:
        return Readings(lean_a=0, lean_b=0, n_trainers=0)
    splits = (found.gives_a + found.gives_b) > 0
    return Readings(
        lean_a=int((splits & (found.low > 0.5)).sum()),
        lean_b=int((splits & (found.high < 0.5)).sum()),
        n_trainers=int(splits.sum()),
    )


def _folded(here: CriterionCounts, line: Boundary) -> tuple[Patterns, TrainerPatterns]:
    side = (np.arange(len(here.labels)) >= line.b).astype(np.int64)
    t = here.trainer_patterns
    sides = np.stack([here.patterns.counts[:, : line.b].sum(axis=1), here.patterns.counts[:, line.b :].sum(axis=1)], 1)
    return Patterns(counts=sides, multiplicity=here.patterns.multiplicity), TrainerPatterns(
        trainer=t.trainer, pattern=t.pattern, label=side[t.label], n=t.n, n_trainers=t.n_trainers
    )


def decided(candidates: Sequence[Gap], settings: Settings) -> tuple[Gap, ...]:
    """Return the candidates by falling gain, each with its q-value, verdict and question.

    Of the steps of one ordered scale in one part only the costliest is called a gap: what makes a section noisy shows
    at every step.
    """
    found = discoveries([c.p_value for c in candidates], level=settings.false_discovery)
    reliable = sorted(b.low for b in settings.bands)[1] if len(settings.bands) > 1 else math.inf
    out: list[Gap] = []
    taken: set[tuple[str, str, str]] = set()
    order = sorted(range(len(candidates)), key=lambda k: _worst_first(candidates[k]))
    for k in order:
        c, place = candidates[k], (candidates[k].project, candidates[k].criterion, candidates[k].part)
        gap = bool(found.rejected[k]) and c.boundary_alpha < reliable and not (c.ordered and place in taken)
        if gap:
            taken.add(place)
        out.append(dataclasses.replace(c, q_value=float(found.q_values[k]), is_gap=gap, question=question(c)))
    return tuple(out)


def _worst_first(gap: Gap) -> tuple[float, str, str, str, str]:
    return -gap.alpha_gain.value, gap.project, gap.criterion, gap.part, gap.a


def question(gap: Gap) -> str:
    """Return what to ask the guideline's owner, in plain words."""
    where = "Under" if gap.part_kind == "guideline_section" else "On the topic"
    a, b = (label or "(nothing)" for label in (gap.a, gap.b))
    if gap.ordered:
        asked = f"what makes an item at least “{b}” rather than “{a}” or lower on {gap.criterion}?"
    else:
        asked = f"when is an item “{a}” and when is it “{b}” on {gap.criterion}?"
    words = [
        f"{where} “{gap.part}”: {asked} Colleagues gave both to {count(gap.n_items_split)} of "
        f"{plural(gap.n_items, 'item')} here."
    ]
    r = gap.readings
    if r.lean_a and r.lean_b:
        words.append(
            f"{plural(r.lean_a, 'trainer')} lean to “{a}” and {r.lean_b} to “{b}”: each side follows a rule, "
            "so please say which one holds, with an example of either."
        )
    elif r.lean_a or r.lean_b:
        words.append(
            f"{plural(r.lean_a or r.lean_b, 'trainer')} of {r.n_trainers} lean to “{a if r.lean_a else b}”, the others "
            "to neither: is theirs the intended reading?"
        )
    else:
        words.append(
            "No single trainer leans to either side beyond chance: what is missing is a test that tells the two apart."
        )
    return " ".join(words)
