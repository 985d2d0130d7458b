"""Right answers on gold against what others achieved on the same gold items: fair to whoever met the hard ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_estimates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustedGoldAccuracy:
    """Right answers against what other trainers achieved on the same gold items.

    Attributes
    ----------
    observed, expected : float array (M,)
        Right answers on gold items that others judged too, and the number expected from the others.
    ratio : TrainerEstimates
        observed / expected with its interval; 1 = as good as the others on the same items.
    z : float array (M,)
        (observed - expected) / standard deviation; nan where undefined. Its null adds no natural spread: see
        `team_null`.
    adjusted_accuracy : float array (M,)
        ratio times the overall accuracy, at most 1: the accuracy on an average mix of gold items.
    overall : float
        Accuracy over all gold judgments.
    """

    observed: FloatArray
    expected: FloatArray
    ratio: TrainerEstimates
    z: FloatArray
    adjusted_accuracy: FloatArray
    overall: float

    def __post_init__(self) -> None:
        freeze(self)


def adjusted_gold_accuracy(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    correct: npt.ArrayLike,
    *,
    n_items: int,
    n_trainers: int,
    confidence: float = 0.95,
) -> AdjustedGoldAccuracy:
    """Return right answers against those expected on the same items (indirect standardisation).

    The expectation of a judgment is the share of *other* trainers who were right on the item, not shrunken: shrinking
    hard and easy items together would leave a part of the difficulty on whoever met the hard ones. Its variance is the
    item's unbiased p (1 - p), times m/(m - 1) for not knowing p. Items nobody else met do not count.

    Parameters
    ----------
    item, trainer : int array (J,)
        Codes of gold judgments, in any order.
    correct : float array (J,)
        1 where the judgment matched gold, else 0.
    n_items, n_trainers : int
        N and M.
    confidence : float
        Coverage.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, doi:10.1002/sim.1970.
    """
    items, who = code_array("item", item, n_items), code_array("trainer", trainer, n_trainers)
    right = float_array("correct", correct, items.size)
    if who.shape != items.shape:
        raise ValueError(f"item and trainer must have the same length, got {items.size} and {who.size}.")
    check_confidence(confidence)
    m = np.bincount(items, minlength=n_items).astype(np.float64)
    hits = group_sums(items, right, n_items)
    overall = float(right.mean()) if right.size else np.nan
    spread = ratio(hits * (m - hits), m * (m - 1.0)) * ratio(m, m - 1.0)
    shared = m[items] > 1
    items, who, right = items[shared], who[shared], right[shared]
    chance = (hits[items] - right) / (m[items] - 1.0)
    n = np.bincount(who, minlength=n_trainers).astype(np.int64)
    observed = group_sums(who, right, n_trainers)
    expected = group_sums(who, chance, n_trainers)
    variance = group_sums(who, spread[items], n_trainers)
    scaled = ratio(observed, expected)
    z = ratio(observed - expected, np.sqrt(variance))
    estimates = trainer_estimates(
        "gold_ratio",
        scaled,
        n=n,
        se=np.sqrt(variance) / np.where(expected > 0, expected, np.nan),
        confidence=confidence,
        interval_method="normal, variance of the expected number",
        reason="no gold items that others judged too",
        limits=(0.0, np.inf),
    )
    return AdjustedGoldAccuracy(
        observed=observed, expected=expected, ratio=estimates, z=z,
        adjusted_accuracy=np.minimum(scaled * overall, 1.0), overall=overall,
    )  # fmt: skip
