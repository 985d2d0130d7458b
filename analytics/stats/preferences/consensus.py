"""A consensus on preferences that weighs trainers by how reliable they are, blind to which answer is called A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    trainer_estimates,
)

MAXIMUM_ROUNDS = 500
EVEN = 1e-6
PSEUDO_JUDGMENTS = 8.0
"""Weight of the team's own habits in each trainer's, in judgments per true label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferenceConsensus:
    """Consensus over trainers of unequal reliability.

    Attributes
    ----------
    posterior : float array (N, 3)
        Probability that the item's label is A, tie, B.
    label : int array (N,)
        Most probable: -1 A, 0 tie, 1 B; 0 also where `decided` is False.
    decided : bool array (N,)
        False where A and B are equally probable (to six digits) and more so than a tie.
    confidence : float array (N,)
        Probability of the most probable label.
    reliability : TrainerEstimates
        Probability of naming the right side, given that the item has one.
    confusion : float array (M, 3)
        Each trainer's chance, on an item with a side, of naming it, calling a tie, naming the other.
    tie_kept : float array (M,)
        Chance of calling a tie a tie.
    tie_share : float
        Share of items whose label is a tie.
    log_posterior : float array (R,)
    converged : bool
    """

    posterior: FloatArray
    label: IntArray
    decided: npt.NDArray[np.bool_]
    confidence: FloatArray
    reliability: TrainerEstimates
    confusion: FloatArray
    tie_kept: FloatArray
    tie_share: float
    log_posterior: FloatArray
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def preference_consensus(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    n_items: int,
    n_trainers: int,
    tolerance: float = 1e-7,
    confidence: float = 0.95,
) -> PreferenceConsensus:
    """Weigh trainers by reliability: Dawid and Skene's model with a confusion that treats A and B alike.

    The story: an item's label is A, tie or B with probabilities (1 - t) / 2, t, (1 - t) / 2. On an item with a side a
    trainer names it, calls a tie, or names the other side with probabilities theta_j; a tie is kept with probability
    phi_j, else either side. Each trainer's theta_j and phi_j are drawn towards the team's with the weight of eight
    judgments. EM from the raw shares.

    Parameters
    ----------
    item, trainer : int array (J,)
        Codes 0..N-1 and 0..M-1.
    score : int array (J,)
        Negative: A; 0: tie; positive: B.
    n_items, n_trainers : int
        N and M.
    tolerance : float
        EM stops when the log-posterior per judgment rises by less.
    confidence : float
        Coverage of the reliabilities' intervals, in (0, 1).

    Raises
    ------
    ValueError
        If codes are out of range or columns differ in length.

    Notes
    -----
    Assumes one right label an item: where honest people differ, the shares of `preference_shares` say more.

    References
    ----------
    Dawid and Skene (1979), doi:10.2307/2346806.
    """
    check_confidence(confidence)
    i, who = code_array("item", item, n_items), code_array("trainer", trainer, n_trainers)
    said = np.sign(np.asarray(score, dtype=np.int64)) + 1
    if not i.size == who.size == said.size:
        raise ValueError(
            f"item, trainer and score must have the same length, got {i.size}, {who.size} and {said.size}."
        )
    post = np.zeros((n_items, 3))
    np.add.at(post, (i, said), 1.0)
    judged = post.sum(axis=1) > 0
    post = np.where(judged[:, None], (post + 0.1) / (post + 0.1).sum(axis=1, keepdims=True), 1 / 3)
    judgments = sparse.csr_array((np.ones(i.size), (i, 3 * who + said)), shape=(n_items, 3 * n_trainers))
    said_by = sparse.csr_array(judgments.T)
    trace: list[float] = []
    converged = False
    theta, phi, tie = np.zeros((n_trainers, 3)), np.zeros(n_trainers), 1 / 3
    for _ in range(MAXIMUM_ROUNDS):
        theta, phi, tie, prior = _habits(post, judged, said_by)
        post, marginal = _posterior(theta, phi, tie, judgments)
        trace.append(marginal + prior)
        if len(trace) > 1 and abs(trace[-1] - trace[-2]) <= tolerance * max(1, i.size):
            converged = True
            break
    even = np.abs(post[:, 0] - post[:, 2]) < EVEN
    label = np.where(even, 0, np.argmax(post, axis=1) - 1)
    n = np.bincount(who, minlength=n_trainers).astype(np.int64)
    effective = group_sums(who, 1 - post[i, 1], n_trainers)
    a = theta[:, 0] * (effective + PSEUDO_JUDGMENTS)
    b = (1 - theta[:, 0]) * (effective + PSEUDO_JUDGMENTS)
    tail = (1 - confidence) / 2
    return PreferenceConsensus(
        posterior=post,
        label=label.astype(np.int64),
        decided=~even | (post[:, 1] >= post[:, 0]),
        confidence=post.max(axis=1, initial=0.0),
        reliability=trainer_estimates(
            "consensus_reliability",
            np.where(n > 0, theta[:, 0], np.nan),
            n=n,
            low=np.asarray(special.betaincinv(a, b, tail), dtype=np.float64),
            high=np.asarray(special.betaincinv(a, b, 1 - tail), dtype=np.float64),
            confidence=confidence,
            interval_method="beta posterior, labels held", reason="no judgments",
        ),
        confusion=theta,
        tie_kept=phi,
        tie_share=tie,
        log_posterior=np.array(trace),
        converged=converged,
    )  # fmt: skip


