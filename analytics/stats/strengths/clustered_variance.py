"""Variance of fitted strengths when judgments hang together by item, by trainer, or by the ranking they came from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from analytics.stats.patterns import FloatArray, IntArray


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
    covariance = bread @ meat @ bread
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    positive: FloatArray = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return positive, "two-way clustered" if len(clusters) == 2 else "clustered"


def _meat(scores: csr_array, cluster: IntArray) -> FloatArray:
    _, at = np.unique(cluster, return_inverse=True)
    g = int(at.max(initial=-1)) + 1
    rows = np.arange(at.size)
    gather = csr_array((np.ones(at.size), (at.reshape(-1), rows)), shape=(g, at.size))
    total = gather @ scores
    factor = g / (g - 1) if g > 1 else 1.0
    meat: FloatArray = factor * (total.T @ total).toarray()
    return meat
