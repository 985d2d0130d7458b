"""Agreement by criterion: the coefficients with their uncertainty, what they rest on, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Coefficient
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.reports.counts import CriterionCounts, criterion_counts
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.recommendation import Recommendation, headline
from analytics.stats.agreement.text_agreement import text_agreement
from analytics.store import Engine
from analytics.text.edit_distance import token_edit_distances

Interval = Literal["two-way", "items", "bootstrap", "jackknife"]
SEED = 20260101
"""Seed of every bootstrap a report makes: the same question gives the same answer, to the last digit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionAgreement:
    """Agreement on one criterion of one project."""

    project: str
    criterion: str
    level: Level
    inferred: bool
    n_items: int
    n_items_paired: int
    n_judgments: int
    n_trainers: int
    left_out: dict[str, int]
    headline: str
    headline_reason: str
    also: tuple[str, ...]
    coefficients: tuple[Coefficient, ...]

    @property
    def main(self) -> Coefficient:
        """The headline coefficient."""
        return self.coefficient(self.headline)

    def coefficient(self, name: str) -> Coefficient:
        """Return the coefficient `name`; KeyError where it was not computed for this level."""
        for c in self.coefficients:
            if c.name == name:
                return c
        raise KeyError(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementReport:
    """Agreement for every selected criterion, and how to get the same again."""

    snapshot_id: str
    filters: Filters
    criteria: tuple[CriterionAgreement, ...]

    def to_document(self) -> dict[str, Any]:
        """Return the document that `agreement --json` prints."""
        return {"snapshot_id": self.snapshot_id, "filters": self.filters.to_dict(), "criteria": list(self.criteria)}


def agreement_report(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    level: Level | None = None,
    interval: Interval = "two-way",
    names: tuple[str, ...] | None = None,
) -> AgreementReport:
    """Return agreement by criterion.

    Parameters
    ----------
    level : Level, optional
        Read every scale at this level instead of its own.
    interval : str
        How intervals are made; "two-way" generalises to other items and other trainers.
    names : tuple of str, optional
        Only these coefficients. Default: all that the level allows.
    """
    with engine.session(scope, filters) as session:
        counts = criterion_counts(session, level)
        snapshot_id = session.snapshot.id
    criteria = tuple(criterion_agreement(c, engine, interval=interval, names=names) for c in counts)
    return AgreementReport(snapshot_id=snapshot_id, filters=filters, criteria=criteria)


def criterion_agreement(
    counts: CriterionCounts,
    engine: Engine,
    *,
    interval: Interval = "two-way",
    names: tuple[str, ...] | Literal["headline"] | None = None,
) -> CriterionAgreement:
    """Return the agreement of one criterion from its counts; `names` as in agreement_report, or the headline alone."""
    settings = engine.settings
    if counts.texts is not None:
        text = text_agreement(
            counts.texts.unit,
            counts.texts.texts,
            rng=np.random.default_rng(SEED),
            distance=token_edit_distances,
            confidence=settings.confidence,
        )
        coefficients: tuple[Coefficient, ...] = (text.alpha,)
        reason = f"Rewrites are compared by {text.distance}; alpha sets that beside texts of different items."
        advice = Recommendation(name=text.alpha.name, reason=reason, also=())
    else:
        advice = headline(counts.level, counts.patterns, counts.trainer_patterns)
        coefficients = agreement_coefficients(
            counts.patterns,
            level=counts.level,
            values=counts.values or (0.0,),
            labels=counts.labels or None,
            trainer_patterns=counts.trainer_patterns,
            names=(advice.name,) if names == "headline" else names,
            confidence=settings.confidence,
            interval=interval,
            replicates=settings.bootstrap_replicates,
            rng=np.random.default_rng(SEED),
        )
    return CriterionAgreement(
        project=counts.criterion.project,
        criterion=counts.criterion.criterion,
        level=counts.level,
        inferred=counts.scale.inferred,
        n_items=counts.patterns.n_items,
        n_items_paired=counts.patterns.n_items_paired,
        n_judgments=counts.patterns.n_judgments,
        n_trainers=counts.n_trainers,
        left_out=counts.left_out,
        headline=advice.name,
        headline_reason=advice.reason,
        also=advice.also,
        coefficients=coefficients,
    )
