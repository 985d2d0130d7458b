"""The Overview: is quality all right, and what changed that is real."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from analytics.core.filters import Filters
from analytics.core.numerals import coefficient, day
from analytics.core.results import Coefficient
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.reports.agreement import criterion_agreement
from analytics.reports.counts import (
    CriterionCounts,
    counts_by_slice,
    criterion_counts,
    no_counts,
    text_counts,
    texts_by_criterion,
)
from analytics.reports.overview_next import NextStep, next_steps
from analytics.reports.overview_team import TeamStrip, team_strip
from analytics.stats.inference.comparison import Difference, difference_of_independent
from analytics.stats.inference.multiple_testing import discoveries
from analytics.stats.inference.verdict import verdict
from analytics.store import Engine
from analytics.store.engine import Session

WEEKS_SHOWN = 12
COMPARABLE = ("krippendorff_alpha",)
"""The one coefficient that every scale has; different coefficients must not stand on one scale."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionOverview:
    """One row of the Overview.

    Attributes
    ----------
    headline : str
        Name of the coefficient in `current`: Krippendorff's alpha for every scale, so that rows can stand in one chart.
        The coefficient that is best for the criterion alone stands on the page Agreement.
    current : Coefficient
        The coefficient of the period (of the whole selection where judgments carry no times).
    previous : Coefficient or None
        The same for the period of equal length before it; None where there is none.
    change : Difference or None
        current - previous, for this team on other items, with its interval and test.
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
    current: Coefficient
    previous: Coefficient | None
    change: Difference | None
    q_value: float
    real: bool
    weekly: tuple[float, ...]
    verdict: str | None
    provisional: bool
    n_items_paired: int
    n_judgments: int
    n_trainers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What came in in one week (its Monday): judgments, items, items per criterion (all, judged twice), gold."""

    start: date
    n_judgments: int
    n_items: int
    n_trainers: int
    n_units: int
    n_units_paired: int
    n_gold: int
    n_gold_right: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """What a period's numbers rest on.

    Attributes
    ----------
    n_judgments, n_trainers : int
        Counted judgments, and the trainers who made them.
    n_items, n_items_paired : int
        Items of each criterion, added up: all, and those judged twice or more.
    n_distinct_items : int
        Items, whatever the number of criteria they were judged on.
    n_gold, n_gold_right : int
        Judgments on items with gold, and those that agree with it.
    """

    n_judgments: int
    n_trainers: int
    n_items: int
    n_items_paired: int
    n_distinct_items: int
    n_gold: int
    n_gold_right: int


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
    team : TeamStrip
        The period's trainers.
    next_steps : tuple of NextStep
        What there is a reason to do, the most pressing first.
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
    team: TeamStrip
    next_steps: tuple[NextStep, ...]
    simulated: bool

    def to_document(self) -> dict[str, Any]:
        """Return what `overview --json` prints."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)} | {"filters": self.filters.to_dict()}


def overview_report(engine: Engine, scope: Scope, filters: Filters) -> OverviewReport:
    """Return the Overview for the last period of the selection, beside the period of equal length before it.

    Without times in the log, or with all of it in one period, the whole selection is shown; `no_period` says why.
    """
    with engine.session(scope, filters.replace(since=None)) as session:
        first, last, _ = session.rows("first_last")[0]
        edges = period_edges(filters, first, last, engine.settings.period_days)
        if edges is None:
            now, before, weekly = list(criterion_counts(session)), {}, {}
        else:
            periods = counts_by_slice(session, "counts_by_period", edges=list(edges))
            in_period = {c.criterion.code: c for c in periods if c.slice == "1"}
            undated = {code for (code,) in session.rows("undated")}
            whole = {c.criterion.code: c for c in criterion_counts(session)} if undated else {}
            now = [
                whole[c.code] if c.code in undated else in_period.get(c.code, no_counts(c)) for c in session.criteria()
            ]
            before = {c.criterion.code: c for c in periods if c.slice == "0"}
            for code, texts in texts_by_criterion(session).items() if any(c.level == "text" for c in now) else ():
                place = next(k for k, c in enumerate(now) if c.criterion.code == code)
                if code not in undated:
                    now[place] = text_counts(now[place].criterion, texts.between(edges[1], edges[2]))
                    before[code] = text_counts(now[place].criterion, texts.between(edges[0], edges[1]))
            weekly = _weekly(session, edges[-1])
        weeks = tuple(
            Week(
                start=w,
                n_judgments=j,
                n_items=i,
                n_trainers=t,
                n_units=u,
                n_units_paired=paired,
                n_gold=g,
                n_gold_right=r,
            )
            for w, j, i, t, u, paired, g, r in session.rows("weeks")
        )
        facts = {p: rest for p, *rest in session.rows("period_facts", edges=list(edges) if edges else None)}
        snapshot_id = session.snapshot.id
        team = team_strip(session, now, engine.settings)
    rows = [_row(c, before.get(c.criterion.code), weekly.get(c.criterion.code, ()), engine) for c in now]
    p_values = [math.nan if row.change is None else row.change.p_value for row in rows]
    found = discoveries(p_values, level=engine.settings.false_discovery)
    rows = [
        dataclasses.replace(row, q_value=float(q), real=bool(real))
        for row, q, real in zip(rows, found.q_values, found.rejected, strict=True)
    ]
    support = _support(now, facts.get(1))
    period = None if edges is None else _days(edges[1], edges[2])
    earlier = None if edges is None else _days(edges[0], edges[1])
    return OverviewReport(
        snapshot_id=snapshot_id,
        filters=filters,
        period=period,
        previous_period=earlier,
        no_period=None if edges else _no_period(first),
        now=support,
        before=_support(list(before.values()), facts.get(0)) if before else None,
        weeks=weeks,
        criteria=tuple(rows),
        sentence=_sentence(rows, period),
        team=team,
        next_steps=next_steps(rows, now, team, support, engine.settings),
        simulated=(engine.store.path / "planted_truth.json").exists(),
    )


def period_edges(
    filters: Filters, first: datetime | None, last: datetime | None, days: int
) -> tuple[datetime, datetime, datetime] | None:
    """Return (start of the period before, start of the period, end), or None where there is no period before.

    The period is the selection's days where `since` is set, else the last `days` days up to `until` or the last one.
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
    agreement = criterion_agreement(now, engine, names=COMPARABLE if now.texts is None else None)
    current = agreement.coefficients[0]
    only = (current.name,)
    previous = change = None
    if before is not None:
        previous = criterion_agreement(before, engine, names=only).coefficient(current.name)
        change = difference_of_independent(
            criterion_agreement(now, engine, names=only, interval="items").coefficient(current.name),
            criterion_agreement(before, engine, names=only, interval="items").coefficient(current.name),
            settings.confidence,
        )
    return CriterionOverview(
        project=agreement.project,
        criterion=agreement.criterion,
        level=agreement.level,
        inferred=agreement.inferred,
        target=now.scale.target,
        headline=current.name,
        current=current,
        previous=previous,
        change=change,
        q_value=math.nan,
        real=False,
        weekly=tuple(_week_value(w, engine, current.name) for w in weekly),
        verdict=verdict(current, [(b.name, b.low) for b in settings.bands]),
        provisional=agreement.n_items_paired < settings.provisional_below,
        n_items_paired=agreement.n_items_paired,
        n_judgments=agreement.n_judgments,
        n_trainers=agreement.n_trainers,
    )


