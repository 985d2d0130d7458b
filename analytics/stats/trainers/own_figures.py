"""One trainer's own figures, from sums that give nobody else away."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.core.results import Estimate
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import check_confidence


def mean_from_sums(
    n: int,
    total: float,
    squares: float,
    *,
    fewest: int = 10,
    confidence: float = 0.95,
    limits: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """Return a mean over judgments with Student's interval, from the sums alone.

    Parameters
    ----------
    n : int
        Judgments.
    total, squares : float
        Σx and Σx² over them.
    fewest : int
        Below this many there is no mean to show.
    confidence : float
        Coverage in (0, 1).
    limits : pair of float
        Range of x, to which the interval is clipped.

    Raises
    ------
    ValueError
        If n is negative or the squares are less than any numbers with this total can have.

    Examples
    --------
    >>> found = mean_from_sums(4, 2.0, 2.0, fewest=4)  # 0, 0, 1, 1
    >>> round(found.value, 3), round(found.se, 3)
    (0.5, 0.289)
    """
    check_confidence(confidence)
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}.")
    if n < max(fewest, 2):
        return Estimate(
            value=math.nan,
            confidence=confidence,
            n_judgments=n,
            undefined=f"{n} so far; from {max(fewest, 2)} judgments that others made too there is a figure",
        )
    mean = total / n
    around = squares - n * mean * mean
    if around < -1e-6 * max(1.0, squares):
        raise ValueError(f"squares must be at least total² / n = {n * mean * mean}, got {squares}.")
    se = math.sqrt(max(around, 0.0) / (n - 1) / n)
    half = float(stats.t.ppf(0.5 + confidence / 2.0, n - 1)) * se
    return Estimate(
        value=mean,
        low=max(mean - half, limits[0]),
        high=min(mean + half, limits[1]),
        se=se,
        confidence=confidence,
        interval_method="Student's t over the trainer's judgments",
        n_judgments=n,
    )


def as_ratio(logs: Estimate) -> Estimate:
    """Return the estimate of a mean logarithm as a ratio, its interval carried over."""
    if not logs.defined:
        return logs
    value = math.exp(logs.value)
    return dataclasses.replace(
        logs, value=value, low=math.exp(logs.low), high=math.exp(logs.high), se=value * logs.se,
        interval_method="Student's t of log ratios",
    )  # fmt: skip


def change_in_time(periods: Sequence[Estimate], *, confidence: float = 0.95) -> Estimate:
    """Return how much a figure grew from the earlier half of its periods to the later, with a normal interval.

    Halves are means weighted by judgments; of an odd number of periods the middle one belongs to the later half.

    Parameters
    ----------
    periods : sequence of Estimate
        One a period in order of time, of judgments that no other period holds; undefined ones do not count.
    confidence : float
        Coverage.

    Examples
    --------
    >>> found = change_in_time([
    ...     Estimate(value=0.1, se=0.03, n_judgments=20), Estimate(value=0.3, se=0.04, n_judgments=20)
    ... ])
    >>> round(found.value, 3), round(found.se, 3)
    (0.2, 0.05)
    """
    check_confidence(confidence)
    known = [p for p in periods if p.defined and math.isfinite(p.se) and p.n_judgments]
    if len(known) < 2:
        return Estimate(
            value=math.nan, confidence=confidence, undefined="fewer than two periods with enough judgments"
        )  # fmt: skip
    middle = len(known) // 2
    means, variances = [], []
    for part in (known[:middle], known[middle:]):
        n = np.array([p.n_judgments for p in part], dtype=np.float64)
        means.append(float((n * [p.value for p in part]).sum() / n.sum()))
        variances.append(float(((n * [p.se for p in part]) ** 2).sum() / n.sum() ** 2))
    return _normal(means[1] - means[0], math.sqrt(sum(variances)), confidence, known)


def combined(changes: Sequence[Estimate], *, confidence: float = 0.95) -> Estimate:
    """Return the mean of independent estimates, the surer ones counting more (weights 1/se²).

    Raises
    ------
    ValueError
        If confidence is no coverage.
    """
    check_confidence(confidence)
    known = [c for c in changes if c.defined and c.se > 0]
    if not known:
        return Estimate(value=math.nan, confidence=confidence, undefined="nothing to put together")
    weight = np.array([1.0 / c.se**2 for c in known])
    value = float((weight * [c.value for c in known]).sum() / weight.sum())
    return _normal(value, float(weight.sum()) ** -0.5, confidence, known)


def _normal(value: float, se: float, confidence: float, parts: Sequence[Estimate]) -> Estimate:
    half = float(stats.norm.ppf(0.5 + confidence / 2.0)) * se
    return Estimate(
        value=value, low=value - half, high=value + half, se=se, confidence=confidence, interval_method="normal",
        n_judgments=sum(p.n_judgments or 0 for p in parts),
    )  # fmt: skip


def own_share(hits: int, n: int, *, nothing: str, confidence: float = 0.95) -> Estimate:
    """Return hits / n with its Wilson interval; undefined, for the reason `nothing`, where n is 0."""
    check_confidence(confidence)
    if n == 0:
        return Estimate(value=math.nan, confidence=confidence, n_judgments=0, undefined=nothing)
    found = binomial_intervals(hits, n, confidence=confidence)
    return Estimate(
        value=float(found.value), low=float(found.low), high=float(found.high), confidence=confidence,
        interval_method="Wilson", n_judgments=n,
    )  # fmt: skip


def share_among_peers(hits: int, n: int, *, mean: float, spread: float, confidence: float = 0.95) -> Estimate:
    """Return a share drawn towards the peers' as far as few judgments ask for it.

    Posterior under the beta distribution with the peers' mean and standard deviation of true shares:
    alpha + beta = mean (1 - mean) / spread² - 1.

    Parameters
    ----------
    hits, n : int
        The trainer's own successes and trials.
    mean, spread : float
        Of the peers' true shares; nan where there are too few peers.
    confidence : float
        Coverage of the equal-tailed interval.

    Raises
    ------
    ValueError
        If hits lie outside 0..n.

    References
    ----------
    Casella (1985), The American Statistician 39:83-87, doi:10.1080/00031305.1985.10479400.
    """
    check_confidence(confidence)
    if not 0 <= hits <= n:
        raise ValueError(f"hits must lie in 0..n, got {hits} of {n}.")

    def undefined(why: str) -> Estimate:
        return Estimate(value=math.nan, confidence=confidence, n_judgments=n, undefined=why)

    if n == 0:
        return undefined("no judgments on items with a known answer")
    if not (math.isfinite(mean) and math.isfinite(spread)):
        return undefined("too few colleagues with judgments on items with a known answer")
    if not 0.0 < mean < 1.0 or spread <= 0.0 or mean * (1.0 - mean) <= spread**2:
        return undefined("the colleagues' shares show no spread to draw on")
    strength = mean * (1.0 - mean) / spread**2 - 1.0
    a, b = mean * strength + hits, (1.0 - mean) * strength + n - hits
    tail = (1.0 - confidence) / 2.0
    return Estimate(
        value=a / (a + b), low=float(stats.beta.ppf(tail, a, b)), high=float(stats.beta.ppf(1.0 - tail, a, b)),
        se=float(stats.beta.std(a, b)), confidence=confidence,
        interval_method="beta posterior, empirical Bayes by moments", n_judgments=n,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ClearAnswer:
    """What the others clearly say of one item.

    Attributes
    ----------
    label : str
        The label of most of them.
    share : float
        Their share.
    """

    label: str
    share: float


def clear_answer(labels: Sequence[str], *, at_least: float = 0.7) -> ClearAnswer | None:
    """Return the label that a share `at_least` of the others gave, None where they are not of one mind.

    Raises
    ------
    ValueError
        If `at_least` is not over one half.

    Examples
    --------
    >>> clear_answer(["mild", "mild", "mild", "severe"])
    ClearAnswer(label='mild', share=0.75)
    """
    if not 0.5 < at_least <= 1.0:
        raise ValueError(f"at_least must lie between one half and 1, got {at_least}.")
    if not labels:
        return None
    found, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
    share = float(counts.max()) / len(labels)
    return ClearAnswer(label=str(found[counts.argmax()]), share=share) if share >= at_least else None


def varied(groups: Sequence[int], weights: Sequence[float], *, most: int, window: int = 8) -> list[int]:
    """Return positions of at most `most` candidates, varied over groups, recent ones and large differences first.

    Groups take turns in the order of their newest candidate; each gives the one of greatest weight among its `window`
    newest that are left.

    Parameters
    ----------
    groups : sequence of int
        Group of each candidate, the newest candidate first.
    weights : sequence of float
        How instructive each is.

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> varied([1, 1, 2], [0.2, 0.9, 0.5], most=3)
    [1, 2, 0]
    """
    if len(groups) != len(weights):
        raise ValueError(f"groups and weights must have the same length, got {len(groups)} and {len(weights)}.")
    left: dict[int, list[int]] = {}
    for place, group in enumerate(groups):
        left.setdefault(group, []).append(place)
    chosen: list[int] = []
    while any(left.values()) and len(chosen) < most:
        for members in left.values():
            if members and len(chosen) < most:
                best = max(members[:window], key=lambda k: (weights[k], -k))
                members.remove(best)
                chosen.append(best)
    return chosen
