"""Spammer score: how far a trainer's label depends on the truth at all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, check_confidence, trainer_estimates


def spammer_score(confusion: npt.ArrayLike) -> FloatArray:
    """Return the spammer score of confusion matrices: 0 = labels say nothing of the truth, 1 = perfect.

    S = 1 / (K (K - 1)) · Σ_{k<k'} Σ_l (confusion_kl - confusion_k'l)². With two labels it is (sensitivity +
    specificity - 1)². A high score with low accuracy is a *systematic* mistake, which training mends; a low score is
    noise.

    Parameters
    ----------
    confusion : float array (..., K, K)
        Row = true label, column = label given; rows sum to 1. A nan in a matrix makes its score nan.

    Raises
    ------
    ValueError
        If the last two axes differ, K < 2, or a row does not sum to 1.

    References
    ----------
    Raykar and Yu (2012), JMLR 13:491-518.

    Examples
    --------
    >>> round(float(spammer_score([[0.9, 0.1], [0.2, 0.8]])), 6)
    0.49
    """
    theta = np.asarray(confusion, dtype=np.float64)
    if theta.ndim < 2 or theta.shape[-1] != theta.shape[-2] or theta.shape[-1] < 2:
        raise ValueError(f"confusion must end in two axes of K >= 2 labels, got shape {theta.shape}.")
    sums = theta.sum(axis=-1)
    if bool((np.abs(sums[~np.isnan(sums)] - 1.0) > 1e-6).any()):
        raise ValueError("each row of confusion must sum to 1.")
    k = theta.shape[-1]
    # Σ_{k<k'} |row_k - row_k'|² = K Σ_k |row_k|² - |Σ_k row_k|²
    spread = k * (theta**2).sum(axis=(-1, -2)) - (theta.sum(axis=-2) ** 2).sum(axis=-1)
    return np.asarray(spread / (k * (k - 1)), dtype=np.float64)


def spammer_scores(
    confusion_counts: npt.ArrayLike,
    pooled: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    smoothing: float = 5.0,
    draws: int = 400,
    confidence: float = 0.95,
) -> TrainerEstimates:
    """Return each trainer's spammer score with an interval from Dirichlet draws of the confusion rows.

    Parameters
    ----------
    confusion_counts : float array (M, K, K)
        (Expected) judgments with true label k (middle axis) given as l (last axis).
    pooled : float array (K, K)
        Confusion of the average trainer, worth `smoothing` judgments a row; its zeros stay zeros.
    rng : numpy.random.Generator
        Source of the draws.
    smoothing : float
        Pseudo-judgments a row, more than 0.
    draws : int
        Posterior draws per trainer, at least 100.
    confidence : float
        Coverage.

    Notes
    -----
    The value is the score of the posterior mean matrix. Draws scatter, and scatter adds to the score; each draw is
    therefore shifted by the difference between the draws' mean score and the value.
    """
    check_confidence(confidence)
    counts, towards = np.asarray(confusion_counts, dtype=np.float64), np.asarray(pooled, dtype=np.float64)
    if counts.ndim != 3 or counts.shape[1:] != towards.shape:
        raise ValueError(
            f"confusion_counts must be (M, K, K) and pooled (K, K), got {counts.shape} and {towards.shape}."
        )
    if smoothing <= 0 or draws < 100:
        raise ValueError(f"smoothing must be more than 0 and draws at least 100, got {smoothing} and {draws}.")
    shape = counts + smoothing * towards
    n = counts.sum(axis=(1, 2))
    value = np.full(n.shape, np.nan)
    low, high, se = value.copy(), value.copy(), value.copy()
    used = np.flatnonzero(n > 0)
    value[used] = spammer_score(shape[used] / shape[used].sum(axis=2, keepdims=True))
    tail = (1.0 - confidence) / 2.0
    for j in used:
        gamma = rng.standard_gamma(np.broadcast_to(shape[j], (draws, *shape[j].shape)))
        scores = spammer_score(gamma / gamma.sum(axis=2, keepdims=True))
        scores = scores + (value[j] - scores.mean())
        low[j], high[j] = np.quantile(scores, (tail, 1.0 - tail))
        se[j] = scores.std(ddof=1)
    return trainer_estimates(
        "spammer_score",
        value,
        n=np.rint(n).astype(np.int64),
        se=se,
        low=low,
        high=high,
        confidence=confidence,
        interval_method="Dirichlet draws of the confusion rows",
        limits=(0.0, 1.0),
    )
