"""The long log as integer codes: what every per-judgment algorithm takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgmentCodes:
    """J judgments as dense integer codes, in item order.

    Attributes
    ----------
    item : int array (J,)
        Item code 0..N-1, never decreasing: the judgments of an item stand together.
    trainer : int array (J,)
        Trainer code 0..M-1.
    label : int array (J,)
        Label code 0..K-1, in the scale's order.
    n_items, n_trainers, n_labels : int
        N, M and K. Items or trainers without a judgment are allowed.

    Raises
    ------
    ValueError
        If the arrays differ in length, hold anything but codes in range, or are not in item order.
    """

    item: IntArray
    trainer: IntArray
    label: IntArray
    n_items: int
    n_trainers: int
    n_labels: int

    def __post_init__(self) -> None:
        for name, limit in (("item", self.n_items), ("trainer", self.n_trainers), ("label", self.n_labels)):
            object.__setattr__(self, name, code_array(name, getattr(self, name), limit))
        lengths = {name: getattr(self, name).shape[0] for name in ("item", "trainer", "label")}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"item, trainer and label must have the same length, got {lengths}.")
        if self.item.size and bool((np.diff(self.item) < 0).any()):
            raise ValueError("item must never decrease; order the judgments by item (JudgmentCodes.ordered does).")

    @classmethod
    def ordered(
        cls,
        *,
        item: npt.ArrayLike,
        trainer: npt.ArrayLike,
        label: npt.ArrayLike,
        n_items: int,
        n_trainers: int,
        n_labels: int,
    ) -> JudgmentCodes:
        """Return the codes of a log in any order, put in item order (stable: ties keep their order)."""
        items = code_array("item", item, n_items)
        order = np.argsort(items, kind="stable")
        return cls(
            item=items[order],
            trainer=code_array("trainer", trainer, n_trainers)[order],
            label=code_array("label", label, n_labels)[order],
            n_items=n_items,
            n_trainers=n_trainers,
            n_labels=n_labels,
        )

    @property
    def n_judgments(self) -> int:
        """J."""
        return int(self.item.shape[0])

    @property
    def item_counts(self) -> IntArray:
        """(N, K): how many judgments of each label an item has."""
        flat = np.bincount(self.item * self.n_labels + self.label, minlength=self.n_items * self.n_labels)
        return flat.reshape(self.n_items, self.n_labels).astype(np.int64)

    @property
    def item_sizes(self) -> IntArray:
        """(N,): judgments of each item."""
        return np.bincount(self.item, minlength=self.n_items).astype(np.int64)

    @property
    def trainer_sizes(self) -> IntArray:
        """(M,): judgments of each trainer."""
        return np.bincount(self.trainer, minlength=self.n_trainers).astype(np.int64)


def code_array(name: str, values: npt.ArrayLike, limit: int) -> IntArray:
    """Return `values` as a read-only one-dimensional int64 array of codes 0..limit-1.

    Raises
    ------
    ValueError
        If there is another axis, anything but whole numbers, or a code out of range.
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have 1 axis, got {array.ndim}.")
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must hold whole numbers, got {array.dtype}.")
    if array.size and (int(array.min()) < 0 or int(array.max()) >= limit):
        raise ValueError(f"{name} codes must lie in 0..{limit - 1}, got {int(array.min())}..{int(array.max())}.")
    if array.dtype == np.int64 and not array.flags.writeable:
        return array
    codes = np.array(array, dtype=np.int64)
    codes.flags.writeable = False
    return codes


def float_array(name: str, values: npt.ArrayLike, length: int) -> FloatArray:
    """Return `values` as a one-dimensional float64 array of the given length.

    Raises
    ------
    ValueError
        If there is another axis or another length.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), got {array.shape}.")
    return array
