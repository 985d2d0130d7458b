"""What a trainer can find out about others by asking the store anything that My calibration asks, and more."""

from __future__ import annotations

import dataclasses
import itertools
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.core.errors import ScopeError, StoreError
from analytics.core.filters import Filters
from analytics.core.scale import ORDERED
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.counts import counted_labels
from analytics.reports.my_calibration import my_calibration_report
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from analytics.store.engine import Session
from analytics.store.sql_files import reads_pool, sql
from tests.staging import staged

SQL = sorted(p.stem for p in (Path(__file__).parents[2] / "analytics" / "store" / "sql").glob("mine_*.sql"))
POOLED = [name for name in SQL if reads_pool(name)]
FIRST = datetime(2026, 9, 1, 9, tzinfo=UTC)
LABELS = ("1", "2", "3", "4", "5")
ME = "t0"
ALONE = "law"
"""A topic that two people alone judged: t0 and t1."""
FEW = "code"
"""A topic that five people judged, the viewer among them: four others."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return a store of two projects where topics, days and batches single people out."""
    folder = tmp_path_factory.mktemp("privacy")
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for i in range(90):
        topic = (ALONE, FEW, "all")[i % 3]
        items.append({"project": "p", "item_id": f"i{i}", "prompt": f"Question {i}", "topic": topic, "language": "en"})
        for t in {ALONE: (0, 1), FEW: (0, 1, 2, 3, 4), "all": range(9)}[topic]:
            rows.append(
                {
                    "item_id": f"i{i}",
                    "trainer_id": f"t{t}",
                    "label": LABELS[(i * 7 + (t > 0 and (i + t) % 4 == 0)) % 5],
                    "judged_at": FIRST + timedelta(days=i // 3, hours=t),
                    "duration_s": 10.0 + t,
                    "confidence": 0.6,
                    "batch": "late" if t == 8 else "early",
                    "round": 1,
                }
            )
            if i % 3 == 2:
                rows.append(dict(rows[-1], round=2, judged_at=FIRST + timedelta(days=40)))
    rows += [dict(r, project="q", criterion="d", item_id="x" + r["item_id"]) for r in rows if r["trainer_id"] != ME]
    items += [{"project": "q", "item_id": f"x{i['item_id']}", "prompt": "Secret"} for i in list(items)]
    tables: dict[str, list[dict[str, Any]]] = {
        "criteria": [
            {"project": p, "criterion": c, "level": "ordinal", "labels": "|".join(LABELS)}
            for p, c in (("p", "c"), ("q", "d"))
        ],
        "items": items,
        "trainers": [
            {"trainer_id": f"t{t}", "display_name": f"Name {t}", "team": "solo" if t == 1 else "rest", "kind": "human"}
            for t in range(9)
        ],
        "gold": [{"project": "p", "criterion": "c", "item_id": f"i{i}", "label": "1"} for i in range(2, 90, 6)],
        "judgments": rows,
    }
    store = open_store(folder / "store", create=True)
    commit(store, [staged(folder, f"{name}.csv", **{name: part}) for name, part in tables.items()], Settings())
    return Engine(store)


def params(session: Session, name: str) -> dict[str, Any]:
    """Return parameters for a mine_ query: as greedy as a page could make them."""
    if name == "mine_figures":
        codes, labels, values = [], [], []
        for c in session.criteria():
            known = counted_labels(c)
            numbers = dataclasses.replace(c.scale, labels=known).values
            for label, number in zip(known, numbers, strict=True):
                if label in c.dictionary:
                    codes.append(c.code)
                    labels.append(c.dictionary.index(label))
                    values.append(number if c.scale.level in ORDERED else None)
        edges = [FIRST + timedelta(days=14 * k) for k in range(4)]
        return {"criterion_codes": codes, "label_codes": labels, "values": values, "edges": edges}
    if name == "mine_items":
        rows = session.frame("mine_answers")
        everything = list(range(400))
        return {
            "criterion_codes": [0] * len(everything) + rows["criterion_code"].tolist(),
            "units": [i * 65536 for i in everything] + rows["unit"].tolist(),
        }
    return {}


def ask(engine: Engine, name: str, filters: Filters | None = None, viewer: str = ME) -> list[dict[str, Any]]:
    """Return a mine_ query's rows as a trainer's page gets them."""
    with engine.session(Scope(role="trainer", viewer=viewer), filters or Filters()) as session:
        return [dict(r) for r in session.frame(name, **params(session, name)).to_dict("records")]


SLICES: dict[str, Filters] = {
    "a topic with one other person": Filters(topics=(ALONE,)),
    "a topic with four others": Filters(topics=(FEW,)),
    "one person's batch": Filters(batches=("late",)),
    "one day": Filters(since=date(2026, 9, 3), until=date(2026, 9, 3)),
    "another person by id": Filters(trainers=("t1",)),
    "another person under their number": Filters(trainers=("trainer-2",)),
    "another person's team": Filters(teams=("solo",)),
    "a project I never worked on": Filters(projects=("q",)),
    "a language nobody judged": Filters(languages=("fr",)),
}


@pytest.mark.parametrize("name", POOLED)
@pytest.mark.parametrize("filters", SLICES.values(), ids=SLICES.keys())
def test_a_slice_that_leaves_fewer_than_five_others_shows_nothing_of_them(
    engine: Engine, name: str, filters: Filters
) -> None:
    assert ask(engine, name, filters) == []


@pytest.mark.parametrize("name", POOLED)
def test_without_a_narrow_slice_there_is_something_to_see(engine: Engine, name: str) -> None:
    """Else the tests above could not fail."""
    rows = ask(engine, name)
    assert rows
    assert all(row["n_trainers"] >= 5 for row in rows)


def test_no_pooled_query_returns_a_person_or_runs_without_the_floor(engine: Engine) -> None:
    assert set(POOLED) == {"mine_figures", "mine_others", "mine_confusions"}
    for name in POOLED:
        assert not {"trainer_code", "trainer_id", "display_name", "team"} & set(ask(engine, name)[0])
        with engine.session(Scope(role="trainer", viewer=ME), Filters()) as session:
            for call in (session.rows, session.stream):
                with pytest.raises(StoreError, match="reads the whole team"):
                    call(name, **params(session, name))


@pytest.mark.parametrize("name", [n for n in SQL if n not in POOLED])
def test_the_other_queries_read_the_viewer_s_own_rows_alone(engine: Engine, name: str) -> None:
    code = "\n".join(line for line in sql(name).splitlines() if not line.startswith("--"))
    assert not re.search(r"\bpool\b", code)
    assert ask(engine, name)
    for other in ("another person by id", "another person's team", "a project I never worked on"):
        assert ask(engine, name, SLICES[other]) == []
    with engine.session(Scope(role="trainer", viewer=ME), Filters()) as session:
        n_own = session.rows("mine_repeats"), len(session.frame("mine_answers"))
    assert n_own == ([(0, 30, 30)], 90)


def test_asking_for_items_of_others_gives_my_own_alone(engine: Engine) -> None:
    rows = ask(engine, "mine_items")
    assert {r["item_id"] for r in rows} <= {f"i{i}" for i in range(90)}
    assert all(r["prompt"] != "Secret" for r in rows)


def test_items_show_no_counts_below_five_others_and_never_the_viewer_s_own(engine: Engine) -> None:
    rows = ask(engine, "mine_others")
    assert len(rows) == 30, "the 30 items that all nine judged; not those with one or four others"
    assert all(len(r["labels"]) == r["n_trainers"] == 8 for r in rows)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since=date(2026, 9, 1)),
        Filters(until=date(2026, 12, 1)),
        Filters(batches=("early",)),
        Filters(topics=("all",)),
        Filters(languages=("en",)),
    ],
    ids=str,
)
def test_no_filter_shows_by_subtraction_who_answered_what_on_an_item(engine: Engine, filters: Filters) -> None:
    """`early` leaves eight of nine: with and without it the difference would be the ninth person's answer."""
    assert ask(engine, "mine_others", filters) == []


