"""Who moves the number: agreement without each trainer in turn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.agreement import criterion_agreement
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.counts import CriterionCounts
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.stats.agreement.trainer_effects import TrainerEffects, trainer_effects
from analytics.stats.inference.multiple_testing import discoveries
from analytics.store import Engine

OF_TEXTS = (
    "agreement on texts is not computed without each trainer; in the table of pairs, a pale row is somebody who writes "
    "unlike everybody else"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerEffect:
    """What agreement would be without one trainer; `name` as the viewer may see it.

    Attributes
    ----------
    effect, low, high : float
        without - with everybody, and its interval for other items and the same team.
    pulls_down : bool
        True where the others agree better without the trainer and that is not noise, false discoveries over the team
        kept at the settings' share. A reason to look, not a verdict: who was given the hard items pulls down too.
    """

    trainer_code: int
    name: str
    n_judgments: int
    without: float
    effect: float
    low: float
    high: float
    pulls_down: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerEffectsReport:
    """The effect of every trainer on a coefficient, the largest first; `undefined` says why there is none."""

    provenance: Provenance
    coefficient: str
    value: float
    effects: tuple[TrainerEffect, ...]
    confidence: float
    undefined: str | None


def trainer_effects_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> TrainerEffectsReport:
    """Return what leaving out each trainer does to the headline, or to alpha where the headline allows none."""
    narrowed = of_one(filters, project, criterion)
    with engine.session(scope, narrowed) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        names = {int(code): name for code, _, name, _, _ in session.rows("trainer_names")}
    counts = one.counts
    agreement = criterion_agreement(counts, engine, interval="items", names="headline")
    found: TrainerEffects | None = None
    for name in dict.fromkeys((agreement.headline, "krippendorff_alpha")):
        if counts.level == "text":
            break
        found = trainer_effects(
            name,
            counts.patterns,
            counts.trainer_patterns,
            level=counts.level,
            values=counts.values or (0.0,),
            labels=counts.labels or None,
            confidence=engine.settings.confidence,
        )
        if found.undefined is None:
            break
    effects = () if found is None else tuple(_effects(found, counts, names, engine.settings.false_discovery))
    return TrainerEffectsReport(
        provenance=provenance_of(one, "items"),
        coefficient=agreement.headline if found is None else found.name,
        value=math.nan if found is None else found.value,
        effects=tuple(sorted(effects, key=lambda e: (-abs(e.effect), e.name))),
        confidence=engine.settings.confidence,
        undefined=OF_TEXTS if found is None else found.undefined,
    )


def _effects(
    found: TrainerEffects, counts: CriterionCounts, names: dict[int, str], false_discovery: float
) -> list[TrainerEffect]:
    real = discoveries(found.p_value, level=false_discovery).rejected
    return [
        TrainerEffect(
            trainer_code=int(code),
            name=names.get(int(code), f"Trainer {int(code) + 1}"),
            n_judgments=int(found.n_paired[j]),
            without=float(found.without[j]),
            effect=float(found.effect[j]),
            low=float(found.low[j]),
            high=float(found.high[j]),
            pulls_down=bool(real[j]),
        )
        for j, code in enumerate(counts.trainer_codes)
        if math.isfinite(found.effect[j])
    ]
