"""How much an item divides the trainers, judged fairly however few of them looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import betaincinv, digamma

from analytics.stats.counts.patterns import FloatArray, Patterns
from analytics.stats.inference.dirichlet_prior import DirichletPrior, pair_disagreement

Interval = Literal["dirichlet draws", "matched beta"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemDisagreement:
    """Disagreement of the items of each pattern, row by row of the patterns it was asked for.

    Attributes
    ----------
    observed : float array (P,)
        Unbiased share of pairs of judgments that differ; nan for items with one judgment.
    value : float array (P,)
        Posterior mean: probability that two further trainers would differ on the item.
    low, high : float array (P,)
        Ends of the equal-tailed posterior interval at level `confidence`. Rank certain hotspots by `low`.
    entropy : float array (P,)
        Posterior mean entropy of the item's label shares, in nats.
    soft_labels : float array (P, K)
        Posterior mean label shares; rows sum to 1.
    confidence : float
        Coverage of the interval.
    interval_method : str
        "dirichlet draws" or "matched beta".
    prior : DirichletPrior
        What the shrinkage rests on.
    undefined : str or None
        Why there is no such number for these judgments; arrays are then nan (`observed` excepted).
    """

    observed: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    entropy: FloatArray
    soft_labels: FloatArray
    confidence: float
    interval_method: Interval
    prior: DirichletPrior
    undefined: str | None = None


def item_disagreement(
    patterns: Patterns,
    prior: DirichletPrior,
    *,
    confidence: float = 0.90,
    interval: Interval = "dirichlet draws",
    n_draws: int = 2000,
    rng: np.random.Generator | None = None,
) -> ItemDisagreement:
    """Return posterior disagreement, entropy and soft labels of the items of every pattern.

    With A = alpha + counts and A0 = sum A, the label shares of an item are Dirichlet(A): the mean pair disagreement is
    1 - sum A_k (A_k + 1) / (A0 (A0 + 1)), the mean entropy psi(A0 + 1) - sum A_k / A0 psi(A_k + 1). An item with few
    judgments is drawn towards the typical item and has a wide interval, so it neither tops the list by luck nor
    escapes it.

    Parameters
    ----------
    patterns : Patterns
        Label counts (P, K) with multiplicity.
    prior : DirichletPrior
        From `dirichlet_prior`, over the same K labels.
    confidence : float
        Coverage of the interval, in (0, 1).
    interval : {"dirichlet draws", "matched beta"}
        "dirichlet draws" takes quantiles of `n_draws` draws and needs `rng`; "matched beta" gives a beta distribution
        on [0, 1 - 1/K] the exact posterior mean and variance: closed form, for very many patterns, with ends up to .05
        off for items of two to four judgments.
    n_draws : int
        Draws a pattern.
    rng : numpy.random.Generator, optional
        Needed for "dirichlet draws" alone.

    Raises
    ------
    ValueError
        If the prior has another number of labels, `confidence` is outside (0, 1), or draws are asked for without rng.

    References
    ----------
    Wolpert, Wolf 1995, doi:10.1103/PhysRevE.52.6841 (posterior entropy).
    """
    if prior.alpha.size != patterns.n_labels:
        raise ValueError(f"prior must have {patterns.n_labels} labels, got {prior.alpha.size}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}.")
    if interval not in ("dirichlet draws", "matched beta"):
        raise ValueError(f"interval must be one of 'dirichlet draws', 'matched beta', got {interval!r}.")
    observed = pair_disagreement(patterns)
    if prior.undefined:
        blank, table = np.full(observed.shape, np.nan), np.full(patterns.counts.shape, np.nan)
        return ItemDisagreement(
            observed=observed,
            value=blank,
            low=blank,
            high=blank,
            entropy=blank,
            soft_labels=table,
            confidence=confidence,
            interval_method=interval,
            prior=prior,
            undefined=prior.undefined,
        )
    a = patterns.counts + prior.alpha
    whole = a.sum(axis=1)
    value = 1.0 - (a * (a + 1)).sum(axis=1) / (whole * (whole + 1))
    entropy = digamma(whole + 1) - (a * digamma(a + 1)).sum(axis=1) / whole
    tail = (1.0 - confidence) / 2
    if interval == "matched beta":
        low, high = _matched_beta(a, value, tail)
    else:
        if rng is None:
            raise ValueError("rng must be given for interval 'dirichlet draws', got None.")
        low, high = _drawn(a, tail, n_draws, rng)
    return ItemDisagreement(
        observed=observed,
        value=value,
        low=low,
        high=high,
        entropy=entropy,
        soft_labels=a / whole[:, None],
        confidence=confidence,
        interval_method=interval,
        prior=prior,
    )


def _matched_beta(a: FloatArray, mean: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    whole = a.sum(axis=1)
    top = 1.0 - 1.0 / (a > 0).sum(axis=1)
    two, four = a * (a + 1), a * (a + 1) * (a + 2) * (a + 3)
    rising = whole * (whole + 1) * (whole + 2) * (whole + 3)
    square = (four.sum(axis=1) + two.sum(axis=1) ** 2 - (two**2).sum(axis=1)) / rising
    variance = np.maximum(square - (1.0 - mean) ** 2, 0.0)
    low, high = mean.copy(), mean.copy()
    live = (top > 0) & (variance > 0)
    share, spread = mean[live] / top[live], variance[live] / top[live] ** 2
    size = np.maximum(share * (1 - share) / spread - 1.0, 0.0)
    fits = size > 0
    index = np.flatnonzero(live)[fits]
    b1, b2 = share[fits] * size[fits], (1 - share[fits]) * size[fits]
    low[index] = top[index] * betaincinv(b1, b2, tail)
    high[index] = top[index] * betaincinv(b1, b2, 1 - tail)
    return low, high


def _drawn(a: FloatArray, tail: float, n_draws: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    low, high = np.empty(a.shape[0]), np.empty(a.shape[0])
    block = max(1, 4_000_000 // (n_draws * a.shape[1]))
    for start in range(0, a.shape[0], block):
        rows = slice(start, start + block)
        p = rng.standard_gamma(a[rows, None, :], size=(a[rows].shape[0], n_draws, a.shape[1]))
        p /= p.sum(axis=2, keepdims=True)
        drawn = 1.0 - (p**2).sum(axis=2)
        low[rows], high[rows] = np.quantile(drawn, [tail, 1 - tail], axis=1)
    return low, high
