"""Parts of the data in which trainers disagree more: found on one half of the items, confirmed on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats as distributions

from analytics.core.results import Estimate
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.attributes import Attribute
from analytics.stats.hotspots.slice_results import Slice, Slices, Standing
from analytics.stats.hotspots.slice_search import Cells, Conditions, SearchRule, cells, found_slices
from analytics.stats.hotspots.slice_tests import (
    BoolArray,
    ExcessTest,
    SliceTests,
    TrainerAdjustment,
    judgment_disagreement,
)
from analytics.stats.inference.multiple_testing import discoveries

TOO_FEW = "Fewer than {least} items have two judgments: too few to search one half and confirm on the other."
_SAME = 0.8
_ADDS = 2.5
_WORSE = 0.05
_CANDIDATES, _LEAST = 6, 1.0


@dataclass(frozen=True, slots=True)
class _Half:
    items: IntArray
    adjustment: TrainerAdjustment


@dataclass(frozen=True, slots=True)
class _Tested:
    conditions: Conditions
    test: ExcessTest
    q_value: float
    q_here: float


def slices(
    codes: JudgmentCodes,
    attributes: Sequence[Attribute],
    distance: npt.ArrayLike,
    *,
    level: float = 0.10,
    confidence: float = 0.95,
    rule: SearchRule | None = None,
    rng: np.random.Generator,
) -> Slices:
    """Find the slices in which trainers disagree more than elsewhere, and confirm them on items not used to find them.

    The items are split at random into halves that are alike in their attributes. On each half a beam search lists
    slices with excess disagreement, trainers' own parts taken out. Each is tested on the other half, with trainers as
    random effects and two-way errors. Either direction is a family of its own: Benjamini-Hochberg at `level` / 2, the
    tests weighted by the inverse of their rank in the list they come from (which the half they are tested on does not
    know). Of slices that share four fifths of their items the simpler is kept, and a slice that adds nothing to those
    listed before it is dropped; so is a slice within a listed one that is not worse than it by .05 of pairs. The
    strongest of the others are given as candidates, so that an empty list says what came nearest.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items.
    attributes : sequence of Attribute
        Item attributes over the same N items.
    distance : float array (K, K)
        Disagreement between labels, from 0 to 1.
    level : float
        In (0, 1).
    confidence : float
        Coverage of the intervals of the excess.
    rule : SearchRule, optional
        How far to look.
    rng : numpy.random.Generator
        Splits the items.

    Raises
    ------
    ValueError
        If attributes do not cover the N items or `level` is outside (0, 1).

    References
    ----------
    Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x. Genovese, Roeder, Wasserman 2006 (weights),
    doi:10.1093/biomet/93.3.509. Chung et al. 2019 (slices), doi:10.1109/TKDE.2019.2916074.
    """
    look = rule or SearchRule()
    if not 0 < level < 1:
        raise ValueError(f"level must lie in (0, 1), got {level}.")
    for a in attributes:
        if a.codes.size != codes.n_items:
            raise ValueError(f"attribute {a.name!r} must cover {codes.n_items} items, got {a.codes.size}.")
    apart = judgment_disagreement(codes, distance)
    usable = ~np.isnan(apart)
    paired = np.flatnonzero(codes.item_sizes >= 2)

    def result(
        found: Sequence[Slice], others: Sequence[Slice], n_candidates: int, spread: float, reason: str | None = None
    ) -> Slices:
        return Slices(
            slices=tuple(found),
            candidates=tuple(others),
            level=level,
            n_candidates=n_candidates,
            n_items_paired=int(paired.size),
            n_judgments=int(usable.sum()),
            n_trainers=int(np.unique(codes.trainer[usable]).size),
            trainer_spread=spread,
            rule=look,
            undefined=reason,
        )

    kept = [a for a in attributes if a.values]
    reason = None
    if paired.size < 4 * look.min_items:
        reason = TOO_FEW.format(least=4 * look.min_items)
    elif not kept:
        reason = "The items have no attributes, so there is nothing to make slices of."
    elif not np.nanmax(apart) > 0:
        reason = "No two trainers differ on any item, so there is no excess to find."
    if reason:
        return result((), (), 0, np.nan, reason)
    space = cells(kept)
    first = _split(space, paired, rng)
    halves = [_half(codes, paired[side], apart) for side in (first, ~first)]
    tested: list[_Tested] = []
    for search, confirm in ((halves[0], halves[1]), (halves[1], halves[0])):
        found = found_slices(space, search.items, search.adjustment.residual(), look)
        tested += _confirmed(space, found, confirm, level / 2)
    spread = float(np.mean([np.sqrt(half.adjustment.between) for half in halves]))
    passed = sorted((t for t in tested if t.q_value <= level / 2), key=lambda t: (t.q_value, t.conditions))
    listed = _without_repeats(space, passed, _half(codes, paired, apart)) if passed else []
    described = [_described(space, kept, t, "confirmed", paired, codes, apart, confidence) for t in listed]
    described.sort(key=lambda s: (-s.avoidable, s.q_value, s.conditions))
    others = _candidates(space, tested, listed, paired, level / 2)
    strongest = [_described(space, kept, t, standing, paired, codes, apart, confidence) for t, standing in others]
    return result(described, strongest, len(tested), spread)


def _split(space: Cells, paired: IntArray, rng: np.random.Generator) -> BoolArray:
    """Return (H,) a random half of the items: of every two neighbours in attribute order one, by a coin."""
    order = np.lexsort((rng.random(paired.size), space.of_item[paired]))
    heads = rng.random((paired.size + 1) // 2) < 0.5
    first = np.empty(paired.size, dtype=np.bool_)
    place = np.arange(paired.size)
    first[order] = heads[place // 2] ^ (place % 2 == 1)
    return first


def _half(codes: JudgmentCodes, items: IntArray, apart: FloatArray) -> _Half:
    """Return the judgments of some items, ready for adjusting."""
    dense = np.full(codes.n_items, -1, dtype=np.int64)
    dense[items] = np.arange(items.size)
    mine = dense[codes.item] >= 0
    adjustment = TrainerAdjustment(dense[codes.item[mine]], codes.trainer[mine], apart[mine], codes.n_trainers)
    return _Half(items, adjustment)


def _inside(space: Cells, conditions: Conditions, items: IntArray) -> BoolArray:
    member = np.zeros(space.codes.shape[0], dtype=np.bool_)
    member[space.inside(conditions)] = True
    return member[space.of_item[items]]


def _confirmed(space: Cells, found: list[Conditions], confirm: _Half, level: float) -> list[_Tested]:
    """Test slices on the half they were not found on, those listed before held fixed."""
    held = SliceTests(confirm.adjustment)
    tests = [held.added(_inside(space, conditions, confirm.items)) for conditions in found]
    p = np.array([1.0 if t is None else t.p_value for t in tests])
    weight = 1.0 / np.arange(1, p.size + 1)
    q = discoveries(np.minimum(p / weight * weight.mean(), 1.0), level=level).q_values if p.size else p
    p = np.array([1.0 if t is None else t.p_here for t in tests])
    here = discoveries(np.minimum(p / weight * weight.mean(), 1.0), level=level).q_values if p.size else p
    return [
        _Tested(c, t, float(v), float(w)) for c, t, v, w in zip(found, tests, q, here, strict=True) if t is not None
    ]


def _without_repeats(space: Cells, passed: list[_Tested], whole: _Half) -> list[_Tested]:
    """Return the slices without near-duplicates and without those that the others explain."""
    kept: list[tuple[_Tested, BoolArray]] = []
    for one in sorted(passed, key=lambda t: (len(t.conditions), t.q_value)):
        inside = _inside(space, one.conditions, whole.items)
        if all((inside & other).sum() / (inside | other).sum() <= _SAME for _, other in kept):
            kept.append((one, inside))
    outcome = whole.adjustment.outcome
    kept = [
        (one, inside)
        for one, inside in kept
        if all(
            not set(other.conditions) < set(one.conditions) or outcome[inside].mean() - outcome[larger].mean() >= _WORSE
            for other, larger in kept
        )
    ]
    while len(kept) > 1:
        held = SliceTests(whole.adjustment)
        z = [-np.inf] * len(kept)
        added = [i for i, (_, inside) in enumerate(kept) if held.added(inside) is not None]
        for i, test in zip(added, held.all(), strict=True):
            z[i] = -np.inf if test is None else test.excess / test.se
        weakest = max(range(len(kept)), key=lambda i: (-z[i], kept[i][0].q_value, len(kept[i][0].conditions)))
        if z[weakest] >= _ADDS:
            break
        del kept[weakest]
    return [one for one, _ in kept]


def _candidates(
    space: Cells, tested: list[_Tested], listed: list[_Tested], paired: IntArray, level: float
) -> list[tuple[_Tested, Standing]]:
    """Return the strongest of the slices that are not confirmed, none like another or like a listed one."""
    both: dict[Conditions, list[_Tested]] = {}
    for one in tested:
        both.setdefault(one.conditions, []).append(one)
    merged = [
        _Tested(
            conditions,
            ExcessTest(
                excess=float(np.mean([t.test.excess for t in ways])),
                se=float(np.mean([t.test.se for t in ways])),
                degrees=min(t.test.degrees for t in ways),
                p_value=min(t.test.p_value for t in ways),
                p_here=min(t.test.p_here for t in ways),
            ),
            min(t.q_value for t in ways),
            min(t.q_here for t in ways),
        )
        for conditions, ways in both.items()
    ]
    merged.sort(key=lambda t: (-t.test.excess / t.test.se, t.conditions))
    seen = [_inside(space, one.conditions, paired) for one in listed]
    kept: list[tuple[_Tested, Standing]] = []
    for one in merged:
        inside = _inside(space, one.conditions, paired)
        new = all((inside & other).sum() / (inside | other).sum() <= _SAME for other in seen)
        if len(kept) < _CANDIDATES and new and one.test.excess >= _LEAST * one.test.se and one.q_value > level:
            seen.append(inside)
            kept.append((one, "these trainers" if one.q_here <= level else "not confirmed"))
    return kept


def _described(
    space: Cells,
    attributes: list[Attribute],
    one: _Tested,
    standing: Standing,
    paired: IntArray,
    codes: JudgmentCodes,
    apart: FloatArray,
    confidence: float,
) -> Slice:
    """Return the slice in words and numbers."""
    member = np.zeros(codes.n_items, dtype=np.bool_)
    member[paired[_inside(space, one.conditions, paired)]] = True
    usable = ~np.isnan(apart)
    outcome = np.bincount(codes.item[usable], weights=apart[usable], minlength=codes.n_items)[paired]
    mean = outcome / codes.item_sizes[paired]
    inside = member[paired]
    reach = float(distributions.t.ppf((1 + confidence) / 2, one.test.degrees)) * one.test.se
    low = one.test.excess - reach
    n_items, mine = int(inside.sum()), member[codes.item]
    n_trainers = int(np.unique(codes.trainer[mine]).size)
    return Slice(
        conditions=tuple((attributes[f].name, attributes[f].values[v]) for f, v in one.conditions),
        excess=Estimate(
            value=one.test.excess,
            low=low,
            high=one.test.excess + reach,
            se=one.test.se,
            confidence=confidence,
            interval_method="two-way (items and trainers) t, on items the slice was not found on",
            n_items_paired=n_items,
            n_judgments=int(mine.sum()),
            n_trainers=n_trainers,
        ),
        raw_excess=float(mean[inside].mean() - mean[~inside].mean()),
        inside=float(mean[inside].mean()),
        outside=float(mean[~inside].mean()),
        q_value=min(1.0, 2 * one.q_value),
        avoidable=low * n_items,
        n_items=n_items,
        n_trainers=n_trainers,
        standing=standing,
    )
