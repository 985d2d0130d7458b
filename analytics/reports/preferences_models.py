"""Response models compared: win rates, strengths on one scale where there is one, and whose choices follow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.agreement import SEED
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.reports.preferences import scores_of
from analytics.stats.counts.counted_share import counted_share
from analytics.stats.preferences.strengths.bradley_terry import Strengths, bradley_terry
from analytics.stats.preferences.strengths.clustered_variance import ClusterTable
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.crowd_bt import CrowdBradleyTerry, crowd_bradley_terry
from analytics.stats.preferences.strengths.davidson import DavidsonFit, davidson
from analytics.stats.preferences.strengths.simultaneous import (
    QuasiVariances,
    SimultaneousDifferences,
    quasi_variances,
    simultaneous_differences,
)
from analytics.store import Engine

NO_MODELS = "no judged pair names the two models that wrote its answers"
ONE_MODEL = "every judged pair has answers of the same model"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelPair:
    """Two response models that met: judgments for each, ties, items."""

    first: str
    second: str
    wins_first: int
    ties: int
    wins_second: int
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerReliability:
    """How a trainer's choices follow the strengths the crowd agrees on; name as the viewer may see it."""

    trainer_code: int
    name: str
    reliability: Estimate
    p_unreliable: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelsReport:
    """Response models compared by trainers' preferences.

    Attributes
    ----------
    models : tuple of str (N,)
        In the order of all arrays.
    pairs : tuple of ModelPair
    win_rates : tuple of Estimate (N,)
        Share of judgments won, ties a half, over the opponents a model happened to meet.
    strengths : Strengths
        Bradley-Terry, ties a half, two-way clustered by item and trainer.
    ties : DavidsonFit
        Davidson's model, in which ties are likelier between models of like strength.
    differences : SimultaneousDifferences
        All pairwise differences of `strengths` with intervals that hold together, and the ranks that follow.
    quasi : QuasiVariances or None
        For pictures; None with fewer than three models on one scale.
    crowd : CrowdBradleyTerry
        Strengths with a reliability per trainer.
    reliabilities : tuple of TrainerReliability
        Least reliable first.
    n_judgments, n_items, n_trainers : int
        Behind all of these.
    n_without_models : int
        Counted judgments on items that do not name two different models.
    undefined : str or None
    """

    provenance: Provenance
    models: tuple[str, ...]
    pairs: tuple[ModelPair, ...]
    win_rates: tuple[Estimate, ...]
    strengths: Strengths | None
    ties: DavidsonFit | None
    differences: SimultaneousDifferences | None
    quasi: QuasiVariances | None
    crowd: CrowdBradleyTerry | None
    reliabilities: tuple[TrainerReliability, ...]
    n_judgments: int
    n_items: int
    n_trainers: int
    n_without_models: int
    undefined: str | None

    def to_document(self) -> dict[str, Any]:
        """Return the part of the document that `preferences --json` prints."""
        crowd = self.crowd
        return {
            "models": self.models,
            "pairs": self.pairs,
            "win_rates": self.win_rates,
            "bradley_terry": self.strengths,
            "davidson": self.ties,
            "differences": self.differences,
            "crowd_bt": None
            if crowd is None
            else {
                "log_strength": crowd.strengths.log_strength,
                "prior": crowd.prior,
                "converged": crowd.converged,
                "reliabilities": self.reliabilities,
            },
            "n_judgments": self.n_judgments,
            "n_without_models": self.n_without_models,
            "undefined": self.undefined,
        }


