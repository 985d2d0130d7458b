"""How many judgments an item needs: for a stable average, for a right majority, for a precise soft label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from analytics.core.results import Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.dirichlet_prior import DirichletPrior


@dataclass(frozen=True, kw_only=True, slots=True)
class MajorityStability:
    """How often the majority of k judgments is the label most trainers would give.

    Attributes
    ----------
    n_judgments : int array (H,)
        The k asked for.
    stability : float array (H,)
        Expected share of items on which the plurality of k judgments is the item's most likely label; a tie of t labels
        counts 1 / t.
    ceiling : float
        Expected probability that one further trainer gives the item's most likely label: what no single label beats.
    undefined : str or None
        Why there is no such number.
    """

    n_judgments: IntArray
    stability: FloatArray
    ceiling: float
    undefined: str | None = None


def spearman_brown(reliability: float, k: float) -> float:
    """Return the reliability of the mean of k judgments, k r / (1 + (k - 1) r), from that of one.

    Raises
    ------
    ValueError
        If `k` is not above 0 or `reliability` not in [-1, 1] or 1 + (k - 1) r is not above 0.

    References
    ----------
    Spearman 1910, doi:10.1111/j.2044-8295.1910.tb00206.x; Brown 1910, doi:10.1111/j.2044-8295.1910.tb00207.x.

    Examples
    --------
    >>> round(spearman_brown(0.1657418, 4), 4)
    0.4428
    """
    if not k > 0:
        raise ValueError(f"k must be above 0, got {k}.")
    if not -1 <= reliability <= 1 or not 1 + (k - 1) * reliability > 0:
        raise ValueError(f"reliability must lie in [-1, 1] and 1 + (k - 1) r above 0, got {reliability} and k = {k}.")
    return k * reliability / (1 + (k - 1) * reliability)


def judgments_for_reliability(reliability: Estimate, target: float) -> Estimate:
    """Return how many judgments an item needs for their mean to reach reliability `target`.

    k = t (1 - r) / (r (1 - t)), with r the reliability of one judgment, ICC(A,1). Not rounded: 9.8 means ten judgments
    an item, or ten on most. The ends come from the ends of the reliability's interval, swapped; an end of r at or below
    0 gives no finite number.

    Raises
    ------
    ValueError
        If `target` is outside (0, 1).
    """
    if not 0 < target < 1:
        raise ValueError(f"target must lie in (0, 1), got {target}.")
    if not reliability.defined:
        return Estimate(value=np.nan, undefined=reliability.undefined)
    if reliability.value <= 0:
        why = "One judgment has no reliability at all, so no number of them reaches the target."
        return Estimate(value=np.nan, undefined=why)

    def needed(r: float) -> float:
        if np.isnan(r):
            return np.nan
        return target * (1 - r) / (r * (1 - target)) if r > 0 else np.inf

    return Estimate(
        value=needed(reliability.value),
        low=needed(reliability.high),
        high=needed(reliability.low),
        confidence=reliability.confidence,
        interval_method=f"ends of the reliability ({reliability.interval_method})",
        n_items=reliability.n_items,
        n_items_paired=reliability.n_items_paired,
        n_judgments=reliability.n_judgments,
        n_trainers=reliability.n_trainers,
    )


def majority_accuracy(accuracy: float, k: npt.ArrayLike) -> FloatArray:
    """Return how often the majority of k independent judgments is right when each is right with `accuracy` (Condorcet).

    Two labels; a tie of an even k is broken by a coin.

    Parameters
    ----------
    accuracy : float
        Probability that one judgment is right, in [0, 1].
    k : int array (H,)
        Numbers of judgments, at least 1.

    Raises
    ------
    ValueError
        If `accuracy` is outside [0, 1] or a k is below 1.

    Examples
    --------
    >>> majority_accuracy(0.7, [1, 3, 5]).round(5).tolist()
    [0.7, 0.784, 0.83692]
    """
    n = np.asarray(k, dtype=np.int64)
    if not 0 <= accuracy <= 1:
        raise ValueError(f"accuracy must lie in [0, 1], got {accuracy}.")
    if n.size and n.min() < 1:
        raise ValueError(f"k must be at least 1, got {n.min()}.")
    tie = np.where(n % 2 == 0, binom.pmf(n // 2, n, accuracy), 0.0)
    return np.asarray(binom.sf(n // 2, n, accuracy) + tie / 2, dtype=np.float64)


def majority_stability(
    prior: DirichletPrior, k: npt.ArrayLike, *, n_draws: int = 4000, rng: np.random.Generator
) -> MajorityStability:
    """Return how often the plurality of k judgments names the label most trainers would give, over items of this kind.

    Items are drawn from the prior learnt from the log; nothing is assumed about who is right, so it holds for
    subjective labels too. The same drawn items serve every k.

    Raises
    ------
    ValueError
        If a k is below 1.
    """
    n = np.asarray(k, dtype=np.int64)
    if n.size and n.min() < 1:
        raise ValueError(f"k must be at least 1, got {n.min()}.")
    if prior.undefined:
        blank = np.full(n.shape, np.nan)
        return MajorityStability(n_judgments=n, stability=blank, ceiling=np.nan, undefined=prior.undefined)
    shares = rng.standard_gamma(prior.alpha, size=(n_draws, prior.alpha.size))
    shares = shares[shares.sum(axis=1) > 0]
    shares /= shares.sum(axis=1, keepdims=True)
    top = shares.argmax(axis=1)
    found = np.empty(n.size)
    for i, size in enumerate(n):
        counts = rng.multinomial(size, shares)
        leading = counts == counts.max(axis=1, keepdims=True)
        found[i] = np.mean(leading[np.arange(top.size), top] / leading.sum(axis=1))
    return MajorityStability(n_judgments=n, stability=found, ceiling=float(shares.max(axis=1).mean()))


def soft_label_error(share: npt.ArrayLike, k: npt.ArrayLike) -> FloatArray:
    """Return the standard error sqrt(p (1 - p) / k) of a label's share p when it rests on k judgments."""
    p, n = np.asarray(share, dtype=np.float64), np.asarray(k, dtype=np.float64)
    if p.size and (p.min() < 0 or p.max() > 1):
        raise ValueError(f"share must lie in [0, 1], got {p.min()}..{p.max()}.")
    if n.size and n.min() < 1:
        raise ValueError(f"k must be at least 1, got {n.min():g}.")
    return np.asarray(np.sqrt(p * (1 - p) / n), dtype=np.float64)
