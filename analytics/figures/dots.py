"""Sorted dot plot: one row a criterion, its interval, the period before as a tick, verdict bands behind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.core.numerals import coefficient, interval
from analytics.figures.frame import (
    SIZE,
    SMALL,
    Band,
    Figure,
    axis,
    band_marks,
    layout,
    left_margin,
    note,
    padded_range,
    plain,
    tone_of,
    wrapped,
)
from analytics.figures.palette import SYMBOLS, Palette, Tone, faded

ROW, DENSE, MANY = 36, 28, 12
"""Height of a row in px; where there are more than so many rows, the denser."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DotRow:
    """One row of a dot or forest plot.

    Attributes
    ----------
    label : str
        What the row is about, untrusted text.
    value, low, high : float
        Estimate and interval; nan where there is none.
    previous : float
        The same estimate in the period before; nan where there is none.
    undefined : str or None
        Why there is no value, in words fit for a page.
    support : str
        What it rests on, e.g. "412 items, 1 204 judgments"; shown on hover.
    key : str
        What a click on the row returns; the label where empty.
    weight : float
        Relative size of the mark in a forest plot, such as the number of items.
    word : str
        Said after the value, e.g. "real".
    certain : bool
        False draws the mark hollow: the interval reaches into a lower band than the one the mark stands in.
    tone : Tone or None
        Overrides the band's tone, e.g. where the row has a target of its own.
    """

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    previous: float = math.nan
    undefined: str | None = None
    support: str = ""
    key: str = ""
    weight: float = 1.0
    word: str = ""
    certain: bool = True
    tone: Tone | None = None


def by_value(rows: Sequence[DotRow]) -> list[DotRow]:
    """Return rows from the highest value to the lowest, undefined ones last, ties by label."""
    return sorted(rows, key=lambda r: (not math.isfinite(r.value), -r.value if math.isfinite(r.value) else 0, r.label))


