"""Data health accounts for every row and says what the data cannot answer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.choices import choices
from analytics.reports.data_health import data_health_report
from analytics.reports.importing import ingest
from analytics.store import Engine, open_store

LOG = """item,worker,criterion,label,status
i1,a,tone,x,submitted
i1,b,tone,y,submitted
i1,c,tone,x,submitted
i2,a,tone,x,submitted
i2,b,tone,,skipped
i3,a,tone,,submitted
i3,a,facts,1,submitted
i3,b,facts,2,submitted
i3,b
"""


def engine(tmp_path: Path) -> Engine:
    (tmp_path / "log.csv").write_text(LOG)
    store = open_store(tmp_path / "s", create=True)
    ingest(store, [tmp_path / "log.csv"], settings=Settings())
    return Engine(store)


def test_coverage_rejections_and_guesses(tmp_path: Path) -> None:
    report = data_health_report(engine(tmp_path), Scope(), Filters())
    line = report.ingests[0]
    assert line.adds_up
    assert (line.rows, line.accepted) == (9, 7)
    assert line.rejected == {"no label": 1, "too few fields": 1}
    assert Counter(report.rejected_rows["reason"]) == {"no label": 1, "too few fields": 1}
    assert report.rejected_rows["source_row"].tolist() == [6, 9]
    found = {c.criterion: c for c in report.criteria}
    assert (found["tone"].one, found["tone"].two, found["tone"].more) == (1, 0, 1)
    assert (found["facts"].one, found["facts"].two, found["facts"].more) == (0, 1, 0)
    assert all(c.inferred for c in report.criteria)
    assert found["tone"].left_out == {"skipped by the trainer": 1, "the only judgment on its item": 1}
    parts = {p.name: (p.n_with, p.n) for p in report.parts}
    assert parts["the time of judging"] == (0, 7)


def test_a_trainer_sees_no_rows_that_were_set_aside(tmp_path: Path) -> None:
    report = data_health_report(engine(tmp_path), Scope(role="trainer", viewer="a"), Filters())
    assert len(report.rejected_rows) == 0
    assert report.n_judgments == 3


def test_the_demo_adds_up_and_says_it_is_simulated(demo_engine: Engine) -> None:
    report = data_health_report(demo_engine, Scope(), Filters())
    assert report.simulated
    assert all(line.adds_up for line in report.ingests)
    assert sum(line.rejected.get("no label", 0) for line in report.ingests) == 0
    planted = json.loads((demo_engine.store.path / "planted_truth.json").read_text())
    assert planted


def test_choices_stay_in_scope(demo_engine: Engine) -> None:
    everything = choices(demo_engine, Scope())
    assert len(everything.projects) == 3
    assert len(everything.trainers) == 60
    own = choices(demo_engine, Scope(role="trainer", viewer="t-008"))
    assert [i for i, _ in own.trainers] == ["t-008"]
    one = choices(demo_engine, Scope(projects=("health-legal",)))
    assert one.projects == ("health-legal",)
    assert set(one.criteria) < set(everything.criteria)
