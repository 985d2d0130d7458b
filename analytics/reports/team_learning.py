"""Newcomers: how each cohort's share of right answers grows with practice, and when it meets the target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.team_figures import TeamLogs, team_logs
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.known_outcomes import known_outcomes
from analytics.stats.trainers.learning_curve import learning_curve
from analytics.store import Engine

NEWCOMER_DAYS = 21
"""Somebody whose first judgment comes so many days after the log's first is a newcomer."""
NO_TIMES = "the log does not say when judgments were made"
NO_NEWCOMERS = (
    f"nobody began later than {NEWCOMER_DAYS} days after the log's first judgment: what people did before is not known"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortCurve:
    """One cohort.

    Attributes
    ----------
    cohort : str
        As the log names it; else the month in which they began.
    trainers : tuple of str
        Names of its newcomers.
    at : tuple of int
        Judgments made before.
    share, low, high : tuple of float
        P(right) of the cohort's average newcomer, with its interval.
    slope, slope_low, slope_high : float
        Logits per unit of log(1 + judgments); above 0 is learning.
    to_target, to_target_low, to_target_high : float
        Judgments until the average newcomer meets the target; inf where the curve does not get there within what was
        seen.
    n : int
        Judgments known to be right or wrong.
    undefined : str or None
        Why there is no curve.
    """

    cohort: str
    trainers: tuple[str, ...]
    at: tuple[int, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    slope: float
    slope_low: float
    slope_high: float
    to_target: float
    to_target_low: float
    to_target_high: float
    n: int
    undefined: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamLearning:
    """Learning curves by cohort; `undefined` says why there is none."""

    snapshot_id: str
    filters: Filters
    target: float
    cohorts: tuple[CohortCurve, ...]
    undefined: str | None


def team_learning_report(engine: Engine, scope: Scope, filters: Filters) -> TeamLearning:
    """Return the newcomers' learning curves, over all selected criteria together.

    Right is what gold says, else what two thirds of at least three others say; on matters of opinion only gold counts.
    """
    target = engine.settings.gold_target
    with team_logs(engine, scope, filters) as found:
        cohorts, why = _cohorts(found, target)
    return TeamLearning(snapshot_id=engine.snapshot_id, filters=filters, target=target, cohorts=cohorts, undefined=why)


def _cohorts(found: TeamLogs, target: float) -> tuple[tuple[CohortCurve, ...], str | None]:
    logs = list(found.logs.values())
    at = np.concatenate([log.at for log in logs]) if logs else np.zeros(0)
    dated = np.isfinite(at)
    if not dated.any():
        return (), NO_TIMES
    who = np.concatenate([log.codes.trainer for log in logs])
    right = np.concatenate(
        [known_outcomes(log.codes, log.gold, subjective=log.criterion.scale.subjective) for log in logs]
    )
    first = np.full(found.m, np.inf)
    np.minimum.at(first, who[dated], at[dated])
    late = np.isfinite(first) & (first >= float(at[dated].min()) + NEWCOMER_DAYS * 86_400)
    if not late.any():
        return (), NO_NEWCOMERS
    rows = np.flatnonzero(dated & late[who])
    rows = rows[np.lexsort((at[rows], who[rows]))]
    practice = (np.arange(rows.size) - np.searchsorted(who[rows], who[rows])).astype(np.float64)
    names = _names(found, first)
    out = []
    for cohort in sorted({names[j] for j in np.flatnonzero(late)}):
        people = {j for j in np.flatnonzero(late).tolist() if names[j] == cohort}
        mine = np.isin(who[rows], list(people)) & np.isfinite(right[rows])
        shown = tuple(one.display_name for one in found.listed if one.index in people)
        if shown:
            out.append(_curve(cohort, shown, who[rows][mine], practice[mine], right[rows][mine], found.m, target))
    return tuple(out), None if out else "no newcomer is among the trainers that the filters list"


def _names(found: TeamLogs, first: FloatArray) -> list[str]:
    table = found.session.frame("trainers_cohorts")
    told = dict(zip(table["trainer_code"].tolist(), table["cohort"].tolist(), strict=True))
    names = []
    for one in found.team.members:
        cohort = told.get(one.code)
        if isinstance(cohort, str) and cohort:
            names.append(cohort)
        elif math.isfinite(first[one.index]):
            names.append(f"began {datetime.fromtimestamp(float(first[one.index]), tz=UTC):%Y-%m}")
        else:
            names.append("")
    return names


def _curve(
    cohort: str, names: tuple[str, ...], who: IntArray, practice: FloatArray, right: FloatArray, m: int, target: float
) -> CohortCurve:
    curve = learning_curve(who, practice, right, n_trainers=m, target=target)
    z = 1.959964
    return CohortCurve(
        cohort=cohort, trainers=names, at=tuple(int(n) for n in curve.at), share=tuple(curve.team.tolist()),
        low=tuple(curve.low.tolist()), high=tuple(curve.high.tolist()), slope=curve.slope,
        slope_low=curve.slope - z * curve.slope_se, slope_high=curve.slope + z * curve.slope_se,
        to_target=_meets(curve.at, curve.team, target), to_target_low=_meets(curve.at, curve.high, target),
        to_target_high=_meets(curve.at, curve.low, target), n=curve.n, undefined=curve.undefined,
    )  # fmt: skip


def _meets(at: IntArray, share: FloatArray, target: float) -> float:
    if not at.size:
        return math.nan
    there = np.flatnonzero(share >= target)
    return float(at[there[0]]) if there.size else math.inf
