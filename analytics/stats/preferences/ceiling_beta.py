"""What a perfect reward model scores when item preferences follow a symmetric Beta distribution.

Everything is a function of one number, rho = 2 a - 1, where a is the probability that two trainers who take a side
take the same one: rho is the intraclass correlation of the choices, 0 where every item is a coin flip and 1 where
nobody ever disagrees. The Beta parameter is alpha = (1 - rho) / (2 rho).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from analytics.stats.counts.patterns import FloatArray, IntArray

#: Below this rho log-beta differences lose their digits; E|pi - 1/2| = sqrt(rho / (2 pi)) is then exact to O(rho).
NEARLY_CHANCE = 1e-7
#: Below this alpha the ceiling is 1 less a term linear in alpha, to O(alpha^2).
NEARLY_CERTAIN = 1e-7


def beta_parameter(rho: float) -> float:
    """Return alpha of the symmetric Beta(alpha, alpha): infinite at rho = 0, zero at rho = 1.

    Raises
    ------
    ValueError
        If rho lies outside [0, 1].
    """
    if not 0.0 <= rho <= 1.0:
        raise ValueError(f"rho must lie in [0, 1], got {rho}.")
    return math.inf if rho == 0.0 else (1.0 - rho) / (2.0 * rho)


def beta_ceiling(rho: float, k: int = 1) -> float:
    """Return the best accuracy against the majority of k fresh trainers who each take a side.

    With pi the share of trainers who prefer B, the best guess is the side with pi > 1/2, and::

        c_k = E P(majority of k takes the better-liked side),  pi ~ Beta(alpha, alpha)
            = 2 sum_{s > k/2} C(k, s) B(a_s, b_s) / B(alpha, alpha) [1 - I_1/2(a_s, b_s)],
              a_s = alpha + s, b_s = alpha + k - s

    A tied majority (k even) counts a half, which gives exactly the value of k - 1. For k = 1 this is
    1/2 + 2^(-2 alpha) / (alpha B(alpha, alpha)).

    Parameters
    ----------
    rho : float
        2 a - 1, in [0, 1].
    k : int
        Judgments behind the label that is to be predicted, at least 1.

    Raises
    ------
    ValueError
        If rho lies outside [0, 1] or k is below 1.

    Examples
    --------
    >>> round(beta_ceiling(2 * 0.726 - 1), 3), round(beta_ceiling(2 * 0.726 - 1, k=5), 3)
    (0.799, 0.882)
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}.")
    alpha = beta_parameter(rho)
    if alpha == 0.0:
        return 1.0
    if math.isinf(alpha):
        return 0.5
    odd = k if k % 2 else k - 1
    if rho < NEARLY_CHANCE:
        slope = odd * math.comb(odd - 1, odd // 2) / 2.0 ** (odd - 1)
        return 0.5 + slope * math.sqrt(rho / (2.0 * math.pi))
    if alpha < 0.99 * NEARLY_CERTAIN:
        return 1.0 - (1.0 - beta_ceiling(1.0 / (1.0 + 2.0 * NEARLY_CERTAIN), k)) * alpha / NEARLY_CERTAIN
    s = np.arange(odd // 2 + 1, odd + 1, dtype=np.float64)
    return min(1.0, max(0.5, float(_above_half(alpha, s, odd).sum())))


def _above_half(alpha: float, s: FloatArray, k: int) -> FloatArray:
    """Return 2 E[C(k, s) pi^s (1 - pi)^(k - s); pi > 1/2] for each s."""
    choose = special.gammaln(k + 1) - special.gammaln(s + 1) - special.gammaln(k - s + 1)
    log_weight = choose + special.betaln(alpha + s, alpha + k - s) - special.betaln(alpha, alpha)
    share: FloatArray = 2.0 * np.exp(log_weight) * special.betaincc(alpha + s, alpha + k - s, 0.5)
    return share


def log_probability(rho: float, sizes: IntArray, minority: IntArray) -> FloatArray:
    """Return the log probability of a split, A and B not told apart.

    Parameters
    ----------
    rho : float
        In [0, 1].
    sizes, minority : int array (P,)
        m judgments that took a side, of which `minority` <= m / 2 took the less chosen one.

    Returns
    -------
    float array (P,)
        Log probability of the unordered split; -inf where the split cannot happen (any split at rho = 1).
    """
    m, s = np.asarray(sizes, dtype=np.int64), np.asarray(minority, dtype=np.int64)
    steps = np.arange(int(m.max(initial=1)))
    with np.errstate(divide="ignore"):
        one = _cumulative(np.log((1.0 - rho) + 2.0 * rho * steps[1:]))
        both = _cumulative(np.log(2.0 * (1.0 - rho) + 2.0 * rho * steps[1:]))
        split = np.where(s > 0, np.log1p(-rho) if rho < 1.0 else -np.inf, 0.0)
    choose = special.gammaln(m + 1) - special.gammaln(s + 1) - special.gammaln(m - s + 1)
    folded = np.where(2 * s < m, math.log(2.0), 0.0)
    below = np.where(s > 0, one[np.maximum(s - 1, 0)], 0.0)
    log_p: FloatArray = choose + folded + below + one[m - s - 1] - both[m - 1] + split - math.log(2.0)
    return log_p


def _cumulative(logs: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(logs)])


def score(rho: float, sizes: IntArray, minority: IntArray) -> FloatArray:
    """Return d log P(split) / d rho of each split, (P,), for 0 < rho < 1 (one-sided limit at 0)."""
    m, s = np.asarray(sizes, dtype=np.int64), np.asarray(minority, dtype=np.int64)
    r = np.arange(1, int(m.max(initial=1)), dtype=np.float64)
    one = _cumulative((2.0 * r - 1.0) / ((1.0 - rho) + 2.0 * rho * r))
    both = _cumulative((2.0 * r - 2.0) / (2.0 * (1.0 - rho) + 2.0 * rho * r))
    below = np.where(s > 0, one[np.maximum(s - 1, 0)] - 1.0 / (1.0 - rho), 0.0)
    slope: FloatArray = below + one[m - s - 1] - both[m - 1]
    return slope


def information(rho: float, m: int) -> float:
    """Return the expected information about rho in one item with m judgments that took a side; 0 for m < 2."""
    if m < 2:
        return 0.0
    minority = np.arange(m // 2 + 1)
    sizes = np.full(minority.size, m)
    p = np.exp(log_probability(rho, sizes, minority))
    return float(p @ score(rho, sizes, minority) ** 2)


def ceiling_slope(rho: float, k: int = 1) -> float:
    """Return d beta_ceiling / d rho by a central difference that stays inside [0, 1]."""
    step = 1e-5
    low, high = max(0.0, rho - step), min(1.0, rho + step)
    return (beta_ceiling(high, k) - beta_ceiling(low, k)) / (high - low)


def expected_splits(rho: float, m: int) -> dict[str, Any]:
    """Return the split sizes 0..m//2 of the minority and their probabilities, which sum to 1."""
    minority = np.arange(m // 2 + 1)
    p = np.exp(log_probability(rho, np.full(minority.size, m), minority))
    return {"minority": minority, "probability": p}
