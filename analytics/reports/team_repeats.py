"""Blind repeats: how often people contradict themselves, and what that leaves for agreement between people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.team_figures import TeamFigure, TeamLogs, team_figure, team_logs
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import IntArray, patterns_from_codes
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.self_consistency import self_consistency
from analytics.store import Engine

NO_REPEATS = "nobody was given the same item twice; plan some blind repeats, a day or more apart"
FEWEST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class NoiseFloor:
    """One criterion.

    Attributes
    ----------
    criterion : str
    consistency : Estimate
        Share of repeats answered the same, over the team; n_judgments counts pairs.
    self_kappa : Estimate
        The same beyond chance: the highest agreement between people that their own noise allows.
    alpha : Estimate
        Agreement between people on the same footing (Krippendorff's alpha, same label or not).
    room : float
        self_kappa - alpha: what differences between people cost beyond noise; nan where either is undefined.
    figure : TeamFigure
        Consistency of each trainer, shrunken towards the team.
    """

    criterion: str
    consistency: Estimate
    self_kappa: Estimate
    alpha: Estimate
    room: float
    figure: TeamFigure


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamRepeats:
    """Noise floors by criterion; criteria without repeats are named; `undefined` says why there is none."""

    snapshot_id: str
    filters: Filters
    criteria: tuple[NoiseFloor, ...]
    without: tuple[str, ...]
    undefined: str | None


def team_repeats_report(engine: Engine, scope: Scope, filters: Filters) -> TeamRepeats:
    """Return how often people contradict themselves on blind repeats, criterion by criterion."""
    floors, without = [], []
    with team_logs(engine, scope, filters) as found:
        repeats = found.session.frame("trainers_repeats")
        for name, log in found.logs.items():
            rows = repeats[
                (repeats["criterion_code"] == log.criterion.code) & repeats["trainer_code"].isin(found.team.codes)
            ]
            n = rows["n"].to_numpy(dtype=np.int64)
            if not n.sum():
                without.append(name)
                continue
            who = np.searchsorted(found.team.codes, rows["trainer_code"].to_numpy(dtype=np.int64))
            pairs = [np.repeat(rows[side].to_numpy(dtype=np.int64), n) for side in ("first", "again")]
            floors.append(_floor(found, log, name, np.repeat(who, n), pairs, engine.settings.confidence))
    return TeamRepeats(
        snapshot_id=engine.snapshot_id, filters=filters, criteria=tuple(floors), without=tuple(without),
        undefined=None if floors else NO_REPEATS,
    )  # fmt: skip


def _floor(
    found: TeamLogs, log: TrainerLog, name: str, who: IntArray, pairs: list[IntArray], sure: float
) -> NoiseFloor:
    result = self_consistency(
        who, pairs[0], pairs[1], n_trainers=found.m, n_labels=max(1, len(log.criterion.dictionary)), confidence=sure
    )
    n, same = int(result.n.sum()), int(result.same.sum())
    ends = binomial_intervals([same], [n], confidence=sure)
    low, high = float(ends.low[0]), float(ends.high[0])
    consistency = Estimate(
        value=same / n, low=low, high=high, confidence=sure, interval_method="Wilson", n_judgments=n,
        n_trainers=int((result.n > 0).sum()),
    )  # fmt: skip
    kappa = _beyond_chance(result.team_kappa, result.team, low, high, consistency)
    alpha = _alpha(log)
    return NoiseFloor(
        criterion=name, consistency=consistency, self_kappa=kappa, alpha=alpha,
        room=kappa.value - alpha.value if kappa.defined and alpha.defined else math.nan,
        figure=team_figure(result.shrunken, found.listed, about=name, centre=result.team),
    )  # fmt: skip


def _beyond_chance(kappa: float, share: float, low: float, high: float, of: Estimate) -> Estimate:
    """The consistency beyond chance; its interval is that of the share, chance taken as known."""
    n = of.n_judgments or 0
    if not math.isfinite(kappa):
        why = f"{n} repeats; {FEWEST} are needed" if n < FEWEST else "the repeats hold one label only"
        return Estimate(value=math.nan, undefined=why, n_judgments=n)
    if share >= 1.0:
        return Estimate(value=1.0, n_judgments=n, n_trainers=of.n_trainers)
    per = (1.0 - kappa) / (1.0 - share)
    return Estimate(
        value=kappa, low=max(-1.0, 1.0 - per * (1.0 - low)), high=min(1.0, 1.0 - per * (1.0 - high)),
        confidence=of.confidence, interval_method="Wilson, chance taken as known", n_judgments=n,
        n_trainers=of.n_trainers,
    )  # fmt: skip


def _alpha(log: TrainerLog) -> Estimate:
    codes = log.codes
    patterns, _ = patterns_from_codes(codes.item, codes.trainer, codes.label, codes.n_labels)
    found: Estimate = agreement_coefficients(patterns, level="nominal", names=("krippendorff_alpha",))[0]
    return found
