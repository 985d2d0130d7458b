"""Counts as bars: named rows with the count at the right, and the histogram of a quantity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analytics.core.numerals import coefficient, count, percent
from analytics.figures.frame import SIZE, Figure, axis, layout, left_margin, note, plain, wrapped
from analytics.figures.palette import Palette, Tone, faded

ROW = 34


@dataclass(frozen=True, kw_only=True, slots=True)
class BarRow:
    """One bar: a name, how many, of which tone; `note` says more on hover."""

    label: str
    n: float
    tone: Tone = "accent"
    note: str = ""
    key: str = ""


def bars(rows: Sequence[BarRow], palette: Palette, *, of: str, total: float | None = None) -> Figure:
    """Draw counts as horizontal bars in the order given, each with its count and share at the right.

    Parameters
    ----------
    rows : sequence of BarRow
    palette : Palette
    of : str
        What is counted: "items".
    total : float or None
        What shares are of; the sum of the rows where it is None; 0 leaves shares out.
    """
    whole = sum(r.n for r in rows) if total is None else total
    depth = len(rows)
    widest = max((r.n for r in rows), default=0.0) or 1.0
    figures = [f"<b>{count(r.n)}</b>" + (f"  {_share(r.n, whole)}" if whole else "") for r in rows]
    right = 20 + math.ceil(max((len(f) - 7 for f in figures), default=4) * 6.6)
    trace: dict[str, object] = {
        "type": "bar",
        "orientation": "h",
        "x": [float(r.n) for r in rows],
        "y": list(range(depth)),
        "width": 0.56,
        "marker": {"color": [palette.tone(r.tone) for r in rows], "line": {"width": 0}, "cornerradius": 3},
        "customdata": [r.key or r.label for r in rows],
        "hovertext": [
            f"<b>{plain(r.label)}</b><br>{count(r.n)} {plain(of)}" + (f"<br>{plain(r.note)}" if r.note else "")
            for r in rows
        ],
        "hoverinfo": "text",
    }
    return {
        "data": [trace],
        "layout": layout(
            palette,
            alt=_alt(rows, of, whole),
            height=8 + ROW * max(depth, 1) + 8,
            margin={"l": left_margin([r.label for r in rows]), "r": right, "t": 8, "b": 8},
            xaxis=axis(palette, showticklabels=False, range=[0, widest]),
            yaxis=axis(
                palette,
                range=[depth - 0.5, -0.5],
                tickvals=list(range(depth)),
                ticktext=[wrapped(r.label) for r in rows],
                tickfont={"size": SIZE, "color": palette.text},
                ticklabelstandoff=6,
            ),
            shapes=[
                {
                    "type": "rect",
                    "x0": 0,
                    "x1": widest,
                    "y0": k - 0.28,
                    "y1": k + 0.28,
                    "layer": "below",
                    "line": {"width": 0},
                    "fillcolor": faded(palette.neutral, 0.10),
                }
                for k in range(depth)
            ],
            annotations=[
                note(
                    palette,
                    figures[k],
                    xref="paper",
                    yref="y",
                    x=1,
                    y=k,
                    xanchor="left",
                    yanchor="middle",
                    xshift=10,
                    font={"size": SIZE, "color": palette.text},
                )
                for k in range(depth)
            ],
        ),
    }


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    palette: Palette,
    *,
    measure: str,
    of: str,
    marked: float | None = None,
    marked_name: str = "",
    height: int = 220,
) -> Figure:
    """Draw how often a quantity falls between edges.

    Parameters
    ----------
    edges : sequence of float, (B + 1,)
        Ends of the B bins, increasing.
    counts : sequence of float, (B,)
        How many lie in each.
    palette : Palette
    measure, of : str
        The quantity and what is counted: "seconds", "judgments".
    marked : float or None
        A value to point out, such as the median, named `marked_name`.
    height : int
        Height in px.
    """
    if len(edges) != len(counts) + 1:
        raise ValueError(f"edges must be one more than counts, got {len(edges)} and {len(counts)}.")
    pairs = list(pairwise(edges))
    shapes: list[dict[str, object]] = []
    notes: list[dict[str, object]] = []
    if marked is not None and math.isfinite(marked):
        shapes.append(
            {
                "type": "line",
                "yref": "paper",
                "x0": marked,
                "x1": marked,
                "y0": 0,
                "y1": 1,
                "line": {"color": palette.text, "width": 1.5, "dash": "dash"},
            }
        )
        notes.append(
            note(
                palette,
                f"{plain(marked_name)} {_edge(marked)}",
                xref="x",
                yref="paper",
                x=marked,
                y=1,
                yanchor="bottom",
                yshift=2,
            )
        )
    total = sum(counts)
    biggest = max(range(len(counts)), key=lambda k: counts[k]) if counts else None
    peak = "" if biggest is None else f", most between {_edge(edges[biggest])} and {_edge(edges[biggest + 1])}"
    return {
        "data": [
            {
                "type": "bar",
                "x": [(a + b) / 2 for a, b in pairs],
                "width": [0.94 * (b - a) for a, b in pairs],
                "y": [float(c) for c in counts],
                "marker": {"color": palette.accent, "line": {"width": 0}},
                "hovertext": [
                    f"{_edge(a)} to {_edge(b)}<br>{count(c)} {plain(of)}"
                    for (a, b), c in zip(pairs, counts, strict=True)
                ],
                "hoverinfo": "text",
            }
        ],
        "layout": layout(
            palette,
            alt=f"{count(total)} {of} by {measure}{peak}.",
            height=height,
            margin={"l": 52, "r": 12, "t": 20 if notes else 8, "b": 48},
            xaxis=axis(palette, title=plain(measure), nticks=8, range=[edges[0], edges[-1]]),
            yaxis=axis(palette, grid=True, nticks=4, rangemode="tozero", separatethousands=True),
            shapes=shapes,
            annotations=notes,
        ),
    }


def _share(n: float, whole: float) -> str:
    """Return n of whole as per cent; what is not nothing never reads as 0 %, what is not all never as 100 %."""
    if 0 < n < 0.005 * whole:
        return "< " + percent(0.01)
    if 0.995 * whole < n < whole:
        return "> " + percent(0.99)
    return percent(n / whole)


def _edge(value: float) -> str:
    """Return a bin's end: whole numbers plainly, others to two decimals."""
    return count(value) if value == round(value) else coefficient(value)


def _alt(rows: Sequence[BarRow], of: str, whole: float) -> str:
    if not rows:
        return f"No {of} to show."
    parts = [f"{r.label} {count(r.n)}" + (f" ({percent(r.n / whole)})" if whole else "") for r in rows]
    return f"{of[:1].upper()}{of[1:]}: {'; '.join(parts)}."
