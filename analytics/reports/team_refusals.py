"""Refusals: who refuses what should be answered, who answers what should be refused, at what cost; and who skips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.team_figures import TeamFigure, TeamLogs, team_figure, team_logs
from analytics.reports.team_log import Member
from analytics.reports.trainer_criterion import REFUSE
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.refusals import refusals, skip_share
from analytics.store import Engine

NO_CRITERION = f"no criterion here has the label {REFUSE!r}"
NO_SKIPS = "the log holds no skips at all: perhaps it does not record them"


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionRefusals:
    """One refuse-or-answer criterion.

    Attributes
    ----------
    criterion : str
    over, under : TeamFigure
        Share of what should be answered that is refused, and the reverse; shrunken towards the team.
    cost : TeamFigure
        Cost a judgment.
    cost_over, cost_under : float
        What one of each costs: the criterion's own prices, else 1.
    priced : bool
        Whether the criterion has prices of its own.
    n_gold, n_judgments : int
        Judgments with a known right answer; the others are held against the other trainers.
    """

    criterion: str
    over: TeamFigure
    under: TeamFigure
    cost: TeamFigure
    cost_over: float
    cost_under: float
    priced: bool
    n_gold: int
    n_judgments: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamRefusals:
    """Refusals by criterion, and skips of everything, which are no refusals.

    Attributes
    ----------
    snapshot_id : str
    filters : Filters
    criteria : tuple of CriterionRefusals
    skips : TeamFigure or None
        Share of what a trainer was shown and did not judge, over all criteria.
    undefined, no_skips : str or None
        Why there are none.
    """

    snapshot_id: str
    filters: Filters
    criteria: tuple[CriterionRefusals, ...]
    skips: TeamFigure | None
    undefined: str | None
    no_skips: str | None


def team_refusals_report(engine: Engine, scope: Scope, filters: Filters) -> TeamRefusals:
    """Return over- and under-refusal of everybody, with what it costs, and skips apart."""
    sure = engine.settings.confidence
    with team_logs(engine, scope, filters) as found:
        criteria = tuple(
            _criterion(name, log, found.listed, sure) for name, log in found.logs.items() if REFUSE in log.labels
        )
        skips = _skips(found, sure)
    return TeamRefusals(
        snapshot_id=engine.snapshot_id, filters=filters, criteria=criteria, skips=skips,
        undefined=None if criteria else NO_CRITERION, no_skips=NO_SKIPS if skips is None else None,
    )  # fmt: skip


def _criterion(name: str, log: TrainerLog, listed: Sequence[Member], sure: float) -> CriterionRefusals:
    codes, cost = log.codes, log.criterion.scale.cost or {}
    answers = [label for label in log.labels if label != REFUSE]
    prices = {(t, g): float(price) for (t, g), price in cost.items()}
    over_prices = [prices[a, REFUSE] for a in answers if (a, REFUSE) in prices]
    under_prices = [prices[REFUSE, a] for a in answers if (REFUSE, a) in prices]
    priced = bool(over_prices and under_prices)
    cost_over = max(over_prices) if priced else 1.0
    cost_under = max(under_prices) if priced else 1.0
    result = refusals(
        codes.trainer, (codes.label == log.labels.index(REFUSE)).astype(float), should_refuse(log),
        n_trainers=codes.n_trainers, cost_over=cost_over, cost_under=cost_under, confidence=sure,
    )  # fmt: skip
    return CriterionRefusals(
        criterion=name,
        over=team_figure(result.over_shrunken, listed, about=name),
        under=team_figure(result.under_shrunken, listed, about=name),
        cost=team_figure(result.cost, listed, about=name),
        cost_over=cost_over, cost_under=cost_under, priced=priced,
        n_gold=int((log.gold >= 0)[codes.item].sum()), n_judgments=codes.n_judgments,
    )  # fmt: skip


def should_refuse(log: TrainerLog) -> FloatArray:
    """Return (J,): 1 or 0 by gold, else the share of the others on the item who refused; nan where neither is known."""
    codes, refuse = log.codes, log.labels.index(REFUSE)
    said = codes.label == refuse
    others = codes.item_sizes[codes.item] - 1
    count = codes.item_counts[codes.item, refuse] - said
    share = np.where(others > 0, count / np.maximum(others, 1), np.nan)
    known = (log.gold >= 0)[codes.item]
    return np.asarray(np.where(known, (log.gold == refuse)[codes.item], share), dtype=np.float64)


def _skips(found: TeamLogs, sure: float) -> TeamFigure | None:
    rows = found.session.frame("trainers_skips")
    rows = rows[rows["trainer_code"].isin(found.team.codes)]
    who: IntArray = np.searchsorted(found.team.codes, rows["trainer_code"].to_numpy(dtype=np.int64))
    skipped, shown = (
        np.bincount(who, weights=rows[name].to_numpy(dtype=np.float64), minlength=found.m).astype(np.int64)
        for name in ("skipped", "shown")
    )
    if not skipped.any():
        return None
    centre = float(skipped.sum() / shown.sum())
    return team_figure(skip_share(skipped, shown, confidence=sure), found.listed, about="all criteria", centre=centre)
