"""Every query gives what a loop in plain Python gives, under the scope and the filters it was asked with."""

from __future__ import annotations

import itertools
import threading
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.core.errors import StoreError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.staging import staged

LABELS = ("x", "y", "z")
LEAD = Scope()
ALL = Filters()


def log(seed: int = 3) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    rows = []
    for item, trainer in itertools.product(range(14), range(9)):
        if rng.random() < 0.4:
            continue
        day = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=int(rng.integers(0, 20)))
        rows.append(
            {
                "project": "p" if item < 10 else "q",
                "criterion": "c" if trainer % 2 or item > 4 else "d",
                "item_id": f"i{item}",
                "trainer_id": f"t{trainer}",
                "label": LABELS[int(rng.integers(0, 3))],
                "judged_at": day,
                "status": "skipped" if rng.random() < 0.1 else "submitted",
                "guideline_version": f"v{int(rng.integers(1, 3))}",
                "batch": f"b{item % 2}",
                "round": 1 if rng.random() < 0.9 else 2,
            }
        )
    return rows


ITEMS = [
    {"project": "p" if i < 10 else "q", "item_id": f"i{i}", "topic": f"topic{i % 3}",
     "language": "en" if i % 2 else "de", "attributes": f'{{"length": "{i % 4}"}}'}
    for i in range(14)
]  # fmt: skip
TRAINERS = [
    {"trainer_id": f"t{t}", "display_name": f"Name {t}", "team": f"team{t % 2}", "kind": "model" if t == 8 else "human",
     "groups": f'{{"region": "r{t % 2}"}}'}
    for t in range(9)
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("engine")
    store = open_store(folder / "store", create=True)
    gold = [{"project": "p", "item_id": "i3", "criterion": "c", "label": "x"}]
    tables = [staged(folder, items=ITEMS), staged(folder, trainers=TRAINERS), staged(folder, gold=gold)]
    commit(store, [*tables, staged(folder, judgments=log())], Settings())
    return Engine(store)


def in_plain_python(scope: Scope = LEAD, filters: Filters = ALL) -> list[dict[str, Any]]:
    """Filter the log with a loop; the oracle of the scope_*.sql files."""
    topics = {i["item_id"]: i["topic"] for i in ITEMS}
    languages = {i["item_id"]: i["language"] for i in ITEMS}
    teams = {t["trainer_id"]: t["team"] for t in TRAINERS}
    out = []
    for r in log():
        day = r["judged_at"].date()
        if (
            (scope.projects is None or r["project"] in scope.projects)
            and (scope.trainers is None or r["trainer_id"] in scope.trainers)
            and (scope.teams is None or teams[r["trainer_id"]] in scope.teams)
            and (not filters.projects or r["project"] in filters.projects)
            and (not filters.criteria or r["criterion"] in filters.criteria)
            and (not filters.trainers or r["trainer_id"] in filters.trainers)
            and (not filters.teams or teams[r["trainer_id"]] in filters.teams)
            and (not filters.topics or topics[r["item_id"]] in filters.topics)
            and (not filters.languages or languages[r["item_id"]] in filters.languages)
            and (not filters.guideline_versions or r["guideline_version"] in filters.guideline_versions)
            and (not filters.batches or r["batch"] in filters.batches)
            and (filters.since is None or day >= filters.since)
            and (filters.until is None or day <= filters.until)
        ):
            out.append(r)
    return out


def counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in rows if r["status"] == "submitted" and r["round"] == 1 and r["trainer_id"] != "t8"]


CASES = [
    (LEAD, Filters()),
    (LEAD, Filters(projects=("p",))),
    (LEAD, Filters(criteria=("d",), topics=("topic1", "topic2"))),
    (LEAD, Filters(languages=("en",), batches=("b1",), teams=("team0",))),
    (LEAD, Filters(since=date(2026, 3, 5), until=date(2026, 3, 12))),
    (LEAD, Filters(guideline_versions=("v2",), trainers=("t1", "t2", "t3"))),
    (Scope(projects=("q",)), Filters()),
    (Scope(teams=("team1",)), Filters(topics=("topic0",))),
    (Scope(role="trainer", viewer="t4"), Filters()),
    (Scope(projects=()), Filters()),
]


