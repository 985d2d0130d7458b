"""Each judgment against what the other judgments on its item lead one to expect: the raw material of flags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio

_PRIOR = 20.0
_ALTERNATIVE = 0.25
_NEARLY_WHOLE = 0.15


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
        Expected outcome of an ordinary trainer.
    usable : bool array (J,)
        Judgments that count.
    context, context_stake : float array (J,)
        Weight times how much more than usual the others on the item agree among themselves, and weight times what is
        at stake there: what is left of the items' difficulty shows here. Made without the judgment itself, or a
        careless answer would excuse itself by the disagreement it causes; 0 below two others.
    square, chance_square : float array (J,) or None
        Expected square of an ordinary trainer's outcome and of random answering's; None where outcomes are 0 or 1.
    """

    residual: FloatArray
    signal: FloatArray
    mean: FloatArray
    usable: npt.NDArray[np.bool_]
    context: FloatArray
    context_stake: FloatArray
    square: FloatArray | None = None
    chance_square: FloatArray | None = None

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def squares(self) -> tuple[FloatArray, FloatArray]:
        """Expected squares of an ordinary trainer's outcome and of random answering's, (J,) each."""
        return (
            self.mean if self.square is None else self.square,
            self.mean - self.signal if self.chance_square is None else self.chance_square,
        )

    @property
    def variance(self) -> FloatArray:
        """(J,): of an ordinary trainer's outcome; mean (1 - mean) where it is 0 or 1."""
        return np.asarray(np.maximum(self.squares[0] - self.mean**2, 0.0))

    @property
    def third(self) -> FloatArray:
        """(J,): third central moment of an ordinary trainer's outcome, as if all losses were equally large."""
        loss = 1.0 - self.mean
        size = np.nan_to_num(ratio(self.variance + loss**2, loss))
        return np.asarray(self.variance * (2.0 * loss - size))

    @property
    def weight(self) -> FloatArray:
        """(J,): the weight that tells a trainer who guesses a quarter of the time from an ordinary one best.

        signal / variance, the variance taken at that alternative: at no alternative the few unanimous items
        would outweigh all others. 0 where not usable.
        """
        mean = self.mean - _ALTERNATIVE * self.signal
        square = (1.0 - _ALTERNATIVE) * self.squares[0] + _ALTERNATIVE * self.squares[1]
        return np.where(self.usable, np.nan_to_num(ratio(self.signal, np.maximum(square - mean**2, 0.0))), 0.0)


