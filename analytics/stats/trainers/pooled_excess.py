"""Agreement beyond the items over several criteria: a trainer's mean over all of their judgments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.stats.counts.patterns import IntArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, trainer_estimates


def pooled_excess(
    parts: Sequence[tuple[TrainerEstimates, IntArray]], *, n_trainers: int, confidence: float = 0.95
) -> TrainerEstimates:
    """Return each trainer's mean excess over criteria, weighted by the judgments it rests on.

    Parameters
    ----------
    parts : sequence of (TrainerEstimates, int array)
        `peer_excess` of one criterion, and which of the M trainers each of its entries is.
    n_trainers : int
        M.
    confidence : float
        Coverage of the normal intervals, which take the criteria as independent.

    Raises
    ------
    ValueError
        If a part names a trainer outside 0..M-1.
    """
    total, squares, n = np.zeros(n_trainers), np.zeros(n_trainers), np.zeros(n_trainers)
    for part, who in parts:
        if who.size and not (int(who.min()) >= 0 and int(who.max()) < n_trainers):
            raise ValueError(f"trainers must be between 0 and {n_trainers - 1}, got {int(who.min())} to {who.max()}.")
        weight = np.where(np.isfinite(part.value) & np.isfinite(part.se), part.n, 0).astype(np.float64)
        np.add.at(total, who, weight * np.nan_to_num(part.value))
        np.add.at(squares, who, (weight * np.nan_to_num(part.se)) ** 2)
        np.add.at(n, who, weight)
    judged = np.where(n > 0, n, np.nan)
    return trainer_estimates(
        "peer_excess", total / judged, n=n.astype(np.int64), se=np.sqrt(squares) / judged, confidence=confidence,
        interval_method="normal, criteria weighted by judgments", reason="no items judged by anyone else",
        limits=(-1.0, 1.0),
    )  # fmt: skip