@pytest.mark.parametrize(("scope", "filters"), CASES)
def test_counts_match_a_loop(engine: Engine, scope: Scope, filters: Filters) -> None:
    by_unit: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for r in counted(in_plain_python(scope, filters)):
        by_unit[r["project"], r["criterion"], r["item_id"], r["guideline_version"]].append(r["label"])
    expected: Counter[tuple[Any, ...]] = Counter()
    for r in counted(in_plain_python(scope, filters)):
        unit = by_unit[r["project"], r["criterion"], r["item_id"], r["guideline_version"]]
        expected[r["project"], r["criterion"], r["trainer_id"], tuple(sorted(unit)), r["label"]] += 1
    with engine.session(scope, filters) as session:
        criteria = {c.code: c for c in session.criteria()}
        names = {code: name for code, name, *_ in session.rows("trainer_names")}
        rows = session.arrays("counts")
    got = Counter(
        {
            (
                criteria[c].project,
                criteria[c].criterion,
                names[t],
                tuple(sorted(criteria[c].dictionary[k] for k in p)),
                criteria[c].dictionary[x],
            ): int(n)
            for c, t, p, x, n in zip(
                rows["criterion_code"],
                rows["trainer_code"],
                rows["pattern"],
                rows["label_code"],
                rows["n"],
                strict=True,
            )
        }
    )
    assert got == expected


@pytest.mark.parametrize(("scope", "filters"), CASES)
def test_left_out_and_totals_match_a_loop(engine: Engine, scope: Scope, filters: Filters) -> None:
    rows = in_plain_python(scope, filters)
    with engine.session(scope, filters) as session:
        left_out = session.frame("left_out")
        n, n_items, n_trainers, n_criteria, *_ = session.rows("totals")[0]
    assert n == len(rows)
    assert n_items == len({(r["project"], r["item_id"]) for r in rows})
    assert n_trainers == len({r["trainer_id"] for r in rows})
    assert n_criteria == len({(r["project"], r["criterion"]) for r in rows})
    assert left_out["n_all"].sum() == n
    assert left_out["n_judgments"].sum() == len(counted(rows))
    assert left_out["skipped"].sum() == sum(r["status"] == "skipped" for r in rows)
    submitted = [r for r in rows if r["status"] == "submitted"]
    assert left_out["by_models"].sum() == sum(r["trainer_id"] == "t8" for r in submitted)
    assert left_out["repeats"].sum() == sum(r["round"] > 1 and r["trainer_id"] != "t8" for r in submitted)


def test_packed_counts_are_the_counts(engine: Engine) -> None:
    with engine.session(LEAD, Filters()) as session:
        for criterion in session.criteria():
            packed = session.arrays("counts_packed", criterion_code=criterion.code)
            plain = session.arrays("counts")
            mine = plain["criterion_code"] == criterion.code
            as_packed = [float(sum(1 << (8 * int(k)) for k in p)) for p in plain["pattern"][mine]]
            expected = sorted(
                zip(plain["trainer_code"][mine], as_packed, plain["label_code"][mine], plain["n"][mine], strict=True)
            )
            got = sorted(zip(packed["trainer_code"], packed["pattern"], packed["label_code"], packed["n"], strict=True))
            assert got == expected
            patterns = session.arrays("patterns_packed", criterion_code=criterion.code)
            assert int((patterns["size"] * patterns["n_items"]).sum()) == int(plain["n"][mine].sum())


def test_periods_and_attributes_slice_the_same_judgments(engine: Engine) -> None:
    edges = [datetime(2026, 3, d, tzinfo=UTC) for d in (1, 8, 15)]
    with engine.session(LEAD, Filters()) as session:
        by_period = session.arrays("counts_by_period", edges=edges)
        criteria = session.criteria()
        by_length = [session.arrays("counts_by_attribute", attribute="length", criterion_code=c.code) for c in criteria]
        by_topic = [session.arrays("counts_by_attribute", attribute="topic", criterion_code=c.code) for c in criteria]
    expected = Counter(
        ("0" if r["judged_at"] < edges[1] else "1") for r in counted(in_plain_python()) if r["judged_at"] < edges[2]
    )
    got: Counter[str] = Counter()
    for name, n in zip(by_period["slice"], by_period["n"], strict=True):
        got[str(name)] += int(n)
    assert got == expected
    length: Counter[str] = Counter()
    for part in by_length:
        for name, n in zip(part["slice"], part["n"], strict=True):
            length[str(name)] += int(n)
    assert length == Counter(str(int(r["item_id"][1:]) % 4) for r in counted(in_plain_python()))
    assert sum(int(p["n"].sum()) for p in by_topic) == len(counted(in_plain_python()))


