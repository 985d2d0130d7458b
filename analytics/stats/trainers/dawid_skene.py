"""Dawid and Skene's model: every trainer has a confusion matrix, every item one true label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats
from scipy.special import xlogy

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers._dawid_skene_passes import Engine, Pass, counts_of, pass_engine
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, ratio, trainer_estimates

_SHORT_RUN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class DawidSkene:
    """A fitted Dawid-Skene model.

    Attributes
    ----------
    posterior : float array (N, K)
        P(true label of item i is k | all judgments); the prior where an item has no judgment.
    prior : float array (K,)
        Share of each true label.
    confusion : float array (M, K, K)
        Row k = true label, column l = label given; rows sum to 1.
    confusion_counts : float array (M, K, K)
        Expected judgments behind it, without smoothing.
    pooled : float array (K, K)
        Confusion of the average trainer, towards which the others are smoothed.
    accuracy : TrainerEstimates
        Σ_k prior_k confusion_jkk: the chance of being right on an average item, with a beta interval on the expected
        number of right judgments.
    log_likelihood, log_posterior : float
        At the end; the posterior adds the smoothing terms.
    n_iterations : int
        EM steps of the winning start.
    converged : bool
        Whether the log-posterior per judgment moved less than `tolerance` at the end.
    start : str
        The start that won: "majority" or "one_coin".
    relabelled : bool
        True where the fit had exchanged labels (posterior classes did not match their names) and they were put back.
    smoothing, tolerance : float
        As asked.
    n_items, n_judgments, n_trainers : int
        Items with a judgment, judgments, trainers with a judgment.
    undefined : str or None
        Why the model was not fitted; all arrays are then nan.
    """

    posterior: FloatArray
    prior: FloatArray
    confusion: FloatArray
    confusion_counts: FloatArray
    pooled: FloatArray
    accuracy: TrainerEstimates
    log_likelihood: float
    log_posterior: float
    n_iterations: int
    converged: bool
    start: str
    relabelled: bool
    smoothing: float
    tolerance: float
    n_items: int
    n_judgments: int
    n_trainers: int
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def dawid_skene(
    codes: JudgmentCodes,
    *,
    smoothing: float = 5.0,
    max_iterations: int = 100,
    tolerance: float = 1e-7,
    engine: Engine = "auto",
    confidence: float = 0.95,
) -> DawidSkene:
    """Return the Dawid-Skene fit by EM, smoothed towards the average trainer.

    Story: item i has a true label drawn from `prior`; trainer j, seeing true label k, says l with chance
    confusion_jkl, independently. E step: log P(k | item) = log prior_k + Σ log confusion_jkl. M step: expected counts,
    plus `smoothing` pseudo-judgments per true label spread like the pooled confusion matrix (an empirical-Bayes prior;
    0 gives maximum likelihood). Two starts, the majority vote and the one-coin model: after a few steps of each the
    one with the higher log-posterior goes on. Ends when the log-posterior per judgment changes by less than
    `tolerance`.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items by M trainers, K labels. A trainer's repeated judgments count each.
    smoothing : float
        Pseudo-judgments per true label, at least 0.
    max_iterations : int
        EM steps at most.
    tolerance : float
        Change of the log-posterior per judgment.
    engine : {"auto", "numba", "numpy"}
        Compiled loops or plain numpy; "auto" compiles from 20,000 judgments on where numba is installed. Both give
        the same numbers to rounding.
    confidence : float
        Coverage of the accuracy intervals.

    Raises
    ------
    ValueError
        If an option is out of range, or numba is asked for and not installed.

    Notes
    -----
    Assumes one truth per item and independent errors. On matters of opinion it turns minorities into "errors": do not
    use it there, and never as the only ground for a judgment on a person. Undefined where the median item has fewer
    than two judgments: the one-coin model then serves.

    References
    ----------
    Dawid and Skene (1979), Applied Statistics 28:20-28, doi:10.2307/2346806.
    """
    if smoothing < 0 or max_iterations < 1 or tolerance <= 0:
        raise ValueError(
            f"smoothing must be >= 0, max_iterations >= 1 and tolerance > 0, "
            f"got {smoothing}, {max_iterations} and {tolerance}."
        )
    sizes = codes.item_sizes
    judged = sizes[sizes > 0]
    if not judged.size:
        return _undefined(codes, smoothing, tolerance, confidence, "no judgments")
    if float(np.median(judged)) < 2:
        return _undefined(
            codes, smoothing, tolerance, confidence,
            "half the items have a single judgment, so confusion matrices cannot be told from difficulty",
        )  # fmt: skip
    step = pass_engine(codes, engine)
    voted = counts_of(codes, _majority(codes))
    short = min(_SHORT_RUN, max_iterations)
    runs: dict[str, _Run] = {}
    for name, (counts, totals) in {"majority": voted, "one_coin": _one_coin_counts(codes, step, *voted)}.items():
        runs[name] = _Run(*_m_step(counts, totals, smoothing), -np.inf, 0, False)
        _em(codes, step, runs[name], smoothing, short, tolerance)
    best = max(runs, key=lambda name: runs[name].log_posterior)
    run = runs[best]
    if not run.converged:
        _em(codes, step, run, smoothing, max_iterations - short, tolerance)
    order = _label_order(run.prior, run.pooled)
    relabelled = bool((order != np.arange(codes.n_labels)).any())
    if relabelled:
        run.prior, run.confusion, run.pooled = run.prior[order], run.confusion[:, order, :], run.pooled[order]
    log_likelihood, counts, _, posterior = step(run.prior, run.confusion, keep=True)
    return DawidSkene(
        posterior=posterior,
        prior=run.prior,
        confusion=run.confusion,
        confusion_counts=counts,
        pooled=run.pooled,
        accuracy=_accuracy(codes, run, counts, smoothing, confidence),
        log_likelihood=log_likelihood,
        log_posterior=run.log_posterior,
        n_iterations=run.n_iterations,
        converged=run.converged,
        start=best,
        relabelled=relabelled,
        smoothing=smoothing,
        tolerance=tolerance,
        n_items=int(judged.size),
        n_judgments=codes.n_judgments,
        n_trainers=int((codes.trainer_sizes > 0).sum()),
        undefined=None,
    )


@dataclass(slots=True)
class _Run:
    prior: FloatArray
    confusion: FloatArray
    pooled: FloatArray
    log_posterior: float
    n_iterations: int
    converged: bool


def _em(codes: JudgmentCodes, step: Pass, run: _Run, smoothing: float, iterations: int, tolerance: float) -> None:
    for _ in range(iterations):
        log_likelihood, counts, totals, _ = step(run.prior, run.confusion, keep=False)
        log_posterior = log_likelihood + float(xlogy(smoothing * run.pooled, run.confusion).sum())
        moved = abs(log_posterior - run.log_posterior) / codes.n_judgments
        run.log_posterior = log_posterior
        run.n_iterations += 1
        if moved < tolerance:
            run.converged = True
            break
        run.prior, run.confusion, run.pooled = _m_step(counts, totals, smoothing)


def _one_coin_counts(
    codes: JudgmentCodes, step: Pass, counts: FloatArray, totals: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Expected counts after two EM steps of the one-coin model, begun at the majority vote."""
    k = codes.n_labels
    if k < 2:
        return counts, totals
    n = codes.trainer_sizes.astype(np.float64)
    for _ in range(2):
        right = np.einsum("jkk->j", counts)
        skill = (right + right.sum() / n.sum()) / (n + 1.0)
        wrong = (1.0 - skill) / (k - 1)
        confusion = wrong[:, None, None] + (skill - wrong)[:, None, None] * np.eye(k)
        _, counts, totals, _ = step(totals / totals.sum(), confusion, keep=False)
    return counts, totals


