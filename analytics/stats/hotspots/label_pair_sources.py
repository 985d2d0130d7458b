"""Who uses one label where others use another, and in which parts of the data a pair of labels is split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import betaincinv, betaln

from analytics.core.results import Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns


@dataclass(frozen=True, kw_only=True, slots=True)
class PairDirections:
    """For one pair of labels: whether a trainer gives a where colleagues give b, or the other way round.

    Attributes
    ----------
    gives_a, gives_b : float array (M,)
        Pairings, one judgment a meeting (weights sum to 1 over an item's peers): the trainer said a and a peer b, and
        the reverse. Each sums over trainers to the coincidence o_ab.
    share_a : float array (M,)
        Shrunken share of the trainer's splits in which they gave a; .5 means no direction.
    low, high : float array (M,)
        Ends of its equal-tailed interval at level `confidence`.
    strength : float
        Pseudo-splits of the prior Beta(strength / 2, strength / 2), learnt from all trainers; inf where trainers do
        not differ more than chance.
    confidence : float
        Coverage of the interval.
    undefined : str or None
        Why there is no direction.
    """

    gives_a: FloatArray
    gives_b: FloatArray
    share_a: FloatArray
    low: FloatArray
    high: FloatArray
    strength: float
    confidence: float
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PairPlace:
    """How much of a pair's disagreement comes from one part of the data.

    Attributes
    ----------
    part : str
        Name of the part: a section, topic or cluster.
    share : float
        Its share of the pair's coincidences.
    rate : Estimate
        Coincidences an item of the part, with interval.
    excess : float
        Rate over the rate in all other parts; inf where the pair is split here alone.
    p_value : float
        One-sided: would the part's rate be as high if the pair were split everywhere alike?
    n_items : int
        Paired items of the part.
    """

    part: str
    share: float
    rate: Estimate
    excess: float
    p_value: float
    n_items: int


def pair_directions(
    patterns: Patterns, trainer_patterns: TrainerPatterns, a: int, b: int, *, confidence: float = 0.95
) -> PairDirections:
    """Return each trainer's direction on the pair of labels with indices `a` and `b`, shrunk towards none.

    The splits of a trainer count as gives_a + gives_b binomial trials around a Beta prior with mean .5, whose strength
    maximises the beta-binomial likelihood over all trainers. Nobody is right or wrong here: a direction says where the
    guideline is read differently.

    Raises
    ------
    ValueError
        If `a` and `b` are not two label indices.
    """
    k = patterns.n_labels
    if a == b or not (0 <= a < k and 0 <= b < k):
        raise ValueError(f"a and b must be two label indices in 0..{k - 1}, got {a} and {b}.")
    t = trainer_patterns
    peers = patterns.sizes[t.pattern] - 1.0
    usable = peers > 0
    weight = np.divide(t.n, peers, out=np.zeros(t.n.shape), where=usable)
    n_a, n_b = patterns.counts[t.pattern, a], patterns.counts[t.pattern, b]
    gives_a = _sums(t.trainer, weight * n_b * (t.label == a), t.n_trainers)
    gives_b = _sums(t.trainer, weight * n_a * (t.label == b), t.n_trainers)
    splits = gives_a + gives_b
    if not splits.sum() > 0:
        blank = np.full(t.n_trainers, np.nan)
        return PairDirections(
            gives_a=gives_a,
            gives_b=gives_b,
            share_a=blank,
            low=blank,
            high=blank,
            strength=np.nan,
            confidence=confidence,
            undefined="No item has both labels, so there is no split to look at.",
        )
    strength = _strength(gives_a, gives_b)
    tail = (1 - confidence) / 2
    if np.isinf(strength):
        share = low = high = np.full(splits.shape, 0.5)
    else:
        one, other = gives_a + strength / 2, gives_b + strength / 2
        share = one / (one + other)
        low, high = betaincinv(one, other, tail), betaincinv(one, other, 1 - tail)
    return PairDirections(
        gives_a=gives_a, gives_b=gives_b, share_a=share, low=low, high=high, strength=strength, confidence=confidence
    )


def pair_places(parts: Mapping[str, Patterns], a: int, b: int, *, confidence: float = 0.95) -> tuple[PairPlace, ...]:
    """Split the coincidences of labels `a` and `b` over disjoint parts of the data, the largest excess first.

    The rate's interval and the test treat items as independent; the test compares the part's mean coincidences an item
    with that of all other parts (Welch).

    Parameters
    ----------
    parts : mapping of str to Patterns
        Patterns of each part; the parts must not share items.
    """
    rows = [(name, *_cell_moments(part, a, b)) for name, part in parts.items()]
    n = np.array([row[1] for row in rows], dtype=np.float64)
    mean = np.array([row[2] for row in rows])
    square = np.array([row[3] for row in rows])
    total = float((n * mean).sum())
    found = []
    for i, (name, *_) in enumerate(rows):
        if n[i] < 1:
            continue
        rest = float(n.sum() - n[i])
        rest_mean = (total - n[i] * mean[i]) / rest if rest else np.nan
        rest_square = (float((n * square).sum()) - n[i] * square[i]) / rest if rest else np.nan
        se = float(np.sqrt(max(square[i] - mean[i] ** 2, 0.0) / max(n[i] - 1, 1.0)))
        z = stats.norm.ppf((1 + confidence) / 2)
        p = np.nan
        if rest and n[i] > 1:
            spread = np.hypot(se, np.sqrt(max(rest_square - rest_mean**2, 0.0) / max(rest - 1, 1.0)))
            p = float(stats.norm.sf((mean[i] - rest_mean) / spread)) if spread > 0 else np.nan
        found.append(
            PairPlace(
                part=name,
                share=n[i] * mean[i] / total if total > 0 else np.nan,
                rate=Estimate(
                    value=float(mean[i]),
                    low=max(0.0, float(mean[i] - z * se)),
                    high=float(mean[i] + z * se),
                    se=se,
                    confidence=confidence,
                    interval_method="normal, items independent",
                    n_items_paired=int(n[i]),
                ),
                excess=mean[i] / rest_mean if rest and rest_mean > 0 else np.inf if mean[i] > 0 else np.nan,
                p_value=p,
                n_items=int(n[i]),
            )
        )
    return tuple(sorted(found, key=lambda place: (-place.rate.low, -place.rate.value, place.part)))


def _cell_moments(patterns: Patterns, a: int, b: int) -> tuple[int, float, float]:
    """Return the paired items, and mean and mean square of an item's coincidences in cell (a, b)."""
    paired = patterns.sizes >= 2
    counts, weight = patterns.counts[paired].astype(np.float64), patterns.multiplicity[paired]
    n = int(weight.sum())
    if not n:
        return 0, 0.0, 0.0
    cell = counts[:, a] * counts[:, b] / (counts.sum(axis=1) - 1)
    return n, float(weight @ cell / n), float(weight @ cell**2 / n)


def _sums(of: IntArray, weights: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.bincount(of, weights=weights, minlength=size), dtype=np.float64)


def _strength(gives_a: FloatArray, gives_b: FloatArray) -> float:
    """Return the strength of a symmetric Beta prior that maximises the beta-binomial likelihood; inf at the edge."""
    grid = np.exp(np.linspace(np.log(0.2), np.log(2000.0), 160))
    half = grid[:, None] / 2
    value = betaln(gives_a + half, gives_b + half) - betaln(half, half)
    score = value.sum(axis=1)
    flat = float(-(gives_a + gives_b).sum() * np.log(2.0))
    best = int(np.argmax(score))
    return float(grid[best]) if score[best] > flat else np.inf
