"""How label shares differ from item to item: the prior that few judgments are shrunk towards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult, minimize
from scipy.special import digamma, gammaln

from analytics.stats.counts.patterns import FloatArray, Patterns

_LOG_CONCENTRATION = (-9.0, 9.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class DirichletPrior:
    """How the label shares of items differ from item to item, learnt from all items together.

    Attributes
    ----------
    alpha : float array (K,)
        Dirichlet parameters; 0 for a label nobody gave. All nan where `undefined`.
    concentration : float
        Sum of alpha. Small: items are clear-cut. Large: every item has the same mixed shares.
    log_likelihood : float
        Dirichlet-multinomial log-likelihood of the patterns (without the multinomial coefficients).
    converged : bool
        Whether the optimiser met its tolerance.
    at_bound : bool
        True where the data ask for a concentration beyond the range searched: the items then do not differ from each
        other, and every one has about the same disagreement.
    n_items, n_items_paired, n_judgments : int
        Support.
    undefined : str or None
        Why no prior can be learnt from these judgments.
    """

    alpha: FloatArray
    concentration: float
    log_likelihood: float
    converged: bool
    at_bound: bool
    n_items: int
    n_items_paired: int
    n_judgments: int
    undefined: str | None = None


def dirichlet_prior(patterns: Patterns) -> DirichletPrior:
    """Fit the Dirichlet-multinomial to the patterns by maximum likelihood (empirical Bayes).

    An item's label shares are a draw from Dirichlet(alpha), its labels a multinomial draw from the shares. Maximises
    sum_p w_p [log G(A) - log G(A + m_p) + sum_k (log G(alpha_k + n_pk) - log G(alpha_k))], A = sum alpha, over the
    labels that occur. The cost depends on the number of patterns, not of items.

    References
    ----------
    Minka 2000, Estimating a Dirichlet distribution.
    """
    totals = patterns.label_counts
    used = totals > 0
    reason = None
    if patterns.n_items_paired < 2:
        reason = "Fewer than two items have two judgments or more, so how items differ cannot be learnt."
    elif used.sum() < 2:
        reason = "Every judgment has the same label, so there is no disagreement to learn from."
    elif not (pair_disagreement(patterns)[patterns.sizes >= 2] > 0).any():
        reason = "No two trainers differ on any item, so there is no disagreement to rank."
    if reason:
        nothing = np.full(patterns.n_labels, np.nan)
        return DirichletPrior(
            alpha=nothing,
            concentration=np.nan,
            log_likelihood=np.nan,
            converged=False,
            at_bound=False,
            undefined=reason,
            n_items=patterns.n_items,
            n_items_paired=patterns.n_items_paired,
            n_judgments=patterns.n_judgments,
        )
    fit = _most_likely(patterns, used)
    alpha = np.zeros(patterns.n_labels)
    alpha[used] = np.exp(fit.x)
    alpha.flags.writeable = False
    return DirichletPrior(
        alpha=alpha,
        concentration=float(alpha.sum()),
        log_likelihood=-float(fit.fun) * patterns.n_items,
        converged=bool(fit.success),
        at_bound=bool((fit.x >= _LOG_CONCENTRATION[1] - 1e-6).any()),
        n_items=patterns.n_items,
        n_items_paired=patterns.n_items_paired,
        n_judgments=patterns.n_judgments,
    )


def given_prior(alpha: npt.ArrayLike) -> DirichletPrior:
    """Return a prior with parameters that were chosen, not learnt.

    Raises
    ------
    ValueError
        If `alpha` has not one axis, a negative or non-finite entry, or only zeros.
    """
    a = np.array(alpha, dtype=np.float64)
    if a.ndim != 1 or not np.isfinite(a).all() or (a < 0).any() or not (a > 0).any():
        raise ValueError(f"alpha must be a row of finite numbers >= 0, one above 0, got {a.tolist()}.")
    a.flags.writeable = False
    return DirichletPrior(
        alpha=a,
        concentration=float(a.sum()),
        log_likelihood=np.nan,
        converged=True,
        at_bound=False,
        n_items=0,
        n_items_paired=0,
        n_judgments=0,
    )


def pair_disagreement(patterns: Patterns) -> FloatArray:
    """Return (P,) the share of differing pairs of judgments, 1 - sum n_k (n_k - 1) / (m (m - 1)); nan for m = 1."""
    n = patterns.counts.astype(np.float64)
    m = n.sum(axis=1)
    share = np.full(m.shape, np.nan)
    pairs = m * (m - 1)
    paired = pairs > 0
    share[paired] = 1.0 - (n * (n - 1)).sum(axis=1)[paired] / pairs[paired]
    return share


def _most_likely(patterns: Patterns, used: npt.NDArray[np.bool_]) -> OptimizeResult:
    """Minimise the negative mean log-likelihood over log alpha of the labels used."""
    counts = patterns.counts[:, used].astype(np.float64)
    weight = patterns.multiplicity / patterns.n_items
    sizes = counts.sum(axis=1)

    def value(log_alpha: FloatArray) -> float:
        alpha = np.exp(log_alpha)
        whole = alpha.sum()
        label_parts = (gammaln(alpha + counts) - gammaln(alpha)).sum(axis=1)
        return -float(weight @ (gammaln(whole) - gammaln(whole + sizes) + label_parts))

    def gradient(log_alpha: FloatArray) -> FloatArray:
        alpha = np.exp(log_alpha)
        whole = alpha.sum()
        common = weight @ (digamma(whole) - digamma(whole + sizes))
        own = weight @ (digamma(alpha + counts) - digamma(alpha))
        return np.asarray(-alpha * (common + own), dtype=np.float64)

    totals = counts.T @ weight
    bounds = [_LOG_CONCENTRATION] * totals.size
    options: Any = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9}
    return minimize(
        value, np.log(totals / totals.sum()), jac=gradient, method="L-BFGS-B", bounds=bounds, options=options
    )
