"""Trainer calibration: who needs help, with what, on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.team_log import Member, criterion_logs, team_of
from analytics.reports.trainer_criterion import CriterionCalibration, SuspectGold, criterion_calibration
from analytics.reports.trainer_log import item_facts
from analytics.reports.trainer_rationales import Rationales, rationales_of
from analytics.reports.trainer_row import TrainerFlag, TrainerRow, row_document
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.behaviour_cases import pace_case
from analytics.stats.trainers.evidence import Case
from analytics.stats.trainers.flag_cases import ALL, pooled_cases
from analytics.stats.trainers.flags import FLAG_KINDS, decide
from analytics.stats.trainers.funnel_limits import COVERAGES, FunnelBounds, funnel_bounds
from analytics.stats.trainers.performance_cases import Performance, pooled, together
from analytics.stats.trainers.trainer_estimates import trainer_estimates
from analytics.stats.trainers.weekly_means import WeeklyMeans, weekly_means
from analytics.store import Engine

ALL_CRITERIA = ALL
"""What flags over all criteria of a project are said to be on."""
FUNNEL_COVERAGES = COVERAGES
"""Shares of ordinary trainers that the funnel's limits hold, the inner limits first."""
FIRST_S = 1e8
"""Orders below this are row numbers, not seconds since 1970."""


def flag_title(kind: str) -> str:
    """Return a kind of flag as a page writes it."""
    return FLAG_KINDS[kind].title


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionView:
    """What a page draws of one criterion besides the figures, arrays over M trainers.

    Attributes
    ----------
    project, criterion : str
        Which one.
    labels : tuple of str
        K labels.
    confusion, confusion_counts : float array (M, K, K)
        What was said (columns) where the others said each label (rows).
    weeks : WeeklyMeans
        Outcomes beyond expectation by week.
    gold : tuple of SuspectGold
        Suspected, leaked or stale gold.
    n_gold : int
        Items with a known answer that somebody judged.
    model_note : str
        How the latent model was fitted, or why not.
    alarms : mapping of trainer index -> float
        Largest evidence of a fall.
    one_in : int
        Every how-manieth item was used.
    """

    project: str
    criterion: str
    labels: tuple[str, ...]
    confusion: FloatArray
    confusion_counts: FloatArray
    weeks: WeeklyMeans
    gold: tuple[SuspectGold, ...]
    n_gold: int
    model_note: str
    alarms: dict[int, float]
    one_in: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainersReport:
    """The whole team.

    Attributes
    ----------
    snapshot_id : str
        State of the store.
    filters : Filters
        What was selected.
    trainers : tuple of TrainerRow
        By name; a rank would claim what overlapping intervals do not hold.
    criteria : tuple of str
        Names, as keys.
    views : mapping of criterion -> CriterionView
        Confusions, weeks, the gold's audit; `TrainerRow.index` is the trainer's place in their arrays.
    funnel : FunnelBounds
        Limits of agreement beyond the items, over all criteria.
    rationales : Rationales or None
        Reuse of rationales; None without rationales.
    left_out : tuple of str
        Criteria without comparable labels.
    n_judgments, n_items, n_tested : int
        Support; cases examined for flags.
    false_discovery : float
        Share of false flags kept.
    """

    snapshot_id: str
    filters: Filters
    trainers: tuple[TrainerRow, ...]
    criteria: tuple[str, ...]
    views: dict[str, CriterionView]
    funnel: FunnelBounds
    rationales: Rationales | None
    left_out: tuple[str, ...]
    n_judgments: int
    n_items: int
    n_tested: int
    false_discovery: float

    @property
    def note(self) -> str:
        """What was left out, in words."""
        words = [f"not compared: {', '.join(self.left_out)} (no labels to compare)"] if self.left_out else []
        sampled = [f"{name} (one item in {v.one_in})" for name, v in self.views.items() if v.one_in > 1]
        return " · ".join(words + ([f"sampled: {', '.join(sampled)}"] if sampled else []))

    def to_document(self) -> dict[str, Any]:
        """Return what `trainers --json` prints."""
        return {
            "snapshot_id": self.snapshot_id,
            "filters": self.filters.to_dict(),
            "false_discovery": self.false_discovery,
            "n_tested": self.n_tested,
            "trainers": [row_document(row) for row in self.trainers],
        }


