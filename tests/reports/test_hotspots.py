"""The hotspots report: planted truth found through the store, every list ranked, items against loops over the log."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from analytics.core.errors import FilterError, ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.hotspot_analysis import hotspot_analysis
from analytics.reports.hotspot_items import PAGE, HotspotChoice, hotspot_items_report
from analytics.reports.hotspot_log import hotspot_log, judged_labels, weights_of
from analytics.reports.hotspot_queue import label_studio_tasks, queue_frame
from analytics.reports.hotspots import criterion_hotspots, hotspots_report
from tests.reports.log import LABELS, counted, items, pair_agreement
from tests.reports.planted import cause_store, slice_store
from tests.studies.hotspot_simulation import CAUSES

LEAD = Scope(role="lead")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return cause_store(tmp_path_factory.mktemp("causes"))


@pytest.fixture(scope="module")
def sliced(tmp_path_factory):
    return slice_store(tmp_path_factory.mktemp("slices"))


def test_causes_planted_in_the_log_come_out_of_the_report(planted):
    engine, log = planted
    found = criterion_hotspots(engine, LEAD, Filters(), project="p", criterion="harm", most=2000)
    assert found.n_items == 900
    told = {i.item_id: i for i in found.items}
    differ = (log.codes.item_counts > 0).sum(axis=1) > 1
    judged = np.flatnonzero(differ & (log.codes.item_sizes >= 5))
    right = np.mean([told[f"i{i}"].cause == CAUSES[log.cause[i]] for i in judged])
    oracle = np.mean(log.oracle[judged].argmax(axis=1) == log.cause[judged])
    assert oracle - right < 0.06
    for item in found.items:
        if item.cause in CAUSES:
            assert sum(item.probabilities.values()) == pytest.approx(1)
            assert item.cause == max(item.probabilities, key=item.probabilities.get)
        elif item.probabilities:  # a trainer erred, but which label is right nobody can say
            assert item.cause == "not enough judgments"
            assert max(item.probabilities, key=item.probabilities.get) == "trainer error"
            assert "which label they missed cannot be told" in " ".join(item.evidence)
        assert len(item.evidence) >= 2
    gaps = {f"section {s}" for s in np.unique(log.context[log.cause == 2])}
    said = [i.section for i in found.items if i.cause == "guideline gap"]
    assert set(Counter(said)) <= gaps
    assert any("group of trainers (region)" in " ".join(i.evidence) for i in found.items if i.cause == "group divide")


def test_planted_slices_come_out_of_the_report_with_their_items(sliced):
    engine, planted_slices, table = sliced
    found = criterion_hotspots(engine, LEAD, Filters(), project="p", criterion="harm")
    names = {"topic": 0, "language": 1, "guideline_section": 2} | {f"a{f}": f for f in range(3, table.shape[1])}
    for _, members, _ in planted_slices:
        shared = []
        for one in found.slices:
            inside = np.ones(len(table), dtype=bool)
            for column, value in one.conditions:
                inside &= table[:, names[column]] == int(value[1:])
            shared.append((inside & members).sum() / (inside | members).sum())
            assert one.n_items == inside.sum()
        assert max(shared) >= 0.5
    worst = found.slices[0]
    choice = HotspotChoice(conditions=worst.conditions)
    listed = hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=choice)
    assert listed.n_found == worst.n_items
    assert len(listed.items) == PAGE
    last = hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=choice, page=99)
    assert last.page == last.n_pages == -(-worst.n_items // PAGE)


def test_items_equal_loops_over_the_log(log_engine):
    """Label counts, judgments and raw disagreement of every item, in plain Python."""
    units = counted("harm")
    found = criterion_hotspots(log_engine, LEAD, Filters(), project="p", criterion="harm", most=1000)
    several = {key: Counter(given.values()) for key, given in units.items() if len(given) > 1}
    assert {(i.item_id, i.version or "") for i in found.items} == set(several)
    for item in found.items:
        assert dict(item.labels) == dict(several[item.item_id, item.version or ""])
        assert item.n_judgments == sum(several[item.item_id, item.version or ""].values())
    assert found.n_judgments == sum(len(given) for given in units.values())
    lows = [i.disagreement.low for i in found.items]
    assert lows == sorted(lows, reverse=True)
    assert all(i.text is None for i in found.items if i.sensitive)
    agreement = [pair_agreement(list(units[i.item_id, i.version or ""].values())) for i in found.items]
    ranks = np.corrcoef([1 - a for a in agreement], [i.disagreement.value for i in found.items])[0, 1]
    assert ranks > 0.8


def test_pairs_add_up_and_are_ranked(log_engine):
    for criterion in LABELS:
        found = criterion_hotspots(log_engine, LEAD, Filters(), project="p", criterion=criterion)
        analysis = hotspot_analysis(log_engine, LEAD, Filters(), project="p", criterion=criterion)
        assert sum(p.alpha_gain.value for p in analysis.pairs.pairs) == pytest.approx(1 - found.alpha, abs=1e-12)
        gains = [p.alpha_gain.value for p in found.pairs]
        assert gains == sorted(gains, reverse=True)
        assert (len(found.steps) > 0) == (criterion == "tone")


def test_the_document_is_plain_json_with_ranked_lists(planted):
    engine, _ = planted
    text = json.dumps(hotspots_report(engine, LEAD, Filters(), most=50).to_document(), allow_nan=False)
    document = json.loads(text)
    assert {"items", "slices", "label_pairs", "themes", "queue", "snapshot_id"} <= set(document)
    item = document["items"][0]
    assert {"item_id", "criterion", "n_judgments", "disagreement", "cause", "probabilities", "evidence"} <= set(item)
    assert {"value", "low", "high"} <= set(item["disagreement"])
    pair = document["label_pairs"][0]
    assert {"a", "b", "share_of_disagreement", "alpha_gain", "where"} <= set(pair)
    lows = [i["disagreement"]["low"] for i in document["items"]]
    assert lows == sorted(lows, reverse=True)
    gains = [p["alpha_gain"]["value"] for p in document["label_pairs"]]
    assert gains == sorted(gains, reverse=True)
    assert document["themes"]


def test_the_pair_of_a_planted_gap_splits_in_its_section(planted):
    engine, log = planted
    found = criterion_hotspots(engine, LEAD, Filters(), project="p", criterion="harm")
    sections = {f"section {s}" for s in np.unique(log.context[log.cause == 2])}
    where = {w.value for p in found.pairs for w in p.where if w.attribute == "guideline_section"}
    assert where & sections
    assert not where - sections


def test_the_queue_goes_back_into_label_studio(planted):
    engine, _ = planted
    found = criterion_hotspots(engine, LEAD, Filters(), project="p", criterion="harm")
    assert sum(found.routes.values()) == 900
    assert [q.priority for q in found.queue if q.route == "another judgment"] == sorted(
        (q.priority for q in found.queue if q.route == "another judgment"), reverse=True
    )
    frame = queue_frame(engine, LEAD, Filters(), project="p", criterion="harm", route="another judgment")
    assert len(frame) == found.routes["another judgment"]
    assert frame["prompt"].notna().all()
    assert frame["cost"].tolist() == pytest.approx(
        (frame["expected_judgments"] * engine.settings.cost_per_judgment).tolist()
    )
    tasks = json.loads(label_studio_tasks(frame))
    assert [t["data"]["item_id"] for t in tasks] == frame["item_id"].tolist()
    assert {"item_id", "criterion", "prompt"} <= set(tasks[0]["data"])
    assert tasks[0]["meta"]["route"] == "another judgment"
    assert sum(tasks[0]["meta"]["labels_so_far"].values()) == tasks[0]["meta"]["n_judgments"]
    owner = queue_frame(engine, LEAD, Filters(), project="p", criterion="harm", route="guideline owner")
    assert (owner["divided"] >= 0.9).all()
    assert (owner["n_judgments"] >= 5).all()
    nothing = queue_frame(engine, LEAD, Filters(), project="p", criterion="harm", route="judgment limit reached")
    assert not len(nothing) or (nothing["route"] == "judgment limit reached").all()
    assert json.loads(label_studio_tasks(nothing.iloc[:0])) == []


def test_choices_by_cause_labels_and_route(planted):
    engine, _ = planted
    by_cause = HotspotChoice(cause="guideline gap")
    found = hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=by_cause)
    assert found.n_found > 0
    assert {i.cause for i in found.items} == {"guideline gap"}
    both = HotspotChoice(label_a="safe", label_b="harm")
    for item in hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=both).items:
        assert {"safe", "harm"} <= set(dict(item.labels))
    nothing = HotspotChoice(conditions=(("topic", "no such"),))
    assert hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=nothing).n_found == 0
    nowhere = HotspotChoice(label_a="no such")
    assert hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=nowhere).n_found == 0
    routed = HotspotChoice(route="guideline owner")
    analysis = hotspot_analysis(engine, LEAD, Filters(), project="p", criterion="harm")
    paired = [r for r, m in zip(analysis.queue.route, analysis.log.codes.item_sizes, strict=True) if m > 1]
    listed = hotspot_items_report(engine, LEAD, Filters(), project="p", criterion="harm", choice=routed)
    assert listed.n_found == paired.count("guideline owner")


def test_the_same_question_is_analysed_once_and_another_scope_anew(planted):
    engine, _ = planted
    one = hotspot_analysis(engine, LEAD, Filters(), project="p", criterion="harm")
    assert hotspot_analysis(engine, LEAD, Filters(), project="p", criterion="harm") is one
    manager = hotspot_analysis(engine, Scope(role="manager"), Filters(), project="p", criterion="harm")
    assert manager is not one
    mine = criterion_hotspots(engine, Scope(role="trainer", viewer="t0"), Filters(), project="p", criterion="harm")
    assert mine.n_trainers == 1
    assert "Fewer than two items have two judgments" in mine.no_items


def test_a_subjective_criterion_is_never_asked_for_one_right_label(log_engine):
    analysis = hotspot_analysis(log_engine, LEAD, Filters(), project="p", criterion="harm")
    assert analysis.truth is not None
    assert analysis.queue is not None


def test_what_is_outside_is_refused(log_engine):
    with pytest.raises(ScopeError, match="does not include project 'p'"):
        criterion_hotspots(log_engine, Scope(role="lead", projects=("q",)), Filters(), project="p", criterion="harm")
    with pytest.raises(FilterError, match="has no criterion 'nothing'"):
        criterion_hotspots(log_engine, LEAD, Filters(), project="p", criterion="nothing")


def test_a_log_without_anything_says_so(log_engine):
    empty = criterion_hotspots(log_engine, LEAD, Filters(topics=("none",)), project="p", criterion="harm")
    assert empty.undefined == "Nobody has judged it in this selection."
    other = criterion_hotspots(log_engine, LEAD, Filters(), project="q", criterion="other")
    assert other.no_items
    assert other.no_slices


def test_sql_of_judgments_and_items_equals_loops(log_engine):
    units = counted("tone")
    described = {i["item_id"]: i for i in items() if i["project"] == "p"}
    with log_engine.session(LEAD, Filters(projects=("p",), criteria=("tone",))) as session:
        criterion = session.criteria()[0]
        log = hotspot_log(session, criterion, 1)
        rows = session.frame("hotspots_items", criterion_code=criterion.code, one_in=1, characters=5)
        texts = session.frame("hotspots_texts", criterion_code=criterion.code, item_ids=["i3", "i9", "absent"])
    seen = list(zip(log.items["item_id"], log.items["version"].map(lambda v: v or ""), strict=True))
    for i, key in enumerate(seen):
        given = sorted(log.scale.labels[k] for k in log.codes.label[log.codes.item == i])
        assert given == sorted(units[key].values())
    assert set(seen) == set(units)
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        about = described[row["item_id"]]
        assert row["text"] == about["prompt"][:5]
        assert row["topic"] == about["topic"]
        assert bool(row["sensitive"]) == about["sensitive"]
        responses = json.loads(about["responses"]) if about["responses"] else []
        assert (row["model"] or "") == " + ".join(sorted({r["model"] for r in responses if "model" in r}))
        assert row["length"] == len(about["prompt"]) + len(about["responses"] or "")
    assert texts["item_id"].tolist() == ["i3", "i9"]
    assert texts["prompt"].tolist() == [described["i3"]["prompt"], described["i9"]["prompt"]]


def test_numbers_with_many_values_are_judged_in_steps_and_rare_sets_together():
    from analytics.core.scale import Scale
    from analytics.store.engine import Criterion

    def criterion(level, dictionary, labels=()):
        return Criterion(
            project="p", criterion="c", code=0, scale=Scale(level=level, labels=labels), dictionary=dictionary
        )

    values = tuple(str(v) for v in range(100))
    given = np.random.default_rng(0).integers(0, 100, 5000)
    code, scale = judged_labels(criterion("interval", values, values), given)
    assert scale.level == "ordinal"
    assert 8 <= scale.n_labels <= 12
    assert (np.diff(code) >= 0).all()
    sets = tuple(f"s{v}" for v in range(60))
    code, scale = judged_labels(criterion("set", sets), np.repeat(np.arange(60), np.arange(60, 0, -1)))
    assert scale.n_labels == 24
    assert scale.labels[-1] == "(other sets)"
    assert (code[:23] == np.arange(23)).all()
    assert (code[23:] == 23).all()
    code, scale = judged_labels(criterion("preference", ("A", "tie", "-2", "3", "odd")), np.zeros(1, dtype=int))
    assert code.tolist() == [0, 1, 0, 2, -1]


def test_minutes_are_kept_near_the_median():
    minutes, words = weights_of(np.array([1.0, 1.0, 100.0, 0.001, np.nan]))
    assert minutes.tolist() == [1.0, 1.0, 2.0, 0.5, 1.0]
    assert "median" in words
    assert "one minute" in weights_of(np.array([np.nan]))[1]
