"""The figures of the Preferences page: agreement, and the ceiling for a reward model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.core.metrics import REGISTRY
from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.frame import SIZE, SMALL, Figure, axis, both_ends, layout, left_margin, note, plain, wrapped
from analytics.figures.palette import Palette, faded

if TYPE_CHECKING:
    from analytics.core.results import Coefficient, Estimate
    from analytics.reports.preferences import PreferenceReport
    from analytics.reports.preferences_ceiling import CeilingSlices
    from analytics.reports.preferences_rankings import RankingsReport

MOST_SLICES = 40
ALL_TOGETHER = "All together"
ROW = 46


def title_of(name: str) -> str:
    """Return a number's title as pages write it."""
    return REGISTRY[name].title if name in REGISTRY else name.replace("_", " ").capitalize()


def agreement_panel(report: PreferenceReport, palette: Palette) -> Figure:
    """Draw the numbers of agreement that belong together, in one order, blind to which answer is called A."""
    a = report.agreement
    shown: list[Coefficient] = [
        a.kappa_symmetric,
        a.non_tied,
        a.alpha_symmetric,
        a.exact,
        *report.ordinary,
        a.tie_share,
    ]
    return dot_plot([_row(c) for c in shown], palette, measure="Coefficient or share", sort=False, ends=(None, 1.0))


def ranking_panel(report: RankingsReport, palette: Palette) -> Figure:
    """Draw agreement on rankings; a tick shows what orders drawn by lot would give."""
    a = report.agreement
    rows = [
        DotRow(
            label=title_of(c.name), value=c.value, low=c.low, high=c.high, undefined=c.undefined, key=c.name,
            previous=0.0 if c is a.tau_b else c.expected,
        )
        for c in (a.tau_b, a.kendall_w, a.top_1, a.swaps)
    ]  # fmt: skip
    return dot_plot(rows, palette, measure="Coefficient or share", sort=False, previous_name="orders drawn by lot")


def _row(c: Coefficient) -> DotRow:
    return DotRow(
        label=title_of(c.name), value=c.value, low=c.low, high=c.high, undefined=c.undefined, key=c.name,
        support=f"{plural(c.n_items_paired or 0, 'item')} judged twice or more",
    )  # fmt: skip


def ceiling_ruler(report: PreferenceReport, palette: Palette) -> Figure:
    """Draw where the ceiling lies: the range that holds in any case, the fitted point, and majority labels below."""
    c = report.ceiling
    rows: list[tuple[str, Estimate]] = [("One more trainer", c.point)]
    rows += [(f"Majority of {k}", e) for k, e in c.against_majority]
    depth = len(rows)
    safe_low = c.low.low if math.isfinite(c.low.low) else c.low.value
    safe_high = c.high.high if math.isfinite(c.high.high) else c.high.value
    shapes = []
    if c.low.defined:
        for low, high, opacity in ((safe_low, safe_high, 0.13), (c.low.value, c.high.value, 0.28)):
            shapes.append(
                {
                    "type": "rect", "x0": low, "x1": high, "y0": -0.32, "y1": 0.32, "layer": "below",
                    "line": {"width": 0}, "fillcolor": faded(palette.accent, opacity),
                }
            )  # fmt: skip
        shapes.append(
            {
                "type": "line", "x0": c.low.value, "x1": c.low.value, "y0": -0.42, "y1": 0.42,
                "line": {"color": palette.rule, "width": 2},
            }
        )  # fmt: skip
    traces: list[dict[str, object]] = []
    notes = []
    for k, (name, e) in enumerate(rows):
        if not e.defined:
            notes.append(_beside(palette, k, plain(e.undefined or ""), x=0.0))
            continue
        if math.isfinite(e.low):
            traces.append(
                {
                    "type": "scatter", "mode": "lines", "x": [e.low, e.high], "y": [k, k], "hoverinfo": "skip",
                    "line": {"color": faded(palette.accent, 0.75), "width": 4}, "name": "interval",
                }
            )  # fmt: skip
        traces.append(
            {
                "type": "scatter", "mode": "markers", "x": [e.value], "y": [k], "customdata": [name],
                "marker": {"color": palette.accent, "size": 12, "symbol": "diamond" if k == 0 else "circle"},
                "hovertext": [f"<b>{plain(name)}</b><br>{percent(e.value, 1)} ({_span(e)})"], "hoverinfo": "text",
                "name": "ceiling",
            }
        )  # fmt: skip
        notes.append(_beside(palette, k, f"<b>{percent(e.value, 1)}</b>", x=1.0))
    if c.low.defined:
        words = f"trainers agree {percent(c.low.value, 1)}"
        notes.append(
            note(palette, words, xref="x", yref="y", x=c.low.value, y=-0.44, xanchor="right", yanchor="bottom")
        )
    reach = [v for v in (safe_low, c.point.low, c.low.value) if math.isfinite(v)]
    return {
        "data": traces or [{"type": "scatter", "x": [0.5], "y": [0], "marker": {"opacity": 0}, "hoverinfo": "skip"}],
        "layout": layout(
            palette,
            alt=_ceiling_alt(report),
            height=24 + ROW * depth + 50,
            margin={"l": left_margin([r[0] for r in rows]), "r": 62, "t": 24, "b": 50},
            xaxis=axis(
                palette, title="Best accuracy a reward model can reach", grid=True, tickformat=".0%", nticks=6,
                range=[max(0.45, min([0.7, *reach]) - 0.08), 1.005],
            ),
            yaxis=axis(
                palette, range=[depth - 0.5, -0.75], tickvals=list(range(depth)),
                ticktext=[wrapped(r[0]) for r in rows], tickfont={"size": SIZE, "color": palette.text},
                ticklabelstandoff=6,
            ),
            shapes=shapes,
            annotations=notes,
        ),
    }  # fmt: skip


