"""A share with a two-way interval from counts by item and by trainer: no judgment row is needed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.judgment_codes import float_array
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import check_confidence


def counted_share(
    item_successes: npt.ArrayLike,
    item_trials: npt.ArrayLike,
    item_multiplicity: npt.ArrayLike,
    trainer_successes: npt.ArrayLike,
    trainer_trials: npt.ArrayLike,
    *,
    reason: str,
    squares: float | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Return successes / trials, two-way clustered by item and trainer: `clustered_mean` from counts.

    Parameters
    ----------
    item_successes, item_trials : float array (P,)
        Counts of each kind of item; a tie may count a half.
    item_multiplicity : int array (P,)
        Items of that kind.
    trainer_successes, trainer_trials : float array (M,)
        Counts of each trainer over the same judgments.
    reason : str
        Why there is no share where there are no trials.
    squares : float or None
        Sum over judgments of their squared value; None: judgments are 0 or 1.
    confidence : float
        Coverage, in (0, 1).

    Raises
    ------
    ValueError
        If lengths do not match, or items and trainers do not add up to the same counts.

    References
    ----------
    Cameron, Gelbach and Miller (2011), doi:10.1198/jbes.2010.07136.

    Examples
    --------
    >>> counted_share([2, 1], [2, 2], [1, 1], [2, 1], [2, 2], reason="nothing").value
    0.75
    """
    check_confidence(confidence)
    weight = np.asarray(item_multiplicity, dtype=np.float64)
    s, t = (
        float_array("item_successes", item_successes, weight.size),
        float_array("item_trials", item_trials, weight.size),
    )
    trials = np.asarray(trainer_trials, dtype=np.float64)
    won = float_array("trainer_successes", trainer_successes, trials.size)
    total, successes = float(weight @ t), float(weight @ s)
    if abs(total - trials.sum()) > 1e-6 * max(1.0, total) or abs(successes - won.sum()) > 1e-6 * max(1.0, total):
        raise ValueError(
            f"items and trainers must add up to the same counts, got {successes:g} of {total:g} "
            f"and {won.sum():g} of {trials.sum():g}."
        )
    judged = t > 0
    n_items, n_trainers = int(weight[judged].sum()), int((trials > 0).sum())
    support = {"n_items": n_items, "n_trainers": n_trainers, "n_judgments": int(np.rint(total))}
    if total == 0.0:
        return Estimate(value=NAN, undefined=reason, confidence=confidence, **support)  # type: ignore[arg-type]
    p = successes / total
    by_item = _squares(weight @ (s - p * t) ** 2, n_items)
    by_trainer = _squares(float(((won - p * trials) ** 2).sum()), n_trainers)
    each = (successes if squares is None else squares) - 2 * p * successes + p * p * total
    variance = max(by_item, by_trainer, by_item + by_trainer - each) / total**2
    clusters = [n for n in (n_items, n_trainers) if n > 1]
    if variance <= 0.0 or not clusters:
        w = binomial_intervals(p * n_items, n_items, confidence=confidence)
        return Estimate(
            value=p, low=float(w.low), high=float(w.high), confidence=confidence, interval_method="wilson on items",
            **support,  # type: ignore[arg-type]
        )  # fmt: skip
    half = float(stats.t.ppf((1 + confidence) / 2, min(clusters) - 1)) * variance**0.5
    return Estimate(
        value=p, low=max(0.0, p - half), high=min(1.0, p + half), se=variance**0.5, confidence=confidence,
        interval_method="two-way clustered t", **support,  # type: ignore[arg-type]
    )  # fmt: skip


def _squares(total: float | FloatArray, clusters: int) -> float:
    return float(total) * clusters / (clusters - 1) if clusters > 1 else 0.0
