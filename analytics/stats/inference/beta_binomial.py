"""How a share is distributed over a team: the beta-binomial fit that shrinkage rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats
from scipy.special import betainc, betaln, expit, logit

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, trainer_estimates

_LARGEST_STRENGTH = 1e6
_MEANS, _STRENGTHS = 60, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaBinomialFit:
    """How a share is distributed over the team: Beta(alpha, beta), fitted by maximum likelihood.

    Attributes
    ----------
    alpha, beta : float
        Parameters of the beta distribution of the trainers' true shares; nan where undefined.
    mean : float
        alpha / (alpha + beta).
    log_likelihood : float
        At the maximum, with the binomial coefficients.
    at_bound : bool
        True where the trainers differ no more than chance: the beta is then practically a point at the mean.
    converged : bool
        Whether the search ended at a maximum.
    n_trainers, n_judgments : int
        Support.
    undefined : str or None
        Why there is no fit.
    """

    alpha: float
    beta: float
    mean: float
    log_likelihood: float
    at_bound: bool
    converged: bool
    n_trainers: int
    n_judgments: int
    undefined: str | None


def beta_binomial_fit(successes: npt.ArrayLike, n: npt.ArrayLike) -> BetaBinomialFit:
    """Return the beta distribution of the trainers' true shares.

    Maximises sum_j log BetaBinomial(s_j; n_j, alpha, beta) over the mean (logit) and the strength alpha + beta (log).

    Parameters
    ----------
    successes, n : int array (M,)
        Successes and trials per trainer. Trainers with n = 0 do not count.

    References
    ----------
    Casella (1985), The American Statistician 39:83-87, doi:10.1080/00031305.1985.10479400.
    """
    s, t = success_counts(successes, n)
    used = t > 0
    s, t = s[used].astype(np.float64), t[used].astype(np.float64)

    def undefined(why: str) -> BetaBinomialFit:
        return BetaBinomialFit(
            alpha=np.nan, beta=np.nan, mean=np.nan, log_likelihood=np.nan, at_bound=False, converged=False,
            n_trainers=int(used.sum()), n_judgments=int(t.sum()), undefined=why,
        )  # fmt: skip

    if used.sum() < 2:
        return undefined(f"{int(used.sum())} trainers have judgments; a team needs two")
    if s.sum() == 0 or s.sum() == t.sum():
        return undefined("every judgment has the same outcome, so the team shows no spread")
    binomials = -np.log1p(t) - betaln(s + 1.0, t - s + 1.0)

    def loss(x: FloatArray) -> float:
        mean, strength = float(expit(x[0])), float(np.exp(x[1]))
        a, b = mean * strength, (1.0 - mean) * strength
        return -float((binomials + betaln(a + s, b + t - s) - betaln(a, b)).sum())

    start_mean = float(logit(np.clip(s.sum() / t.sum(), 0.5 / t.sum(), 1.0 - 0.5 / t.sum())))
    bounds = [(-20.0, 20.0), (np.log(1e-2), np.log(_LARGEST_STRENGTH))]
    share = s / t
    between = float(np.average((share - s.sum() / t.sum()) ** 2, weights=t))
    middle = float(expit(start_mean))
    sampling = middle * (1.0 - middle) * s.size / t.sum()
    start = np.log(np.clip(middle * (1.0 - middle) / max(between - sampling, 1e-5), 2.0, 1e4))
    best = optimize.minimize(
        loss, np.array([start_mean, start]), method="Nelder-Mead", bounds=bounds,
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000},
    )  # fmt: skip
    mean, strength = float(expit(best.x[0])), float(np.exp(best.x[1]))
    return BetaBinomialFit(
        alpha=mean * strength,
        beta=(1.0 - mean) * strength,
        mean=mean,
        log_likelihood=-float(best.fun),
        at_bound=strength > 0.99 * _LARGEST_STRENGTH,
        converged=bool(best.success),
        n_trainers=int(used.sum()),
        n_judgments=int(t.sum()),
        undefined=None,
    )


def shrunken_shares(
    name: str, successes: IntArray, n: IntArray, fit: BetaBinomialFit, *, confidence: float = 0.95
) -> TrainerEstimates:
    """Return each trainer's posterior mean share and equal-tailed interval under the team's beta distribution.

    A trainer with n = 0 gets the team's mean and spread; everybody is undefined where the fit is.

    Notes
    -----
    Where the trainers differ no more than chance (`fit.at_bound`), the fitted beta is a point, and an interval under it
    would say that everybody is known to be alike. The posterior is then averaged over the beta distributions that could
    as well be the team's (`team_betas`); the interval is that of a beta with the average's mean and variance.
    """
    a, b = np.asarray(fit.alpha + successes, dtype=np.float64), np.asarray(fit.beta + n - successes, dtype=np.float64)
    if fit.at_bound:
        a, b = _averaged(successes, n)
    tail = (1.0 - confidence) / 2.0
    return trainer_estimates(
        name,
        a / (a + b),
        n=n,
        se=np.asarray(stats.beta.std(a, b)),
        low=np.asarray(stats.beta.ppf(tail, a, b)),
        high=np.asarray(stats.beta.ppf(1.0 - tail, a, b)),
        confidence=confidence,
        interval_method="beta posterior, empirical Bayes",
        reason=fit.undefined or "",
    )


def team_betas(successes: npt.ArrayLike, n: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return beta distributions that the team's true shares may have: alpha, beta (G,) and their weights, summing to 1.

    Weights are proportional to the likelihood of everybody's counts, under a prior that is uniform on the mean and on
    1/√(alpha + beta).

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.3.
    """
    s, t = success_counts(successes, n)
    s, t = s[t > 0].astype(np.float64), t[t > 0].astype(np.float64)
    centre, spread = s.sum() / t.sum(), 6.0 * np.sqrt(0.25 / t.sum()) + 0.15
    mean = np.linspace(max(centre - spread, 0.005), min(centre + spread, 0.995), _MEANS)
    strength = 1.0 / np.linspace(0.015, 1.0, _STRENGTHS) ** 2
    a, b = np.outer(mean, strength).reshape(-1), np.outer(1.0 - mean, strength).reshape(-1)
    log_likelihood = (betaln(a[:, None] + s, b[:, None] + t - s) - betaln(a, b)[:, None]).sum(axis=1)
    weight = np.exp(log_likelihood - log_likelihood.max())
    kept = np.flatnonzero(weight > 1e-5)
    return a[kept], b[kept], np.asarray(weight[kept] / weight[kept].sum(), dtype=np.float64)


