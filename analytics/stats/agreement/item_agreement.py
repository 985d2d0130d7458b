"""How agreement is spread over items: a few that split everybody, or a little noise everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.functional import NO_PAIR, pair_credit
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns

EDGES: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementClass:
    """Items whose share of agreeing pairs lies between `low` and `high`, both included."""

    low: float
    high: float
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemAgreement:
    """The items with two judgments or more, by how far their judgments agree.

    Attributes
    ----------
    classes : tuple of AgreementClass
        From no pair alike (0) to all pairs alike (1); between them the classes given, their ends open to 0 and 1.
    mean : float
        Mean share of agreeing pairs, every item weighing the same: the percent agreement. nan where undefined.
    sizes : tuple of (judgments on an item, items)
    undefined : str or None
        Why there is nothing to count.
    """

    classes: tuple[AgreementClass, ...]
    mean: float
    sizes: tuple[tuple[int, int], ...]
    undefined: str | None = None


def item_agreement(patterns: Patterns, edges: Sequence[float] = EDGES) -> ItemAgreement:
    """Count items by their share of agreeing pairs of judgments.

    Items that agree fully and items where nobody agrees have classes of their own; a share on an inner edge belongs to
    the class above it.

    Parameters
    ----------
    patterns : Patterns
        Label counts (P, K).
    edges : sequence of float
        Ends of the classes between, from 0 to 1, increasing.

    Raises
    ------
    ValueError
        If the edges do not rise from 0 to 1.

    Examples
    --------
    >>> found = item_agreement(Patterns(counts=[[3, 0], [2, 1], [1, 1]], multiplicity=[5, 2, 1]), edges=(0.0, 1.0))
    >>> [c.n_items for c in found.classes], round(found.mean, 4)
    ([1, 2, 5], 0.7083)
    """
    ends = np.asarray(edges, dtype=np.float64)
    if ends.size < 2 or ends[0] != 0.0 or ends[-1] != 1.0 or not (np.diff(ends) > 0).all():
        raise ValueError(f"edges must rise from 0 to 1, got {list(edges)}.")
    paired = patterns.sizes >= 2
    counts, multiplicity = patterns.counts[paired], patterns.multiplicity[paired]
    share = pair_credit(counts, np.eye(patterns.n_labels))
    n = int(multiplicity.sum())
    m, of_size = np.unique(patterns.sizes[paired], return_inverse=True)
    items = np.bincount(of_size.reshape(-1), weights=multiplicity, minlength=m.size)
    return ItemAgreement(
        classes=agreement_classes(share, multiplicity, ends),
        mean=float(multiplicity @ share) / n if n else float("nan"),
        sizes=tuple((int(a), round(float(b))) for a, b in zip(m, items, strict=True)),
        undefined=None if n else NO_PAIR,
    )


def agreement_classes(
    share: FloatArray, multiplicity: IntArray, ends: Sequence[float] | FloatArray = EDGES
) -> tuple[AgreementClass, ...]:
    """Return how many items have which share of agreement: none, each class between the ends, all.

    Parameters
    ----------
    share : float array (P,)
        Agreement on the items of each pattern, in [0, 1].
    multiplicity : int array (P,)
        Items of each pattern.
    ends : sequence of float
        From 0 to 1, increasing.
    """
    none, whole = share <= 0.0, share >= 1.0
    place = np.searchsorted(np.asarray(ends), share, side="right") - 1
    between = np.bincount(place[~none & ~whole], weights=multiplicity[~none & ~whole], minlength=len(ends))
    tiny = float(np.finfo(np.float64).tiny)
    middle = [
        AgreementClass(low=max(float(low), tiny), high=float(np.nextafter(high, 0.0)), n_items=round(float(k)))
        for low, high, k in zip(ends[:-1], ends[1:], between, strict=False)
    ]
    return (
        AgreementClass(low=0.0, high=0.0, n_items=int(multiplicity[none].sum())),
        *middle,
        AgreementClass(low=1.0, high=1.0, n_items=int(multiplicity[whole].sum())),
    )


def items_with_both(patterns: Patterns) -> IntArray:
    """Return (K, K): items that carry both labels; on the diagonal, items that carry the label at least twice.

    Examples
    --------
    >>> items_with_both(Patterns(counts=[[2, 1], [3, 0]], multiplicity=[4, 5])).tolist()
    [[9, 4], [4, 0]]
    """
    present = (patterns.counts > 0).astype(np.int64)
    both: IntArray = present.T @ (present * patterns.multiplicity[:, None])
    np.fill_diagonal(both, patterns.multiplicity @ (patterns.counts > 1))
    return both