def peer_residuals(
    codes: JudgmentCodes,
    *,
    leave_out_items: npt.ArrayLike | None = None,
    shift: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    values: npt.ArrayLike | None = None,
) -> Residuals:
    """Return each judgment's agreement with the majority of the others, against what that majority promises.

    Outcome: 1 where the label is the most frequent one of the others (ties count their part); on an ordered scale, how
    near it comes, from 1 to 0 a whole scale away. Expectation: the mean outcome over all judgments that face others of
    the same shape (how many, the leading label's count, the runner-up's, how near one can come, the leading label),
    shrunken towards coarser shapes, the trainer's own judgments left out. What difficulty that leaves is in `context`.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments; a trainer at most once an item.
    leave_out_items : bool array (N,) or None
        Items that must not count (gold, when gold is evidence of its own).
    shift : float array (M,) or None
        Scale steps to add to each trainer's labels before comparing, so that severity is not taken for carelessness.
    stratum : int array (N,) or None
        Group of items alike beforehand (topic codes 0..S-1): the expectation is then learnt within groups too.
    values : float array (K,) or None
        Label values of an ordered scale; None counts only the same label as agreement.
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
    near = leading @ nearness(k, values) / np.maximum(leading.sum(axis=1), 1)[:, None]
    outcome = near[np.arange(cells.size), label]
    e, square = expected_given_others(others, group, near.max(axis=1), outcome, of_judgment, codes.trainer, usable)
    shares = group_sums(codes.label, usable, k)
    shares = np.nan_to_num(ratio(shares, shares.sum()))
    chance, chance_square = near @ shares, near**2 @ shares
    own = outcome[of_judgment]
    steps = np.zeros(codes.n_trainers) if shift is None else np.asarray(shift, dtype=np.float64)
    if steps.shape != (codes.n_trainers,):
        raise ValueError(f"shift must have shape ({codes.n_trainers},), got {steps.shape}.")
    rows = np.flatnonzero((steps != 0)[codes.trainer])
    if rows.size:
        at = of_judgment[rows]
        own[rows] = net_of_shift(codes.label[rows], steps[codes.trainer[rows]], k, lambda x: near[at, x])
    return residuals_in_context(
        codes,
        residual=np.where(usable, own - e, 0.0),
        signal=np.maximum(e - chance[of_judgment], 0.0),
        mean=e,
        usable=usable,
        group=groups,
        square=square,
        chance_square=chance_square[of_judgment],
    )


def gold_residuals(
    codes: JudgmentCodes,
    gold: npt.ArrayLike,
    *,
    shift: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    values: npt.ArrayLike | None = None,
) -> Residuals:
    """Return each gold judgment's outcome (1 = matches gold; less the further away) against the others' on that item.

    Expectation: the others' mean on the item, with the team's mean on the stratum's gold worth four judgments.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments.
    gold : int array (N,)
        Gold label code; -1 where the item has none.
    shift, stratum, values
        As in `peer_residuals`.
    """
    truth = np.asarray(gold, dtype=np.int64)
    if truth.shape != (codes.n_items,):
        raise ValueError(f"gold must have shape ({codes.n_items},), got {truth.shape}.")
    k = codes.n_labels
    known = truth[codes.item] >= 0
    near = nearness(k, values)[np.maximum(truth, 0)[codes.item]]
    rows = np.arange(codes.n_judgments)
    plain = np.where(known, near[rows, codes.label], 0.0)
    right = plain
    if shift is not None:
        steps = np.asarray(shift, dtype=np.float64)[codes.trainer]
        right = known * net_of_shift(codes.label, steps, k, lambda x: near[rows, x])
    groups = np.zeros(codes.n_items, dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    expected, square = (_of_gold(codes, x, known, groups) for x in (plain, plain**2))
    chance = near.mean(axis=1)
    return Residuals(
        residual=np.where(known, right - expected, 0.0),
        signal=np.where(known, np.maximum(expected - chance, 0.0), 0.0),
        mean=np.where(known, expected, 0.5),
        usable=known,
        context=np.zeros(codes.n_judgments),
        context_stake=np.zeros(codes.n_judgments),
        square=np.where(known, square, 0.5),
        chance_square=np.where(known, (near**2).mean(axis=1), 0.5),
    )


def _of_gold(codes: JudgmentCodes, x: FloatArray, known: npt.NDArray[np.bool_], groups: IntArray) -> FloatArray:
    """(J,): mean of `x` over the others on the gold item, the stratum's mean worth four of them."""
    n = group_sums(codes.item, known, codes.n_items)
    total = group_sums(codes.item, x, codes.n_items)
    whole = (float(x.sum()) + 1.0) / (float(known.sum()) + 2.0)
    length = int(groups.max(initial=-1)) + 1
    team = (group_sums(groups, total, length) + 4.0 * whole) / (group_sums(groups, n, length) + 4.0)
    return (total[codes.item] - x + 4.0 * team[groups[codes.item]]) / (n[codes.item] - 1.0 + 4.0)


def nearness(n_labels: int, values: npt.ArrayLike | None) -> FloatArray:
    """Return (K, K): 1 for the same label; 0 for another, or on an ordered scale 1 - distance / whole scale.

    Examples
    --------
    >>> nearness(3, [1.0, 2.0, 5.0])[0].tolist()
    [1.0, 0.75, 0.0]
    """
    if values is None or n_labels < 2:
        return np.eye(n_labels)
    v = np.asarray(values, dtype=np.float64)
    return np.asarray(1.0 - np.abs(v[:, None] - v[None, :]) / (v.max() - v.min()))


