"""Where a group of trainers answers differently from all others: item by item, and by part of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats
from scipy.optimize import minimize_scalar

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.group_permutations import permuted_groups, two_sided, volume_strata

_CELLS_AT_ONCE = 300_000
NO_SHARED = "No item was judged by the group and by others."


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupGaps:
    """Mean score of a group minus mean score of all others.

    Attributes
    ----------
    gap : float array (N,)
        By item; nan where the group or the others have no judgment.
    shrunken, low, high : float array (N,)
        Posterior mean of the gap and its interval, under gaps that are normal around a common mean.
    p_value : float array (N,)
        Two-sided, holding for all items together (largest statistic of each permutation of trainers).
    part_gap : float array (S,)
        Mean gap over the items of each part, weighted by n_g n_o / (n_g + n_o); nan where there is none.
    part_p_value : float array (S,)
        Two-sided, from permuting trainers; correct for the number of parts with `multiple_testing`.
    mean_gap : float
        Weighted mean over all items.
    spread : float
        Standard deviation of the true gaps between items (tau).
    p_any : float
        One-sided: is the sum of squared item gaps larger than when trainers are exchanged between the groups?
    n_items : int
        Items with both.
    n_permutations : int
        Permutations behind the p-values.
    confidence : float
        Coverage of the item intervals.
    undefined : str or None
        Why there is no gap.
    """

    gap: FloatArray
    shrunken: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    part_gap: FloatArray
    part_p_value: FloatArray
    mean_gap: float
    spread: float
    p_any: float
    n_items: int
    n_permutations: int
    confidence: float
    undefined: str | None = None


def group_gaps(
    codes: JudgmentCodes,
    member: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    part: npt.ArrayLike | None = None,
    n_parts: int = 0,
    n_permutations: int = 1000,
    confidence: float = 0.95,
    rng: np.random.Generator,
) -> GroupGaps:
    """Return the gaps between one group and all others, shrunk by item and tested by exchanging trainers.

    Within an item labels are compared on `score`; an item's gap has variance s2 (1 / n_g + 1 / n_o) with s2 the
    variance of the score over all its judgments. Trainers, not judgments, are exchanged, so one person with many
    judgments does not make a gap of the group.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments.
    member : int array (M,)
        1 for trainers of the group, 0 for the others, -1 for trainers that take no part.
    score : float array (K,)
        Number each label counts as: 1 and 0 for "flagged" and not, the label's value on an ordered scale.
    part : int array (N,), optional
        Part of the data each item belongs to (topic, section), 0..S-1; -1 for none.
    n_parts : int
        S.
    n_permutations : int
        At least 1.
    confidence : float
        Coverage of the item intervals.
    rng : numpy.random.Generator
        Source of the permutations.

    Raises
    ------
    ValueError
        If shapes or codes do not match.
    """
    of, x = np.asarray(member, dtype=np.int64), np.asarray(score, dtype=np.float64)
    if of.shape != (codes.n_trainers,) or (of.size and not np.isin(of, (-1, 0, 1)).all()):
        raise ValueError(f"member must be 1, 0 or -1 for each of {codes.n_trainers} trainers.")
    if x.shape != (codes.n_labels,) or not np.isfinite(x).all():
        raise ValueError(f"score must be {codes.n_labels} finite numbers, one a label, got {x.tolist()}.")
    where = np.full(codes.n_items, -1, dtype=np.int64) if part is None else np.asarray(part, dtype=np.int64)
    if where.shape != (codes.n_items,) or (where.size and (where.min() < -1 or where.max() >= n_parts)):
        raise ValueError(f"part must give each of {codes.n_items} items a part in -1..{n_parts - 1}.")
    if n_permutations < 1:
        raise ValueError(f"n_permutations must be at least 1, got {n_permutations}.")
    parts = sparse.csr_array(
        (np.ones(int((where >= 0).sum())), (where[where >= 0], np.flatnonzero(where >= 0))),
        shape=(n_parts, codes.n_items),
    )
    exchange = _Exchange(codes, of >= 0, x, parts)
    gap, weight, deviation, part_gap, mean = exchange.gaps(of[None])
    usable = weight[:, 0] > 0
    tau, shrunken, half = _shrunken(gap[:, 0], deviation[:, 0], usable, confidence)
    blank, blank_parts = np.full(codes.n_items, np.nan), np.full(n_parts, np.nan)
    if not usable.any():
        return GroupGaps(
            gap=blank,
            shrunken=blank,
            low=blank,
            high=blank,
            p_value=blank,
            part_gap=blank_parts,
            part_p_value=blank_parts,
            mean_gap=np.nan,
            spread=np.nan,
            p_any=np.nan,
            confidence=confidence,
            undefined=NO_SHARED,
            n_items=0,
            n_permutations=n_permutations,
        )
    strata = volume_strata(codes, of)
    block = max(1, _CELLS_AT_ONCE // max(1, codes.n_items))
    largest, sums, part_draws = [], [], []
    for start in range(0, n_permutations, block):
        groupings = permuted_groups(of, strata, min(block, n_permutations - start), rng)
        drawn, _, error, by_part, _ = exchange.gaps(groupings)
        z = _standardised(drawn, error)
        largest.append(np.max(np.abs(z), axis=0))
        sums.append((z**2).sum(axis=0))
        part_draws.append(by_part.T)
    z = _standardised(gap, deviation)[:, 0]
    reached = np.searchsorted(np.sort(np.concatenate(largest)), np.abs(z), side="left")
    p_item = (1.0 + n_permutations - reached) / (1.0 + n_permutations)
    total = np.concatenate(sums)
    return GroupGaps(
        gap=np.where(usable, gap[:, 0], np.nan),
        shrunken=shrunken,
        low=shrunken - half,
        high=shrunken + half,
        p_value=np.where(usable, p_item, np.nan),
        part_gap=part_gap[:, 0],
        part_p_value=two_sided(part_gap[:, 0], np.concatenate(part_draws)),
        mean_gap=float(mean[0]),
        spread=tau,
        p_any=float((1 + (total >= (z**2).sum()).sum()) / (1 + total.size)),
        confidence=confidence,
        n_items=int(usable.sum()),
        n_permutations=n_permutations,
    )


def group_consensus(counts: npt.ArrayLike) -> tuple[float, int]:
    """Return the share of items on which every group has the same single most frequent label, and the items counted.

    Counted are items that every group has judged; a tie within a group is no single label, so no consensus.

    Parameters
    ----------
    counts : array (N, K, G)
        Label counts of each item by group.
    """
    n = np.asarray(counts, dtype=np.float64)
    judged = (n.sum(axis=1) > 0).all(axis=1)
    if not judged.any():
        return np.nan, 0
    kept = n[judged]
    leading = kept == kept.max(axis=1, keepdims=True)
    single = (leading.sum(axis=1) == 1).all(axis=1)
    top = kept.argmax(axis=1)
    return float((single & (top == top[:, :1]).all(axis=1)).mean()), int(judged.sum())


class _Exchange:
    """Gaps under any exchange of trainers between the group and the others; what an exchange leaves alone is kept.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments.
    active : bool array (M,)
        Trainers that take part, in every exchange the same.
    score : float array (K,)
        Number each label counts as.
    parts : sparse array (S, N)
        Items of each part.
    """

    def __init__(
        self, codes: JudgmentCodes, active: npt.NDArray[np.bool_], score: FloatArray, parts: sparse.csr_array
    ) -> None:
        mine = active[codes.trainer]
        given, shape = score[codes.label[mine]], (codes.n_items, codes.n_trainers)
        place = (codes.item[mine], codes.trainer[mine])
        self.judged = sparse.csr_array((np.ones(given.size), place), shape=shape)
        self.scored = sparse.csr_array((given, place), shape=shape)
        self.parts = parts
        n = np.bincount(place[0], minlength=codes.n_items).astype(np.float64)
        self.total = np.maximum(n, 1.0)[:, None]
        self.first = np.bincount(place[0], weights=given, minlength=codes.n_items)[:, None]
        second = np.bincount(place[0], weights=given**2, minlength=codes.n_items)[:, None]
        variance = np.maximum(second / self.total - (self.first / self.total) ** 2, 0.0)
        self.variance = variance * self.total / np.maximum(self.total - 1, 1.0)

    def gaps(self, groupings: IntArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return gap, weight and deviation (N, B), gap by part (S, B) and overall (B,), under B groupings (B, M)."""
        member = (groupings.T == 1).astype(np.float64)
        inside = np.asarray(self.judged @ member, dtype=np.float64)
        answers = np.asarray(self.scored @ member, dtype=np.float64)
        outside = self.total - inside
        both = (inside > 0) & (outside > 0)
        weight = inside * outside / self.total
        gap = answers / np.where(both, inside, 1.0) - (self.first - answers) / np.where(both, outside, 1.0)
        gap *= both
        deviation = np.sqrt(self.variance / np.where(both, weight, np.inf))
        weight *= both
        whole, by_part = weight.sum(axis=0), self.parts @ weight
        weighted = weight * gap
        part_gap = np.divide(self.parts @ weighted, by_part, out=np.full(by_part.shape, np.nan), where=by_part > 0)
        overall = np.divide(weighted.sum(axis=0), whole, out=np.full(whole.shape, np.nan), where=whole > 0)
        return gap, weight, deviation, part_gap, overall


