"""Boundaries between labels, part by part of the data: where a line is drawn less surely, and what that costs alpha."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from analytics.core.results import Estimate
from analytics.core.scale import Scale
from analytics.stats.agreement.distances import interval_distances, midranks, nominal_distances, set_distances
from analytics.stats.counts.pattern_coincidences import coincidences, pattern_coincidences
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns

BOUNDED_LEVELS = ("nominal", "ordinal", "set", "preference")
"""Levels whose labels have boundaries that a rule can draw; numbers, rankings and texts have none."""
_CELLS_AT_ONCE = 8_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundary:
    """The line between two labels, or between two steps of an ordered scale.

    Attributes
    ----------
    a, b : int
        Label indices, a < b.
    ordered : bool
        True: a or below against b or above, with b = a + 1. False: a against b, all other labels left aside.
    """

    a: int
    b: int
    ordered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PartGains:
    """The additive split of 1 - alpha over parts of the data and boundaries.

    Attributes
    ----------
    gain : nested tuple of Estimate, S x H
        What alpha would gain if boundary h were settled in part s and nothing else changed.
    together : tuple of Estimate, H
        What alpha would gain if boundary h were settled in all parts that `kept` names.
    alpha : float
        Of all parts together; nan where undefined.
    undefined : str or None
        Why there is no split.
    """

    gain: tuple[tuple[Estimate, ...], ...]
    together: tuple[Estimate, ...]
    alpha: float
    undefined: str | None = None


def boundaries(patterns: Patterns, scale: Scale, *, most: int = 12) -> tuple[Boundary, ...]:
    """Return the boundaries of a scale: every step of an ordered one, else the `most` pairs that meet most often.

    Parameters
    ----------
    patterns : Patterns
        Label counts (P, K) with multiplicity.
    scale : Scale
        With K labels.
    most : int
        Pairs looked at where the scale has no order; pairs that never meet on an item are no boundary.
    """
    if scale.level == "ordinal":
        return tuple(Boundary(a=k, b=k + 1, ordered=True) for k in range(scale.n_labels - 1))
    if scale.level not in BOUNDED_LEVELS:
        return ()
    table = coincidences(patterns)
    a, b = np.triu_indices(patterns.n_labels, k=1)
    met = table[a, b]
    order = [int(i) for i in np.argsort(-met, kind="stable")[:most] if met[i] > 0]
    return tuple(Boundary(a=int(a[i]), b=int(b[i]), ordered=False) for i in order)


def boundary_patterns(patterns: Patterns, boundary: Boundary) -> Patterns:
    """Return counts (P, 2) of either side of a boundary; judgments on neither side do not count."""
    n = patterns.counts
    if boundary.ordered:
        sides = np.column_stack([n[:, : boundary.b].sum(axis=1), n[:, boundary.b :].sum(axis=1)])
    else:
        sides = n[:, [boundary.a, boundary.b]]
    on_a_side = sides.sum(axis=1) > 0
    return Patterns(counts=sides[on_a_side], multiplicity=patterns.multiplicity[on_a_side])


def lift(patterns: Patterns, a: int, b: int) -> float:
    """Return how often labels a and b meet on an item, over how often they would if labels met at random.

    nan where one of the two is not used on any item with two judgments.
    """
    table = coincidences(patterns)
    marginal = table.sum(axis=0)
    chance = float(marginal[a] * marginal[b])
    return float(table[a, b] * (marginal.sum() - 1) / chance) if chance > 0 else np.nan


def both_sides(patterns: Patterns, boundary: Boundary) -> npt.NDArray[np.bool_]:
    """Return (P,) True for patterns with a judgment on either side of the boundary."""
    n = patterns.counts
    if boundary.ordered:
        return np.asarray((n[:, : boundary.b] > 0).any(axis=1) & (n[:, boundary.b :] > 0).any(axis=1), dtype=np.bool_)
    return np.asarray((n[:, boundary.a] > 0) & (n[:, boundary.b] > 0), dtype=np.bool_)


def worse_here(p_rate: float, difference: float, se: float) -> float:
    """Return the p-value of "split more often here, and told apart less": the larger of the two one-sided ones.

    Rejecting only where both would be rejected keeps the level whatever the two have to do with each other
    (intersection-union test).

    Parameters
    ----------
    p_rate : float
        One-sided, of splits an item not being more frequent here than elsewhere.
    difference, se : float
        Agreement on the side here minus elsewhere, and its standard error; nan where undefined.

    References
    ----------
    Berger 1982, Technometrics 24:295-300.

    Examples
    --------
    >>> round(worse_here(0.01, -0.2, 0.1), 4)
    0.0228
    """
    if not (np.isfinite(p_rate) and np.isfinite(difference) and np.isfinite(se) and se > 0):
        return float("nan")
    return max(p_rate, float(stats.norm.cdf(difference / se)))


def part_gains(
    parts: Sequence[Patterns],
    scale: Scale,
    lines: Sequence[Boundary],
    *,
    kept: npt.NDArray[np.bool_] | None = None,
    confidence: float = 0.95,
    n_replicates: int = 1000,
    rng: np.random.Generator,
) -> PartGains:
    """Split 1 - alpha over parts and boundaries, with intervals from resampled items.

    A pair of labels is responsible for 2 o_ab d_ab / (n.. D_e), of which each part has the share of its own
    coincidences. On an ordered scale the distance of two labels is the square of the way between them, and each step
    on that way takes the share of the way that it makes up; so all steps together give 1 - alpha again.

    Parameters
    ----------
    parts : sequence of Patterns
        Disjoint parts of the data (S), label counts (P_s, K).
    scale : Scale
        With K labels; nominal, ordinal, set or preference.
    lines : sequence of Boundary
        H boundaries, of one kind.
    kept : bool array (S, H), optional
        Parts that count for the gain of each boundary in several parts together; all where not given.
    confidence : float
        Coverage of the percentile intervals, in (0, 1).
    n_replicates : int
        Bootstrap replicates of the items, drawn as counts of patterns.
    rng : numpy.random.Generator
        Source of the replicates.

    Raises
    ------
    ValueError
        If the scale's level has no boundaries.

    References
    ----------
    Krippendorff 2004, Content Analysis, ch. 11, for alpha; the split is the sum over cells of its disagreement.
    """
    if scale.level not in BOUNDED_LEVELS:
        raise ValueError(f"level must be one of {', '.join(map(repr, BOUNDED_LEVELS))}, got {scale.level!r}.")
    paired = [p.sizes >= 2 for p in parts]
    cells = [pattern_coincidences(p.counts[k]) for p, k in zip(parts, paired, strict=True)]
    weight = [p.multiplicity[k] for p, k in zip(parts, paired, strict=True)]
    n_items = int(sum(int(w.sum()) for w in weight))
    counting = np.ones((len(parts), len(lines)), dtype=np.bool_) if kept is None else kept
    value, alpha = _gains([(w[None] @ c).astype(np.float64) for w, c in zip(weight, cells, strict=True)], scale, lines)
    value = _with_total(value, counting)
    reason = None
    if not n_items:
        reason = "No item has two judgments, so no two labels can be compared."
    elif not np.isfinite(alpha[0]):
        reason = "Every paired judgment has the same label: there is no variation to agree or disagree about."
    low = high = np.full(value.shape[1:], np.nan)
    if reason is None and n_replicates and lines:
        low, high = _bootstrap(cells, weight, scale, lines, counting, confidence, n_replicates, rng)
    items = np.array([int(w.sum()) for w in weight], dtype=np.int64)
    behind = np.vstack([np.repeat(items[:, None], len(lines), axis=1), items @ counting])
    made = tuple(
        tuple(
            Estimate(
                value=np.nan if reason else float(value[0, s, h]),
                low=float(low[s, h]),
                high=float(high[s, h]),
                confidence=confidence,
                interval_method="percentile bootstrap of items",
                n_items_paired=int(behind[s, h]),
                undefined=reason,
            )
            for h in range(len(lines))
        )
        for s in range(len(parts) + 1)
    )
    return PartGains(gain=made[:-1], together=made[-1], alpha=float(alpha[0]), undefined=reason)


def _with_total(gain: FloatArray, kept: npt.NDArray[np.bool_]) -> FloatArray:
    """Return gains (B, S + 1, H): those given (B, S, H), and the sum over the parts kept."""
    return np.concatenate([gain, (gain * kept).sum(axis=1, keepdims=True)], axis=1)


def _gains(tables: Sequence[FloatArray], scale: Scale, lines: Sequence[Boundary]) -> tuple[FloatArray, FloatArray]:
    """Return gains (B, S, H) and alpha (B,) from each part's flat coincidences (B, K * K)."""
    k, b = scale.n_labels, tables[0].shape[0] if tables else 1
    whole = np.zeros((b, k, k)) if not tables else np.sum(tables, axis=0).reshape(b, k, k)
    marginal = whole.sum(axis=1)
    total = marginal.sum(axis=1)
    way = _ways(marginal, scale)
    distance = way**2 if scale.level == "ordinal" else way
    chance = (marginal[:, :, None] * marginal[:, None, :] * distance).sum(axis=(1, 2))
    live = (chance > 0) & (total > 1)
    expected = np.where(live, chance / np.where(live, total - 1, 1.0), np.nan)  # n.. D_e
    out = np.empty((b, len(tables), len(lines)))
    for h, line in enumerate(lines):
        share = np.zeros((distance.shape[0], k, k))
        if line.ordered:
            step = way[:, line.a, line.b][:, None, None]
            share[:, : line.b, line.b :] = (way * step)[:, : line.b, line.b :]
        else:
            share[:, line.a, line.b] = distance[:, line.a, line.b]
        for s, table in enumerate(tables):
            out[:, s, h] = 2 * (table.reshape(b, k, k) * share).sum(axis=(1, 2)) / expected
    observed = (whole * distance).sum(axis=(1, 2))
    return out, 1.0 - observed / expected


