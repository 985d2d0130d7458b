"""Are the numbers right? Every one that is shown, once more from the raw rows, by other people's code."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analytics.core.filters import Filters
from analytics.core.scale import SET_SEPARATOR
from analytics.core.scope import Scope
from analytics.reports.agreement import CriterionAgreement, criterion_agreement
from analytics.reports.agreement_detail import each_label
from analytics.reports.agreement_pairs import agreement_pairs_report
from analytics.reports.counts import CriterionCounts
from analytics.reports.one_criterion import criteria_offered, one_criterion
from analytics.reports.recomputed import LOOP, SKLEARN, RawCriterion, pair_kappa, recomputed, specific
from analytics.store import Engine

TOLERANCE = 1e-9
"""Two computations of one number may differ by this much and are equal: sums taken in another order."""

MOST_PAIRS = 30
"""Pairs of trainers that are compared: those that share the most items."""
UNDEFINED = "undefined in both"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One number, as shown and as recomputed.

    Attributes
    ----------
    number : str
        Name of the coefficient or count; "specific_agreement: harmful" for a label.
    shown, recomputed : float
        nan where undefined.
    difference : float
        shown - recomputed; 0 where both are undefined, nan where only one is.
    equal : bool
    oracle : str
        What recomputed it.
    """

    project: str
    criterion: str
    number: str
    shown: float
    recomputed: float
    difference: float
    equal: bool
    oracle: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VerificationReport:
    """What was compared, and what could not be.

    Attributes
    ----------
    not_checked : tuple of (project, criterion, number)
        Numbers without an independent implementation.
    n_rows : int
        Raw rows that were read.
    """

    snapshot_id: str
    filters: Filters
    tolerance: float
    checks: tuple[Check, ...]
    not_checked: tuple[tuple[str, str, str], ...]
    n_rows: int

    @property
    def equal(self) -> bool:
        """True where every number compared is equal."""
        return all(c.equal for c in self.checks)

    @property
    def largest_difference(self) -> float:
        """The largest difference found; inf where a number is defined on one side alone."""
        apart = [math.inf if math.isnan(c.difference) else abs(c.difference) for c in self.checks]
        return max(apart, default=0.0)

    def to_document(self) -> dict[str, Any]:
        """Return the document that `verify --json` prints."""
        return {
            "snapshot_id": self.snapshot_id,
            "filters": self.filters.to_dict(),
            "equal": self.equal,
            "tolerance": self.tolerance,
            "n_rows": self.n_rows,
            "checks": list(self.checks),
            "not_checked": [{"project": p, "criterion": c, "number": n} for p, c, n in self.not_checked],
        }


def verification_report(engine: Engine, scope: Scope, filters: Filters) -> VerificationReport:
    """Recompute the counts and coefficients of every selected criterion from raw rows and compare.

    The raw rows are read without filters; filters, the choice of rounds, statuses and people, the units of analysis and
    the coefficients are all done again in plain Python, the krippendorff package and scikit-learn. Intervals are not
    compared: nobody else computes them.
    """
    checks: list[Check] = []
    missing: list[tuple[str, str, str]] = []
    n_rows = 0
    for offered in criteria_offered(engine, scope, filters):
        made = verified_criterion(engine, scope, filters, project=offered.project, criterion=offered.criterion)
        checks += made.checks
        missing += made.not_checked
        n_rows += made.n_rows
    return VerificationReport(
        snapshot_id=engine.snapshot_id,
        filters=filters,
        tolerance=TOLERANCE,
        checks=tuple(checks),
        not_checked=tuple(missing),
        n_rows=n_rows,
    )