def _m_step(counts: FloatArray, totals: FloatArray, smoothing: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    k = totals.size
    prior = totals / totals.sum()
    together = counts.sum(axis=0)
    mass = together.sum(axis=1, keepdims=True)
    pooled = np.where(mass > 0, together / np.where(mass > 0, mass, 1.0), 1.0 / k)
    raised = counts + smoothing * pooled
    row = raised.sum(axis=2, keepdims=True)
    confusion = np.where(row > 0, raised / np.where(row > 0, row, 1.0), pooled)
    return prior, confusion, pooled


def _majority(codes: JudgmentCodes) -> FloatArray:
    counts = codes.item_counts.astype(np.float64)
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1.0), 1.0 / codes.n_labels)


def _label_order(prior: FloatArray, pooled: FloatArray) -> IntArray:
    """(K,): order[k] = the class that is label k; the one that maximises the trace of the pooled joint table."""
    joint = prior[:, None] * pooled
    rows, columns = optimize.linear_sum_assignment(-joint)
    order = np.empty(prior.size, dtype=np.int64)
    order[columns] = rows
    return order


def _accuracy(
    codes: JudgmentCodes, run: _Run, counts: FloatArray, smoothing: float, confidence: float
) -> TrainerEstimates:
    value = np.einsum("k,jkk->j", run.prior, run.confusion)
    n = counts.sum(axis=(1, 2)) + smoothing * run.prior.size
    value = np.where(codes.trainer_sizes > 0, value, np.nan)
    a, b = value * n, (1.0 - value) * n
    tail = (1.0 - confidence) / 2.0
    low = np.where(a > 0, stats.beta.ppf(tail, np.where(a > 0, a, 1.0), np.where(b > 0, b, 1.0)), 0.0)
    high = np.where(b > 0, stats.beta.ppf(1.0 - tail, np.where(a > 0, a, 1.0), np.where(b > 0, b, 1.0)), 1.0)
    low = np.where(b > 0, low, 1.0)
    return trainer_estimates(
        "model_accuracy",
        value,
        n=codes.trainer_sizes,
        se=np.sqrt(ratio(value * (1.0 - value), n + 1.0)),
        low=low,
        high=np.where(a > 0, high, 0.0),
        confidence=confidence,
        interval_method="beta on expected counts",
    )


def _undefined(codes: JudgmentCodes, smoothing: float, tolerance: float, confidence: float, why: str) -> DawidSkene:
    k, m = codes.n_labels, codes.n_trainers
    nothing = np.full(m, np.nan)
    return DawidSkene(
        posterior=np.full((codes.n_items, k), np.nan), prior=np.full(k, np.nan), confusion=np.full((m, k, k), np.nan),
        confusion_counts=np.full((m, k, k), np.nan), pooled=np.full((k, k), np.nan),
        accuracy=trainer_estimates(
            "model_accuracy", nothing, n=codes.trainer_sizes, confidence=confidence, reason=why
        ),
        log_likelihood=np.nan, log_posterior=np.nan, n_iterations=0, converged=False, start="none", relabelled=False,
        smoothing=smoothing, tolerance=tolerance, n_items=int((codes.item_sizes > 0).sum()),
        n_judgments=codes.n_judgments, n_trainers=int((codes.trainer_sizes > 0).sum()), undefined=why,
    )  # fmt: skip
