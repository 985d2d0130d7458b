"""Halo: criteria that move together, trainer by trainer, more than the answers themselves explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.team_figures import TeamFigure, team_figure, team_logs
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.crossed_model import CrossedData, crossed_effects, penalty, variance_components
from analytics.stats.trainers.halo import halo
from analytics.store import Engine

NO_PAIR = "no project here has two criteria on ordered scales that were judged on the same items"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectHalo:
    """One project.

    Attributes
    ----------
    project : str
    criteria : tuple of str
        The ordered criteria that are compared.
    figure : TeamFigure
        The trainers' correlations between criteria, shrunken; its centre is the team's median.
    identical : Estimate
        Share of judged items on which all criteria got the same label (scales alike), over the team.
    """

    project: str
    criteria: tuple[str, ...]
    figure: TeamFigure
    identical: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamHalo:
    """Halo by project; `undefined` says why there is none."""

    snapshot_id: str
    filters: Filters
    projects: tuple[ProjectHalo, ...]
    undefined: str | None


def team_halo_report(engine: Engine, scope: Scope, filters: Filters) -> TeamHalo:
    """Return how far each trainer's criteria move together beyond the items."""
    projects = []
    with team_logs(engine, scope, filters) as found:
        for project, members in found.by_project().items():
            ordered = {name: log for name, log in members.items() if log.values is not None}
            if len(ordered) < 2:
                continue
            rows, residuals, labels = _aligned(list(ordered.values()), found.m)
            if not (np.isfinite(residuals).sum(axis=1) >= 2).any():
                continue
            result = halo(
                rows % found.m, residuals, *_identical(rows, labels, found.m, list(ordered.values())),
                n_trainers=found.m, confidence=engine.settings.confidence,
            )  # fmt: skip
            projects.append(
                ProjectHalo(
                    project=project, criteria=tuple(ordered), identical=_share(rows, labels, list(ordered.values())),
                    figure=team_figure(result.correlation, found.listed, about=project, centre=result.team),
                )
            )  # fmt: skip
    return TeamHalo(
        snapshot_id=engine.snapshot_id, filters=filters, projects=tuple(projects),
        undefined=None if projects else NO_PAIR,
    )  # fmt: skip


def _aligned(logs: list[TrainerLog], m: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Rows (unit * M + trainer); residuals and labels (U, C) of each criterion, nan where not judged."""
    keys = [log.units[log.codes.item] * m + log.codes.trainer for log in logs]
    rows = np.unique(np.concatenate(keys))
    residuals, labels = np.full((2, rows.size, len(logs)), np.nan)
    for c, (log, key) in enumerate(zip(logs, keys, strict=True)):
        at = np.searchsorted(rows, key)
        residuals[at, c] = _residuals(log)
        labels[at, c] = log.codes.label
    return rows, residuals, labels


def _residuals(log: TrainerLog) -> FloatArray:
    """Value minus item minus severity; nan where items and trainers cannot be told apart."""
    codes = log.codes
    data = CrossedData(
        item=codes.item, trainer=codes.trainer, y=np.array(log.values)[codes.label], n_items=codes.n_items,
        n_trainers=codes.n_trainers,
    )  # fmt: skip
    parts = variance_components(data)
    if parts.undefined is not None:
        return np.full(codes.n_judgments, np.nan)
    fit = crossed_effects(
        data, item_penalty=penalty(parts.residual, parts.item), trainer_penalty=penalty(parts.residual, parts.trainer)
    )
    # an item that one person judged has taken their deviation for its own
    return np.where(codes.item_sizes[codes.item] >= 2, fit.residual, np.nan)


def _same(labels: FloatArray, logs: list[TrainerLog]) -> FloatArray:
    """(U,): 1 where all criteria got the same label, nan where one is missing or the scales differ."""
    alike = all(log.labels == logs[0].labels for log in logs)
    whole = np.isfinite(labels).all(axis=1) & alike
    return np.where(whole, (labels == labels[:, :1]).all(axis=1), np.nan)


def _identical(rows: IntArray, labels: FloatArray, m: int, logs: list[TrainerLog]) -> tuple[FloatArray, FloatArray]:
    """Whether a trainer gave all criteria of an item the same label, and how often the others did on it."""
    same = _same(labels, logs)
    known = np.isfinite(same)
    _, unit = np.unique(rows // m, return_inverse=True)
    unit = unit.reshape(-1)
    n = np.bincount(unit, weights=known)
    hits = np.bincount(unit, weights=np.where(known, same, 0.0))
    others = n[unit] - 1.0
    usual = np.where(
        known & (others > 0), (hits[unit] - np.nan_to_num(same)) / np.where(others > 0, others, 1.0), np.nan
    )
    return same, usual


def _share(rows: IntArray, labels: FloatArray, logs: list[TrainerLog]) -> Estimate:
    same = _same(labels, logs)
    known = np.isfinite(same)
    n = int(known.sum())
    if not n:
        why = "the scales of these criteria differ, or nobody judged one item on all of them"
        return Estimate(value=float("nan"), undefined=why)
    hits = int(same[known].sum())
    found = binomial_intervals([hits], [n])
    return Estimate(
        value=hits / n, low=float(found.low[0]), high=float(found.high[0]), interval_method="Wilson", n_items=n
    )
