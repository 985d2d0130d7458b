"""Rankings: agreement prompt by prompt, and the strengths of the models that wrote the ranked answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.agreement import SEED
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.stats.inference.clustered_mean import clustered_mean
from analytics.stats.preferences.preference_forms import mid_ranks, pairs_of_rankings, parsed_ranking
from analytics.stats.preferences.ranking_agreement import RankingAgreement, ranking_agreement
from analytics.stats.preferences.strengths.bradley_terry import Strengths, bradley_terry
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.simultaneous import SimultaneousDifferences, simultaneous_differences
from analytics.store import Engine

NO_MODELS = "no ranking orders answers of two models"


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingsReport:
    """Rankings on one criterion.

    Attributes
    ----------
    agreement : RankingAgreement
        Intervals over prompts.
    models : tuple of str (N,)
    win_rates : tuple of Estimate (N,)
        Share of the pairs of a ranking that a model's answer wins, ties a half; two-way clustered by prompt, trainer.
    strengths : Strengths or None
        Bradley-Terry on the pairs of all rankings; every pair of one ranking is in one cluster, and so are all of one
        prompt, for the variance is two-way by prompt and trainer.
    differences : SimultaneousDifferences or None
    n_pairs : int
        Pairs that the rankings were expanded to.
    n_unread : int
        Rankings that name an answer their item does not have, or none: not counted.
    undefined : str or None
        Why there are no strengths.
    """

    provenance: Provenance
    project: str
    criterion: str
    agreement: RankingAgreement
    models: tuple[str, ...]
    win_rates: tuple[Estimate, ...]
    strengths: Strengths | None
    differences: SimultaneousDifferences | None
    n_pairs: int
    n_unread: int
    undefined: str | None

    def to_document(self) -> dict[str, Any]:
        """Return the part of the document that `preferences --json` prints."""
        return {
            "project": self.project,
            "criterion": self.criterion,
            "provenance": self.provenance,
            "agreement": self.agreement,
            "models": self.models,
            "win_rates": self.win_rates,
            "bradley_terry": self.strengths,
            "n_pairs": self.n_pairs,
            "n_unread": self.n_unread,
            "undefined": self.undefined,
        }


def rankings_report(engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str) -> RankingsReport:
    """Return agreement on rankings, and what they say of response models."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        frame = session.frame("preferences_rankings", criterion_code=one.criterion.code)
    table, models_at, read = _ranks(frame)
    frame = frame[read].reset_index(drop=True)
    unit, trainer = frame["unit"].to_numpy(), frame["trainer_code"].to_numpy()
    rng, confidence = np.random.default_rng(SEED), engine.settings.confidence
    agreement = ranking_agreement(
        unit, trainer, table, rng=rng, replicates=engine.settings.bootstrap_replicates, confidence=confidence
    )
    models = tuple(sorted({m for row in models_at for m in row if m}))
    place = {m: k for k, m in enumerate(models)}
    code = np.full(table.shape, -1, dtype=np.int64)
    for r, row in enumerate(models_at):
        for k, m in enumerate(row):
            code[r, k] = place.get(m or "", -1)
    pairs = pairs_of_rankings(table)
    first, second = code[pairs.event, pairs.first], code[pairs.event, pairs.second]
    named = (first >= 0) & (second >= 0) & (first != second)
    strengths = differences = None
    rates: tuple[Estimate, ...] = ()
    if named.any():
        first, second, score = first[named], second[named], pairs.score[named]
        _, prompt = np.unique(unit[pairs.event[named]], return_inverse=True)
        _, who = np.unique(trainer[pairs.event[named]], return_inverse=True)
        prompt, who = prompt.reshape(-1), who.reshape(-1)
        comparisons = Comparisons.from_scores(first, second, score, len(models))
        strengths = bradley_terry(comparisons, ties="half", clusters=(prompt, who))
        differences = simultaneous_differences(
            strengths.log_strength, strengths.covariance, group=strengths.group, method="max-t",
            confidence=confidence, rng=rng,
        )  # fmt: skip
        rates = tuple(_rate(k, first, second, score, prompt, who, confidence) for k in range(len(models)))
    return RankingsReport(
        provenance=provenance_of(one, "bootstrap"),
        project=project,
        criterion=criterion,
        agreement=agreement,
        models=models,
        win_rates=rates,
        strengths=strengths,
        differences=differences,
        n_pairs=int(pairs.score.size),
        n_unread=int((~read).sum()),
        undefined=None if named.any() else NO_MODELS,
    )


def _ranks(
    frame: pd.DataFrame,
) -> tuple[npt.NDArray[np.float64], list[list[str | None]], npt.NDArray[np.bool_]]:
    """Return (ranks (E, N), the model of each slot (E rows), which rows could be read).

    A slot is the same answer in all rankings of a unit: its place in the item's list, or in the sorted ids that the
    unit's rankings name where the item does not list its answers.
    """
    named: dict[int, list[str]] = {}
    for unit, label in zip(frame["unit"], frame["label"], strict=True):
        try:
            ids = [x for group in parsed_ranking(str(label)) for x in group]
        except ValueError:
            continue
        named[unit] = sorted({*named.get(unit, []), *ids})
    rows: list[npt.NDArray[np.float64]] = []
    models: list[list[str | None]] = []
    read = np.zeros(len(frame), dtype=bool)
    for r, (unit, label, ids, wrote) in enumerate(
        zip(frame["unit"], frame["label"], frame["ids"], frame["models"], strict=True)
    ):
        listed = isinstance(ids, (list, np.ndarray)) and len(ids) > 0 and all(x is not None for x in ids)
        slots = [str(x) for x in ids] if listed else named.get(unit, [])
        try:
            rows.append(mid_ranks(str(label), slots))
        except ValueError:
            continue
        known = isinstance(wrote, (list, np.ndarray)) and len(wrote) == len(slots)
        models.append([None if m is None or m != m else str(m) for m in wrote] if known else [None] * len(slots))
        read[r] = True
    width = max((x.size for x in rows), default=0)
    table = np.full((len(rows), width), np.nan)
    for r, ranks in enumerate(rows):
        table[r, : ranks.size] = ranks
    return table, models, read


def _rate(
    k: int,
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    score: npt.NDArray[np.int64],
    prompt: npt.NDArray[np.int64],
    who: npt.NDArray[np.int64],
    confidence: float,
) -> Estimate:
    mine = (first == k) | (second == k)
    won = np.where(first == k, (1 - score) / 2, (1 + score) / 2) * mine
    return clustered_mean(won, mine, prompt, who, reason="it was ranked with no other model", confidence=confidence)
