"""Which objects can be put on one scale: those joined by wins in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze


@dataclass(frozen=True, kw_only=True, slots=True)
class Connectivity:
    """Groups of objects whose strengths the data can compare.

    Attributes
    ----------
    group : int array (N,)
        Strongly connected component of each object: within one there is a chain of wins from every object to every
        other. Numbered by size, the largest 0.
    n_groups : int
    met_group : int array (N,)
        Component when only meeting counts, whoever won.
    n_met_groups : int
    reason : str or None
        Why strengths of different groups cannot be compared, in words fit for a page; None where all are one group.
    """

    group: IntArray
    n_groups: int
    met_group: IntArray
    n_met_groups: int
    reason: str | None

    def __post_init__(self) -> None:
        freeze(self)


def connectivity(wins: FloatArray) -> Connectivity:
    """Return the groups that a table of wins (N, N; row beat column) joins.

    Maximum likelihood puts a finite strength on every object of a group, and none on the difference of two groups:
    either they never met, or one won every time.

    References
    ----------
    Ford (1957), doi:10.2307/2308513 (the condition for Bradley-Terry).

    Examples
    --------
    >>> connectivity(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 2.0], [0.0, 0.0, 0.0]])).reason
    '2 groups cannot be compared: every comparison between them was won by the same side.'
    """
    graph = csr_array((wins > 0).astype(np.int64))
    n_strong, strong = connected_components(graph, directed=True, connection="strong")
    n_weak, weak = connected_components(graph, directed=False)
    reason = None
    if n_weak > 1:
        reason = f"{n_weak} groups were never compared with each other, so their strengths share no scale."
        if n_strong > n_weak:
            reason += f" Within them, wins that all went one way split off {n_strong - n_weak} more."
    elif n_strong > 1:
        reason = f"{n_strong} groups cannot be compared: every comparison between them was won by the same side."
    return Connectivity(
        group=_by_size(strong), n_groups=int(n_strong), met_group=_by_size(weak), n_met_groups=int(n_weak),
        reason=reason,
    )  # fmt: skip


def _by_size(labels: np.ndarray) -> IntArray:
    """Renumber components by falling size, ties by first member."""
    if not labels.size:
        return labels.astype(np.int64)
    _, first, inverse, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    numbered: IntArray = rank[inverse.reshape(-1)]
    return numbered
