"""The sections of the Trainers page: what each says on the demo, on small logs, and where there is nothing to say."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.team_alarms import team_alarms_report
from analytics.reports.team_halo import team_halo_report
from analytics.reports.team_learning import team_learning_report
from analytics.reports.team_models import team_models_report
from analytics.reports.team_pace import team_pace_report
from analytics.reports.team_parts import PARTS, part_document
from analytics.reports.team_preferences import team_preferences_report
from analytics.reports.team_refusals import team_refusals_report
from analytics.reports.team_repeats import team_repeats_report
from analytics.reports.team_verdicts import team_verdicts_report
from analytics.reports.trainer_rationales import team_rationales_report
from tests.reports import log, preference_log


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return log.make_engine(tmp_path_factory.mktemp("team"))


@pytest.fixture(scope="module")
def choices(tmp_path_factory):
    return preference_log.make_engine(tmp_path_factory.mktemp("team-choices"))


@pytest.fixture(scope="session")
def planted(demo_engine):
    import json
    from pathlib import Path

    truth = json.loads((Path(demo_engine.store.path) / "planted_truth.json").read_text())
    return {t: {p["kind"] for p in entries} for t, entries in truth["trainers"].items()}


def test_models_side_by_side(demo_engine):
    report = team_models_report(
        demo_engine, Scope(), Filters(), project="general-assistant", criterion="factual_accuracy"
    )
    assert [one.title for one in report.models] == ["Dawid-Skene", "One coin", "MACE", "GLAD", "CROWDLAB"]
    assert all(one.figure is not None and len(one.figure.rows) > 20 for one in report.models)
    assert all(one.converged in (True, None) for one in report.models)
    assert report.spammer is not None
    assert all(one.gold.value > 0.5 and one.gold.low < one.gold.value < one.gold.high for one in report.models)
    first, *others = [
        {row.trainer_id: row.estimate.value for row in one.figure.rows} for one in report.models if one.figure
    ]
    for other in others:
        both = sorted(set(first) & set(other))
        assert np.corrcoef([first[t] for t in both], [other[t] for t in both])[0, 1] > 0.6


def test_models_are_off_on_matters_of_opinion(demo_engine):
    subjective = next(c for c in demo_engine.criteria(Scope(), Filters()) if c.scale.subjective)
    report = team_models_report(
        demo_engine, Scope(), Filters(), project=subjective.project, criterion=subjective.criterion
    )
    assert report.models == ()
    assert "matter of opinion" in report.undefined


def test_alarms_name_planted_people_only(demo_engine, planted):
    report = team_alarms_report(demo_engine, Scope(), Filters())
    named = {row.trainer_id for row in report.rows if row.named}
    assert len(named) >= 6
    assert named <= set(planted)
    assert {t for t, kinds in planted.items() if "careless" in kinds} <= named
    assert report.false_discovery == 0.05
    assert report.alarm_rate == 1e-3


def test_newcomers_learn(demo_engine, planted):
    report = team_learning_report(demo_engine, Scope(), Filters())
    assert report.undefined is None
    (cohort,) = report.cohorts
    assert cohort.slope_low > 0
    assert cohort.share[0] < cohort.share[-1]
    assert cohort.to_target_low <= cohort.to_target
    assert len(cohort.trainers) == sum("newcomer" in kinds for kinds in planted.values())


def test_repeats_against_loops(small):
    """The share of repeats with the same label, counted in plain Python."""
    rounds = defaultdict(dict)
    for row in log.judgments():
        if row["criterion"] == "tone" and row["status"] == "submitted" and row["trainer_id"] != "bot":
            rounds[row["item_id"], row["guideline_version"], row["trainer_id"]][row["round"]] = row["label"]
    pairs = [labels for labels in rounds.values() if {1, 2} <= set(labels)]
    (tone,) = [one for one in team_repeats_report(small, Scope(), Filters()).criteria if one.criterion == "tone"]
    assert tone.consistency.n_judgments == len(pairs)
    assert tone.consistency.value == pytest.approx(np.mean([p[1] == p[2] for p in pairs]))
    if tone.self_kappa.defined:
        assert tone.self_kappa.low <= tone.self_kappa.value <= tone.self_kappa.high


def test_choices_against_loops(choices):
    """Ties beyond the others' on the same pair, and who planted: trainer 0 leans to the first answer."""
    report = team_preferences_report(choices, Scope(), Filters(criteria=("strength",)))
    (one,) = report.criteria
    leaning = {row.trainer_id: row for row in one.first.rows}
    assert max(leaning.values(), key=lambda row: row.estimate.value).trainer_id == "t0"
    assert leaning["t0"].apart
    assert one.longer is not None
    assert {row.trainer_id for row in one.ties.rows} <= set(leaning) | {f"t{t}" for t in range(9)}


