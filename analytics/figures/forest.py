"""Forest plot: the same quantity slice by slice, in the order given, marks sized by support, the whole as a line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from analytics.core.numerals import coefficient, interval, signed
from analytics.figures.dots import DotRow, hover, row_height
from analytics.figures.frame import (
    CHARACTER,
    SIZE,
    Figure,
    axis,
    layout,
    left_margin,
    note,
    padded_range,
    plain,
    wrapped,
)
from analytics.figures.palette import SYMBOLS, Palette, faded


def forest_plot(
    rows: Sequence[DotRow],
    palette: Palette,
    *,
    measure: str,
    whole: DotRow | None = None,
    zero: str | None = None,
    ends: tuple[float | None, float | None] = (None, None),
    decimals: int = 2,
) -> Figure:
    """Draw slices with their intervals against the value of the whole.

    Parameters
    ----------
    rows : sequence of DotRow
        One slice each; `weight` sizes the mark (area), a tone other than accent marks a slice that departs.
    palette : Palette
    measure : str
        Name of the quantity, for the axis.
    whole : DotRow or None
        All judgments together: a dashed line through the slices and a diamond in the last row.
    zero : str or None
        What no difference is called: draws a line at 0 with that name and prints values with their sign.
    ends : pair of float or None
        Fixed ends of the axis; None fits the data.
    decimals : int
        Decimals of the values that are printed.
    """
    shown = [*rows, *([whole] if whole else [])]
    depth = len(shown)
    reach = [v for r in shown for v in (r.value, r.low, r.high)] + ([0.0] if zero else [])
    x = padded_range(reach, low=ends[0], high=ends[1])
    written = partial(signed if zero else coefficient, decimals=decimals)
    heaviest = max((r.weight for r in rows if math.isfinite(r.weight)), default=1.0) or 1.0
    traces: list[dict[str, object]] = []
    for k, row in enumerate(shown):
        if not math.isfinite(row.value):
            continue
        total = whole is not None and k == depth - 1
        tone = row.tone or "accent"
        colour = palette.text if total else palette.tone(tone)
        if math.isfinite(row.low) and math.isfinite(row.high):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [row.low, row.high],
                    "y": [k, k],
                    "line": {"color": faded(colour, 0.55), "width": 2},
                    "hoverinfo": "skip",
                    "name": "interval",
                }
            )
        share = math.sqrt(max(row.weight, 0.0) / heaviest) if math.isfinite(row.weight) else 0.0
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [row.value],
                "y": [k],
                "marker": {
                    "color": colour,
                    "size": 13 if total else 6 + 8 * min(share, 1.0),
                    "symbol": "diamond" if total else ("square" if tone == "accent" else SYMBOLS[tone]),
                    "line": {"width": 0},
                },
                "customdata": [row.key or row.label],
                "hovertext": [hover(row, measure)],
                "hoverinfo": "text",
                "name": "whole" if total else tone,
            }
        )
    shapes: list[dict[str, object]] = []
    if whole is not None and math.isfinite(whole.value):
        shapes.append(
            {
                "type": "line",
                "x0": whole.value,
                "x1": whole.value,
                "y0": -0.5,
                "y1": depth - 0.5,
                "layer": "below",
                "line": {"color": palette.rule, "width": 1, "dash": "dash"},
            }
        )
    if zero:
        line = {"color": palette.rule, "width": 1.5}
        shapes.append({"type": "line", "x0": 0, "x1": 0, "y0": -0.5, "y1": depth - 0.5, "layer": "below", "line": line})
    notes = [
        note(
            palette,
            f"<b>{written(r.value)}</b>{' ' + plain(r.word) if r.word else ''}"
            if math.isfinite(r.value)
            else wrapped(r.undefined or "not defined for these judgments", width=24),
            xref="paper",
            yref="y",
            x=1 if math.isfinite(r.value) else 0,
            y=k,
            xanchor="left",
            yanchor="middle",
            xshift=10 if math.isfinite(r.value) else 6,
            align="left",
            font={
                "size": SIZE if math.isfinite(r.value) else SIZE - 2,
                "color": palette.text if math.isfinite(r.value) else palette.muted,
            },
        )
        for k, r in enumerate(shown)
    ]
    if zero:
        notes.append(
            note(palette, plain(zero), xref="x", yref="paper", x=0, y=1, xanchor="center", yanchor="bottom", yshift=1)
        )
    widest = max((len(r.word) for r in shown), default=0)
    top = 20 if zero else 12
    return {
        "data": traces or [{"type": "scatter", "x": [x[0]], "y": [0], "marker": {"opacity": 0}, "hoverinfo": "skip"}],
        "layout": layout(
            palette,
            alt=_alt(rows, whole, measure, written),
            height=top + row_height(shown) * max(depth, 1) + 54,
            margin={
                "l": left_margin([r.label for r in shown]),
                "r": 52 + math.ceil(max(decimals - 2, 0) * 8) + (math.ceil(widest * CHARACTER) + 6 if widest else 0),
                "t": top,
                "b": 54,
            },
            xaxis=axis(palette, title=plain(measure), grid=True, range=x, nticks=6),
            yaxis=axis(
                palette,
                range=[depth - 0.5, -0.5],
                tickvals=list(range(depth)),
                ticktext=[wrapped(r.label) for r in shown],
                tickfont={"size": SIZE, "color": palette.text},
                ticklabelstandoff=6,
            ),
            shapes=shapes,
            annotations=notes,
        ),
    }


def _alt(rows: Sequence[DotRow], whole: DotRow | None, measure: str, written: Callable[[float], str]) -> str:
    if not rows:
        return f"{measure}: nothing to show."
    parts = [
        f"{r.label} {written(r.value)} ({interval(r.low, r.high)}){', ' + r.word if r.word else ''}"
        if math.isfinite(r.value)
        else f"{r.label} undefined"
        for r in rows
    ]
    overall = f", all together {coefficient(whole.value)}" if whole and math.isfinite(whole.value) else ""
    return f"{measure}{overall}: {'; '.join(parts)}."
