"""My calibration: own value with its interval on the colleagues' middle half, one line a figure or a criterion."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.core.numerals import coefficient, percent, signed
from analytics.figures.frame import SIZE, SMALL, Figure, axis, layout, left_margin, note, padded_range, plain, wrapped
from analytics.figures.palette import Palette, faded
from analytics.figures.trend import TrendPoint, TrendSeries, trend
from analytics.reports.my_results import OwnCriterion, OwnFigure

ROW, FOOT, TOP = 58, 20, 26
THICK = 0.26
"""Half the height of the colleagues' band, of a row's."""
LABEL_WIDTH = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureWords:
    """How one figure reads on the page.

    Attributes
    ----------
    title, about : str
        Its name in the reader's words, and what it says in half a sentence.
    text : callable
        How a value is written.
    ends : pair of float or None
        Fixed ends of its axis.
    reference : float or None
        The value that favours neither side.
    """

    title: str
    about: str
    text: Callable[[float], str]
    ends: tuple[float | None, float | None] = (None, None)
    reference: float | None = None


def _points(value: float) -> str:
    return signed(100 * value, 1)


def _times(value: float) -> str:
    return f"{coefficient(value)}×"


WORDS: dict[str, FigureWords] = {
    "peer_agreement": FigureWords(
        title="Same answer",
        about="how often a colleague on the same item gives your answer",
        text=percent,
        ends=(0.0, 1.0),
    ),
    "peer_excess": FigureWords(
        title="Beyond the items",
        about="the same against what your very items lead one to expect, in answers of 100; 0 is as expected",
        text=_points,
        reference=0.0,
    ),
    "gold_accuracy": FigureWords(
        title="Known answers",
        about="how often you match where the right answer is known",
        text=percent,
        ends=(0.0, 1.0),
    ),
    "own_severity": FigureWords(
        title="Scale points",
        about="how much higher (+) or lower (−) you score than colleagues on the same items, in points of the scale",
        text=signed,
        reference=0.0,
    ),
    "self_consistency": FigureWords(
        title="Steadiness",
        about="how often an item that came back got your same answer",
        text=percent,
        ends=(0.0, 1.0),
    ),
    "overconfidence": FigureWords(
        title="Confidence",
        about="stated confidence minus how often you were right, in points of 100; + is surer than right",
        text=_points,
        reference=0.0,
    ),
    "own_relative_time": FigureWords(
        title="Time taken",
        about="your time over that of colleagues on the same items; 1× is as long. Neither fast nor slow is better",
        text=_times,
        reference=1.0,
    ),
}


def own_and_band(criterion: OwnCriterion, palette: Palette) -> Figure:
    """Draw each defined figure of one criterion on an axis of its own: own dot and interval over the band."""
    shown = [f for f in criterion.figures if f.estimate.defined]
    depth = max(len(shown), 1)
    height = TOP + ROW * depth + FOOT
    inner = ROW * depth + FOOT
    more: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for k, figure in enumerate(shown):
        words = WORDS[figure.name]
        name = "" if k == 0 else str(k + 1)
        top, bottom = 1 - ROW * k / inner, 1 - (ROW * (k + 1) - 26) / inner
        ends = padded_range(_values(figure, words), low=words.ends[0], high=words.ends[1])
        ticks = _ticks(ends)
        more[f"xaxis{name}"] = axis(
            palette,
            range=[ends[0] - 0.01 * (ends[1] - ends[0]), ends[1] + 0.01 * (ends[1] - ends[0])],
            anchor=f"y{name}",
            tickvals=ticks,
            ticktext=[words.text(t) for t in ticks],
            tickfont={"size": SMALL - 1, "color": palette.muted},
            showgrid=True,
        )
        more[f"yaxis{name}"] = axis(palette, visible=False, range=[-1, 1], domain=[max(bottom, 0), min(top, 1)])
        traces += _own(figure, words, palette, axes=(f"x{name}", f"y{name}"), y=0.0)
        shapes += _band(figure, words, palette, axes=(f"x{name}", f"y{name}"), y=0.0, half=0.85)
        middle = (max(bottom, 0) + min(top, 1)) / 2
        notes.append(_label(palette, words.title, middle))
        notes.append(_value(palette, words.text(figure.estimate.value), middle))
    notes.append(_key(palette))
    return {
        "data": traces or [{"type": "scatter", "x": [None], "y": [None]}],
        "layout": layout(
            palette,
            alt=_alt(criterion, shown),
            height=height,
            margin={
                "l": left_margin([WORDS[f.name].title for f in shown] or [""], LABEL_WIDTH) + 8,
                "r": 62,
                "t": TOP,
                "b": 0,
            },
            shapes=shapes,
            annotations=notes,
            **(more or {"xaxis": axis(palette, visible=False), "yaxis": axis(palette, visible=False)}),
        ),
    }


def by_criterion(criteria: Sequence[OwnCriterion], palette: Palette, name: str = "peer_excess") -> Figure:
    """Draw one figure over all criteria that have it, in the order given, each with the colleagues' band."""
    words = WORDS[name]
    rows = [(c, f) for c in criteria if (f := c.figure(name)) is not None and f.estimate.defined]
    depth = max(len(rows), 1)
    ends = padded_range([v for _, f in rows for v in _values(f, words)], low=words.ends[0], high=words.ends[1])
    ticks = _ticks(ends, most=5)
    several = len({c.project for c, _ in rows}) > 1
    labels = [f"{c.criterion} · {c.project}" if several else c.criterion for c, _ in rows]
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for k, (_, figure) in enumerate(rows):
        traces += _own(figure, words, palette, axes=("x", "y"), y=float(k))
        shapes += _band(figure, words, palette, axes=("x", "y"), y=float(k), half=THICK, reference=False)
    if rows and words.reference is not None:
        shapes.append(_line(palette, words.reference, ("x", "y"), -0.5, depth - 0.5))
    said = "; ".join(f"{label} {words.text(f.estimate.value)}" for label, (_, f) in zip(labels, rows, strict=True))
    return {
        "data": traces or [{"type": "scatter", "x": [None], "y": [None]}],
        "layout": layout(
            palette,
            alt=f"{words.title}, {words.about}, by criterion: {said or 'nothing to show yet'}.",
            height=TOP + 36 * depth + 30,
            margin={"l": left_margin(labels), "r": 52, "t": TOP, "b": 30},
            xaxis=axis(palette, range=ends, tickvals=ticks, ticktext=[words.text(t) for t in ticks], showgrid=True),
            yaxis=axis(
                palette,
                range=[depth - 0.5, -0.5],
                tickvals=list(range(len(rows))),
                ticktext=[wrapped(label) for label in labels],
                tickfont={"size": SIZE, "color": palette.text},
                ticklabelstandoff=6,
            ),
            shapes=shapes,
            annotations=[
                *(_value(palette, words.text(f.estimate.value), float(k), yref="y") for k, (_, f) in enumerate(rows)),
                _key(palette),
            ],
        ),
    }


