"""Means shrunken towards the team's by how much trainers really differ."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, check_confidence, trainer_estimates


def shrunken_means(estimates: TrainerEstimates, *, confidence: float = 0.95) -> TrainerEstimates:
    """Return each trainer's mean, pulled towards the team's in proportion to its noise.

    value_j ~ N(theta_j, se_j²), theta_j ~ N(mu, tau²), tau² by moments (DerSimonian and Laird); the result is the
    posterior mean mu + tau² / (tau² + se_j²) · (value_j - mu), with its posterior interval. Where trainers do not
    differ beyond chance (tau² = 0) everybody gets the team's mean.

    Parameters
    ----------
    estimates : TrainerEstimates
        Means with standard errors; a trainer without one, or with a standard error of 0, stays as given.
    confidence : float
        Coverage.

    Notes
    -----
    The interval takes tau² as known, and mu as estimated; with fewer than three trainers nothing is pulled.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7:177-188, doi:10.1016/0197-2456(86)90046-2.
    Efron and Morris (1975), JASA 70:311-319, doi:10.1080/01621459.1975.10479864.
    """
    check_confidence(confidence)
    known = np.isfinite(estimates.value) & np.isfinite(estimates.se) & (estimates.se > 0)
    value, low, high = estimates.value.copy(), estimates.low.copy(), estimates.high.copy()
    se = estimates.se.copy()
    if known.sum() >= 3:
        mean, tau2, of_mean = _spread(value[known], se[known] ** 2)
        pull = tau2 / (tau2 + se[known] ** 2)
        z = float(stats.norm.ppf(0.5 + confidence / 2.0))
        value[known] = mean + pull * (value[known] - mean)
        se[known] = np.sqrt(pull * se[known] ** 2 + (1.0 - pull) ** 2 * of_mean)
        low[known], high[known] = value[known] - z * se[known], value[known] + z * se[known]
    return trainer_estimates(
        estimates.name, value, n=estimates.n, se=se, low=low, high=high, confidence=confidence,
        interval_method="normal, empirical Bayes towards the team's mean",
        reason=lambda j: estimates.undefined[j] or "no standard error",
    )  # fmt: skip


def _spread(value: FloatArray, variance: FloatArray) -> tuple[float, float, float]:
    """Return the team's mean, the variance between trainers, and the variance of the mean."""
    w = 1.0 / variance
    q = float((w * (value - (w * value).sum() / w.sum()) ** 2).sum())
    tau2 = max((q - (value.size - 1)) / float(w.sum() - (w**2).sum() / w.sum()), 0.0)
    pooled = 1.0 / (variance + tau2)
    return float((pooled * value).sum() / pooled.sum()), tau2, float(1.0 / pooled.sum())
