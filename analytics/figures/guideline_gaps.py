"""The figures of the Guideline gaps page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.figures.cells import Cell, Spec, cell_table, unique_names
from analytics.figures.dots import DotRow
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Figure
from analytics.figures.palette import Palette, faded
from analytics.reports.gap_rows import Gap
from analytics.reports.guideline_gaps import CellDisagreement, CriterionGaps

MOST_DRAWN = 10
MOST_ROWS, MOST_COLUMNS = 24, 24
FULL = 0.4
"""Excess disagreement that is drawn in the deepest colour."""
NO_NAME = "(none named)"


def reading(gap: Gap) -> str:
    """Return the two readings of a gap in a few words."""
    a, b = gap.a or "(nothing)", gap.b or "(nothing)"
    return f"{a} | {b}" if gap.ordered else f"{a} / {b}"


def gap_key(gap: Gap) -> str:
    """Return what tells a gap from all others."""
    return "\x1f".join((gap.project, gap.criterion, gap.part, gap.a, gap.b))


def gains(gaps: Sequence[Gap], palette: Palette) -> Figure:
    """Draw what alpha would gain from settling each gap, with interval; a click on a row chooses it."""
    rows = [
        DotRow(
            label=f"{gap.part}: {reading(gap)}",
            value=gap.alpha_gain.value,
            low=gap.alpha_gain.low,
            high=gap.alpha_gain.high,
            key=gap_key(gap),
            weight=float(gap.n_items_split),
            support=f"{gap.criterion}: {plural(gap.n_items_split, 'item')} split of {count(gap.n_items)}",
            tone="poor" if gap.is_gap else "neutral",
        )
        for gap in gaps[:MOST_DRAWN]
    ]
    return forest_plot(rows, palette, measure="Expected gain in alpha, with interval", ends=(0.0, None))


def sections_by_topics(criterion: CriterionGaps, palette: Palette) -> Spec:
    """Draw topics by sections: how much more judgments differ there than in all other cells of the criterion."""
    topics, sections = cell_names(criterion)
    row_of, column_of = {t: name for name, t in topics.items()}, {s: name for name, s in sections.items()}
    kept = [c for c in criterion.cells if c.topic in row_of and c.section in column_of]
    return cell_table(
        [_cell(c, row_of[c.topic], column_of[c.section], palette) for c in kept],
        palette,
        rows=list(topics),
        columns=list(sections),
        row_title="",
        column_title="",
        alt=_alt(criterion),
    )


def cell_names(criterion: CriterionGaps) -> tuple[dict[str, str], dict[str, str]]:
    """Return drawn name -> topic (the rows) and drawn name -> section (the columns), those with most items."""
    cells = sorted(criterion.cells, key=lambda c: -c.n_items)
    topics = _names([c.topic for c in cells], MOST_ROWS)
    sections = _names([c.section for c in cells], MOST_COLUMNS)
    return (
        dict(zip(unique_names([t or NO_NAME for t in topics], topics, most=26), topics, strict=True)),
        dict(zip(unique_names([s or NO_NAME for s in sections], sections, most=20), sections, strict=True)),
    )


def _names(names: Sequence[str], most: int) -> list[str]:
    kept = list(dict.fromkeys(names))[:most]
    return sorted(kept)


def _cell(cell: CellDisagreement, row: str, column: str, palette: Palette) -> Cell:
    excess = cell.excess.value if cell.excess.defined else math.nan
    return Cell(
        row=row,
        column=column,
        fill=_fill(excess, cell.departs, palette),
        ink=palette.text if math.isfinite(excess) else palette.muted,
        text=signed(excess) if math.isfinite(excess) else "",
        hover={
            "Section": cell.section or NO_NAME,
            "Topic": cell.topic or NO_NAME,
            "Pairs that differ": percent(cell.disagreement),
            "Against the rest": f"{signed(excess)} ({interval(cell.excess.low, cell.excess.high)})"
            if math.isfinite(excess)
            else str(cell.excess.undefined),
            "Beyond chance": "yes" if cell.departs else "no",
            "Items judged twice": count(cell.n_items),
        },
    )


def _fill(excess: float, departs: bool, palette: Palette) -> str:
    """Return the fill of a cell: red where judgments differ more, blue where less, faint where that may be chance."""
    if not math.isfinite(excess):
        return faded(palette.neutral, 0.08)
    strength = min(1.0, abs(excess) / FULL) * (0.75 if departs else 0.25)
    return faded(palette.poor if excess > 0 else palette.accent, round(0.05 + strength, 3))


def _alt(criterion: CriterionGaps) -> str:
    worst = [c for c in criterion.cells if c.excess.defined and c.departs and c.excess.value > 0]
    worst.sort(key=lambda c: -c.excess.value)
    start = f"Excess disagreement on {criterion.criterion} by guideline section and topic"
    if not worst:
        return f"{start}: no cell is worse than the rest beyond chance."
    named = "; ".join(f"{c.section or NO_NAME}, {c.topic or NO_NAME} {signed(c.excess.value)}" for c in worst[:5])
    return f"{start}, beyond chance: {named}. Overall alpha {coefficient(criterion.alpha)}."
