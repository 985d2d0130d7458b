"""The Overview's and Data health's figures and facts, from reports made by hand."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from analytics.core.filters import Filters
from analytics.core.results import Coefficient, Estimate
from analytics.core.settings import Settings
from analytics.figures.bars import BarRow, bars
from analytics.figures.cards import facts, whole_weeks
from analytics.figures.data_health import coverage, reconciliation
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.forest import forest_plot
from analytics.figures.frame import alt_text, bands_of
from analytics.figures.overview import agreement_by_criterion, changes, span
from analytics.figures.palette import LIGHT
from analytics.figures.stack import Part, StackRow, stacked_bars
from analytics.reports.data_health import CriterionHealth, DataHealthReport, IngestLine
from analytics.reports.overview import CriterionOverview, OverviewReport, Support, Week
from analytics.reports.overview_team import TeamStrip

BANDS = bands_of(Settings().bands)
NOW, BEFORE = (date(2026, 10, 26), date(2026, 11, 22)), (date(2026, 9, 28), date(2026, 10, 25))


def criterion(name: str, value: float, change: float | None, **more: Any) -> CriterionOverview:
    undefined = "only one label" if math.isnan(value) else None
    fields: dict[str, Any] = {
        "project": "p",
        "criterion": name,
        "level": "ordinal",
        "inferred": False,
        "target": None,
        "headline": "krippendorff_alpha",
        "current": Coefficient(
            name="krippendorff_alpha", value=value, low=value - 0.1, high=value + 0.1, undefined=undefined
        ),
        "previous": None,
        "change": None if change is None else Estimate(value=change, low=change - 0.1, high=change + 0.1),
        "q_value": math.nan,
        "real": False,
        "weekly": (0.5, math.nan, 0.7),
        "verdict": "Not reliable" if undefined is None else None,
        "provisional": False,
        "n_items_paired": 100,
        "n_judgments": 300,
        "n_trainers": 9,
    }
    return CriterionOverview(**{**fields, **more})


CRITERIA = (
    criterion("Tone", 0.56, -0.2, real=True),
    criterion("Safety", 0.9, 0.01, verdict="Reliable"),
    criterion("Helpfulness", 0.7, None),
    criterion("Bias", math.nan, None),
)
REPORT = OverviewReport(
    snapshot_id="1-abc",
    filters=Filters(),
    period=NOW,
    previous_period=BEFORE,
    no_period=None,
    now=Support(
        n_judgments=1200,
        n_trainers=9,
        n_items=400,
        n_items_paired=300,
        n_distinct_items=390,
        n_gold=40,
        n_gold_right=34,
    ),
    before=Support(
        n_judgments=1300,
        n_trainers=9,
        n_items=400,
        n_items_paired=320,
        n_distinct_items=380,
        n_gold=40,
        n_gold_right=30,
    ),
    weeks=tuple(
        Week(
            start=start,
            n_judgments=n,
            n_items=90,
            n_trainers=9,
            n_units=90,
            n_units_paired=60,
            n_gold=0,
            n_gold_right=0,
        )
        for start, n in (
            (date(2026, 10, 26), 300),
            (date(2026, 11, 2), 300),
            (date(2026, 11, 9), 300),
            (date(2026, 11, 20), 9),
        )
    ),
    criteria=CRITERIA,
    sentence="Tone fell.",
    team=TeamStrip(trainers=(), coverage=0.998, left_out=(), undefined="nobody"),
    next_steps=(),
    simulated=True,
)


def texts(figure: dict[str, Any]) -> list[str]:
    return [a["text"] for a in figure["layout"]["annotations"]]


def test_agreement_is_full_where_the_verdict_holds_and_hollow_where_not() -> None:
    figure = agreement_by_criterion(REPORT, LIGHT, BANDS)
    fill = {
        key: colour
        for trace in figure["data"]
        if "customdata" in trace
        for key, colour in zip(trace["customdata"], trace["marker"]["color"], strict=True)
    }
    assert fill["p/Tone"] == LIGHT.poor
    assert fill["p/Safety"] == LIGHT.good
    assert fill["p/Helpfulness"] == LIGHT.background
    assert any("hollow: not sure of its band" in t for t in texts(figure))
    json.dumps(figure, allow_nan=False)


def test_changes_put_the_real_ones_first_and_name_them() -> None:
    figure = changes(REPORT, LIGHT)
    assert [t for t in texts(figure) if "real" in t or "noise" in t] == ["<b>\u22120.20</b> real", "<b>+0.01</b> noise"]
    assert "no change" in texts(figure)
    assert figure["layout"]["yaxis"]["ticktext"] == ["Tone", "Safety"]
    tones = [t["name"] for t in figure["data"] if t["mode"] == "markers"]
    assert tones == ["poor", "neutral"]


def test_names_carry_the_project_only_where_they_must() -> None:
    twins = (criterion("Tone", 0.5, None), criterion("Tone", 0.6, None, project="q"), criterion("Safety", 0.7, None))
    report = OverviewReport(**{f: getattr(REPORT, f) for f in REPORT.__slots__} | {"criteria": twins})
    labels = agreement_by_criterion(report, LIGHT, BANDS)["layout"]["yaxis"]["ticktext"]
    assert set(labels) == {"Tone · p", "Tone · q", "Safety"}


def test_facts_compare_with_the_period_before() -> None:
    found = {f.label: f for f in facts(REPORT, best_band="Reliable")}
    assert found["Criteria reliable"].value == "1 of 4"
    assert found["Criteria reliable"].against == "1 changed for real"
    assert found["Judgments"].value == "1\u2009200"
    assert found["Judgments"].change == "\u2212100"
    assert found["Judged twice or more"].value == "75\u00a0%"
    assert found["Judged twice or more"].change == "\u22125 pp"
    alone = OverviewReport(**{f: getattr(REPORT, f) for f in REPORT.__slots__} | {"before": None})
    assert all(f.change is None for f in facts(alone, best_band="Reliable"))


def test_half_a_week_is_no_fall() -> None:
    assert [w.n_judgments for w in whole_weeks(REPORT)] == [300, 300, 300]


def test_spans_read_like_people_write() -> None:
    assert span(NOW) == "26 Oct to 22 Nov 2026"
    assert span((date(2025, 12, 29), date(2026, 1, 4))) == "29 Dec 2025 to 4 Jan 2026"
    assert span(None) == "the whole log"


HEALTH = DataHealthReport(
    snapshot_id="1-abc",
    filters=Filters(),
    n_judgments=100,
    n_items=60,
    n_trainers=4,
    first=None,
    last=None,
    ingests=(
        IngestLine(
            at=datetime(2026, 11, 1, tzinfo=UTC),
            path="a.csv",
            format="csv",
            layout="long",
            rows=100_000,
            accepted=99_990,
            duplicates=0,
            superseded=3,
            rejected={f"reason {k}": 1 for k in range(7)},
            notes=(),
            recognised=(),
        ),
    ),
    criteria=(
        CriterionHealth(
            project="p",
            criterion="Tone",
            level="ordinal",
            labels=("1", "2"),
            inferred=False,
            one=10,
            two=20,
            more=30,
            left_out={},
        ),
        CriterionHealth(
            project="p", criterion="None", level="ordinal", labels=(), inferred=True, one=0, two=0, more=0, left_out={}
        ),
    ),
    parts=(),
    rejected_rows=pd.DataFrame(),
    simulated=False,
)


def test_reconciliation_accounts_for_every_row() -> None:
    figure = reconciliation(HEALTH, LIGHT)
    assert sum(figure["data"][0]["x"]) == 100_000
    assert "> 99\u00a0%" in texts(figure)[0]
    assert "< 1\u00a0%" in texts(figure)[1]
    assert figure["layout"]["yaxis"]["ticktext"][-1] == "Set aside: other<br>reasons"


def test_coverage_prints_the_share_judged_twice() -> None:
    figure = coverage(HEALTH, LIGHT)
    assert texts(figure)[:2] == ["<b>83 %</b>", "<b>–</b>"]
    assert [sum(t["x"][0] for t in figure["data"]), sum(t["x"][1] for t in figure["data"])] == [1.0, 0.0]
    assert figure["data"][0]["marker"]["pattern"]["shape"] == "/"
    assert "1 judgment 10, 2 20, 3 or more 30" in alt_text(figure)


def test_stacked_bars_need_a_number_for_every_part() -> None:
    with pytest.raises(ValueError, match=r"'a' must have 2 numbers, got 1\."):
        stacked_bars([StackRow(label="a", parts=(1,))], [Part(name="x", colour="#000000")] * 2, LIGHT, of="items")


def test_what_is_not_nothing_never_reads_as_nothing() -> None:
    figure = bars([BarRow(label="a", n=9_999), BarRow(label="b", n=1), BarRow(label="c", n=0)], LIGHT, of="rows")
    assert [t.split("  ")[1] for t in texts(figure)] == ["> 99\u00a0%", "< 1\u00a0%", "0\u00a0%"]


def test_forest_sizes_marks_by_support_and_keeps_the_order_given() -> None:
    rows = [DotRow(label="small", value=0.5, weight=1), DotRow(label="large", value=0.4, weight=100)]
    figure = forest_plot(rows, LIGHT, measure="Alpha", whole=DotRow(label="All", value=0.45))
    sizes = [t["marker"]["size"] for t in figure["data"] if t["mode"] == "markers"]
    assert sizes[0] < sizes[1]
    assert figure["layout"]["yaxis"]["ticktext"] == ["small", "large", "All"]
    assert "all together 0.45" in alt_text(figure)


def test_rows_are_denser_where_many_one_line_labels_stand() -> None:
    short = [DotRow(label=f"c{k}", value=0.5) for k in range(20)]
    long = [*short[:19], DotRow(label="a label that needs two lines", value=0.5)]
    heights = [dot_plot(rows, LIGHT, measure="Alpha")["layout"]["height"] for rows in (short, long)]
    assert heights[1] - heights[0] == 20 * 8
