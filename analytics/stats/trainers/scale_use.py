"""How trainers use the scale: labels against what their items lead one to expect, and keeping to the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.trainers.crossed_model import CrossedData, variance_components
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_estimates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelUsage:
    """Labels given against labels expected from the others' judgments on the same items.

    Attributes
    ----------
    n : int array (M,)
        Judgments on items that somebody else judged too.
    used, expected : float array (M, K)
        Share of each label the trainer gave, and the mean share the others gave on the same items; nan without items.
    distance : float array (M,)
        Total variation ½ Σ_k |used - expected|; 0 = as the items say. Small n makes it large by chance alone.
    p_value : float array (M,)
        Chi-square test that the trainer's labels are exchangeable with the others' within each item.
    ends_excess : float array (M,)
        Share of the two end labels beyond expectation; negative = avoids the ends. nan with fewer than 3 labels.
    """

    n: IntArray
    used: FloatArray
    expected: FloatArray
    distance: FloatArray
    p_value: FloatArray
    ends_excess: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def label_usage(patterns: Patterns, trainer_patterns: TrainerPatterns) -> LabelUsage:
    """Return each trainer's use of labels against what their items lead one to expect.

    Never against the team's overall shares: items differ. The test uses the exact moments of permuting labels within
    an item: mean Σ_i n_ik/m_i and covariance Σ_i diag(p_i) - p_i p_i', p_i = n_i/m_i.

    Parameters
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns
        Count tables of one criterion, a trainer at most once an item.

    Notes
    -----
    With fewer than about 5 expected judgments of a label the chi-square is rough. A difference is not an error.
    """
    check_matching(patterns, trainer_patterns)
    t, k, m_trainers = trainer_patterns, patterns.n_labels, trainer_patterns.n_trainers
    paired = patterns.sizes[t.pattern] >= 2
    who, row, label, n = t.trainer[paired], t.pattern[paired], t.label[paired], t.n[paired].astype(np.float64)
    counts = patterns.counts[row].astype(np.float64)
    size = counts.sum(axis=1)
    others = counts.copy()
    others[np.arange(row.size), label] -= 1.0
    given = np.zeros((row.size, k))
    given[np.arange(row.size), label] = 1.0
    share = counts / size[:, None]

    def per_trainer(x: FloatArray) -> FloatArray:
        return np.stack([group_sums(who, x[:, c] * n, m_trainers) for c in range(k)], axis=1)

    total = group_sums(who, n, m_trainers)
    used = ratio(per_trainer(given), total[:, None])
    expected = ratio(per_trainer(others / (size - 1.0)[:, None]), total[:, None])
    difference = per_trainer(given - share)
    covariance = np.empty((m_trainers, k, k))
    for c in range(k):
        covariance[:, c, :] = -per_trainer(share[:, c : c + 1] * share)
        covariance[:, c, c] += group_sums(who, share[:, c] * n, m_trainers)
    p_value = np.full(m_trainers, np.nan)
    for j in np.flatnonzero(total > 0):
        rank = int(np.linalg.matrix_rank(covariance[j], tol=1e-9))
        if rank:
            inverse = np.linalg.pinv(covariance[j], rcond=1e-9, hermitian=True)
            p_value[j] = stats.chi2.sf(float(difference[j] @ inverse @ difference[j]), rank)
    ends = used[:, [0, -1]].sum(axis=1) - expected[:, [0, -1]].sum(axis=1) if k > 2 else np.full(m_trainers, np.nan)
    return LabelUsage(
        n=np.rint(total).astype(np.int64), used=used, expected=expected, p_value=p_value, ends_excess=ends,
        distance=0.5 * np.abs(used - expected).sum(axis=1),
    )  # fmt: skip


def central_tendency(data: CrossedData, severities: npt.ArrayLike, *, confidence: float = 0.95) -> TrainerEstimates:
    """Return each trainer's slope on the item's value: under 1 = keeps to the middle, over 1 = goes to the ends.

    The item's value is the mean of the *others'* values net of their severity, shrunken by its reliability
    item/(item + residual/(m_i - 1)), which undoes the flattening that noise in the regressor would cause (regression
    calibration). Slopes are then shrunken towards 1 by the spread of slopes over the team.

    Parameters
    ----------
    data : CrossedData
        Label values of one ordered criterion; a trainer at most once an item.
    severities : float array (M,)
        Severity per trainer in scale points (`severity(...).severity.value`); nan counts as 0.
    confidence : float
        Coverage.
    """
    check_confidence(confidence)
    shift = np.nan_to_num(np.asarray(severities, dtype=np.float64), nan=0.0)
    if shift.shape != (data.n_trainers,):
        raise ValueError(f"severities must have shape ({data.n_trainers},), got {shift.shape}.")
    parts = variance_components(data)
    n = data.trainer_sizes
    nothing = np.full(data.n_trainers, np.nan)
    if parts.undefined is not None or parts.item == 0.0:
        why = parts.undefined or "items do not differ, so there is no scale to compress"
        return trainer_estimates("central_tendency", nothing, n=n, confidence=confidence, reason=why)
    y = data.y - shift[data.trainer]
    others = data.item_sizes[data.item] - 1.0
    keep = others > 0
    who, rest = data.trainer[keep], others[keep]
    peers = (group_sums(data.item, y, data.n_items)[data.item] - y)[keep] / rest
    mean = float(y.mean())
    reliability = parts.item / (parts.item + parts.residual / rest)
    x, own = reliability * (peers - mean), y[keep]
    m = data.n_trainers
    size = group_sums(who, np.ones(who.size), m)
    x_mean, y_mean = ratio(group_sums(who, x, m), size), ratio(group_sums(who, own, m), size)
    dx, dy = x - x_mean[who], own - y_mean[who]
    sxx = group_sums(who, dx**2, m)
    enough = (size >= 5) & (sxx > 0)
    slope = np.where(enough, ratio(group_sums(who, dx * dy, m), sxx), np.nan)
    residual = dy - slope[who] * dx
    se = np.sqrt(ratio(group_sums(who, residual**2 * dx**2, m) * ratio(size, size - 2.0), sxx**2))
    spread = float(np.nanvar(slope[enough]) - np.nanmean(se[enough] ** 2)) if enough.sum() > 2 else 0.0
    tau = max(spread, 0.0)
    weight = ratio(np.full(m, tau), tau + se**2) if tau > 0 else np.zeros(m)
    value = np.where(enough, 1.0 + weight * (slope - 1.0), np.nan)
    shrunken_se = np.sqrt(weight) * se
    return trainer_estimates(
        "central_tendency", value, n=n, se=shrunken_se, confidence=confidence,
        interval_method="normal, empirical Bayes towards 1", reason="fewer than 5 judgments on items judged by others",
    )  # fmt: skip