def net_of_shift(
    label: IntArray, steps: FloatArray, n_labels: int, outcome: Callable[[IntArray], FloatArray]
) -> FloatArray:
    """Return the outcome of labels moved by `steps`, kept inside the scale, in the trainer's favour where in doubt.

    Who is half a step harsh is a whole step harsh half of the time: of the steps on either side of a fraction the
    better one counts (within .15 of a whole step, that one alone). At the ends of the scale the label given counts too.
    """
    whole = np.rint(steps)
    near = np.abs(steps - whole) <= _NEARLY_WHOLE
    found = [
        outcome(np.clip(label + np.where(near, whole, side(steps)).astype(np.int64), 0, n_labels - 1))
        for side in (np.floor, np.ceil)
    ]
    best = np.maximum(found[0], found[1])
    at_end = ((label == 0) | (label == n_labels - 1)) & (steps != 0)
    return np.where(at_end, np.maximum(best, outcome(label)), best)


def residuals_in_context(
    codes: JudgmentCodes,
    *,
    residual: FloatArray,
    signal: FloatArray,
    mean: FloatArray,
    usable: npt.NDArray[np.bool_],
    group: IntArray,
    square: FloatArray | None = None,
    chance_square: FloatArray | None = None,
) -> Residuals:
    """Return residuals with the agreement of the others on the item as their context.

    Context: pairs of others with the same label, less the mean of that among judgments with as many others in the same
    group of items (shrunken to all groups by twenty judgments).
    """
    nothing = np.zeros(codes.n_judgments)
    alone = Residuals(
        residual=residual, signal=signal, mean=mean, usable=usable, context=nothing, context_stake=nothing,
        square=square, chance_square=chance_square,
    )  # fmt: skip
    counts = codes.item_counts.astype(np.float64)
    pairs = (counts * (counts - 1.0)).sum(axis=1)[codes.item] - 2.0 * (counts[codes.item, codes.label] - 1.0)
    others = codes.item_sizes[codes.item] - 1
    known = usable & (others >= 2)
    agreement = np.where(known, ratio(pairs, others * (others - 1.0)), 0.0)
    length = int(others.max(initial=0)) + 1
    n, total = group_sums(others, known, length), group_sums(others, agreement, length)
    usual = np.nan_to_num(ratio(total, n))[others]
    cell, size = group[codes.item] * length + others, (int(group.max(initial=0)) + 1) * length
    n, total = group_sums(cell, known, size), group_sums(cell, agreement, size)
    usual = (total[cell] + _PRIOR * usual) / (n[cell] + _PRIOR)
    shares = np.nan_to_num(ratio(group_sums(codes.label, usable, codes.n_labels), float(usable.sum())))
    weight = np.where(known, alone.weight, 0.0)
    return Residuals(
        residual=residual, signal=signal, mean=mean, usable=usable, context=weight * (agreement - usual),
        context_stake=weight * np.maximum(usual - float((shares**2).sum()), 0.0), square=square,
        chance_square=chance_square,
    )  # fmt: skip


def expected_given_others(
    others: FloatArray,
    group: IntArray,
    best: FloatArray,
    outcome: FloatArray,
    cell: IntArray,
    trainer: IntArray,
    usable: npt.NDArray[np.bool_],
) -> tuple[FloatArray, FloatArray]:
    """Return mean outcome and mean squared outcome, (J,) each, where the *other* judgments have the same shape.

    Without the trainer's own judgments. Learnt from coarse to fine: size, leading count and runner-up; the best outcome
    there is; the group; the leading label. Each step is shrunken to the one before by twenty judgments.

    Parameters
    ----------
    others : float array (C, K)
        Counts of the other judgments of each kind of cell.
    group : int array (C,)
        Group of items of the cell.
    best : float array (C,)
        Largest outcome that any label would have in the cell.
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
    features = np.column_stack([others.sum(axis=1), top, second, np.rint(best * 12.0), group, lead])
    n, hit = usable.astype(np.float64), np.where(usable, outcome[cell], 0.0)
    estimate, square = np.empty(0), np.empty(0)
    for depth in (0, 3, 4, 5, 6):
        same = np.zeros(cell.size, dtype=np.int64)
        if depth:
            _, shape = np.unique(features[:, :depth], axis=0, return_inverse=True)
            same = shape.reshape(-1)[cell]
        count, total, squares = (_without_own(same, trainer, x) for x in (n, hit, hit**2))
        if not depth:
            estimate, square = ratio(total, count), ratio(squares, count)
        else:
            estimate = (total + _PRIOR * estimate) / (count + _PRIOR)
            square = (squares + _PRIOR * square) / (count + _PRIOR)
    return estimate, square


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
