"""Agreement as a function of additive sums.

Every coefficient here is `value(sums)`, where `sums` adds up one short vector per item. That one fact gives all the
rest: shards add, a bootstrap replicate is a reweighted sum, leaving out an item or a trainer is a subtraction, and
the gradient of `value` is the influence of an item. Observed and expected parts stay apart, so that a surprising
coefficient can be explained.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns

NO_JUDGMENT = "there are no judgments"
NO_PAIR = "no item has two judgments"
NO_VARIATION = "no variation: every judgment carries the same label, so chance alone would agree as well"
ONE_LABEL = "the scale has one label only"
BLOCK = 4_000_000
"""Numbers held at once when a table of item vectors is gone through in blocks."""


class Functional(ABC):
    """A coefficient as a pure function of sums over items. L is the length of one item's vector."""

    bounds: tuple[float, float] = (-1.0, 1.0)
    """Range of the coefficient; its interval is made on the logit scale between the two."""
    rare_labels_decide: bool = False
    """True where agreement on a rare label moves the coefficient far, as its chance correction hangs on the shares."""

    @abstractmethod
    def moments(self, counts: IntArray) -> FloatArray:
        """Return the additive vector (X, L) of each row of label counts (X, K); rows may hold no judgment."""

    @abstractmethod
    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the observed and expected part (...) of sums (..., L); nan where there is none."""

    @abstractmethod
    def value(self, sums: FloatArray) -> FloatArray:
        """Return the coefficient (...) of sums (..., L); nan where undefined."""

    @abstractmethod
    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative (..., L) of `value` at sums (..., L)."""

    @abstractmethod
    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Return why the coefficient does not exist for these judgments, None where it does."""

    def n_entering(self, patterns: Patterns) -> int:
        """Return how many items the coefficient rests on; by default those with two judgments or more."""
        return patterns.n_items_paired

    def width(self, n_labels: int) -> int:
        """Return L for a scale of K labels."""
        return int(self.moments(np.zeros((0, n_labels), dtype=np.int64)).shape[1])

    def sums(self, patterns: Patterns) -> FloatArray:
        """Return the sums (L,) over the items of `patterns`."""
        return Tabulated(self, patterns).sums

    def point(self, patterns: Patterns) -> float:
        """Return the coefficient of `patterns`, nan where undefined."""
        return Tabulated(self, patterns).value


class Tabulated:
    """A coefficient at work on one pattern table: its vectors, their sums, its value and slope, each made once.

    Attributes
    ----------
    functional : Functional
    patterns : Patterns
    sums : float array (L,)
    value : float
    """

    def __init__(self, functional: Functional, patterns: Patterns) -> None:
        self.functional, self.patterns = functional, patterns
        self.width = max(1, functional.width(patterns.n_labels))
        self._step = max(1, BLOCK // max(self.width, patterns.n_labels**2))
        self._whole = functional.moments(patterns.counts) if patterns.n_patterns <= self._step else None
        self.sums: FloatArray = np.zeros(self.width)
        for rows, vectors in self.blocks():
            self.sums = self.sums + patterns.multiplicity[rows] @ vectors
        with np.errstate(divide="ignore", invalid="ignore"):
            self.value = float(functional.value(self.sums))

    @cached_property
    def slope(self) -> FloatArray:
        """Derivative (L,) of the value by the sums."""
        return self.functional.gradient(self.sums)

    def blocks(self) -> Iterator[tuple[slice, FloatArray]]:
        """Yield slices of the patterns with their vectors, never more than `BLOCK` numbers at once."""
        if self._whole is not None:
            yield slice(0, self.patterns.n_patterns), self._whole
            return
        for start in range(0, self.patterns.n_patterns, self._step):
            rows = slice(start, start + self._step)
            yield rows, self.functional.moments(self.patterns.counts[rows])


def quotient(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a / b, nan where b is 0."""
    a, b = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
    ratio: FloatArray = np.divide(a, b, out=np.full(a.shape, np.nan), where=b != 0)
    return ratio


def pair_credit(counts: IntArray, weights: FloatArray) -> FloatArray:
    """Return (X,): mean agreement weight over an item's ordered pairs of judgments; 0 where there is no pair."""
    n = counts.astype(np.float64)
    m: FloatArray = n.sum(axis=1)
    total: FloatArray = ((n @ weights) * n).sum(axis=1) - n @ np.diag(weights)
    credit: FloatArray = np.divide(total, m * (m - 1), out=np.zeros_like(m), where=m > 1)
    return credit
