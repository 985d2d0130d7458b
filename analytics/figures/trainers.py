"""Figures of the Trainers page: the funnel, and one figure of a trainer over criteria."""

from __future__ import annotations

import math

import numpy as np

from analytics.core.metrics import metric
from analytics.core.numerals import count, percent
from analytics.figures.dots import DotRow
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Figure
from analytics.figures.funnel import FunnelLimits, FunnelPoint, funnel_plot
from analytics.figures.palette import Palette
from analytics.reports.trainer_row import TrainerRow
from analytics.reports.trainers import FUNNEL_COVERAGES, TrainersReport

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