def dot_plot(
    rows: Sequence[DotRow],
    palette: Palette,
    *,
    measure: str,
    bands: Sequence[Band] = (),
    previous_name: str = "the period before",
    interval_name: str = "95 % interval",
    ends: tuple[float | None, float | None] = (None, None),
    sort: bool = True,
) -> Figure:
    """Draw estimates with their intervals, sorted, the value printed at the right.

    Parameters
    ----------
    rows : sequence of DotRow
        One row each; an undefined one shows its reason in place of a mark.
    palette : Palette
    measure : str
        Name of the quantity, for the axis: "Krippendorff's alpha".
    bands : sequence of Band
        Verdicts behind the marks, named on top.
    previous_name : str
        What the tick is, for the axis title; left out where no row has one.
    interval_name : str
        What the bar is, for the axis title.
    ends : pair of float or None
        Fixed ends of the axis; None fits the data.
    sort : bool
        Highest on top; False keeps the order given.
    """
    shown = by_value(rows) if sort else list(rows)
    defined = [r for r in shown if math.isfinite(r.value)]
    x = padded_range([v for r in defined for v in (r.value, r.low, r.high, r.previous)], low=ends[0], high=ends[1])
    if bands and ends[1] is None:
        x[1] = max(1.0, x[1]) if x[1] <= 1.06 else x[1]
    if bands and ends[0] is None:
        x[0] = min(x[0], max((b.low for b in bands if b.tone == "fair"), default=x[0]) - 0.2)
    tones = [r.tone or tone_of(r.value, bands) for r in shown]
    depth = len(shown)
    traces: list[dict[str, object]] = []
    for tone in ("good", "fair", "poor", "neutral", "accent"):
        members = [(k, r) for k, (r, t) in enumerate(zip(shown, tones, strict=True)) if t == tone]
        held = [(k, r) for k, r in members if math.isfinite(r.low) and math.isfinite(r.high)]
        colour = palette.tone(tone)
        if held:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [v for _, r in held for v in (r.low, r.high, None)],
                    "y": [v for k, _ in held for v in (k, k, None)],
                    "line": {"color": faded(colour, 0.45), "width": 4},
                    "hoverinfo": "skip",
                    "name": f"{tone} interval",
                }
            )
        points = [(k, r) for k, r in members if math.isfinite(r.value)]
        if points:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [r.value for _, r in points],
                    "y": [k for k, _ in points],
                    "marker": {
                        "color": [colour if r.certain else palette.background for _, r in points],
                        "size": 11,
                        "symbol": SYMBOLS[tone],
                        "line": {"width": [0 if r.certain else 2 for _, r in points], "color": colour},
                    },
                    "customdata": [r.key or r.label for _, r in points],
                    "hovertext": [hover(r, measure, previous_name) for _, r in points],
                    "hoverinfo": "text",
                    "name": tone,
                }
            )
    ticked = [(k, r) for k, r in enumerate(shown) if math.isfinite(r.previous) and math.isfinite(r.value)]
    if ticked:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [r.previous for _, r in ticked],
                "y": [k for k, _ in ticked],
                "marker": {
                    "symbol": "line-ns",
                    "size": 14,
                    "color": palette.previous,
                    "line": {"width": 2, "color": palette.previous},
                },
                "hovertext": [
                    f"{plain(r.label)}, {plain(previous_name)}: {coefficient(r.previous)}" for _, r in ticked
                ],
                "hoverinfo": "text",
                "name": "previous",
            }
        )
    shapes, notes = band_marks(palette, bands, x)
    notes += [_value_note(palette, k, r) for k, r in enumerate(shown) if math.isfinite(r.value)]
    notes += [_reason_note(palette, k, r) for k, r in enumerate(shown) if not math.isfinite(r.value)]
    signs = [f"bar: {interval_name}"] if any(math.isfinite(r.low) for r in defined) else []
    signs += [f"tick: {previous_name}"] if ticked else []
    if any(not r.certain for r in defined):
        signs.append("hollow: not sure of its band")
    top = 36 if any(n.get("yshift") == 17 for n in notes) else 24
    notes.append(_axis_note(palette, measure, signs))
    bottom = 30 + 14 * len(_lines(measure, signs))
    return {
        "data": traces or [_placeholder(x)],
        "layout": layout(
            palette,
            alt=_alt(shown, measure, bands, "from highest to lowest" if sort else "in order"),
            height=top + row_height(shown) * max(depth, 1) + bottom,
            margin={"l": left_margin([r.label for r in shown]), "r": 52, "t": top, "b": bottom},
            xaxis=axis(palette, grid=not bands, range=x, nticks=6),
            yaxis=axis(
                palette,
                grid=True,
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


def row_height(rows: Sequence[DotRow]) -> int:
    """Return the height of a row in px: denser where there are many and no label needs two lines."""
    one_line = all("<br>" not in wrapped(r.label) for r in rows)
    return DENSE if len(rows) > MANY and one_line else ROW


def hover(row: DotRow, measure: str, previous_name: str = "") -> str:
    """Return what a row says on hover: name, value with interval, the period before, support."""
    lines = [f"<b>{plain(row.label)}</b>", f"{plain(measure)} {coefficient(row.value)}"]
    if math.isfinite(row.low) and math.isfinite(row.high):
        lines[-1] += f" ({interval(row.low, row.high)})"
    if math.isfinite(row.previous):
        lines.append(f"{plain(previous_name)}: {coefficient(row.previous)}")
    if row.support:
        lines.append(plain(row.support))
    return "<br>".join(lines)


def _axis_note(palette: Palette, measure: str, signs: Sequence[str]) -> dict[str, object]:
    """Return the axis's words, kept to the right edge so that they have the whole width of a phone."""
    return note(
        palette,
        "<br>".join(plain(line) for line in _lines(measure, signs)),
        xref="paper",
        yref="paper",
        x=1,
        y=0,
        xanchor="right",
        yanchor="top",
        yshift=-22,
        align="right",
        font={"size": SMALL + 1, "color": palette.muted},
    )


def _lines(measure: str, signs: Sequence[str]) -> list[str]:
    """Return the axis's words in lines that fit a phone: the measure, then two signs a line."""
    return [measure, *(", ".join(signs[k : k + 2]) for k in range(0, len(signs), 2))]


def _value_note(palette: Palette, k: int, row: DotRow) -> dict[str, object]:
    return note(
        palette,
        f"<b>{coefficient(row.value)}</b>",
        xref="paper",
        yref="y",
        x=1,
        y=k,
        xanchor="left",
        yanchor="middle",
        xshift=10,
        font={"size": SIZE, "color": palette.text},
    )


def _reason_note(palette: Palette, k: int, row: DotRow) -> dict[str, object]:
    reason = row.undefined or "not defined for these judgments"
    return note(
        palette,
        wrapped(reason, width=24),
        xref="paper",
        yref="y",
        x=0,
        y=k,
        xanchor="left",
        yanchor="middle",
        xshift=6,
        align="left",
        hovertext=plain(reason),
    )


def _placeholder(x: Sequence[float]) -> dict[str, object]:
    """Return a trace that draws nothing: without one, Plotly shows no axes."""
    return {"type": "scatter", "mode": "markers", "x": [x[0]], "y": [0], "marker": {"opacity": 0}, "hoverinfo": "skip"}


def _alt(rows: Sequence[DotRow], measure: str, bands: Sequence[Band], order: str) -> str:
    if not rows:
        return f"{measure}: nothing to show."
    parts = []
    for row in rows:
        if not math.isfinite(row.value):
            parts.append(f"{row.label} undefined")
            continue
        verdict = next((b.name.lower() for b in bands if b.low <= row.value < b.high), "")
        spread = f", {interval(row.low, row.high)}" if math.isfinite(row.low) and math.isfinite(row.high) else ""
        parts.append(f"{row.label} {coefficient(row.value)}{spread}{f' ({verdict})' if verdict else ''}")
    return f"{measure}, {order}: {'; '.join(parts)}."
