"""`verify` finds what is equal equal, and what is not, not."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.reports import verification
from analytics.reports.recomputed import KRIPPENDORFF, ORACLES, SKLEARN, RawCriterion, pair_kappa, recomputed, specific
from analytics.reports.verification import MOST_PAIRS, UNDEFINED, verification_report
from analytics.stats.agreement.coefficients import COEFFICIENTS
from analytics.store import Engine
from tests.reports.log import LABELS

LEAD = Scope()
FILTERS = [
    Filters(),
    Filters(criteria=("tone",), topics=("law", "satire"), languages=("en",)),
    Filters(criteria=("harm",), since=date(2026, 8, 10), until=date(2026, 8, 30)),
    Filters(criteria=("tone", "flags"), trainers=("t1", "t2")),
    Filters(criteria=("harm",), teams=("team1",), guideline_versions=("v1",), batches=("b1",)),
    Filters(projects=("q",)),
]
NO_ORACLE = {"kendall_w"}


@pytest.mark.parametrize("filters", FILTERS, ids=lambda f: "+".join(f.to_dict()) or "all")
def test_every_number_is_equal(log_engine: Engine, filters: Filters) -> None:
    report = verification_report(log_engine, LEAD, filters)
    assert report.equal, [c for c in report.checks if not c.equal]
    assert report.largest_difference <= 1e-9
    assert report.checks
    assert not report.not_checked
    json.dumps(jsonable(report.to_document()), allow_nan=False)


def test_packages_take_part_and_two_trainers_bring_in_scikit_learn(log_engine: Engine) -> None:
    whole = verification_report(log_engine, LEAD, Filters(criteria=tuple(LABELS)))
    assert {c.oracle for c in whole.checks} == {KRIPPENDORFF, SKLEARN, "plain loop", UNDEFINED}
    pairs = [c.number for c in whole.checks if c.oracle == SKLEARN]
    assert 80 < len(pairs) <= 3 * MOST_PAIRS  # a pair that only ever gave one label has no kappa
    assert any(n.startswith("cohen_kappa_quadratic: t") for n in pairs)
    two = verification_report(log_engine, LEAD, Filters(criteria=("tone",), trainers=("t1", "t2")))
    by_sklearn = {c.number for c in two.checks if c.oracle == SKLEARN}
    kappas = {"cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic"}
    assert by_sklearn == kappas | {"cohen_kappa_quadratic: t1 with t2"}
    by_value = {c.number: c.shown for c in two.checks}
    assert by_value["cohen_kappa_quadratic"] == pytest.approx(by_value["cohen_kappa_quadratic: t1 with t2"])


def _off_by_a_little(real: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        changed = tuple(
            dataclasses.replace(c, value=c.value + 1e-6) if c.name == "krippendorff_alpha" and c.defined else c
            for c in found.coefficients
        )
        return dataclasses.replace(found, coefficients=changed, n_items=found.n_items + 1)

    return wrong


def test_a_wrong_number_is_found_and_its_difference_named(log_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "criterion_agreement", _off_by_a_little(verification.criterion_agreement))
    report = verification_report(log_engine, LEAD, Filters(criteria=("tone",)))
    assert not report.equal
    wrong = {c.number: c.difference for c in report.checks if not c.equal}
    assert set(wrong) == {"krippendorff_alpha", "n_items"}
    assert wrong["krippendorff_alpha"] == pytest.approx(1e-6, rel=1e-3)
    assert wrong["n_items"] == 1.0


def test_a_number_that_only_one_side_has_is_a_difference() -> None:
    found = verification._check("p", "c", "x", math.nan, 0.5, "plain loop")
    assert not found.equal
    assert math.isnan(found.difference)
    assert verification._check("p", "c", "x", math.nan, math.nan, "plain loop").equal


def test_every_registered_coefficient_has_an_oracle_or_stands_in_the_list() -> None:
    assert set(COEFFICIENTS) - set(ORACLES) == NO_ORACLE
    assert not set(ORACLES) - set(COEFFICIENTS)


def test_by_hand() -> None:
    units = [{"a": "x", "b": "x"}, {"a": "x", "b": "y"}, {"a": "y", "b": "y"}, {"a": "y"}]
    raw = RawCriterion(units=units, labels=("x", "y"), values=(0.0, 1.0), level="nominal")
    assert recomputed("percent_agreement", raw) == (pytest.approx(2 / 3), "plain loop")
    assert specific(raw, lambda x: x == "x") == pytest.approx(2 / 3)
    # observed 2/3; a says x 2 of 3 times, b 1 of 3: chance 2/9 + 2/9
    assert pair_kappa(raw, "a", "b") == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert recomputed("cohen_kappa", raw) == (pytest.approx(0.4), SKLEARN)
    assert recomputed("krippendorff_alpha_text", raw) is None
    uneven = RawCriterion(units=units, labels=("x", "y", "z"), values=(0.0, 1.0, 5.0), level="interval")
    assert pair_kappa(uneven, "a", "b", "quadratic") is None
    alone = RawCriterion(units=units[-1:], labels=("x", "y"), values=(0.0, 1.0), level="nominal")
    found = recomputed("fleiss_kappa", alone)
    assert found is not None
    assert math.isnan(found[0])