def _ways(marginal: FloatArray, scale: Scale) -> FloatArray:
    """Return (B or 1, K, K): the way between two labels of an ordered scale, else their distance."""
    if scale.level == "ordinal":
        middle = midranks(marginal)
        return np.asarray(np.sqrt(interval_distances_of(middle)), dtype=np.float64)
    if scale.level == "set":
        return set_distances(scale.labels)[None]
    return nominal_distances(scale.n_labels)[None]


def interval_distances_of(positions: FloatArray) -> FloatArray:
    """Return squared differences (B, K, K) of B rows of positions (B, K)."""
    return np.stack([interval_distances(row) for row in positions])


def _bootstrap(
    cells: Sequence[sparse.csr_array],
    weight: Sequence[IntArray],
    scale: Scale,
    lines: Sequence[Boundary],
    kept: npt.NDArray[np.bool_],
    confidence: float,
    n_replicates: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return percentile ends (S + 1, H) over replicates that leave something to agree about."""
    flat = np.concatenate(weight)
    n, starts = int(flat.sum()), np.cumsum([0, *(w.size for w in weight)])
    block = max(1, _CELLS_AT_ONCE // max(1, flat.size, scale.n_labels**2 * max(len(cells), 1)))
    drawn = []
    for start in range(0, n_replicates, block):
        counts = rng.multinomial(n, flat / n, size=min(block, n_replicates - start))
        tables = [(counts[:, starts[s] : starts[s + 1]] @ c).astype(np.float64) for s, c in enumerate(cells)]
        gain, alpha = _gains(tables, scale, lines)
        drawn.append(_with_total(gain[np.isfinite(alpha)], kept))
    draws = np.concatenate(drawn)
    if not draws.shape[0]:
        blank = np.full(draws.shape[1:], np.nan)
        return blank, blank
    tail = (1.0 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high
