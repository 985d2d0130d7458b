"""Candidate readings of each item: which pairs of labels it may be split between, and along which group of trainers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import binom

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.pattern_coincidences import label_meetings
from analytics.stats.counts.patterns import FloatArray, IntArray

_PARTNERS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """Rows (item, label c, label d), and each row's judgments laid end to end.

    Attributes
    ----------
    item, c, d : int array (R,)
        For splits c < d; for divides the group reads c and the others d.
    group : int array (R,)
        Group that reads c; -1 in rows of splits.
    start : int array (R,)
        First place of the row's judgments.
    judgment : int array (E,)
        Judgment index of each place.
    row : int array (E,)
        Row of each place.
    """

    item: IntArray
    c: IntArray
    d: IntArray
    group: IntArray
    start: IntArray
    judgment: IntArray
    row: IntArray

    def summed(self, places: FloatArray) -> FloatArray:
        """Return (R, ...) sums over each row's places (E, ...)."""
        if not self.start.size:
            return np.zeros((0, *places.shape[1:]))
        return np.asarray(np.add.reduceat(places, self.start, axis=0), dtype=np.float64)


def split_readings(codes: JudgmentCodes, counts: IntArray) -> Readings:
    """Return the splits worth considering: all pairs of labels seen on an item.

    An item on which all agree may be split too, with the other reading unseen: it gets pairs of its label with the
    labels that most often meet it elsewhere.
    """
    row, c, d = label_meetings(counts)
    both = c < d
    met = np.zeros((codes.n_labels, codes.n_labels))
    np.add.at(met, (c[both], d[both]), 1.0)
    met += met.T
    np.fill_diagonal(met, -1.0)
    partners = np.argsort(-met, axis=1, kind="stable")[:, : min(_PARTNERS, codes.n_labels - 1)]
    alone = np.flatnonzero((counts > 0).sum(axis=1) == 1)
    label = counts[alone].argmax(axis=1)
    other = partners[label]
    item = np.concatenate([row[both], np.repeat(alone, other.shape[1])])
    one = np.concatenate([c[both], np.repeat(label, other.shape[1])])
    two = np.concatenate([d[both], other.ravel()])
    low, high = np.minimum(one, two), np.maximum(one, two)
    return _laid_out(codes, item, low, high, np.full(item.size, -1, dtype=np.int64))


@dataclass(frozen=True, kw_only=True, slots=True)
class Spreads:
    """Items that may be read as any of three labels or more, one row an item.

    Attributes
    ----------
    item : int array (U,)
        Item of each row.
    among : bool array (U, K)
        The labels it may be read as.
    log_choice : float array (U,)
        Logarithm of one over the number of such sets of labels: what the choice of the set costs.
    of_item : int array (N,)
        Row of each item, -1 where it has none.
    """

    item: IntArray
    among: npt.NDArray[np.bool_]
    log_choice: FloatArray
    of_item: IntArray


def spread_readings(counts: IntArray, n_items: int) -> Spreads:
    """Return the spreads worth considering: items with three labels or more, read as any label seen."""
    k = counts.shape[1]
    item = np.flatnonzero((counts > 0).sum(axis=1) >= 3)
    among = counts[item] > 0
    size = among.sum(axis=1)
    sets = binom(k, size)
    of_item = np.full(n_items, -1, dtype=np.int64)
    of_item[item] = np.arange(item.size)
    log_choice = np.asarray(-np.log(sets) - np.log(max(k - 2, 1)), dtype=np.float64)
    return Spreads(item=item, among=among, log_choice=log_choice, of_item=of_item)


def divide_readings(codes: JudgmentCodes, counts: IntArray, group: IntArray, n_groups: int) -> Readings:
    """Return the divides worth considering: a group reads one label seen on the item, all others another.

    Only items that the group and others have judged; with two groups each divide is listed once.
    """
    row, c, d = label_meetings(counts)
    apart = c != d
    row, c, d = row[apart], c[apart], d[apart]
    items, firsts, seconds, groups = [], [], [], []
    of = group[codes.trainer]
    known = np.bincount(codes.item[of >= 0], minlength=codes.n_items)
    for g in range(1 if n_groups == 2 else n_groups):
        inside = np.bincount(codes.item[of == g], minlength=codes.n_items)
        eligible = (inside > 0) & (known > inside)
        keep = eligible[row]
        items.append(row[keep])
        firsts.append(c[keep])
        seconds.append(d[keep])
        groups.append(np.full(int(keep.sum()), g, dtype=np.int64))
    if not items:
        nothing = np.zeros(0, dtype=np.int64)
        return _laid_out(codes, nothing, nothing, nothing, nothing)
    return _laid_out(codes, *(np.concatenate(x) for x in (items, firsts, seconds, groups)))


def _laid_out(
    codes: JudgmentCodes,
    item: npt.NDArray[np.int64],
    c: npt.NDArray[np.int64],
    d: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
) -> Readings:
    sizes = codes.item_sizes
    order = np.argsort(item, kind="stable")
    item, c, d, group = item[order], c[order], d[order], group[order]
    length = sizes[item]
    start = np.cumsum(length) - length
    row = np.repeat(np.arange(item.size), length)
    first = np.cumsum(sizes) - sizes
    judgment = first[item[row]] + np.arange(row.size) - start[row]
    return Readings(item=item, c=c, d=d, group=group, start=start, judgment=judgment, row=row)
