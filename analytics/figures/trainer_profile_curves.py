"""Figures of one trainer's profile that run along something: confidence, a session, judgments, practice."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.core.numerals import coefficient, count, day, percent, signed
from analytics.figures.frame import SMALL, Figure, axis, finite, layout, note, padded_range, plain
from analytics.figures.palette import Palette, faded
from analytics.figures.trend import TrendPoint, TrendSeries, trend
from analytics.reports.trainer_profile_time import ChartPoint, ControlCharts, NewcomerCurve, Week
from analytics.reports.trainer_profile_work import ConfidenceProfile, PaceProfile

HEIGHT = 280


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """One mark: place, value, interval (nan for none), what it says on hover."""

    x: float | str
    value: float
    low: float = math.nan
    high: float = math.nan
    said: str = ""
    size: float = 9.0


def reliability(profile: ConfidenceProfile, palette: Palette) -> Figure | None:
    """Draw share right against stated confidence, with intervals; on the diagonal people are as right as they say."""
    if profile.found is None:
        return None
    found = profile.found.diagram
    most = max((int(n) for n in found.n), default=1)
    points = [
        CurvePoint(
            x=float(found.stated[b]),
            value=float(found.correct[b]),
            low=float(found.low[b]),
            high=float(found.high[b]),
            size=6.0 + 9.0 * math.sqrt(float(found.n[b]) / most),
            said=(
                f"Said {percent(float(found.stated[b]))}, right {percent(float(found.correct[b]))}"
                f"<br>{percent(float(found.low[b]))} to {percent(float(found.high[b]))}"
                f"<br>{count(int(found.n[b]))} judgments"
            ),
        )
        for b in range(found.n.size)
    ]
    said = "; ".join(f"{percent(float(p.x))} stated, {percent(p.value)} right" for p in points)
    figure = _drawn(
        [_bars(points, palette.accent), _marks(points, palette.accent, palette)],
        palette,
        alt=f"Share right by stated confidence: {said or 'nothing to show'}.",
        x_title="stated confidence",
        y_title="right",
        x_range=[-0.03, 1.03],
        y_range=[-0.03, 1.03],
        tickformat=".0%",
    )
    figure["layout"]["xaxis"]["tickformat"] = ".0%"
    figure["layout"]["shapes"].append(
        {
            "type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "layer": "below",
            "line": {"color": palette.rule, "width": 1, "dash": "dash"},
        }
    )  # fmt: skip
    return figure


def session_course(profile: PaceProfile, palette: Palette, *, as_time: bool) -> Figure | None:
    """Draw an outcome along the session, each stretch against its session's own mean."""
    found = profile.time_curve if as_time else profile.agreement_curve
    if found is None or found.undefined:
        return None
    text: Callable[[float], str] = _times if as_time else _hundredths
    values = [float(v) for v in found.value]
    points = [
        CurvePoint(
            x=float(found.position[b]),
            value=_scaled(values[b], as_time),
            low=_scaled(float(found.low[b]), as_time),
            high=_scaled(float(found.high[b]), as_time),
            said=(
                f"About judgment {count(float(found.position[b]))} of a session<br>{text(_scaled(values[b], as_time))}"
                f" ({text(_scaled(float(found.low[b]), as_time))} to {text(_scaled(float(found.high[b]), as_time))})"
                f"<br>{count(int(found.n[b]))} judgments"
            ),
        )
        for b in range(found.n.size)
    ]
    what = "Time" if as_time else "Agreement beyond the items, in 100"
    said = "; ".join(f"judgment {count(float(p.x))}: {text(p.value)}" for p in points)
    return _drawn(
        [_bars(points, palette.accent), _line(points, palette.accent), _marks(points, palette.accent, palette)],
        palette,
        alt=f"{what} along the session, against the session's own mean: {said}.",
        x_title="place in the session",
        y_title="",
        reference=1.0 if as_time else 0.0,
        x_range=padded_range([float(p.x) for p in points]),
        y_range=padded_range([v for p in points for v in (p.value, p.low, p.high)] + [1.0 if as_time else 0.0]),
        ticksuffix="×" if as_time else "",
        height=220,
    )


def weeks(found: Sequence[Week], palette: Palette) -> Figure | None:
    """Draw right answers beyond what the items promise, week by week; None below two weeks with five judgments."""
    points = tuple(
        TrendPoint(when=w.start, value=w.value, low=w.low, high=w.high, support=f"{count(w.n)} judgments")
        for w in found
        if math.isfinite(w.value)
    )
    if len(points) < 2:
        return None
    figure = trend(
        [TrendSeries(name="Against expectation", points=points)], palette,
        measure="Right beyond what the items promise", height=HEIGHT,
    )  # fmt: skip
    figure["layout"]["shapes"].append(_level(palette, 0.0))
    return figure


