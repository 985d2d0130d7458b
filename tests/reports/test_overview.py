"""The Overview calls a change real only where it is, and says so in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.overview import overview_report, period_edges
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.staging import judged, staged

LEAD, ALL = Scope(), Filters()
END = datetime(2026, 3, 1, tzinfo=UTC)


def rows(
    rng: np.random.Generator, criterion: str, noise: tuple[float, float], n_items: int = 150
) -> Iterator[dict[str, Any]]:
    """Judgments of eight weeks, three to an item; the last four weeks have the second share of random answers."""
    for period, share in enumerate(noise):
        for k in range(n_items):
            at = END - timedelta(days=56 - 28 * period - 28 * k / n_items - 0.001)
            truth = int(rng.integers(0, 3))
            for trainer in rng.choice(12, 3, replace=False):
                label = int(rng.integers(0, 3)) if rng.random() < share else truth
                yield {
                    "criterion": criterion,
                    "item_id": f"{criterion}-{period}-{k}",
                    "trainer_id": f"t{trainer}",
                    "label": "abc"[label],
                    "judged_at": at,
                }


def engine_with(folder: Path, log: list[dict[str, Any]]) -> Engine:
    store = open_store(folder / "store", create=True)
    commit(store, [staged(folder, judgments=log)], Settings())
    return Engine(store)


def test_a_real_change_is_told_from_noise(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    log = [*rows(rng, "tone", (0.1, 0.5)), *rows(rng, "facts", (0.2, 0.2)), *rows(rng, "style", (0.3, 0.3))]
    report = overview_report(engine_with(tmp_path, log), LEAD, ALL)
    found = {r.criterion: r for r in report.criteria}
    assert [r.criterion for r in report.criteria if r.real] == ["tone"]
    assert report.sentence.startswith("tone fell from ")
    assert report.sentence.endswith("and that is not noise; the other 2 are within noise.")
    assert found["tone"].change is not None
    assert found["tone"].change.high < 0
    assert report.period == (date(2026, 2, 1), date(2026, 2, 28))
    assert report.previous_period == (date(2026, 1, 4), date(2026, 1, 31))
    assert report.now.n_judgments + (report.before.n_judgments if report.before else 0) == len(log)
    assert sum(w.n_judgments for w in report.weeks) == len(log)


def test_where_nothing_changed_it_says_so_at_the_stated_rate(tmp_path: Path) -> None:
    """Ten studies of three unchanged criteria: at 5 % a study, more than two with a discovery is one in ninety."""
    wrong = 0
    for seed in range(10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        rng = np.random.default_rng(seed)
        log = [r for c in ("x", "y", "z") for r in rows(rng, c, (0.3, 0.3), n_items=60)]
        report = overview_report(engine_with(folder, log), LEAD, ALL)
        wrong += any(r.real for r in report.criteria)
    assert wrong <= 2


def test_a_log_without_times_is_shown_whole_and_says_why(tmp_path: Path) -> None:
    log = judged(("i1", "a", "x"), ("i1", "b", "x"), ("i2", "a", "y"), ("i2", "b", "x"))
    report = overview_report(engine_with(tmp_path, log), LEAD, ALL)
    assert report.period is None
    assert report.no_period == (
        "The judgments carry no times, so there is no period to compare with: this is the whole log."
    )
    assert report.criteria[0].current.defined
    assert report.criteria[0].change is None
    assert report.sentence == "There is no earlier period to compare with."


def test_one_label_is_undefined_in_words(tmp_path: Path) -> None:
    report = overview_report(engine_with(tmp_path, judged(("i1", "a", "x"), ("i1", "b", "x"))), LEAD, ALL)
    assert math.isnan(report.criteria[0].current.value)
    assert "no variation" in str(report.criteria[0].current.undefined)
    assert report.criteria[0].verdict is None


def test_an_empty_store_has_nothing_to_say(tmp_path: Path) -> None:
    report = overview_report(Engine(open_store(tmp_path / "s", create=True)), LEAD, ALL)
    assert (report.criteria, report.sentence) == ((), "There is nothing to measure yet.")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (ALL, (date(2026, 1, 4), date(2026, 2, 1), date(2026, 3, 1))),
        (Filters(until=date(2026, 1, 31)), (date(2025, 12, 7), date(2026, 1, 4), date(2026, 2, 1))),
        (Filters(since=date(2026, 2, 15)), (date(2026, 2, 1), date(2026, 2, 15), date(2026, 3, 1))),
    ],
)
def test_periods(filters: Filters, expected: tuple[date, date, date]) -> None:
    edges = period_edges(filters, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 2, 28, 13, tzinfo=UTC), 28)
    assert edges is not None
    assert tuple(e.date() for e in edges) == expected


def test_no_period_before_the_first_judgment() -> None:
    first = datetime(2026, 2, 10, tzinfo=UTC)
    assert period_edges(ALL, first, datetime(2026, 2, 28, tzinfo=UTC), 28) is None
    assert period_edges(ALL, None, None, 28) is None


def test_the_same_question_gives_the_same_digits(demo_engine: Engine) -> None:
    one, two = (overview_report(Engine(demo_engine.store), LEAD, ALL) for _ in range(2))
    assert [r.current.value for r in one.criteria] == [r.current.value for r in two.criteria]
    assert [r.current.low for r in one.criteria] == [r.current.low for r in two.criteria]


def test_what_to_do_next_follows_from_what_was_planted(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    log = [*rows(rng, "tone", (0.1, 0.5)), *rows(rng, "facts", (0.1, 0.1))]
    for row in log:  # t0 answers at random, and a and b are taken for each other on facts
        if row["trainer_id"] == "t0":
            row["label"] = "abc"[int(rng.integers(3))]
        elif row["criterion"] == "facts" and row["label"] in "ab":
            row["label"] = "ab"[int(rng.integers(2))]
    report = overview_report(engine_with(tmp_path, log), LEAD, ALL)
    assert [t.trainer_id for t in report.team.below] == ["t0"]
    steps = report.next_steps
    assert [s.kind for s in steps[:4]] == ["fell", "team", "boundary", "guessed"]
    assert (steps[0].title, steps[0].pages[0], steps[0].section) == ("Find out why tone fell", "agreement", "When")
    assert steps[1].title == "Look at a trainer out of the ordinary"
    assert steps[1].why.startswith("One of 12 agrees less")
    assert next(s for s in steps if s.kind == "boundary" and s.criterion == "facts").title.startswith(
        "Settle “a” against “b”"
    )


def test_the_strip_is_the_mean_beyond_the_items(demo_engine: Engine) -> None:
    """Against a loop over the period's judgments, criterion by criterion, on one trainer of the demo."""
    report = overview_report(demo_engine, LEAD, Filters(projects=("health-legal",)))
    assert report.period is not None
    assert "preference" in report.team.left_out, "matters of opinion do not count"
    days = Filters(projects=("health-legal",), since=report.period[0], until=report.period[1])
    sums: dict[str, list[float]] = {}
    with demo_engine.session(LEAD, days) as session:
        ids = {code: trainer_id for code, trainer_id, *_ in session.rows("trainer_names")}
        for criterion in session.criteria():
            if criterion.criterion in report.team.left_out:
                continue
            found = session.arrays("trainers_judgments", criterion_code=criterion.code, one_in=1)
            items: dict[int, list[tuple[int, int]]] = {}
            for unit, who, label in zip(found["unit"], found["trainer_code"], found["label_code"], strict=True):
                items.setdefault(int(unit), []).append((int(who), int(label)))
            for given in (g for g in items.values() if len(g) > 1):
                m = len(given)
                same = [sum(x == y for _, y in given) - 1 for _, x in given]
                for (who, _), s in zip(given, same, strict=True):
                    sums.setdefault(ids[who], []).append(s / (m - 1) - sum(same) / (m * (m - 1)))
    assert {t.trainer_id for t in report.team.trainers} == set(sums)
    for t in report.team.trainers:
        assert t.excess.value == pytest.approx(np.mean(sums[t.trainer_id]), abs=1e-12)
        assert t.excess.n_judgments == len(sums[t.trainer_id])


def test_a_manager_sees_the_team_under_pseudonyms(demo_engine: Engine) -> None:
    lead, manager = (overview_report(demo_engine, Scope(role=role), ALL).team for role in ("lead", "manager"))
    assert {t.excess.value for t in lead.trainers} == {t.excess.value for t in manager.trainers}
    assert not {t.display_name for t in lead.trainers} & {t.display_name for t in manager.trainers}
