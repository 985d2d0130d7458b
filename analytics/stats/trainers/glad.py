"""GLAD: right answers depend on the trainer's ability and the item's easiness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize
from scipy.special import expit, log_expit

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, trainer_estimates


@dataclass(frozen=True, kw_only=True, slots=True)
class Glad:
    """A fitted GLAD model.

    Attributes
    ----------
    posterior : float array (N, K)
        P(true label | all judgments); uniform where an item has no judgment.
    ability : TrainerEstimates
        alpha_j: 0 = chance, negative = against the truth. Its interval is normal, from the curvature in alpha_j alone,
        and so a little narrow.
    easiness : float array (N,)
        beta_i > 0; 1 / beta_i is the item's difficulty. nan where an item has no judgment.
    log_likelihood : float
        Marginal log-likelihood at the end.
    n_iterations : int
        EM steps.
    converged : bool
        Whether the log-posterior per judgment moved less than the tolerance at the end.
    undefined : str or None
        Why the model was not fitted.
    """

    posterior: FloatArray
    ability: TrainerEstimates
    easiness: FloatArray
    log_likelihood: float
    n_iterations: int
    converged: bool
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def glad(codes: JudgmentCodes, *, max_iterations: int = 50, tolerance: float = 1e-5, confidence: float = 0.95) -> Glad:
    """Return the GLAD fit by EM with a quasi-Newton M step.

    Story: the truth of an item is uniform over K labels; trainer j is right on item i with chance
    1 / (1 + exp(-alpha_j beta_i)), else gives one of the other labels evenly. Priors as in the authors' code:
    alpha ~ N(1, 1), log beta ~ N(1, 1).

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items by M trainers, K >= 2 labels.
    max_iterations : int
        EM steps at most, at least 1.
    tolerance : float
        Change of the log-posterior per judgment.
    confidence : float
        Coverage.

    Notes
    -----
    One number per item is learnt from a handful of judgments: easiness is mostly prior below five judgments an item.
    The slowest of the models here; use it for thousands, not millions, of items.

    References
    ----------
    Whitehill, Ruvolo, Wu, Bergsma and Movellan (2009), NIPS 22:2035-2043.
    """
    if max_iterations < 1 or tolerance <= 0:
        raise ValueError(f"max_iterations must be >= 1 and tolerance > 0, got {max_iterations} and {tolerance}.")
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    if not codes.n_judgments or k < 2:
        why = "no judgments" if k >= 2 else "the scale has one label, so everybody is right"
        return Glad(
            posterior=np.full((n, k), np.nan), easiness=np.full(n, np.nan), log_likelihood=np.nan, n_iterations=0,
            ability=trainer_estimates("glad_ability", np.full(m, np.nan), n=codes.trainer_sizes, reason=why),
            converged=False, undefined=why,
        )  # fmt: skip
    cell = codes.item * k + codes.label
    x = np.concatenate([np.ones(m), np.ones(n)])
    last, log_likelihood, converged, iterations = -np.inf, np.nan, False, 0
    posterior = np.full((n, k), 1.0 / k)

    def loss(parameters: FloatArray, right: FloatArray) -> tuple[float, FloatArray]:
        alpha, log_beta = parameters[:m], parameters[m:]
        beta = np.exp(log_beta)
        u = alpha[codes.trainer] * beta[codes.item]
        value = -(right * log_expit(u) + (1.0 - right) * log_expit(-u)).sum()
        value += 0.5 * ((alpha - 1.0) ** 2).sum() + 0.5 * ((log_beta - 1.0) ** 2).sum()
        slope = expit(u) - right
        by_alpha = group_sums(codes.trainer, slope * beta[codes.item], m) + alpha - 1.0
        by_beta = group_sums(codes.item, slope * u, n) + log_beta - 1.0
        return float(value), np.concatenate([by_alpha, by_beta])

    right = np.zeros(codes.n_judgments)
    for _ in range(max_iterations):
        iterations += 1
        u = x[codes.trainer] * np.exp(x[m:])[codes.item]
        log_right, log_wrong = log_expit(u), log_expit(-u) - np.log(k - 1)
        score = group_sums(codes.item, log_wrong, n)[:, None] + group_sums(cell, log_right - log_wrong, n * k).reshape(
            n, k
        )
        top = score.max(axis=1, keepdims=True)
        weight = np.exp(score - top)
        total = weight.sum(axis=1, keepdims=True)
        posterior = weight / total
        log_likelihood = float((top + np.log(total / k)).sum())
        log_posterior = log_likelihood - 0.5 * float(((x - 1.0) ** 2).sum())
        if abs(log_posterior - last) / codes.n_judgments < tolerance:
            converged = True
            break
        last = log_posterior
        right = posterior.reshape(-1)[cell]
        found = optimize.minimize(loss, x, args=(right,), jac=True, method="L-BFGS-B", options={"maxiter": 25})
        x = np.asarray(found.x)
    alpha, beta = x[:m], np.exp(x[m:])
    chance = expit(alpha[codes.trainer] * beta[codes.item])
    curvature = group_sums(codes.trainer, beta[codes.item] ** 2 * chance * (1.0 - chance), m) + 1.0
    return Glad(
        posterior=posterior,
        ability=trainer_estimates(
            "glad_ability", np.where(codes.trainer_sizes > 0, alpha, np.nan), n=codes.trainer_sizes,
            se=1.0 / np.sqrt(curvature), confidence=confidence, interval_method="normal, curvature in ability alone",
        ),
        easiness=np.where(codes.item_sizes > 0, beta, np.nan),
        log_likelihood=log_likelihood,
        n_iterations=iterations,
        converged=converged,
        undefined=None,
    )  # fmt: skip
