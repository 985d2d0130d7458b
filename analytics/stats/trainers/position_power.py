"""How much bias towards the first answer can be shown: power of the exact test, and choices needed for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionPower:
    """Power of the exact two-sided binomial test of P(first) = 1/2.

    Attributes
    ----------
    power : float
        Probability that a trainer with P(first) = `p_first` is flagged.
    false_alarm : float
        Probability that an unbiased trainer is; at most `level`, less for few choices.
    n : int
        Choices that took a side.
    p_first : float
    level : float
    n_needed : int
        Choices for a power of `target`.
    target : float
    """

    power: float
    false_alarm: float
    n: int
    p_first: float
    level: float
    n_needed: int
    target: float


def position_power(n: int, p_first: float, *, level: float = 0.05, target: float = 0.8) -> PositionPower:
    """Return the power to find a trainer who takes the first answer with probability `p_first`.

    Parameters
    ----------
    n : int
        Choices that took a side, at least 0.
    p_first : float
        In (0, 1), not 1/2.
    level : float
        Of the test, in (0, 1).
    target : float
        Power for `n_needed`, in (0, 1).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    `n_needed` is the smallest n from which on the power stays above the target; between steps of the exact test the
    power of a larger n can be a little lower.

    Examples
    --------
    >>> found = position_power(100, 0.58)
    >>> round(found.power, 3), round(found.false_alarm, 3), found.n_needed
    (0.308, 0.035, 325)
    """
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}.")
    if not 0 < p_first < 1 or p_first == 0.5:
        raise ValueError(f"p_first must lie between 0 and 1 and not be 1/2, got {p_first}.")
    if not 0 < level < 1 or not 0 < target < 1:
        raise ValueError(f"level and target must lie between 0 and 1, got {level} and {target}.")
    lowest = _lowest(n, level)
    return PositionPower(
        power=_flagged(n, lowest, p_first), false_alarm=_flagged(n, lowest, 0.5), n=n, p_first=p_first, level=level,
        n_needed=_needed(p_first, level, target), target=target,
    )  # fmt: skip


def _lowest(n: int, level: float) -> int:
    """Return the largest k such that both tails k.. and ..n - k hold at most `level`, -1 where there is none."""
    k = int(stats.binom.ppf(level / 2, n, 0.5))
    while k >= 0 and 2 * stats.binom.cdf(k, n, 0.5) > level:
        k -= 1
    return k


def _flagged(n: int, lowest: int, p: float) -> float:
    if lowest < 0:
        return 0.0
    return float(stats.binom.cdf(lowest, n, p) + stats.binom.sf(n - lowest - 1, n, p))


@cache
def _needed(p: float, level: float, target: float) -> int:
    z = float(stats.norm.ppf(1 - level / 2)) + float(stats.norm.ppf(target)) * 2 * float(np.sqrt(p * (1 - p)))
    guess = int((z / (2 * abs(p - 0.5))) ** 2)
    n = int(1.15 * guess) + 40
    while n > 1 and _flagged(n - 1, _lowest(n - 1, level), p) >= target:
        n -= 1
    return n
