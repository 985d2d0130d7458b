"""A line without axes, small enough to stand in a card or a row."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analytics.core.numerals import coefficient
from analytics.figures.frame import Figure, axis, finite, layout, padded_range
from analytics.figures.palette import Palette, Tone, faded


def sparkline(
    values: Sequence[float], palette: Palette, *, name: str, tone: Tone = "accent", height: int = 44
) -> Figure:
    """Draw a run of values, the last one dotted; nan is a gap."""
    y = finite(values)
    known = [v for v in y if v is not None]
    colour = palette.tone(tone)
    last = max((k for k, v in enumerate(y) if v is not None), default=None)
    ends = padded_range(known)
    traces: list[dict[str, object]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(range(len(y))),
            "y": y,
            "connectgaps": False,
            "line": {"color": colour, "width": 1.75},
            "fill": "tozeroy" if ends[0] >= 0 and len(known) == len(y) else "none",
            "fillcolor": faded(colour, 0.10),
            "hoverinfo": "skip",
        }
    ]
    if last is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [last],
                "y": [y[last]],
                "marker": {"color": colour, "size": 6},
                "hoverinfo": "skip",
            }
        )
    alt = f"{name}: no values." if not known else f"{name}: from {coefficient(known[0])} to {coefficient(known[-1])}."
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt=alt,
            height=height,
            margin={"l": 2, "r": 6, "t": 4, "b": 4},
            xaxis=axis(palette, visible=False, range=[-0.3, max(len(y) - 1, 1) + 0.3]),
            yaxis=axis(palette, visible=False, range=ends),
        ),
    }


def trimmed(values: Sequence[float], most: int = 24) -> list[float]:
    """Return the last `most` defined values, for places that cannot show a gap such as a table cell."""
    return [float(v) for v in values if math.isfinite(v)][-most:]
