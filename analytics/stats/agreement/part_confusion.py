"""What is taken for what where a label has parts: flags of a set, places of a ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.scale import SET_SEPARATOR
from analytics.stats.agreement.label_agreement import LabelConfusion, label_confusion
from analytics.stats.agreement.rankings import ranking_tables
from analytics.stats.counts.pattern_coincidences import label_meetings
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns

NOTHING = ""
"""Name of "no flag instead": what stands against a flag that the other set lacks without having another."""
MOST_LABELS = 600
"""Kinds of labels up to which parts are compared; beyond, too few judgments share a label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartConfusion:
    """How often two parts stand against each other on an item, against labels shuffled over items.

    Attributes
    ----------
    parts : tuple of str (F,)
        Flags in alphabetical order and "" for none; or the places of a ranking, "1" the best.
    confusion : LabelConfusion
        (F, F) in place of (K, K).
    n_items_with : int array (F, F)
        Items where two judgments stand against each other in this way.
    """

    parts: tuple[str, ...]
    confusion: LabelConfusion
    n_items_with: IntArray


def part_confusion(patterns: Patterns, labels: Sequence[str], *, level: str) -> PartConfusion | None:
    """Compare the parts of sets or rankings; None where there are more than `MOST_LABELS` kinds of labels.

    Two sets agree on the flags both have. Of the rest each flag of the one stands against the flags that only the other
    has, in equal shares, and against nothing where the other has fewer left: every flag given counts once. In two
    rankings every answer that both rank stands at a place here against a place there.

    Parameters
    ----------
    patterns : Patterns
        Label counts of the items (P, K).
    labels : sequence of str (K,)
        The labels as canonical text.
    level : {"set", "ranking"}

    Raises
    ------
    ValueError
        If the level is another.

    Examples
    --------
    >>> counts = Patterns(counts=[[1, 1, 0], [1, 0, 1]], multiplicity=[4, 2])
    >>> found = part_confusion(counts, ["rude", "rude|spam", "spam"], level="set")
    >>> found.parts
    ('rude', 'spam', '')
    >>> found.confusion.observed.tolist()
    [[8.0, 2.0, 0.0], [2.0, 0.0, 4.0], [0.0, 4.0, 0.0]]
    """
    used = np.flatnonzero(patterns.label_counts)
    if used.size > MOST_LABELS:
        return None
    inner = Patterns(counts=patterns.counts[:, used], multiplicity=patterns.multiplicity)
    mine = [labels[int(k)] for k in used]
    parts = part_names(mine, level=level)
    whole = label_confusion(inner)
    observed, expected = np.zeros((len(parts), len(parts))), np.zeros((len(parts), len(parts)))
    n_items = np.zeros((len(parts), len(parts)), dtype=np.int64)
    row, c, d = label_meetings(inner.counts)
    apart = (c != d) | (inner.counts[row, c] > 1)
    row, c, d = row[apart], c[apart], d[apart]
    for a, b, weight in _cells(mine, parts, level):
        observed[a, b], expected[a, b] = float((whole.observed * weight).sum()), float((whole.expected * weight).sum())
        with_it = np.unique(row[weight[c, d] > 0])
        n_items[a, b] = int(inner.multiplicity[with_it].sum())
    ratio = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > 1e-12)
    for table in (observed, expected, ratio, n_items):
        table.flags.writeable = False
    return PartConfusion(
        parts=parts,
        confusion=LabelConfusion(observed=observed, expected=expected, ratio=ratio, n_pairable=whole.n_pairable),
        n_items_with=n_items,
    )


def part_names(labels: Sequence[str], *, level: str) -> tuple[str, ...]:
    """Return the flags and "" for none, or the places, that occur in some labels."""
    if level == "set":
        return (*sorted({flag for label in labels for flag in label.split(SET_SEPARATOR) if flag}), NOTHING)
    if level == "ranking":
        widest = max((label.replace("=", ">").count(">") + 1 for label in labels if label), default=0)
        return tuple(str(k + 1) for k in range(widest))
    raise ValueError(f"level must be 'set' or 'ranking', got {level!r}.")


def labels_of_cell(labels: Sequence[str], a: str, b: str, *, level: str) -> list[tuple[int, int]]:
    """Return the pairs of labels (their places) that stand against each other as parts `a` and `b` do."""
    parts = part_names(labels, level=level)
    if a not in parts or b not in parts:
        raise ValueError(f"parts must be among {', '.join(map(repr, parts))}, got {a!r} and {b!r}.")
    wanted = (parts.index(a), parts.index(b))
    for one, other, weight in _cells(labels, parts, level):
        if (one, other) == wanted:
            return [(int(x), int(y)) for x, y in zip(*np.nonzero(weight), strict=True)]
    return []


def _cells(labels: Sequence[str], parts: tuple[str, ...], level: str) -> Iterator[tuple[int, int, FloatArray]]:
    """Yield each cell with its weight (K, K): how much of it a pair of labels, the row's first, makes up."""
    if level == "ranking":
        yield from _places(labels, len(parts))
        return
    flags = len(parts) - 1
    has = np.array([[flag in label.split(SET_SEPARATOR) for flag in parts[:flags]] for label in labels], dtype=bool)
    has = has.reshape(len(labels), flags)
    only = (has[:, None, :] & ~has[None, :, :]).sum(axis=2)
    room = np.maximum(np.maximum(only, only.T), 1)
    for a in range(flags):
        mine = has[:, a][:, None] & ~has[:, a][None, :]
        yield a, a, (has[:, a][:, None] & has[:, a][None, :]).astype(np.float64)
        for b in range(flags):
            if b != a:
                yield a, b, (mine & has[:, b][None, :] & ~has[:, b][:, None]) / room
        left = mine * (room - only.T) / room
        yield a, flags, left
        yield flags, a, left.T
    bare = np.asarray(~has.any(axis=1))
    yield flags, flags, (bare[:, None] & bare[None, :]).astype(np.float64)


def _places(labels: Sequence[str], n: int) -> Iterator[tuple[int, int, FloatArray]]:
    ranks = ranking_tables(labels).ranks if labels else np.zeros((0, 0))
    better = np.asarray(ranks[:, None, :] < ranks[:, :, None]).sum(axis=2)
    place = np.where(np.isfinite(ranks), better, -1)
    for a in range(n):
        for b in range(n):
            yield a, b, (place == a).astype(np.float64) @ (place == b).astype(np.float64).T