def own_trend(criterion: OwnCriterion, palette: Palette) -> Figure:
    """Draw excess agreement over time, in answers of 100, around the line of what the items lead one to expect."""
    points = tuple(
        TrendPoint(
            when=p.start,
            value=100 * p.excess.value,
            low=100 * p.excess.low,
            high=100 * p.excess.high,
            support=f"{p.excess.n_judgments} judgments" if p.excess.n_judgments else "",
        )
        for p in criterion.trend
    )
    figure = trend(
        [TrendSeries(name=criterion.criterion, points=points)],
        palette,
        measure="Same answers in 100, against what the items lead one to expect",
        height=230,
    )
    figure["layout"]["shapes"].append(_line(palette, 0.0, ("paper", "y"), 0, 1, along="x") | {"layer": "below"})
    return figure


def _values(figure: OwnFigure, words: FigureWords) -> list[float | None]:
    e, band = figure.estimate, figure.band
    found: list[float | None] = [e.value, e.low, e.high, words.reference]
    return found + ([band.low, band.middle, band.high] if band else [])


def _ticks(ends: Sequence[float], most: int = 3) -> list[float]:
    """Return at most `most` round numbers between the ends."""
    span = ends[1] - ends[0]
    if not span > 0:
        return []
    step = 10.0 ** math.floor(math.log10(span / most))
    step = next(step * f for f in (1, 2, 2.5, 5, 10, 20) if span / (step * f) <= most)
    first = math.ceil(ends[0] / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(ends[1] / step + 1e-9) + 1)]


