"""Latent-truth models side by side on one criterion: what each says of everybody, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.one_criterion import of_one
from analytics.reports.team_figures import TeamFigure, TeamLogs, team_figure, team_logs
from analytics.reports.team_log import Member
from analytics.reports.trainer_criterion import MOST_MODEL_LABELS
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.crowdlab import crowdlab
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.glad import glad
from analytics.stats.trainers.likeliest_smoothing import likeliest_smoothing
from analytics.stats.trainers.mace import mace
from analytics.stats.trainers.one_coin import one_coin
from analytics.stats.trainers.spammer_score import spammer_scores
from analytics.stats.trainers.trainer_estimates import trainer_estimates
from analytics.store import Engine

MOST_GLAD, MOST_MACE = 30_000, 300_000
"""Judgments above which the slow models are left out: they need minutes and tell the same order."""
MOST_STEPS = 500
SEED = 20_260_803
NO_PROBABILITIES = (
    "no model judged these items with a stated confidence; CROWDLAB weighs trainers against a model's probabilities"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFit:
    """One model.

    Attributes
    ----------
    title, story : str
        What it is called, and what it believes in one sentence.
    figure : TeamFigure or None
        What it says of everybody; None where it was not fitted.
    converged : bool or None
        Whether it settled; None for what is computed in one go.
    n_iterations : int
        Steps.
    gold : Estimate
        How often its likeliest label is the known answer, on items with gold.
    undefined : str or None
        Why it was not fitted.
    smoothing : float or None
        Dawid-Skene: pseudo-judgments per true label towards the average trainer, as the team's own spread asks for.
    """

    title: str
    story: str
    figure: TeamFigure | None
    converged: bool | None
    n_iterations: int
    gold: Estimate
    undefined: str | None
    smoothing: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamModels:
    """The models of one criterion.

    Attributes
    ----------
    snapshot_id : str
    filters : Filters
    criterion : str
    models : tuple of ModelFit
        Dawid-Skene, one-coin, MACE, GLAD, CROWDLAB.
    spammer : TeamFigure or None
        How far labels follow the truth at all, from Dawid-Skene.
    majority : Estimate
        How often the most frequent label is the known answer (ties count their part).
    n_judgments, n_items, n_trainers : int
    undefined : str or None
        Why there are no models on this criterion.
    """

    snapshot_id: str
    filters: Filters
    criterion: str
    models: tuple[ModelFit, ...]
    spammer: TeamFigure | None
    majority: Estimate
    n_judgments: int
    n_items: int
    n_trainers: int
    undefined: str | None


def team_models_report(engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str) -> TeamModels:
    """Return every latent model of one criterion; off where it is marked as a matter of opinion."""
    scope.check_project(project)
    with team_logs(engine, scope, of_one(filters, project, criterion)) as found:
        log = next(iter(found.logs.values()), None)
        why = _reason(log)
        models: tuple[ModelFit, ...] = ()
        spammer, majority = None, _no_gold()
        if log is not None and why is None:
            majority = _against_gold(log, _majority(log))
            models, spammer = _models(found, log, criterion)
        return TeamModels(
            snapshot_id=engine.snapshot_id, filters=filters, criterion=criterion, models=models, spammer=spammer,
            majority=majority, undefined=why,
            n_judgments=log.codes.n_judgments if log else 0, n_items=log.codes.n_items if log else 0,
            n_trainers=int((log.codes.trainer_sizes > 0).sum()) if log else 0,
        )  # fmt: skip


def _reason(log: TrainerLog | None) -> str | None:
    if log is None:
        return "nobody judged it under these filters, or it has no labels to compare"
    if log.criterion.scale.subjective:
        return "it is marked as a matter of opinion: a model of one truth would turn minorities into errors"
    if log.criterion.scale.level == "set":
        return "answers are sets of labels: these models know one true label an item"
    if log.codes.n_labels < 2:
        return "its scale has one label, so everybody is right"
    return None


def _models(found: TeamLogs, log: TrainerLog, name: str) -> tuple[tuple[ModelFit, ...], TeamFigure | None]:
    codes, listed = log.codes, found.listed
    wide = f"{codes.n_labels} labels are too many for a confusion matrix a trainer" if (
        codes.n_labels > MOST_MODEL_LABELS
    ) else None  # fmt: skip
    spammer: TeamFigure | None = None
    fits = []
    if wide is None:
        ds = dawid_skene(codes, max_iterations=MOST_STEPS)
        if ds.undefined is None:
            ds = dawid_skene(codes, smoothing=likeliest_smoothing(ds), max_iterations=MOST_STEPS)
        fits.append(
            ModelFit(
                title="Dawid-Skene", story="Every trainer confuses labels in their own way.",
                figure=None if ds.undefined else team_figure(ds.accuracy, listed, about=name), converged=ds.converged,
                n_iterations=ds.n_iterations, gold=_against_gold(log, ds.posterior), undefined=ds.undefined,
                smoothing=ds.smoothing,
            )
        )  # fmt: skip
        if ds.undefined is None:
            rng = np.random.default_rng(SEED)
            spammer = team_figure(
                spammer_scores(ds.confusion_counts, ds.pooled, rng=rng, smoothing=ds.smoothing), listed, about=name
            )
    else:
        fits.append(_absent("Dawid-Skene", "Every trainer confuses labels in their own way.", wide))
    coin = one_coin(codes, max_iterations=MOST_STEPS)
    fits.append(
        ModelFit(
            title="One coin", story="A trainer is right with one chance, whatever the label.",
            figure=None if coin.undefined else team_figure(coin.skill, listed, about=name), converged=coin.converged,
            n_iterations=coin.n_iterations, gold=_against_gold(log, coin.posterior), undefined=coin.undefined,
        )
    )  # fmt: skip
    fits.append(_mace(log, listed, name))
    fits.append(_glad(log, listed, name))
    fits.append(_crowdlab(found, log, name))
    return tuple(fits), spammer


def _mace(log: TrainerLog, listed: Sequence[Member], name: str) -> ModelFit:
    story = "A trainer either looks, and is right, or answers by habit."
    if log.codes.n_judgments > MOST_MACE:
        return _absent("MACE", story, _too_many(log, MOST_MACE))
    fit = mace(log.codes, rng=np.random.default_rng(SEED), max_iterations=MOST_STEPS)
    # its spread over restarts is no sampling error: shown without an interval
    skill = trainer_estimates("mace_competence", fit.competence.value, n=fit.competence.n)
    return ModelFit(
        title="MACE", story=story, figure=None if fit.undefined else team_figure(skill, listed, about=name),
        converged=fit.converged, n_iterations=fit.n_iterations, gold=_against_gold(log, fit.posterior),
        undefined=fit.undefined,
    )  # fmt: skip


def _glad(log: TrainerLog, listed: Sequence[Member], name: str) -> ModelFit:
    story = "Some items are harder than others, and some trainers abler."
    if log.codes.n_judgments > MOST_GLAD:
        return _absent("GLAD", story, _too_many(log, MOST_GLAD))
    fit = glad(log.codes)
    return ModelFit(
        title="GLAD", story=story, figure=None if fit.undefined else team_figure(fit.ability, listed, about=name),
        converged=fit.converged, n_iterations=fit.n_iterations, gold=_against_gold(log, fit.posterior),
        undefined=fit.undefined,
    )  # fmt: skip


def _crowdlab(found: TeamLogs, log: TrainerLog, name: str) -> ModelFit:
    story = "Trainers and a model's probabilities are weighed against each other."
    chances = _probabilities(found, log)
    if chances is None:
        return _absent("CROWDLAB", story, NO_PROBABILITIES)
    fit = crowdlab(log.codes, chances)
    return ModelFit(
        title="CROWDLAB", story=story,
        figure=None if fit.undefined else team_figure(fit.trainer_quality, found.listed, about=name), converged=None,
        n_iterations=1, gold=_against_gold(log, fit.posterior), undefined=fit.undefined,
    )  # fmt: skip


def _probabilities(found: TeamLogs, log: TrainerLog) -> FloatArray | None:
    """(N, K): the mean over models of their confidence on the label given and the rest spread; None without any.

    A unit that no model judged gets every label alike.
    """
    rows = found.session.arrays("trainers_models", criterion_code=log.criterion.code)
    if not rows["unit"].size:
        return None
    n, k = log.codes.n_items, log.codes.n_labels
    code_of = np.array([log.labels.index(x) if x in log.labels else -1 for x in log.criterion.dictionary])
    label = code_of[np.asarray(rows["label_code"], dtype=np.int64)]
    unit = np.asarray(rows["unit"], dtype=np.int64)
    at = np.minimum(np.searchsorted(log.units, unit), n - 1)
    use = (log.units[at] == unit) & (label >= 0)
    if not use.any():
        return None
    sure = np.clip(np.asarray(rows["confidence"], dtype=np.float64)[use], 0.0, 1.0)
    total = np.zeros((n, k))
    np.add.at(total, at[use], ((1.0 - sure) / (k - 1))[:, None] * np.ones(k))
    np.add.at(total, (at[use], label[use]), sure - (1.0 - sure) / (k - 1))
    size = total.sum(axis=1, keepdims=True)
    return np.where(size > 0, total / np.where(size > 0, size, 1.0), 1.0 / k)


def _too_many(log: TrainerLog, most: int) -> str:
    return f"left out above {most:,} judgments, where it needs minutes: {log.codes.n_judgments:,} here"


def _absent(title: str, story: str, why: str) -> ModelFit:
    return ModelFit(
        title=title, story=story, figure=None, converged=None, n_iterations=0, gold=_no_gold(), undefined=why
    )


def _majority(log: TrainerLog) -> FloatArray:
    counts = log.codes.item_counts
    return np.asarray(counts == counts.max(axis=1, keepdims=True), dtype=np.float64)


def _against_gold(log: TrainerLog, score: FloatArray) -> Estimate:
    """How often the label with the highest score is the known answer; ties count their part."""
    known = np.flatnonzero((log.gold >= 0) & np.isfinite(score).all(axis=1))
    if not known.size:
        return _no_gold()
    top = score[known] >= score[known].max(axis=1, keepdims=True) - 1e-12
    hits = float((top[np.arange(known.size), log.gold[known]] / top.sum(axis=1)).sum())
    found = binomial_intervals([hits], [known.size])
    return Estimate(
        value=hits / known.size, low=float(found.low[0]), high=float(found.high[0]), interval_method="Wilson",
        n_items=int(known.size),
    )  # fmt: skip


def _no_gold() -> Estimate:
    return Estimate(value=float("nan"), undefined="no item has a known answer")
