"""One trainer's profile: against loops over raw rows, on the demo's planted truth, and only for leads."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analytics.core.errors import FilterError, ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.trainer_profile import profile_log
from analytics.reports.trainer_profile_choices import choices_profile_report, refusals_profile_report
from analytics.reports.trainer_profile_gold import gold_profile_report
from analytics.reports.trainer_profile_peers import peers_profile_report
from analytics.reports.trainer_profile_scale import halo_profile_report, scale_profile_report
from analytics.reports.trainer_profile_texts import examples_profile_report, rationales_profile_report
from analytics.reports.trainer_profile_time import time_profile_report
from analytics.reports.trainer_profile_work import confidence_profile_report, pace_profile_report
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import patterns_from_codes

OF_ONE_CRITERION = (
    gold_profile_report,
    peers_profile_report,
    scale_profile_report,
    halo_profile_report,
    confidence_profile_report,
    pace_profile_report,
    time_profile_report,
    choices_profile_report,
    refusals_profile_report,
    examples_profile_report,
)
HARM = {"project": "safety-policy", "criterion": "harm_class"}


@pytest.fixture(scope="module")
def planted(demo_engine):
    truth = json.loads((Path(demo_engine.store.path) / "planted_truth.json").read_text())
    found = defaultdict(list)
    for trainer, entries in truth["trainers"].items():
        for entry in entries:
            found[entry["kind"]].append((trainer, entry))
    return found


@pytest.fixture(scope="module")
def raw(demo_engine):
    """Rows of harm_class as the store has them, with names instead of codes."""
    with demo_engine.session(Scope(), Filters(projects=("safety-policy",), criteria=("harm_class",))) as session:
        (criterion,) = session.criteria()
        people = dict(session.frame("trainer_names")[["trainer_code", "trainer_id"]].itertuples(index=False))
        rows = session.frame("trainers_judgments", criterion_code=criterion.code, one_in=1)
        gold = {
            (r["item_id"]): r["label"]
            for r in session.frame("gold_rows").to_dict("records")
            if r.get("criterion") == "harm_class"
        }
    return criterion, people, rows, gold


def ask(engine, report, trainer="t-043", **where):
    return report(engine, Scope(), Filters(), **({"trainer_id": trainer} | HARM | where))


@pytest.mark.parametrize("report", OF_ONE_CRITERION, ids=lambda r: r.__name__)
@pytest.mark.parametrize("scope", [Scope(role="manager"), Scope(role="trainer", viewer="t-043")], ids=lambda s: s.role)
def test_nobody_but_a_lead_sees_a_profile(demo_engine, report, scope):
    with pytest.raises(ScopeError, match="for the QA lead"):
        report(demo_engine, scope, Filters(), trainer_id="t-043", **HARM)


def test_rationales_too_are_for_leads(demo_engine):
    with pytest.raises(ScopeError, match="for the QA lead"):
        rationales_profile_report(demo_engine, Scope(role="manager"), Filters(), trainer_id="t-043")


def test_unknown_names_are_refused(demo_engine):
    with pytest.raises(FilterError, match="no trainer 'nobody'"):
        ask(demo_engine, peers_profile_report, trainer="nobody")
    with pytest.raises(FilterError, match="no criterion 'nothing'"):
        ask(demo_engine, peers_profile_report, criterion="nothing")


@pytest.mark.parametrize("report", OF_ONE_CRITERION, ids=lambda r: r.__name__)
def test_where_there_are_no_labels_every_section_says_why(demo_engine, report):
    found = ask(demo_engine, report, trainer="t-024", project="general-assistant", criterion="rewrite")
    if hasattr(found, "undefined"):
        assert found.undefined
    elif hasattr(found, "correlation"):
        assert found.correlation.undefined
    else:
        assert found.n == 0


def test_confusion_against_the_others_is_what_a_loop_counts(demo_engine, raw):
    criterion, people, rows, _ = raw
    found = ask(demo_engine, peers_profile_report)
    on = defaultdict(list)
    for unit, trainer, label in zip(rows["unit"], rows["trainer_code"], rows["label_code"], strict=True):
        on[unit].append((people[trainer], criterion.dictionary[label]))
    wanted = np.zeros((len(found.labels), len(found.labels)))
    for judged in on.values():
        mine = [label for who, label in judged if who == "t-043"]
        others = [label for who, label in judged if who != "t-043"]
        if mine and others:
            for label in others:
                wanted[found.labels.index(label), found.labels.index(mine[0])] += 1 / len(others)
    assert np.allclose(found.confusion, wanted)
    for row in found.by_label:
        k = found.labels.index(row.label)
        assert row.share.value == pytest.approx(wanted[k, k] / math.ceil(wanted[k].sum() - 1e-9), abs=0.5)


def test_alpha_without_the_trainer_is_on_the_criterions_own_scale(demo_engine):
    where = {"project": "general-assistant", "criterion": "helpfulness", "trainer_id": "t-024"}
    found = peers_profile_report(demo_engine, Scope(), Filters(), **where)
    log = profile_log(demo_engine, Scope(), Filters(), **where)

    def alpha(keep):
        codes = log.log.codes
        patterns, _ = patterns_from_codes(codes.item[keep], codes.trainer[keep], codes.label[keep], codes.n_labels)
        (one,) = agreement_coefficients(
            patterns, level="ordinal", values=log.log.values, labels=log.log.labels, names=("krippendorff_alpha",),
            interval="items",
        )  # fmt: skip
        return one.value

    whole = alpha(np.ones(log.mine.size, dtype=bool))
    assert found.alpha == pytest.approx(whole)
    assert found.effect.value == pytest.approx(alpha(~log.mine) - whole, abs=1e-9)
    assert found.effect.low < found.effect.value < found.effect.high
    assert found.level == "ordinal"


def test_harsh_trainers_are_seen_on_the_scale(demo_engine, planted):
    trainer, entry = planted["harsh"][0]
    criterion = next(iter(entry.get("criteria", ["helpfulness"])))
    found = ask(
        demo_engine, scale_profile_report, trainer=trainer, project=entry.get("project", "general-assistant"),
        criterion=criterion,
    )  # fmt: skip
    assert found.severity.high < 0
    assert found.p_value < 0.01
    assert sum(row.used.value for row in found.labels) == pytest.approx(1.0)
    assert sum(row.expected for row in found.labels) == pytest.approx(1.0)


def test_position_bias_is_seen_in_choices(demo_engine, planted):
    trainer, _ = planted["position_biased"][0] if "position_biased" in planted else planted["position_bias"][0]
    where = [c for c in demo_engine.criteria(Scope(), Filters()) if c.scale.level == "preference"]
    found = [
        ask(demo_engine, choices_profile_report, trainer=trainer, project=c.project, criterion=c.criterion)
        for c in where
    ]
    judged = [f for f in found if f.undefined is None and f.first.defined]
    assert any(f.first.low > 0.5 and f.beyond.low > 0 for f in judged)
    for f in judged:
        assert min(0.5, f.first.value) - 0.1 <= f.first_shrunken.value <= max(0.5, f.first.value) + 0.1


def test_drift_rings_the_alarm_after_its_day_and_charts_agree_on_when(demo_engine, planted):
    days = []
    for trainer, entry in planted["drifting"]:
        found = time_profile_report(
            demo_engine, Scope(), Filters(), project=entry["project"], criterion=None, trainer_id=trainer
        )
        assert found.charts is not None
        assert len(found.charts.evidence) <= 400
        if found.charts.alarm is not None:
            days.append(found.charts.alarm.when.date().isoformat() > entry["since"])
    assert sum(days) >= 2
    assert sum(not after for after in days) <= 1


def test_weeks_begin_on_monday_and_carry_their_n(demo_engine):
    found = ask(demo_engine, time_profile_report)
    starts = [w.start for w in found.weeks]
    assert all((b - a).days % 7 == 0 for a, b in pairwise(starts))
    assert {day.weekday() for day in starts} == {0}
    assert sum(w.n for w in found.weeks) == found.n


def test_confidence_parts_add_up(demo_engine):
    found = ask(demo_engine, confidence_profile_report).found
    assert found.exact
    assert found.brier.value == pytest.approx(found.reliability - found.resolution + found.uncertainty)


def test_pace_and_refusals_carry_their_support(demo_engine):
    pace = ask(demo_engine, pace_profile_report)
    assert pace.relative.defined
    assert pace.longest_run >= 1
    assert pace.run_label in ("ok", "borderline", "satire", "harmful")
    refused = ask(demo_engine, refusals_profile_report, criterion="refuse_or_answer")
    assert refused.costs_declared
    assert refused.cost.value == pytest.approx(
        (refused.over.value * refused.over.n_judgments * refused.cost_over
         + refused.under.value * refused.under.n_judgments * refused.cost_under) / refused.cost.n_judgments, rel=0.05,
    )  # fmt: skip
    assert refused.skips.defined


def test_examples_differ_from_gold_or_a_clear_majority(demo_engine, raw):
    found = ask(demo_engine, examples_profile_report)
    assert found.examples
    for example in found.examples:
        if example.gold is not None:
            assert example.gold != example.said
        else:
            label, n = example.others[0]
            total = sum(k for _, k in example.others)
            assert total >= 2
            assert n / total >= 0.7
            assert label != example.said
    golden = [e.gold is not None for e in found.examples]
    assert golden == sorted(golden, reverse=True)


def test_rationales_against_a_loop(demo_engine):
    found = rationales_profile_report(demo_engine, Scope(), Filters(), trainer_id="t-024")
    with demo_engine.session(Scope(), Filters()) as session:
        people = dict(session.frame("trainer_names")[["trainer_id", "trainer_code"]].itertuples(index=False))
        rows = session.frame("trainers_rationales", most=10**9)
    said = rows.assign(text=["".join(c if c.isalnum() else " " for c in t.lower()).split() for t in rows["rationale"]])
    by_text = defaultdict(set)
    for who, text in zip(said["trainer_code"], said["text"], strict=True):
        by_text[" ".join(text)].add(who)
    mine = said[said["trainer_code"] == people["t-024"]]
    wanted = Counter(len(by_text[" ".join(t)]) > 1 for t in mine["text"] if len(t) >= 5)
    assert found.n == len(mine)
    assert found.shared.value == pytest.approx(wanted[True] / found.n_long)
