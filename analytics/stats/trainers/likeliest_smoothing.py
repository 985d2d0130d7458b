"""How strongly confusion matrices should be pulled to the average trainer's: as the team itself says."""

from __future__ import annotations

import numpy as np
from scipy import optimize
from scipy.special import gammaln

from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.dawid_skene import DawidSkene

LEAST, MOST = 0.1, 200.0


def likeliest_smoothing(fit: DawidSkene) -> float:
    """Return the pseudo-judgments per true label under which the trainers' expected counts are likeliest.

    Rows of confusion counts n_jk· are Dirichlet-multinomial: trainers draw their row from Dirichlet(c pooled_k·). The
    marginal likelihood Σ_jk log Γ(c) - log Γ(c + n_jk) + Σ_l log Γ(c pooled_kl + n_jkl) - log Γ(c pooled_kl) is
    maximised over log c between .1 and 200: small where trainers differ much, large where they are alike.

    Parameters
    ----------
    fit : DawidSkene
        A fit that is defined, at whatever smoothing; its expected counts are taken as seen.

    Raises
    ------
    ValueError
        If the model was not fitted.

    Notes
    -----
    The counts come from a fit that was itself smoothed, so that one more round would move the answer a little. Where
    every trainer has a handful of judgments a label the likelihood is flat, and the answer uncertain.

    References
    ----------
    Minka (2000), Estimating a Dirichlet distribution, https://tminka.github.io/papers/dirichlet/.
    """
    if fit.undefined is not None:
        raise ValueError(f"fit must be defined, got a model without values: {fit.undefined}.")
    counts = np.asarray(fit.confusion_counts, dtype=np.float64)
    pooled = np.maximum(np.asarray(fit.pooled, dtype=np.float64), 1e-12)
    pooled = pooled / pooled.sum(axis=1, keepdims=True)
    n = counts.sum(axis=2)

    def loss(log_c: float) -> float:
        return -_log_marginal(float(np.exp(log_c)), counts, pooled, n)

    found = optimize.minimize_scalar(loss, bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    return float(np.exp(found.x))


def _log_marginal(c: float, counts: FloatArray, pooled: FloatArray, n: FloatArray) -> float:
    rows = gammaln(c) - gammaln(c + n)
    cells = gammaln(c * pooled + counts) - gammaln(c * pooled)
    return float(rows.sum() + cells.sum())
