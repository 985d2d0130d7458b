"""Every builder: plain JSON, no nan, values printed, bands named, text that cannot break out, words for the blind."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.settings import Settings
from analytics.figures.bars import BarRow, bars, histogram
from analytics.figures.dots import DotRow, by_value, dot_plot
from analytics.figures.forest import forest_plot
from analytics.figures.frame import NARROW, Figure, alt_text, bands_of, both_ends, plain, shortened, tone_of, wrapped
from analytics.figures.funnel import FunnelLimits, FunnelPoint, funnel_plot
from analytics.figures.palette import DARK, LIGHT, Palette
from analytics.figures.sparkline import sparkline, trimmed
from analytics.figures.trend import Mark, TrendPoint, TrendSeries, trend

NAN = math.nan
BANDS = bands_of(Settings().bands)
HOSTILE = "<b onclick=alert(1)>Tone</b> & <a href='javascript:x'>y</a>"
ROWS = [
    DotRow(label="Tone", value=0.56, low=0.5, high=0.61, previous=0.63, support="412 items"),
    DotRow(label="Safety", value=0.88, low=0.83, high=0.93, previous=0.86),
    DotRow(label="Citations", value=0.73, low=NAN, high=NAN),
    DotRow(label="Bias", value=NAN, undefined="only one label was ever given"),
    DotRow(label=HOSTILE, value=0.70, low=0.6, high=0.8),
]
POINTS = tuple(
    TrendPoint(when=date(2026, 7, 6) + timedelta(days=7 * k), value=NAN if k == 3 else 0.6 + k / 100, low=0.5, high=0.8)
    for k in range(8)
)
LIMITS = (FunnelLimits(n=(10.0, 100.0, 1000.0), low=(0.5, 0.7, 0.78), high=(1.1, 0.9, 0.82), name="95 %"),)

BUILDERS: dict[str, Callable[[Palette], Figure]] = {
    "dots": lambda p: dot_plot(ROWS, p, measure="Alpha", bands=BANDS, previous_name="previous 4 weeks"),
    "dots, no bands": lambda p: dot_plot(ROWS, p, measure="Alpha"),
    "dots, empty": lambda p: dot_plot([], p, measure="Alpha", bands=BANDS),
    "dots, all undefined": lambda p: dot_plot([ROWS[3]], p, measure="Alpha", bands=BANDS),
    "forest": lambda p: forest_plot(ROWS, p, measure="Alpha", whole=ROWS[1]),
    "forest, empty": lambda p: forest_plot([], p, measure="Alpha"),
    "trend": lambda p: trend(
        [TrendSeries(name="All", points=POINTS)],
        p,
        measure="Alpha",
        marks=[Mark(when=date(2026, 7, 20), label=HOSTILE), Mark(when=date(2026, 7, 22), label="v2")],
        target=0.8,
    ),
    "trend, two": lambda p: trend(
        [TrendSeries(name="Tone", points=POINTS), TrendSeries(name="None", points=())],
        p,
        measure="Share",
        as_percent=True,
    ),
    "trend, empty": lambda p: trend([], p, measure="Alpha"),
    "bars": lambda p: bars([BarRow(label="2 judgments", n=2100), BarRow(label=HOSTILE, n=0)], p, of="items"),
    "bars, empty": lambda p: bars([], p, of="items"),
    "histogram": lambda p: histogram(
        [0, 1, 2.5], [3, 1], p, measure="s", of="judgments", marked=1, marked_name="median"
    ),
    "funnel": lambda p: funnel_plot(
        [
            FunnelPoint(label="Ana", n=900, value=0.6, outside=True),
            FunnelPoint(label="Bo", n=890, value=0.605, outside=True),
            FunnelPoint(label=HOSTILE, n=100, value=0.8),
            FunnelPoint(label="Cy", n=0, value=NAN),
        ],
        LIMITS,
        0.8,
        p,
        measure="agreement",
    ),
    "funnel, empty": lambda p: funnel_plot([], [], 0.8, p, measure="agreement"),
    "sparkline": lambda p: sparkline([0.5, NAN, 0.7], p, name="Tone"),
    "sparkline, empty": lambda p: sparkline([], p, name="Tone"),
}


@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", BUILDERS)
def test_figure_is_plain_json_with_words(name: str, mode: Palette) -> None:
    figure = BUILDERS[name](mode)
    assert set(figure) == {"data", "layout"}
    text = json.dumps(figure, allow_nan=False)
    assert "NaN" not in text
    assert all("<b onclick" not in words and "<a " not in words for words in shown(figure))
    assert alt_text(figure).endswith(".")
    assert figure["layout"]["height"] > 0
    assert figure["data"] or name in ("trend, empty", "funnel, empty")


@pytest.mark.parametrize("name", BUILDERS)
def test_colours_of_the_other_mode_never_leak(name: str) -> None:
    text = json.dumps(BUILDERS[name](DARK))
    assert LIGHT.text not in text
    assert LIGHT.accent not in text


def shown(figure: Figure) -> list[str]:
    """All text that Plotly would read as its own markup."""
    axes = [figure["layout"][axis] for axis in ("xaxis", "yaxis")]
    words = annotations(figure) + [a.get("hovertext", "") for a in figure["layout"]["annotations"]]
    words += [t for axis in axes for t in axis.get("ticktext", [])] + [a["title"]["text"] for a in axes if "title" in a]
    for trace in figure["data"]:
        words += [trace.get("name", ""), *trace.get("hovertext", []), *trace.get("text", [])]
    return words


def annotations(figure: Figure) -> list[str]:
    return [a["text"] for a in figure["layout"]["annotations"]]


def test_dot_plot_sorts_prints_values_and_names_bands() -> None:
    figure = BUILDERS["dots"](LIGHT)
    names = figure["layout"]["yaxis"]["ticktext"]
    assert names[0] == "Safety"
    assert names[1] == "Citations"
    assert names[-1] == "Bias"
    texts = annotations(figure)
    assert {"Not reliable", "Tentative", "Reliable"} <= set(texts)
    assert {"<b>0.88</b>", "<b>0.56</b>"} <= set(texts)
    assert "only one label was ever<br>given" in texts
    assert any("95 % interval" in t and "previous 4 weeks" in t for t in texts)
    assert "Safety 0.88, 0.83 to 0.93 (reliable)" in alt_text(figure)
    assert "Bias undefined" in alt_text(figure)


def test_dot_plot_marks_differ_in_shape_by_verdict() -> None:
    figure = BUILDERS["dots"](LIGHT)
    shapes = {
        t["name"]: t["marker"]["symbol"] for t in figure["data"] if t["mode"] == "markers" and t["name"] != "previous"
    }
    assert shapes == {"good": "circle", "fair": "diamond", "poor": "triangle-down"}


def test_a_click_returns_the_row_asked_for() -> None:
    rows = [DotRow(label="Tone", value=0.5, key="p1/tone"), DotRow(label="Safety", value=0.7)]
    figure = dot_plot(rows, LIGHT, measure="Alpha")
    keys = [k for trace in figure["data"] if "customdata" in trace for k in trace["customdata"]]
    assert keys == ["Safety", "p1/tone"]


def test_interval_is_drawn_where_there_is_one_and_only_there() -> None:
    figure = dot_plot(ROWS[:3], LIGHT, measure="Alpha")
    drawn = [v for t in figure["data"] if t["mode"] == "lines" for v in t["x"] if v is not None]
    assert sorted(drawn) == [0.5, 0.61, 0.83, 0.93]


@given(st.lists(st.floats(0, 1) | st.just(NAN), max_size=12))
def test_by_value_keeps_all_rows_and_ends_with_the_undefined(values: list[float]) -> None:
    rows = [DotRow(label=f"c{k}", value=v, undefined="none" if math.isnan(v) else None) for k, v in enumerate(values)]
    ordered = by_value(rows)
    assert sorted(r.label for r in ordered) == sorted(r.label for r in rows)
    known = [r.value for r in ordered if not math.isnan(r.value)]
    assert known == sorted(known, reverse=True)
    assert all(math.isnan(r.value) for r in ordered[len(known) :])


@given(st.floats(-1, 0.9), st.floats(0.05, 1.5))
def test_band_labels_on_one_line_never_touch_even_on_a_phone(low: float, span: float) -> None:
    from analytics.figures.frame import band_marks

    high = min(low + span, 1.0)
    _, labels = band_marks(LIGHT, BANDS, [low, high])
    spots = []
    for label in labels:
        at = (label["x"] - low) / (high - low) * NARROW
        width = len(label["text"]) * 5.8
        left = {"left": at, "right": at - width, "center": at - width / 2}[label["xanchor"]]
        spots.append((label["yshift"], left, left + width))
    for k, (row, left, _) in enumerate(spots):
        for other, _, right in spots[:k]:
            assert row != other or left >= right - 1e-9 or len(labels) == 2


def test_tone_follows_the_bands() -> None:
    assert [tone_of(v, BANDS) for v in (-2, 0.5, 0.667, 0.8, 1.0, NAN)] == [
        "poor",
        "poor",
        "fair",
        "good",
        "good",
        "neutral",
    ]
    assert tone_of(0.5, ()) == "accent"


def test_trend_breaks_where_a_period_is_undefined() -> None:
    figure = BUILDERS["trend"](LIGHT)
    line = next(t for t in figure["data"] if t["mode"] == "lines+markers")
    assert line["y"][3] is None
    assert line["connectgaps"] is False
    assert "<b>0.67</b>" in annotations(figure)
    assert "target 0.80" in annotations(figure)
    with pytest.raises(ValueError, match="series must be at most 7, got 8"):
        trend([TrendSeries(name=str(k), points=POINTS) for k in range(8)], LIGHT, measure="Alpha")


def test_trend_end_labels_keep_apart() -> None:
    close = [
        TrendSeries(name=f"s{k}", points=(TrendPoint(when=date(2026, 1, 1), value=0.5 + k / 1000),)) for k in range(5)
    ]
    figure = trend(close, LIGHT, measure="Alpha")
    low, high = figure["layout"]["yaxis"]["range"]
    places = sorted(a["y"] for a in figure["layout"]["annotations"])
    px = (figure["layout"]["height"] - figure["layout"]["margin"]["t"] - figure["layout"]["margin"]["b"]) / (high - low)
    gaps = [(b - a) * px for a, b in pairwise(places)]
    assert min(gaps) >= 15.9


def test_bars_print_count_and_share() -> None:
    figure = bars([BarRow(label="2", n=2100), BarRow(label="1", n=900)], LIGHT, of="items")
    assert annotations(figure) == ["<b>2\u2009100</b>  70\u00a0%", "<b>900</b>  30\u00a0%"]
    assert annotations(bars([BarRow(label="2", n=3)], LIGHT, of="items", total=0)) == ["<b>3</b>"]


def test_histogram_needs_an_edge_more_than_counts() -> None:
    with pytest.raises(ValueError, match="edges must be one more than counts, got 2 and 2"):
        histogram([0, 1], [1, 2], LIGHT, measure="s", of="judgments")


def test_funnel_names_those_outside_once_where_names_would_collide() -> None:
    figure = BUILDERS["funnel"](LIGHT)
    assert [t for t in annotations(figure) if t in ("Ana", "Bo")] == ["Ana"]
    assert "2 outside the limits: Ana 0.60, Bo 0.60" in alt_text(figure)
    symbols = {t["marker"]["symbol"] for t in figure["data"] if t["mode"] == "markers"}
    assert symbols == {"circle", "diamond"}


def test_text_is_flattened_shortened_and_escaped() -> None:
    assert plain("a\n <b>&") == "a &lt;b&gt;&amp;"
    assert shortened("abcdef", 4) == "abc…"
    assert both_ends("a-long-topic-name_yes", 12) != both_ends("a-long-topic-name_no", 12)
    assert wrapped("one two three four five six seven", width=10) == "one two<br>three fou…"
    assert trimmed([1.0, NAN, 2.0], most=1) == [2.0]
