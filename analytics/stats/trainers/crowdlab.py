"""CROWDLAB: weigh a classifier's probabilities and the trainers' labels against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, ratio, trainer_estimates

_LEAST_WEIGHT = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowdlab:
    """Consensus and quality from labels and out-of-sample model probabilities.

    Attributes
    ----------
    consensus : int array (N,)
        Majority label, ties to the label the model finds likeliest; the model's label where nobody judged.
    posterior : float array (N, K)
        Weighted mean of the model's probabilities and the trainers' votes.
    consensus_quality : float array (N,)
        Its entry at the consensus.
    label_quality : float array (J,)
        Its entry at each given label.
    trainer_quality : TrainerEstimates
        Label quality and agreement with the consensus, mixed; no interval: the authors give none.
    trainer_agreement : float array (M,)
        Agreement with the other trainers on items with two judgments or more; the team's mean where a trainer has none.
    trainer_weight : float array (M,)
        Weight of each trainer's vote.
    model_weight : float
        Weight of the model.
    next_label_score : float array (N,)
        Active-learning score: the lower, the more another judgment would help.
    undefined : str or None
        Why there is no result; all arrays are then nan (consensus -1).
    """

    consensus: IntArray
    posterior: FloatArray
    consensus_quality: FloatArray
    label_quality: FloatArray
    trainer_quality: TrainerEstimates
    trainer_agreement: FloatArray
    trainer_weight: FloatArray
    model_weight: float
    next_label_score: FloatArray
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def crowdlab(codes: JudgmentCodes, probabilities: npt.ArrayLike) -> Crowdlab:
    """Return CROWDLAB's consensus, its quality, and the quality of each trainer.

    With e = error of always answering the most frequent consensus label: trainer weight w_j = 1 - (1 - A_j)/e with
    A_j the agreement with others, model weight w_M = (1 - err_M/e) √(mean judgments an item), both at least 1e-6, all
    on items with two judgments or more. A trainer's vote puts P (the mean agreement with the consensus) on the given
    label and spreads 1 - P over the others.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items by M trainers, K labels; a trainer at most once an item.
    probabilities : float array (N, K)
        Out-of-sample class probabilities of a model; rows sum to 1. Probabilities from a model trained on these very
        labels make everything look better than it is.

    Raises
    ------
    ValueError
        If the shape does not fit or rows do not sum to 1.

    References
    ----------
    Goh, Tkachenko and Mueller (2022), CROWDLAB, arXiv:2210.06812.
    """
    p_model = np.asarray(probabilities, dtype=np.float64)
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    if p_model.shape != (n, k):
        raise ValueError(f"probabilities must have shape ({n}, {k}), got {p_model.shape}.")
    if bool((p_model < 0).any()) or bool((np.abs(p_model.sum(axis=1) - 1.0) > 1e-6).any()):
        raise ValueError("each row of probabilities must hold numbers from 0 to 1 that sum to 1.")
    counts = codes.item_counts.astype(np.float64)
    sizes = counts.sum(axis=1)
    multi = sizes > 1
    consensus = _consensus(counts, p_model)
    common = np.bincount(consensus[multi], minlength=k) if multi.any() else np.zeros(k, dtype=np.int64)
    baseline = 1.0 - common.max(initial=0) / multi.sum() if multi.any() else 0.0
    if not multi.any() or baseline == 0.0:
        why = "no item has two judgments" if not multi.any() else "every consensus is the same label"
        return _undefined(codes, why)

    with_consensus = counts[np.arange(n), consensus] / np.where(sizes > 0, sizes, 1.0)
    vote_strength = float(with_consensus[multi].mean())
    here = multi[codes.item]
    who, item, label = codes.trainer[here], codes.item[here], codes.label[here]
    same = group_sums(who, counts[item, label] - 1.0, m)
    pairs = group_sums(who, sizes[item] - 1.0, m)
    agreement = np.where(pairs > 0, ratio(same, pairs), same.sum() / pairs.sum())
    trainer_weight = np.maximum(_LEAST_WEIGHT, 1.0 - (1.0 - agreement) / baseline)
    model_error = float((p_model.argmax(axis=1) != consensus)[multi].mean())
    typical_size = float(sizes[sizes > 0].mean())
    model_weight = max(_LEAST_WEIGHT, 1.0 - model_error / baseline) * float(np.sqrt(typical_size))

    other = (1.0 - vote_strength) / (k - 1)
    weight = trainer_weight[codes.trainer]
    total = group_sums(codes.item, weight, n)
    gain = group_sums(codes.item * k + codes.label, weight, n * k).reshape(n, k)
    mixed = model_weight * p_model + other * total[:, None] + (vote_strength - other) * gain
    posterior = mixed / (model_weight + total)[:, None]
    label_quality = posterior[codes.item, codes.label]
    quality = posterior[np.arange(n), consensus]

    n_j = codes.trainer_sizes
    mean_quality = ratio(group_sums(codes.trainer, label_quality, m), n_j)
    hit = ratio(group_sums(who, label == consensus[item], m), np.bincount(who, minlength=m))
    hit = np.where(np.isnan(hit), vote_strength, hit)
    share = model_weight / (model_weight + typical_size / m * trainer_weight.sum())
    average = float(trainer_weight.mean())
    certainty = np.where(sizes > 0, quality, p_model.max(axis=1))
    score = ((total + model_weight) * certainty + average / k) / (total + model_weight + average)
    return Crowdlab(
        consensus=consensus,
        posterior=posterior,
        consensus_quality=quality,
        label_quality=label_quality,
        trainer_quality=trainer_estimates(
            "crowdlab_quality", share * mean_quality + (1.0 - share) * hit, n=n_j, interval_method="none"
        ),
        trainer_agreement=agreement,
        trainer_weight=trainer_weight,
        model_weight=model_weight,
        next_label_score=score,
        undefined=None,
    )


def _consensus(counts: FloatArray, p_model: FloatArray) -> IntArray:
    leading = counts == counts.max(axis=1, keepdims=True)
    return np.asarray(np.where(leading, p_model, -1.0).argmax(axis=1), dtype=np.int64)


def _undefined(codes: JudgmentCodes, why: str) -> Crowdlab:
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    nothing = np.full(m, np.nan)
    return Crowdlab(
        consensus=np.full(n, -1), posterior=np.full((n, k), np.nan), consensus_quality=np.full(n, np.nan),
        label_quality=np.full(codes.n_judgments, np.nan),
        trainer_quality=trainer_estimates("crowdlab_quality", nothing, n=codes.trainer_sizes, reason=why),
        trainer_agreement=nothing.copy(), trainer_weight=nothing.copy(), model_weight=np.nan,
        next_label_score=np.full(n, np.nan), undefined=why,
    )  # fmt: skip
