"""Guideline gaps: the rules that are read in two ways, what that costs, and what settling them would gain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.core.filters import Filters
from analytics.core.numerals import coefficient, plural
from analytics.core.results import Estimate
from analytics.core.scale import Level, Scale
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.agreement import SEED
from analytics.reports.counts import CriterionCounts, counts_by_slice
from analytics.reports.gap_candidates import boundary_candidates, decided
from analytics.reports.gap_rows import OTHERS, Gap, PartKind
from analytics.reports.merged_counts import merged_counts
from analytics.stats.hotspots.guideline_boundaries import BOUNDED_LEVELS
from analytics.stats.hotspots.label_pairs import label_pairs
from analytics.stats.hotspots.part_disagreement import part_disagreements
from analytics.stats.inference.multiple_testing import discoveries
from analytics.store import Engine

SEPARATOR = "\x1f"
"""Between section and topic in a slice of gaps_counts.sql."""
MOST_PARTS = 60
"""A section or topic list longer than this is cut to the largest parts; the others together make one."""
NO_PARTS = "The items of this criterion carry no two guideline sections or topics to compare."
NO_BOUNDARIES: dict[str, str] = {
    "interval": "Its answers are numbers: no rule draws a line between two of them.",
    "ratio": "Its answers are numbers: no rule draws a line between two of them.",
    "ranking": "Its answers are orders of responses: no rule draws a line between two of them.",
    "text": "Its answers are texts: no rule draws a line between two of them.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CellDisagreement:
    """Disagreement on the items of one section and topic; `excess` is against all other cells of the criterion."""

    section: str
    topic: str
    disagreement: float
    excess: Estimate
    q_value: float
    departs: bool
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionGaps:
    """One criterion: where its disagreement lies, section by topic; `undefined` says why no gap can be looked for."""

    project: str
    criterion: str
    level: Level
    part_kind: PartKind | None
    alpha: float
    n_items_paired: int
    n_judgments: int
    cells: tuple[CellDisagreement, ...]
    undefined: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GuidelineGaps:
    """Everything the page shows.

    Attributes
    ----------
    gaps : tuple of Gap
        What was found, the largest gain first.
    tested : tuple of Gap
        Every boundary that was looked at, gaps included, by gain.
    criteria : tuple of CriterionGaps
    sentence : str
    cost_per_judgment, currency, false_discovery : settings in force
    """

    snapshot_id: str
    filters: Filters
    gaps: tuple[Gap, ...]
    tested: tuple[Gap, ...]
    criteria: tuple[CriterionGaps, ...]
    sentence: str
    n_judgments: int
    n_items: int
    n_trainers: int
    cost_per_judgment: float
    currency: str
    false_discovery: float

    def to_document(self) -> dict[str, Any]:
        """Return the gaps as a JSON-ready mapping."""
        return {"snapshot_id": self.snapshot_id, "filters": self.filters.to_dict(), "gaps": list(self.gaps)}


def guideline_gaps_report(engine: Engine, scope: Scope, filters: Filters) -> GuidelineGaps:
    """Return the gaps of every selected criterion, the largest gain in alpha first.

    A boundary between two labels is a gap in a section where three things hold. Items split over it more often than
    in other sections, by a quarter at least; those who give one of the two labels agree less on which (so it is not
    only that both are frequent there); both of that beyond luck, after Benjamini-Hochberg over everything that was
    tested. And agreement on the side is not reliable there by the settings' bands.

    A boundary that no section has to itself is a gap everywhere, of the labels' definition, where it is split clearly
    more often than the scale's other boundaries let expect: carelessness splits them all. A scale of two labels has no
    other boundary, so there the one cannot be told from the other.
    """
    with engine.session(scope, filters) as session:
        criteria = session.criteria()
        slices = counts_by_slice(session, "gaps_counts")
        snapshot_id = session.snapshot.id
    by_code: dict[int, list[CriterionCounts]] = {}
    for part in slices:
        by_code.setdefault(part.criterion.code, []).append(part)
    tested: list[Gap] = []
    found: list[CriterionGaps] = []
    items = judgments = 0
    trainers: set[int] = set()
    for criterion in criteria:
        mine = by_code.get(criterion.code, [])
        if not mine:
            continue
        summary, candidates = _criterion(mine, engine.settings)
        found.append(summary)
        tested += candidates
        judgments += summary.n_judgments
        items += sum(p.patterns.n_items for p in mine)
        trainers |= {int(t) for p in mine for t in p.trainer_codes}
    ranked = decided(tested, engine.settings)
    gaps = tuple(g for g in ranked if g.is_gap)
    return GuidelineGaps(
        snapshot_id=snapshot_id,
        filters=filters,
        gaps=gaps,
        tested=ranked,
        criteria=tuple(found),
        sentence=_sentence(gaps, ranked),
        n_judgments=judgments,
        n_items=items,
        n_trainers=len(trainers),
        cost_per_judgment=engine.settings.cost_per_judgment,
        currency=engine.settings.currency,
        false_discovery=engine.settings.false_discovery,
    )


def _criterion(slices: Sequence[CriterionCounts], settings: Settings) -> tuple[CriterionGaps, list[Gap]]:
    one = slices[0].criterion
    level = one.scale.level
    whole = merged_counts(slices)
    kind, parts = parts_of(slices, settings.minimum_items)
    reason = NO_BOUNDARIES.get(level) or (None if kind else NO_PARTS)
    alpha = math.nan
    gaps: list[Gap] = []
    if level in BOUNDED_LEVELS and whole.patterns.n_items_paired:
        scale = Scale(level=level, labels=whole.labels)
        alpha = label_pairs(whole.patterns, scale, n_replicates=0, rng=np.random.default_rng(SEED)).alpha
        if math.isfinite(alpha):
            gaps = boundary_candidates(parts or {OTHERS: whole}, kind, whole, scale, alpha, settings)
    return (
        CriterionGaps(
            project=one.project,
            criterion=one.criterion,
            level=level,
            part_kind=kind,
            alpha=alpha,
            n_items_paired=whole.patterns.n_items_paired,
            n_judgments=whole.patterns.n_judgments,
            cells=() if level == "text" else _cells(slices, settings),
            undefined=reason,
        ),
        gaps,
    )


def parts_of(slices: Sequence[CriterionCounts], minimum: int) -> tuple[PartKind | None, dict[str, CriterionCounts]]:
    """Return the sections, or the topics where there are no two sections with enough items; small parts go together."""
    kinds: tuple[tuple[PartKind, int], ...] = (("guideline_section", 0), ("topic", 1))
    for kind, place in kinds:
        grouped: dict[str, list[CriterionCounts]] = {}
        for one in slices:
            name = one.slice.split(SEPARATOR)[place]
            grouped.setdefault(name or OTHERS, []).append(one)
        merged = {name: merged_counts(ones) for name, ones in grouped.items()}
        large = sorted(
            (name for name, c in merged.items() if c.patterns.n_items_paired >= minimum and name != OTHERS),
            key=lambda name: -merged[name].patterns.n_items_paired,
        )[:MOST_PARTS]
        rest = [merged[name] for name in merged if name not in large]
        parts = {name: merged[name] for name in sorted(large)}
        if rest:
            parts[OTHERS] = merged_counts(rest)
        if large and len(parts) >= 2:
            return kind, parts
    return None, {}


def _cells(slices: Sequence[CriterionCounts], settings: Settings) -> tuple[CellDisagreement, ...]:
    found = part_disagreements([s.patterns for s in slices], confidence=settings.confidence)
    tests = discoveries([f.p_value for f in found], level=settings.false_discovery)
    cells = []
    for one, f, q, real in zip(slices, found, tests.q_values, tests.rejected, strict=True):
        section, topic = one.slice.split(SEPARATOR)
        if f.n_items:
            cells.append(
                CellDisagreement(
                    section=section,
                    topic=topic,
                    disagreement=f.disagreement,
                    excess=f.excess,
                    q_value=float(q),
                    departs=bool(real),
                    n_items=f.n_items,
                )
            )
    return tuple(cells)


def _sentence(gaps: Sequence[Gap], tested: Sequence[Gap]) -> str:
    if not tested:
        return "No rule can be tested here: that takes labels, two sections or topics, and items judged twice in each."
    if not gaps:
        return (
            f"No rule is read in two ways beyond chance: {plural(len(tested), 'boundary', 'boundaries')} between "
            "labels looked at, none of them worse in one section than in the others, or than other boundaries are."
        )
    first = gaps[0]
    a, b = first.a or "(nothing)", first.b or "(nothing)"
    more = f"; {plural(len(gaps) - 1, 'further gap')} below" if len(gaps) > 1 else ""
    what = f"Rewrite “{first.part}” first: “{a}” and “{b}” are not told apart there"
    if first.part_kind is None:
        what = f"Define where “{a}” ends and “{b}” begins first: they are not told apart in any section"
    return (
        f"{what}, and settling that would lift alpha "
        f"of {first.criterion} from {coefficient(first.alpha)} to about "
        f"{coefficient(first.alpha + first.alpha_gain.value)}{more}."
    )
