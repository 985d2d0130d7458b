"""Soft labels for training a model: shares of A, tie and B with a posterior, blind to which answer is called A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import check_confidence, freeze


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferenceShares:
    """Soft labels of N items.

    Attributes
    ----------
    counts : int array (N, 3)
        Judgments for A, tie, B.
    share : float array (N, 3)
        Posterior mean of the shares of trainers who would say A, tie, B.
    low, high : float array (N, 3)
        Posterior interval of each share (Beta marginals).
    p_b_sided : float array (N,)
        Posterior mean of B among those who take a side.
    p_b_preferred : float array (N,)
        Posterior probability that more trainers prefer B than A.
    prior : float array (3,)
        Dirichlet parameters, the same for A and B.
    prior_fitted : bool
        True where the prior was fitted to these items.
    confidence : float
    """

    counts: IntArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    p_b_sided: FloatArray
    p_b_preferred: FloatArray
    prior: FloatArray
    prior_fitted: bool
    confidence: float

    def __post_init__(self) -> None:
        freeze(self)


def preference_shares(
    counts: npt.ArrayLike, *, prior: tuple[float, float] | None = None, confidence: float = 0.95
) -> PreferenceShares:
    """Return soft labels with their posterior under a Dirichlet prior that is symmetric in A and B.

    Parameters
    ----------
    counts : int array (N, 3)
        Judgments for A, tie and B of each item.
    prior : (side, tie) or None
        Dirichlet parameters of A (and of B), and of tie. None: fitted to these items by maximum likelihood, so that
        an item with two judgments leans on how contested items here are; (0.5, 0.5) where there is too little to fit.
    confidence : float
        Coverage of the posterior intervals, in (0, 1).

    Raises
    ------
    ValueError
        If counts are not (N, 3) and not negative, or a prior is not positive.
    """
    check_confidence(confidence)
    n = np.asarray(counts, dtype=np.int64)
    if n.ndim != 2 or n.shape[1] != 3 or (n.size and int(n.min()) < 0):
        raise ValueError(f"counts must hold three counts (A, tie, B) an item, none negative, got shape {n.shape}.")
    if prior is not None and min(prior) <= 0:
        raise ValueError(f"prior must be positive, got {prior}.")
    fitted = _fitted_prior(n) if prior is None else None
    side, tie = prior or fitted or (0.5, 0.5)
    kinds, kind = np.unique(n, axis=0, return_inverse=True)
    a = kinds + np.array([side, tie, side])
    share, low, high = _beta_marginals(a, confidence)
    kind = kind.reshape(-1)
    return PreferenceShares(
        counts=n,
        share=share[kind],
        low=low[kind],
        high=high[kind],
        p_b_sided=(a[:, 2] / (a[:, 0] + a[:, 2]))[kind],
        p_b_preferred=special.betaincc(a[:, 2], a[:, 0], 0.5)[kind],
        prior=np.array([side, tie, side]),
        prior_fitted=fitted is not None,
        confidence=confidence,
    )


def _fitted_prior(counts: IntArray) -> tuple[float, float] | None:
    """Maximise the Dirichlet-multinomial likelihood over (side, tie); None where items show no variation to fit."""
    blind = np.concatenate([np.sort(counts[:, [0, 2]], axis=1), counts[:, 1:2]], axis=1)
    table, w = np.unique(blind, axis=0, return_counts=True)
    m = table.sum(axis=1)
    table, w, m = table[m >= 2], w[m >= 2], m[m >= 2]
    if int(w.sum()) < 10:
        return None

    def loss(x: FloatArray) -> float:
        s, t = np.exp(x)
        value = special.gammaln(2 * s + t) - special.gammaln(m + 2 * s + t)
        value = value + special.gammaln(table[:, 0] + s) + special.gammaln(table[:, 1] + s) - 2 * special.gammaln(s)
        value = value + special.gammaln(table[:, 2] + t) - special.gammaln(t)
        return -float(w @ value)

    found = optimize.minimize(loss, np.log([0.5, 0.2]), method="L-BFGS-B", bounds=[(-5, 5), (-7, 5)])
    return (float(np.exp(found.x[0])), float(np.exp(found.x[1]))) if found.success else None


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelShares:
    """Soft labels of N items over K labels.

    Attributes
    ----------
    share, low, high : float array (N, K)
        Posterior mean of the share of trainers who would give each label, and its interval (Beta marginals).
    prior : float array (K,)
        Dirichlet parameters.
    confidence : float
    """

    share: FloatArray
    low: FloatArray
    high: FloatArray
    prior: FloatArray
    confidence: float

    def __post_init__(self) -> None:
        freeze(self)


def label_shares(counts: npt.ArrayLike, prior: npt.ArrayLike, *, confidence: float = 0.95) -> LabelShares:
    """Return the posterior of label shares under a Dirichlet prior.

    Parameters
    ----------
    counts : int array (N, K)
        Judgments of each label on each item.
    prior : float array (K,)
        Dirichlet parameters, e.g. those that `dirichlet_prior` learns; 0 for a label that cannot occur.
    confidence : float
        Coverage of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        If shapes do not match, a count or a parameter is negative, or all parameters are 0.

    Examples
    --------
    >>> label_shares([[3, 1]], [0.5, 0.5]).share
    array([[0.7, 0.3]])
    """
    check_confidence(confidence)
    n, alpha = np.asarray(counts, dtype=np.int64), np.asarray(prior, dtype=np.float64)
    if n.ndim != 2 or alpha.shape != (n.shape[1],):
        raise ValueError(f"prior must hold one number for each label, got shapes {n.shape} and {alpha.shape}.")
    if (n.size and int(n.min()) < 0) or (alpha < 0).any() or not alpha.sum() > 0:
        raise ValueError(f"counts and prior must not be negative, nor all of the prior 0, got prior {alpha.tolist()}.")
    kinds, kind = np.unique(n, axis=0, return_inverse=True)
    share, low, high = _beta_marginals(kinds + alpha, confidence)
    kind = kind.reshape(-1)
    return LabelShares(share=share[kind], low=low[kind], high=high[kind], prior=alpha, confidence=confidence)


def _beta_marginals(a: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, low and high of each share under Dirichlet(a) in each row; all 0 where a parameter is 0."""
    total = a.sum(axis=1, keepdims=True)
    tail = (1 - confidence) / 2
    low, high = (
        np.where(a > 0, special.betaincinv(np.maximum(a, 1e-12), np.maximum(total - a, 1e-12), q), 0.0)
        for q in (tail, 1 - tail)
    )
    return a / total, low, high
