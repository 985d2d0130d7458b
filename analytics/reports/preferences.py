"""Preferences on one criterion: how far trainers agree, trainer pair by trainer pair, and the ceiling for a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.results import Coefficient
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.counts import CriterionCounts
from analytics.reports.one_criterion import OneCriterion, of_one, one_criterion
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.two_trainers import cohen_kappa
from analytics.stats.preferences.ceiling import RewardModelCeiling, reward_model_ceiling
from analytics.stats.preferences.ceiling_plan import CeilingPlan, ceiling_plan
from analytics.stats.preferences.preference_agreement import PreferenceAgreement, preference_agreement
from analytics.stats.preferences.preference_forms import preference_scores
from analytics.store import Engine
from analytics.store.engine import Session

MOST_TRAINERS = 12
"""Trainers whose pairs are compared one by one: those with most judgments."""
ORDINARY = ("krippendorff_alpha_nominal", "krippendorff_alpha")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerPair:
    """Cohen's kappa of two trainers, on the items both judged; names as the viewer may see them."""

    first: str
    second: str
    kappa: float
    se: float
    observed: float
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferenceReport:
    """Preferences on one criterion.

    Attributes
    ----------
    project, criterion : str
    level : Level
        "preference".
    labels : tuple of str
        In the scale's order.
    graded : bool
        True where trainers said how strong a preference is.
    inferred, subjective : bool
    target : float or None
    agreement : PreferenceAgreement
        Blind to which answer is called A.
    ordinary : tuple of Coefficient
        Krippendorff's alpha, nominal and with score distances, with the marginals as they are: what matters where A
        has a meaning.
    pairs : tuple of TrainerPair
        Cohen's kappa of the most active trainers, pair by pair; empty for more than a dozen trainers' worth of noise.
    ceiling : RewardModelCeiling
    plan : CeilingPlan
    n_a, n_tie, n_b : int
        Judgments by side.
    provisional : bool
    """

    provenance: Provenance
    project: str
    criterion: str
    level: Level
    labels: tuple[str, ...]
    graded: bool
    inferred: bool
    subjective: bool
    target: float | None
    agreement: PreferenceAgreement
    ordinary: tuple[Coefficient, ...]
    pairs: tuple[TrainerPair, ...]
    ceiling: RewardModelCeiling
    plan: CeilingPlan
    n_a: int
    n_tie: int
    n_b: int
    provisional: bool

    def to_document(self) -> dict[str, Any]:
        """Return the part of the document that `preferences --json` prints for this criterion."""
        return {
            "project": self.project,
            "criterion": self.criterion,
            "level": self.level,
            "labels": self.labels,
            "provenance": self.provenance,
            "agreement": self.agreement,
            "ordinary": self.ordinary,
            "trainer_pairs": self.pairs,
            "ceiling": self.ceiling,
            "plan": self.plan,
            "n_a": self.n_a,
            "n_tie": self.n_tie,
            "n_b": self.n_b,
        }


def preferences_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> PreferenceReport:
    """Return agreement and ceiling of one preference criterion.

    Raises
    ------
    FilterError
        Where the criterion is no preference, or its labels are not symmetric in A and B.
    """
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        scores = scores_of(one.counts)
        pairs = _pairs(session, one)
    counts, settings = one.counts, engine.settings
    ceiling = reward_model_ceiling(
        counts.patterns, counts.trainer_patterns, scores=scores, confidence=settings.confidence
    )
    by_side = {side: int(counts.patterns.label_counts[np.sign(scores) == side].sum()) for side in (-1, 0, 1)}
    return PreferenceReport(
        provenance=provenance_of(one, "two-way"),
        project=project,
        criterion=criterion,
        level=counts.level,
        labels=counts.labels,
        graded=len(counts.labels) > 3,
        inferred=counts.scale.inferred,
        subjective=counts.scale.subjective,
        target=counts.scale.target,
        agreement=preference_agreement(
            counts.patterns, counts.trainer_patterns, scores=scores, confidence=settings.confidence
        ),
        ordinary=agreement_coefficients(
            counts.patterns,
            level="preference",
            values=scores,
            labels=counts.labels,
            trainer_patterns=counts.trainer_patterns,
            names=ORDINARY,
            confidence=settings.confidence,
        ),
        pairs=pairs,
        ceiling=ceiling,
        plan=ceiling_plan(ceiling.fit, ceiling.point, confidence=settings.confidence),
        n_a=by_side[-1],
        n_tie=by_side[0],
        n_b=by_side[1],
        provisional=counts.patterns.n_items_paired < settings.provisional_below,
    )


def scores_of(counts: CriterionCounts) -> tuple[int, ...]:
    """Return the signed score of each label of a preference criterion.

    Raises
    ------
    FilterError
        Where the criterion is no preference, or its labels are not symmetric in A and B.
    """
    name = counts.criterion.criterion
    if counts.criterion.scale.level != "preference":
        raise FilterError(f"{name!r} is of level {counts.criterion.scale.level!r}; choose a preference.")
    try:
        return preference_scores(counts.labels)
    except ValueError as error:
        raise FilterError(f"{name!r}: {error}") from error


def _pairs(session: Session, one: OneCriterion) -> tuple[TrainerPair, ...]:
    counts = one.counts
    load = np.bincount(
        counts.trainer_patterns.trainer, weights=counts.trainer_patterns.n, minlength=counts.trainer_codes.size
    )
    most = np.argsort(-load, kind="stable")[:MOST_TRAINERS]
    codes = [int(c) for c in counts.trainer_codes[np.sort(most)]]
    if len(codes) < 2:
        return ()
    names = {int(code): str(name) for code, _, name, _, _ in session.rows("trainer_names")}
    rows = session.arrays(
        "agreement_pair_judgments", criterion_code=one.criterion.code, trainers=codes, label_codes=one.label_codes
    )
    place = {label: k for k, label in enumerate(counts.labels)}
    rank = np.array([place.get(label, 0) for label in one.criterion.dictionary], dtype=np.int64)
    label = rank[np.asarray(rows["label_code"], dtype=np.int64)]
    _, unit = np.unique(rows["unit"], return_inverse=True)
    given = np.full((int(unit.max(initial=-1)) + 1, len(codes)), -1, dtype=np.int64)
    given[unit.reshape(-1), np.searchsorted(codes, rows["trainer_code"])] = label
    found = []
    for i in range(len(codes)):
        for j in range(i + 1, len(codes)):
            both = (given[:, i] >= 0) & (given[:, j] >= 0)
            table = np.zeros((len(counts.labels), len(counts.labels)), dtype=np.int64)
            np.add.at(table, (given[both, i], given[both, j]), 1)
            kappa = cohen_kappa(table)
            if kappa.n_items:
                found.append(
                    TrainerPair(
                        first=names.get(codes[i], str(codes[i])), second=names.get(codes[j], str(codes[j])),
                        kappa=kappa.value, se=kappa.se, observed=kappa.observed, n_items=kappa.n_items,
                    )
                )  # fmt: skip
    return tuple(found)
