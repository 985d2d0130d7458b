"""Which boundary between two labels costs the agreement: 1 - alpha, split over pairs of labels without remainder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analytics.core.results import Estimate
from analytics.core.scale import Scale
from analytics.stats.agreement.distances import (
    interval_distances,
    midranks,
    nominal_distances,
    ratio_distances,
    set_distances,
)
from analytics.stats.counts.pattern_coincidences import coincidences, pattern_coincidences, square
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns

NO_PAIRS = "No item has two judgments, so no two labels can be compared."
NO_VARIATION = "Every paired judgment has the same label: there is no variation to agree or disagree about."


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelPair:
    """The part of 1 - alpha that two labels are responsible for.

    Attributes
    ----------
    a, b : str
        The labels, in the scale's order.
    alpha_gain : Estimate
        What alpha would gain if trainers no longer split between a and b and nothing else changed (the expected
        disagreement held). The gains of all pairs sum to 1 - alpha.
    share_of_disagreement : float
        alpha_gain over the sum of all gains; nan where nobody disagrees.
    lift : float
        How often a meets b on an item, over how often it would if labels met at random: near 0 for labels that are
        kept apart, 1 for labels that are not told apart at all. nan where a or b is not used.
    coincidences : float
        Pairable values in the cell (a, b) of the coincidence matrix, one triangle.
    n_items : int
        Items on which both labels were given.
    """

    a: str
    b: str
    alpha_gain: Estimate
    share_of_disagreement: float
    lift: float
    coincidences: float
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelPairs:
    """The additive split of 1 - alpha over all pairs of labels, the costliest first.

    Attributes
    ----------
    pairs : tuple of LabelPair
        All K (K - 1) / 2 pairs, by falling gain.
    alpha : float
        Krippendorff's alpha of the same judgments and distance; nan where undefined.
    observed, expected : float
        Observed and expected disagreement.
    distance : str
        "nominal", "ordinal", "interval", "ratio" or "set" (MASI).
    n_items_paired, n_judgments_paired, n_replicates : int
        Support, and bootstrap replicates of the items.
    undefined : str or None
        Why there is no split.
    """

    pairs: tuple[LabelPair, ...]
    alpha: float
    observed: float
    expected: float
    distance: str
    n_items_paired: int
    n_judgments_paired: int
    n_replicates: int
    undefined: str | None = None


def label_pairs(
    patterns: Patterns,
    scale: Scale,
    *,
    confidence: float = 0.95,
    n_replicates: int = 1000,
    rng: np.random.Generator,
) -> LabelPairs:
    """Split 1 - alpha over pairs of labels: gain_ab = 2 o_ab d_ab / (n.. D_e), with intervals from resampled items.

    o is the coincidence matrix, d Krippendorff's distance for the scale's level, n.. the pairable values and D_e the
    expected disagreement. The interval draws items with replacement, as multinomial counts of their patterns, and
    recomputes o, d and D_e each time.

    Parameters
    ----------
    patterns : Patterns
        Label counts (P, K) with multiplicity; items with one judgment do not take part.
    scale : Scale
        With K labels. The level chooses the distance: ordinal, interval, ratio and set their own, all others nominal.
    confidence : float
        Coverage of the percentile intervals, in (0, 1).
    n_replicates : int
        Bootstrap replicates.
    rng : numpy.random.Generator
        Source of the replicates.

    Raises
    ------
    ValueError
        If the patterns do not have one column a label, or `confidence` is outside (0, 1).

    References
    ----------
    Krippendorff 2004, Content Analysis, ch. 11, for alpha; the split is the sum over cells of its disagreement.
    """
    if patterns.n_labels != scale.n_labels:
        raise ValueError(f"patterns must have {scale.n_labels} labels, got {patterns.n_labels}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}.")
    distance = scale.level if scale.level in ("ordinal", "interval", "ratio", "set") else "nominal"
    paired = patterns.sizes >= 2
    counts, multiplicity = patterns.counts[paired], patterns.multiplicity[paired]
    cells = pattern_coincidences(counts)
    n_items = int(multiplicity.sum())
    a, b = np.triu_indices(patterns.n_labels, k=1)
    table = square(multiplicity @ cells, patterns.n_labels)
    gain, observed, expected = _gains(table[None], scale)
    reason = NO_PAIRS if not n_items else NO_VARIATION if not expected[0] > 0 else None
    low = high = np.full(a.size, np.nan)
    if reason is None and n_replicates:
        low, high = _bootstrap(cells, multiplicity, scale, confidence, n_replicates, rng)
    total = table.sum()
    marginal = table.sum(axis=0)
    met = (counts > 0).astype(np.float64)
    both = ((met * multiplicity[:, None]).T @ met)[a, b]
    n_all, n_judgments = patterns.n_items, patterns.n_judgments
    whole = 1.0 if reason else float(gain[0].sum())
    pairs = []
    for i in range(a.size):
        chance = marginal[a[i]] * marginal[b[i]]
        pairs.append(
            LabelPair(
                a=scale.labels[a[i]],
                b=scale.labels[b[i]],
                alpha_gain=Estimate(
                    value=np.nan if reason else float(gain[0, i]),
                    low=float(low[i]),
                    high=float(high[i]),
                    confidence=confidence,
                    interval_method="percentile bootstrap of items",
                    undefined=reason,
                    n_items=n_all,
                    n_items_paired=n_items,
                    n_judgments=n_judgments,
                ),
                share_of_disagreement=float(gain[0, i] / whole) if not reason and whole > 0 else np.nan,
                lift=float(table[a[i], b[i]] * (total - 1) / chance) if chance > 0 else np.nan,
                coincidences=float(table[a[i], b[i]]),
                n_items=int(both[i]),
            )
        )
    pairs.sort(key=lambda pair: -pair.coincidences if reason else -pair.alpha_gain.value)
    return LabelPairs(
        pairs=tuple(pairs),
        alpha=np.nan if reason else float(1.0 - observed[0] / expected[0]),
        observed=float(observed[0]),
        expected=float(expected[0]),
        distance=distance,
        n_items_paired=n_items,
        n_judgments_paired=round(float(total)),
        n_replicates=n_replicates,
        undefined=reason,
    )


def merged_alpha(patterns: Patterns, scale: Scale, a: str, b: str) -> float:
    """Return alpha if labels `a` and `b` became one label; nan where only that label would be left.

    Differs from 1 - (1 - alpha) + gain because merging also changes the disagreement expected by chance.

    Raises
    ------
    ValueError
        If `a` and `b` are not two labels of the scale.
    """
    if a == b or a not in scale.labels or b not in scale.labels:
        raise ValueError(f"a and b must be two labels of the scale, got {a!r} and {b!r}.")
    one, other = scale.labels.index(a), scale.labels.index(b)
    keep = [k for k in range(scale.n_labels) if k != other]
    counts = patterns.counts.copy()
    counts[:, one] += counts[:, other]
    names = tuple(scale.labels[k] for k in keep)
    table = coincidences(Patterns(counts=counts[:, keep], multiplicity=patterns.multiplicity))
    _, observed, expected = _gains(table[None], Scale(level=scale.level, labels=names))
    return float(1.0 - observed[0] / expected[0]) if expected[0] > 0 else np.nan


def _distances(marginals: FloatArray, scale: Scale) -> FloatArray:
    """Return Krippendorff's distance (B or 1, K, K) between labels; the ordinal one depends on the marginals."""
    if scale.level == "ordinal":
        middle = midranks(marginals)
        between: FloatArray = (middle[:, :, None] - middle[:, None, :]) ** 2
        return between
    if scale.level == "interval":
        return interval_distances(scale.values)[None]
    if scale.level == "ratio":
        return ratio_distances(scale.values)[None]
    if scale.level == "set":
        return set_distances(scale.labels)[None]
    return nominal_distances(scale.n_labels)[None]


