"""Ratings against choices: whether trainers choose what they rated higher, and ratings foretell others' choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.results import Estimate
from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.inference.clustered_mean import clustered_mean
from analytics.stats.preferences.rating_slope import rating_slope
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    group_sums,
    ratio,
    trainer_estimates,
)

NO_BOTH = "no trainer both rated two answers and chose between them"
NO_DIFFERENCE = "no trainer rated the two answers of a choice differently"
NO_EQUAL = "no trainer rated the two answers of a choice the same"
NO_OTHERS = "no choice was made on answers that others rated"


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingChoice:
    """Whether trainers choose as they rate.

    Attributes
    ----------
    concordance : Estimate
        P(the answer rated higher is chosen | own ratings differ); a tie counts as not.
    concordance_of_sides : Estimate
        The same among choices that took a side; one half by luck.
    tie_when_equal : Estimate
        P(tie | own ratings are equal).
    slope : Estimate
        Log odds of choosing B per rating step in its favour (symmetric ordinal logit). Near 0: choices are made
        without a look at the ratings.
    threshold : float
        Half-width of the tie zone on the log-odds scale; 0 without ties.
    by_trainer : TrainerEstimates
        Concordance of sides of each trainer, Wilson-like, raw.
    slope_by_trainer : TrainerEstimates
        Slopes drawn towards the common one by as much as they are uncertain.
    chose_higher, tied_though_different, chose_lower : int
        Judgments whose own ratings differ.
    tied_as_equal, sided_though_equal : int
        Judgments whose own ratings are equal.
    """

    concordance: Estimate
    concordance_of_sides: Estimate
    tie_when_equal: Estimate
    slope: Estimate
    threshold: float
    by_trainer: TrainerEstimates
    slope_by_trainer: TrainerEstimates
    chose_higher: int
    tied_though_different: int
    chose_lower: int
    tied_as_equal: int
    sided_though_equal: int


def rating_choice(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    choice: npt.ArrayLike,
    rating_difference: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> RatingChoice:
    """Compare each trainer's choice with the same trainer's ratings of the two answers.

    The slope beta is that of P(B) = sigma(beta x - tau), P(A) = sigma(-beta x - tau), x = rating of B less that of A:
    an ordinal logit without intercept, so that A and B may change names.

    Parameters
    ----------
    item, trainer : int array (J,)
        Codes of choices whose two answers the same trainer rated.
    choice : int array (J,)
        Negative: A; 0: tie; positive: B.
    rating_difference : float array (J,)
        The trainer's rating of B less that of A.
    n_trainers : int
        M.
    confidence : float
        Coverage, in (0, 1); intervals are two-way clustered by item and trainer.

    Raises
    ------
    ValueError
        If the columns differ in length or `confidence` lies outside (0, 1).

    References
    ----------
    McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x (ordinal logit).
    """
    check_confidence(confidence)
    items = np.asarray(item, dtype=np.int64)
    who = code_array("trainer", trainer, n_trainers)
    y = np.sign(float_array("choice", choice, items.size)).astype(np.int64)
    x = float_array("rating_difference", rating_difference, items.size)
    sign = np.sign(x).astype(np.int64)
    differs, sided = sign != 0, (sign != 0) & (y != 0)
    agrees = (sign == y) & differs

    def share(hits: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_], reason: str) -> Estimate:
        return clustered_mean(hits, of, items, who, reason=reason if items.size else NO_BOTH, confidence=confidence)

    n = group_sums(who, sided, n_trainers)
    hits = group_sums(who, agrees & sided, n_trainers)
    low, high = _wilson(hits, n, confidence)
    slope, tau, by_trainer = rating_slope(x, y, items, who, n_trainers, confidence)
    return RatingChoice(
        concordance=share(agrees, differs, NO_DIFFERENCE),
        concordance_of_sides=share(agrees & sided, sided, NO_DIFFERENCE),
        tie_when_equal=share((y == 0) & ~differs, ~differs, NO_EQUAL),
        slope=slope,
        threshold=tau,
        by_trainer=trainer_estimates(
            "rating_choice_concordance", ratio(hits, n), n=n.astype(np.int64), low=low, high=high,
            confidence=confidence, interval_method="wilson", reason=NO_DIFFERENCE,
        ),
        slope_by_trainer=by_trainer,
        chose_higher=int((agrees & sided).sum()),
        tied_though_different=int((differs & (y == 0)).sum()),
        chose_lower=int((sided & ~agrees).sum()),
        tied_as_equal=int((~differs & (y == 0)).sum()),
        sided_though_equal=int((~differs & (y != 0)).sum()),
    )  # fmt: skip


def _wilson(hits: FloatArray, n: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    found = binomial_intervals(hits, n, confidence=confidence)
    return found.low, found.high


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingChoiceAcross:
    """Whether the ratings of some foretell the choices of others.

    Attributes
    ----------
    concordance : Estimate
        P(a choice that took a side went to the answer others rated higher | their mean ratings differ).
    brier_ratings : Estimate
        Mean squared distance of the choice (B 1, tie 1/2, A 0) from the share of others who rated B higher.
    brier_votes : Estimate
        The same from the share of others who chose B: what direct votes achieve on the same choices. 1/4 by luck.
    """

    concordance: Estimate
    brier_ratings: Estimate
    brier_votes: Estimate


def rating_choice_across(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    choice: npt.ArrayLike,
    others_difference: npt.ArrayLike,
    others_share: npt.ArrayLike,
    votes_share: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> RatingChoiceAcross:
    """Compare choices with what other trainers' ratings, and other trainers' choices, would foretell.

    Parameters
    ----------
    item, trainer, choice : int array (J,)
        Codes, and the choice: negative A, 0 tie, positive B.
    others_difference : float array (J,)
        Others' mean rating of B less that of A; nan where nobody else rated both.
    others_share : float array (J,)
        Share of others who rated B higher, equal ratings a half; nan likewise.
    votes_share : float array (J,)
        Share of others who chose B, ties a half; nan where nobody else chose.
    confidence : float
        Coverage, in (0, 1).

    Raises
    ------
    ValueError
        If the columns differ in length or `confidence` lies outside (0, 1).
    """
    items, who = np.asarray(item, dtype=np.int64), np.asarray(trainer, dtype=np.int64)
    y = np.sign(float_array("choice", choice, items.size))
    gap = float_array("others_difference", others_difference, items.size)
    ratings = float_array("others_share", others_share, items.size)
    votes = float_array("votes_share", votes_share, items.size)
    direction = np.sign(np.nan_to_num(gap))
    sided = (y != 0) & (direction != 0)
    both = np.isfinite(ratings) & np.isfinite(votes)

    def brier(share: FloatArray) -> Estimate:
        apart = np.where(both, ((y + 1) / 2 - np.nan_to_num(share)) ** 2, 0.0)
        return clustered_mean(apart, both, items, who, reason=NO_OTHERS, confidence=confidence)

    return RatingChoiceAcross(
        concordance=clustered_mean(
            sided & (direction == y), sided, items, who, reason=NO_OTHERS, confidence=confidence
        ),
        brier_ratings=brier(ratings),
        brier_votes=brier(votes),
    )
