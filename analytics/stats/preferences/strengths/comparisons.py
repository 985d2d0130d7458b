"""Comparisons in pairs as additive counts: who met whom, who won how often, how often it was a tie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparisons:
    """Counts of wins and ties between N objects, one row a pair and whatever else it was grouped by.

    Rows add: the same pair may stand in many rows (one an item, one a trainer ...), in either order.

    Attributes
    ----------
    first, second : int array (C,)
        Object codes 0..N-1 of the two that met; never the same.
    wins_first, wins_second, ties : int array (C,)
        Judgments for the first, for the second, and neither.
    n_objects : int
        N. Objects that never met another are allowed.

    Raises
    ------
    ValueError
        If lengths differ, a code is out of range, an object meets itself or a count is negative.
    """

    first: IntArray
    second: IntArray
    wins_first: IntArray
    wins_second: IntArray
    ties: IntArray
    n_objects: int

    def __post_init__(self) -> None:
        for name in ("first", "second"):
            object.__setattr__(self, name, code_array(name, getattr(self, name), self.n_objects))
        for name in ("wins_first", "wins_second", "ties"):
            array = np.asarray(getattr(self, name))
            if array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
                raise ValueError(f"{name} must be one axis of whole numbers, got {array.dtype} with {array.ndim} axes.")
            if array.size and int(array.min()) < 0:
                raise ValueError(f"{name} must not be negative, got {int(array.min())}.")
            object.__setattr__(self, name, array.astype(np.int64))
        lengths = {getattr(self, n).size for n in ("first", "second", "wins_first", "wins_second", "ties")}
        if len(lengths) > 1:
            raise ValueError(f"all columns of comparisons must have the same length, got {sorted(lengths)}.")
        same = np.flatnonzero(self.first == self.second)
        if same.size:
            raise ValueError(f"an object must not be compared with itself, got that in {same.size} rows.")
        freeze(self)

    @classmethod
    def from_scores(
        cls, first: npt.ArrayLike, second: npt.ArrayLike, score: npt.ArrayLike, n_objects: int
    ) -> Comparisons:
        """Return one row a judgment from scores: negative the first is better, 0 a tie, positive the second.

        Strength of preference is not used: only the sign enters the models of this package.
        """
        sign = np.sign(np.asarray(score)).astype(np.int64)
        return cls(
            first=np.asarray(first, dtype=np.int64), second=np.asarray(second, dtype=np.int64),
            wins_first=(sign < 0).astype(np.int64), wins_second=(sign > 0).astype(np.int64),
            ties=(sign == 0).astype(np.int64), n_objects=n_objects,
        )  # fmt: skip

    @classmethod
    def from_table(cls, wins: npt.ArrayLike, ties: npt.ArrayLike | None = None) -> Comparisons:
        """Return the comparisons of a tournament table.

        Parameters
        ----------
        wins : int array (N, N)
            How often the row beat the column; the diagonal is ignored.
        ties : int array (N, N) or None
            Symmetric: ties between row and column. None: there are none.

        Raises
        ------
        ValueError
            If a table is not square or `ties` is not symmetric.
        """
        w = np.asarray(wins, dtype=np.int64)
        if w.ndim != 2 or w.shape[0] != w.shape[1]:
            raise ValueError(f"wins must be a square table, got shape {w.shape}.")
        t = np.zeros_like(w) if ties is None else np.asarray(ties, dtype=np.int64)
        if t.shape != w.shape or not np.array_equal(t, t.T):
            raise ValueError("ties must be symmetric and of the shape of wins.")
        i, j = np.triu_indices(w.shape[0], k=1)
        met = (w[i, j] + w[j, i] + t[i, j]) > 0
        i, j = i[met], j[met]
        return cls(
            first=i, second=j, wins_first=w[i, j], wins_second=w[j, i], ties=t[i, j], n_objects=w.shape[0]
        )  # fmt: skip

    @property
    def n(self) -> IntArray:
        """(C,): judgments in each row, ties included."""
        total: IntArray = self.wins_first + self.wins_second + self.ties
        return total

    @property
    def n_judgments(self) -> int:
        """All judgments, ties included."""
        return int(self.n.sum())

    @property
    def n_ties(self) -> int:
        """Judgments that were ties."""
        return int(self.ties.sum())

    def win_table(self, *, tie_share: float = 0.0) -> FloatArray:
        """Return (N, N): how often the row beat the column, a tie counting `tie_share` of a win for each."""
        table = np.zeros((self.n_objects, self.n_objects))
        half = tie_share * self.ties
        np.add.at(table, (self.first, self.second), self.wins_first + half)
        np.add.at(table, (self.second, self.first), self.wins_second + half)
        return table

    def tie_table(self) -> IntArray:
        """Return (N, N) symmetric: ties between row and column."""
        table = np.zeros((self.n_objects, self.n_objects), dtype=np.int64)
        np.add.at(table, (self.first, self.second), self.ties)
        np.add.at(table, (self.second, self.first), self.ties)
        return table


def chosen(comparisons: Comparisons, rows: npt.NDArray[np.bool_]) -> Comparisons:
    """Return the comparisons of some rows, objects keeping their codes."""
    c = comparisons
    return Comparisons(
        first=c.first[rows], second=c.second[rows], wins_first=c.wins_first[rows], wins_second=c.wins_second[rows],
        ties=c.ties[rows], n_objects=c.n_objects,
    )  # fmt: skip