def _gains(tables: FloatArray, scale: Scale) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return gains (B, pairs), observed (B,) and expected disagreement (B,) of coincidence matrices (B, K, K)."""
    a, b = np.triu_indices(scale.n_labels, k=1)
    marginals = tables.sum(axis=1)
    total = marginals.sum(axis=1)
    distance = _distances(marginals, scale)[:, a, b]
    usable = total > 1
    whole = np.where(usable, total, 2.0)
    cell = 2 * tables[:, a, b] * distance / whole[:, None]
    chance = 2 * (marginals[:, a] * marginals[:, b] * distance).sum(axis=1)
    expected = np.where(usable, chance / (whole * (whole - 1)), 0.0)
    gain = np.divide(cell, expected[:, None], out=np.full(cell.shape, np.nan), where=expected[:, None] > 0)
    return gain, cell.sum(axis=1), expected


def _bootstrap(
    cells: sparse.csr_array,
    multiplicity: IntArray,
    scale: Scale,
    confidence: float,
    n_replicates: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return percentile ends (pairs,) over replicates that leave something to agree about."""
    n, k = int(multiplicity.sum()), scale.n_labels
    gains = []
    block = max(1, 20_000_000 // max(1, multiplicity.size, k * k))
    for start in range(0, n_replicates, block):
        size = min(block, n_replicates - start)
        drawn = rng.multinomial(n, multiplicity / n, size=size) @ cells
        gain, _, expected = _gains(drawn.reshape(size, k, k), scale)
        gains.append(gain[expected > 0])
    kept = np.concatenate(gains)
    if not kept.shape[0]:
        return np.full(kept.shape[1], np.nan), np.full(kept.shape[1], np.nan)
    tail = (1.0 - confidence) / 2
    low, high = np.quantile(kept, [tail, 1 - tail], axis=0)
    return low, high
