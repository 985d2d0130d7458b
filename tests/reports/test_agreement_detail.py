"""One criterion in full: the same numbers as the report behind the command, and parts that fit together."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.agreement import agreement_report
from analytics.reports.agreement_detail import agreement_detail_report, each_label
from analytics.reports.agreement_effects import trainer_effects_report
from analytics.reports.agreement_trend import MOST_WEEKS, agreement_trend_report, week_edges
from analytics.reports.one_criterion import criteria_offered, one_criterion
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, check_matching, without_trainer
from analytics.store import Engine
from tests.reports.log import LABELS, counted, pair_agreement

LEAD = Scope()
FILTERS = [
    Filters(),
    Filters(topics=("law", "code")),
    Filters(teams=("team0",)),
    Filters(since=date(2026, 8, 10), until=date(2026, 9, 1)),
    Filters(guideline_versions=("v1",)),
    Filters(batches=("b0",)),
    Filters(languages=("en",), trainers=("t1", "t2", "t3", "t4")),
]


@pytest.mark.parametrize("filters", FILTERS, ids=lambda f: "+".join(f.to_dict()) or "all")
@pytest.mark.parametrize("criterion", LABELS)
def test_the_detail_holds_the_numbers_of_the_report(log_engine: Engine, criterion: str, filters: Filters) -> None:
    detail = agreement_detail_report(log_engine, LEAD, filters, project="p", criterion=criterion)
    whole = agreement_report(log_engine, LEAD, detail.provenance.filters).criteria
    assert repr(whole) == repr((detail.agreement,))  # repr: nan is not equal to itself


def test_labels_outside_the_scale_do_not_split_patterns(log_engine: Engine) -> None:
    for filters in FILTERS:
        counts = one_criterion(log_engine, LEAD, filters, project="p", criterion="harm").counts
        assert len(np.unique(counts.patterns.counts, axis=0)) == counts.patterns.n_patterns
        t = counts.trainer_patterns
        assert len({*zip(t.trainer, t.pattern, t.label, strict=True)}) == t.n.size
        check_matching(counts.patterns, t)
        assert counts.patterns.n_judgments == sum(map(len, counted("harm", **_chosen(filters)).values()))


def _chosen(filters: Filters) -> dict[str, object]:
    chosen: dict[str, object] = {}
    if filters.topics:
        chosen["topics"] = filters.topics
    if filters.teams:
        chosen["teams"] = filters.teams
    if filters.since and filters.until:
        chosen["days"] = (filters.since, filters.until)
    if filters.guideline_versions:
        (chosen["guideline_version"],) = filters.guideline_versions
    if filters.batches:
        (chosen["batch"],) = filters.batches
    if filters.trainers:
        chosen["trainers"] = filters.trainers
        chosen["languages"] = filters.languages
    return chosen


def test_confusion_spread_and_labels_come_from_the_raw_log(log_engine: Engine) -> None:
    detail = agreement_detail_report(log_engine, LEAD, Filters(), project="p", criterion="harm")
    units = [list(g.values()) for g in counted("harm").values()]
    for a, x in enumerate(detail.labels):
        for b, y in enumerate(detail.labels):
            both = [u for u in units if (u.count(x) > 1 if a == b else x in u and y in u)]
            assert detail.n_items_with[a, b] == len(both)
    shares = [s for s in map(pair_agreement, units) if s is not None]
    by_class = [sum(c.low <= s <= c.high for s in shares) for c in detail.items.classes]
    assert [c.n_items for c in detail.items.classes] == by_class
    assert sum(by_class) == detail.agreement.n_items_paired == len(shares)
    assert detail.items.mean == pytest.approx(np.mean(shares), abs=1e-12)
    given = Counter(x for u in units for x in u)
    assert {one.label: one.agreement.n_judgments for one in detail.each} == given


def test_sets_are_taken_apart_flag_by_flag(log_engine: Engine) -> None:
    counts = one_criterion(log_engine, LEAD, Filters(), project="p", criterion="flags").counts
    each = {one.label: one.agreement for one in each_label(counts, "two-way", 0.95)}
    assert set(each) == {"bias", "rude"}
    units = [list(g.values()) for g in counted("flags").values()]
    yes_no = [["bias" in label.split("|") for label in u] for u in units]
    table = Patterns.from_counts(np.array([[u.count(False), u.count(True)] for u in yes_no]))
    kappa = agreement_coefficients(table, level="nominal", names=("fleiss_kappa",))[0].value
    assert each["bias"].kappa.value == pytest.approx(kappa, abs=1e-12)
    assert each["bias"].n_judgments == sum(map(sum, yes_no))


@pytest.mark.parametrize("criterion", LABELS)
def test_the_effect_of_a_trainer_is_alpha_without_them(log_engine: Engine, criterion: str) -> None:
    report = trainer_effects_report(log_engine, LEAD, Filters(), project="p", criterion=criterion)
    counts = one_criterion(log_engine, LEAD, Filters(), project="p", criterion=criterion).counts
    assert report.undefined is None
    assert {e.name for e in report.effects} == {f"Name {t}" for t in range(9)}
    places = {int(code): j for j, code in enumerate(counts.trainer_codes)}
    for e in report.effects:
        left = without_trainer(counts.patterns, counts.trainer_patterns, places[e.trainer_code])
        found = agreement_coefficients(
            left, level=counts.level, values=counts.values, labels=counts.labels, names=(report.coefficient,)
        )[0].value
        assert e.without == pytest.approx(found, abs=1e-12)
        assert e.effect == pytest.approx(found - report.value, abs=1e-12)
        assert e.low <= e.effect <= e.high
    assert [abs(e.effect) for e in report.effects] == sorted((abs(e.effect) for e in report.effects), reverse=True)


def test_names_are_hidden_from_a_manager(log_engine: Engine) -> None:
    report = trainer_effects_report(log_engine, Scope(role="manager"), Filters(), project="p", criterion="tone")
    assert report.effects
    assert all(e.name.startswith("Trainer ") for e in report.effects)


def test_the_trend_has_one_value_a_week_and_the_versions(log_engine: Engine) -> None:
    report = agreement_trend_report(log_engine, LEAD, Filters(), project="p", criterion="harm")
    assert report.undefined is None
    assert all(w.start.weekday() == 0 for w in report.weeks)
    for week in report.weeks:
        days = (week.start, date.fromordinal(week.start.toordinal() + 6))
        units = [list(g.values()) for g in counted("harm", days=days).values()]
        assert week.n_items_paired == sum(len(u) > 1 for u in units)
        assert week.n_judgments == sum(map(len, units))
        assert math.isnan(week.value) == (week.n_items_paired < 10)
    assert [(v.name, v.declared) for v in report.versions] == [("v1", True), ("v2", False)]
    assert report.versions[0].since == date(2026, 8, 3)


def test_a_criterion_without_times_says_so(log_engine: Engine) -> None:
    report = agreement_trend_report(log_engine, LEAD, Filters(), project="q", criterion="other")
    assert report.undefined == "The judgments of this criterion carry no times, so there is no trend."
    assert report.weeks == ()


def test_weeks_are_bounded_by_mondays_and_the_newest_are_kept() -> None:
    edges = week_edges(datetime(2026, 8, 5, 23, tzinfo=UTC), datetime(2026, 8, 17, 0, tzinfo=UTC))
    assert [e.date().isoformat() for e in edges] == ["2026-08-03", "2026-08-10", "2026-08-17", "2026-08-24"]
    long = week_edges(datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 8, 17, tzinfo=UTC))
    assert len(long) == MOST_WEEKS + 1
    assert long[-1] == datetime(2026, 8, 24, tzinfo=UTC)


def test_counts_are_kept_apart_by_scope_filters_and_criterion(log_engine: Engine) -> None:
    def items(scope: Scope, filters: Filters, criterion: str) -> int:
        return one_criterion(log_engine, scope, filters, project="p", criterion=criterion).counts.patterns.n_judgments

    for _ in range(2):
        whole = items(LEAD, Filters(), "tone")
        own = items(Scope(role="trainer", viewer="t1"), Filters(), "tone")
        assert own == sum("t1" in g for g in counted("tone").values()) < whole
        assert items(LEAD, Filters(topics=("law",)), "tone") < whole
        assert items(LEAD, Filters(), "harm") != whole


def test_criteria_offered_are_those_selected(log_engine: Engine) -> None:
    offered = criteria_offered(log_engine, LEAD, Filters(projects=("p",)))
    assert [c.criterion for c in offered] == ["flags", "harm", "tone"]
    assert not criteria_offered(log_engine, LEAD, Filters(criteria=("nothing",)))