def _own(
    figure: OwnFigure, words: FigureWords, palette: Palette, *, axes: tuple[str, str], y: float
) -> list[dict[str, Any]]:
    e = figure.estimate
    said = f"<b>{words.title}: {words.text(e.value)}</b>"
    if math.isfinite(e.low) and math.isfinite(e.high):
        said += f"<br>95 % interval {words.text(e.low)} to {words.text(e.high)}"
    if e.n_judgments:
        said += f"<br>{e.n_judgments} of your judgments"
    if figure.band:
        band = figure.band
        said += f"<br>{_band_words(figure, words)}<br>at least {band.at_least} colleagues"
    place = {"type": "scatter", "xaxis": axes[0], "yaxis": axes[1]}
    return [
        place
        | {
            "mode": "lines",
            "x": [e.low if math.isfinite(e.low) else None, e.high if math.isfinite(e.high) else None],
            "y": [y, y],
            "line": {"color": faded(palette.accent, 0.55), "width": 4},
            "hoverinfo": "skip",
        },
        place
        | {
            "mode": "markers",
            "x": [e.value],
            "y": [y],
            "marker": {"color": palette.accent, "size": 11, "line": {"width": 2, "color": palette.background}},
            "hovertext": [said],
            "hoverinfo": "text",
        },
    ]


def _band(
    figure: OwnFigure,
    words: FigureWords,
    palette: Palette,
    *,
    axes: tuple[str, str],
    y: float,
    half: float,
    reference: bool = True,
) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    if reference and words.reference is not None:
        shapes.append(_line(palette, words.reference, axes, y - 1, y + 1))
    if figure.band is None:
        return shapes
    common = {"xref": axes[0], "yref": axes[1], "y0": y - half, "y1": y + half, "layer": "below"}
    band = figure.band
    if math.isfinite(band.low):
        shapes.append(
            common
            | {
                "type": "rect",
                "x0": band.low,
                "x1": band.high,
                "fillcolor": faded(palette.neutral, 0.28),
                "line": {"width": 2, "color": faded(palette.neutral, 0.28)},
            }
        )
    shapes.append(
        common | {"type": "line", "x0": band.middle, "x1": band.middle, "line": {"width": 2, "color": palette.previous}}
    )
    return shapes


def _band_words(figure: OwnFigure, words: FigureWords) -> str:
    if figure.band is None:
        return ""
    if not math.isfinite(figure.band.low):
        return f"colleagues on the same items: about {words.text(figure.band.middle)}"
    return f"middle half of colleagues: {words.text(figure.band.low)} to {words.text(figure.band.high)}"


def _line(
    palette: Palette, at: float, axes: tuple[str, str], start: float, end: float, along: str = "y"
) -> dict[str, Any]:
    line = {"type": "line", "xref": axes[0], "yref": axes[1], "layer": "below"}
    ends = (
        {"x0": at, "x1": at, "y0": start, "y1": end} if along == "y" else {"x0": start, "x1": end, "y0": at, "y1": at}
    )
    return line | ends | {"line": {"color": palette.rule, "width": 1, "dash": "dot"}}


def _label(palette: Palette, text: str, y: float) -> dict[str, Any]:
    return note(
        palette,
        wrapped(text, LABEL_WIDTH),
        xref="paper",
        yref="paper",
        x=0,
        y=y,
        xanchor="right",
        yanchor="middle",
        xshift=-12,
        align="right",
        font={"size": SIZE, "color": palette.text},
    )


def _value(palette: Palette, text: str, y: float, yref: str = "paper") -> dict[str, Any]:
    return note(
        palette,
        f"<b>{plain(text)}</b>",
        xref="paper",
        yref=yref,
        x=1,
        y=y,
        xanchor="left",
        yanchor="middle",
        xshift=10,
        font={"size": SIZE, "color": palette.text},
    )


def _key(palette: Palette) -> dict[str, Any]:
    return note(
        palette,
        f'<span style="color:{palette.accent}">●</span> you  '
        f'<span style="color:{palette.neutral}">■</span> middle half of colleagues, <b>|</b> their middle',
        xref="paper",
        yref="paper",
        x=1,
        y=1,
        xanchor="right",
        yanchor="bottom",
        xshift=52,
        yshift=6,
    )


def _alt(criterion: OwnCriterion, shown: Sequence[OwnFigure]) -> str:
    parts = []
    for figure in shown:
        words = WORDS[figure.name]
        text = f"{words.title} {words.text(figure.estimate.value)}"
        if figure.band:
            text += f", {_band_words(figure, words)}"
        parts.append(text)
    return f"Your figures on {criterion.criterion}: {'; '.join(parts) or 'none yet'}."
