"""Why trainers differ on an item: one was careless, the item is unclear, the rule is, or groups read it differently."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.cause_model import CauseMixture, fitted
from analytics.stats.hotspots.cause_parameters import CauseParameters, Expectation
from analytics.stats.hotspots.cause_results import CAUSES, NAMED, Causes, Gap, no_causes

_MOST_CELLS = 30_000_000
_CHUNK = 200_000
_FEWEST_STEPS = 5
_SMOOTHING, _SMOOTHING_ORDERED = 25.0, 60.0
SURE_LABEL = 2 / 3
"""Nobody is said to be off a label that is less probable than this."""


def causes(
    codes: JudgmentCodes,
    confusion: npt.ArrayLike,
    *,
    context: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    ordered: bool = False,
    minimum_judgments: int = 3,
    max_items_fitted: int = 10_000,
    rng: np.random.Generator,
) -> Causes:
    """Return the probable cause of each item's disagreement.

    A mixture with four kinds of items, fitted by EM. *Trainer error*: the item has one label, and each trainer gives it
    through a confusion matrix. *Ambiguous item*: it is read as either of two labels, or as any of three or more; on an
    ordered scale as either of two that are not neighbours, or its readings scatter about twice as widely as usual.
    *Guideline gap*: either of two, and the same two split on many items of its context. *Group divide*: trainers of one
    group read one label, the others another. How frequent each kind is, gaps by context and pair of labels included,
    and the confusion matrices, are learnt from the log; an item's own judgments are left out of its trainers' matrices
    when it is judged. Where trainer error is most probable but no label (on an ordered scale: none with its neighbours)
    reaches two chances in three, the judgments cannot say who erred: the answer is "not enough judgments", the
    probabilities stand.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items by M trainers, K labels.
    confusion : float array (M, K, K)
        Confusion matrices to start from, e.g. of `dawid_skene`; nan rows mean unknown.
    context : int array (N,), optional
        Guideline section, topic or cluster of each item, 0..S-1, -1 for none. Without it no gap can be told from
        ambiguity.
    stratum : int array (N,), optional
        Items whose groups may divide alike, 0..V-1 (1 for sensitive ones); all one stratum if not given.
    group : int array (M,), optional
        Group of each trainer, 0..G-1, -1 for unknown. Without it no divide can be told.
    ordered : bool
        Whether the labels stand in an order: trainers then err by near misses, and an unclear item scatters widely.
        Five labels or more; with fewer there is no telling near from wide, and the order is not used.
    minimum_judgments : int
        At least 3.
    max_items_fitted : int
        The model is fitted to a random part of at most this many items.
    rng : numpy.random.Generator
        Draws that part.

    Raises
    ------
    ValueError
        If shapes or codes do not match, or `minimum_judgments` is below 3.

    Notes
    -----
    A model's word: it assumes that people judge independently and that readings come in pairs of labels. On a
    subjective criterion "trainer error" means "unlike this trainer's usual reading", never "wrong".
    """
    table = np.asarray(confusion, dtype=np.float64)
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    ordered = ordered and k >= _FEWEST_STEPS
    if table.shape != (m, k, k):
        raise ValueError(f"confusion must have shape ({m}, {k}, {k}), got {table.shape}.")
    if minimum_judgments < 3:
        raise ValueError(f"minimum_judgments must be at least 3, got {minimum_judgments}.")
    where = _codes("context", context, n, -1)
    kinds = _codes("stratum", stratum, n, 0)
    of = _codes("group", group, m, -1)
    sizes = codes.item_sizes
    enough = np.flatnonzero(sizes >= minimum_judgments)
    counts = codes.item_counts
    differ = (counts > 0).sum(axis=1) > 1
    reason = None
    if k < 2:
        reason = "The scale has one label, so there is nothing to differ about."
    elif m * k * k > _MOST_CELLS:
        reason = f"{m} trainers and {k} labels are too many for confusion matrices."
    elif enough.size < 30:
        reason = f"Fewer than 30 items have {minimum_judgments} judgments: too few to learn the causes from."
    elif not differ[enough].any():
        reason = "No two trainers differ on an item with judgments enough."
    shape = (int(where.max(initial=-1)) + 1, int(kinds.max(initial=0)) + 1)
    if reason:
        return no_causes(reason, counts, minimum_judgments, shape[1], m)
    chosen = enough
    if enough.size > max_items_fitted:
        chosen = np.sort(rng.choice(enough, max_items_fitted, replace=False))
    part = _mixture(codes, chosen, where, kinds, of, shape, ordered)
    p, e, converged = fitted(part, _started(table), smoothing=_SMOOTHING_ORDERED if ordered else _SMOOTHING)
    found = _Found(n, k)
    found.take(chosen, part, part.expectation(p, e.reading))
    others = np.setdiff1d(enough, chosen, assume_unique=True)
    for start in range(0, others.size, _CHUNK):
        piece = others[start : start + _CHUNK]
        mixture = _mixture(codes, piece, where, kinds, of, shape, ordered)
        found.take(piece, mixture, mixture.expectation(p))
    return _described(codes, counts, found, p, where, minimum_judgments, chosen.size, converged, ordered)


class _Found:
    """Collects the posterior of items judged in pieces."""

    def __init__(self, n: int, k: int) -> None:
        self.probability = np.full((n, 4), np.nan)
        self.clear = np.full((n, k), np.nan)
        self.pair = np.full((n, 2), -1, dtype=np.int64)

    def take(self, items: IntArray, mixture: CauseMixture, e: Expectation) -> None:
        n, s, u, v = items.size, mixture.splits, mixture.spreads, mixture.divides
        by_row = (e.ambiguous + e.gap).sum(axis=1)
        self.probability[items] = np.column_stack(
            [
                e.clear.sum(axis=1),
                np.bincount(s.item, weights=e.ambiguous.sum(axis=1), minlength=n)
                + np.bincount(u.item, weights=e.spread, minlength=n)
                + e.wide,
                np.bincount(s.item, weights=e.gap.sum(axis=1), minlength=n),
                np.bincount(v.item, weights=e.divide, minlength=n),
            ]
        )
        self.clear[items] = e.clear
        weight = np.concatenate([by_row, e.divide])
        item = np.concatenate([s.item, v.item])
        c, d = np.concatenate([s.c, v.c]), np.concatenate([s.d, v.d])
        order = np.lexsort((weight, item))
        last = np.flatnonzero(np.append(np.diff(item[order]) > 0, True)) if order.size else order
        best = order[last]
        self.pair[items[item[best]]] = np.sort(np.column_stack([c[best], d[best]]), axis=1)


def _described(
    codes: JudgmentCodes,
    counts: IntArray,
    found: _Found,
    p: CauseParameters,
    where: IntArray,
    minimum: int,
    n_fitted: int,
    converged: bool,
    ordered: bool,
) -> Causes:
    n = codes.n_items
    judged = ~np.isnan(found.probability[:, 0])
    differ = (counts > 0).sum(axis=1) > 1
    named = judged & differ
    label = np.where(judged, np.argmax(np.nan_to_num(found.clear), axis=1), -1)
    total = found.clear.sum(axis=1)
    best = np.where(judged, found.clear[np.arange(n), label], np.nan)
    rank = np.arange(codes.n_labels)
    accuracy = (p.confusion[:, rank, rank] * p.prior).sum(axis=1)
    off = codes.label != label[codes.item]
    dissenting = np.bincount(codes.item, weights=off, minlength=n)
    off_skill = np.bincount(codes.item, weights=off * accuracy[codes.trainer], minlength=n)
    all_skill = np.bincount(codes.item, weights=accuracy[codes.trainer], minlength=n)
    agreeing = codes.item_sizes - dissenting
    pair = np.where(named[:, None], found.pair, -1)
    inside = judged & (where >= 0)
    width = codes.n_labels**2
    key = where * width + pair[:, 0] * codes.n_labels + pair[:, 1]
    top = np.argmax(np.nan_to_num(found.probability), axis=1)
    split = inside & named & (pair[:, 0] >= 0)
    _, place, size = np.unique(key[split], return_inverse=True, return_counts=True)
    similar, context = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    similar[split] = size[place]
    context[inside] = np.bincount(where[inside])[where[inside]]
    probability = np.where(named[:, None], found.probability, np.nan)
    sure = np.divide(best, total, out=np.full(n, np.nan), where=total > 0)
    around = found.clear
    if ordered:  # a neighbour of the right step will do: nobody is blamed for one step
        edge = np.pad(found.clear, ((0, 0), (1, 1)))
        around = edge[:, :-2] + edge[:, 1:-1] + edge[:, 2:]
    near = np.divide(around.max(axis=1), total, out=np.full(n, np.nan), where=total > 0)
    told = named & ((top > 0) | (near >= SURE_LABEL))
    cause = tuple(
        NAMED[top[i]] if told[i] else CAUSES[5] if judged[i] and not named[i] else CAUSES[4] for i in range(n)
    )
    gaps = [
        Gap(context=int(s), c=int(c), d=int(d), share=float(p.gaps[s, c, d])) for s, c, d in np.argwhere(p.gaps > 0)
    ]
    return Causes(
        cause=cause,
        probability=probability,
        label=label,
        label_probability=sure,
        pair=pair,
        n_dissenting=np.where(judged, dissenting, 0).astype(np.int64),
        dissenters_accuracy=_mean(off_skill, dissenting, judged),
        others_accuracy=_mean(all_skill - off_skill, agreeing, judged),
        n_similar=similar,
        n_context=context,
        gaps=tuple(sorted(gaps, key=lambda gap: (-gap.share, gap.context, gap.c, gap.d))),
        ambiguous_share=p.ambiguous + float(p.spread[where].mean()),
        divided_share=p.divided,
        trainer_accuracy=accuracy,
        minimum_judgments=minimum,
        n_items_fitted=n_fitted,
        converged=converged,
    )


def _mean(total: npt.NDArray[Any], n: npt.NDArray[Any], keep: npt.NDArray[np.bool_]) -> FloatArray:
    return np.asarray(np.divide(total, n, out=np.full(n.shape, np.nan), where=keep & (n > 0)), dtype=np.float64)


def _codes(name: str, values: npt.ArrayLike | None, length: int, default: int) -> IntArray:
    if values is None:
        return np.full(length, default, dtype=np.int64)
    codes = np.asarray(values, dtype=np.int64)
    if codes.shape != (length,) or (codes.size and codes.min() < min(default, 0)):
        raise ValueError(f"{name} must be {length} codes of at least {min(default, 0)}, got shape {codes.shape}.")
    return codes


def _mixture(
    codes: JudgmentCodes,
    items: IntArray,
    where: IntArray,
    kinds: IntArray,
    of: IntArray,
    shape: tuple[int, int],
    ordered: bool,
) -> CauseMixture:
    dense = np.full(codes.n_items, -1, dtype=np.int64)
    dense[items] = np.arange(items.size)
    mine = dense[codes.item] >= 0
    part = JudgmentCodes(
        item=dense[codes.item[mine]],
        trainer=codes.trainer[mine],
        label=codes.label[mine],
        n_items=items.size,
        n_trainers=codes.n_trainers,
        n_labels=codes.n_labels,
    )
    return CauseMixture(part, where[items], shape[0], kinds[items], shape[1], of, ordered=ordered)


def _started(confusion: FloatArray) -> FloatArray:
    """Return the matrices to start from, without zeros (a cell at 0 could never grow) and without nan."""
    k = confusion.shape[1]
    plain = np.full((k, k), 0.15 / max(k - 1, 1))
    np.fill_diagonal(plain, 0.85)
    known = np.where(np.isnan(confusion), plain, confusion)
    return np.asarray(0.98 * known + 0.02 * plain, dtype=np.float64)
