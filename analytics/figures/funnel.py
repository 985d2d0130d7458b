"""Funnel plot: an estimate against what it rests on, within limits that narrow; who lies outside is named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.core.numerals import coefficient, count
from analytics.figures.frame import CHARACTER, SMALL, Figure, axis, finite, layout, note, padded_range, plain, shortened
from analytics.figures.palette import Palette, faded

NARROWEST = 250
"""Width in px of the plot on a phone: names that do not touch there touch nowhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelPoint:
    """One trainer: what the estimate rests on, the estimate, and whether it lies outside the limits."""

    label: str
    n: float
    value: float
    outside: bool = False
    key: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelLimits:
    """Limits at increasing support.

    Attributes
    ----------
    n : tuple of float, (L,)
        Support, increasing.
    low, high : tuple of float, (L,)
        Where the limits run.
    name : str
        What they claim: "95 %".
    """

    n: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    name: str


def funnel_plot(
    points: Sequence[FunnelPoint],
    limits: Sequence[FunnelLimits],
    centre: float,
    palette: Palette,
    *,
    measure: str,
    support: str = "judgments",
    ends: tuple[float | None, float | None] = (None, None),
    height: int = 360,
    most_names: int = 15,
) -> Figure:
    """Draw points against control limits; those outside get another shape, another colour and their name.

    Parameters
    ----------
    points : sequence of FunnelPoint
    limits : sequence of FunnelLimits
        From the narrowest to the widest.
    centre : float
        The value all would have if nobody differed.
    palette : Palette
    measure, support : str
        What stands on the vertical and on the horizontal axis.
    ends : pair of float or None
        Fixed ends of the vertical axis.
    height : int
        Height in px.
    most_names : int
        Of more points outside only so many are named, those farthest from the centre; the others on hover.
    """
    x = [0.0, 1.06 * max((p.n for p in points), default=1.0)]
    reach = [v for p in points for v in (p.value,)] + [centre]
    y = padded_range(reach, low=ends[0], high=ends[1])
    traces: list[dict[str, object]] = []
    for k, limit in enumerate(limits):
        for side, edge in (("lower", limit.low), ("upper", limit.high)):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": finite(limit.n),
                    "y": finite(edge),
                    "line": {"color": faded(palette.rule, 0.9), "width": 1, "dash": "solid" if k else "dash"},
                    "hoverinfo": "skip",
                    "name": f"{plain(limit.name)} {side}",
                }
            )
    for outside in (False, True):
        chosen = [p for p in points if p.outside is outside and math.isfinite(p.value)]
        if not chosen:
            continue
        colour = palette.fair if outside else palette.accent
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [p.n for p in chosen],
                "y": [p.value for p in chosen],
                "marker": {
                    "color": colour if outside else faded(colour, 0.65),
                    "size": 11 if outside else 9,
                    "symbol": "diamond" if outside else "circle",
                    "line": {"width": 1, "color": palette.background},
                },
                "customdata": [p.key or p.label for p in chosen],
                "hovertext": [
                    f"<b>{plain(p.label)}</b><br>{plain(measure)} {coefficient(p.value)}"
                    + f"<br>{count(p.n)} {plain(support)}"
                    + (f"<br>{plain(p.note)}" if p.note else "")
                    for p in chosen
                ],
                "hoverinfo": "text",
                "name": "outside the limits" if outside else "inside the limits",
            }
        )
    far = sorted((p for p in points if p.outside and math.isfinite(p.value)), key=lambda p: -abs(p.value - centre))
    notes = _names(far[:most_names], palette, x, y, height)
    for limit in limits:
        ends_at = [k for k, n in enumerate(limit.n) if n <= x[1] and y[0] <= limit.high[k] <= y[1]]
        if ends_at:
            notes.append(
                note(
                    palette,
                    plain(limit.name),
                    xref="paper",
                    yref="y",
                    x=1,
                    y=limit.high[ends_at[-1]],
                    xanchor="left",
                    yanchor="middle",
                    xshift=4,
                )
            )
    named = sum(p.outside for p in points)
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt=(
                f"{measure} of {len(points)} trainers against {support}: {named} outside the limits"
                + (": " + ", ".join(f"{p.label} {coefficient(p.value)}" for p in points if p.outside) if named else "")
                + "."
            ),
            height=height,
            margin={"l": 58, "r": 44, "t": 12, "b": 48},
            xaxis=axis(palette, title=plain(support), range=x, nticks=6, separatethousands=True),
            yaxis=axis(palette, title=plain(measure), grid=True, range=y, nticks=6, ticklabelstandoff=6),
            shapes=[
                {
                    "type": "line",
                    "xref": "paper",
                    "x0": 0,
                    "x1": 1,
                    "y0": centre,
                    "y1": centre,
                    "layer": "below",
                    "line": {"color": palette.rule, "width": 1},
                }
            ],
            annotations=notes,
        ),
    }


def _names(
    points: Sequence[FunnelPoint], palette: Palette, x: Sequence[float], y: Sequence[float], height: int
) -> list[dict[str, object]]:
    """Return a name beside each point outside, left out (it stays on hover) where it would cover another name."""
    taken: list[tuple[float, float, float]] = []
    notes: list[dict[str, object]] = []
    for point in sorted(points, key=lambda p: p.value):
        right = point.n > (x[0] + x[1]) / 2
        name = shortened(point.label, 18)
        start = point.n / (x[1] or 1.0) * NARROWEST + (-9 - CHARACTER * len(name) if right else 9)
        end, up = start + CHARACTER * len(name), (point.value - y[0]) / ((y[1] - y[0]) or 1.0) * height
        if any(start < b and a < end and abs(up - c) < 15 for a, b, c in taken):
            continue
        taken.append((start, end, up))
        notes.append(
            note(
                palette,
                plain(name),
                xref="x",
                yref="y",
                x=point.n,
                y=point.value,
                xanchor="right" if right else "left",
                yanchor="middle",
                xshift=-9 if right else 9,
                font={"size": SMALL, "color": palette.fair},
            )
        )
    return notes
