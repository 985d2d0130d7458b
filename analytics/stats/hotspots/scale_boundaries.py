"""Boundaries that are unclear wherever they occur: the definition of the labels, rather than one section's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns
from analytics.stats.hotspots.guideline_boundaries import Boundary

CLEARLY_MORE = 1.5
"""Times as often as the other boundaries that a boundary must be split to be told from carelessness."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SharperThanOthers:
    """How much more often one boundary is split than the scale's other boundaries would let expect.

    Attributes
    ----------
    ratio : float
        Splits over those expected; 1 where all boundaries are alike, nan where there is no other boundary to compare.
    low, high : float
        Its interval, over items and trainers.
    p_value : float
        One-sided, of "at most CLEARLY_MORE times as often".
    """

    ratio: float
    low: float
    high: float
    p_value: float


def boundary_ratios(
    patterns: Patterns, trainer_patterns: TrainerPatterns, lines: Sequence[Boundary], *, confidence: float = 0.95
) -> tuple[SharperThanOthers, ...]:
    """Compare each boundary's splits with those of the scale's other boundaries.

    Careless judgments split every boundary. How often they would split this one is taken from the others, in two ways:
    as if a careless trainer drew any label at random, or drew labels as often as they are used; the larger of the two
    expectations counts. The error of the logarithm of the ratio adds what is shared within items and within trainers.

    Parameters
    ----------
    patterns : Patterns
        Label counts (P, K) with multiplicity.
    trainer_patterns : TrainerPatterns
        Who gave which label in items of which pattern.
    lines : sequence of Boundary
        H boundaries of one scale; of an ordered scale the steps, of which the splits between neighbours count.
    confidence : float
        Coverage of the interval.

    References
    ----------
    Goodman 1968, J. Am. Stat. Assoc. 63:1091-1131, for quasi-independence: what the other cells let expect of one.
    """
    a, b = np.array([x.a for x in lines], dtype=np.int64), np.array([x.b for x in lines], dtype=np.int64)
    counts = patterns.counts.astype(np.float64)
    peers: FloatArray = patterns.sizes.astype(np.float64) - 1.0
    paired = peers > 0
    split = np.divide(
        counts[:, a] * counts[:, b], peers[:, None], out=np.zeros((counts.shape[0], a.size)), where=paired[:, None]
    )
    weight = patterns.multiplicity.astype(np.float64)
    met = weight @ split
    used = (weight * paired) @ counts
    used = used / max(float(used.sum()), 1.0)
    by_trainer = _by_trainer(trainer_patterns, counts, peers, a, b)
    n_items, n_trainers = float(weight[paired].sum()), int((by_trainer.sum(axis=1) > 0).sum())
    found = []
    for h in range(a.size):
        others = np.arange(a.size) != h
        rest = float(met[others].sum())
        if not rest > 0 or not met[h] > 0 or n_trainers < 2:
            found.append(SharperThanOthers(ratio=np.nan, low=np.nan, high=np.nan, p_value=np.nan))
            continue
        models = (used[a] * used[b], used[a] + used[b])
        ratio = min(float(met[h] / (m[h] / m[others].sum() * rest)) for m in models)
        of_items = float(weight @ (split[:, h] / met[h] - split[:, others].sum(axis=1) / rest) ** 2)
        parts = by_trainer[:, h] / met[h] - by_trainer[:, others].sum(axis=1) / rest
        of_trainers = n_trainers / (n_trainers - 1) * float((parts**2).sum())
        se = float(np.sqrt(of_items + of_trainers))
        degrees = min(n_items, n_trainers) - 1
        reach = float(stats.t.ppf((1 + confidence) / 2, degrees)) * se
        p_value = float(stats.t.sf((np.log(ratio) - np.log(CLEARLY_MORE)) / se, degrees)) if se > 0 else np.nan
        found.append(
            SharperThanOthers(
                ratio=ratio, low=float(ratio * np.exp(-reach)), high=float(ratio * np.exp(reach)), p_value=p_value
            )
        )
    return tuple(found)


def _by_trainer(
    t: TrainerPatterns, counts: FloatArray, peers: FloatArray, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]
) -> FloatArray:
    """Return (M, H): the splits over each boundary that each trainer takes part in; each counts for both sides."""
    weight = np.divide(t.n, peers[t.pattern], out=np.zeros(t.n.shape), where=peers[t.pattern] > 0)
    out = np.zeros((t.n_trainers, a.size))
    for h in range(a.size):
        other = np.where(t.label == a[h], counts[t.pattern, b[h]], 0.0)
        other = np.where(t.label == b[h], counts[t.pattern, a[h]], other)
        out[:, h] = np.bincount(t.trainer, weights=weight * other, minlength=t.n_trainers)
    return out