def test_no_choices_no_refusals_no_halo_say_why(small):
    assert "choice between two answers" in team_preferences_report(small, Scope(), Filters()).undefined
    refusals = team_refusals_report(small, Scope(), Filters())
    assert "refuse" in refusals.undefined
    assert refusals.skips is not None
    halo = team_halo_report(small, Scope(), Filters(criteria=("harm",)))
    assert "two criteria on ordered scales" in halo.undefined
    assert (
        "nobody was given the same item twice"
        in team_repeats_report(small, Scope(), Filters(criteria=("other",))).undefined
    )
    assert "no criterion here has gold" in team_verdicts_report(small, Scope(), Filters(criteria=("tone",))).undefined


def test_skips_against_loops(small):
    shown, skipped = defaultdict(int), defaultdict(int)
    for row in log.judgments():
        if row["trainer_id"] != "bot" and row.get("round", 1) == 1:
            shown[row["trainer_id"]] += 1
            skipped[row["trainer_id"]] += row.get("status", "submitted") == "skipped"
    found = team_refusals_report(small, Scope(), Filters()).skips
    assert {row.trainer_id: row.estimate.value for row in found.rows} == pytest.approx(
        {t: skipped[t] / n for t, n in shown.items()}
    )


def test_refusals_find_the_over_refuser(demo_engine, planted):
    report = team_refusals_report(demo_engine, Scope(), Filters())
    assert report.criteria
    over = {t for t, kinds in planted.items() if "over_refuser" in kinds}
    apart = {
        row.trainer_id for one in report.criteria for row in one.over.apart if row.estimate.value > one.over.centre
    }
    assert over <= apart
    assert all(one.n_gold > 0 for one in report.criteria)


def test_verdicts_and_pace_and_rationales(demo_engine, planted):
    verdicts = team_verdicts_report(demo_engine, Scope(), Filters())
    assert verdicts.criteria
    for one in verdicts.criteria:
        assert 0 <= one.share.low <= one.share.value <= one.share.high <= 1
        assert one.n_sure_fail + one.n_sure_pass + one.n_open == len(one.rows)
    assert all(0 <= row.estimate.value <= 1 for one in verdicts.scales for row in one.figure.rows)
    pace = team_pace_report(demo_engine, Scope(), Filters(projects=("general-assistant",)))
    fastest = min(pace.projects[0].relative_time.rows, key=lambda row: row.estimate.value)
    assert any("rapid" in kind or "speed" in kind or "fast" in kind for kind in planted.get(fastest.trainer_id, ()))
    found = team_rationales_report(demo_engine, Scope(), Filters())
    assert found.n_compared <= found.n_texts
    notable = {row.trainer_id for row in found.rows if row.n >= 10 and row.own_repeats.value >= 0.2}
    assert notable <= set(planted)


def test_halo_is_larger_where_it_is_planted(demo_engine):
    report = team_halo_report(demo_engine, Scope(), Filters())
    assert len(report.projects) >= 2
    for one in report.projects:
        assert len(one.criteria) >= 2
        assert all(-1 <= row.estimate.value <= 1 for row in one.figure.rows)
        assert math.isfinite(one.figure.centre)


def test_filters_list_but_do_not_compare(small):
    whole = team_refusals_report(small, Scope(), Filters()).skips
    alone = team_refusals_report(small, Scope(), Filters(trainers=("t3",))).skips
    assert [row.trainer_id for row in alone.rows] == ["t3"]
    assert alone.centre == whole.centre
    mine = next(row for row in whole.rows if row.trainer_id == "t3")
    assert alone.rows[0].estimate.to_dict() == mine.estimate.to_dict()


@pytest.mark.parametrize("part", [name for name in PARTS if name != "models"])
def test_every_part_is_a_document(small, part):
    document = part_document(part, small, Scope(), Filters())
    assert document["part"] == part
    assert document["snapshot_id"]


def test_parts_that_cannot_be_told(small):
    with pytest.raises(FilterError, match="--part must be one of gold, verdicts"):
        part_document("speed", small, Scope(), Filters())
    with pytest.raises(FilterError, match="Models are fitted to one criterion"):
        part_document("models", small, Scope(), Filters())
    assert part_document("models", small, Scope(), Filters(criteria=("harm",)))["criterion"] == "harm"
