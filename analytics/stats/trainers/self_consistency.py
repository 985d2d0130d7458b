"""Agreement of trainers with themselves on blind repeats, and the ceiling it puts on agreement between people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.beta_binomial import beta_binomial_fit, shrunken_shares
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SelfConsistency:
    """Repeats of M trainers: the same item, judged again without knowing.

    Attributes
    ----------
    n, same : int array (M,)
        Pairs of judgments, and those with the same label both times.
    consistency : TrainerEstimates
        same / n with its Wilson interval.
    shrunken : TrainerEstimates
        Posterior mean and interval under the team's beta distribution.
    kappa : float array (M,)
        (weighted) consistency corrected for chance by the trainer's own label shares over both rounds; nan where fewer
        than 10 pairs or no variation.
    team : float
        Share of the same label over all pairs.
    team_kappa : float
        Chance-corrected, chance within trainers; nan where undefined.
    noise : float
        1 - team: what a perfectly instructed team would still disagree with *itself* about.
    ceiling : float array (M,)
        √(kappa_j · team_kappa): about the highest agreement beyond chance to be had between this trainer and the team;
        nan where either is undefined or negative.
    """

    n: IntArray
    same: IntArray
    consistency: TrainerEstimates
    shrunken: TrainerEstimates
    kappa: FloatArray
    team: float
    team_kappa: float
    noise: float
    ceiling: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def self_consistency(
    trainer: npt.ArrayLike,
    first: npt.ArrayLike,
    again: npt.ArrayLike,
    *,
    n_trainers: int,
    n_labels: int,
    weights: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> SelfConsistency:
    """Return each trainer's agreement with their own earlier answers.

    Parameters
    ----------
    trainer : int array (R,)
        Trainer of each repeated item.
    first, again : int array (R,)
        Label codes in the earlier and the later round.
    n_trainers, n_labels : int
        M and K.
    weights : float array (K, K) or None
        Agreement weights for kappa, 1 on the diagonal (quadratic for ordered scales); None counts equal labels only.
    confidence : float
        Coverage.

    Notes
    -----
    Needs repeats far enough apart (a day) not to be remembered; remembered answers flatter. Where consistency is no
    better than agreement with peers, disagreement is noise rather than difference of opinion.

    References
    ----------
    Spearman (1904), American Journal of Psychology 15:72-101, doi:10.2307/1412159 (attenuation).
    """
    check_confidence(confidence)
    who = code_array("trainer", trainer, n_trainers)
    a, b = code_array("first", first, n_labels), code_array("again", again, n_labels)
    if not who.size == a.size == b.size:
        raise ValueError(f"trainer, first and again must have the same length, got {who.size}, {a.size} and {b.size}.")
    w = np.eye(n_labels) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (n_labels, n_labels) or bool((np.diag(w) != 1.0).any()):
        raise ValueError(f"weights must have shape ({n_labels}, {n_labels}) and 1 on the diagonal, got {w.shape}.")
    n = np.bincount(who, minlength=n_trainers).astype(np.int64)
    same = np.rint(group_sums(who, a == b, n_trainers)).astype(np.int64)
    given = np.bincount(np.concatenate([who, who]) * n_labels + np.concatenate([a, b]), minlength=n_trainers * n_labels)
    shares = ratio(given.reshape(n_trainers, n_labels).astype(np.float64), 2.0 * n[:, None])
    observed = ratio(group_sums(who, w[a, b], n_trainers), n)
    chance = np.einsum("jk,kl,jl->j", shares, w, shares)
    varied = (n >= 10) & (chance < 1.0)
    kappa = np.where(varied, ratio(observed - chance, 1.0 - chance), np.nan)
    total = int(n.sum())
    team_kappa = np.nan
    if total >= 10:
        seen = n > 0
        team_chance = float((n * np.where(seen, chance, 0.0)).sum()) / total
        if team_chance < 1.0:
            team_kappa = (float(w[a, b].mean()) - team_chance) / (1.0 - team_chance)
    team = float(same.sum()) / total if total else np.nan
    product = np.asarray(kappa * team_kappa)
    return SelfConsistency(
        n=n,
        same=same,
        consistency=share_estimates(
            "self_consistency", same, n, confidence=confidence, reason="no item was judged twice"
        ),
        shrunken=shrunken_shares(
            "self_consistency_shrunken", same, n, beta_binomial_fit(same, n), confidence=confidence
        ),
        kappa=kappa,
        team=team,
        team_kappa=float(team_kappa),
        noise=1.0 - team,
        ceiling=np.sqrt(np.where((kappa >= 0) & (product >= 0), product, np.nan)),
    )  # fmt: skip
