"""MACE: a trainer either knows the answer or answers by habit, without looking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, trainer_estimates


@dataclass(frozen=True, kw_only=True, slots=True)
class Mace:
    """A fitted MACE model.

    Attributes
    ----------
    posterior : float array (N, K)
        P(true label | all judgments); uniform where an item has no judgment.
    competence : TrainerEstimates
        P(the trainer looks), with the spread over restarts whose fit is within one log unit of the best as `se`.
    habits : float array (M, K)
        What the trainer answers when not looking; rows sum to 1.
    log_likelihood : float
        Of the best restart.
    n_iterations : int
        Steps of the best restart.
    converged : bool
        Whether the log-likelihood per judgment moved less than the tolerance at its end.
    n_restarts : int
        Restarts run.
    undefined : str or None
        Why the model was not fitted.
    """

    posterior: FloatArray
    competence: TrainerEstimates
    habits: FloatArray
    log_likelihood: float
    n_iterations: int
    converged: bool
    n_restarts: int
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def mace(
    codes: JudgmentCodes,
    *,
    rng: np.random.Generator,
    n_restarts: int = 5,
    max_iterations: int = 50,
    tolerance: float = 1e-6,
    competence_prior: tuple[float, float] = (0.5, 0.5),
    habit_prior: float = 10.0,
) -> Mace:
    """Return the MACE fit by variational EM with random restarts.

    Story: the truth of an item is uniform over K labels; trainer j gives it with chance theta_j, else a label from
    habit xi_j. Priors: theta ~ Beta(`competence_prior`), xi ~ Dirichlet(`habit_prior` / K each, so that it is worth
    `habit_prior` judgments in all).

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items by M trainers, K labels.
    rng : numpy.random.Generator
        Source of the random starts.
    n_restarts, max_iterations : int
        At least 1 each.
    tolerance : float
        Change of the log-likelihood per judgment.

    Notes
    -----
    The answer depends on the seed in the last digits; trust the order of trainers and differences over .02, no more.
    Good at telling random clickers apart, blind to *which* labels are confused.

    References
    ----------
    Hovy, Berg-Kirkpatrick, Vaswani and Hovy (2013), NAACL-HLT, 1120-1130.
    """
    if n_restarts < 1 or max_iterations < 1 or tolerance <= 0:
        raise ValueError(
            f"n_restarts and max_iterations must be >= 1 and tolerance > 0, "
            f"got {n_restarts}, {max_iterations} and {tolerance}."
        )
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    if not codes.n_judgments:
        return Mace(
            posterior=np.full((n, k), np.nan), habits=np.full((m, k), np.nan), log_likelihood=np.nan, n_iterations=0,
            competence=trainer_estimates("mace_competence", np.full(m, np.nan), n=codes.trainer_sizes),
            converged=False, n_restarts=0, undefined="no judgments",
        )  # fmt: skip
    runs = [_run(codes, rng, max_iterations, tolerance, competence_prior, habit_prior / k) for _ in range(n_restarts)]
    best = max(runs, key=lambda run: run.log_likelihood)
    near = [run.theta for run in runs if best.log_likelihood - run.log_likelihood < 1.0]
    known = codes.trainer_sizes > 0
    spread = np.std(near, axis=0) if len(near) > 1 else np.full(m, np.nan)
    return Mace(
        posterior=best.posterior,
        competence=trainer_estimates(
            "mace_competence", np.where(known, best.theta, np.nan), n=codes.trainer_sizes, se=spread, limits=(0.0, 1.0),
            interval_method="spread over restarts, not sampling error",
        ),
        habits=best.xi,
        log_likelihood=best.log_likelihood,
        n_iterations=best.n_iterations,
        converged=best.converged,
        n_restarts=n_restarts,
        undefined=None,
    )  # fmt: skip


@dataclass(slots=True)
class _Run:
    theta: FloatArray
    xi: FloatArray
    posterior: FloatArray
    log_likelihood: float
    n_iterations: int
    converged: bool


def _run(
    codes: JudgmentCodes,
    rng: np.random.Generator,
    max_iterations: int,
    tolerance: float,
    competence_prior: tuple[float, float],
    habit_prior: float,
) -> _Run:
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    cell, habit_cell = codes.item * k + codes.label, codes.trainer * k + codes.label
    knows, guesses = rng.uniform(0.5, 0.9, m), rng.dirichlet(np.full(k, 5.0), m)
    guesses *= (1.0 - knows)[:, None]
    last, converged, iterations, log_likelihood = -np.inf, False, 0, -np.inf
    posterior = np.full((n, k), 1.0 / k)
    sizes = codes.trainer_sizes.astype(np.float64)
    for _ in range(max_iterations):
        iterations += 1
        guess = guesses.reshape(-1)[habit_cell]
        know = knows[codes.trainer]
        score = group_sums(cell, np.log(know + guess) - np.log(guess), n * k).reshape(n, k)
        top = score.max(axis=1, keepdims=True)
        weight = np.exp(score - top)
        total = weight.sum(axis=1, keepdims=True)
        posterior = weight / total
        log_likelihood = float((top + np.log(total / k)).sum() + np.log(guess).sum())
        looked = posterior.reshape(-1)[cell] * know / (know + guess)
        n_looked = group_sums(codes.trainer, looked, m)
        by_habit = group_sums(habit_cell, 1.0 - looked, m * k).reshape(m, k)
        a, b = competence_prior[0] + n_looked, competence_prior[1] + sizes - n_looked
        knows = np.exp(digamma(a) - digamma(a + b))
        spread = digamma(by_habit + habit_prior) - digamma(by_habit.sum(axis=1, keepdims=True) + k * habit_prior)
        guesses = np.exp(digamma(b) - digamma(a + b))[:, None] * np.exp(spread)
        if abs(log_likelihood - last) / codes.n_judgments < tolerance:
            converged = True
            break
        last = log_likelihood
    theta = (competence_prior[0] + n_looked) / (sum(competence_prior) + sizes)
    xi = by_habit + habit_prior
    return _Run(theta, xi / xi.sum(axis=1, keepdims=True), posterior, log_likelihood, iterations, converged)
