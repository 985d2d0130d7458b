"""The one-coin model: a trainer is right with one chance, and wrong evenly over the other labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, ratio, trainer_estimates


@dataclass(frozen=True, kw_only=True, slots=True)
class OneCoin:
    """A fitted one-coin model.

    Attributes
    ----------
    posterior : float array (N, K)
        P(true label of item i is k | all judgments); the prior where an item has no judgment.
    prior : float array (K,)
        Share of each true label.
    skill : TrainerEstimates
        Chance of being right, with a beta interval on the expected number of right judgments.
    log_likelihood : float
        At the end.
    n_iterations : int
        EM steps.
    converged : bool
        Whether the log-posterior per judgment moved less than `tolerance` at the end.
    smoothing, tolerance : float
        As asked.
    undefined : str or None
        Why the model was not fitted; all arrays are then nan.
    """

    posterior: FloatArray
    prior: FloatArray
    skill: TrainerEstimates
    log_likelihood: float
    n_iterations: int
    converged: bool
    smoothing: float
    tolerance: float
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def one_coin(
    codes: JudgmentCodes,
    *,
    smoothing: float = 5.0,
    max_iterations: int = 100,
    tolerance: float = 1e-7,
    confidence: float = 0.95,
) -> OneCoin:
    """Return the one-coin Dawid-Skene fit by EM.

    Story: trainer j gives the true label with chance s_j, each other label with (1 - s_j)/(K - 1). The M step adds
    `smoothing` pseudo-judgments at the team's mean skill (0 gives maximum likelihood). Starts from the majority vote.
    Needs far less overlap than confusion matrices do, and cannot see *which* labels a trainer confuses.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items by M trainers, K labels.
    smoothing, max_iterations, tolerance, confidence
        As in `dawid_skene`.

    Raises
    ------
    ValueError
        If an option is out of range.

    References
    ----------
    Dawid and Skene (1979), Applied Statistics 28:20-28, doi:10.2307/2346806.
    Zhang, Chen, Zhou and Jordan (2016), JMLR 17(102):1-44.
    """
    if smoothing < 0 or max_iterations < 1 or tolerance <= 0:
        raise ValueError(
            f"smoothing must be >= 0, max_iterations >= 1 and tolerance > 0, "
            f"got {smoothing}, {max_iterations} and {tolerance}."
        )
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    sizes = codes.item_sizes
    judged = sizes > 0
    if not judged.any() or k < 2:
        why = "no judgments" if k >= 2 else "the scale has one label, so everybody is right"
        return OneCoin(
            posterior=np.full((n, k), np.nan), prior=np.full(k, np.nan),
            skill=trainer_estimates(
                "one_coin_skill", np.full(m, np.nan), n=codes.trainer_sizes, confidence=confidence, reason=why
            ),
            log_likelihood=np.nan, n_iterations=0, converged=False, smoothing=smoothing, tolerance=tolerance,
            undefined=why,
        )  # fmt: skip
    cell = codes.item * k + codes.label
    counts = np.bincount(cell, minlength=n * k).reshape(n, k).astype(np.float64)
    posterior = np.where(judged[:, None], counts / np.where(judged, sizes, 1)[:, None], 1.0 / k)
    per_trainer = codes.trainer_sizes.astype(np.float64)
    last, log_likelihood, converged, iterations = -np.inf, np.nan, False, 0
    for _ in range(max_iterations):
        iterations += 1
        right = group_sums(codes.trainer, posterior.reshape(-1)[cell], m)
        mean = right.sum() / per_trainer.sum()
        skill = ratio(right + smoothing * mean, per_trainer + smoothing)
        prior = posterior[judged].mean(axis=0)
        score = _scores(codes, cell, skill, prior)
        top = score.max(axis=1, keepdims=True)
        weight = np.exp(score - top)
        total = weight.sum(axis=1, keepdims=True)
        posterior = weight / total
        log_likelihood = float((top + np.log(total))[judged].sum())
        log_posterior = log_likelihood + _log_smoothing(skill, mean, smoothing)
        if abs(log_posterior - last) / codes.n_judgments < tolerance:
            converged = True
            break
        last = log_posterior
    a, b = skill * (per_trainer + smoothing), (1.0 - skill) * (per_trainer + smoothing)
    tail = (1.0 - confidence) / 2.0
    inside = (a > 0) & (b > 0)
    low = np.where(inside, stats.beta.ppf(tail, np.where(inside, a, 1.0), np.where(inside, b, 1.0)), skill)
    high = np.where(inside, stats.beta.ppf(1.0 - tail, np.where(inside, a, 1.0), np.where(inside, b, 1.0)), skill)
    estimates = trainer_estimates(
        "one_coin_skill",
        np.where(per_trainer > 0, skill, np.nan),
        n=codes.trainer_sizes,
        se=np.sqrt(ratio(skill * (1.0 - skill), per_trainer + smoothing + 1.0)),
        low=low,
        high=high,
        confidence=confidence,
        interval_method="beta on expected counts",
    )
    return OneCoin(
        posterior=posterior, prior=prior, skill=estimates, log_likelihood=log_likelihood, n_iterations=iterations,
        converged=converged, smoothing=smoothing, tolerance=tolerance, undefined=None,
    )  # fmt: skip


def wawa(codes: JudgmentCodes, *, confidence: float = 0.95) -> TrainerEstimates:
    """Return agreement of each trainer with the majority vote, ties to the first label (WAWA).

    It counts the trainer's own vote, so it flatters; shown for comparison with other tools only.
    """
    vote = codes.item_counts.argmax(axis=1)
    hits = group_sums(codes.trainer, vote[codes.item] == codes.label, codes.n_trainers)
    found = binomial_intervals(hits, codes.trainer_sizes, confidence=confidence)
    return trainer_estimates(
        "wawa", found.value, n=codes.trainer_sizes, low=found.low, high=found.high, confidence=confidence,
        interval_method="Wilson",
    )  # fmt: skip


def _scores(codes: JudgmentCodes, cell: IntArray, skill: FloatArray, prior: FloatArray) -> FloatArray:
    """(N, K): log prior + log-likelihood of the item's judgments under each true label; -inf where impossible."""
    n, k = codes.n_items, codes.n_labels
    with np.errstate(divide="ignore"):
        log_right, log_wrong = np.log(skill), np.log((1.0 - skill) / (k - 1))
        log_prior = np.log(prior)
    sure, never = np.isneginf(log_wrong), np.isneginf(log_right)
    right, wrong = np.where(never, 0.0, log_right), np.where(sure, 0.0, log_wrong)
    base = group_sums(codes.item, wrong[codes.trainer], n)
    gain = group_sums(cell, (right - wrong)[codes.trainer], n * k).reshape(n, k)
    score = log_prior + base[:, None] + gain
    if sure.any() or never.any():
        by_sure = group_sums(cell, sure[codes.trainer], n * k).reshape(n, k)
        impossible = by_sure.sum(axis=1, keepdims=True) - by_sure
        impossible += group_sums(cell, never[codes.trainer], n * k).reshape(n, k)
        score = np.where(impossible > 0, -np.inf, score)
        score = np.where(np.isneginf(score).all(axis=1, keepdims=True), log_prior, score)
    return score


def _log_smoothing(skill: FloatArray, mean: float, smoothing: float) -> float:
    if smoothing == 0:
        return 0.0
    with np.errstate(divide="ignore"):
        hit = np.where(mean > 0, mean * np.log(np.where(skill > 0, skill, 1.0)), 0.0)
        miss = np.where(mean < 1, (1.0 - mean) * np.log(np.where(skill < 1, 1.0 - skill, 1.0)), 0.0)
    return float(smoothing * (hit + miss).sum())