def models_report(engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str) -> ModelsReport:
    """Return how response models compare on one preference criterion."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        scores_of(one.counts)
        items = session.arrays("preferences_items_by_votes", criterion_code=one.criterion.code)
        people = session.arrays("preferences_trainers_by_models", criterion_code=one.criterion.code)
        names = {int(code): str(name) for code, _, name, _, _ in session.rows("trainer_names")}
    counted = one.counts.patterns.n_judgments
    models = tuple(sorted({str(x) for x in np.concatenate([items["model_a"], items["model_b"]])}))
    source = provenance_of(one, "two-way")
    if len(models) < 2:
        return ModelsReport(
            provenance=source, models=models, pairs=(), win_rates=(), strengths=None, ties=None, differences=None,
            quasi=None, crowd=None, reliabilities=(), n_judgments=0, n_items=0, n_trainers=0, n_without_models=counted,
            undefined=NO_MODELS,
        )  # fmt: skip
    by_item, by_trainer = _comparisons(items, models), _comparisons(people, models)
    n_items = np.asarray(items["n_items"], dtype=np.int64)
    trainer_codes, who = np.unique(np.asarray(people["trainer_code"], dtype=np.int64), return_inverse=True)
    who = who.reshape(-1)
    tables = (
        ClusterTable(comparisons=by_item, multiplicity=n_items),
        ClusterTable(comparisons=by_trainer, cluster=who),
    )
    confidence = engine.settings.confidence
    strengths = bradley_terry(by_trainer, ties="half", tables=tables)
    rng = np.random.default_rng(SEED)
    alone = len(models) > 2 and strengths.undefined is None
    crowd = crowd_bradley_terry(by_trainer, who, n_trainers=int(trainer_codes.size), ties="drop", confidence=confidence)
    return ModelsReport(
        provenance=source,
        models=models,
        pairs=_pairs(items, models),
        win_rates=tuple(
            _win_rate(k, by_item, n_items, by_trainer, who, int(trainer_codes.size), confidence)
            for k in range(len(models))
        ),
        strengths=strengths,
        ties=davidson(by_trainer, tables=tables, confidence=confidence),
        differences=simultaneous_differences(
            strengths.log_strength, strengths.covariance, group=strengths.group, method="max-t", confidence=confidence,
            rng=rng,
        ),
        quasi=quasi_variances(strengths.covariance) if alone else None,
        crowd=crowd,
        reliabilities=_reliabilities(crowd, trainer_codes, names),
        n_judgments=by_trainer.n_judgments,
        n_items=int(n_items.sum()),
        n_trainers=int(trainer_codes.size),
        n_without_models=counted - by_trainer.n_judgments,
        undefined=None,
    )  # fmt: skip


def _comparisons(rows: dict[str, npt.NDArray[Any]], models: tuple[str, ...]) -> Comparisons:
    place = {model: k for k, model in enumerate(models)}
    return Comparisons(
        first=np.array([place[str(x)] for x in rows["model_a"]], dtype=np.int64),
        second=np.array([place[str(x)] for x in rows["model_b"]], dtype=np.int64),
        wins_first=np.asarray(rows["n_a"], dtype=np.int64),
        wins_second=np.asarray(rows["n_b"], dtype=np.int64),
        ties=np.asarray(rows["n_tie"], dtype=np.int64),
        n_objects=len(models),
    )


def _pairs(rows: dict[str, npt.NDArray[Any]], models: tuple[str, ...]) -> tuple[ModelPair, ...]:
    n = len(models)
    c = _comparisons(rows, models)
    weight = np.asarray(rows["n_items"], dtype=np.int64)
    wins, ties, met = np.zeros((n, n), np.int64), np.zeros((n, n), np.int64), np.zeros((n, n), np.int64)
    for table, i, j, value in (
        (wins, c.first, c.second, c.wins_first), (wins, c.second, c.first, c.wins_second),
        (ties, np.minimum(c.first, c.second), np.maximum(c.first, c.second), c.ties),
        (met, np.minimum(c.first, c.second), np.maximum(c.first, c.second), np.ones_like(c.ties)),
    ):  # fmt: skip
        np.add.at(table, (i, j), value * weight)
    return tuple(
        ModelPair(
            first=models[i], second=models[j], wins_first=int(wins[i, j]), ties=int(ties[i, j]),
            wins_second=int(wins[j, i]), n_items=int(met[i, j]),
        )
        for i in range(n)
        for j in range(i + 1, n)
        if met[i, j]
    )  # fmt: skip


def _win_rate(
    k: int,
    by_item: Comparisons,
    n_items: npt.NDArray[np.int64],
    by_trainer: Comparisons,
    who: npt.NDArray[np.int64],
    n_trainers: int,
    confidence: float,
) -> Estimate:
    def of(c: Comparisons) -> tuple[Any, Any, Any]:
        mine = (c.first == k) | (c.second == k)
        won = np.where(c.first == k, c.wins_first, np.where(c.second == k, c.wins_second, 0))
        tied = np.where(mine, c.ties, 0)
        return won + tied / 2, np.where(mine, c.n, 0), won + tied / 4

    s, t, _ = of(by_item)
    won, trials, squares = of(by_trainer)
    return counted_share(
        s, t, n_items, np.bincount(who, weights=won, minlength=n_trainers),
        np.bincount(who, weights=trials, minlength=n_trainers), squares=float(squares.sum()),
        reason="it met no other model", confidence=confidence,
    )  # fmt: skip


def _reliabilities(
    crowd: CrowdBradleyTerry, codes: npt.NDArray[np.int64], names: dict[int, str]
) -> tuple[TrainerReliability, ...]:
    found = [
        TrainerReliability(
            trainer_code=int(code),
            name=names.get(int(code), str(int(code))),
            reliability=crowd.reliability.estimate(j),
            p_unreliable=float(crowd.p_unreliable[j]),
        )
        for j, code in enumerate(codes)
    ]
    return tuple(sorted(found, key=lambda r: (not r.reliability.defined, r.reliability.value, r.name)))
