"""Trainer calibration: who needs help, with what, on what evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.trainer_criterion import CriterionCalibration, SuspectGold, criterion_calibration
from analytics.reports.trainer_log import trainer_log
from analytics.reports.trainer_rationales import Rationales, rationales_of
from analytics.reports.trainer_row import TrainerFlag, TrainerRow, row_document
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.behaviour_cases import pace_case
from analytics.stats.trainers.evidence import Case
from analytics.stats.trainers.flags import FLAG_KINDS, decide
from analytics.stats.trainers.funnel_limits import COVERAGES, FunnelBounds, funnel_bounds
from analytics.stats.trainers.performance_cases import Performance, careless_case, drift_case, pooled, together
from analytics.stats.trainers.trainer_estimates import trainer_estimates
from analytics.stats.trainers.weekly_means import WeeklyMeans, weekly_means
from analytics.store import Engine
from analytics.store.engine import Session

ALL = "all criteria"
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


def trainers_report(engine: Engine, scope: Scope, filters: Filters) -> TrainersReport:
    """Return the calibration of every trainer in scope.

    The team is always compared whole: trainers and teams of the filters choose who is listed, not who they are
    compared with.
    """
    settings = engine.settings
    listed = filters
    with engine.session(scope, filters.replace(trainers=(), teams=())) as session:
        people = session.frame("trainer_names")
        people = people[people["kind"] != "model"].sort_values("trainer_code")
        codes = people["trainer_code"].to_numpy(dtype=np.int64)
        names = _names(session)
        support = session.frame("left_out")
        counts = dict(zip(support["criterion_code"].tolist(), support["n_judgments"].tolist(), strict=True))
        repeats = session.frame("trainers_repeats")
        item_ids = {int(code): str(item) for code, item in session.rows("trainers_item_ids")}
        found: dict[str, CriterionCalibration] = {}
        left_out: list[str] = []
        for criterion in session.criteria():
            name = names[criterion.code]
            log = trainer_log(session, criterion, counts.get(criterion.code, 0), codes)
            if log is None:
                left_out.append(name)
                continue
            mine = repeats[repeats["criterion_code"] == criterion.code]
            found[name] = criterion_calibration(log, name, mine, settings, item_ids)
        rationales = rationales_of(session, codes)
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
    excess = _excess(found, codes.size)
    weeks = _weeks([one.performance for one in found.values()], codes.size)
    rows = [
        _row(found, people.iloc[j], j, tuple(flags.get(j, ())), tuple(alone.get(j, ())), excess.estimate(j), weeks[j])
        for j in range(codes.size)
    ]
    chosen = {
        j for j, row in enumerate(rows)
        if row.n_judgments and (not listed.trainers or row.trainer_id in listed.trainers)
        and (not listed.teams or row.team in listed.teams)
    }  # fmt: skip
    by_name = sorted((rows[j] for j in chosen), key=lambda row: (row.display_name, row.trainer_id))
    items = {int(i) for one in found.values() for i in one.log.item_codes}
    return TrainersReport(
        snapshot_id=engine.snapshot_id, filters=listed, trainers=tuple(by_name),
        criteria=tuple(found),
        views={name: _view(one) for name, one in found.items()},
        funnel=funnel_bounds(excess.value, excess.se, excess.n),
        rationales=rationales, left_out=tuple(left_out),
        n_judgments=sum(one.log.codes.n_judgments for one in found.values()), n_items=len(items),
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
        model_note=one.model_note,
        alarms={j: process.e for j, process in one.alarms.items() if process.alarm is not None},
        one_in=log.one_in,
    )


def _names(session: Session) -> dict[int, str]:
    criteria = session.criteria()
    often = Counter(c.criterion for c in criteria)
    return {c.code: c.criterion if often[c.criterion] == 1 else f"{c.project}: {c.criterion}" for c in criteria}


def _by_project(found: dict[str, CriterionCalibration]) -> dict[str, list[CriterionCalibration]]:
    out: dict[str, list[CriterionCalibration]] = {}
    for one in found.values():
        out.setdefault(one.log.criterion.project, []).append(one)
    return out


def _pooled_cases(found: dict[str, CriterionCalibration]) -> list[Case]:
    """Careless, drifting and pace over all criteria of a project together: what one criterion has too little for."""
    out = []
    for project, members in _by_project(found).items():
        if len(members) < 2:
            continue
        name = f"{project}: {ALL}"
        performance = pooled([one.performance for one in members])
        out += [careless_case(name, performance), drift_case(name, performance)]
        timed = [one.figures["relative_time"] for one in members if "relative_time" in one.figures]
        if timed:
            best = max(timed, key=lambda estimates: int(estimates.n.sum()))
            out.append(pace_case(name, best, performance))
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


def _row(
    found: dict[str, CriterionCalibration],
    person: Any,
    j: int,
    flags: tuple[TrainerFlag, ...],
    alone: tuple[tuple[str, str], ...],
    excess: Estimate,
    weekly: list[float],
) -> TrainerRow:
    criteria: dict[str, dict[str, Estimate]] = {}
    gold: dict[str, dict[str, Any]] = {}
    judged = 0
    items: set[int] = set()
    for name, one in found.items():
        mine = one.log.codes.trainer == j
        n = int(mine.sum())
        if not n:
            continue
        judged += n
        units: IntArray = np.unique(one.log.codes.item[mine])
        items.update(int(i) for i in one.log.item_codes[units])
        criteria[name] = {metric: estimates.estimate(j) for metric, estimates in one.figures.items()}
        gold[name] = {
            "n": int(one.gold.n[j]), "correct": int(one.gold.correct[j]), "n_judgments": n, "n_items": int(units.size),
            "p_below_target": float(one.gold.p_below_target[j]), "target": one.gold.target,
        }  # fmt: skip
    return TrainerRow(
        index=j, code=int(person["trainer_code"]), trainer_id=str(person["trainer_id"]),
        display_name=str(person["display_name"]),
        team=None if person["team"] is None or person["team"] != person["team"] else str(person["team"]),
        flags=flags, on_one_word=alone, n_judgments=judged, n_items=len(items), excess=excess, criteria=criteria,
        gold=gold, weekly=weekly,
    )  # fmt: skip