def verified_criterion(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> VerificationReport:
    """Recompute the counts and coefficients of one criterion from raw rows and compare."""
    one = one_criterion(engine, scope, filters, project=project, criterion=criterion)
    counts = one.counts
    agreement = criterion_agreement(counts, engine, interval="items")
    with engine.session(scope, Filters(projects=(project,), criteria=(criterion,))) as session:
        rows = session.frame("agreement_raw_rows", criterion_code=one.criterion.code).to_dict("records")
    raw, left_out = raw_criterion(rows, one.filters, counts)
    compared = list(_counts(raw, left_out, agreement))
    missing = []
    for c in agreement.coefficients:
        again = None if counts.level == "text" else recomputed(c.name, raw)
        if again is None:
            missing.append((project, criterion, c.name))
        else:
            compared.append((c.name, c.value, *again))
    for label in each_label(counts, "items", engine.settings.confidence):
        flag = counts.level == "set"
        again_specific = specific(
            raw,
            lambda x, y=label.label, f=flag: y in x.split(SET_SEPARATOR) if f else x == y,  # type: ignore[misc]
        )
        compared.append((f"specific_agreement: {label.label}", label.agreement.specific.value, again_specific, LOOP))
    compared += _pairs(engine, scope, filters, raw, project, criterion)
    return VerificationReport(
        snapshot_id=one.snapshot_id,
        filters=one.filters,
        tolerance=TOLERANCE,
        checks=tuple(_check(project, criterion, *one_number) for one_number in compared),
        not_checked=tuple(missing),
        n_rows=len(rows),
    )


def _pairs(
    engine: Engine, scope: Scope, filters: Filters, raw: RawCriterion, project: str, criterion: str
) -> Iterator[tuple[str, float, float, str]]:
    report = agreement_pairs_report(engine, scope, filters, project=project, criterion=criterion)
    weights = "quadratic" if report.coefficient == "cohen_kappa_quadratic" else None
    ids = [t.trainer_id for t in report.trainers]
    for pair in sorted(report.pairs, key=lambda p: (-p.n_shared, p.a, p.b))[:MOST_PAIRS]:
        again = pair_kappa(raw, ids[pair.a], ids[pair.b], weights)
        if again is not None:
            name = f"{report.coefficient}: {ids[pair.a]} with {ids[pair.b]}"
            yield name, pair.kappa, again, SKLEARN


def raw_criterion(
    rows: list[dict[Any, Any]], filters: Filters, counts: CriterionCounts
) -> tuple[RawCriterion, Counter[str]]:
    """Choose the rows that count, in plain Python, and say why others do not."""
    units: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    left_out: Counter[str] = Counter()
    scale = set(counts.labels)
    for row in rows:
        if not _selected(row, filters):
            continue
        if row["status"] != "submitted":
            left_out[row["status"]] += 1
        elif row["kind"] == "model":
            left_out["by_models"] += 1
        elif row["round"] > 1:
            left_out["repeats"] += 1
        elif counts.level != "text" and row["label"] not in scale:
            left_out["outside_scale"] += 1
        else:
            units[row["item_id"], int(row["version_code"])][row["trainer_id"]] = row["label"]
    left_out["only_judgment"] = sum(len(u) == 1 for u in units.values())
    raw = RawCriterion(units=tuple(units.values()), labels=counts.labels, values=counts.values, level=counts.level)
    return raw, left_out


def _selected(row: dict[Any, Any], f: Filters) -> bool:
    chosen = (
        (f.trainers, "trainer_id"),
        (f.teams, "team"),
        (f.topics, "topic"),
        (f.languages, "language"),
        (f.guideline_versions, "version"),
        (f.batches, "batch"),
    )
    if any(values and row[column] not in values for values, column in chosen):
        return False
    if f.since is None and f.until is None:
        return True
    when = row["judged_at"]
    if when is None or when != when:
        return False
    day = datetime.fromtimestamp(when.timestamp(), tz=UTC).date()
    return (f.since is None or day >= f.since) and (f.until is None or day <= f.until)


def _counts(
    raw: RawCriterion, left_out: Counter[str], agreement: CriterionAgreement
) -> Iterator[tuple[str, float, float, str]]:
    yield "n_items", agreement.n_items, len(raw.units), LOOP
    yield "n_items_paired", agreement.n_items_paired, sum(len(u) > 1 for u in raw.units), LOOP
    yield "n_judgments", agreement.n_judgments, sum(len(u) for u in raw.units), LOOP
    yield "n_trainers", agreement.n_trainers, len(raw.trainers), LOOP
    for reason in sorted(set(agreement.left_out) | {r for r, n in left_out.items() if n}):
        yield f"left out: {reason}", agreement.left_out.get(reason, 0), left_out[reason], LOOP


def _check(project: str, criterion: str, number: str, shown: float, again: float, oracle: str) -> Check:
    shown, again = float(shown), float(again)
    neither = math.isnan(shown) and math.isnan(again)
    difference = 0.0 if neither else shown - again
    return Check(
        project=project,
        criterion=criterion,
        number=number,
        shown=shown,
        recomputed=again,
        difference=difference,
        equal=not math.isnan(difference) and abs(difference) <= TOLERANCE,
        oracle=UNDEFINED if neither else oracle,
    )
