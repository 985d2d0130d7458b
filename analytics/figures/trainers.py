"""Figures of the Trainers page: funnel, profile, evidence over time, confusion."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np

from analytics.core.metrics import metric
from analytics.core.numerals import coefficient, count, interval, percent, signed
from analytics.figures.cells import Cell, Spec, cell_table
from analytics.figures.dots import DotRow
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Figure
from analytics.figures.funnel import FunnelLimits, FunnelPoint, funnel_plot
from analytics.figures.palette import Palette, faded
from analytics.figures.trend import Mark, TrendPoint, TrendSeries, trend
from analytics.reports.trainer_row import TrainerRow
from analytics.reports.trainers import ALL_CRITERIA, FUNNEL_COVERAGES, TrainersReport, flag_title

PROFILE: tuple[str, ...] = ("peer_excess", "guessing_share", "gold_accuracy_shrunken", "model_accuracy", "severity")
_PER_CENT = frozenset({"gold_accuracy_shrunken", "model_accuracy", "guessing_share"})


def trainers_funnel(report: TrainersReport, palette: Palette) -> Figure:
    """Draw agreement beyond the items against judgments, with limits that hold 95 and 99.8 % of ordinary trainers."""
    bounds = report.funnel
    points = [
        FunnelPoint(
            label=row.display_name,
            n=float(row.excess.n_judgments or 0),
            value=row.excess.value,
            outside=_outside(report, row),
            key=row.trainer_id,
            note=", ".join(dict.fromkeys(flag.kind.replace("_", " ") for flag in row.flags)),
        )
        for row in report.trainers
        if row.excess.defined
    ]
    limits = [
        FunnelLimits(
            n=tuple(bounds.n.tolist()),
            low=tuple(bounds.low[k].tolist()),
            high=tuple(bounds.high[k].tolist()),
            name=percent(coverage, 1) if k else "",
        )
        for k, coverage in enumerate(FUNNEL_COVERAGES)
    ]
    centre = bounds.centre if math.isfinite(bounds.centre) else 0.0
    return funnel_plot(points, limits, centre, palette, measure="Agreement beyond the items")


def _outside(report: TrainersReport, row: TrainerRow) -> bool:
    bounds, n = report.funnel, float(row.excess.n_judgments or 0)
    if bounds.undefined is not None:
        return False
    low, high = (float(np.interp(n, bounds.n, edge[1])) for edge in (bounds.low, bounds.high))
    return not low <= row.excess.value <= high


def profile(row: TrainerRow, name: str, palette: Palette) -> Figure:
    """Draw one figure of a trainer on every criterion, each with its interval."""
    rows = [
        DotRow(
            label=criterion,
            value=figures[name].value,
            low=figures[name].low,
            high=figures[name].high,
            undefined=figures[name].undefined,
            support=f"{count(figures[name].n_judgments or 0)} judgments",
            key=criterion,
        )
        for criterion, figures in row.criteria.items()
        if name in figures
    ]
    zero = "like the others" if name in ("peer_excess", "severity", "guessing_share") else None
    ends = (0.0, 1.0) if name in _PER_CENT and name != "guessing_share" else (None, None)
    return forest_plot(rows, palette, measure=metric(name).title, zero=zero, ends=ends)


def timeline(report: TrainersReport, row: TrainerRow, criterion: str, palette: Palette) -> Figure | None:
    """Draw a trainer's outcomes beyond expectation by week, with the day since which a flag holds."""
    weeks = report.views[criterion].weeks
    points = tuple(
        TrendPoint(
            when=datetime.fromtimestamp(float(start), tz=UTC).date(),
            value=float(weeks.value[row.index, w]),
            low=float(weeks.low[row.index, w]),
            high=float(weeks.high[row.index, w]),
            support=f"{count(int(weeks.n[row.index, w]))} judgments",
        )
        for w, start in enumerate(weeks.start_s)
        if math.isfinite(float(weeks.value[row.index, w]))
    )
    if len(points) < 2:
        return None
    view = report.views[criterion]
    mine = (criterion, f"{view.project}: {ALL_CRITERIA}")
    marks = [Mark(when=f.since, label=flag_title(f.kind)) for f in row.flags if f.since and f.criterion in mine]
    series = [TrendSeries(name="Against expectation", points=points)]
    return trend(series, palette, measure="Right, beyond what the items promise", marks=marks)


def confusion(report: TrainersReport, row: TrainerRow, criterion: str, palette: Palette) -> Spec | None:
    """Draw what a trainer said where the others said each label; rows sum to 100 %."""
    view = report.views[criterion]
    table, counts = view.confusion[row.index], view.confusion_counts[row.index]
    labels = [label or "(none)" for label in view.labels]
    cells = []
    for k, true in enumerate(labels):
        if not math.isfinite(float(table[k, 0])):
            continue
        for given, label in enumerate(labels):
            share = float(table[k, given])
            right = k == given
            colour = palette.accent if right else palette.fair
            cells.append(
                Cell(
                    row=true, column=label, fill=faded(colour, 0.08 + 0.75 * share),
                    ink=palette.text if share < 0.6 else palette.background, text=percent(share),
                    hover={
                        "Others said": true, "Said": label, "Share": percent(share, 1),
                        "Judgments": coefficient(float(counts[k, given]), 1),
                    },
                )
            )  # fmt: skip
    if not cells:
        return None
    return cell_table(
        cells, palette, rows=labels, columns=labels, row_title="Others said", column_title="Said", alt=(
            f"What the trainer said where the others said each label of {criterion}."
        ),
    )  # fmt: skip


def written(row: TrainerRow, criterion: str, name: str) -> str:
    """Return a figure with its interval in words, the reason where there is none."""
    figure = row.criteria[criterion].get(name)
    if figure is None:
        return ""
    if not figure.defined:
        return str(figure.undefined)
    value = signed(figure.value) if name in ("peer_excess", "severity") else coefficient(figure.value)
    known = math.isfinite(figure.low) and math.isfinite(figure.high)
    return f"{value} ({interval(figure.low, figure.high)})" if known else value
