"""Count patterns: what every agreement statistic is computed from.

Items with the same label counts are interchangeable for every coefficient of agreement, so a log of any length
becomes a small table of distinct patterns with their multiplicity. The table is additive: patterns of two shards,
put together, are the patterns of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def _frozen_ints(name: str, values: npt.ArrayLike, ndim: int) -> IntArray:
    array = np.asarray(values)
    if array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axis(es), got {array.ndim}.")
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must hold whole numbers, got {array.dtype}.")
    frozen = np.array(array, dtype=np.int64, order="C")
    frozen.flags.writeable = False
    return frozen


@dataclass(frozen=True, kw_only=True, slots=True)
class Patterns:
    """Distinct label counts of items, and how many items have each.

    Attributes
    ----------
    counts : int array (P, K)
        Row p: how many judgments of each of the K labels (in the scale's order) an item of pattern p has. Every row
        holds at least one judgment. Rows may repeat; `merged` puts them together.
    multiplicity : int array (P,)
        How many items have pattern p.
    """

    counts: IntArray
    multiplicity: IntArray

    def __post_init__(self) -> None:
        counts = _frozen_ints("counts", self.counts, 2)
        multiplicity = _frozen_ints("multiplicity", self.multiplicity, 1)
        if counts.shape[0] != multiplicity.shape[0]:
            raise ValueError(
                f"counts and multiplicity must have the same number of patterns, "
                f"got {counts.shape[0]} and {multiplicity.shape[0]}."
            )
        if counts.size and int(counts.min()) < 0:
            raise ValueError(f"counts must not be negative, got {int(counts.min())}.")
        if multiplicity.size and int(multiplicity.min()) < 0:
            raise ValueError(f"multiplicity must not be negative, got {int(multiplicity.min())}.")
        if counts.shape[0] and int(counts.sum(axis=1).min()) < 1:
            raise ValueError("every pattern must hold at least one judgment; leave out items without any.")
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "multiplicity", multiplicity)

    @classmethod
    def from_matrix(cls, labels: npt.ArrayLike, n_labels: int) -> Patterns:
        """Count the patterns of a complete or gappy table.

        Parameters
        ----------
        labels : int array (N, M)
            Label code 0..K-1 of each item (row) by each trainer (column); -1 where there is no judgment. Items without
            any judgment are left out.
        n_labels : int
            K, the number of labels of the scale.

        Raises
        ------
        ValueError
            If a code is outside -1..K-1.

        Examples
        --------
        >>> Patterns.from_matrix([[0, 0], [0, 1], [1, 0], [1, -1]], n_labels=2).multiplicity
        array([1, 2, 1])
        """
        table = _frozen_ints("labels", labels, 2)
        _check_codes(table, n_labels, lowest=-1)
        counts = np.zeros((table.shape[0], n_labels), dtype=np.int64)
        for k in range(n_labels):
            counts[:, k] = (table == k).sum(axis=1)
        return cls.from_counts(counts)

    @classmethod
    def from_counts(cls, counts: npt.ArrayLike) -> Patterns:
        """Group item counts into patterns.

        Parameters
        ----------
        counts : int array (N, K)
            One row an item. Items without any judgment are left out.
        """
        table = _frozen_ints("counts", counts, 2)
        table = table[table.sum(axis=1) > 0]
        if not table.shape[0]:
            return cls(counts=table, multiplicity=np.zeros(0, dtype=np.int64))
        rows, multiplicity = np.unique(table, axis=0, return_counts=True)
        return cls(counts=rows, multiplicity=multiplicity.astype(np.int64))

    @property
    def n_labels(self) -> int:
        """K, the number of labels of the scale."""
        return int(self.counts.shape[1])

    @property
    def n_patterns(self) -> int:
        """P, the number of rows."""
        return int(self.counts.shape[0])

    @property
    def sizes(self) -> IntArray:
        """m (P,): judgments an item of each pattern has."""
        sizes: IntArray = self.counts.sum(axis=1)
        return sizes

    @property
    def n_items(self) -> int:
        """Items with at least one judgment."""
        return int(self.multiplicity.sum())

    @property
    def n_items_paired(self) -> int:
        """Items with at least two judgments: the only ones that can show agreement."""
        return int(self.multiplicity[self.sizes >= 2].sum())

    @property
    def n_judgments(self) -> int:
        """J, all judgments."""
        return int(self.multiplicity @ self.sizes)

    @property
    def label_counts(self) -> IntArray:
        """(K,): judgments of each label over all items."""
        totals: IntArray = self.multiplicity @ self.counts
        return totals


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerPatterns:
    """How often each trainer gave each label in items of each pattern: additive, sparse, no self-join.

    Together with the `Patterns` it refers to it holds all that two-way intervals and leave-one-trainer-out need,
    provided a trainer judged an item at most once.

    Attributes
    ----------
    trainer : int array (T,)
        Trainer index 0..M-1.
    pattern : int array (T,)
        Row of `Patterns`.
    label : int array (T,)
        Label index 0..K-1.
    n : int array (T,)
        Judgments of this trainer with this label in items of this pattern.
    n_trainers : int
        M.
    """

    trainer: IntArray
    pattern: IntArray
    label: IntArray
    n: IntArray
    n_trainers: int

    def __post_init__(self) -> None:
        for name in ("trainer", "pattern", "label", "n"):
            object.__setattr__(self, name, _frozen_ints(name, getattr(self, name), 1))
        lengths = {name: getattr(self, name).shape[0] for name in ("trainer", "pattern", "label", "n")}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"trainer, pattern, label and n must have the same length, got {lengths}.")
        if self.trainer.size:
            low, high = int(self.trainer.min()), int(self.trainer.max())
            if low < 0 or high >= self.n_trainers:
                raise ValueError(f"trainer must lie in 0..{self.n_trainers - 1}, got {low}..{high}.")
            if min(int(self.pattern.min()), int(self.label.min()), int(self.n.min())) < 0:
                raise ValueError("pattern, label and n must not be negative.")

    def label_table(self, n_labels: int) -> IntArray:
        """Return (M, K): how often each trainer gave each label."""
        flat = np.bincount(self.trainer * n_labels + self.label, weights=self.n, minlength=self.n_trainers * n_labels)
        table: IntArray = np.rint(flat).astype(np.int64).reshape(self.n_trainers, n_labels)
        return table


def check_matching(patterns: Patterns, trainer_patterns: TrainerPatterns) -> None:
    """Raise ValueError unless `trainer_patterns` accounts for every judgment of `patterns`, cell by cell."""
    t = trainer_patterns
    p, k = patterns.counts.shape
    if t.trainer.size and (int(t.pattern.max()) >= p or int(t.label.max()) >= k):
        raise ValueError(
            f"trainer_patterns must refer to {p} patterns of {k} labels, "
            f"got pattern {int(t.pattern.max())} and label {int(t.label.max())}."
        )
    seen = np.bincount(t.pattern * k + t.label, weights=t.n, minlength=p * k).reshape(p, k)
    held = patterns.counts * patterns.multiplicity[:, None]
    if not np.array_equal(np.rint(seen).astype(np.int64), held):
        raise ValueError(
            f"trainer_patterns must account for every judgment of patterns, "
            f"got {int(t.n.sum())} judgments of trainers for {patterns.n_judgments} judgments of items."
        )


def merged(parts: Sequence[Patterns]) -> Patterns:
    """Put the patterns of shards together: equal rows become one, multiplicities add.

    Raises
    ------
    ValueError
        If `parts` is empty or the shards have different numbers of labels.
    """
    if not parts:
        raise ValueError("parts must hold at least one Patterns, got none.")
    widths = sorted({part.n_labels for part in parts})
    if len(widths) > 1:
        raise ValueError(f"parts must have the same number of labels, got {widths}.")
    counts = np.concatenate([part.counts for part in parts])
    multiplicity = np.concatenate([part.multiplicity for part in parts])
    return _grouped(counts, multiplicity)


def patterns_from_codes(
    item: npt.ArrayLike, trainer: npt.ArrayLike, label: npt.ArrayLike, n_labels: int
) -> tuple[Patterns, TrainerPatterns]:
    """Count the patterns of a long log of dense codes.

    Parameters
    ----------
    item, trainer, label : int array (J,)
        Codes 0.. of one judgment a position, in any order.
    n_labels : int
        K, the number of labels of the scale.

    Raises
    ------
    ValueError
        If a code is negative, a label is outside 0..K-1, or a trainer judged an item twice: repeats are evidence of
        self-consistency, not of agreement between trainers.
    """
    items = _frozen_ints("item", item, 1)
    trainers = _frozen_ints("trainer", trainer, 1)
    labels = _frozen_ints("label", label, 1)
    if not items.shape == trainers.shape == labels.shape:
        raise ValueError(
            f"item, trainer and label must have the same length, got {items.size}, {trainers.size} and {labels.size}."
        )
    _check_codes(labels, n_labels, lowest=0)
    if not items.size:
        none = np.zeros(0, dtype=np.int64)
        empty = Patterns(counts=np.zeros((0, n_labels), dtype=np.int64), multiplicity=none)
        return empty, TrainerPatterns(trainer=none, pattern=none, label=none, n=none, n_trainers=0)
    if min(int(items.min()), int(trainers.min())) < 0:
        raise ValueError("item and trainer codes must not be negative.")
    n_trainers = int(trainers.max()) + 1
    pair = items * n_trainers + trainers
    distinct = pair.size if bool((pair[1:] > pair[:-1]).all()) else np.unique(pair).size
    if distinct < pair.size:
        raise ValueError(
            f"a trainer must judge an item at most once, got {pair.size - distinct} repeated judgments; "
            f"keep the current one of each and look at the rest under self-consistency."
        )
    dense = _dense(items)
    n_items = int(dense.max()) + 1
    counts = np.bincount(dense * n_labels + labels, minlength=n_items * n_labels).reshape(n_items, n_labels)
    rows, of_item, multiplicity = _distinct_rows(counts)
    patterns = Patterns(counts=rows, multiplicity=multiplicity.astype(np.int64))
    key = (trainers * rows.shape[0] + of_item.reshape(-1)[dense]) * n_labels + labels
    cells, n = np.unique(key, return_counts=True)
    rest, given = np.divmod(cells, n_labels)
    who, row = np.divmod(rest, rows.shape[0])
    return patterns, TrainerPatterns(trainer=who, pattern=row, label=given, n=n.astype(np.int64), n_trainers=n_trainers)


def _dense(codes: IntArray) -> IntArray:
    """Return codes 0.. without gaps in the same order; cheap where they are sorted."""
    step = np.diff(codes)
    if bool((step >= 0).all()):
        return np.concatenate([[0], np.cumsum(step > 0)]).astype(np.int64)
    return np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _distinct_rows(counts: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the distinct rows in ascending order, the row of each item, and how many items have it.

    Rows are packed into one integer where that fits (the first column the most significant digit, so that the order is
    that of the rows); sorting integers is many times faster.
    """
    base = int(counts.max(initial=0)) + 1
    if counts.shape[1] * np.log2(max(base, 2)) < 62:
        key = counts @ (base ** np.arange(counts.shape[1] - 1, -1, -1, dtype=np.int64))
        _, first, of_item, multiplicity = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        return counts[first], of_item.reshape(-1), multiplicity
    rows, of_item, multiplicity = np.unique(counts, axis=0, return_inverse=True, return_counts=True)
    return rows, of_item.reshape(-1), multiplicity


def without_trainer(patterns: Patterns, trainer_patterns: TrainerPatterns, j: int) -> Patterns:
    """Return the exact patterns of the same items without the judgments of trainer `j`.

    Each of the trainer's judgments takes one label from one item: that item moves from its pattern to the pattern
    with one fewer of the label, and leaves altogether where it was the item's only judgment.

    Raises
    ------
    ValueError
        If `j` is not one of the trainers, or the trainer is said to have given a label that the pattern lacks.
    """
    if not 0 <= j < trainer_patterns.n_trainers:
        raise ValueError(f"j must be a trainer index in 0..{trainer_patterns.n_trainers - 1}, got {j}.")
    mine = trainer_patterns.trainer == j
    row, label, n = trainer_patterns.pattern[mine], trainer_patterns.label[mine], trainer_patterns.n[mine]
    left = patterns.multiplicity.copy()
    np.subtract.at(left, row, n)
    moved = patterns.counts[row].copy()
    moved[np.arange(row.size), label] -= 1
    if (left < 0).any() or (moved < 0).any():
        raise ValueError("trainer_patterns must refer to these patterns, with one judgment a trainer and item at most.")
    counts = np.concatenate([patterns.counts, moved])
    multiplicity = np.concatenate([left, n])
    keep = (counts.sum(axis=1) > 0) & (multiplicity > 0)
    return _grouped(counts[keep], multiplicity[keep])


def _check_codes(codes: IntArray, n_labels: int, *, lowest: int) -> None:
    if n_labels < 1:
        raise ValueError(f"n_labels must be at least 1, got {n_labels}.")
    if codes.size and (int(codes.min()) < lowest or int(codes.max()) >= n_labels):
        raise ValueError(
            f"label codes must lie in {lowest}..{n_labels - 1}, got {int(codes.min())}..{int(codes.max())}."
        )


def _grouped(counts: IntArray, multiplicity: IntArray) -> Patterns:
    if not counts.shape[0]:
        return Patterns(counts=counts, multiplicity=multiplicity)
    rows, of_row = np.unique(counts, axis=0, return_inverse=True)
    total = np.zeros(rows.shape[0], dtype=np.int64)
    np.add.at(total, of_row.reshape(-1), multiplicity)
    return Patterns(counts=rows, multiplicity=total)
