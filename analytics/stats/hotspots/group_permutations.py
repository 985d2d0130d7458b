"""Exchanging trainers between groups: what differences between groups look like when the group does not matter."""

from __future__ import annotations

import numpy as np

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray

LEAST_IN_STRATUM = 10
"""Trainers a stratum has at least: with fewer, few exchanges differ and no p-value can be small."""


def volume_strata(codes: JudgmentCodes, active: IntArray, n_strata: int = 5) -> IntArray:
    """Return (M,) a stratum of trainers with about as many judgments; -1 for trainers that take no part.

    There are at most `n_strata`, and as many as leave `LEAST_IN_STRATUM` trainers in each.
    """
    strata = np.full(codes.n_trainers, -1, dtype=np.int64)
    known = np.flatnonzero(active >= 0)
    order = known[np.argsort(codes.trainer_sizes[known], kind="stable")]
    made = max(1, min(n_strata, order.size // LEAST_IN_STRATUM))
    strata[order] = np.arange(order.size) * made // max(order.size, 1)
    return strata


def permuted_groups(active: IntArray, strata: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    """Return (n, M) groupings in which trainers of a stratum have exchanged their groups."""
    out = np.repeat(active[None, :], n, axis=0)
    for s in range(int(strata.max(initial=-1)) + 1):
        members = np.flatnonzero(strata == s)
        out[:, members] = rng.permuted(np.repeat(active[members][None, :], n, axis=0), axis=1)
    return out


def two_sided(observed: FloatArray, draws: FloatArray) -> FloatArray:
    """Return twice the smaller tail share of `observed` (...) among `draws` (B, ...), each (1 + count) / (1 + B)."""
    live = ~np.isnan(draws)
    n = live.sum(axis=0)
    low = (1.0 + (live & (draws <= observed)).sum(axis=0)) / (1.0 + n)
    high = (1.0 + (live & (draws >= observed)).sum(axis=0)) / (1.0 + n)
    p = np.minimum(1.0, 2 * np.minimum(low, high))
    return np.asarray(np.where(np.isnan(observed), np.nan, p), dtype=np.float64)
