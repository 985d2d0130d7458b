"""Pass or fail: how many verdicts against a target would turn over, by chance on gold and by severity on the scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.team_figures import TeamFigure, team_figure, team_logs
from analytics.reports.team_log import Member
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.severity import severity
from analytics.stats.trainers.verdict_flips import VerdictFlips, severity_flips, verdict_flips
from analytics.store import Engine

NO_GOLD = "no criterion here has gold: without known answers nobody passes or fails"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerVerdict:
    """One trainer on one criterion: the raw verdict, and the chance that it is on the wrong side."""

    trainer_id: str
    display_name: str
    correct: int
    n: int
    fails: bool
    sure: bool
    p_below: float
    p_flip: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionVerdicts:
    """One criterion with gold.

    Attributes
    ----------
    criterion : str
    target : float
    share : Estimate
        Share of raw verdicts that would turn over; n_trainers counts verdicts.
    n_fail, n_sure_fail, n_sure_pass, n_open : int
        Raw fails; those beyond doubt below and above the target; the rest.
    rows : tuple of TrainerVerdict
        By name.
    """

    criterion: str
    target: float
    share: Estimate
    n_fail: int
    n_sure_fail: int
    n_sure_pass: int
    n_open: int
    rows: tuple[TrainerVerdict, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeverityVerdicts:
    """An ordered scale: share of a trainer's passes and fails that hinge on their severity.

    Attributes
    ----------
    criterion : str
    pass_mark : str
        Lowest label that passes: the middle of the scale.
    figure : TeamFigure
        Share that would turn over; its centre is 0.
    """

    criterion: str
    pass_mark: str
    figure: TeamFigure


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamVerdicts:
    """Verdicts by criterion; `undefined` says why there are none against gold."""

    snapshot_id: str
    filters: Filters
    criteria: tuple[CriterionVerdicts, ...]
    scales: tuple[SeverityVerdicts, ...]
    undefined: str | None


def team_verdicts_report(engine: Engine, scope: Scope, filters: Filters) -> TeamVerdicts:
    """Return how far verdicts of pass and fail can be trusted, on every criterion with gold or an ordered scale."""
    target = engine.settings.gold_target
    criteria, scales = [], []
    with team_logs(engine, scope, filters) as found:
        for name, log in found.logs.items():
            if (log.gold >= 0).any():
                criteria.append(_criterion(name, log, found.listed, target))
            if log.values is not None and len(log.labels) > 1:
                scales.append(_scale(name, log, found.listed))
    return TeamVerdicts(
        snapshot_id=engine.snapshot_id, filters=filters, criteria=tuple(criteria), scales=tuple(scales),
        undefined=None if criteria else NO_GOLD,
    )  # fmt: skip


def _criterion(name: str, log: TrainerLog, listed: list[Member], target: float) -> CriterionVerdicts:
    codes = log.codes
    on = (log.gold >= 0)[codes.item]
    right = codes.label == log.gold[codes.item]
    n = np.bincount(codes.trainer[on], minlength=codes.n_trainers)
    found = verdict_flips(np.bincount(codes.trainer[on & right], minlength=codes.n_trainers), n, target=target)
    sure_fail = found.sure & (found.p_below > 0.5)
    rows = tuple(
        TrainerVerdict(
            trainer_id=one.trainer_id, display_name=one.display_name, correct=int(found.correct[one.index]),
            n=int(found.n[one.index]), fails=bool(found.fails[one.index]), sure=bool(found.sure[one.index]),
            p_below=float(found.p_below[one.index]), p_flip=float(found.p_flip[one.index]),
        )
        for one in listed
        if found.n[one.index]
    )  # fmt: skip
    return CriterionVerdicts(
        criterion=name, target=target, share=_share(found), n_fail=int(found.fails.sum()),
        n_sure_fail=int(sure_fail.sum()), n_sure_pass=int((found.sure & ~sure_fail).sum()),
        n_open=int((found.n > 0).sum() - found.sure.sum()), rows=rows,
    )  # fmt: skip


def _share(found: VerdictFlips) -> Estimate:
    return Estimate(
        value=found.share, low=found.low, high=found.high, interval_method="normal, verdicts independent",
        n_judgments=int(found.n.sum()), n_trainers=found.n_verdicts, undefined=found.undefined,
    )  # fmt: skip


def _scale(name: str, log: TrainerLog, listed: list[Member]) -> SeverityVerdicts:
    codes, values = log.codes, np.array(log.values)
    data = CrossedData(
        item=codes.item, trainer=codes.trainer, y=values[codes.label], n_items=codes.n_items,
        n_trainers=codes.n_trainers,
    )  # fmt: skip
    mark = len(log.labels) // 2
    shares = severity_flips(
        data, severity(data).severity, threshold=float(values[mark]), step=float(values[mark] - values[mark - 1])
    )
    return SeverityVerdicts(
        criterion=name, pass_mark=log.labels[mark], figure=team_figure(shares, listed, about=name, centre=0.0)
    )