def trainers_report(engine: Engine, scope: Scope, filters: Filters, *, complete: bool = True) -> TrainersReport:
    """Return the calibration of every trainer in scope.

    The team is always compared whole: trainers and teams of the filters choose who is listed, not who they are
    compared with.

    Parameters
    ----------
    complete : bool
        False leaves out what takes long and no flag rests on: alpha without each trainer, and rationales.
    """
    settings = engine.settings
    with engine.session(scope, filters.replace(trainers=(), teams=())) as session:
        team = team_of(session)
        repeats = session.frame("trainers_repeats")
        items = item_facts(session)
        found: dict[str, CriterionCalibration] = {}
        left_out: list[str] = []
        for name, log in criterion_logs(session, team, items):
            if log is None:
                left_out.append(name)
                continue
            mine = repeats[repeats["criterion_code"] == log.criterion.code]
            found[name] = criterion_calibration(log, name, mine, settings, items.item_ids, complete=complete)
        rationales = rationales_of(session, team.codes) if complete else None
    m = len(team.members)
    cases = [case for one in found.values() for case in one.cases] + _pooled_cases(found)
    decided = decide(cases, false_discovery=settings.false_discovery)
    flags: dict[int, list[TrainerFlag]] = {}
    for flag in decided.flags:
        since = _day_of(found, flag.criterion, flag.trainer, flag.since)
        flags.setdefault(flag.trainer, []).append(
            TrainerFlag(
                kind=flag.kind, criterion=flag.criterion, evidence=flag.evidence, since=since, q_value=flag.q_value,
                meaning=flag.meaning, advice=flag.advice,
            )
        )  # fmt: skip
    alone: dict[int, list[tuple[str, str]]] = {}
    for j, kind, criterion_name in decided.on_one_word:
        alone.setdefault(j, []).append((kind, criterion_name))
    excess = _excess(found, m)
    weeks = _weeks([one.performance for one in found.values()], m)
    n_items = _distinct_items(found, m)
    rows = {
        one.index: _row(
            found, one, tuple(flags.get(one.index, ())), tuple(alone.get(one.index, ())), excess.estimate(one.index),
            weeks[one.index], int(n_items[one.index]),
        )
        for one in team.listed(filters.trainers, filters.teams)
    }  # fmt: skip
    seen = np.concatenate([one.log.item_codes for one in found.values()]) if found else np.zeros(0, dtype=np.int64)
    return TrainersReport(
        snapshot_id=engine.snapshot_id, filters=filters,
        trainers=tuple(row for row in rows.values() if row.n_judgments),
        criteria=tuple(found),
        views={name: _view(one) for name, one in found.items()},
        funnel=funnel_bounds(excess.value, excess.se, excess.n),
        rationales=rationales, left_out=tuple(left_out),
        n_judgments=sum(one.log.codes.n_judgments for one in found.values()), n_items=int(np.unique(seen).size),
        n_tested=decided.n_tested, false_discovery=decided.false_discovery,
    )  # fmt: skip


def _weeks(performances: list[Performance], m: int) -> list[list[float]]:
    """Outcomes beyond expectation by week of each trainer, over all criteria; weeks with little are left out."""
    if not performances:
        return [[] for _ in range(m)]
    whole = pooled(performances)
    both = together(whole.by_gold, whole.by_peers)
    found = weekly_means(whole.trainer, whole.order, both.residual, both.usable & (whole.order > FIRST_S), n_trainers=m)
    return [[float(v) for v in row if v == v] for row in found.value]


def _view(one: CriterionCalibration) -> CriterionView:
    found, log = one.performance, one.log
    use = (found.by_gold.usable | found.by_peers.usable) & (found.order > FIRST_S)
    outcome = np.where(found.by_gold.usable, found.by_gold.residual, found.by_peers.residual)
    return CriterionView(
        project=log.criterion.project,
        criterion=log.criterion.criterion,
        labels=log.labels,
        confusion=one.peers.confusion,
        confusion_counts=one.peers.confusion_counts,
        weeks=weekly_means(found.trainer, found.order, outcome, use, n_trainers=found.n_trainers),
        gold=one.suspects,
        n_gold=int((log.gold >= 0).sum()),
        model_note=one.model_note,
        alarms={j: process.e for j, process in one.alarms.items() if process.alarm is not None},
        one_in=log.one_in,
    )