def _habits(
    post: FloatArray, judged: npt.NDArray[np.bool_], said_by: sparse.csr_array
) -> tuple[FloatArray, FloatArray, float, float]:
    """M step: (theta (M, 3), phi (M,), tie share, log prior)."""
    seen = np.asarray(said_by @ post).reshape(-1, 3, 3)
    table = np.stack(
        [seen[:, 0, 0] + seen[:, 2, 2], seen[:, 1, 0] + seen[:, 1, 2], seen[:, 0, 2] + seen[:, 2, 0]], axis=1
    )
    kept = seen[:, 1, 1]
    broken = seen[:, 0, 1] + seen[:, 2, 1]
    team = (table.sum(axis=0) + np.array([0.7, 0.2, 0.1])) / (table.sum() + 1.0)
    team_kept = float((kept.sum() + 0.5) / (kept.sum() + broken.sum() + 1.0))
    theta = (table + PSEUDO_JUDGMENTS * team) / (table.sum(axis=1, keepdims=True) + PSEUDO_JUDGMENTS)
    phi = (kept + PSEUDO_JUDGMENTS * team_kept) / (kept + broken + PSEUDO_JUDGMENTS)
    prior = PSEUDO_JUDGMENTS * float((np.log(theta) @ team).sum())
    prior += PSEUDO_JUDGMENTS * float((team_kept * np.log(phi) + (1 - team_kept) * np.log1p(-phi)).sum())
    share = float((post[judged, 1].sum() + 1) / (judged.sum() + 3))
    return theta, phi, share, prior


def _posterior(theta: FloatArray, phi: FloatArray, tie: float, judgments: sparse.csr_array) -> tuple[FloatArray, float]:
    """E step: (posterior (N, 3), marginal log-likelihood)."""
    right, calls, wrong = np.log(theta).T
    broken = np.log1p(-phi) - np.log(2.0)
    under_a = np.stack([right, calls, wrong], axis=1)
    under_tie = np.stack([broken, np.log(phi), broken], axis=1)
    table = np.stack([under_a, under_tie, under_a[:, ::-1]], axis=2).reshape(-1, 3)
    log = np.asarray(judgments @ table) + np.log([(1 - tie) / 2, tie, (1 - tie) / 2])
    top = np.maximum(np.maximum(log[:, 0], log[:, 1]), log[:, 2])
    mass = np.exp(log - top[:, None])
    total = mass[:, 0] + mass[:, 1] + mass[:, 2]
    return mass / total[:, None], float((top + np.log(total)).sum())
