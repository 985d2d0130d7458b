"""Within-group and cross-group reliability from label counts by group, and counts by group under any grouping."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray


def label_table(codes: JudgmentCodes, weights: FloatArray | None = None) -> sparse.csr_array:
    """Return (N * K, M), sparse: how often each trainer gave each label to each item; `weights` (J,) count instead."""
    row = codes.item * codes.n_labels + codes.label
    data = np.ones(row.size) if weights is None else weights
    shape = (codes.n_items * codes.n_labels, codes.n_trainers)
    return sparse.csr_array((data, (row, codes.trainer)), shape=shape)


def group_counts(labels: sparse.csr_array, groupings: IntArray, n_groups: int, n_labels: int) -> FloatArray:
    """Return (N, K, B, G): label counts of each item by group, under each of B groupings of the trainers.

    Parameters
    ----------
    labels : sparse array (N * K, M)
        From `label_table`.
    groupings : int array (B, M)
        Group 0..G-1 of each trainer, -1 for trainers that take no part.
    n_groups, n_labels : int
        G and K.
    """
    member = groupings.T[:, :, None] == np.arange(n_groups)
    flat = labels @ member.reshape(groupings.shape[1], -1).astype(np.float64)
    return np.asarray(flat, dtype=np.float64).reshape(-1, n_labels, groupings.shape[0], n_groups)


def group_statistics(counts: FloatArray, distance: FloatArray) -> FloatArray:
    """Return (4, B, G): agreement within each group, across to all others, their ratio and their difference.

    Parameters
    ----------
    counts : float array (N, K, B, G)
        From `group_counts`.
    distance : float array (K, K)
        Distance between labels.
    """
    n, k, b, g = counts.shape
    others = counts.sum(axis=3, keepdims=True) - counts
    x, y = counts.reshape(n, k, b * g), others.reshape(n, k, b * g)
    within, across = within_group_alpha(x, distance), cross_group_reliability(x, y, distance)
    ratio = np.divide(within, across, out=np.full(within.shape, np.nan), where=across != 0)
    return np.stack([within, across, ratio, within - across]).reshape(4, b, g)


def within_group_alpha(x: FloatArray, distance: FloatArray) -> FloatArray:
    """Return (B,) Krippendorff's alpha of counts (N, K, B), one column a grouping; nan where D_e is 0.

    Parameters
    ----------
    x : float array (N, K, B)
        Label counts of each item.
    distance : float array (K, K)
        Distance between labels, the same for every group.
    """
    m = x.sum(axis=1)
    paired = m > 1
    kept = x * paired[:, None, :]
    spread = (kept * (distance @ kept)).sum(axis=1)
    observed = (spread / np.where(paired, m - 1, 1.0)).sum(axis=0)
    totals = kept.sum(axis=0)
    n = totals.sum(axis=0)
    pairs = (totals * (distance @ totals)).sum(axis=0)
    ratio = np.full(n.shape, np.nan)
    live = pairs > 0
    ratio[live] = observed[live] * (n[live] - 1) / pairs[live]
    return np.asarray(1.0 - ratio, dtype=np.float64)


def cross_group_reliability(x: FloatArray, y: FloatArray, distance: FloatArray) -> FloatArray:
    """Return (B,) xRR of two sets of judgments of the same items: agreement across, corrected for chance.

    1 - d_o / d_e over items that both have judged: d_o weighs the mean distance between a judgment of either set by
    R_i + S_i, d_e is the mean distance between any two judgments of either set, whatever the item. nan where d_e is 0.

    Parameters
    ----------
    x, y : float array (N, K, B)
        Label counts of each item in either set.
    distance : float array (K, K)
        Distance between labels.

    References
    ----------
    Wong, Paritosh, Aroyo 2021, doi:10.18653/v1/2021.acl-long.548.
    """
    r, s = x.sum(axis=1), y.sum(axis=1)
    both = (r > 0) & (s > 0)
    x, y = x * both[:, None, :], y * both[:, None, :]
    across = (y * (distance @ x)).sum(axis=1)
    weight = np.where(both, r + s, 0.0)
    share = across * weight / np.where(both, r * s, 1.0)
    total_x, total_y = x.sum(axis=0), y.sum(axis=0)
    chance = (total_y * (distance @ total_x)).sum(axis=0)
    ratio = np.full(chance.shape, np.nan)
    live = chance > 0
    sizes = total_x.sum(axis=0) * total_y.sum(axis=0)
    ratio[live] = share.sum(axis=0)[live] / weight.sum(axis=0)[live] * sizes[live] / chance[live]
    return np.asarray(1.0 - ratio, dtype=np.float64)
