"""Is quality all right, and what changed that is real?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analytics.core.filters import Filters
from analytics.core.results import Coefficient, Estimate
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.reports.agreement import criterion_agreement
from analytics.reports.counts import CriterionCounts, counts_by_slice, criterion_counts
from analytics.stats.comparison import difference_independent
from analytics.stats.multiple_testing import benjamini_hochberg
from analytics.store import Engine
from analytics.store.engine import Session

WEEKS_SHOWN = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionOverview:
    """One row of the Overview.

    Attributes
    ----------
    current : Coefficient
        The headline coefficient of the period (of the whole selection where judgments carry no times).
    previous : Coefficient or None
        The same for the period of equal length before it; None where there is none.
    change : Estimate or None
        current - previous with interval and `q_value`.
    q_value : float
        The change's p-value after control of false discoveries over the criteria shown; nan without a change.
    real : bool
        True where the change is not noise: q_value at most the settings' false-discovery share.
    weekly : tuple of float
        The coefficient in each of the last weeks, the oldest first; nan where a week has too few items.
    verdict : str
        The best band of the settings that the coefficient reaches with 95 % probability.
    provisional : bool
        True where fewer items than the settings ask for were judged twice.
    """

    project: str
    criterion: str
    level: Level
    inferred: bool
    target: float | None
    headline: str
    headline_reason: str
    current: Coefficient
    previous: Coefficient | None
    change: Estimate | None
    q_value: float
    real: bool
    weekly: tuple[float, ...]
    verdict: str
    provisional: bool
    n_items_paired: int
    n_judgments: int
    n_trainers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What came in in one week (its Monday), and accuracy on gold."""

    start: date
    n_judgments: int
    n_items: int
    n_trainers: int
    n_gold: int
    n_gold_right: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """What a period's agreement rests on: counted judgments and trainers, and items per criterion (all, judged twice)."""

    n_judgments: int
    n_trainers: int
    n_items: int
    n_items_paired: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewReport:
    """Everything the Overview shows.

    Attributes
    ----------
    period, previous_period : (first day, last day) or None
    no_period : str or None
        Why there is no period to compare with.
    now, before : Support
        What the period and the one before it rest on; the whole selection where there is no period.
    sentence : str
        What changed, in words, and whether it is real.
    """

    snapshot_id: str
    filters: Filters
    period: tuple[date, date] | None
    previous_period: tuple[date, date] | None
    no_period: str | None
    now: Support
    before: Support | None
    weeks: tuple[Week, ...]
    criteria: tuple[CriterionOverview, ...]
    sentence: str
    simulated: bool


def overview_report(engine: Engine, scope: Scope, filters: Filters) -> OverviewReport:
    """Return the Overview for the last period of the selection, beside the period of equal length before it.

    Without times in the log, or with all of it inside one period, the whole selection is shown and `no_period` says why.
    """
    with engine.session(scope, filters.replace(since=None)) as session:
        first, last, _ = session.rows("first_last")[0]
        edges = period_edges(filters, first, last, engine.settings.period_days)
        if edges is None:
            now, before, weekly = list(criterion_counts(session)), {}, {}
        else:
            periods = counts_by_slice(session, "counts_by_period", edges=list(edges))
            in_period = {c.criterion.code: c for c in periods if c.slice == "1"}
            now = [in_period.get(c.code, no_counts(c)) for c in session.criteria()]
            before = {c.criterion.code: c for c in periods if c.slice == "0"}
            weekly = _weekly(session, edges[-1])
        weeks = tuple(
            Week(start=w, n_judgments=j, n_items=i, n_trainers=t, n_gold=g, n_gold_right=r)
            for w, j, i, t, g, r in session.rows("weeks")
        )
        snapshot_id = session.snapshot.id
    rows = [_row(c, before.get(c.criterion.code), weekly.get(c.criterion.code, ()), engine) for c in now]
    with_change = [k for k, row in enumerate(rows) if row.change is not None and row.change.defined]
    found = discoveries([_p_value(rows[k].change) for k in with_change], level=engine.settings.false_discovery)
    for place, k in enumerate(with_change):
        q = float(found.q_values[place])
        rows[k] = dataclasses.replace(rows[k], q_value=q, real=bool(found.rejected[place]))
    period = None if edges is None else _days(edges[1], edges[2])
    earlier = None if edges is None else _days(edges[0], edges[1])
    return OverviewReport(
        snapshot_id=snapshot_id,
        filters=filters,
        period=period,
        previous_period=earlier,
        no_period=None if edges else _no_period(first),
        now=_support(now),
        before=_support(list(before.values())) if before else None,
        weeks=weeks,
        criteria=tuple(rows),
        sentence=_sentence(rows, period),
        simulated=(engine.store.path / "planted_truth.json").exists(),
    )


def period_edges(
    filters: Filters, first: datetime | None, last: datetime | None, days: int
) -> tuple[datetime, datetime, datetime] | None:
    """Return (start of the period before, start of the period, end), or None where there is no period before.

    The period is the selection's days where `since` is set, else the last `days` days up to `until` or the last judgment.
    """
    if first is None or last is None:
        return None
    end = _midnight(filters.until or last.date()) + timedelta(days=1)
    start = _midnight(filters.since) if filters.since else end - timedelta(days=days)
    before = start - (end - start)
    return None if first >= start else (before, start, end)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _days(start: datetime, end: datetime) -> tuple[date, date]:
    return start.date(), (end - timedelta(days=1)).date()


def _no_period(first: datetime | None) -> str:
    if first is None:
        return "The judgments carry no times, so there is no period to compare with: this is the whole log."
    return "There is nothing before this period, so nothing to compare it with."


def _weekly(session: Session, end: datetime) -> dict[int, tuple[CriterionCounts | None, ...]]:
    edges = [end - timedelta(weeks=k) for k in range(WEEKS_SHOWN, -1, -1)]
    out: dict[int, list[CriterionCounts | None]] = {}
    for c in counts_by_slice(session, "counts_by_period", edges=edges):
        out.setdefault(c.criterion.code, [None] * WEEKS_SHOWN)[int(c.slice)] = c
    return {code: tuple(weeks) for code, weeks in out.items()}


def _row(
    now: CriterionCounts, before: CriterionCounts | None, weekly: tuple[CriterionCounts | None, ...], engine: Engine
) -> CriterionOverview:
    settings = engine.settings
    agreement = criterion_agreement(now, engine)
    current = agreement.main
    previous = None if before is None else criterion_agreement(before, engine, names=(current.name,)).coefficient(current.name)
    change = None
    if previous is not None and previous.defined and current.defined:
        change = difference_of_independent(current, previous)
    minimum = settings.minimum_items
    return CriterionOverview(
        project=agreement.project,
        criterion=agreement.criterion,
        level=agreement.level,
        inferred=agreement.inferred,
        target=now.scale.target,
        headline=current.name,
        headline_reason=agreement.headline_reason,
        current=current,
        previous=previous,
        change=change,
        q_value=math.nan,
        real=False,
        weekly=tuple(
            math.nan
            if w is None or w.patterns.n_items_paired < minimum
            else criterion_agreement(w, engine, interval="items", names=(current.name,)).coefficient(current.name).value
            for w in weekly
        ),
        verdict=verdict(current, settings),
        provisional=agreement.n_items_paired < settings.provisional_below,
        n_items_paired=agreement.n_items_paired,
        n_judgments=agreement.n_judgments,
        n_trainers=agreement.n_trainers,
    )