def _beside(palette: Palette, k: int, text: str, *, x: float) -> dict[str, object]:
    return note(
        palette, text, xref="paper", yref="y", x=x, y=k, xanchor="left", yanchor="middle", xshift=8,
        font={"size": SIZE if x else SMALL, "color": palette.text if x else palette.muted},
    )  # fmt: skip


def _span(e: Estimate) -> str:
    return f"{percent(e.low, 1)} to {percent(e.high, 1)}" if math.isfinite(e.low) else "no interval"


def _ceiling_alt(report: PreferenceReport) -> str:
    c = report.ceiling
    if not c.point.defined:
        return f"The ceiling for a reward model is not defined: {c.point.undefined}."
    majorities = "; ".join(f"majority of {k}: {percent(e.value, 1)}" for k, e in c.against_majority if e.defined)
    return (
        f"Ceiling for a reward model: {percent(c.low.value, 1)} to {percent(c.high.value, 1)} whatever the items are "
        f"like, fitted point {percent(c.point.value, 1)} ({_span(c.point)}); {majorities}."
    )


def ceiling_slices(found: CeilingSlices, palette: Palette) -> Figure:
    """Draw each slice's ceiling, drawn towards the whole by as much as it is uncertain; lowest on top."""
    rows = []
    if found.found is not None:
        for s in found.found.slices:
            own = s.ceiling.point
            rows.append(
                DotRow(
                    label=both_ends(s.name), value=s.shrunk.value, low=s.shrunk.low, high=s.shrunk.high, key=s.name,
                    undefined=s.shrunk.undefined, previous=own.value,
                    support=("" if both_ends(s.name) == s.name else f"{s.name}: ")
                    + f"{plural(s.ceiling.agreement.n_items_paired or 0, 'pair')} judged twice; its own estimate "
                    f"{coefficient(own.value)} ({interval(own.low, own.high)})",
                )
            )  # fmt: skip
    rows.sort(key=lambda r: (not math.isfinite(r.value), r.value if math.isfinite(r.value) else 0.0, r.label))
    rows = rows[:MOST_SLICES]
    whole = found.found.overall.point if found.found else None
    if whole is not None and whole.defined:
        rows.append(DotRow(label=ALL_TOGETHER, value=whole.value, low=whole.low, high=whole.high, tone="neutral"))
    return dot_plot(
        rows, palette, measure="Ceiling, shrunk", sort=False, previous_name="the slice's own estimate",
        ends=(None, 1.0),
    )  # fmt: skip


def plan_rows(report: PreferenceReport) -> list[dict[str, object]]:
    """Return what other numbers of judgments a pair would do, one row each, as a table shows it."""
    p = report.plan
    rows: list[dict[str, object]] = []
    for k, right, half, items, judgments in zip(
        p.k, p.label_right, p.half_width, p.items_needed, p.judgments_needed, strict=True
    ):
        rows.append(
            {
                "k": int(k),
                "label_right": float(right) if math.isfinite(right) else None,
                "half_width": float(half) if math.isfinite(half) else None,
                "items_needed": int(items) if items else None,
                "judgments_needed": int(judgments) if judgments else None,
            }
        )
    return rows


def sides_in_words(report: PreferenceReport) -> str:
    """Return how often A, tie and B were said."""
    total = report.n_a + report.n_tie + report.n_b
    parts: Sequence[tuple[str, int]] = (("A", report.n_a), ("tie", report.n_tie), ("B", report.n_b))
    return ", ".join(f"{name} {count(n)} ({percent(n / total)})" for name, n in parts) if total else "nothing"