def _standardised(gap: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return gap / deviation; 0 for items on which all judgments agree."""
    return np.divide(gap, deviation, out=np.zeros(gap.shape), where=deviation > 0)


def _shrunken(
    gap: FloatArray, deviation: FloatArray, usable: npt.NDArray[np.bool_], confidence: float
) -> tuple[float, FloatArray, FloatArray]:
    """Return tau, and posterior mean and half width (N,) under a normal spread of gaps fitted by likelihood.

    An item on which all agree has a sample variance of 0, which says little of few judgments; its variance is taken
    from the average item instead.
    """
    mean, half = np.full(gap.shape, np.nan), np.full(gap.shape, np.nan)
    if not usable.any():
        return np.nan, mean, half
    y, error = gap[usable], deviation[usable] ** 2
    error = np.where(error > 0, error, error[error > 0].mean() if (error > 0).any() else 1.0)

    def negative(log_tau: float) -> float:
        variance = error + np.exp(2 * log_tau)
        centre = (y / variance).sum() / (1 / variance).sum()
        return float(0.5 * (np.log(variance) + (y - centre) ** 2 / variance).sum())

    scale = float(np.sqrt(error.mean()))
    fit = minimize_scalar(negative, bounds=(np.log(scale) - 6, np.log(scale) + 3), method="bounded")
    tau2 = float(np.exp(2 * fit.x))
    centre = (y / (error + tau2)).sum() / (1 / (error + tau2)).sum()
    keep = tau2 / (tau2 + error)
    mean[usable] = centre + keep * (y - centre)
    half[usable] = float(stats.norm.ppf((1 + confidence) / 2)) * np.sqrt(keep * error)
    return float(np.sqrt(tau2)), mean, half