def _by_project(found: dict[str, CriterionCalibration]) -> dict[str, list[CriterionCalibration]]:
    out: dict[str, list[CriterionCalibration]] = {}
    for one in found.values():
        out.setdefault(one.log.criterion.project, []).append(one)
    return out


def _pooled_cases(found: dict[str, CriterionCalibration]) -> list[Case]:
    """Careless, drifting and pace over all criteria of a project together: what one criterion has too little for."""
    out: list[Case] = []
    for project, members in _by_project(found).items():
        if len(members) < 2:
            continue
        performances = [one.performance for one in members]
        out += pooled_cases(project, performances)
        timed = [one.figures["relative_time"] for one in members if "relative_time" in one.figures]
        if timed:
            best = max(timed, key=lambda estimates: int(estimates.n.sum()))
            out.append(pace_case(f"{project}: {ALL}", best, pooled(performances)))
    return out


def _day_of(found: dict[str, CriterionCalibration], criterion: str, trainer: int, since: int) -> date | None:
    """The day of the trainer's judgment from which a flag holds; None from the beginning or without times."""
    if since < 0:
        return None
    if criterion in found:
        performance = found[criterion].performance
    else:
        project = criterion.removesuffix(f": {ALL}")
        performance = pooled([one.performance for one in _by_project(found)[project]])
    usable = (performance.by_gold.usable & (performance.by_gold.weight > 0)) | (
        performance.by_peers.usable & (performance.by_peers.weight > 0)
    )
    times = np.sort(performance.order[(performance.trainer == trainer) & usable])
    at = float(times[min(since, times.size - 1)]) if times.size else 0.0
    return datetime.fromtimestamp(at, tz=UTC).date() if at > FIRST_S else None


def _excess(found: dict[str, CriterionCalibration], m: int) -> Any:
    """Agreement beyond the items, mean over all judgments of all criteria."""
    total, squares, n = np.zeros(m), np.zeros(m), np.zeros(m)
    for one in found.values():
        part = one.figures["peer_excess"]
        weight = np.where(np.isfinite(part.value) & np.isfinite(part.se), part.n, 0).astype(float)
        total += weight * np.nan_to_num(part.value)
        squares += (weight * np.nan_to_num(part.se)) ** 2
        n += weight
    safe = np.where(n > 0, n, np.nan)
    return trainer_estimates(
        "peer_excess", total / safe, n=n.astype(np.int64), se=np.sqrt(squares) / safe,
        interval_method="normal, criteria weighted by judgments", reason="no items judged by anyone else",
        limits=(-1.0, 1.0),
    )  # fmt: skip


def _distinct_items(found: dict[str, CriterionCalibration], m: int) -> IntArray:
    """(M,): items each trainer judged, on whatever criteria."""
    if not found:
        return np.zeros(m, dtype=np.int64)
    keys = [one.log.item_codes[one.log.codes.item] * m + one.log.codes.trainer for one in found.values()]
    return np.bincount(np.unique(np.concatenate(keys)) % m, minlength=m).astype(np.int64)


def _row(
    found: dict[str, CriterionCalibration],
    member: Member,
    flags: tuple[TrainerFlag, ...],
    alone: tuple[tuple[str, str], ...],
    excess: Estimate,
    weekly: list[float],
    n_items: int,
) -> TrainerRow:
    j = member.index
    criteria: dict[str, dict[str, Estimate]] = {}
    gold: dict[str, dict[str, Any]] = {}
    for name, one in found.items():
        n = int(one.n_judgments[j])
        if not n:
            continue
        criteria[name] = {metric: estimates.estimate(j) for metric, estimates in one.figures.items()}
        gold[name] = {
            "n": int(one.gold.n[j]), "correct": int(one.gold.correct[j]), "n_judgments": n, "n_items": n,
            "p_below_target": float(one.gold.p_below_target[j]), "target": one.gold.target,
        }  # fmt: skip
    return TrainerRow(
        index=j, code=member.code, trainer_id=member.trainer_id, display_name=member.display_name, team=member.team,
        flags=flags, on_one_word=alone, n_judgments=sum(g["n_judgments"] for g in gold.values()), n_items=n_items,
        excess=excess, criteria=criteria, gold=gold, weekly=weekly,
    )  # fmt: skip
