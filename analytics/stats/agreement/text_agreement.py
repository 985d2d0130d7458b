"""Agreement on rewrites: how much nearer the texts of one item are to each other than to texts of other items."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import Coefficient
from analytics.stats.agreement.pairwise_kappa import PairwiseKappas
from analytics.stats.counts.functional import NO_PAIR
from analytics.stats.counts.patterns import FloatArray, IntArray

Distance = Callable[[Sequence[str], Sequence[str]], FloatArray]
_TOKEN = re.compile(r"\w+|[^\w\s]")
_ROOM = 2_000_000


def token_edit_distances(first: Sequence[str], second: Sequence[str]) -> FloatArray:
    """Return the token edit distance of each pair of texts, divided by the longer one's length, in [0, 1].

    A token is a run of letters and digits or a single other sign; writing systems without spaces count whole runs.
    Two empty texts are 0 apart.

    References
    ----------
    Levenshtein (1966), Binary codes capable of correcting deletions, insertions and reversals.

    Examples
    --------
    >>> token_edit_distances(["take two pills", ""], ["take one pill a day", ""])
    array([0.8, 0. ])
    """
    if len(first) != len(second):
        raise ValueError(f"first and second must have the same length, got {len(first)} and {len(second)}.")
    vocabulary: dict[str, int] = {}
    coded = [
        [np.array([vocabulary.setdefault(t, len(vocabulary)) for t in _TOKEN.findall(text)]) for text in side]
        for side in (first, second)
    ]
    out = np.zeros(len(first))
    length = np.array([[len(x) for x in side] for side in coded]).reshape(2, -1)
    order = np.argsort(length.max(axis=0), kind="stable")
    start = 0
    while start < order.size:
        widest = max(1, int(length[:, order[start:]].max()))
        stop = start + max(1, min(order.size - start, _ROOM // (widest + 1)))
        part = order[start:stop]
        out[part] = _edit_distances([coded[0][p] for p in part], [coded[1][p] for p in part])
        start = stop
    longer = length.max(axis=0).astype(np.float64)
    share: FloatArray = np.divide(out, longer, out=np.zeros_like(out), where=longer > 0)
    return share


def _edit_distances(first: list[npt.NDArray[np.int64]], second: list[npt.NDArray[np.int64]]) -> FloatArray:
    """Levenshtein distances of B pairs at once, one row of all tables at a time."""
    la, lb = np.array([len(x) for x in first]), np.array([len(x) for x in second])
    a, b = np.full((len(first), max(1, la.max())), -1), np.full((len(first), max(1, lb.max())), -2)
    for row, (x, y) in enumerate(zip(first, second, strict=True)):
        a[row, : len(x)], b[row, : len(y)] = x, y
    steps = np.arange(b.shape[1] + 1)
    line = np.tile(steps, (len(first), 1))
    out = np.where(la == 0, lb, 0)
    for i in range(int(la.max())):
        best = np.empty_like(line)
        best[:, 0] = i + 1
        best[:, 1:] = np.minimum(line[:, 1:] + 1, line[:, :-1] + (a[:, i : i + 1] != b))
        line = np.minimum.accumulate(best - steps, axis=1) + steps
        done = la == i + 1
        out[done] = line[done, lb[done]]
    return out.astype(np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextsWithin:
    """Q pairs of texts of one item, and the N items that have some.

    Attributes
    ----------
    first, second : int array (Q,)
        Places of the two texts in the log, first < second.
    apart : float array (Q,)
        Their distance.
    item : int array (N,)
        Items with two texts or more, ascending.
    item_apart : float array (N,)
        Mean distance of the item's pairs.
    """

    first: IntArray
    second: IntArray
    apart: FloatArray
    item: IntArray
    item_apart: FloatArray


def texts_within(
    item: npt.ArrayLike, texts: Sequence[str], *, distance: Distance = token_edit_distances
) -> TextsWithin:
    """Return how far apart the texts of each item are, pair by pair and item by item.

    Parameters
    ----------
    item : int array (J,)
        Item of each text.
    texts : sequence of str (J,)
        The rewrites.
    distance : callable
        From two equally long sequences of texts to distances in [0, 1].
    """
    items = np.asarray(item, dtype=np.int64)
    known, dense, size = np.unique(items, return_inverse=True, return_counts=True)
    dense = dense.reshape(-1)
    keep = np.flatnonzero(size[dense] > 1)
    if not keep.size:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return TextsWithin(first=none, second=none, apart=nothing, item=none, item_apart=nothing)
    a, b = _pairs_within(dense, keep)
    apart = np.asarray(distance([texts[x] for x in a], [texts[x] for x in b]), dtype=np.float64)
    total = np.bincount(dense[a], weights=apart, minlength=size.size)
    shared = size > 1
    pairs = size[shared] * (size[shared] - 1) / 2
    return TextsWithin(first=a, second=b, apart=apart, item=known[shared], item_apart=total[shared] / pairs)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextAgreement:
    """Agreement of rewrites by a stated distance.

    Attributes
    ----------
    alpha : Coefficient
        1 - mean distance within items / mean distance between any two texts; `observed` and `expected` are the two.
    median_within : float
        Median distance of two texts of the same item; nan where there is none.
    shuffled : float
        Mean distance of two texts of different items: what strangers' rewrites look like under this distance.
    n_pairs_within, n_pairs_between : int
        Pairs behind the two.
    sampled : bool
        True where pairs between items were drawn at random rather than all taken.
    distance : str
        Name of the distance.
    within : TextsWithin
        The pairs of texts of one item, and how far apart they are.
    """

    alpha: Coefficient
    median_within: float
    shuffled: float
    n_pairs_within: int
    n_pairs_between: int
    sampled: bool
    distance: str
    within: TextsWithin


def text_agreement(
    item: npt.ArrayLike,
    texts: Sequence[str],
    *,
    rng: np.random.Generator,
    distance: Distance = token_edit_distances,
    distance_name: str = "token edit distance / longer length",
    most_pairs: int = 4000,
    confidence: float = 0.95,
) -> TextAgreement:
    """Measure Krippendorff's alpha of free texts with a text distance, beside its shuffled-pairs baseline.

    Parameters
    ----------
    item : int array (J,)
        Item of each text.
    texts : sequence of str (J,)
        The rewrites.
    rng : numpy Generator
        Draws the pairs where there are more than `most_pairs`.
    distance : callable
        From two equally long sequences of texts to distances in [0, 1].
    distance_name : str
        Its name for the page.
    most_pairs : int
        Pairs of any two texts to compare at most for the expected part.
    confidence : float
        Coverage of the interval (delete-one-item jackknife, t).

    Raises
    ------
    ValueError
        If lengths differ, or `most_pairs` or `confidence` is out of range.

    Notes
    -----
    Trainers who write in different words but mean the same count as disagreeing; read the baseline beside it.
    """
    items = np.asarray(item, dtype=np.int64)
    if items.shape != (len(texts),):
        raise ValueError(f"item and texts must have the same length, got {items.size} and {len(texts)}.")
    if most_pairs < 1 or not 0 < confidence < 1:
        raise ValueError(f"most_pairs must be positive and confidence in (0, 1), got {most_pairs} and {confidence}.")
    _, dense, size = np.unique(items, return_inverse=True, return_counts=True)
    dense = dense.reshape(-1)
    support: dict[str, Any] = {
        "n_items": int(size.size), "n_items_paired": int((size > 1).sum()), "n_judgments": int(items.size),
        "confidence": confidence,
    }  # fmt: skip
    keep = np.flatnonzero(size[dense] > 1)
    found = texts_within(items, texts, distance=distance)
    if not keep.size:
        none = Coefficient(name="krippendorff_alpha_text", value=math.nan, undefined=NO_PAIR, **support)
        return TextAgreement(
            alpha=none, median_within=math.nan, shuffled=math.nan, n_pairs_within=0, n_pairs_between=0, sampled=False,
            distance=distance_name, within=found,
        )  # fmt: skip
    a, within = found.first, found.apart
    c, d, sampled = _any_pairs(keep, most_pairs, rng)
    between = distance([texts[x] for x in c], [texts[x] for x in d])
    n = size.size
    near: FloatArray = np.bincount(dense[a], weights=2 * within / (size[dense[a]] - 1), minlength=n).astype(np.float64)
    m = np.where(size > 1, size, 0).astype(np.float64)
    apart = dense[c] != dense[d]
    far, touch = _per_item(dense, c, d, between, apart, n), _per_item(dense, c, d, np.ones(c.size), apart, n)
    alpha = _alpha(near, m, float(between.sum()), far, float(between.size), touch, confidence, support)
    return TextAgreement(
        alpha=alpha,
        median_within=float(np.median(within)),
        shuffled=float(between[apart].mean()) if apart.any() else math.nan,
        n_pairs_within=int(within.size),
        n_pairs_between=int(apart.sum()),
        sampled=sampled,
        distance=distance_name,
        within=found,
    )


def text_pairs(
    within: TextsWithin, trainer: npt.ArrayLike, expected: float, *, confidence: float = 0.95
) -> PairwiseKappas:
    """Return alpha of every pair of trainers: how near their texts of one item are, against any two texts.

    Parameters
    ----------
    within : TextsWithin
        The pairs of texts of one item.
    trainer : int array (J,)
        Trainer of each text, 0..M-1.
    expected : float
        Mean distance of any two texts, the same for every pair; positive.
    confidence : float
        Coverage of the intervals: t over the shared items, the expected distance taken as known.

    Raises
    ------
    ValueError
        If `expected` is not positive.
    """
    if not expected > 0:
        raise ValueError(f"expected must be positive, got {expected}.")
    who = np.asarray(trainer, dtype=np.int64)
    m = int(who.max(initial=-1)) + 1
    a, b = who[within.first], who[within.second]
    key, at, n = np.unique(np.minimum(a, b) * m + np.maximum(a, b), return_inverse=True, return_counts=True)
    at = at.reshape(-1)
    mean = np.bincount(at, weights=within.apart, minlength=key.size) / n
    square = np.bincount(at, weights=(within.apart - mean[at]) ** 2, minlength=key.size)
    variance = square / np.maximum(n - 1, 1) / n
    se = np.sqrt(np.where((n > 1) & (variance > 1e-15), variance, np.nan)) / expected
    half = stats.t.ppf((1 + confidence) / 2, np.maximum(n - 1, 1)) * se
    kappa = 1 - mean / expected
    first, second = np.divmod(key, max(m, 1))
    return PairwiseKappas(
        first=first, second=second, n=n.astype(np.int64), agreement=1 - mean, expected=np.full(mean.size, 1 - expected),
        kappa=kappa, se=se, low=np.maximum(kappa - half, -1.0), high=np.minimum(kappa + half, 1.0),
        confidence=confidence, n_trainers=m, minimum=1,
    )  # fmt: skip


def _alpha(
    near: FloatArray, m: FloatArray, total: float, far: FloatArray, pairs: float, touch: FloatArray,
    confidence: float, support: dict[str, Any],
) -> Coefficient:  # fmt: skip
    name = "krippendorff_alpha_text"
    observed, expected = float(near.sum() / m.sum()), total / pairs
    if expected == 0.0:
        return Coefficient(
            name=name, value=math.nan, undefined="all texts are the same", observed=observed, expected=expected,
            **support,
        )  # fmt: skip
    value = 1 - observed / expected
    used = m > 0
    n = int(used.sum())
    left_m, left_pairs, left_far = m.sum() - m[used], pairs - touch[used], total - far[used]
    good = (left_m > 0) & (left_pairs > 0) & (left_far > 0)
    if n < 2 or not good.all():
        return Coefficient(
            name=name, value=value, observed=observed, expected=expected, interval_method="none: too few items",
            **support,
        )  # fmt: skip
    without = 1 - (near.sum() - near[used]) / left_m / (left_far / left_pairs)
    se = math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    half = float(stats.t.ppf((1 + confidence) / 2, n - 1)) * se
    return Coefficient(
        name=name, value=value, low=max(-1.0, value - half), high=min(1.0, value + half), se=se, observed=observed,
        expected=expected, interval_method="items: jackknife t", **support,
    )  # fmt: skip


def _per_item(
    dense: IntArray, c: IntArray, d: IntArray, weight: FloatArray, apart: npt.NDArray[np.bool_], n: int
) -> FloatArray:
    """Return (N,): the weight of all pairs (c, d) that touch each item, pairs inside one item once."""
    once = np.bincount(dense[c], weights=weight, minlength=n)
    again = np.bincount(dense[d[apart]], weights=weight[apart], minlength=n)
    return np.asarray(once + again, dtype=np.float64)


def _pairs_within(dense: IntArray, keep: IntArray) -> tuple[IntArray, IntArray]:
    order = keep[np.argsort(dense[keep], kind="stable")]
    starts = np.flatnonzero(np.r_[True, np.diff(dense[order]) > 0])
    first, second = [], []
    for start, stop in zip(starts, np.r_[starts[1:], order.size], strict=True):
        i, j = np.triu_indices(int(stop - start), 1)
        first.append(order[start + i])
        second.append(order[start + j])
    return np.concatenate(first), np.concatenate(second)


def _any_pairs(keep: IntArray, most: int, rng: np.random.Generator) -> tuple[IntArray, IntArray, bool]:
    n = keep.size
    if n * (n - 1) // 2 <= most:
        i, j = np.triu_indices(n, 1)
        return keep[i], keep[j], False
    i = rng.integers(0, n, most)
    j = (i + rng.integers(1, n, most)) % n
    return keep[i], keep[j], True
