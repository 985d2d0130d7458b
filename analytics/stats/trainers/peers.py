"""Agreement with peers on the same items, and what those items would let anyone expect: no self-join."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_means,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerAgreement:
    """Leave-one-out agreement of M trainers.

    Attributes
    ----------
    agreement : TrainerEstimates
        Mean over a trainer's items of the share of the other trainers who gave the same label.
    excess : TrainerEstimates
        The same minus the mean agreement of the item itself; adding up over judgments it is 0 by construction.
    majority : TrainerEstimates
        Share of items on which the trainer gave the most frequent label of the others (ties count their part).
    confusion : float array (M, K, K)
        Soft confusion: row k = share of the others who said k, column l = what the trainer said; rows sum to 1, a row
        of nan where nobody else ever said k on the trainer's items.
    confusion_counts : float array (M, K, K)
        The same before dividing, in judgments.
    n_labels, n_items_paired : int
        K, and the items with at least two judgments.
    """

    agreement: TrainerEstimates
    excess: TrainerEstimates
    majority: TrainerEstimates
    confusion: FloatArray
    confusion_counts: FloatArray
    n_labels: int
    n_items_paired: int

    def __post_init__(self) -> None:
        freeze(self)


def peer_agreement(patterns: Patterns, trainer_patterns: TrainerPatterns, *, confidence: float = 0.95) -> PeerAgreement:
    """Return how far each trainer agrees with the others on the same items.

    For a judgment with label x on an item of m judgments with counts n: agreement (n_x - 1)/(m - 1), expected
    Σ_c n_c (n_c - 1) / (m (m - 1)). Items with one judgment do not count.

    Parameters
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns
        Count tables of one criterion, a trainer at most once an item.
    confidence : float
        Coverage; the interval is Student's over the trainer's items.

    Notes
    -----
    `excess` compares within items, so it is fair to trainers who met hard items; it compares with the others who
    judged the same items, and so flatters a trainer among weak ones. Agreement is not accuracy: a trainer who is right
    against everybody loses here. Only gold can tell.

    Raises
    ------
    ValueError
        If `trainer_patterns` does not refer to these patterns.
    """
    check_confidence(confidence)
    check_matching(patterns, trainer_patterns)
    m_trainers, k = trainer_patterns.n_trainers, patterns.n_labels
    counts = patterns.counts.astype(np.float64)
    sizes = counts.sum(axis=1)
    paired = sizes[trainer_patterns.pattern] >= 2
    who, row = trainer_patterns.trainer[paired], trainer_patterns.pattern[paired]
    label, n = trainer_patterns.label[paired], trainer_patterns.n[paired].astype(np.float64)
    size = sizes[row]
    others = counts[row].copy()
    others[np.arange(row.size), label] -= 1.0
    same = others[np.arange(row.size), label] / (size - 1.0)
    item_mean = (counts[row] * (counts[row] - 1.0)).sum(axis=1) / (size * (size - 1.0))
    leading = others == others.max(axis=1, keepdims=True)
    in_majority = np.where(leading[np.arange(row.size), label], 1.0 / leading.sum(axis=1), 0.0)

    soft = others / (size - 1.0)[:, None] * n[:, None]
    flat = np.zeros((m_trainers, k, k))
    for true_label in range(k):
        cell = group_sums(who * k + label, soft[:, true_label], m_trainers * k)
        flat[:, true_label, :] = cell.reshape(m_trainers, k)

    def per_trainer(name: str, x: FloatArray, limits: tuple[float, float]) -> TrainerEstimates:
        return trainer_means(name, who, x, n, n_trainers=m_trainers, confidence=confidence, limits=limits)

    return PeerAgreement(
        agreement=per_trainer("peer_agreement", same, (0.0, 1.0)),
        excess=per_trainer("peer_excess", same - item_mean, (-1.0, 1.0)),
        majority=per_trainer("majority_agreement", in_majority, (0.0, 1.0)),
        confusion=ratio(flat, flat.sum(axis=2, keepdims=True)),
        confusion_counts=flat,
        n_labels=k,
        n_items_paired=patterns.n_items_paired,
    )
