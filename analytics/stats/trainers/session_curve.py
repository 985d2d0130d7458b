"""The course of a session: what an outcome is early, in the middle and late, against its own session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.judgment_codes import float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import check_confidence, freeze, group_sums, ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionCurve:
    """An outcome along a session, in B stretches of about equal numbers of judgments.

    Attributes
    ----------
    position : float array (B,)
        Mean place in the session of a stretch's judgments.
    value, low, high : float array (B,)
        Mean outcome minus that of its own session, with Student's interval.
    n : int array (B,)
        Judgments.
    n_sessions : int
        Sessions with at least two judgments: the others cannot show a course.
    undefined : str or None
        Why there is no curve.
    """

    position: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    n_sessions: int
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def session_curve(
    session: npt.ArrayLike,
    position: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    stretches: int = 5,
    fewest: int = 8,
    confidence: float = 0.95,
) -> SessionCurve:
    """Return one trainer's mean outcome by place in the session, sessions compared with themselves.

    Each judgment counts as its difference from the mean of its own session, so that a bad day or a hard queue does not
    look like fatigue. Stretches hold about the same number of judgments.

    Parameters
    ----------
    session : int array (J,)
        Session of each judgment of one trainer; below 0 unknown.
    position : float array (J,)
        Place in the session; nan unknown.
    outcome : float array (J,)
        What may tire; nan unknown.
    stretches : int
        At most so many, at least 2.
    fewest : int
        Judgments a stretch at least.
    confidence : float
        Coverage.

    Raises
    ------
    ValueError
        If the arrays differ in length or stretches is below 2.

    Notes
    -----
    Queues that get harder look like fatigue too.
    """
    check_confidence(confidence)
    if stretches < 2 or fewest < 2:
        raise ValueError(f"stretches and fewest must be at least 2, got {stretches} and {fewest}.")
    block = np.asarray(session, dtype=np.int64)
    x, y = float_array("position", position, block.size), float_array("outcome", outcome, block.size)
    keep = (block >= 0) & np.isfinite(x) & np.isfinite(y)
    _, at, size = np.unique(block[keep], return_inverse=True, return_counts=True)
    at = at.reshape(-1)
    x, y = x[keep], y[keep] - ratio(group_sums(at, y[keep], size.size), size)[at]
    several = size[at] >= 2
    x, y, n_sessions = x[several], y[several], int((size >= 2).sum())
    bins = min(stretches, x.size // fewest)
    none = np.zeros(0)
    if bins < 2:
        why = f"{x.size} judgments with a place in a session of two or more; {2 * fewest} are needed"
        return SessionCurve(
            position=none, value=none, low=none, high=none, n=none.astype(np.int64), n_sessions=n_sessions,
            undefined=why,
        )  # fmt: skip
    edges = np.quantile(x, np.linspace(0.0, 1.0, bins + 1)[1:-1])
    _, stretch = np.unique(np.searchsorted(edges, x, side="right"), return_inverse=True)
    stretch = stretch.reshape(-1)
    n = np.bincount(stretch)
    mean = group_sums(stretch, y, n.size) / n
    se = np.sqrt(ratio(group_sums(stretch, (y - mean[stretch]) ** 2, n.size), np.maximum(n - 1.0, 0.0) * n))
    half = stats.t.ppf(0.5 + confidence / 2.0, np.maximum(n - 1.0, 1.0)) * se
    return SessionCurve(
        position=group_sums(stretch, x, n.size) / n,
        value=mean,
        low=mean - half,
        high=mean + half,
        n=n.astype(np.int64),
        n_sessions=n_sessions,
        undefined=None if n.size >= 2 else "all judgments have the same place in their session",
    )
