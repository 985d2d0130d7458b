"""The figures of Data health."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analytics.core.numerals import percent
from analytics.figures.bars import BarRow, bars
from analytics.figures.frame import Figure
from analytics.figures.palette import Palette, faded
from analytics.figures.stack import Part, StackRow, stacked_bars
from analytics.reports.data_health import CriterionHealth, DataHealthReport


def reconciliation(report: DataHealthReport, palette: Palette) -> Figure:
    """Draw what became of every row that was read."""
    total = sum(line.rows for line in report.ingests)
    reasons: Counter[str] = Counter()
    for line in report.ingests:
        reasons.update(line.rejected)
    rows = [
        BarRow(label="Accepted", n=sum(i.accepted for i in report.ingests), tone="good"),
        BarRow(label="Corrected an earlier one", n=sum(i.superseded for i in report.ingests), tone="accent"),
        BarRow(label="Already there", n=sum(i.duplicates for i in report.ingests), tone="neutral"),
    ]
    rows += [BarRow(label=f"Set aside: {reason}", n=n, tone="poor") for reason, n in reasons.most_common(5)]
    rest = sum(n for _, n in reasons.most_common()[5:])
    if rest:
        rows.append(BarRow(label="Set aside: other reasons", n=rest, tone="poor"))
    if not reasons:
        rows.append(BarRow(label="Set aside", n=0, tone="poor"))
    return bars(rows, palette, of="rows", total=total)


def coverage(report: DataHealthReport, palette: Palette) -> Figure:
    """Draw for each criterion how many items have 1, 2, 3 or more judgments; printed is the share with at least two."""
    parts = [
        Part(name="1 judgment", colour=palette.rule, hatch="/"),
        Part(name="2", colour=faded(palette.accent, 0.55)),
        Part(name="3 or more", colour=palette.accent),
    ]
    names = health_names(report.criteria)
    rows = [
        StackRow(
            label=name,
            parts=(c.one, c.two, c.more),
            word=percent((c.two + c.more) / (c.one + c.two + c.more)) if c.one + c.two + c.more else "–",
            key=f"{c.project}/{c.criterion}",
        )
        for c, name in zip(report.criteria, names, strict=True)
    ]
    return stacked_bars(rows, parts, palette, of="items")


def health_names(criteria: Sequence[CriterionHealth]) -> list[str]:
    """Return each criterion's name, with its project where two projects share the name."""
    seen = Counter(c.criterion for c in criteria)
    return [c.criterion if seen[c.criterion] == 1 else f"{c.criterion} · {c.project}" for c in criteria]
