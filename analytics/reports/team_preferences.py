"""Choices between two answers: who leans to the first, to the longer, or avoids ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.team_figures import TeamFigure, team_figure, team_logs
from analytics.reports.team_log import Member
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.length_bias import length_bias
from analytics.stats.trainers.position_bias import first_beyond_peers, position_bias, tie_use
from analytics.stats.trainers.shrunken_means import shrunken_means
from analytics.store import Engine

NO_ORDER = "the log does not say which answer stood first"
NO_LENGTH = "the items' answers have no text, so their length is not known"
NO_CRITERION = "no criterion here is a choice between two answers"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceHabits:
    """One criterion of choices.

    Attributes
    ----------
    criterion : str
    first, beyond, longer, ties : TeamFigure or None
        Share for the answer shown first (shrunken; .5 is no pull); the same beyond what the others chose on the same
        pairs; pull to the longer of equally liked answers; ties beyond the others' on the same pairs. All shrunken.
    no_order, no_length : str or None
        Why there are none.
    """

    criterion: str
    first: TeamFigure | None
    beyond: TeamFigure | None
    longer: TeamFigure | None
    ties: TeamFigure
    no_order: str | None
    no_length: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamPreferences:
    """Habits of choice on every criterion of that kind; `undefined` says why there is none."""

    snapshot_id: str
    filters: Filters
    criteria: tuple[ChoiceHabits, ...]
    undefined: str | None


def team_preferences_report(engine: Engine, scope: Scope, filters: Filters) -> TeamPreferences:
    """Return the team's habits of choice: position, length, ties."""
    with team_logs(engine, scope, filters) as found:
        habits = tuple(
            _habits(name, log, found.listed, engine.settings.confidence)
            for name, log in found.logs.items()
            if log.tie is not None
        )
    return TeamPreferences(
        snapshot_id=engine.snapshot_id, filters=filters, criteria=habits, undefined=None if habits else NO_CRITERION
    )


def _habits(name: str, log: TrainerLog, listed: Sequence[Member], sure: float) -> ChoiceHabits:
    codes, m, tie = log.codes, log.codes.n_trainers, log.tie
    tied = codes.label == tie
    others = codes.item_sizes[codes.item] - 1.0
    counts = codes.item_counts
    peers_tied = _share(counts[codes.item, tie] - tied, others)
    ties = shrunken_means(
        tie_use(codes.trainer, tied.astype(float), peers_tied, n_trainers=m, confidence=sure), confidence=sure
    )
    first = beyond = longer = None
    no_order = NO_ORDER if log.shown_first is None else None
    no_length = no_order
    if log.shown_first is not None:
        chose = (log.shown_first >= 0) & ~tied
        who, took = codes.trainer[chose], (codes.label == log.shown_first)[chose]
        hits, n = np.bincount(who[took], minlength=m), np.bincount(who, minlength=m)
        first = team_figure(position_bias(hits, n, confidence=sure).shrunken, listed, about=name, centre=0.5)
        for_first = peers_for_first(log, chose)
        beyond = team_figure(
            shrunken_means(
                first_beyond_peers(who, took.astype(float), for_first, n_trainers=m, confidence=sure), confidence=sure
            ),
            listed, about=name, centre=0.0,
        )  # fmt: skip
        if np.isfinite(log.longer_first[chose]).any():
            found = length_bias(
                who, took.astype(float), log.longer_first[chose], for_first, n_trainers=m, confidence=sure
            )
            longer = team_figure(found.longer_at_equal_quality, listed, about=name, centre=0.5)
        else:
            no_length = NO_LENGTH
    return ChoiceHabits(
        criterion=name, first=first, beyond=beyond, longer=longer,
        ties=team_figure(ties, listed, about=name, centre=0.0),
        no_order=no_order, no_length=no_length,
    )  # fmt: skip


def peers_for_first(log: TrainerLog, chose: npt.NDArray[np.bool_]) -> FloatArray:
    """Return for the chosen rows the share of the others (no ties) for the answer that stood first; nan without others.

    Raises
    ------
    ValueError
        Where the log knows no order.
    """
    if log.shown_first is None or log.tie is None:
        raise ValueError("the log must know which answer stood first.")
    codes = log.codes
    counts = codes.item_counts.astype(float)
    counts[:, log.tie] = 0.0
    first = np.maximum(log.shown_first, 0)
    total = counts.sum(axis=1)[codes.item] - (codes.label != log.tie)
    share = _share(counts[codes.item, first] - (codes.label == log.shown_first), total)
    return np.asarray(share[chose], dtype=np.float64)


def _share(part: npt.ArrayLike, whole: npt.ArrayLike) -> FloatArray:
    a, b = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.asarray(np.divide(a, b, out=np.full(a.shape, np.nan), where=b > 0))