def _week_value(week: CriterionCounts | None, engine: Engine, name: str) -> float:
    if week is None or week.patterns.n_items_paired < engine.settings.minimum_items:
        return math.nan
    return criterion_agreement(week, engine, interval="items", names=(name,)).coefficient(name).value


def _support(counts: Sequence[CriterionCounts], facts: Sequence[int] | None) -> Support:
    n_items, n_gold, n_gold_right = facts or (0, 0, 0)
    return Support(
        n_distinct_items=n_items,
        n_gold=n_gold,
        n_gold_right=n_gold_right,
        n_judgments=sum(c.patterns.n_judgments for c in counts),
        n_trainers=len({int(t) for c in counts for t in c.trainer_codes}),
        n_items=sum(c.patterns.n_items for c in counts),
        n_items_paired=sum(c.patterns.n_items_paired for c in counts),
    )


def _sentence(rows: Sequence[CriterionOverview], period: tuple[date, date] | None) -> str:
    """Say what changed and whether it is real, in one sentence."""
    if not rows:
        return "There is nothing to measure yet."
    if period is None:
        return "There is no earlier period to compare with."
    changed = [r for r in rows if r.real and r.change is not None and r.previous is not None]
    compared = [r for r in rows if r.change is not None and r.change.defined]
    if not compared:
        return "No criterion has enough judgments in both periods to compare them."
    if not changed:
        return f"Nothing changed beyond noise since {day(period[0])}: {len(compared)} criteria compared."
    changed.sort(key=lambda r: r.change.value if r.change else 0.0)
    parts = [
        f"{r.criterion} {'fell' if r.change and r.change.value < 0 else 'rose'} from "
        f"{coefficient(r.previous.value if r.previous else math.nan)} to {coefficient(r.current.value)}"
        for r in changed
    ]
    rest = len(compared) - len(changed)
    ending = f"; the other {rest} are within noise" if rest else ""
    verb = "that is not noise" if len(changed) == 1 else "these are not noise"
    return f"{'; '.join(parts)} since {day(period[0])}, and {verb}{ending}."
