"""When: agreement week by week, with the guideline versions that held."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from analytics.core.filters import Filters
from analytics.core.results import Coefficient
from analytics.core.scope import Scope
from analytics.reports.agreement import Interval, criterion_agreement
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.counts import CriterionCounts, counts_by_slice, text_counts
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.store import Engine

MOST_WEEKS = 104
"""Weeks of the trend, counted back from the last judgment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekAgreement:
    """One week (its Monday, UTC) and the coefficient on what was judged in it; nan below the minimum of items."""

    start: date
    value: float
    low: float
    high: float
    n_items_paired: int
    n_judgments: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A guideline version and the day from which it held: as declared, else its first judgment."""

    name: str
    since: date
    declared: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementTrend:
    """A coefficient week by week; `undefined` says why there is no trend."""

    provenance: Provenance
    coefficient: str
    whole: Coefficient
    weeks: tuple[WeekAgreement, ...]
    versions: tuple[Version, ...]
    undefined: str | None


def agreement_trend_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, interval: Interval = "two-way"
) -> AgreementTrend:
    """Return the headline coefficient week by week, and the versions of the guideline.

    Pairs are of judgments made in the same week. Weeks with fewer items judged twice than the settings' minimum have no
    value.
    """
    narrowed = of_one(filters, project, criterion)
    with engine.session(scope, narrowed) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        first, last, _ = session.rows("first_last")[0]
        edges = [] if first is None else week_edges(first, last)
        periods = counts_by_slice(session, "counts_by_period", edges=edges) if edges else ()
        rows = session.rows("agreement_versions", criterion_code=one.criterion.code)
    whole = criterion_agreement(one.counts, engine, interval=interval, names="headline")
    parts = {int(c.slice): c for c in periods}
    texts = one.counts.texts
    if texts is not None:
        spans = enumerate(pairwise(edges))
        parts = {k: text_counts(one.criterion, texts.between(start, end)) for k, (start, end) in spans}
    weeks = [
        _week(edges[k].date(), parts.get(k), whole.headline, engine, interval) for k in range(max(len(edges) - 1, 0))
    ]
    undefined = None
    if first is None:
        undefined = "The judgments of this criterion carry no times, so there is no trend."
    elif not any(math.isfinite(w.value) for w in weeks):
        minimum = engine.settings.minimum_items
        undefined = f"No week has {minimum} items with two judgments made in that week, so there is no trend."
    return AgreementTrend(
        provenance=provenance_of(one, interval),
        coefficient=whole.headline,
        whole=whole.main,
        weeks=tuple(weeks),
        versions=tuple(v for v in (_version(*row) for row in rows) if v is not None),
        undefined=undefined,
    )


def week_edges(first: datetime, last: datetime) -> list[datetime]:
    """Return the Mondays that bound the weeks from `first` to `last`, at most `MOST_WEEKS` weeks, the newest kept."""

    def monday(when: datetime) -> datetime:
        utc = when.astimezone(UTC)
        return datetime(utc.year, utc.month, utc.day, tzinfo=UTC) - timedelta(days=utc.weekday())

    end = monday(last) + timedelta(weeks=1)
    n = min((end - monday(first)).days // 7, MOST_WEEKS)
    return [end - timedelta(weeks=k) for k in range(n, -1, -1)]


def _week(start: date, counts: CriterionCounts | None, name: str, engine: Engine, interval: Interval) -> WeekAgreement:
    n = 0 if counts is None else counts.patterns.n_items_paired
    if counts is None or n < engine.settings.minimum_items:
        judged = 0 if counts is None else counts.patterns.n_judgments
        return WeekAgreement(
            start=start, value=math.nan, low=math.nan, high=math.nan, n_items_paired=n, n_judgments=judged
        )
    found = criterion_agreement(counts, engine, interval=interval, names=(name,)).coefficient(name)
    return WeekAgreement(
        start=start,
        value=found.value,
        low=found.low,
        high=found.high,
        n_items_paired=n,
        n_judgments=counts.patterns.n_judgments,
    )


def _version(name: str, declared: str | None, first: datetime | None, n: int) -> Version | None:
    del n
    if declared:
        try:
            return Version(name=name, since=datetime.fromisoformat(declared).date(), declared=True)
        except ValueError:
            pass
    return None if first is None else Version(name=name, since=first.astimezone(UTC).date(), declared=False)
