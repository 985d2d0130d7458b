"""What to do next with each item: another judgment, the guideline's owner, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.information_gain import entropy, expected_information_gain
from analytics.stats.inference.dirichlet_prior import DirichletPrior

Route = Literal["settled", "another judgment", "guideline owner", "judgment limit reached"]
ROUTES: tuple[str, ...] = get_args(Route)


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueRule:
    """When an item is settled, and when more judgments will not settle it.

    Attributes
    ----------
    sure : float
        Posterior probability of the best label that counts as settled.
    limit : int
        Judgments an item gets at most.
    least_gain_per_minute : float
        Expected information, nats a minute, below which another judgment is not worth its time.
    divided_share : float
        An item on which the leading label keeps less than this share is divided. At least .5.
    divided_probability : float
        How sure one must be of that before the guideline's owner is asked.
    least_judgments_divided : int
        Judgments needed before an item may be called divided.
    """

    sure: float = 0.95
    limit: int = 10
    least_gain_per_minute: float = 0.0
    divided_share: float = 0.7
    divided_probability: float = 0.9
    least_judgments_divided: int = 5

    def __post_init__(self) -> None:
        for name in ("sure", "divided_probability"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must lie in (0, 1), got {getattr(self, name)}.")
        if not 0.5 <= self.divided_share < 1:
            raise ValueError(f"divided_share must lie in [0.5, 1), got {self.divided_share}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewQueue:
    """The items in the order in which attention pays, and where each goes.

    Attributes
    ----------
    order : int array (N,)
        Item indices: another judgment first, by falling priority; then the guideline owner's, the surest division
        first; then the rest.
    route : tuple of str (N,)
        "settled", "another judgment", "guideline owner" or "judgment limit reached", by item index.
    entropy, gain : float array (N,)
        Nats of uncertainty about the label, and nats another judgment is expected to remove.
    priority : float array (N,)
        gain x severity / minutes.
    divided : float array (N,)
        Posterior probability that no label keeps the share `rule.divided_share` of trainers; nan where no prior could
        be learnt.
    minutes, severity : float array (N,)
        As given.
    rule : QueueRule
        As given.
    """

    order: IntArray
    route: tuple[Route, ...]
    entropy: FloatArray
    gain: FloatArray
    priority: FloatArray
    divided: FloatArray
    minutes: FloatArray
    severity: FloatArray
    rule: QueueRule


def probability_divided(counts: npt.ArrayLike, prior: DirichletPrior, share: float) -> FloatArray:
    """Return (N,) the posterior probability that every label is given by less than `share` of trainers.

    With `share` of at least one half at most one label can reach it, so 1 - sum_k P(p_k >= share) is exact:
    p_k ~ Beta(A_k, A0 - A_k), A = counts + alpha.

    Raises
    ------
    ValueError
        If `share` is outside [0.5, 1) or counts and prior have different labels.
    """
    n = np.asarray(counts, dtype=np.float64)
    if not 0.5 <= share < 1:
        raise ValueError(f"share must lie in [0.5, 1), got {share}.")
    if n.ndim != 2 or n.shape[1] != prior.alpha.size:
        raise ValueError(f"counts must have {prior.alpha.size} columns, got shape {n.shape}.")
    if prior.undefined:
        return np.full(n.shape[0], np.nan)
    a = n + prior.alpha
    rest = a.sum(axis=1, keepdims=True) - a
    alone = rest <= 0
    reached = np.where(alone, 1.0, 0.0)
    live = (a > 0) & ~alone
    reached[live] = 1.0 - betainc(a[live], rest[live], share)
    return np.asarray(np.clip(1.0 - reached.sum(axis=1), 0.0, 1.0), dtype=np.float64)


def review_queue(
    posterior: npt.ArrayLike,
    confusion: npt.ArrayLike,
    counts: npt.ArrayLike,
    prior: DirichletPrior,
    *,
    minutes: npt.ArrayLike,
    severity: npt.ArrayLike,
    rule: QueueRule,
) -> ReviewQueue:
    """Return the queue: which items another judgment would help most, a minute, and which need a decision instead.

    Parameters
    ----------
    posterior : float array (N, K)
        Probability of each true label of each item.
    confusion : float array (K, K)
        Of the trainer who would be asked; the pooled matrix where that is open.
    counts : int array (N, K)
        Judgments of each label so far. To ask of skilled trainers alone whether an item is divided, give their counts.
    prior : DirichletPrior
        How label shares differ from item to item.
    minutes, severity : float array (N,) or float
        Expected minutes a judgment takes, above 0, and weight of the item, at least 0.
    rule : QueueRule
        The stop rule.

    Raises
    ------
    ValueError
        If shapes do not match, a minute is not above 0 or a severity below 0.
    """
    gain = expected_information_gain(posterior, confusion)
    t, n = np.asarray(posterior, dtype=np.float64), np.asarray(counts, dtype=np.int64)
    if n.shape != t.shape:
        raise ValueError(f"counts must have the shape of posterior, {t.shape}, got {n.shape}.")
    time = np.broadcast_to(np.asarray(minutes, dtype=np.float64), gain.shape)
    weight = np.broadcast_to(np.asarray(severity, dtype=np.float64), gain.shape)
    if gain.size and (not (time > 0).all() or not (weight >= 0).all()):
        raise ValueError("minutes must be above 0 and severity at least 0 for every item.")
    judged = n.sum(axis=1)
    divided = probability_divided(n, prior, rule.divided_share)
    owner = (judged >= rule.least_judgments_divided) & (divided >= rule.divided_probability)
    settled = (t.max(axis=1, initial=0.0) >= rule.sure) | (gain / time < rule.least_gain_per_minute)
    route: list[Route] = []
    for i in range(gain.size):
        if owner[i]:
            route.append("guideline owner")
        elif settled[i]:
            route.append("settled")
        else:
            route.append("judgment limit reached" if judged[i] >= rule.limit else "another judgment")
    priority = gain * weight / time
    place = {"another judgment": 0, "guideline owner": 1, "judgment limit reached": 2, "settled": 3}
    group = np.array([place[r] for r in route], dtype=np.int64)
    within = np.where(group == 1, divided, priority)
    order = np.lexsort((np.arange(gain.size), -within, group)).astype(np.int64)
    return ReviewQueue(
        order=order,
        route=tuple(route),
        entropy=entropy(t),
        gain=gain,
        priority=priority,
        divided=divided,
        minutes=time,
        severity=weight,
        rule=rule,
    )
