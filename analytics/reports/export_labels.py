"""How labels to train on are made: soft labels under a learnt prior, and a consensus that weighs trainers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.reports.counts import CriterionCounts
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns
from analytics.stats.inference.dirichlet_prior import dirichlet_prior
from analytics.stats.preferences.consensus import preference_consensus
from analytics.stats.preferences.preference_forms import preference_scores
from analytics.stats.preferences.soft_labels import label_shares, preference_shares
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.one_coin import one_coin
from analytics.store.engine import Session


@dataclass(frozen=True, slots=True)
class CriterionLog:
    """The judgments of one criterion as dense codes, in unit order; labels in the scale's order."""

    units: IntArray
    item: IntArray
    trainer: IntArray
    label: IntArray
    counts: IntArray  # (N, K)
    n_trainers: int


FLAG_LABELS = ("absent", "present")
"""Labels of one flag of a criterion whose labels are sets of flags."""


def flags_of(counts: CriterionCounts) -> tuple[str, ...]:
    """Return the flags that the sets of a criterion are made of, sorted."""
    return tuple(sorted({flag for label in counts.labels for flag in label.split("|") if flag}))


def with_flag(counts: CriterionCounts, flag: str) -> CriterionCounts:
    """Return the counts of one flag, absent or present, of a criterion whose labels are sets."""
    there = np.array([flag in label.split("|") for label in counts.labels], dtype=np.int64)
    table = np.stack([counts.patterns.counts[:, there == k].sum(axis=1) for k in (0, 1)], axis=1)
    return dataclasses.replace(
        counts,
        level="nominal",
        labels=FLAG_LABELS,
        values=(0.0, 1.0),
        patterns=Patterns(counts=table, multiplicity=counts.patterns.multiplicity),
        trainer_patterns=dataclasses.replace(counts.trainer_patterns, label=there[counts.trainer_patterns.label]),
    )


def criterion_log(session: Session, counts: CriterionCounts, flag: str = "") -> CriterionLog:
    """Return the counted judgments of a criterion as dense codes; of one flag, absent or present, where it is named."""
    rows = session.arrays("export_judgments", criterion_code=counts.criterion.code)
    place = {label: int(flag in label.split("|")) if flag else k for k, label in enumerate(counts.labels)}
    n_labels = len(FLAG_LABELS) if flag else len(counts.labels)
    rank = np.array([place.get(label, -1) for label in counts.criterion.dictionary], dtype=np.int64)
    label = rank[np.asarray(rows["label_code"], dtype=np.int64)]
    keep = label >= 0
    units, item = np.unique(np.asarray(rows["unit"], dtype=np.int64)[keep], return_inverse=True)
    people, who = np.unique(np.asarray(rows["trainer_code"], dtype=np.int64)[keep], return_inverse=True)
    item, who, label = item.reshape(-1), who.reshape(-1), label[keep]
    flat = np.bincount(item * n_labels + label, minlength=units.size * n_labels)
    return CriterionLog(
        units=units, item=item, trainer=who, label=label, n_trainers=int(people.size),
        counts=flat.reshape(units.size, n_labels).astype(np.int64),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeLabels:
    """Labels of the N items of one criterion over the K exported labels."""

    labels: tuple[str, ...]
    counts: IntArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    posterior: FloatArray  # nan without a consensus
    decided: npt.NDArray[np.bool_]
    prior: str
    consensus: str
    converged: bool
    p_b_preferred: FloatArray | None = None
    mean_score: FloatArray | None = None


def preference_labels(log: CriterionLog, labels: tuple[str, ...], confidence: float) -> MadeLabels:
    """Return labels of a preference criterion: A, tie, B, blind to which answer is called A."""
    scores = np.array(preference_scores(labels), dtype=np.int64)
    sides = np.stack([log.counts[:, np.sign(scores) == s].sum(axis=1) for s in (-1, 0, 1)], axis=1)
    soft = preference_shares(sides, confidence=confidence)
    found = preference_consensus(
        log.item, log.trainer, scores[log.label], n_items=log.units.size, n_trainers=log.n_trainers,
        confidence=confidence,
    )  # fmt: skip
    side, tie = float(soft.prior[0]), float(soft.prior[1])
    return MadeLabels(
        labels=("A", "tie", "B"),
        counts=sides,
        share=soft.share,
        low=soft.low,
        high=soft.high,
        posterior=found.posterior,
        decided=found.decided,
        prior=f"Dirichlet, {side:.4g} for A and for B, {tie:.4g} for a tie"
        + (", fitted to these items" if soft.prior_fitted else ", too few items to fit"),
        consensus="Dawid and Skene with a confusion that treats A and B alike",
        converged=found.converged,
        p_b_preferred=soft.p_b_preferred,
        mean_score=log.counts @ scores / log.counts.sum(axis=1) if len(labels) > 3 else None,
    )


def scale_labels(log: CriterionLog, counts: CriterionCounts, confidence: float) -> MadeLabels:
    """Return labels of any other criterion with a list of labels."""
    k = len(counts.labels)
    learnt = dirichlet_prior(counts.patterns)
    fitted = learnt.undefined is None and bool(np.isfinite(learnt.alpha).all())
    soft = label_shares(log.counts, learnt.alpha if fitted else np.full(k, 0.5), confidence=confidence)
    codes = JudgmentCodes.ordered(
        item=log.item, trainer=log.trainer, label=log.label, n_items=log.units.size, n_trainers=log.n_trainers,
        n_labels=k,
    )  # fmt: skip
    posterior, consensus, converged = _consensus(codes)
    top = np.sort(posterior, axis=1)
    return MadeLabels(
        labels=counts.labels,
        counts=log.counts,
        share=soft.share,
        low=soft.low,
        high=soft.high,
        posterior=posterior,
        decided=np.ones(len(top), dtype=bool) if k < 2 else np.asarray(top[:, -1] - top[:, -2] > 1e-6),
        prior="Dirichlet, fitted to these items" if fitted else "Dirichlet, 1/2 a label: too few items to fit",
        consensus=consensus,
        converged=converged,
    )


def _consensus(codes: JudgmentCodes) -> tuple[FloatArray, str, bool]:
    nothing = np.full((codes.n_items, codes.n_labels), np.nan)
    if codes.n_labels < 2:
        return nothing, "none: the scale has one label", True
    full = dawid_skene(codes)
    if full.undefined is None:
        return full.posterior, "Dawid and Skene, a confusion matrix a trainer", full.converged
    coin = one_coin(codes)
    if coin.undefined is None:
        return coin.posterior, f"one-coin model, a single accuracy a trainer ({full.undefined})", coin.converged
    return nothing, f"none: {coin.undefined}", True