def below(successes: npt.ArrayLike, n: npt.ArrayLike, target: float) -> FloatArray:
    """Return (M,) P(true share < target), averaged over `team_betas`."""
    s, t = success_counts(successes, n)
    a, b, weight = team_betas(s, t)
    return np.asarray(weight @ betainc(a[:, None] + s, b[:, None] + t - s, target), dtype=np.float64)


def _averaged(successes: IntArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    a, b, weight = team_betas(successes, n)
    total = (a + b)[:, None] + n
    mean = (a[:, None] + successes) / total
    middle = weight @ mean
    variance = weight @ (mean * (1.0 - mean) / (total + 1.0) + mean**2) - middle**2
    strength = middle * (1.0 - middle) / variance - 1.0
    return np.asarray(middle * strength, dtype=np.float64), np.asarray((1.0 - middle) * strength, dtype=np.float64)


def success_counts(successes: npt.ArrayLike, n: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """Return successes and trials as int64 arrays of one axis and the same length.

    Raises
    ------
    ValueError
        If the shapes differ, the numbers are not whole, or successes lie outside 0..n.
    """
    s, t = np.asarray(successes), np.asarray(n)
    if s.ndim != 1 or s.shape != t.shape:
        raise ValueError(f"successes and n must be two arrays of the same length, got {s.shape} and {t.shape}.")
    if s.size and not (np.issubdtype(s.dtype, np.integer) and np.issubdtype(t.dtype, np.integer)):
        raise ValueError(f"successes and n must hold whole numbers, got {s.dtype} and {t.dtype}.")
    if bool((s < 0).any() or (s > t).any()):
        raise ValueError("successes must lie in 0..n.")
    return s.astype(np.int64), t.astype(np.int64)
