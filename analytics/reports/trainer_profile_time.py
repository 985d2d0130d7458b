"""One trainer over time: weeks, control charts, the alarm that may be read every day, and how newcomers learn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.trainer_profile import NOTHING_TO_COMPARE, ProfileLog, check_lead, profile_log
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.anytime import sr_detector
from analytics.stats.trainers.chart_limits import chart_limits
from analytics.stats.trainers.control_charts import cusum, ewma, standardised_residuals
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.flag_cases import cases_and_performance
from analytics.stats.trainers.known_outcomes import known_outcomes
from analytics.stats.trainers.learning_curve import learning_curve
from analytics.stats.trainers.performance_cases import Performance, pooled, together
from analytics.stats.trainers.weekly_means import weekly_means
from analytics.store import Engine

SEED = 20_260_803
FEWEST = 40
"""Comparable judgments below which no chart is drawn: it would ring, or keep silent, by chance."""
MOST_POINTS = 400
"""Points of a chart that are kept; the signals are found on all of them."""
FIRST_S = 1e8
"""Orders below this are row numbers, not seconds since 1970."""
NEWCOMER_DAYS = 21
"""Somebody whose first judgment comes so many days after the log's first is a newcomer."""
SUREST = 0.98
"""Items on which everybody is right promise no more than this."""
ALARM_RATE = 1e-3
MOST_EVIDENCE = 9.0
"""Powers of ten at which the drawing of evidence ends."""
FALSE_ALARMS = 0.05
"""Chance that a control chart passes its limit by mistake over a whole series."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """Right answers beyond what the items promise in the week from `start`; nan with fewer than five judgments."""

    start: date
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPoint:
    """A chart after judgment number `n`, made at `when` (None where the log has no times)."""

    n: int
    when: datetime | None
    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlCharts:
    """The trainer's judgments in order, charted against what ordinary trainers reach on the same items.

    Attributes
    ----------
    n : int
        Judgments with an outcome and an expectation.
    average : tuple of ChartPoint
        Moving average in standard deviations, with its limits.
    average_signal : ChartPoint or None
        Where it first left its limits.
    falls : tuple of ChartPoint
        The CUSUM of results below expectation.
    limit : float
        Over it the CUSUM signals.
    falls_signal, falls_since : ChartPoint or None
        Where it first did; from where the fall is reckoned.
    false_alarms : float
        Chance that each chart ever passes its limit on just these items although nothing changed.
    evidence : tuple of ChartPoint
        The alarm's evidence, as powers of ten.
    alarm : ChartPoint or None
        Where it reached one over `alarm_rate`.
    alarm_rate : float
        False alarms per judgment at most, however often one looks.
    """

    n: int
    average: tuple[ChartPoint, ...]
    average_signal: ChartPoint | None
    falls: tuple[ChartPoint, ...]
    limit: float
    falls_signal: ChartPoint | None
    falls_since: ChartPoint | None
    false_alarms: float
    evidence: tuple[ChartPoint, ...]
    alarm: ChartPoint | None
    alarm_rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NewcomerCurve:
    """How a newcomer's share right grows with practice, beside the newcomers' common curve.

    Attributes
    ----------
    first_day : date or None
        Their first judgment.
    at : tuple of int
        Judgments made before, at which the curves are drawn.
    own, team, low, high : tuple of float
        Their curve; that of an average newcomer with its interval.
    observed : tuple of (judgments before, share, low, high, n)
        What was seen, in stretches.
    to_target, to_target_low, to_target_high : float
        Judgments until the target; inf where it is not in sight.
    target : float
    n_newcomers : int
    undefined : str or None
        Why there is no curve.
    """

    first_day: date | None
    at: tuple[int, ...]
    own: tuple[float, ...]
    team: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    observed: tuple[tuple[float, float, float, float, int], ...]
    to_target: float
    to_target_low: float
    to_target_high: float
    target: float
    n_newcomers: int
    undefined: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeProfile:
    """One trainer over time, on one criterion or on all of a project.

    Attributes
    ----------
    criteria : tuple of str
        What it rests on.
    n : int
        Judgments with a known outcome and an expectation.
    weeks : tuple of Week
    charts : ControlCharts or None
    curve : NewcomerCurve
    undefined : str or None
        Why there are no charts.
    """

    criteria: tuple[str, ...]
    n: int
    weeks: tuple[Week, ...]
    charts: ControlCharts | None
    curve: NewcomerCurve
    undefined: str | None


def time_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str | None, trainer_id: str
) -> TimeProfile:
    """Return one trainer over time; `criterion` None takes all criteria of the project together."""
    check_lead(scope)
    wanted = [criterion] if criterion is not None else _criteria(engine, scope, filters, project)
    logs = [
        profile_log(engine, scope, filters, project=project, criterion=name, trainer_id=trainer_id) for name in wanted
    ]
    known = [found for found in logs if found is not None]
    target = engine.settings.gold_target
    if not known:
        return TimeProfile(
            criteria=(), n=0, weeks=(), charts=None, curve=_no_curve(target, NOTHING_TO_COMPARE),
            undefined=NOTHING_TO_COMPARE,
        )  # fmt: skip
    performance = pooled([_performance(found) for found in known])
    both = together(performance.by_gold, performance.by_peers)
    mine = np.flatnonzero((performance.trainer == known[0].place) & both.usable)
    mine = mine[np.argsort(performance.order[mine], kind="stable")]
    at, residual, expected = performance.order[mine], both.residual[mine], both.mean[mine]
    # a promise of less than expected keeps the alarm honest; of one wrong answer in fifty it can still tell
    expected = np.minimum(expected, SUREST)
    settled = (expected > 1.0 - SUREST) & (at > FIRST_S)
    n = int(settled.sum())
    few = None
    if mine.size and not (at > FIRST_S).any():
        few = "the log holds no times, so there is no before and after"
    elif n < FEWEST:
        few = f"{n} judgments with an outcome and an expectation; from {FEWEST} on a chart says more than chance"
    return TimeProfile(
        criteria=tuple(found.log.criterion.criterion for found in known),
        n=mine.size,
        weeks=_weeks(at, residual),
        charts=None if few else _charts(at[settled], residual[settled], expected[settled]),
        curve=_newcomer(known, target),
        undefined=few,
    )


def _criteria(engine: Engine, scope: Scope, filters: Filters, project: str) -> list[str]:
    chosen = filters.replace(projects=(project,), trainers=(), teams=())
    found = [c.criterion for c in engine.criteria(scope, chosen) if c.scale.level not in ("ranking", "text")]
    if not found:
        raise FilterError(f"Project {project!r} has no criterion with labels to compare.")
    return found


def _performance(found: ProfileLog) -> Performance:
    log = found.log
    return cases_and_performance(
        CriterionLog(
            criterion=log.criterion.criterion, codes=log.codes,
            order=np.where(np.isnan(log.at), np.arange(log.at.size), log.at), gold=log.gold, values=log.values,
            shown_first=log.shown_first, tie=log.tie, stratum=log.topic, model=None,
        )
    )[1]  # fmt: skip


def _weeks(at: FloatArray, residual: FloatArray) -> tuple[Week, ...]:
    found = weekly_means(np.zeros(at.size, dtype=np.int64), at, residual, at > FIRST_S, n_trainers=1)
    return tuple(
        Week(
            start=datetime.fromtimestamp(float(start), tz=UTC).date(), value=float(found.value[0, w]),
            low=float(found.low[0, w]), high=float(found.high[0, w]), n=int(found.n[0, w]),
        )
        for w, start in enumerate(found.start_s)
    )  # fmt: skip


def _charts(at: FloatArray, residual: FloatArray, expected: FloatArray) -> ControlCharts:
    outcome = np.clip(residual + expected, 0.0, 1.0)
    z = standardised_residuals(outcome, expected)
    limits_held = chart_limits(expected, rng=np.random.default_rng(SEED), false_alarms=FALSE_ALARMS)
    average = ewma(z, target=0.0, sigma=1.0, limit=limits_held.ewma)
    falls = cusum(z, target=0.0, sigma=1.0, h=max(limits_held.cusum, 1e-9))
    alarm = sr_detector(outcome, expected, alpha=ALARM_RATE)
    evidence = np.minimum(np.asarray(alarm.log_e) / math.log(10.0), MOST_EVIDENCE)
    down = np.flatnonzero(np.asarray(falls.low) > falls.threshold)
    first_down = int(down[0]) if down.size else None
    start = None if first_down is None else first_down - int(falls.run_low[first_down]) + 1

    def point(k: int, value: FloatArray, low: FloatArray | None = None, high: FloatArray | None = None) -> ChartPoint:
        return ChartPoint(
            n=k + 1, when=datetime.fromtimestamp(float(at[k]), tz=UTC) if at[k] > FIRST_S else None,
            value=float(value[k]), low=math.nan if low is None else float(low[k]),
            high=math.nan if high is None else float(high[k]),
        )  # fmt: skip

    kept = np.unique(np.linspace(0, at.size - 1, min(at.size, MOST_POINTS)).astype(int))
    limits = (np.asarray(average.lower), np.asarray(average.upper))
    return ControlCharts(
        n=at.size,
        average=tuple(point(int(k), average.value, *limits) for k in kept),
        average_signal=None if average.first_signal is None else point(average.first_signal, average.value, *limits),
        falls=tuple(point(int(k), falls.low) for k in kept),
        limit=falls.threshold,
        falls_signal=None if first_down is None else point(first_down, falls.low),
        falls_since=None if start is None else point(start, falls.low),
        false_alarms=limits_held.false_alarms,
        evidence=tuple(point(int(k), evidence) for k in kept),
        alarm=None if alarm.alarm is None else point(alarm.alarm, evidence),
        alarm_rate=ALARM_RATE,
    )


def _newcomer(members: list[ProfileLog], target: float) -> NewcomerCurve:
    who = np.concatenate([found.log.codes.trainer for found in members])
    at = np.concatenate([found.log.at for found in members])
    right = np.concatenate(
        [known_outcomes(m.log.codes, m.log.gold, subjective=m.log.criterion.scale.subjective) for m in members]
    )
    dated = np.isfinite(at)
    if not dated.any():
        return _no_curve(target, "the log holds no times")
    m, j = members[0].log.codes.n_trainers, members[0].place
    first = np.full(m, np.inf)
    np.minimum.at(first, who[dated], at[dated])
    late = np.isfinite(first) & (first >= float(at[dated].min()) + NEWCOMER_DAYS * 86_400)
    if not late[j]:
        return _no_curve(
            target, f"they judge since the first {NEWCOMER_DAYS} days of this log; what they did before is not known"
        )
    rows = np.flatnonzero(dated & late[who])
    rows = rows[np.lexsort((at[rows], who[rows]))]
    practice = np.arange(rows.size) - np.searchsorted(who[rows], who[rows])
    known = np.isfinite(right[rows])
    people, outcome, before = who[rows][known], right[rows][known], practice[known].astype(np.float64)
    curve = learning_curve(people, before, outcome, n_trainers=m, target=target)
    if curve.undefined is not None:
        return _no_curve(target, curve.undefined)
    if not np.isfinite(curve.start[j]):
        return _no_curve(target, "none of their judgments is known to be right or wrong")
    return NewcomerCurve(
        first_day=datetime.fromtimestamp(float(first[j]), tz=UTC).date(),
        at=tuple(int(n) for n in curve.at),
        own=tuple(float(v) for v in curve.own(j)),
        team=tuple(float(v) for v in curve.team),
        low=tuple(float(v) for v in curve.low),
        high=tuple(float(v) for v in curve.high),
        observed=_observed(before[people == j], outcome[people == j]),
        to_target=float(curve.to_target[j]),
        to_target_low=float(curve.to_target_low[j]),
        to_target_high=float(curve.to_target_high[j]),
        target=target,
        n_newcomers=int(np.unique(people).size),
        undefined=None,
    )


def _observed(before: FloatArray, outcome: FloatArray) -> tuple[tuple[float, float, float, float, int], ...]:
    parts = np.array_split(np.arange(before.size), max(1, min(6, before.size // 8)))
    n = np.array([part.size for part in parts])
    hits = np.array([outcome[part].sum() for part in parts])
    found = binomial_intervals(hits, n)
    return tuple(
        (float(before[part].mean()), float(found.value[k]), float(found.low[k]), float(found.high[k]), int(n[k]))
        for k, part in enumerate(parts)
        if part.size
    )


def _no_curve(target: float, why: str) -> NewcomerCurve:
    return NewcomerCurve(
        first_day=None, at=(), own=(), team=(), low=(), high=(), observed=(), to_target=math.nan,
        to_target_low=math.nan, to_target_high=math.nan, target=target, n_newcomers=0, undefined=why,
    )  # fmt: skip