def moving_average(found: ControlCharts, palette: Palette) -> Figure:
    """Draw the moving average of results with its limits; where it first leaves them stands a mark."""
    line = [_chart_point(p, signed(p.value)) for p in found.average]
    return _chart(
        line, palette, signal=found.average_signal, y_title="standard deviations", reference=0.0,
        limits=[p.high for p in found.average] + [p.low for p in found.average], ribbon=found.average,
        alt=(
            f"Moving average of {count(found.n)} results against expectation: "
            f"{_signal_words(found.average_signal, 'left its limits')}."
        ),
    )  # fmt: skip


def falls(found: ControlCharts, palette: Palette) -> Figure:
    """Draw the CUSUM of results below expectation with its limit."""
    line = [_chart_point(p, coefficient(p.value, 1)) for p in found.falls]
    return _chart(
        line, palette, signal=found.falls_signal, y_title="added up", threshold=found.limit,
        threshold_name="limit", alt=(
            f"Results below expectation added up over {count(found.n)} judgments: "
            f"{_signal_words(found.falls_signal, f'passed the limit {coefficient(found.limit, 1)}')}."
        ),
    )  # fmt: skip


def evidence(found: ControlCharts, palette: Palette) -> Figure:
    """Draw the evidence of a fall, in powers of ten, with the level at which the alarm rings."""
    line = [_chart_point(p, f"evidence {count(10 ** min(max(p.value, 0.0), 9.0))}") for p in found.evidence]
    level = -math.log10(found.alarm_rate)
    figure = _chart(
        line, palette, signal=found.alarm, y_title="evidence", threshold=level, threshold_name="alarm", alt=(
            f"Evidence of a fall over {count(found.n)} judgments: {_signal_words(found.alarm, 'rang')}."
        ),
    )  # fmt: skip
    ends = figure["layout"]["yaxis"]["range"]
    ticks = [
        k for k in range(math.ceil(ends[0]), math.floor(ends[1]) + 1) if k % max(1, round((ends[1] - ends[0]) / 6)) == 0
    ]
    figure["layout"]["yaxis"] |= {"tickvals": ticks, "ticktext": [_power(k) for k in ticks]}
    return figure


def newcomer(found: NewcomerCurve, palette: Palette) -> Figure:
    """Draw share right against judgments made before: what was seen, the trainer's curve, the newcomers' common one."""
    points = [
        CurvePoint(
            x=x, value=share, low=low, high=high,
            said=(
                f"After about {count(x)} judgments<br>right {percent(share)} ({percent(low)} to {percent(high)})"
                f"<br>{count(n)} judgments"
            ),
        )
        for x, share, low, high, n in found.observed
    ]  # fmt: skip
    x = [float(n) for n in found.at]
    ribbon = {
        "type": "scatter", "mode": "lines", "x": x + x[::-1], "y": finite(found.high) + finite(found.low[::-1]),
        "fill": "toself", "fillcolor": faded(palette.neutral, 0.18), "line": {"width": 0}, "hoverinfo": "skip",
    }  # fmt: skip
    team = {
        "type": "scatter", "mode": "lines", "x": x, "y": finite(found.team), "hoverinfo": "skip",
        "line": {"color": palette.previous, "width": 2, "dash": "dash"},
    }  # fmt: skip
    own = {
        "type": "scatter", "mode": "lines", "x": x, "y": finite(found.own), "hoverinfo": "skip",
        "line": {"color": palette.accent, "width": 2},
    }  # fmt: skip
    figure = _drawn(
        [ribbon, team, own, _bars(points, palette.accent), _marks(points, palette.accent, palette)],
        palette,
        alt=(
            f"Share right by practice: from {percent(found.own[0])} at the start to {percent(found.own[-1])}; an "
            f"average newcomer from {percent(found.team[0])} to {percent(found.team[-1])}; target "
            f"{percent(found.target)}."
        ),
        x_title="judgments made before",
        y_title="right",
        x_range=padded_range([*x, 0.0], low=0.0),
        y_range=[0.0, 1.03],
        tickformat=".0%",
        reference=found.target,
    )
    figure["layout"]["annotations"].append(_corner(palette, "target", 0.0, found.target, "left", "bottom", yref="y"))
    return figure


