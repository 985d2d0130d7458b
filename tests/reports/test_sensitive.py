"""Sensitive content: counts, exposure and flags against loops over the raw log."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.agreement import agreement_report
from analytics.reports.sensitive import NOT_MARKED, flag_of, sensitive_report
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.reports.log import N_TRAINERS, counted, items, judgments
from tests.staging import judged, staged

LEAD = Scope()
SENSITIVE = {i["item_id"] for i in items() if i["project"] == "p" and i.get("sensitive")}
TOPIC = {i["item_id"]: i.get("topic") for i in items() if i["project"] == "p"}


def test_exposure_against_loops(log_engine: Engine) -> None:
    with log_engine.session(LEAD, Filters(projects=("p",))) as session:
        rows = session.frame("sensitive_exposure")
        names = {int(c): i for c, i, *_ in session.rows("trainer_names")}
    items_of: dict[tuple[str, object], set[str]] = defaultdict(set)
    seconds: dict[tuple[str, object], float] = defaultdict(float)
    for row in judgments():
        if row["project"] != "p" or row["trainer_id"] == "bot":
            continue
        monday = (row["judged_at"] - timedelta(days=row["judged_at"].weekday())).date()
        key = (row["trainer_id"], monday)
        items_of[key].add(row["item_id"])
        if row["item_id"] in SENSITIVE:
            seconds[key] += row["duration_s"]
    assert len(rows) == len(items_of)
    for row in rows.itertuples():
        key = (names[row.trainer_code], row.week.date())
        assert row.n_items == len(items_of[key])
        assert row.n_sensitive == len(items_of[key] & SENSITIVE)
        assert row.minutes == pytest.approx(seconds[key] / 60)
        assert row.n_untimed == 0


def test_people_are_ranked_by_weeks_over_the_limit(log_engine: Engine) -> None:
    strict = Engine(log_engine.store, Settings(exposure_limit_items=2, minimum_items=2, bootstrap_replicates=100))
    report = sensitive_report(strict, LEAD, Filters(projects=("p",)))
    assert len(report.exposures) == N_TRAINERS
    over = [e.weeks_over for e in report.exposures]
    assert over == sorted(over, reverse=True)
    assert over[0] > 0
    for e in report.exposures:
        assert e.worst_week_items <= e.n_sensitive <= e.n_items
        assert sum(e.weekly) == e.n_sensitive
        assert (e.weeks_over > 0) == (e.worst_week_items > 2)
    assert f"{sum(x > 0 for x in over)} of {N_TRAINERS} people passed a weekly limit" in report.sentence


def test_flags_against_loops(log_engine: Engine) -> None:
    with log_engine.session(LEAD, Filters(projects=("p",), criteria=("harm",))) as session:
        (criterion,) = session.criteria()
        labels, words = flag_of(criterion)
        counts = {"counted": list(criterion.scale.labels), "flagged": list(labels)}
        frame = session.frame("sensitive_flags", criterion_code=criterion.code, **counts)
        names = {int(c): i for c, i, *_ in session.rows("trainer_names")}
    assert (labels, words) == (("mild", "severe"), "anything but “none”")
    found = Counter({(names[r.trainer_code], r.by_gold, r.reference, r.given): int(r.n) for r in frame.itertuples()})
    expected: Counter[tuple[str, bool, bool, bool]] = Counter()
    for (item_id, _), given in counted("harm").items():
        if item_id not in SENSITIVE:
            continue
        for t, label in given.items():
            flags = [x in labels for other, x in given.items() if other != t]
            if len(flags) >= 2 and 2 * sum(flags) != len(flags):
                expected[t, False, 2 * sum(flags) > len(flags), label in labels] += 1
    assert found == expected


def test_gold_is_the_reference_where_there_is_some(tmp_path: Path) -> None:
    rows = judged(
        *itertools.chain.from_iterable((("i1", t, "flag"), ("i2", t, "ok")) for t in ("t1", "t2", "t3")),
        ("i1", "t4", "ok"),
        ("i2", "t4", "flag"),
        round=1,
        judged_at=datetime(2026, 9, 1, tzinfo=UTC),
    )
    store = open_store(tmp_path / "store", create=True)
    about = [{"project": "p", "item_id": i, "sensitive": True} for i in ("i1", "i2")]
    criteria = [{"project": "p", "criterion": "c", "level": "nominal", "labels": "ok|flag", "subjective": False}]
    gold = [{"project": "p", "item_id": "i1", "criterion": "c", "label": "ok"}]
    commit(store, [staged(tmp_path, "log.csv", criteria=criteria, items=about, gold=gold, judgments=rows)], Settings())
    report = sensitive_report(Engine(store), LEAD, Filters())
    by_name = {f.trainer_id: f for f in report.flags}
    for t in ("t1", "t2", "t3"):  # flagged i1, whose gold says no; right on i2 by their colleagues
        assert (by_name[t].over.value, by_name[t].over.n_judgments, by_name[t].n_gold) == (0.5, 2, 1)
    assert (by_name["t4"].over.value, by_name["t4"].n_gold) == (0.5, 1)  # flagged i2 against three colleagues
    assert report.team_flags[0].n_gold == 4


def test_topics_are_the_sensitive_items_of_the_topic(log_engine: Engine) -> None:
    loose = Engine(log_engine.store, Settings(minimum_items=2, sensitive_targets={"law": 0.11}))
    report = sensitive_report(loose, LEAD, Filters(projects=("p",), criteria=("harm",)))
    for t in (*report.topics, *report.whole):
        units = [g for (i, _), g in counted("harm").items() if i in SENSITIVE and (not t.topic or TOPIC[i] == t.topic)]
        assert t.n_judgments == sum(len(g) for g in units)
        assert t.n_items_paired == sum(len(g) > 1 for g in units)
        assert t.target == (0.11 if t.topic == "law" else 0.667)
    assert {t.topic for t in report.topics} <= {"law", "satire", "code"}
    whole = agreement_report(loose, LEAD, Filters(projects=("p",), criteria=("harm",))).criteria[0]
    assert report.whole[0].agreement.name == whole.headline
    assert report.n_judgments < whole.n_judgments


def test_where_nothing_is_marked_it_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store", create=True)
    commit(store, [staged(tmp_path, judgments=judged(("i", "t1", "x"), ("i", "t2", "y"), round=1))], Settings())
    report = sensitive_report(Engine(store), LEAD, Filters())
    assert report.undefined == NOT_MARKED
    assert not report.exposures
    assert np.isfinite(report.limit_hours)
