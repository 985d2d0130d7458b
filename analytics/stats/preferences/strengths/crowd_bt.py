"""Crowd-BT: strengths and, for each trainer, how reliably their choices follow them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.results import NAN
from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.strengths.bradley_terry import Strengths, Ties
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.connectivity import connectivity
from analytics.stats.preferences.strengths.crowd_bt_em import FINE, CrowdEm, Prior
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, check_confidence, freeze, trainer_estimates

NOTHING = "no comparisons that took a side"


@dataclass(frozen=True, kw_only=True, slots=True)
class CrowdBradleyTerry:
    """Strengths with a reliability per trainer.

    Attributes
    ----------
    strengths : Strengths
        Log strengths, mean 0; the covariance includes that reliabilities were estimated too. Its `log_likelihood` is
        the log-posterior. Objects that never met share no scale; those that met but were never beaten get a finite
        strength from the virtual wins alone.
    reliability : TrainerEstimates
        eta: probability that a trainer's choice follows the strengths rather than their reverse. 1 reliable, 1/2 no
        better than a coin, below 1/2 reversed. Posterior means and quantiles, strengths held.
    p_unreliable : float array (M,)
        Posterior probability that eta lies below `threshold`; nan for a trainer without a choice.
    threshold : float
    prior : Prior
        Distribution of eta over trainers: as fitted, or as given.
    prior_fitted : bool
    virtual : float
        Weight of the virtual win and loss of each object.
    log_posterior : float array (R,)
        After each round; never decreasing.
    converged : bool
    """

    strengths: Strengths
    reliability: TrainerEstimates
    p_unreliable: FloatArray
    threshold: float
    prior: Prior
    prior_fitted: bool
    virtual: float
    log_posterior: FloatArray
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def crowd_bradley_terry(
    comparisons: Comparisons,
    trainer: IntArray,
    *,
    n_trainers: int,
    ties: Ties,
    virtual: float = 0.5,
    prior: tuple[float, float] | None = None,
    threshold: float = 0.75,
    tolerance: float = 1e-7,
    confidence: float = 0.95,
) -> CrowdBradleyTerry:
    """Fit P(trainer j says i beats k) = eta_j sigma(s_i - s_k) + (1 - eta_j) sigma(s_k - s_i) by EM.

    The story: each judgment follows the strengths with probability eta_j, else their reverse. Over trainers eta_j is
    Beta(a, b) for a share of them and anything from 0 to 1 for the rest. E step: the posterior of eta_j on a grid of
    nodes, and at each node the chance eta sigma(d) / (eta sigma(d) + (1 - eta) sigma(-d)) that a judgment followed the
    strengths. M step: s maximises the weighted logistic log-likelihood with the virtual wins; (a, b, share) the
    expected log density of the eta_j. Integrating eta out, rather than taking its best value, keeps the scale of s
    from leaning on the number of trainers.

    Parameters
    ----------
    comparisons : Comparisons
        One row a trainer and pair (or finer).
    trainer : int array (C,)
        Trainer code 0..M-1 of each row.
    n_trainers : int
        M.
    ties : {"half", "drop"}
        "half": a tie counts half a win for each; "drop": ties are left out.
    virtual : float
        Wins and losses of every object against one of strength 0, above 0.
    prior : (float, float) or None
        Beta(a, b) of every trainer's eta, each at least 1; None fits the distribution to these trainers, with the
        weight of two more from Beta(9, 1), which also settles which of the two mirror-image solutions is meant.
    threshold : float
        Reliability below which a trainer counts as unreliable in `p_unreliable`, in (0, 1).
    tolerance : float
        EM stops when the log-posterior per judgment rises by less.
    confidence : float
        Coverage of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        If `ties` is unknown, `virtual` is not positive, a prior is below 1, `threshold` lies outside (0, 1) or
        `trainer` does not match the rows.

    Notes
    -----
    Objects should be systems. A trainer whose taste honestly differs from the crowd's looks unreliable here: low eta
    is a reason to look, not a verdict. Strengths and reliabilities share a scale: all trainers a little less reliable
    and all strengths a little further apart fit nearly as well; orders are surer than distances.

    References
    ----------
    Chen, Bennett, Collins-Thompson and Horvitz (2013), doi:10.1145/2433396.2433420 (the model; there eta is fitted
    by its best value under a fixed prior).
    """
    check_confidence(confidence)
    if ties not in ("half", "drop"):
        raise ValueError(f"ties must be one of 'half', 'drop', got {ties!r}.")
    if virtual <= 0:
        raise ValueError(f"virtual must be positive, got {virtual}.")
    if prior is not None and min(prior) < 1:
        raise ValueError(f"prior must hold two numbers of at least 1, got {prior}.")
    if not 0 < threshold < 1:
        raise ValueError(f"threshold must lie between 0 and 1, got {threshold}.")
    who = code_array("trainer", trainer, n_trainers)
    if who.size != comparisons.first.size:
        raise ValueError(f"trainer must have an entry for each of {comparisons.first.size} rows, got {who.size}.")
    half = 0.5 if ties == "half" else 0.0
    em = CrowdEm(comparisons, who, n_trainers, half, virtual, prior)
    trace, converged = em.run(tolerance)
    n = comparisons.n_objects
    used = float(em.count.sum())
    graph = connectivity(comparisons.win_table(tie_share=half))
    strengths = Strengths(
        log_strength=em.theta - em.theta.mean() if n else em.theta,
        covariance=em.covariance(),
        group=graph.met_group,
        connectivity=graph,
        undefined=(graph.reason if graph.n_met_groups > 1 else None) if used else NOTHING,
        model="crowd-bt",
        ties=ties,
        variance_method="model, reliabilities estimated too",
        log_likelihood=trace[-1] if trace else NAN,
        deviance=NAN,
        df=0,
        n_judgments=comparisons.n_judgments,
        n_used=int(np.rint(used)),
        converged=converged,
        n_steps=len(trace),
    )
    posterior = em.posterior(FINE)[0]
    return CrowdBradleyTerry(
        strengths=strengths,
        reliability=_reliability(posterior, FINE, em.count, confidence),
        p_unreliable=np.where(em.count > 0, posterior[:, threshold > FINE].sum(axis=1), np.nan),
        threshold=threshold,
        prior=em.prior,
        prior_fitted=prior is None,
        virtual=virtual,
        log_posterior=np.array(trace),
        converged=converged,
    )


def _reliability(post: FloatArray, nodes: FloatArray, count: FloatArray, confidence: float) -> TrainerEstimates:
    below = np.cumsum(post, axis=1)
    tail, last = (1 - confidence) / 2, nodes.size - 1
    mean = post @ nodes
    width = 0.5 / nodes.size
    return trainer_estimates(
        "crowd_bt_reliability",
        np.where(count > 0, mean, np.nan),
        n=np.floor(count).astype(np.int64),
        se=np.sqrt(np.maximum(post @ nodes**2 - mean**2, 0.0)),
        low=nodes[np.minimum((below < tail).sum(axis=1), last)] - width,
        high=nodes[np.minimum((below < 1 - tail).sum(axis=1), last)] + width,
        confidence=confidence,
        interval_method="posterior, strengths held",
        reason=NOTHING,
        limits=(0.0, 1.0),
    )
