"""Pace: how long people take on the same items, how much is rapid, and what sessions do to the answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.team_alarms import performance_of
from analytics.reports.team_figures import TeamFigure, TeamLogs, team_figure, team_logs
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.trainers.pace import pace
from analytics.stats.trainers.performance_cases import pooled, together
from analytics.stats.trainers.session_order import fatigue
from analytics.store import Engine

NO_TIMES = "the log does not say how long a judgment took"
NO_SESSIONS = "the log does not say where in a session a judgment stands"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectPace:
    """One project, all its criteria together.

    Attributes
    ----------
    project : str
    relative_time : TeamFigure or None
        Time against others on the same items and text lengths; 1 is like others.
    rapid : TeamFigure or None
        Share of judgments in under a tenth of the others' mean time.
    fatigue : TeamFigure or None
        Change of right answers beyond expectation per 100 judgments within a session; 0 is none.
    n_timed, n_judgments : int
    no_times, no_sessions : str or None
        Why there are none.
    """

    project: str
    relative_time: TeamFigure | None
    rapid: TeamFigure | None
    fatigue: TeamFigure | None
    n_timed: int
    n_judgments: int
    no_times: str | None
    no_sessions: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamPace:
    """Pace by project; `undefined` says why there is none at all."""

    snapshot_id: str
    filters: Filters
    projects: tuple[ProjectPace, ...]
    undefined: str | None


def team_pace_report(engine: Engine, scope: Scope, filters: Filters) -> TeamPace:
    """Return everybody's pace, project by project; never alone a ground for anything."""
    with team_logs(engine, scope, filters) as found:
        projects = tuple(
            _project(name, members, found, engine.settings.confidence) for name, members in found.by_project().items()
        )
    some = any(one.relative_time or one.fatigue for one in projects)
    return TeamPace(
        snapshot_id=engine.snapshot_id, filters=filters, projects=projects, undefined=None if some else NO_TIMES
    )


def _project(project: str, members: dict[str, TrainerLog], found: TeamLogs, sure: float) -> ProjectPace:
    logs, m, listed = list(members.values()), found.m, found.listed
    first = np.concatenate([[0], np.cumsum([log.codes.n_items for log in logs])])
    item = np.concatenate([log.codes.item + first[k] for k, log in enumerate(logs)])
    who = np.concatenate([log.codes.trainer for log in logs])
    seconds = np.concatenate([log.duration_s for log in logs])
    timed = int((np.isfinite(seconds) & (seconds > 0)).sum())
    relative = rapid = None
    if timed:
        speed = pace(
            item, who, seconds, n_items=int(first[-1]), n_trainers=m,
            length=np.concatenate([log.length for log in logs]), confidence=sure,
        )  # fmt: skip
        relative = team_figure(speed.relative_time, listed, about=project, centre=1.0)
        rapid = team_figure(speed.rapid, listed, about=project)
    placed = np.isfinite(np.concatenate([log.position for log in logs]))
    session = np.concatenate([log.session for log in logs])
    tired = None
    if (placed & (session >= 0)).any():
        whole = pooled([performance_of(name, log) for name, log in members.items()])
        both = together(whole.by_gold, whole.by_peers)
        outcome = np.where(both.usable, both.residual, np.nan)
        position = np.where(session >= 0, np.concatenate([log.position for log in logs]), np.nan)
        slopes = fatigue(who, session, position, outcome, n_trainers=m, confidence=sure)
        tired = team_figure(slopes, listed, about=project, centre=0.0)
    return ProjectPace(
        project=project, relative_time=relative, rapid=rapid, fatigue=tired, n_timed=timed, n_judgments=who.size,
        no_times=None if timed else NO_TIMES, no_sessions=None if tired else NO_SESSIONS,
    )  # fmt: skip
