"""The figures of the Overview."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analytics.core.metrics import REGISTRY
from analytics.core.numerals import day, plural
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Band, Figure
from analytics.figures.palette import Palette, Tone
from analytics.reports.overview import CriterionOverview, OverviewReport

if TYPE_CHECKING:
    from datetime import date


def agreement_by_criterion(report: OverviewReport, palette: Palette, bands: Sequence[Band]) -> Figure:
    """Draw each criterion's agreement with interval, bands, and the period before as a tick.

    A mark is full where its band holds with 95 % probability (the report's verdict), else hollow.
    """
    names = criterion_names(report.criteria)
    rows = [
        DotRow(
            label=name,
            value=c.current.value,
            low=c.current.low,
            high=c.current.high,
            previous=c.previous.value if c.previous and c.previous.defined else math.nan,
            undefined=c.current.undefined,
            support=_support(c),
            key=f"{c.project}/{c.criterion}",
            certain=c.verdict is None or c.verdict == band_name(c.current.value, bands),
        )
        for c, name in zip(report.criteria, names, strict=True)
    ]
    return dot_plot(
        rows,
        palette,
        measure=coefficient_title(report.criteria),
        bands=bands,
        previous_name=span(report.previous_period) if report.previous_period else "the period before",
    )


def changes(report: OverviewReport, palette: Palette) -> Figure:
    """Draw every criterion's change since the period before; what is not noise is coloured and named."""
    names = criterion_names(report.criteria)
    rows = [
        DotRow(
            label=name,
            value=c.change.value,
            low=c.change.low,
            high=c.change.high,
            undefined=c.change.undefined,
            key=f"{c.project}/{c.criterion}",
            word="real" if c.real else "noise",
            tone=_direction(c),
        )
        for c, name in zip(report.criteria, names, strict=True)
        if c.change is not None and c.change.defined
    ]
    rows.sort(key=lambda r: (r.word != "real", r.value))
    return forest_plot(rows, palette, measure="Change of the coefficient, with interval", zero="no change")


def criterion_names(criteria: Sequence[CriterionOverview]) -> list[str]:
    """Return each criterion's name, with its project where two projects share the name."""
    seen = Counter(c.criterion for c in criteria)
    return [c.criterion if seen[c.criterion] == 1 else f"{c.criterion} · {c.project}" for c in criteria]


def coefficient_title(criteria: Iterable[CriterionOverview]) -> str:
    """Return the coefficient's title where all criteria share one, else words for "each its own"."""
    names = {c.headline for c in criteria}
    if len(names) != 1:
        return "Agreement"
    name = names.pop()
    return REGISTRY[name].title if name in REGISTRY else name.replace("_", " ").capitalize()


def band_name(value: float, bands: Sequence[Band]) -> str | None:
    """Return the name of the band a value stands in, None where it is undefined."""
    return next((b.name for b in bands if b.low <= value < b.high), None)


def span(days: tuple[date, date] | None) -> str:
    """Return a period as people write it: 26 Oct to 22 Nov 2026."""
    if days is None:
        return "the whole log"
    first, last = days
    start = day(first)
    if first.year == last.year:
        start = start.rsplit(" ", 1)[0]
    return f"{start} to {day(last)}"


def _support(c: CriterionOverview) -> str:
    words = [f"{plural(c.n_items_paired, 'item')} judged twice or more", plural(c.n_trainers, "trainer")]
    return ", ".join([*words, c.verdict.lower()] if c.verdict else words)


def _direction(c: CriterionOverview) -> Tone:
    if not c.real or c.change is None:
        return "neutral"
    return "good" if c.change.value > 0 else "poor"
