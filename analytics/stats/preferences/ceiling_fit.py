"""How contested items are: a symmetric beta-binomial fitted to the way judgments split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns
from analytics.stats.preferences.ceiling_beta import beta_parameter, expected_splits, log_probability, score
from analytics.stats.preferences.preference_functionals import NO_SIDES
from analytics.stats.trainers.trainer_estimates import freeze

FIT_METHOD = "robust likelihood ratio"


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaFit:
    """Symmetric beta-binomial fitted to how judgments split within items.

    Attributes
    ----------
    rho : Estimate
        2 a - 1: correlation of two trainers' choices on an item; interval by the robust likelihood ratio.
    alpha : float
        Parameter of the symmetric Beta; infinite at rho = 0.
    log_likelihood : float
        At the maximum, A and B not told apart.
    design_effect : float
        How much wider the interval is than if items and trainers were exactly as the model says, on the variance.
    fit_p : float
        p-value of the fit (chi-square over split sizes); small: the Beta does not describe these items. nan where
        no item has four or more judgments that took a side.
    sizes, minority, n_items : int array (P,)
        The data: m judgments that took a side, the smaller side's count, how many items.
    converged : bool
    """

    rho: Estimate
    alpha: float
    log_likelihood: float
    design_effect: float
    fit_p: float
    sizes: IntArray
    minority: IntArray
    n_items: IntArray
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def splits(patterns: Patterns, scores: tuple[int, ...]) -> tuple[IntArray, IntArray, IntArray]:
    """Return (sizes, minority, n_items), each (P,): how items with two or more judgments that took a side split."""
    side = np.sign(np.asarray(scores))
    a = patterns.counts[:, side < 0].sum(axis=1)
    b = patterns.counts[:, side > 0].sum(axis=1)
    table = np.stack([a + b, np.minimum(a, b)], axis=1)
    keep = (table[:, 0] >= 2) & (patterns.multiplicity > 0)
    rows, at = np.unique(table[keep], axis=0, return_inverse=True)
    n = np.zeros(rows.shape[0], dtype=np.int64)
    np.add.at(n, at.reshape(-1), patterns.multiplicity[keep])
    return rows[:, 0], rows[:, 1], n


def beta_fit(
    sizes: IntArray,
    minority: IntArray,
    n_items: IntArray,
    *,
    inflation: float = 1.0,
    confidence: float = 0.95,
    support: Estimate | None = None,
) -> BetaFit:
    """Fit the symmetric beta-binomial to splits by maximum likelihood in rho on [0, 1].

    Parameters
    ----------
    sizes, minority, n_items : int array (P,)
        From `splits`.
    inflation : float
        Further factor on the variance for judgments that hang together by trainer, at least 1.
    confidence : float
        Coverage of the interval.
    support : Estimate or None
        Whose counts of items, judgments and trainers the result repeats.
    """
    if not sizes.size:
        none = like(support, value=NAN, undefined=NO_SIDES, confidence=confidence)
        return BetaFit(
            rho=none, alpha=NAN, log_likelihood=NAN, design_effect=NAN, fit_p=NAN, converged=True,
            sizes=sizes, minority=minority, n_items=n_items,
        )  # fmt: skip
    w = n_items.astype(np.float64)

    def log_likelihood(r: float) -> float:
        return float(w @ log_probability(r, sizes, minority))

    value, converged = _maximum(log_likelihood, split_seen=bool(minority.any()))
    best = log_likelihood(value)
    effect = _design_effect(value, sizes, minority, w) * inflation
    low, high = _likelihood_interval(log_likelihood, value, best, effect, confidence)
    return BetaFit(
        rho=like(support, value=value, low=low, high=high, confidence=confidence, interval_method=FIT_METHOD),
        alpha=beta_parameter(value),
        log_likelihood=best,
        design_effect=effect,
        fit_p=_fit_p(value, sizes, minority, w),
        converged=converged,
        sizes=sizes,
        minority=minority,
        n_items=n_items,
    )


def _maximum(log_likelihood: Callable[[float], float], *, split_seen: bool) -> tuple[float, bool]:
    if not split_seen:
        return 1.0, True
    found = optimize.minimize_scalar(
        lambda r: -log_likelihood(r), bounds=(0.0, 1.0 - 1e-12), method="bounded", options={"xatol": 1e-10}
    )
    value = float(found.x)
    return (0.0, True) if log_likelihood(0.0) >= -float(found.fun) else (value, bool(found.success))


def _design_effect(rho: float, sizes: IntArray, minority: IntArray, w: FloatArray) -> float:
    """Return the robust over the model variance of rho, at least 1; 1 at the ends, where neither is defined."""
    if not 1e-6 < rho < 1.0 - 1e-9:
        return 1.0
    observed = float(w @ score(rho, sizes, minority) ** 2)
    step = min(1e-5, rho / 2, (1 - rho) / 2)
    curvature = float(w @ (score(rho - step, sizes, minority) - score(rho + step, sizes, minority))) / (2 * step)
    return max(1.0, observed / curvature) if curvature > 0 else 1.0


def _likelihood_interval(
    log_likelihood: Callable[[float], float], value: float, best: float, effect: float, confidence: float
) -> tuple[float, float]:
    drop = float(stats.chi2.ppf(confidence, 1)) / 2.0 * effect

    def beyond(r: float) -> float:
        return log_likelihood(r) - best + drop

    top = 1.0 - 1e-12
    low = 0.0 if value == 0.0 or beyond(0.0) >= 0 else float(optimize.brentq(beyond, 0.0, min(value, top)))
    high = 1.0 if value == 1.0 or beyond(top) >= 0 else float(optimize.brentq(beyond, value, top))
    return low, high


def _fit_p(rho: float, sizes: IntArray, minority: IntArray, w: FloatArray) -> float:
    """Return the chi-square p-value of observed against expected splits, per m; the tail is pooled to 5 expected."""
    statistic, df = 0.0, -1
    for m in np.unique(sizes):
        here = sizes == m
        p = np.asarray(expected_splits(rho, int(m))["probability"])
        seen = np.zeros(p.size)
        np.add.at(seen, minority[here], w[here])
        expected = p * seen.sum()
        while expected.size > 1 and expected.min() < 5:
            k = int(expected.argmin())
            to = k - 1 if k else 1
            expected[to], seen[to] = expected[to] + expected[k], seen[to] + seen[k]
            expected, seen = np.delete(expected, k), np.delete(seen, k)
        if expected.size > 1:
            statistic += float(((seen - expected) ** 2 / expected).sum())
            df += expected.size - 1
    return float(stats.chi2.sf(statistic, df)) if df >= 1 else NAN


def like(
    support: Estimate | None,
    *,
    value: float,
    low: float = NAN,
    high: float = NAN,
    confidence: float = 0.95,
    interval_method: str = "none",
    undefined: str | None = None,
) -> Estimate:
    """Return an estimate that repeats the counts of items, judgments and trainers of another."""
    s = Estimate(value=0.0) if support is None else support
    return Estimate(
        value=value, low=low, high=high, confidence=confidence, interval_method=interval_method, undefined=undefined,
        n_items=s.n_items, n_items_paired=s.n_items_paired, n_judgments=s.n_judgments, n_trainers=s.n_trainers,
    )  # fmt: skip
