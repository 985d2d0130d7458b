"""Halo: criteria that move together beyond what the items explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_estimates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Halo:
    """How much a trainer's criteria move together beyond what the items explain.

    Attributes
    ----------
    correlation : TrainerEstimates
        Shrunken correlation of a trainer's residuals between two criteria, averaged over pairs of criteria.
    team : float
        The team's median: some common movement is real, the excess over it is halo.
    identical : float array (M,)
        Share of items on which all criteria got the same value; nan without items.
    identical_expected : float array (M,)
        The same share over the other trainers on the same items.
    """

    correlation: TrainerEstimates
    team: float
    identical: FloatArray
    identical_expected: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def halo(
    trainer: npt.ArrayLike,
    residuals: npt.ArrayLike,
    identical: npt.ArrayLike,
    identical_expected: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> Halo:
    """Return each trainer's correlation between criteria after the items' own values are taken out.

    Parameters
    ----------
    trainer : int array (U,)
        Trainer of each judged item (U rows = trainer x item).
    residuals : float array (U, C)
        Value minus item minus severity on each of C criteria (`crossed_effects(...).residual`); nan where not judged.
    identical, identical_expected : float array (U,)
        1 where all criteria got the same value on the item, and how often the others did that on it; nan unknown.
    n_trainers : int
        M.
    confidence : float
        Coverage.

    References
    ----------
    Cooper (1981), Psychological Bulletin 90:218-244, doi:10.1037/0033-2909.90.2.218.
    """
    check_confidence(confidence)
    who, table = code_array("trainer", trainer, n_trainers), np.asarray(residuals, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != who.size or table.shape[1] < 2:
        raise ValueError(f"residuals must have shape (U, C) with U = {who.size} and C >= 2, got {table.shape}.")
    z_sum, weight_sum, n = np.zeros(n_trainers), np.zeros(n_trainers), np.zeros(n_trainers)
    for a in range(table.shape[1]):
        for b in range(a + 1, table.shape[1]):
            both = np.isfinite(table[:, a]) & np.isfinite(table[:, b])
            size = group_sums(who[both], np.ones(int(both.sum())), n_trainers)
            r = _correlation(who[both], table[both, a], table[both, b], n_trainers)
            usable = (size > 4) & (np.abs(r) < 1.0)
            weight = np.where(usable, size - 3.0, 0.0)
            z_sum += np.where(usable, np.arctanh(np.where(usable, r, 0.0)) * weight, 0.0)
            weight_sum += weight
            n = np.maximum(n, size)
    z, variance = ratio(z_sum, weight_sum), ratio(np.ones(n_trainers), weight_sum)
    known = np.isfinite(z)
    team = float(np.median(z[known])) if known.any() else np.nan
    tau = max(float(np.var(z[known]) - variance[known].mean()), 0.0) if known.sum() > 2 else 0.0
    pull = tau / (tau + variance) if tau > 0 else np.zeros(n_trainers)
    shrunken = np.where(known, team + pull * (z - team), np.nan)
    half = float(stats.norm.ppf(0.5 + confidence / 2.0)) * np.sqrt(pull * variance)
    same, usual = np.asarray(identical, dtype=np.float64), np.asarray(identical_expected, dtype=np.float64)
    seen = np.isfinite(same) & np.isfinite(usual)
    total = group_sums(who[seen], np.ones(int(seen.sum())), n_trainers)
    return Halo(
        correlation=trainer_estimates(
            "halo", np.tanh(shrunken), n=n.astype(np.int64), low=np.tanh(shrunken - half),
            high=np.tanh(shrunken + half),
            confidence=confidence, interval_method="Fisher z, empirical Bayes towards the team",
            reason="fewer than 5 items judged on two criteria",
        ),
        team=float(np.tanh(team)),
        identical=ratio(group_sums(who[seen], same[seen], n_trainers), total),
        identical_expected=ratio(group_sums(who[seen], usual[seen], n_trainers), total),
    )  # fmt: skip


def _correlation(who: IntArray, x: FloatArray, y: FloatArray, m: int) -> FloatArray:
    n = group_sums(who, np.ones(who.size), m)
    dx = x - ratio(group_sums(who, x, m), n)[who]
    dy = y - ratio(group_sums(who, y, m), n)[who]
    return ratio(group_sums(who, dx * dy, m), np.sqrt(group_sums(who, dx**2, m) * group_sums(who, dy**2, m)))
