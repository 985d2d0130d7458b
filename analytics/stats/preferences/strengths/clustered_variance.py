"""Variance of fitted strengths when judgments hang together by item, by trainer, or by the ranking they came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.strengths.comparisons import Comparisons


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterTable:
    """One way in which judgments hang together, already counted: what a long log becomes.

    Attributes
    ----------
    comparisons : Comparisons
        Rows of counts.
    cluster : int array (C,) or None
        Cluster code of each row, e.g. the trainer. None: every row is a cluster of its own.
    multiplicity : int array (C,) or None
        Clusters that look like the row, e.g. items with the same pair and the same votes; None: one each.
    """

    comparisons: Comparisons
    cluster: IntArray | None = None
    multiplicity: IntArray | None = None

    def __post_init__(self) -> None:
        for name in ("cluster", "multiplicity"):
            array = getattr(self, name)
            if array is not None and array.shape != self.comparisons.first.shape:
                raise ValueError(f"{name} must have {self.comparisons.first.size} entries, got {array.shape}.")
        if self.cluster is not None and self.multiplicity is not None:
            raise ValueError("a cluster table has codes or multiplicities, not both.")

    def meat(self, scores: csr_array) -> FloatArray:
        """Return G / (G - 1) times the sum over clusters of the outer product of their summed scores."""
        if self.cluster is not None:
            return _meat(scores, self.cluster)
        weight = np.ones(scores.shape[0]) if self.multiplicity is None else self.multiplicity.astype(np.float64)
        g = float(weight.sum())
        weighted = scores.multiply(weight[:, None]).tocsr()
        total: FloatArray = np.asarray((scores.T @ weighted).toarray(), dtype=np.float64)
        return total * (g / (g - 1) if g > 1 else 1.0)


def tabled_covariance(
    bread: FloatArray,
    score_of: Callable[[Comparisons], csr_array],
    tables: Sequence[ClusterTable],
    comparisons: Comparisons,
) -> tuple[FloatArray, str]:
    """Return the sandwich covariance from counted clusters, and its name; see `clustered_covariance`.

    Parameters
    ----------
    bread : float array (Q, Q)
        (Pseudo-)inverse of the information.
    score_of : callable
        From rows of counts to the gradient (C, Q) of each row's log-likelihood.
    tables : one or two ClusterTable
        E.g. items and trainers; each must hold every judgment. Two ways overlap in single judgments.
    comparisons : Comparisons
        All judgments, for the overlap.
    """
    if not 1 <= len(tables) <= 2:
        raise ValueError(f"tables must hold one or two cluster tables, got {len(tables)}.")
    for table in tables:
        if table.multiplicity is None and table.comparisons.n_judgments != comparisons.n_judgments:
            raise ValueError(
                f"a cluster table must hold all {comparisons.n_judgments} judgments, "
                f"got {table.comparisons.n_judgments}."
            )
    meat = sum((t.meat(score_of(t.comparisons)) for t in tables), np.zeros_like(bread))
    if len(tables) == 2:
        single = _single_judgments(comparisons)
        meat = meat - single.meat(score_of(single.comparisons))
    return _positive(bread @ meat @ bread), "two-way clustered" if len(tables) == 2 else "clustered"


def _single_judgments(c: Comparisons) -> ClusterTable:
    """Return a table of the three outcomes of every row, each with the number of judgments that had it."""
    size = c.first.size
    one, none = np.ones(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    rows = Comparisons(
        first=np.tile(c.first, 3), second=np.tile(c.second, 3), wins_first=np.concatenate([one, none, none]),
        wins_second=np.concatenate([none, one, none]), ties=np.concatenate([none, none, one]), n_objects=c.n_objects,
    )  # fmt: skip
    return ClusterTable(comparisons=rows, multiplicity=np.concatenate([c.wins_first, c.wins_second, c.ties]))


def clustered_covariance(bread: FloatArray, scores: csr_array, clusters: Sequence[IntArray]) -> tuple[FloatArray, str]:
    """Return the sandwich covariance bread @ meat @ bread and its name.

    One cluster variable: meat = G/(G-1) sum_g s_g s_g'. Two: those of both less that of their intersection (Cameron,
    Gelbach and Miller); where that is not positive semi-definite its negative eigenvalues are set to 0.

    Parameters
    ----------
    bread : float array (Q, Q)
        (Pseudo-)inverse of the information.
    scores : sparse array (C, Q)
        Gradient of each row's log-likelihood.
    clusters : one or two int arrays (C,)
        Cluster code of each row.

    Raises
    ------
    ValueError
        If there are no or more than two cluster variables, or one has another length.

    References
    ----------
    Cameron, Gelbach and Miller (2011), doi:10.1198/jbes.2010.07136.
    """
    if not 1 <= len(clusters) <= 2:
        raise ValueError(f"clusters must hold one or two variables, got {len(clusters)}.")
    for variable in clusters:
        if variable.shape != (scores.shape[0],):
            raise ValueError(f"a cluster variable must have {scores.shape[0]} entries, got {variable.shape}.")
    meat = sum((_meat(scores, variable) for variable in clusters), np.zeros_like(bread))
    if len(clusters) == 2:
        _, a = np.unique(clusters[0], return_inverse=True)
        _, b = np.unique(clusters[1], return_inverse=True)
        meat = meat - _meat(scores, a.reshape(-1) * (int(b.max(initial=0)) + 1) + b.reshape(-1))
    return _positive(bread @ meat @ bread), "two-way clustered" if len(clusters) == 2 else "clustered"


def _positive(covariance: FloatArray) -> FloatArray:
    """Return the nearest symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T, dtype=np.float64)


def _meat(scores: csr_array, cluster: IntArray) -> FloatArray:
    _, at = np.unique(cluster, return_inverse=True)
    g = int(at.max(initial=-1)) + 1
    rows = np.arange(at.size)
    gather = csr_array((np.ones(at.size), (at.reshape(-1), rows)), shape=(g, at.size))
    total = gather @ scores
    factor = g / (g - 1) if g > 1 else 1.0
    meat: FloatArray = factor * (total.T @ total).toarray()
    return meat
