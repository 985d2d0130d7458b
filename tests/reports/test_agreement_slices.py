"""Slices: the same as the criterion filtered to the slice, and tests against all the rest."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.agreement import criterion_agreement
from analytics.reports.agreement_slices import agreement_slices_report, slice_attributes
from analytics.reports.counts import counts_by_slice
from analytics.reports.merged_counts import merged_counts, ranges_of
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, check_matching
from analytics.store import Engine
from tests.reports.log import LABELS, MODELS, Units, counted, items

LEAD = Scope()
WORDS = {i["item_id"]: i for i in items() if i["project"] == "p"}


def alpha(units: Units, criterion: str = "harm") -> float:
    labels = LABELS[criterion]
    table = np.array([[list(g.values()).count(x) for x in labels] for g in units.values()])
    return agreement_coefficients(Patterns.from_counts(table), level="nominal", names=("krippendorff_alpha",))[0].value


def test_what_can_be_sliced_by(log_engine: Engine) -> None:
    found = {a.name: a.n_values for a in slice_attributes(log_engine, LEAD, Filters(), project="p", criterion="harm")}
    assert found == {
        "topic": 3, "guideline_section": 2, "guideline_version": 2, "sensitive": 2, "language": 2, "batch": 2,
        "responses.model": 3, "tier": 2, "words": 12,
    }  # fmt: skip
    assert not slice_attributes(log_engine, LEAD, Filters(), project="q", criterion="other")


def test_a_slice_is_the_criterion_on_its_items_and_the_rest_is_all_others(log_engine: Engine) -> None:
    report = agreement_slices_report(log_engine, LEAD, Filters(), project="p", criterion="harm", attribute="topic")
    units = {u: g for u, g in counted("harm").items() if WORDS[u[0]]["topic"]}
    assert report.coefficient == "krippendorff_alpha"
    assert report.whole.value == pytest.approx(alpha(units), abs=1e-12)
    for s in report.slices:
        inside = {u: g for u, g in units.items() if WORDS[u[0]]["topic"] == s.value}
        rest = {u: g for u, g in units.items() if WORDS[u[0]]["topic"] != s.value}
        assert s.coefficient.value == pytest.approx(alpha(inside), abs=1e-12)
        assert s.difference.value == pytest.approx(alpha(inside) - alpha(rest), abs=1e-12)
        assert s.n_judgments == sum(map(len, inside.values()))
        assert s.n_trainers == len({t for g in inside.values() for t in g})
        assert s.q_value >= s.p_value
    paired = [u for u, g in counted("harm").items() if len(g) > 1]
    assert report.n_items_without == sum(WORDS[u[0]]["topic"] is None for u in paired)
    values = [s.coefficient.value for s in report.slices]
    assert values == sorted(values)
    assert report.slices[0].value == "satire"  # planted: one item in three is judged carelessly, and those are satire
    assert report.slices[0].departs


def test_a_model_s_slice_is_every_item_that_shows_it(log_engine: Engine) -> None:
    report = agreement_slices_report(
        log_engine, LEAD, Filters(), project="p", criterion="harm", attribute="responses.model"
    )
    assert report.overlapping
    units = {u: g for u, g in counted("harm").items() if WORDS[u[0]]["responses"]}
    for s in report.slices:
        assert s.value in MODELS
        inside = {u: g for u, g in units.items() if f'"{s.value}"' in WORDS[u[0]]["responses"]}
        rest = {u: g for u, g in units.items() if u not in inside}
        assert s.coefficient.value == pytest.approx(alpha(inside), abs=1e-12)
        assert s.difference.value == pytest.approx(alpha(inside) - alpha(rest), abs=1e-12)


def test_numbers_become_ranges(log_engine: Engine) -> None:
    report = agreement_slices_report(log_engine, LEAD, Filters(), project="p", criterion="harm", attribute="words")
    assert report.binned
    ranges = sorted((s.values for s in report.slices), key=lambda v: int(v[0]))
    assert len(ranges) == 4
    assert [v for part in ranges for v in part] == [str(n) for n in range(10, 22)]
    assert {s.value for s in report.slices} == {f"{part[0]} to {part[-1]}" for part in ranges}
    n = [s.n_items_paired for s in report.slices]
    assert max(n) < 2 * min(n)


def test_another_coefficient_can_be_asked_for(log_engine: Engine) -> None:
    report = agreement_slices_report(
        log_engine, LEAD, Filters(), project="p", criterion="harm", attribute="topic", coefficient="percent_agreement"
    )
    assert {s.coefficient.name for s in report.slices} == {"percent_agreement"} == {report.whole.name}


def test_thin_slices_have_no_coefficient_and_a_missing_attribute_says_so(log_engine: Engine) -> None:
    few = Filters(trainers=("t1", "t2"))
    report = agreement_slices_report(log_engine, LEAD, few, project="p", criterion="harm", attribute="topic")
    assert report.thin
    assert all(n < 10 for _, n in report.thin)
    nothing = agreement_slices_report(log_engine, LEAD, Filters(), project="p", criterion="harm", attribute="colour")
    assert nothing.undefined == "No judged item of this selection has a colour."


def test_merging_slices_gives_the_whole(log_engine: Engine) -> None:
    with log_engine.session(LEAD, of_one(Filters(), "p", "tone")) as session:
        one = one_criterion(log_engine, LEAD, Filters(), project="p", criterion="tone", session=session)
        parts = counts_by_slice(session, "counts_by_attribute", criterion_code=one.criterion.code, attribute="language")
    whole = merged_counts(parts)
    check_matching(whole.patterns, whole.trainer_patterns)
    want = criterion_agreement(one.counts, log_engine)
    assert repr(criterion_agreement(whole, log_engine).coefficients) == repr(want.coefficients)
    with pytest.raises(ValueError, match="one or more slices of the same criterion"):
        merged_counts(())


def test_ranges_need_numbers(log_engine: Engine) -> None:
    with log_engine.session(LEAD, of_one(Filters(), "p", "tone")) as session:
        code = session.criteria()[0].code
        parts = counts_by_slice(session, "counts_by_attribute", criterion_code=code, attribute="topic")
    assert ranges_of(parts) == {}
    assert ranges_of(()) == {}


def test_nothing_departs_where_there_is_one_slice_only(log_engine: Engine) -> None:
    one = Filters(topics=("law",))
    report = agreement_slices_report(log_engine, LEAD, one, project="p", criterion="harm", attribute="topic")
    assert [s.value for s in report.slices] == ["law"]
    assert math.isnan(report.slices[0].p_value)
    assert report.slices[0].difference.undefined == "there is no other slice to compare with"
    assert not report.slices[0].departs
