"""The figures of the Preferences page: what they say in words, where marks stand, hostile names kept as text."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.figures import preference_effects, preference_models, preferences
from analytics.figures.cells import alt_of
from analytics.figures.frame import alt_text
from analytics.figures.palette import palette
from analytics.reports.preferences import PreferenceReport, preferences_report
from analytics.reports.preferences_ceiling import ceiling_slices_report
from analytics.reports.preferences_effects import EffectsReport, effects_report
from analytics.reports.preferences_models import ModelsReport, models_report
from analytics.reports.preferences_opinions import ratings_report, rewrites_report
from analytics.reports.preferences_rankings import rankings_report
from analytics.store import Engine
from tests.reports.preference_log import make_engine

LEAD, OF = Scope(role="lead"), {"project": "p", "criterion": "better"}
LIGHT, DARK = palette("light"), palette("dark")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make_engine(tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="module")
def main(engine: Engine) -> PreferenceReport:
    return preferences_report(engine, LEAD, Filters(), **OF)


@pytest.fixture(scope="module")
def models(engine: Engine) -> ModelsReport:
    return models_report(engine, LEAD, Filters(), **OF)


@pytest.fixture(scope="module")
def effects(engine: Engine) -> EffectsReport:
    return effects_report(engine, LEAD, Filters(), **OF)


def plain_json(figure: dict) -> None:
    """A figure is plain JSON: no nan, no numpy, and a sentence for those who do not see it."""
    json.dumps(figure, allow_nan=False)
    assert len(alt_text(figure)) > 20


def marks(figure: dict) -> list[tuple[float, float]]:
    return [
        (x, y)
        for trace in figure["data"]
        if trace.get("mode") == "markers" and "customdata" in trace
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_every_figure_is_plain_json_with_words(engine, main, models, effects, mode):
    ranked = rankings_report(engine, LEAD, Filters(), project="p", criterion="order")
    rewritten = rewrites_report(engine, LEAD, Filters(), project="p", criterion="rewrite")
    rated = ratings_report(engine, LEAD, Filters(), **OF)
    assert models.strengths is not None
    for figure in (
        preferences.agreement_panel(main, mode),
        preferences.ceiling_ruler(main, mode),
        preferences.ceiling_slices(ceiling_slices_report(engine, LEAD, Filters(), attribute="topic", **OF), mode),
        preferences.ranking_panel(ranked, mode),
        preference_models.win_rates(models.models, models.win_rates, mode),
        preference_models.strengths(models.models, models.strengths, models.differences, mode),
        preference_models.reliabilities(models, mode),
        preference_effects.order_funnel(effects, mode),
        preference_effects.length_bins(effects, mode),
        preference_effects.choices_by_rating(rated, mode),
        preference_effects.rating_slopes(rated, mode),
        preference_effects.rewrite_sizes(rewritten, mode),
    ):
        plain_json(figure)
    spec = preference_models.meetings(models, mode)
    json.dumps(spec, allow_nan=False)
    assert "atlas against boreal" in alt_of(spec)


def test_the_ruler_marks_the_point_and_the_range(main):
    figure = preferences.ceiling_ruler(main, LIGHT)
    c = main.ceiling
    assert (c.point.value, 0) in marks(figure)
    spans = sorted((s["x0"], s["x1"]) for s in figure["layout"]["shapes"] if s["type"] == "rect")
    assert (c.low.value, c.high.value) in spans
    assert all(low <= c.low.value and c.high.value <= high for low, high in spans)
    assert [y for _, y in marks(figure)] == [0, 1, 2, 3]
    left, right = figure["layout"]["xaxis"]["range"]
    assert all(left < x < right for x, _ in marks(figure))


def test_an_undefined_ceiling_says_why(main):
    none = dataclasses.replace(main.ceiling.point, value=math.nan, low=math.nan, high=math.nan, undefined="no pairs")
    gone = dataclasses.replace(main.ceiling, point=none, low=none, high=none, against_majority=())
    figure = preferences.ceiling_ruler(dataclasses.replace(main, ceiling=gone), LIGHT)
    plain_json(figure)
    assert "not defined: no pairs" in alt_text(figure)


def test_models_stand_strongest_first_and_cells_say_who_beat_whom(models):
    names = preference_models.model_names(models)
    assert list(names.values()) == ["atlas", "boreal", "cedar"]
    spec = preference_models.meetings(models, LIGHT)
    cells = {(c["row"], c["column"]): c["text"] for c in spec["data"]["values"]}
    assert ("atlas", "atlas") not in cells
    share = {key: int(text.split("\u00a0")[0]) for key, text in cells.items()}
    assert abs(share["atlas", "cedar"] + share["cedar", "atlas"] - 100) <= 1
    rows = preference_models.difference_rows(models)
    assert rows[0]["better"] == "atlas"
    assert all(0.5 <= float(str(r["odds"])) <= 1 for r in rows)
    places = preference_models.places_in_words(models.models, models.differences)
    assert places[0][0] == "atlas"


def test_the_planted_trainer_is_named_in_the_funnel(effects):
    figure = preference_effects.order_funnel(effects, LIGHT)
    assert "Name 0" in alt_text(figure)


def test_names_that_would_be_tags_stay_text(models):
    hostile = dataclasses.replace(models, models=("<b>a</b>", "b & c", "d"))
    assert hostile.strengths is not None
    figure = preference_models.win_rates(hostile.models, hostile.win_rates, LIGHT)
    ticks = " ".join(figure["layout"]["yaxis"]["ticktext"])
    assert "<b>" not in ticks.replace("<br>", "")
    assert "&lt;b&gt;" in ticks


def test_plan_and_sides_in_words(main):
    rows = preferences.plan_rows(main)
    assert rows[0]["k"] == 1
    assert rows[0]["half_width"] is None
    assert all(r["items_needed"] for r in rows[1:])
    assert preferences.sides_in_words(main).startswith("A ")
