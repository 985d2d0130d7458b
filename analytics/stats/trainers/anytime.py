"""Anytime-valid evidence: numbers one may look at every day without raising the rate of false alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.special import betaln, logsumexp, xlog1py, xlogy

from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.trainer_estimates import freeze


def log_beta_mixture(
    successes: npt.ArrayLike, failures: npt.ArrayLike, p0: npt.ArrayLike, *, a: float = 0.5, b: float = 0.5
) -> FloatArray:
    """Return the log e-value against "the success chance is p0".

    log B(a + s, b + f)/B(a, b) - s log p0 - f log(1 - p0), the likelihood ratio of a beta mixture to p0.

    Under p0 its exponential is a martingale of mean 1 at any number of looks, so P(it ever reaches 1/alpha) <= alpha.

    Parameters
    ----------
    successes, failures, p0 : arrays, broadcast together
        Counts so far; chance in (0, 1).
    a, b : float
        The mixing beta distribution.

    References
    ----------
    Robbins (1970), Annals of Mathematical Statistics 41:1397-1409, doi:10.1214/aoms/1177696786.
    """
    s, f = np.asarray(successes, dtype=np.float64), np.asarray(failures, dtype=np.float64)
    p = np.asarray(p0, dtype=np.float64)
    if bool((s < 0).any() or (f < 0).any()) or bool((p <= 0).any() or (p >= 1).any()) or a <= 0 or b <= 0:
        raise ValueError("counts must not be negative, p0 must lie in (0, 1), a and b must be more than 0.")
    return np.asarray(betaln(a + s, b + f) - betaln(a, b) - xlogy(s, p) - xlog1py(f, -p), dtype=np.float64)


def confidence_sequence(
    successes: int, failures: int, *, alpha: float = 0.05, a: float = 0.5, b: float = 0.5
) -> tuple[float, float]:
    """Return the interval {p: e-value < 1/alpha}, valid at all looks together.

    Examples
    --------
    >>> low, high = confidence_sequence(12, 8)
    >>> round(low, 4), round(high, 4)
    (0.2711, 0.8741)
    """
    _check_alpha(alpha)
    bound = -np.log(alpha)

    def excess(p: float) -> float:
        return float(log_beta_mixture(successes, failures, p, a=a, b=b) - bound)

    n = successes + failures
    if n == 0:
        return 0.0, 1.0
    middle = float(min(max(successes / n, 1e-12), 1.0 - 1e-12))
    if excess(middle) > 0:
        raise ValueError("the sequence is empty at its own mean; use a and b nearer to 1.")
    low = 0.0 if successes == 0 else float(optimize.brentq(excess, 1e-300, middle, xtol=1e-14))
    high = 1.0 if failures == 0 else float(optimize.brentq(excess, middle, 1.0 - 1e-16, xtol=1e-14))
    return float(low), float(high)


@dataclass(frozen=True, kw_only=True, slots=True)
class EProcess:
    """Evidence over T observations.

    Attributes
    ----------
    log_e : float array (T,)
        Log of the e-value after each observation; 0 means none.
    alpha : float
        False-alarm rate the alarm keeps (for `sr_detector`: one false alarm per 1/alpha observations at most).
    alarm : int or None
        Index (from 0) of the first observation at which log_e >= -log(alpha).
    """

    log_e: FloatArray
    alpha: float
    alarm: int | None

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def e(self) -> float:
        """The last e-value (inf beyond what a float holds); 1 before any observation."""
        return float(np.exp(min(float(self.log_e[-1]), 709.0))) if self.log_e.size else 1.0


def betting_e_process(
    correct: npt.ArrayLike, floor: npt.ArrayLike, *, alpha: float = 0.05, n_bets: int = 20
) -> EProcess:
    """Return evidence that a trainer is right *less* often than promised: H0 E[x_t | past] >= floor_t for all t.

    Wealth Π (1 + c (floor_t - x_t)/(1 - floor_t)), averaged over a grid of bets c in (0, 1); it stays fair whatever
    the item's difficulty, as long as floor_t is fixed before x_t is seen.

    Parameters
    ----------
    correct : float array (T,)
        Outcomes in [0, 1], in order.
    floor : float array (T,) or float
        Promised chance of each, in (0, 1).
    alpha : float
        P(ever alarming | H0) at most.
    n_bets : int
        Size of the grid.

    References
    ----------
    Waudby-Smith and Ramdas (2024), JRSSB 86:1-27, doi:10.1093/jrsssb/qkad009.
    """
    _check_alpha(alpha)
    x, p = _outcomes(correct, floor)
    bets, gain = _bets(n_bets), (p - x) / (1.0 - p)
    wealth = np.cumsum(np.log1p(bets[:, None] * gain[None, :]), axis=1)
    log_e = logsumexp(wealth, axis=0) - np.log(bets.size) if x.size else np.zeros(0)
    return EProcess(log_e=np.asarray(log_e), alpha=alpha, alarm=_first(np.asarray(log_e), alpha))


def sr_detector(correct: npt.ArrayLike, floor: npt.ArrayLike, *, alpha: float = 1e-3, n_bets: int = 20) -> EProcess:
    """Return evidence that performance *fell* at an unknown time (Shiryaev-Roberts e-detector).

    M_t = (M_(t-1) + 1)(1 + c (floor_t - x_t)/(1 - floor_t)), averaged over the grid of bets. Alarm at M >= 1/alpha:
    while nothing has changed, at least 1/alpha observations pass on average before a false alarm.

    Parameters
    ----------
    correct, floor, alpha, n_bets
        As in `betting_e_process`; floor is what the trainer achieved when in control.

    References
    ----------
    Shin, Ramdas and Rinaldo (2024), E-detectors, New England Journal of Statistics in Data Science 2:229-260.
    """
    _check_alpha(alpha)
    x, p = _outcomes(correct, floor)
    bets, gain = _bets(n_bets), (p - x) / (1.0 - p)
    # M_t = (M_(t-1) + 1) L_t is Σ_s Π_(s..t) L = exp(S_t) Σ_(s<t) exp(-S_s), S the running sum of log L
    so_far = np.cumsum(np.log1p(bets[None, :] * gain[:, None]), axis=0)
    before = np.vstack([np.zeros((1, bets.size)), so_far[:-1]]) if x.size else so_far
    path = so_far + np.logaddexp.accumulate(-before, axis=0)
    out = np.asarray(logsumexp(path, axis=1) - np.log(bets.size)) if x.size else np.zeros(0)
    return EProcess(log_e=out, alpha=alpha, alarm=_first(out, alpha))


def e_bh(e_values: npt.ArrayLike, *, alpha: float = 0.05) -> npt.NDArray[np.bool_]:
    """Return which of M hypotheses the e-BH procedure rejects: the k largest with e_(k) >= M / (alpha k).

    Keeps the false-discovery rate at alpha under *any* dependence between the e-values, at any time they are looked
    at together.

    Parameters
    ----------
    e_values : float array (M,)
        Not negative; nan means not tested and is never rejected, nor counted in M.
    alpha : float
        False-discovery rate.

    References
    ----------
    Wang and Ramdas (2022), JRSSB 84:822-852, doi:10.1111/rssb.12489.

    Examples
    --------
    >>> e_bh([100.0, 50.0, 1.0, 0.5])
    array([ True,  True, False, False])
    """
    _check_alpha(alpha)
    e = np.asarray(e_values, dtype=np.float64)
    if e.ndim != 1 or bool((e < 0).any()):
        raise ValueError("e_values must have one axis and not be negative.")
    rejected = np.zeros(e.shape, dtype=bool)
    tested = np.flatnonzero(~np.isnan(e))
    order = tested[np.argsort(-e[tested], kind="stable")]
    needed = tested.size / (alpha * np.arange(1, tested.size + 1))
    passing = np.flatnonzero(e[order] >= needed)
    if passing.size:
        rejected[order[: int(passing[-1]) + 1]] = True
    return rejected


def _bets(n_bets: int) -> FloatArray:
    """Bets as shares of the largest that cannot ruin, 1/(1 - floor_t)."""
    if n_bets < 1:
        raise ValueError(f"n_bets must be at least 1, got {n_bets}.")
    return np.asarray(np.arange(1, n_bets + 1) / (n_bets + 1.0))


def _outcomes(correct: npt.ArrayLike, floor: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x = np.asarray(correct, dtype=np.float64)
    p = np.broadcast_to(np.asarray(floor, dtype=np.float64), x.shape)
    if x.ndim != 1 or bool((x < 0).any() or (x > 1).any()):
        raise ValueError("correct must have one axis and lie in [0, 1].")
    if bool((p <= 0).any() or (p >= 1).any()):
        raise ValueError("floor must lie strictly between 0 and 1.")
    return x, np.asarray(p)


def _first(log_e: FloatArray, alpha: float) -> int | None:
    hits = np.flatnonzero(log_e >= -np.log(alpha))
    return int(hits[0]) if hits.size else None


def _check_alpha(alpha: float) -> None:
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha must lie between 0 and 1, got {alpha}.")
