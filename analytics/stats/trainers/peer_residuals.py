"""Each judgment against what the other judgments on its item lead one to expect: the raw material of flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio

_PRIOR = 20.0
_ALTERNATIVE = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Residuals:
    """J judgments, each with how much better than expected it went and how much that says.

    Attributes
    ----------
    residual : float array (J,)
        Outcome minus expectation; 0 where not usable.
    signal : float array (J,)
        Expected outcome of an ordinary trainer minus that of random answering: what is at stake here.
    mean : float array (J,)
        Expected outcome of an ordinary trainer; its variance is at most mean (1 - mean).
    usable : bool array (J,)
        Judgments that count.
    context, context_stake : float array (J,)
        Mean over the others on the same item of weight times residual, and of weight times signal: what is left of the
        item's difficulty shows here; 0 where unknown or of no use.
    """

    residual: FloatArray
    signal: FloatArray
    mean: FloatArray
    usable: npt.NDArray[np.bool_]
    context: FloatArray
    context_stake: FloatArray

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def variance(self) -> FloatArray:
        """(J,): mean (1 - mean)."""
        return np.asarray(self.mean * (1.0 - self.mean))

    @property
    def weight(self) -> FloatArray:
        """(J,): the weight that tells a trainer who guesses a quarter of the time from an ordinary one best.

        signal / variance, the variance taken at that alternative: at no alternative the few unanimous items
        would outweigh all others. 0 where not usable.
        """
        mean = self.mean - _ALTERNATIVE * self.signal
        return np.where(self.usable, np.nan_to_num(ratio(self.signal, mean * (1.0 - mean))), 0.0)


def peer_residuals(
    codes: JudgmentCodes,
    *,
    leave_out_items: npt.ArrayLike | None = None,
    shift: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
) -> Residuals:
    """Return each judgment's agreement with the majority of the others, against what that majority promises.

    Outcome: 1 where the label is the most frequent one of the others (ties count their part). Expectation: the mean
    outcome over all judgments that face others of the same shape (leading label, its count, the runner-up's count, how
    many), shrunken towards coarser shapes, the trainer's own judgments left out. What difficulty that leaves shows in
    `context`.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments; a trainer at most once an item.
    leave_out_items : bool array (N,) or None
        Items that must not count (gold, when gold is evidence of its own).
    shift : int array (M,) or None
        Scale steps to add to each trainer's labels before comparing, so that severity is not taken for carelessness; at
        the ends of the scale the better of shifted and given counts.
    stratum : int array (N,) or None
        Group of items alike beforehand (topic codes 0..S-1): the expectation is then learnt within groups too.
    """
    k, n = codes.n_labels, codes.n_items
    groups = np.zeros(n, dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    if groups.shape != (n,):
        raise ValueError(f"stratum must have shape ({n},), got {groups.shape}.")
    pattern_of, counts = _patterns(codes)
    use_item = np.ones(n, dtype=bool) if leave_out_items is None else ~np.asarray(leave_out_items, dtype=bool)
    if use_item.shape != (n,):
        raise ValueError(f"leave_out_items must have shape ({n},), got {use_item.shape}.")
    usable = use_item[codes.item] & (codes.item_sizes[codes.item] >= 2)
    cell = (groups * counts.shape[0] + pattern_of)[codes.item] * k + codes.label
    cells, of_judgment = np.unique(cell, return_inverse=True)
    rest, label = np.divmod(cells, k)
    group, row = np.divmod(rest, counts.shape[0])
    others = counts[row].astype(np.float64)
    others[np.arange(cells.size), label] -= 1.0
    leading = (others == others.max(axis=1, keepdims=True)) & (others > 0)
    n_leading = np.maximum(leading.sum(axis=1), 1)
    outcome = np.where(leading[np.arange(cells.size), label], 1.0 / n_leading, 0.0)
    e = expected_given_others(others, group, outcome, of_judgment, codes.trainer, usable)
    shares = group_sums(codes.label, usable, k)
    chance = (leading * ratio(shares, shares.sum())).sum(axis=1) / n_leading
    own = outcome[of_judgment]
    moved = np.zeros(codes.n_trainers, dtype=np.int64) if shift is None else np.asarray(shift, dtype=np.int64)
    if moved.shape != (codes.n_trainers,):
        raise ValueError(f"shift must have shape ({codes.n_trainers},), got {moved.shape}.")
    rows = np.flatnonzero((moved != 0)[codes.trainer])
    if rows.size:
        at = of_judgment[rows]
        shifted = shifted_labels(codes.label[rows], moved[codes.trainer[rows]], k)
        new = np.where(leading[at, shifted], 1.0 / n_leading[at], 0.0)
        at_end = (codes.label[rows] == 0) | (codes.label[rows] == k - 1)
        own[rows] = np.where(at_end, np.maximum(new, own[rows]), new)
    return residuals_in_context(
        codes,
        residual=np.where(usable, own - e, 0.0),
        signal=np.maximum(e - chance[of_judgment], 0.0),
        mean=e,
        usable=usable,
    )


def gold_residuals(
    codes: JudgmentCodes,
    gold: npt.ArrayLike,
    *,
    shift: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
) -> Residuals:
    """Return each gold judgment's outcome (1 = matches gold) against the others' on the same gold item.

    Expectation: the others' share right on the item, with the team's share on the stratum's gold worth four judgments.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments.
    gold : int array (N,)
        Gold label code; -1 where the item has none.
    shift, stratum
        As in `peer_residuals`.
    """
    truth = np.asarray(gold, dtype=np.int64)
    if truth.shape != (codes.n_items,):
        raise ValueError(f"gold must have shape ({codes.n_items},), got {truth.shape}.")
    k = codes.n_labels
    known = truth[codes.item] >= 0
    plain = (codes.label == truth[codes.item]) & known
    right = plain.astype(np.float64)
    if shift is not None:
        moved = np.asarray(shift, dtype=np.int64)[codes.trainer]
        shifted = shifted_labels(codes.label, moved, k) == truth[codes.item]
        at_end = (codes.label == 0) | (codes.label == k - 1)
        right = np.where(moved == 0, plain, np.where(at_end, plain | shifted, shifted) & known).astype(np.float64)
    n = group_sums(codes.item, known, codes.n_items)
    s = group_sums(codes.item, plain, codes.n_items)
    whole = (float(plain.sum()) + 1.0) / (float(known.sum()) + 2.0)
    groups = np.zeros(codes.n_items, dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    length = int(groups.max(initial=-1)) + 1
    team = (group_sums(groups, s, length) + 4.0 * whole) / (group_sums(groups, n, length) + 4.0)
    expected = (s[codes.item] - plain + 4.0 * team[groups[codes.item]]) / (n[codes.item] - 1.0 + 4.0)
    return Residuals(
        residual=np.where(known, right - expected, 0.0),
        signal=np.where(known, np.maximum(expected - 1.0 / k, 0.0), 0.0),
        mean=np.where(known, expected, 0.5),
        usable=known,
        context=np.zeros(codes.n_judgments),
        context_stake=np.zeros(codes.n_judgments),
    )


def shifted_labels(label: IntArray, steps: IntArray, n_labels: int) -> IntArray:
    """Return labels moved by whole scale steps, kept inside the scale."""
    moved: IntArray = np.clip(label + steps, 0, n_labels - 1)
    return moved


def residuals_in_context(
    codes: JudgmentCodes,
    *,
    residual: FloatArray,
    signal: FloatArray,
    mean: FloatArray,
    usable: npt.NDArray[np.bool_],
) -> Residuals:
    """Return residuals with the others' on the same item as their context."""
    nothing = np.zeros(codes.n_judgments)
    alone = Residuals(
        residual=residual, signal=signal, mean=mean, usable=usable, context=nothing, context_stake=nothing
    )
    n = group_sums(codes.item, usable, codes.n_items)[codes.item] - usable

    def others(x: FloatArray) -> FloatArray:
        return np.nan_to_num(ratio(group_sums(codes.item, x, codes.n_items)[codes.item] - x, n))

    return Residuals(
        residual=residual, signal=signal, mean=mean, usable=usable, context=others(alone.weight * residual),
        context_stake=others(alone.weight * signal),
    )  # fmt: skip


