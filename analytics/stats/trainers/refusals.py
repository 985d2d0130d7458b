"""Refuse or answer: over-refusal, under-refusal, their cost; a skip is not a refusal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.inference.beta_binomial import beta_binomial_fit, shrunken_shares
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, trainer_means


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusals:
    """Refusals of M trainers against what should have been done.

    Attributes
    ----------
    over, under : TrainerEstimates
        Share of items to answer that were refused; share of items to refuse that were answered. Wilson intervals; where
        the truth is a consensus, items count by how sure it is, and so do the n.
    over_shrunken, under_shrunken : TrainerEstimates
        Posterior means and intervals under the team's beta distribution (counts rounded).
    cost : TrainerEstimates
        Mean cost per judgment.
    cost_over, cost_under : float
        As asked.
    """

    over: TrainerEstimates
    under: TrainerEstimates
    over_shrunken: TrainerEstimates
    under_shrunken: TrainerEstimates
    cost: TrainerEstimates
    cost_over: float
    cost_under: float

    def __post_init__(self) -> None:
        freeze(self)


def refusals(
    trainer: npt.ArrayLike,
    refused: npt.ArrayLike,
    should_refuse: npt.ArrayLike,
    *,
    n_trainers: int,
    cost_over: float = 1.0,
    cost_under: float = 1.0,
    confidence: float = 0.95,
) -> Refusals:
    """Return each trainer's over- and under-refusal with their cost.

    Parameters
    ----------
    trainer : int array (J,)
        Codes of submitted judgments on a refuse-or-answer criterion. A skip is a status, not a judgment: leave it out.
    refused : float array (J,)
        1 where the judgment says refuse, else 0.
    should_refuse : float array (J,)
        Gold as 1 or 0, or the share of the *other* trainers who said refuse; nan where neither is known: such
        judgments do not count.
    n_trainers : int
        M.
    cost_over, cost_under : float
        Cost of refusing what should be answered, and the reverse; not negative.
    confidence : float
        Coverage.

    References
    ----------
    Röttger et al. (2024), XSTest, NAACL, doi:10.18653/v1/2024.naacl-long.301.
    """
    who = code_array("trainer", trainer, n_trainers)
    said, should = float_array("refused", refused, who.size), float_array("should_refuse", should_refuse, who.size)
    if not np.isin(said, (0.0, 1.0)).all() or bool((should < 0).any() or (should > 1).any()):
        raise ValueError("refused must be 0 or 1 and should_refuse lie in [0, 1].")
    if cost_over < 0 or cost_under < 0:
        raise ValueError(f"costs must not be negative, got {cost_over} and {cost_under}.")
    keep = np.isfinite(should)
    who, said, should = who[keep], said[keep], should[keep]

    def shares(name: str, error: npt.ArrayLike, weight: npt.ArrayLike, reason: str) -> tuple[TrainerEstimates, ...]:
        n = np.rint(group_sums(who, weight, n_trainers)).astype(np.int64)
        wrong = np.minimum(group_sums(who, error, n_trainers), n)
        whole = np.rint(wrong).astype(np.int64)
        fit = beta_binomial_fit(whole, n)
        return (
            share_estimates(name, wrong, n, confidence=confidence, reason=reason),
            shrunken_shares(f"{name}_shrunken", whole, n, fit, confidence=confidence),
        )

    over, over_shrunken = shares("over_refusal", said * (1 - should), 1 - should, "no items that should be answered")
    under, under_shrunken = shares("under_refusal", (1 - said) * should, should, "no items that should be refused")
    price = cost_over * said * (1.0 - should) + cost_under * (1.0 - said) * should
    return Refusals(
        over=over,
        under=under,
        over_shrunken=over_shrunken,
        under_shrunken=under_shrunken,
        cost=trainer_means(
            "refusal_cost", who, price, np.ones(who.size), n_trainers=n_trainers, confidence=confidence,
            limits=(0.0, np.inf), reason="no judgments with a known right answer",
        ),
        cost_over=cost_over,
        cost_under=cost_under,
    )  # fmt: skip


def skip_share(skipped: npt.ArrayLike, shown: npt.ArrayLike, *, confidence: float = 0.95) -> TrainerEstimates:
    """Return the share of items shown that each trainer skipped, with Wilson intervals.

    Parameters
    ----------
    skipped, shown : int array (M,)
        Skips, and skips plus submitted judgments.
    """
    counts, n = np.asarray(skipped, dtype=np.int64), np.asarray(shown, dtype=np.int64)
    return share_estimates("skip_share", counts, n, confidence=confidence, reason="nothing was shown")