def _chart(
    line: list[CurvePoint],
    palette: Palette,
    *,
    signal: ChartPoint | None,
    y_title: str,
    alt: str,
    limits: Sequence[float] = (),
    ribbon: Sequence[ChartPoint] = (),
    reference: float | None = None,
    threshold: float | None = None,
    threshold_name: str = "",
) -> Figure:
    traces: list[dict[str, Any]] = []
    if ribbon:
        x = [_place(p) for p in ribbon]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": x + x[::-1], "hoverinfo": "skip", "line": {"width": 0},
                "y": finite(p.high for p in ribbon) + finite(p.low for p in reversed(ribbon)), "fill": "toself",
                "fillcolor": faded(palette.neutral, 0.16),
            }
        )  # fmt: skip
    traces.append(_line(line, palette.accent) | {"hovertext": [p.said for p in line], "hoverinfo": "text"})
    if signal is not None:
        mark = _chart_point(signal, "first signal")
        traces.append(
            _marks([mark], palette.fair, palette)
            | {"marker": {"color": palette.fair, "size": 12, "symbol": "diamond"}, "name": "first signal"}
        )
    figure = _drawn(
        traces, palette, alt=alt, x_title="" if line and isinstance(line[0].x, str) else "judgment", y_title=y_title,
        x_range=None, y_range=padded_range([p.value for p in line] + list(limits) + [threshold, reference, 0.0]),
        reference=reference, dated=bool(line) and isinstance(line[0].x, str),
    )  # fmt: skip
    if threshold is not None:
        figure["layout"]["shapes"].append(_level(palette, threshold, dash="dash"))
        figure["layout"]["annotations"].append(
            _corner(palette, threshold_name, 0.0, threshold, "left", "bottom", yref="y")
        )
    return figure


def _place(point: ChartPoint) -> float | str:
    return point.when.isoformat() if point.when is not None else float(point.n)


def _chart_point(point: ChartPoint, said: str) -> CurvePoint:
    when = f", {day(point.when)}" if point.when is not None else ""
    return CurvePoint(x=_place(point), value=point.value, said=f"Judgment {count(point.n)}{when}<br>{said}")


def _signal_words(signal: ChartPoint | None, what: str) -> str:
    if signal is None:
        return f"never {what}"
    when = f" ({day(signal.when)})" if signal.when is not None else ""
    return f"first {what} at judgment {count(signal.n)}{when}"


def _power(k: int) -> str:
    if k < 0:
        return coefficient(10.0**k, -k)
    return count(10.0**k) if k < 6 else f"{count(10.0 ** (k - 6))} M"


def _times(value: float) -> str:
    return f"{coefficient(value)}×"


def _hundredths(value: float) -> str:
    return signed(value, 1)


def _scaled(value: float, as_time: bool) -> float:
    return math.exp(value) if as_time else 100.0 * value


def _bars(points: Sequence[CurvePoint], colour: str) -> dict[str, Any]:
    held = [p for p in points if math.isfinite(p.low) and math.isfinite(p.high)]
    return {
        "type": "scatter", "mode": "lines", "x": [v for p in held for v in (p.x, p.x, None)],
        "y": [v for p in held for v in (p.low, p.high, None)], "line": {"color": faded(colour, 0.45), "width": 4},
        "hoverinfo": "skip", "name": "interval",
    }  # fmt: skip


def _line(points: Sequence[CurvePoint], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": [p.x for p in points], "y": finite(p.value for p in points),
        "line": {"color": colour, "width": 2}, "hoverinfo": "skip",
    }  # fmt: skip


def _marks(points: Sequence[CurvePoint], colour: str, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "x": [p.x for p in points], "y": finite(p.value for p in points),
        "marker": {
            "color": colour, "size": [p.size for p in points], "line": {"width": 1, "color": palette.background},
        },
        "hovertext": [p.said for p in points], "hoverinfo": "text",
    }  # fmt: skip


def _level(palette: Palette, at: float, dash: str = "dot") -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "layer": "below",
        "line": {"color": palette.rule, "width": 1, "dash": dash},
    }  # fmt: skip


def _corner(
    palette: Palette, text: str, x: float, y: float, xanchor: str, yanchor: str, yref: str = "paper"
) -> dict[str, Any]:
    return note(
        palette, plain(text), xref="paper", yref=yref, x=x, y=y, xanchor=xanchor, yanchor=yanchor,
        font={"size": SMALL, "color": palette.muted},
    )  # fmt: skip


def _drawn(
    traces: list[dict[str, Any]],
    palette: Palette,
    *,
    alt: str,
    x_title: str,
    y_title: str,
    x_range: list[float] | None,
    y_range: list[float],
    reference: float | None = None,
    tickformat: str = ".3~g",
    ticksuffix: str = "",
    dated: bool = False,
    height: int = HEIGHT,
) -> Figure:
    x: dict[str, Any] = {"title": plain(x_title) or None, "nticks": 6}
    if x_range is not None:
        x["range"] = x_range
    if dated:
        x |= {"type": "date", "tickformat": "%-d %b", "nticks": 5}
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt=alt,
            height=height,
            margin={"l": 58 if y_title else 46, "r": 14, "t": 12, "b": 44 if x_title else 28},
            xaxis=axis(palette, **x),
            yaxis=axis(
                palette, title=plain(y_title) or None, grid=True, range=y_range, nticks=6, tickformat=tickformat,
                ticksuffix=ticksuffix,
            ),
            shapes=[] if reference is None else [_level(palette, reference)],
        ),
    }  # fmt: skip
