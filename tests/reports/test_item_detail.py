"""The end of a drill-down: the whole item, and only what the viewer may know."""

from __future__ import annotations

import math

import pytest

from analytics.core.errors import FilterError, ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.item_detail import ItemDetail, item_detail_report
from analytics.store import Engine
from tests.reports.log import HOSTILE, LABELS, counted, items, judgments

LEAD = Scope()


def detail(engine: Engine, scope: Scope = LEAD, filters: Filters | None = None, item_id: str = "i3") -> ItemDetail:
    return item_detail_report(engine, scope, filters or Filters(), project="p", criterion="harm", item_id=item_id)


def test_every_judgment_is_there_with_the_reason_why_it_does_not_count(log_engine: Engine) -> None:
    for i in range(0, 60, 7):
        found = detail(log_engine, item_id=f"i{i}")
        raw = [r for r in judgments() if r["project"] == "p" and r["item_id"] == f"i{i}"]
        assert len(found.judgments) == len(raw)
        for criterion in LABELS:
            given = {t for (item, _), g in counted(criterion).items() if item == f"i{i}" for t in g}
            want = {f"Name {t[1:]}" for t in given}
            shown = {j.name for j in found.of_criterion(criterion) if j.counted and j.label in LABELS[criterion]}
            assert shown == want
        reasons = {j.not_counted for j in found.judgments}
        assert reasons <= {"", "skipped", "made by a model", "a repeat by the same trainer"}
    assert found.judgments[0].criterion == "harm"


def test_text_facts_and_gold(log_engine: Engine) -> None:
    found = detail(log_engine)
    item = next(i for i in items() if i["item_id"] == "i3" and i["project"] == "p")
    assert found.prompt == HOSTILE
    assert [(r.id, r.model) for r in found.responses] == [("A", "atlas"), ("B", "boreal")]
    assert dict(found.facts)["topic"] == item["topic"]
    assert dict(found.facts)["words"] == "13"
    assert {j.gold for j in found.of_criterion("harm")} == {"none"}
    assert {j.gold for j in found.of_criterion("tone")} == {None}
    assert detail(log_engine, item_id="i5").sensitive
    assert any(j.rationale == HOSTILE for j in found.judgments) == any(
        r["trainer_id"] == "t2" for r in judgments() if r["item_id"] == "i3" and r["project"] == "p"
    )


def test_the_track_record_is_agreement_with_colleagues_on_the_same_items(log_engine: Engine) -> None:
    found = detail(log_engine)
    by_name = {j.name: j for j in found.of_criterion("harm") if j.counted}
    assert by_name
    for name, j in by_name.items():
        me = f"t{name.split()[1]}"
        shares = [
            sum(x == g[me] for t, x in g.items() if t != me) / (len(g) - 1)
            for g in counted("harm").values()
            if me in g and len(g) > 1
        ]
        record = found.records[j.trainer_code]
        assert record.n_judgments == len(shares)
        assert record.agreement == pytest.approx(sum(shares) / len(shares), abs=1e-12)
        assert record.low <= record.agreement <= record.high
        assert not math.isnan(record.excess)


def test_judgments_outside_the_filters_are_shown_and_marked(log_engine: Engine) -> None:
    found = detail(log_engine, filters=Filters(teams=("team0",)))
    outside = {j.name for j in found.judgments if j.not_counted == "outside the filters"}
    inside = {j.name for j in found.judgments if j.counted}
    assert outside
    assert all(int(name.split()[1]) % 2 == 1 for name in outside)
    assert all(int(name.split()[1]) % 2 == 0 for name in inside)


def test_a_manager_sees_no_names(log_engine: Engine) -> None:
    found = detail(log_engine, Scope(role="manager"))
    assert found.judgments
    assert all(j.name.startswith("Trainer ") and j.trainer_id.startswith("trainer-") for j in found.judgments)


def test_a_trainer_sees_their_own_judgments_and_no_records(log_engine: Engine) -> None:
    who = next(r["trainer_id"] for r in judgments() if r["item_id"] == "i3" and r["criterion"] == "harm")
    found = detail(log_engine, Scope(role="trainer", viewer=who))
    assert {j.trainer_id for j in found.judgments} == {who}
    assert found.records == {}


def test_a_trainer_sees_what_the_team_said_only_where_enough_judged(log_engine: Engine) -> None:
    seen = hidden = 0
    floor = Settings().privacy_floor
    for (item, version), given in sorted(counted("tone").items(), key=lambda u: -len(u[1]))[::4]:
        who = next(iter(given))
        found = item_detail_report(
            log_engine, Scope(role="trainer", viewer=who), Filters(), project="p", criterion="tone", item_id=item
        )
        pooled = [p for p in found.pooled if p.criterion == "tone"]
        same_version = {g["trainer_id"] for g in judgments() if g["project"] == "p" and g["criterion"] == "tone"
                        and g["item_id"] == item and g["status"] == "submitted" and g["round"] == 1
                        and g["trainer_id"] != "bot" and (g["guideline_version"] or "") == version}  # fmt: skip
        if len(same_version) >= floor:
            seen += 1
            assert max(p.n_trainers for p in pooled) >= floor
        elif not pooled:
            hidden += 1
    assert seen
    assert hidden


def test_what_is_not_the_viewer_s_is_refused(log_engine: Engine) -> None:
    mine = {r["item_id"] for r in judgments() if r["trainer_id"] == "t1" and r["project"] == "p"}
    other = next(f"i{i}" for i in range(60) if f"i{i}" not in mine)
    with pytest.raises(ScopeError, match="You have not judged item"):
        detail(log_engine, Scope(role="trainer", viewer="t1"), item_id=other)
    with pytest.raises(ScopeError, match="does not include project 'p'"):
        detail(log_engine, Scope(projects=("q",)))
    with pytest.raises(FilterError, match="no item 'i999'"):
        detail(log_engine, item_id="i999")


def test_an_item_of_the_same_id_in_another_project_is_another_item(log_engine: Engine) -> None:
    found = item_detail_report(log_engine, LEAD, Filters(), project="q", criterion="other", item_id="i0")
    assert found.prompt == "Another project's"
    assert [j.label for j in found.judgments] == ["x"]
