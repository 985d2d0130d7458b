"""What all figures share: fonts, margins, axes, verdict bands, and text that cannot break out of its place."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.figures.palette import Palette, Tone, faded

if TYPE_CHECKING:
    from analytics.core.settings import Band as NamedBand

Figure = dict[str, Any]
FONT = "Inter, 'Noto Sans', sans-serif"
SIZE, SMALL = 13, 11
CHARACTER = 6.9
"""Mean width in px of a character at `SIZE`; for margins."""
NARROW = 150
"""Width in px of a plot between its margins on a phone; labels must not collide even there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A stretch of the axis with a verdict: low <= value < high."""

    name: str
    low: float
    high: float
    tone: Tone


def bands_of(named: Sequence[NamedBand]) -> tuple[Band, ...]:
    """Return the settings' bands with their upper ends and tones: the lowest is poor, the highest good."""
    ordered = sorted(named, key=lambda band: band.low)
    ends = [band.low for band in ordered[1:]] + [math.inf]
    tones: list[Tone] = ["fair"] * len(ordered)
    if tones:
        tones[0] = "poor"
        tones[-1] = "good"
    return tuple(
        Band(name=band.name, low=band.low, high=high, tone=tone)
        for band, high, tone in zip(ordered, ends, tones, strict=True)
    )


def tone_of(value: float, bands: Sequence[Band]) -> Tone:
    """Return the tone of the band `value` lies in; neutral where it is undefined, accent where there are no bands."""
    if not math.isfinite(value):
        return "neutral"
    if not bands:
        return "accent"
    for band in bands:
        if band.low <= value < band.high:
            return band.tone
    return bands[0].tone if value < bands[0].low else bands[-1].tone


def plain(text: object) -> str:
    """Return text as Plotly shows it literally: no tags, no entities, no line breaks of its own."""
    flat = " ".join(str(text).split())
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: object, most: int) -> str:
    """Return at most `most` characters, the last an ellipsis where some were cut.

    >>> shortened("Instruction following", 12)
    'Instruction…'
    """
    flat = " ".join(str(text).split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def both_ends(text: object, most: int = 38) -> str:
    """Return at most `most` characters with the middle cut out: of names that begin alike the ends differ.

    >>> both_ends("is-the-school-uniform-a-good-idea_bad", 20)
    'is-the-sch…-idea_bad'
    """
    flat = " ".join(str(text).split())
    head = most // 2
    return flat if len(flat) <= most else f"{flat[:head]}…{flat[-(most - head - 1) :]}"


def wrapped(text: object, width: int = 20, lines: int = 2) -> str:
    """Return text in at most `lines` lines of `width` characters, escaped; the full text goes on hover."""
    parts = textwrap.wrap(" ".join(str(text).split()), width=width, break_long_words=True, break_on_hyphens=False) or [
        ""
    ]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], shortened(" ".join(parts[lines - 1 :]), width)]
    return "<br>".join(plain(part) for part in parts)


def left_margin(labels: Iterable[str], width: int = 20) -> int:
    """Return the px that the widest of the wrapped labels needs at the left."""
    longest = max((len(line) for label in labels for line in wrapped(label, width).split("<br>")), default=0)
    return 18 + math.ceil(min(longest, width) * CHARACTER)


def finite(values: Iterable[float | None]) -> list[float | None]:
    """Return plain floats with None where a value is missing or not finite: JSON has no nan."""
    return [float(v) if v is not None and math.isfinite(v) else None for v in values]


def padded_range(values: Iterable[float | None], *, low: float | None = None, high: float | None = None) -> list[float]:
    """Return axis ends that hold all finite values with a little air; `low` and `high` fix an end."""
    seen = [v for v in finite(values) if v is not None]
    ends = [min(seen, default=0.0), max(seen, default=1.0)]
    air = 0.06 * ((ends[1] - ends[0]) or abs(ends[1]) or 1.0)
    return [ends[0] - air if low is None else low, ends[1] + air if high is None else high]


def axis(palette: Palette, *, title: str | None = None, grid: bool = False, **more: Any) -> dict[str, Any]:
    """Return an axis: muted ticks, no zero line, no zoom; `more` overrides."""
    base: dict[str, Any] = {
        "showgrid": grid,
        "gridcolor": palette.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": False,
        "tickfont": {"family": FONT, "size": SMALL + 1, "color": palette.muted},
    }
    if title:
        base["title"] = {
            "text": title,
            "font": {"family": FONT, "size": SMALL + 1, "color": palette.muted},
            "standoff": 10,
        }
    return base | more


def layout(palette: Palette, *, alt: str, height: int, margin: dict[str, int], **more: Any) -> dict[str, Any]:
    """Return a figure's layout: transparent, no legend, no drag; `alt` is the sentence that stands for the picture."""
    if not alt.strip():
        raise ValueError("alt must say in words what the figure shows.")
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 0} | margin,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": SIZE, "color": palette.text},
        "separators": ".\u2009",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverdistance": 30,
        "hoverlabel": {
            "bgcolor": palette.surface,
            "bordercolor": palette.rule,
            "font": {"family": FONT, "size": SIZE, "color": palette.text},
            "align": "left",
        },
        "meta": {"alt": alt},
        "shapes": [],
        "annotations": [],
    } | more


def note(palette: Palette, text: str, **place: Any) -> dict[str, Any]:
    """Return an annotation without an arrow; `text` must have been escaped (see `plain`)."""
    return {
        "text": text,
        "showarrow": False,
        "font": {"family": FONT, "size": SMALL, "color": palette.muted},
    } | place


def band_marks(
    palette: Palette, bands: Sequence[Band], ends: Sequence[float]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the shapes and the labels on top of verdict bands along the x axis that runs between `ends`.

    The outer labels keep to the outer edges; a middle one stands in its band, a line higher where it would touch a
    neighbour on a phone.
    """
    low, high = ends
    shown = [band for band in bands if band.high > low and band.low < high]
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    spans: list[tuple[float, float]] = []
    for k, band in enumerate(shown):
        left, right = max(band.low, low), min(band.high, high)
        shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": left,
                "x1": right,
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"width": 0},
                "fillcolor": faded(palette.tone(band.tone), palette.tints),
            }
        )
        width = len(band.name) * CHARACTER * SMALL / SIZE + 6
        edge = (left - low) / (high - low) * NARROW, (right - low) / (high - low) * NARROW
        if len(shown) > 1 and k == 0:
            at, anchor, span = left, "left", (edge[0], edge[0] + width)
        elif len(shown) > 1 and k == len(shown) - 1:
            at, anchor, span = right, "right", (edge[1] - width, edge[1])
        else:
            middle = (edge[0] + edge[1]) / 2
            at, anchor, span = (left + right) / 2, "center", (middle - width / 2, middle + width / 2)
        spans.append(span)
        labels.append(
            note(
                palette, plain(band.name), xref="x", yref="paper", x=at, y=1, xanchor=anchor, yanchor="bottom", yshift=3
            )
        )
    touching = {k for k in range(1, len(shown)) if spans[k][0] < spans[k - 1][1]}
    for k in range(1, len(shown) - 1):
        if {k, k + 1} & touching and labels[k - 1]["yshift"] == 3:
            labels[k]["yshift"] = 17
    if len(shown) > 2 and spans[-1][0] < spans[0][1]:
        labels[-1]["yshift"] = 31
    return shapes, labels


def alt_text(figure: Figure) -> str:
    """Return the sentence that stands for a figure where it cannot be seen."""
    alt: str = figure["layout"]["meta"]["alt"]
    return alt
