"""One trainer against the others on the same items, and against their own earlier answers, on one criterion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.one_criterion import of_one
from analytics.reports.trainer_alpha import alpha_effect, alpha_effects
from analytics.reports.trainer_profile import NOTHING_TO_COMPARE, ProfileLog, profile_log
from analytics.reports.trainer_profile_gold import LabelRight, label_rows
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.peers import peer_agreement
from analytics.stats.trainers.self_consistency import SelfConsistency, self_consistency
from analytics.store import Engine


@dataclass(frozen=True, kw_only=True, slots=True)
class PeersProfile:
    """One trainer against the others and against their own earlier answers.

    Attributes
    ----------
    agreement, excess, majority : Estimate
        Share of others with the same label; the same beyond the items; share of items with the others' leading label.
    labels : tuple of str
        K labels.
    confusion : float array (K, K)
        Judgments: what the others said (each counting its part) by what the trainer said.
    by_label : tuple of LabelRight
        Where the others say a label, how often the trainer does; the same over the rest of the team.
    alpha, effect : float, Estimate
        Krippendorff's alpha of the team on the criterion's own scale, and its change without the trainer.
    level : str
        The level of measurement alpha was computed at.
    consistency, consistency_shrunken : Estimate
        Same answer to an item judged again; the same drawn towards the team's.
    self_kappa, team_consistency, noise, ceiling : float
        Consistency beyond chance; the team's consistency; what a perfectly instructed team would still disagree with
        itself about; about the highest agreement beyond chance to be had. nan where unknown.
    undefined : str or None
        Why there is nothing.
    """

    agreement: Estimate
    excess: Estimate
    majority: Estimate
    labels: tuple[str, ...]
    confusion: FloatArray
    by_label: tuple[LabelRight, ...]
    alpha: float
    effect: Estimate
    level: str
    consistency: Estimate
    consistency_shrunken: Estimate
    self_kappa: float
    team_consistency: float
    noise: float
    ceiling: float
    subjective: bool
    undefined: str | None


def peers_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> PeersProfile:
    """Return one trainer's answers against those of the others on the same items, and against their own repeats."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    if found is None:
        gone = Estimate(value=math.nan, undefined=NOTHING_TO_COMPARE)
        return PeersProfile(
            agreement=gone, excess=gone, majority=gone, labels=(), confusion=np.zeros((0, 0)), by_label=(),
            alpha=math.nan, effect=gone, level="", consistency=gone, consistency_shrunken=gone, self_kappa=math.nan,
            team_consistency=math.nan, noise=math.nan, ceiling=math.nan, subjective=False,
            undefined=NOTHING_TO_COMPARE,
        )  # fmt: skip
    j, sure, scale = found.place, engine.settings.confidence, found.log.criterion.scale
    patterns, people = found.patterns()
    peers = peer_agreement(patterns, people, confidence=sure)
    mine = np.asarray(peers.confusion_counts[j])
    others = np.asarray(peers.confusion_counts.sum(axis=0) - mine)
    effects = alpha_effects(found.log, patterns, people, confidence=sure)
    repeats = _repeats(engine, scope, filters, found)
    return PeersProfile(
        agreement=peers.agreement.estimate(j),
        excess=peers.excess.estimate(j),
        majority=peers.majority.estimate(j),
        labels=found.log.labels,
        confusion=mine,
        by_label=tuple(
            row
            for row in label_rows(found.log.labels, mine, others, sure, name="peer_label_agreement")
            if row.share.defined
        ),
        alpha=effects.value,
        effect=alpha_effect(effects, j),
        level=scale.level,
        consistency=repeats.consistency.estimate(j),
        consistency_shrunken=repeats.shrunken.estimate(j),
        self_kappa=float(repeats.kappa[j]),
        team_consistency=repeats.team,
        noise=repeats.noise,
        ceiling=float(repeats.ceiling[j]),
        subjective=scale.subjective,
        undefined=None,
    )


def _repeats(engine: Engine, scope: Scope, filters: Filters, found: ProfileLog) -> SelfConsistency:
    log = found.log
    whole = of_one(filters.replace(trainers=(), teams=()), log.criterion.project, log.criterion.criterion)
    with engine.session(scope, whole) as session:
        rows = session.frame("trainers_repeats")
    rows = rows[rows["trainer_code"].isin(log.trainer_codes)]
    n = rows["n"].to_numpy(dtype=np.int64)
    who = np.searchsorted(log.trainer_codes, rows["trainer_code"].to_numpy(dtype=np.int64))
    return self_consistency(
        np.repeat(who, n), np.repeat(rows["first"].to_numpy(dtype=np.int64), n),
        np.repeat(rows["again"].to_numpy(dtype=np.int64), n), n_trainers=log.codes.n_trainers,
        n_labels=max(1, len(log.criterion.dictionary)), confidence=engine.settings.confidence,
    )  # fmt: skip
