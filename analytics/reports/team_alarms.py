"""Alarms over the team: who does worse than ordinary trainers on the same items, safe to look at every day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.team_figures import team_logs
from analytics.reports.trainer_log import TrainerLog, order_of
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.flag_cases import cases_and_performance
from analytics.stats.trainers.performance_cases import Performance, pooled, together
from analytics.stats.trainers.team_alarms import team_alarms
from analytics.store import Engine

FIRST_S = 1e8
"""Orders below this are row numbers, not seconds since 1970."""
FEWEST = 40
NOBODY = f"nobody has {FEWEST} judgments on items with gold or with others' judgments"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerAlarm:
    """One trainer in one project.

    Attributes
    ----------
    trainer_id, display_name, project : str
    log10_e : float
        Evidence that they do worse than promised, as a power of ten: 2 is a hundred to one.
    named : bool
        Chosen over the team (e-BH).
    rang_on : date or None
        Day on which the daily alarm first rang; None where it did not or the log has no times.
    rang : bool
        Whether it rang.
    n : int
        Judgments watched.
    """

    trainer_id: str
    display_name: str
    project: str
    log10_e: float
    named: bool
    rang_on: date | None
    rang: bool
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamAlarmsReport:
    """Alarms of every project.

    Attributes
    ----------
    snapshot_id : str
    filters : Filters
    rows : tuple of TrainerAlarm
        By name; those with 40 judgments or more.
    n_few : int
        Trainers with fewer.
    false_discovery, alarm_rate, margin : float
        Share of mistakes among the named, false rings per judgment, share of guesses not worth speaking of.
    subjective : tuple of str
        Criteria left out as matters of opinion.
    undefined : str or None
        Why there are no alarms.
    """

    snapshot_id: str
    filters: Filters
    rows: tuple[TrainerAlarm, ...]
    n_few: int
    false_discovery: float
    alarm_rate: float
    margin: float
    subjective: tuple[str, ...]
    undefined: str | None


def team_alarms_report(engine: Engine, scope: Scope, filters: Filters) -> TeamAlarmsReport:
    """Return the alarms of every trainer in every project; matters of opinion do not count."""
    settings = engine.settings
    rows: list[TrainerAlarm] = []
    n_few, rate, margin = 0, math.nan, math.nan
    with team_logs(engine, scope, filters) as found:
        subjective = tuple(name for name, log in found.logs.items() if log.criterion.scale.subjective)
        for project, members in found.by_project().items():
            kept = [performance_of(name, log) for name, log in members.items() if name not in subjective]
            if not kept:
                continue
            whole = pooled(kept)
            alarms = team_alarms(
                together(whole.by_gold, whole.by_peers), whole.trainer, whole.order, n_trainers=found.m,
                false_discovery=settings.false_discovery, fewest=FEWEST,
            )  # fmt: skip
            rate, margin = alarms.alarm_rate, alarms.margin
            for one in found.listed:
                n, at = int(alarms.n[one.index]), int(alarms.rang[one.index])
                if n < FEWEST:
                    n_few += bool(n)
                    continue
                when = float(whole.order[alarms.rows[one.index][at]]) if at >= 0 else 0.0
                rows.append(
                    TrainerAlarm(
                        trainer_id=one.trainer_id, display_name=one.display_name, project=project,
                        log10_e=float(alarms.log_e[one.index]) / math.log(10.0), named=bool(alarms.named[one.index]),
                        rang_on=datetime.fromtimestamp(when, tz=UTC).date() if when > FIRST_S else None, rang=at >= 0,
                        n=n,
                    )
                )  # fmt: skip
    return TeamAlarmsReport(
        snapshot_id=engine.snapshot_id, filters=filters, rows=tuple(rows), n_few=n_few,
        false_discovery=settings.false_discovery, alarm_rate=rate, margin=margin, subjective=subjective,
        undefined=None if rows else NOBODY,
    )  # fmt: skip


def performance_of(name: str, log: TrainerLog) -> Performance:
    """Return one criterion's outcomes against expectation, without a latent model."""
    return cases_and_performance(
        CriterionLog(
            criterion=name, codes=log.codes, order=order_of(log), gold=log.gold, values=log.values,
            shown_first=log.shown_first, tie=log.tie, stratum=log.topic, model=None,
        )
    )[1]  # fmt: skip
