"""A quantity over time: line with interval ribbon, guideline versions as marks, the last value at the right end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from analytics.core.numerals import coefficient, day, interval, percent
from analytics.figures.frame import (
    CHARACTER,
    NARROW,
    SIZE,
    SMALL,
    Figure,
    axis,
    finite,
    layout,
    note,
    padded_range,
    plain,
    shortened,
)
from analytics.figures.palette import Palette, faded

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendPoint:
    """One period's estimate; `when` is its first day. nan where it is undefined: the line has a gap there."""

    when: date
    value: float
    low: float = math.nan
    high: float = math.nan
    support: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendSeries:
    """One named line, its points in order of time."""

    name: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Something that happened on a day, such as a new guideline version."""

    when: date
    label: str


def trend(
    series: Sequence[TrendSeries],
    palette: Palette,
    *,
    measure: str,
    marks: Sequence[Mark] = (),
    target: float | None = None,
    ends: tuple[float | None, float | None] = (None, None),
    height: int = 260,
    as_percent: bool = False,
) -> Figure:
    """Draw up to seven lines over time; the interval ribbon is drawn where there is one line only.

    Parameters
    ----------
    series : sequence of TrendSeries
        Each gets a colour, a dash and a symbol of its own, and its name at its right end.
    palette : Palette
    measure : str
        Name of the quantity, for hover and the sentence that stands for the picture.
    marks : sequence of Mark
        Days that matter, drawn as dotted lines with their label on top.
    target : float or None
        A level to reach, drawn as a dashed line.
    ends : pair of float or None
        Fixed ends of the value axis.
    height : int
        Height in px.
    as_percent : bool
        True where values are shares in [0, 1] and read as per cent.
    """
    if len(series) > len(DASHES):
        raise ValueError(f"series must be at most {len(DASHES)}, got {len(series)}.")
    text = percent if as_percent else coefficient
    values = [v for s in series for p in s.points for v in (p.value, p.low, p.high)]
    y = padded_range([*values, target], low=ends[0], high=ends[1])
    traces: list[dict[str, Any]] = []
    for k, one in enumerate(series):
        colour = palette.accent if len(series) == 1 else palette.categorical[k]
        if len(series) == 1:
            traces += _ribbons(one, colour)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [p.when.isoformat() for p in one.points],
                "y": finite(p.value for p in one.points),
                "connectgaps": False,
                "line": {"color": colour, "width": 2, "dash": DASHES[k]},
                "marker": {"color": colour, "size": 6, "symbol": SYMBOLS[k]},
                "hovertext": [_hover(one, p, text(p.value)) for p in one.points],
                "hoverinfo": "text",
                "name": plain(one.name),
            }
        )
    shapes, notes = _marks(palette, marks, [p.when for s in series for p in s.points])
    if target is not None:
        shapes.append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": target,
                "y1": target,
                "layer": "below",
                "line": {"color": palette.rule, "width": 1, "dash": "dash"},
            }
        )
        notes.append(
            note(
                palette,
                f"target {text(target)}",
                xref="paper",
                yref="y",
                x=0,
                y=target,
                xanchor="left",
                yanchor="bottom",
            )
        )
    top = 34 if any(n.get("yshift") == 17 for n in notes) else (20 if marks else 10)
    names = _end_labels(series, palette, y, height - top - 30, text)
    widest = max((len(n["text"].replace("<b>", "").replace("</b>", "")) for n in names), default=0)
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt=_alt(series, measure, text),
            height=height,
            margin={"l": 44, "r": 14 + math.ceil(widest * CHARACTER), "t": top, "b": 30},
            xaxis=axis(palette, type="date", nticks=5, tickformat="%-d %b", hoverformat="%-d %b %Y"),
            yaxis=axis(palette, grid=True, range=y, nticks=5, tickformat=".0%" if as_percent else ".2~f"),
            shapes=shapes,
            annotations=[*notes, *names],
        ),
    }


def _ribbons(one: TrendSeries, colour: str) -> list[dict[str, Any]]:
    """Return one closed area for every run of points that have an interval: a gap in the data is a gap in it."""
    runs: list[list[TrendPoint]] = [[]]
    for point in one.points:
        if math.isfinite(point.low) and math.isfinite(point.high):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [p.when.isoformat() for p in run] + [p.when.isoformat() for p in reversed(run)],
            "y": [p.high for p in run] + [p.low for p in reversed(run)],
            "fill": "toself",
            "fillcolor": faded(colour, 0.14),
            "line": {"width": 0 if len(run) > 1 else 2, "color": faded(colour, 0.35)},
            "hoverinfo": "skip",
            "name": "interval",
        }
        for run in runs
        if run
    ]


def _hover(one: TrendSeries, point: TrendPoint, value: str) -> str:
    lines = [f"<b>{plain(one.name)}</b>, from {day(point.when)}", value]
    if math.isfinite(point.low) and math.isfinite(point.high):
        lines[-1] += f" ({interval(point.low, point.high)})"
    if point.support:
        lines.append(plain(point.support))
    return "<br>".join(lines)


def _marks(
    palette: Palette, marks: Sequence[Mark], days: Sequence[date]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    span = max(((max(days) - min(days)).days if days else 0), 1)
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    ordered = sorted(marks, key=lambda m: m.when)
    for k, mark in enumerate(ordered):
        apart = (mark.when - ordered[k - 1].when).days / span * 1.5 * NARROW if k else math.inf
        near = apart < CHARACTER * len(shortened(mark.label, 18)) + 8
        raised = near and notes[-1]["yshift"] == 2
        late = bool(days) and (mark.when - min(days)).days / span > 0.75
        shapes.append(
            {
                "type": "line",
                "yref": "paper",
                "x0": mark.when.isoformat(),
                "x1": mark.when.isoformat(),
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"color": palette.rule, "width": 1, "dash": "dot"},
            }
        )
        notes.append(
            note(
                palette,
                plain(shortened(mark.label, 18)),
                xref="x",
                yref="paper",
                x=mark.when.isoformat(),
                y=1,
                xanchor="right" if late else "left",
                yanchor="bottom",
                yshift=17 if raised else 2,
                hovertext=plain(f"{mark.label}, {day(mark.when)}"),
            )
        )
    return shapes, notes


def _end_labels(
    series: Sequence[TrendSeries], palette: Palette, y: Sequence[float], height: int, text: Any
) -> list[dict[str, Any]]:
    """Return each line's name and last value at the right, pushed apart so that none covers another."""
    last = []
    for k, one in enumerate(series):
        known = [p for p in one.points if math.isfinite(p.value)]
        if known:
            last.append((known[-1].value, k, one))
    last.sort(key=lambda entry: entry[0])
    per_px = (y[1] - y[0]) / max(height, 1)
    places = [value for value, _, _ in last]
    for k, (below, above) in enumerate(pairwise(list(places))):
        places[k + 1] = max(above, max(below, places[k]) + 16 * per_px)
    overshoot = max(places[-1] - y[1], 0.0) if places else 0.0
    notes = []
    for (value, k, one), place in zip(last, places, strict=True):
        colour = palette.accent if len(series) == 1 else palette.categorical[k]
        name = "" if len(series) == 1 else plain(shortened(one.name, 14)) + " "
        notes.append(
            note(
                palette,
                f"{name}<b>{text(value)}</b>",
                xref="paper",
                yref="y",
                x=1,
                y=place - overshoot,
                xanchor="left",
                yanchor="middle",
                xshift=6,
                font={"size": SIZE if len(series) == 1 else SMALL + 1, "color": colour},
            )
        )
    return notes


def _alt(series: Sequence[TrendSeries], measure: str, text: Any) -> str:
    parts = []
    for one in series:
        known = [p for p in one.points if math.isfinite(p.value)]
        if not known:
            parts.append(f"{one.name} has no defined value")
        else:
            first, end = known[0], known[-1]
            parts.append(
                f"{one.name} from {text(first.value)} ({day(first.when)}) to {text(end.value)} ({day(end.when)})"
            )
    return f"{measure} over time: {'; '.join(parts) or 'nothing to show'}."
