"""What order within a session shows: straight-lining and fatigue."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, group_sums, ratio, trainer_estimates


def straight_lining(
    trainer: npt.ArrayLike,
    session: npt.ArrayLike,
    label: npt.ArrayLike,
    *,
    n_trainers: int,
    rng: np.random.Generator,
    permutations: int = 499,
) -> tuple[IntArray, FloatArray]:
    """Return each trainer's longest run of one label within a session, and how often chance order has so long a run.

    The null permutes the labels within each session: it keeps the items' mix and the trainer's habits, and asks only
    about their *order*. Sorted queues (all spam first) break it.

    Parameters
    ----------
    trainer, session, label : int array (J,)
        Codes, in the order of work within each session.
    n_trainers : int
        M.
    rng : numpy.random.Generator
        Source of the permutations.
    permutations : int
        At least 99.

    Returns
    -------
    longest : int array (M,)
        Longest run; 0 without judgments.
    p_value : float array (M,)
        (1 + runs as long) / (1 + permutations), over sessions together; nan below 10 judgments.
    """
    if permutations < 99:
        raise ValueError(f"permutations must be at least 99, got {permutations}.")
    who = code_array("trainer", trainer, n_trainers)
    sessions, labels = np.asarray(session), np.asarray(label)
    if not who.size == sessions.size == labels.size:
        raise ValueError(
            f"trainer, session and label must have the same length, got {who.size}, {sessions.size} and {labels.size}."
        )
    longest, p_value = np.zeros(n_trainers, dtype=np.int64), np.full(n_trainers, np.nan)
    order = np.lexsort((np.arange(who.size), sessions, who))
    starts = np.searchsorted(who[order], np.arange(n_trainers + 1))
    for j in range(n_trainers):
        mine = order[starts[j] : starts[j + 1]]
        if not mine.size:
            continue
        block, x = sessions[mine], labels[mine]
        longest[j] = _longest_run(x[None, :], block)[0]
        if mine.size < 10:
            continue
        shuffled = x[np.lexsort((rng.random((permutations, x.size)), np.broadcast_to(block, (permutations, x.size))))]
        p_value[j] = (1.0 + float((_longest_run(shuffled, block) >= longest[j]).sum())) / (1.0 + permutations)
    return longest, p_value


def _longest_run(rows: npt.NDArray[np.int64], block: npt.NDArray[np.int64]) -> IntArray:
    """(R,): longest run of equal neighbours in each row, not across blocks."""
    breaks = np.ones(rows.shape, dtype=bool)
    breaks[:, 1:] = (rows[:, 1:] != rows[:, :-1]) | (block[1:] != block[:-1])
    position = np.arange(rows.shape[1])
    last_break = np.maximum.accumulate(np.where(breaks, position, 0), axis=1)
    return np.asarray((position - last_break).max(axis=1) + 1, dtype=np.int64)


def fatigue(
    trainer: npt.ArrayLike,
    session: npt.ArrayLike,
    position: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> TrainerEstimates:
    """Return each trainer's change of an outcome per 100 judgments within a session.

    Least-squares slope on the position with one level per session (sessions of different length or day cannot fake a
    slope); robust standard error.

    Parameters
    ----------
    trainer, session : int array (J,)
        Codes; a session belongs to one trainer.
    position : float array (J,)
        Number of the judgment in its session; nan unknown.
    outcome : float array (J,)
        What may tire: agreement excess, log seconds; nan unknown.
    n_trainers : int
        M.
    confidence : float
        Coverage.
    """
    who = code_array("trainer", trainer, n_trainers)
    x, y = float_array("position", position, who.size), float_array("outcome", outcome, who.size)
    keep = np.isfinite(x) & np.isfinite(y)
    who, x, y = who[keep], x[keep] / 100.0, y[keep]
    _, block = np.unique(np.asarray(session)[keep], return_inverse=True)
    blocks = int(block.max(initial=-1)) + 1
    size = group_sums(block, np.ones(block.size), blocks)
    dx, dy = x - ratio(group_sums(block, x, blocks), size)[block], y - ratio(group_sums(block, y, blocks), size)[block]
    sxx = group_sums(who, dx**2, n_trainers)
    n = np.bincount(who, minlength=n_trainers).astype(np.int64)
    slope = np.where(n >= 10, ratio(group_sums(who, dx * dy, n_trainers), sxx), np.nan)
    rest = dy - np.nan_to_num(slope)[who] * dx
    se = np.sqrt(ratio(group_sums(who, (rest * dx) ** 2, n_trainers), sxx**2))
    return trainer_estimates(
        "fatigue_slope", slope, n=n, se=se, confidence=confidence, interval_method="normal, robust",
        reason="fewer than 10 judgments with a position in a session",
    )  # fmt: skip