def test_bands_come_in_coarse_steps_alone(engine: Engine) -> None:
    rows = [r for r in ask(engine, "mine_figures") if r["part"] == "band"]
    steps = {"excess": 0.025, "overconfidence": 0.025, "severity": 0.1}
    assert {r["figure"] for r in rows} >= {"agreement", "excess", "severity", "log_time", "consistency"}
    for row in rows:
        step = steps.get(row["figure"], 0.05)
        for part in ("low", "middle", "high"):
            if row[part] == row[part]:
                assert round(row[part] / step, 6) == round(row[part] / step), row
        assert row["n_trainers"] % 5 == 0
        assert row["total"] != row["total"], "no sum over others leaves the store"


def test_what_two_filters_that_differ_by_one_person_show(engine: Engine) -> None:
    """The attack that cannot be stopped altogether: it must move no published value by less than a coarse step.

    With the batch `late` person 8 is among the others, with `early` alone not. The counts are rounded, and the
    quartiles either stay or jump by a whole step, which says on which side of a quartile that person lies and no more.
    """
    both = {(r["figure"]): r for r in ask(engine, "mine_figures") if r["part"] == "band"}
    less = {(r["figure"]): r for r in ask(engine, "mine_figures", Filters(batches=("early",))) if r["part"] == "band"}
    steps = {"excess": 0.025, "overconfidence": 0.025, "severity": 0.1}
    for figure in set(both) & set(less):
        assert both[figure]["n_trainers"] == less[figure]["n_trainers"] == 5
        for part in ("low", "middle", "high"):
            moved = (both[figure][part] - less[figure][part]) / steps.get(figure, 0.05)
            assert moved != moved or abs(moved - round(moved)) < 1e-6


