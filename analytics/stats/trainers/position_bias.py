"""Preferences bent by what should not matter: which answer stood first; and how ties are avoided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.beta_binomial import BetaBinomialFit, beta_binomial_fit, shrunken_shares, success_counts
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, trainer_means


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionBias:
    """How often the answer shown first wins, where order should not matter.

    Attributes
    ----------
    first, n : int array (M,)
        Choices of the answer shown first, and choices that were no tie.
    share : TrainerEstimates
        first / n with its Wilson interval; .5 = no bias when order was drawn at random.
    p_value : float array (M,)
        Exact two-sided binomial test against .5; nan where n is 0.
    shrunken : TrainerEstimates
        Posterior mean and interval under the team's beta distribution.
    team : BetaBinomialFit
        That distribution.
    """

    first: IntArray
    n: IntArray
    share: TrainerEstimates
    p_value: FloatArray
    shrunken: TrainerEstimates
    team: BetaBinomialFit

    def __post_init__(self) -> None:
        freeze(self)


def position_bias(first: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95) -> PositionBias:
    """Return each trainer's share of choices for the answer shown first.

    Parameters
    ----------
    first, n : int array (M,)
        Choices of the answer shown first, and all choices that were no tie.
    confidence : float
        Coverage.

    Notes
    -----
    Fair only where the order was random: `first_beyond_peers` compares with what others chose on the same pairs.

    Examples
    --------
    >>> round(float(position_bias([60], [100]).p_value[0]), 4)
    0.0569
    """
    s, t = success_counts(first, n)
    p = np.array([stats.binomtest(int(x), int(m), 0.5).pvalue if m else np.nan for x, m in zip(s, t, strict=True)])
    team = beta_binomial_fit(s, t)
    share = share_estimates("position_bias", s, t, confidence=confidence, reason="no choices with a known order")
    shrunken = shrunken_shares("position_bias_shrunken", s, t, team, confidence=confidence)
    return PositionBias(first=s, n=t, share=share, p_value=p, shrunken=shrunken, team=team)


def first_beyond_peers(
    trainer: npt.ArrayLike,
    chose_first: npt.ArrayLike,
    peers_for_first: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> TrainerEstimates:
    """Return how much more often a trainer takes the first answer than others took *that same answer*.

    Parameters
    ----------
    trainer : int array (J,)
        Codes of judgments that were no tie.
    chose_first : float array (J,)
        1 where the answer shown first to this trainer was chosen, else 0.
    peers_for_first : float array (J,)
        Share of the other trainers (no ties) who chose that answer, wherever it stood for them; nan where there were
        none: such judgments do not count.
    n_trainers : int
        M.
    confidence : float
        Coverage of the Student interval over judgments.
    """
    who = code_array("trainer", trainer, n_trainers)
    own, usual = (
        float_array("chose_first", chose_first, who.size),
        float_array("peers_for_first", peers_for_first, who.size),
    )
    keep = np.isfinite(usual)
    return trainer_means(
        "first_beyond_peers", who[keep], (own - usual)[keep], np.ones(int(keep.sum())), n_trainers=n_trainers,
        confidence=confidence, limits=(-1.0, 1.0), reason="no pairs judged by anyone else",
    )  # fmt: skip


def tie_use(
    trainer: npt.ArrayLike,
    tied: npt.ArrayLike,
    peers_tied: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> TrainerEstimates:
    """Return a trainer's share of ties minus the others' share on the same pairs: negative = avoids ties.

    Parameters
    ----------
    trainer : int array (J,)
        Codes of all preference judgments.
    tied : float array (J,)
        1 where the judgment was a tie.
    peers_tied : float array (J,)
        Share of ties among the other trainers on the pair; nan where there were none.
    n_trainers : int
        M.
    confidence : float
        Coverage.
    """
    who = code_array("trainer", trainer, n_trainers)
    own, usual = float_array("tied", tied, who.size), float_array("peers_tied", peers_tied, who.size)
    keep = np.isfinite(usual)
    return trainer_means(
        "tie_excess", who[keep], (own - usual)[keep], np.ones(int(keep.sum())), n_trainers=n_trainers,
        confidence=confidence, limits=(-1.0, 1.0), reason="no pairs judged by anyone else",
    )  # fmt: skip


def flip_inconsistency(trainer: npt.ArrayLike, same_side: npt.ArrayLike, *, n_trainers: int) -> TrainerEstimates:
    """Return how often a trainer shown the same pair in both orders picks the same *side* both times.

    Parameters
    ----------
    trainer : int array (R,)
        Codes of pairs judged twice, once in each order, without ties.
    same_side : float array (R,)
        1 where the same side (not the same answer) was chosen both times.
    n_trainers : int
        M.
    """
    who = code_array("trainer", trainer, n_trainers)
    flips = float_array("same_side", same_side, who.size)
    n = group_sums(who, np.ones(who.size), n_trainers).astype(np.int64)
    return share_estimates(
        "flip_inconsistency", group_sums(who, flips, n_trainers), n, reason="no pair was shown in both orders"
    )