def expected_given_others(
    others: FloatArray,
    group: IntArray,
    outcome: FloatArray,
    cell: IntArray,
    trainer: IntArray,
    usable: npt.NDArray[np.bool_],
) -> FloatArray:
    """Return (J,): mean outcome where the *other* judgments have the same shape, without the trainer's own judgments.

    Learnt from coarse to fine: size, leading count and runner-up; the group; the leading label. Each step is shrunken
    to the one before by twenty judgments.

    Parameters
    ----------
    others : float array (C, K)
        Counts of the other judgments of each kind of cell.
    group : int array (C,)
        Group of items of the cell.
    outcome : float array (C,)
        Outcome of a judgment in the cell.
    cell, trainer : int array (J,)
        Cell and trainer of each judgment.
    usable : bool array (J,)
        Judgments to learn from.
    """
    ordered = -np.sort(-others, axis=1)
    top, second = ordered[:, 0], ordered[:, 1] if others.shape[1] > 1 else np.zeros(others.shape[0])
    lead = np.where(top > second, others.argmax(axis=1), others.shape[1])
    features = np.column_stack([others.sum(axis=1), top, second, group, lead])
    n, hit = usable.astype(np.float64), np.where(usable, outcome[cell], 0.0)
    estimate = np.empty(0)
    for depth in (0, 3, 4, 5):
        same = np.zeros(cell.size, dtype=np.int64)
        if depth:
            _, shape = np.unique(features[:, :depth], axis=0, return_inverse=True)
            same = shape.reshape(-1)[cell]
        elsewhere = _without_own(same, trainer, hit), _without_own(same, trainer, n)
        if not depth:
            estimate = ratio(elsewhere[0], elsewhere[1])
        else:
            estimate = (elsewhere[0] + _PRIOR * estimate) / (elsewhere[1] + _PRIOR)
    return estimate


def _without_own(group: IntArray, trainer: IntArray, x: FloatArray) -> FloatArray:
    """(J,): sum of `x` over the judgment's group, less the trainer's own part in it."""
    whole = group_sums(group, x, int(group.max(initial=-1)) + 1)
    _, own = np.unique(group * (int(trainer.max(initial=-1)) + 1) + trainer, return_inverse=True)
    own = own.reshape(-1)
    part = group_sums(own, x, int(own.max(initial=-1)) + 1)
    return np.maximum(whole[group] - part[own], 0.0)


def _patterns(codes: JudgmentCodes) -> tuple[IntArray, IntArray]:
    """(N,) pattern of each item and (P, K) their counts."""
    counts = codes.item_counts
    base = int(counts.max(initial=0)) + 1
    if codes.n_labels * np.log2(max(base, 2)) < 62:
        key = counts @ (base ** np.arange(codes.n_labels, dtype=np.int64))
        _, first, pattern_of = np.unique(key, return_index=True, return_inverse=True)
        return pattern_of.reshape(-1).astype(np.int64), counts[first]
    rows, pattern_of = np.unique(counts, axis=0, return_inverse=True)
    return pattern_of.reshape(-1).astype(np.int64), rows
