"""The figures of My calibration: plain JSON, own value over the band, nothing where the band is hidden."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import date
from itertools import pairwise

import pytest

from analytics.core.results import Estimate
from analytics.figures.frame import alt_text, plain
from analytics.figures.my_calibration import WORDS, by_criterion, own_and_band, own_trend
from analytics.figures.palette import DARK, LIGHT, Palette
from analytics.reports.my_results import FIGURES, OwnCriterion, OwnFigure, OwnPeriod, PeerBand

NAN = math.nan
NOTHING = Estimate(value=NAN, undefined="nothing yet")
VALUES = {"own_relative_time": 1.4, "own_severity": -0.8, "peer_excess": -0.04, "overconfidence": 0.1}
HOSTILE = "<b onclick=alert(1)>Tone</b>"


def criterion(*, band: bool = True, defined: bool = True) -> OwnCriterion:
    figures = []
    for name in FIGURES:
        value = VALUES.get(name, 0.7)
        estimate = Estimate(value=value, low=value - 0.05, high=value + 0.05, n_judgments=80) if defined else NOTHING
        others = PeerBand(low=value, middle=value + 0.05, high=value + 0.1, at_least=5) if band else None
        if band and name == "gold_accuracy":
            others = PeerBand(low=NAN, middle=0.85, high=NAN, at_least=5)
        figures.append(OwnFigure(name=name, estimate=estimate, band=others))
    return OwnCriterion(
        project="p",
        criterion=HOSTILE,
        level="ordinal",
        subjective=False,
        n_judgments=80,
        figures=tuple(figures),
        gold_among_peers=NOTHING,
        points=4.0,
        median_s=NAN,
        trend=tuple(
            OwnPeriod(
                start=date(2026, 9, 1 + 7 * k), excess=NOTHING if k == 1 else Estimate(value=k / 100, low=0, high=0.1)
            )
            for k in range(3)
        ),
        change=NOTHING,
        confusions=(),
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("band", [True, False])
@pytest.mark.parametrize("defined", [True, False])
def test_figures_are_plain_json_with_words_for_the_blind(palette: Palette, band: bool, defined: bool) -> None:
    one = criterion(band=band, defined=defined)
    for figure in (own_and_band(one, palette), by_criterion([one, one], palette), own_trend(one, palette)):
        text = json.dumps(figure, allow_nan=False, ensure_ascii=False)
        assert "<b onclick" not in text.replace(alt_text(figure), "")
        assert alt_text(figure).strip()


def test_each_figure_has_its_own_axis_its_value_and_its_band() -> None:
    figure = own_and_band(criterion(), LIGHT)
    layout = figure["layout"]
    said = [a["text"] for a in layout["annotations"]]
    for name in FIGURES:
        assert any(WORDS[name].title.split()[0] in text for text in said)
        assert f"<b>{plain(WORDS[name].text(VALUES.get(name, 0.7)))}</b>" in said
    assert len([k for k in layout if k.startswith("xaxis")]) == len(FIGURES)
    bands = [s for s in layout["shapes"] if s["type"] == "rect"]
    assert len(bands) == len(FIGURES) - 1, "gold has the colleagues' share alone"
    domains = sorted(layout[k]["domain"] for k in layout if k.startswith("yaxis"))
    assert all(a[1] <= b[0] for a, b in pairwise(domains)), "rows do not overlap"


def test_a_hidden_band_leaves_no_trace() -> None:
    figure = own_and_band(criterion(band=False), LIGHT)
    assert not [s for s in figure["layout"]["shapes"] if s["type"] == "rect"]
    assert "middle half of colleagues:" not in json.dumps(figure["data"])
    assert "at least" not in json.dumps(figure["data"])


def test_every_figure_of_the_report_has_words_and_a_registered_metric() -> None:
    from analytics.core.metrics import metric

    assert set(WORDS) == set(FIGURES)
    for name in (*FIGURES, "peer_band", "gold_accuracy_shrunken"):
        assert metric(name).plain


def test_criteria_of_two_projects_are_told_apart() -> None:
    one = criterion()
    figure = by_criterion([one, dataclasses.replace(one, project="q")], LIGHT)
    assert len(set(figure["layout"]["yaxis"]["ticktext"])) == 2
