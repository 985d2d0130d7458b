"""The figures of the Preferences page on order, length, and ratings against choices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analytics.core.numerals import count, percent, plural
from analytics.figures.bars import histogram
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.frame import Figure
from analytics.figures.funnel import FunnelLimits, FunnelPoint, funnel_plot
from analytics.figures.palette import Palette
from analytics.figures.stack import Part, StackRow, stacked_bars

if TYPE_CHECKING:
    from analytics.reports.preferences_effects import EffectsReport
    from analytics.reports.preferences_opinions import RatingsReport, RewritesReport


def order_funnel(report: EffectsReport, palette: Palette) -> Figure:
    """Draw each trainer's share of choices for the first answer against how many choices it rests on."""
    points = [
        FunnelPoint(
            label=t.name, n=float(t.n_sided), value=t.share.value, outside=t.flagged, key=str(t.trainer_code),
            note=f"after false-discovery control q = {t.q_value:.3f}" if math.isfinite(t.q_value) else "",
        )
        for t in report.by_trainer
    ]  # fmt: skip
    top = max((p.n for p in points), default=10.0)
    steps = [max(4.0, top * k / 60) for k in range(1, 64)]
    limits = [
        FunnelLimits(
            n=tuple(steps), low=tuple(max(0.0, 0.5 - z * math.sqrt(0.25 / n)) for n in steps),
            high=tuple(min(1.0, 0.5 + z * math.sqrt(0.25 / n)) for n in steps), name=name,
        )
        for z, name in ((1.96, "95 %"), (3.09, "99.8 %"))
    ]  # fmt: skip
    return funnel_plot(
        points, limits, 0.5, palette, measure="Share of choices for the first answer",
        support="choices that took a side", ends=(0.0, 1.0),
    )  # fmt: skip


def length_bins(report: EffectsReport, palette: Palette) -> Figure:
    """Draw how often the longer answer won, by how much longer it was; the tick is one half."""
    rows = [
        DotRow(
            label=b.name, value=b.share.value, low=b.share.low, high=b.share.high, previous=0.5,
            undefined="no such pairs", support=f"{plural(b.share.n_judgments or 0, 'choice')}",
        )
        for b in report.length_bins
    ]  # fmt: skip
    return dot_plot(
        rows, palette, measure="Share of choices for the longer answer", sort=False, previous_name="no effect"
    )


def choices_by_rating(report: RatingsReport, palette: Palette) -> Figure:
    """Draw what trainers chose when their own ratings differed and when they did not."""
    w = report.within
    rows = []
    if w is not None:
        rows = [
            StackRow(
                label="Rated differently", parts=(w.chose_higher, w.tied_though_different, w.chose_lower),
                word=percent(w.concordance.value),
            ),
            StackRow(
                label="Rated the same", parts=(0.0, w.tied_as_equal, w.sided_though_equal),
                word=percent(w.tie_when_equal.value),
            ),
        ]  # fmt: skip
    parts = (
        Part(name="chose the higher rated", colour=palette.good),
        Part(name="tie", colour=palette.neutral),
        Part(name="chose against the ratings", colour=palette.fair, hatch="/"),
    )
    return stacked_bars(rows, parts, palette, of="choices")


def rating_slopes(report: RatingsReport, palette: Palette, most: int = 30) -> Figure:
    """Draw how steeply each trainer's choices follow their ratings, the flattest on top."""
    rows: list[DotRow] = []
    if report.within is not None:
        found = report.within.slope_by_trainer
        for j, name in enumerate(report.names):
            rows.append(
                DotRow(
                    label=name, value=float(found.value[j]), low=float(found.low[j]), high=float(found.high[j]),
                    undefined=found.undefined[j], support=f"{count(int(found.n[j]))} choices",
                    key=str(report.trainer_codes[j]),
                )
            )  # fmt: skip
    rows.sort(key=lambda r: (not math.isfinite(r.value), r.value if math.isfinite(r.value) else 0.0, r.label))
    return dot_plot(rows[:most], palette, measure="Log odds per rating step, shrunk", sort=False)


def rewrite_sizes(report: RewritesReport, palette: Palette) -> Figure:
    """Draw how far rewrites are from their originals: how many in each tenth."""
    distance = [float(d) for d in report.found.distance if math.isfinite(d)]
    edges = [k / 10 for k in range(11)]
    counts = [sum(1 for d in distance if min(int(10 * d), 9) == k) for k in range(10)]
    return histogram(edges, counts, palette, measure="Share of the words that changed", of="rewrites", height=230)