def test_a_trainer_sees_nobody_elses_rows_gold_history_or_name(engine: Engine) -> None:
    with engine.session(Scope(role="trainer", viewer="t4"), Filters()) as session:
        names = {tid: name for _, tid, name, *_ in session.rows("trainer_names")}
        assert [tid for tid in names if tid.startswith("t") and not tid.startswith("trainer-")] == ["t4"]
        assert not any(name.startswith("Name") for tid, name in names.items() if tid != "t4")
        assert len(session.frame("rejected_list", most=10)) == 0
    mine = {r["item_id"] for r in log() if r["trainer_id"] == "t4"}
    gold = engine.frame("gold_rows", Scope(role="trainer", viewer="t4"), Filters())
    assert set(gold["item_id"]) <= mine


def test_a_manager_sees_numbers_for_people(engine: Engine) -> None:
    with engine.session(Scope(role="manager"), Filters()) as session:
        assert all(tid.startswith("trainer-") and name.startswith("Trainer ") for _, tid, name, *_ in
                   session.rows("trainer_names"))  # fmt: skip
    hidden = engine.frame("totals", Scope(role="manager"), Filters(trainers=("trainer-3",)))
    named = engine.frame("totals", LEAD, Filters(trainers=("t2",)))
    assert hidden.n_judgments.item() == named.n_judgments.item() > 0
    assert engine.frame("totals", Scope(role="manager"), Filters(trainers=("t2",))).n_judgments.item() == 0


def test_the_pool_gives_aggregates_over_enough_people_and_nothing_else(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "-- aggregate: peers' labels\nSELECT label, count(*) AS n, count(DISTINCT trainer_code) AS n_trainers "
        "FROM pool WHERE item_code <= $most GROUP BY label ORDER BY label"
    )
    from analytics.store import engine as module

    real = module.sql
    monkeypatch.setattr(module, "sql", lambda name: text if name == "pool_labels" else real(name))
    monkeypatch.setattr(module, "reads_pool", lambda name: name == "pool_labels")
    viewer = Scope(role="trainer", viewer="t4")
    everybody = engine.frame("pool_labels", viewer, Filters(), most=99)
    assert everybody["n"].sum() == len(log())
    few = engine.frame("pool_labels", viewer, Filters(), most=0)
    assert (few["n_trainers"] >= 5).all()
    assert len(few) < len(everybody)
    with engine.session(viewer, Filters()) as session, pytest.raises(StoreError, match="reads the whole team"):
        session.rows("pool_labels", most=99)


def test_no_query_reads_around_the_scope() -> None:
    """Only scope_*, read_*, view_* and commit_* files may name the unscoped views; pool only with the header."""
    for file in sorted((files("analytics.store") / "sql").iterdir(), key=str):
        name, text = Path(str(file)).stem, file.read_text()
        head, body = [], []
        for line in text.splitlines():
            (head if line.startswith("--") else body).append(line.lower())
        words = set(" ".join(body).replace("(", " ").replace(")", " ").replace(",", " ").replace(";", " ").split())
        if not name.startswith(("scope_", "read_", "view_", "commit_")):
            assert not words & {"everyone", "everything", "read_parquet"}, name
            assert "pool" not in words or any(line.startswith("-- aggregate:") for line in head), name
        assert any("reads:" in line for line in head), f"{name}.sql does not say what it reads"
        assert any("returns:" in line for line in head), f"{name}.sql does not say what it returns"


def test_many_threads_get_right_numbers(engine: Engine) -> None:
    expected = {scope: len(in_plain_python(scope)) for scope in (LEAD, Scope(projects=("q",)), Scope(teams=("team1",)))}
    wrong: list[tuple[Scope, int]] = []

    def ask() -> None:
        for scope, n in list(expected.items()) * 3:
            got = engine.frame("totals", scope, Filters()).n_judgments.item()
            if got != n:
                wrong.append((scope, got))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_new_commit_is_seen_and_changes_the_snapshot(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s", create=True)
    engine = Engine(store)
    assert engine.snapshot_id == "empty"
    assert engine.frame("totals", LEAD, Filters()).n_judgments.item() == 0
    commit(store, [staged(tmp_path, judgments=log())], Settings())
    assert engine.snapshot_id.startswith("1-")
    assert engine.frame("totals", LEAD, Filters()).n_judgments.item() == len(log())