def test_days_go_by_whole_weeks_so_that_one_day_more_shows_nothing(engine: Engine) -> None:
    """7 September 2026 is a Monday: the days before it and the days after it do not count by themselves."""

    def shown(first: int, last: int) -> list[dict[str, Any]]:
        rows = ask(engine, "mine_figures", Filters(since=date(2026, 9, first), until=date(2026, 9, last)))
        # Sums of floats are added in whatever order the threads came: the last digits may differ.
        return [{k: round(v, 9) if isinstance(v, float) else v for k, v in row.items() if v == v} for row in rows]

    weeks = shown(7, 20)
    assert weeks
    for first, last in ((1, 20), (4, 22), (7, 26)):
        assert shown(first, last) == weeks, (first, last)
    assert shown(7, 27) != weeks
    assert shown(8, 19) == [], "no whole week"


def test_another_role_or_viewer_cannot_be_slipped_in(engine: Engine) -> None:
    mine = Scope(role="trainer", viewer=ME, trainers=("t1", "t2"))
    assert mine.trainers == (ME,)
    with pytest.raises(ScopeError, match="must name the trainer"):
        Scope(role="trainer", trainers=("t1",))
    for scope in (Scope(viewer=ME), Scope(role="manager", viewer=ME)):
        with pytest.raises(ScopeError, match="about the trainer who looks"):
            my_calibration_report(engine, scope, Filters())


def test_the_report_names_nobody_else(engine: Engine) -> None:
    for filters in (Filters(), Filters(topics=("all",)), Filters(trainers=(ME, "t1"))):
        found = my_calibration_report(engine, Scope(role="trainer", viewer=ME), filters)
        text = repr(dataclasses.replace(found, filters=Filters()))
        for t in range(1, 9):
            assert f"Name {t}" not in text
            assert f"'t{t}'" not in text
        assert "Secret" not in text


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations(("t1", "t2", "t3"), 2)))
def test_two_viewers_get_two_reports(engine: Engine, a: str, b: str) -> None:
    found = [my_calibration_report(engine, Scope(role="trainer", viewer=w), Filters()) for w in (a, b)]
    assert found[0].criteria != found[1].criteria
