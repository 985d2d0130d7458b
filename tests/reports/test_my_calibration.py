"""My calibration: the numbers against loops over the raw log, and what the demo's planted people are told."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.core.errors import ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.my_calibration import my_calibration_report
from analytics.reports.my_results import FIGURES, MyCalibration, OwnCriterion
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.reports.log import LABELS, counted
from tests.staging import staged

TEAM = 9


def report(engine: Engine, who: str, **filters: Any) -> MyCalibration:
    return my_calibration_report(engine, Scope(role="trainer", viewer=who), Filters(**filters))


def of(found: MyCalibration, criterion: str) -> OwnCriterion:
    return next(c for c in found.criteria if c.criterion == criterion and c.project != "q")


def value(criterion: OwnCriterion, name: str) -> float:
    figure = criterion.figure(name)
    assert figure is not None
    return figure.estimate.value


def own_pairs(criterion: str, who: str) -> list[tuple[str, list[str]]]:
    """Return (own label, the others' labels) of every item the trainer shares, in plain Python."""
    return [
        (given[who], [x for t, x in given.items() if t != who])
        for given in counted(criterion).values()
        if who in given and len(given) > 1
    ]


@pytest.mark.parametrize("criterion", list(LABELS))
@pytest.mark.parametrize("who", ["t1", "t4", "t8"])
def test_agreement_and_excess_are_those_of_a_loop(log_engine: Engine, criterion: str, who: str) -> None:
    pairs = own_pairs(criterion, who)
    same = [sum(x == mine for x in others) / len(others) for mine, others in pairs]
    expected = []
    for mine, others in pairs:
        labels = [mine, *others]
        alike = sum(a == b for k, a in enumerate(labels) for b in labels[k + 1 :])
        expected.append(alike / (len(labels) * (len(labels) - 1) / 2))
    found = of(report(log_engine, who), criterion)
    assert len(pairs) >= 10, "the log must be large enough for the test to mean something"
    assert value(found, "peer_agreement") == pytest.approx(np.mean(same), abs=1e-12)
    assert value(found, "peer_excess") == pytest.approx(np.mean(same) - np.mean(expected), abs=1e-12)


@pytest.mark.parametrize("who", ["t1", "t4"])
def test_scale_points_are_those_of_a_loop(log_engine: Engine, who: str) -> None:
    gaps = [float(mine) - np.mean([float(x) for x in others]) for mine, others in own_pairs("tone", who)]
    found = report(log_engine, who)
    assert value(of(found, "tone"), "own_severity") == pytest.approx(np.mean(gaps), abs=1e-12)
    assert of(found, "harm").figure("own_severity") is None


def test_the_band_is_the_others_rounded_quartiles(log_engine: Engine) -> None:
    shares = []
    for t in range(TEAM):
        pairs = own_pairs("tone", f"t{t}")
        if f"t{t}" != "t1" and len(pairs) >= 10:
            shares.append(np.mean([sum(x == mine for x in others) / len(others) for mine, others in pairs]))
    figure = of(report(log_engine, "t1"), "tone").figure("peer_agreement")
    assert figure is not None
    assert figure.band is not None
    wanted = [round(q / 0.05) * 0.05 for q in np.quantile(shares, [0.25, 0.5, 0.75])]
    assert [figure.band.low, figure.band.middle, figure.band.high] == pytest.approx(wanted)
    assert figure.band.at_least == len(shares) // 5 * 5


def test_every_figure_is_there_or_says_why_not(log_engine: Engine) -> None:
    for criterion in report(log_engine, "t2").criteria:
        names = [f.name for f in criterion.figures]
        assert names == [n for n in FIGURES if n != "own_severity" or criterion.level == "ordinal"]
        for figure in criterion.figures:
            assert figure.estimate.defined or figure.estimate.undefined


def test_only_a_trainer_has_the_page(log_engine: Engine) -> None:
    for scope in (Scope(), Scope(role="manager")):
        with pytest.raises(ScopeError, match="about the trainer who looks"):
            my_calibration_report(log_engine, scope, Filters())


def test_a_stranger_and_a_newcomer_see_an_empty_report(log_engine: Engine) -> None:
    found = report(log_engine, "nobody")
    assert (found.n_judgments, found.criteria, found.items, found.strengths) == (0, (), (), ())


def test_confusions_are_those_of_a_loop(log_engine: Engine) -> None:
    checked = 0
    for who in ("t1", "t4", "t8"):
        pairs = own_pairs("harm", who)
        for found in of(report(log_engine, who), "harm").confusions:
            mine = [others for own, others in pairs if own == found.mine]
            assert found.n == len(mine) >= 10
            share = np.mean([sum(x == found.theirs for x in others) / len(others) for others in mine])
            assert abs(found.share - share) <= 0.025 + 1e-9
            checked += 1
    assert checked


def gap_log(folder: Path, answer: Callable[[int, int], str]) -> Engine:
    """Return a store of one ordered criterion, judged by seven trainers on 40 items; `answer(item, trainer)`."""
    rows = [
        {"item_id": f"i{i:02d}", "trainer_id": f"t{t}", "label": answer(i, t), "rationale": f"because {i}", "round": 1,
         "judged_at": f"2026-09-{1 + i // 2:02d}T10:00:00+00:00", "guideline_version": "v1"}
        for i in range(40)
        for t in range(7)
    ]  # fmt: skip
    for row in rows:
        row["judged_at"] = datetime.fromisoformat(str(row["judged_at"]))
    tables: dict[str, list[dict[str, Any]]] = {
        "criteria": [{"project": "p", "criterion": "c", "level": "ordinal", "labels": "1|2|3|4|5"}],
        "items": [
            {"project": "p", "item_id": f"i{i:02d}", "prompt": f"Question {i}", "guideline_section": "2.1 Tone"}
            for i in range(40)
        ],
        "trainers": [{"trainer_id": f"t{t}", "display_name": f"Name {t}", "kind": "human"} for t in range(7)],
        "gold": [
            {"project": "p", "criterion": "c", "item_id": "i35", "label": "3", "since": "2026-10-05T00:00:00Z"},
            {"project": "p", "criterion": "c", "item_id": "i36", "label": "1"},
        ],
        "judgments": rows,
    }
    store = open_store(folder / "store", create=True)
    commit(store, [staged(folder, f"{name}.csv", **{name: part}) for name, part in tables.items()], Settings())
    return Engine(store)


def test_a_harsh_trainer_is_told_what_to_try_and_sees_the_items(tmp_path: Path) -> None:
    engine = gap_log(tmp_path, lambda i, t: "2" if t == 0 and i % 2 else "3")
    found = report(engine, "t0")
    assert [name for name, _ in found.to_gain] == ["c"]
    assert "0.5 points lower" in found.to_gain[0][1]
    assert len(found.items) == 5
    assert [i.item_id for i in found.items][:1] == ["i35"], "gold that differs is the most instructive"
    for item in found.items:
        assert (item.mine, item.section, item.guideline_version) == ("2", "2.1 Tone", "v1")
        assert item.others == (("3", 6),)
        assert item.rationale == f"because {int(item.item_id[1:])}"
    assert found.items[0].gold == "3"
    assert found.items[0].settled_on == date(2026, 10, 5), "settled after the judgment of September"
    assert {item.settled_on for item in found.items[1:]} == {None}


def test_a_trainer_who_comes_closer_is_told_so(tmp_path: Path) -> None:
    engine = gap_log(tmp_path, lambda i, t: "1" if t == 0 and i < 20 else str(2 + i % 2))
    found = report(engine, "t0")
    assert found.change.low > 0
    assert found.criteria[0].change.value == pytest.approx(found.change.value)
    assert report(engine, "t4").change.low <= 0


def test_gold_that_everybody_contradicts_is_not_held_against_a_trainer(tmp_path: Path) -> None:
    engine = gap_log(tmp_path, lambda i, t: "3")
    found = report(engine, "t0")
    assert found.items == ()
    assert found.to_gain == ()


def test_strengths_need_the_whole_interval(tmp_path: Path) -> None:
    engine = gap_log(tmp_path, lambda i, t: str(1 + (i + (t if t > 3 else 0)) % 5))
    words = [w for _, w in report(engine, "t0").strengths]
    assert any("more often than these items lead one to expect" in w for w in words)
    assert not any("more often" in w for _, w in report(engine, "t4").strengths)


def test_the_demo_s_planted_people_hear_the_truth(demo_engine: Engine) -> None:
    harsh, careless, honest = (report(demo_engine, who) for who in ("t-008", "t-001", "t-003"))
    assert any("points lower than colleagues" in words for _, words in harsh.to_gain)
    assert any("part more often" in words for _, words in careless.to_gain)
    assert honest.strengths
    assert len(harsh.items) == len(careless.items) == len(honest.items) == 5
    for found in (harsh, careless, honest):
        assert len({(i.project, i.criterion) for i in found.items}) >= 4
        for item in found.items:
            assert sum(n for _, n in item.others) >= found.floor or not item.others
            assert item.gold not in (None, item.mine) or item.others
        subjective = {c.criterion for c in found.criteria if c.subjective}
        assert not subjective & {name for name, _ in found.to_gain}


def test_the_trend_s_periods_hold_all_dated_judgments(demo_engine: Engine) -> None:
    found = report(demo_engine, "t-008")
    assert found.period_days in (7, 14, 28)
    busiest = found.criteria[0]
    figure = busiest.figure("peer_excess")
    assert figure is not None
    known = [p.excess for p in busiest.trend if p.excess.defined]
    n = sum(e.n_judgments or 0 for e in known)
    assert n <= (figure.estimate.n_judgments or 0)
    if n == figure.estimate.n_judgments:
        mean = sum(e.value * (e.n_judgments or 0) for e in known) / n
        assert mean == pytest.approx(figure.estimate.value, abs=1e-12)
    assert all(not math.isnan(e.low) for e in known)
