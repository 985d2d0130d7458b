"""Distances between labels: what Krippendorff's alpha counts as disagreement, 0 on the diagonal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.core.scale import SET_SEPARATOR
from analytics.stats.counts.patterns import FloatArray

METRIC_LEVELS: tuple[str, ...] = ("nominal", "ordinal", "interval", "ratio")


def nominal_distances(n_labels: int) -> FloatArray:
    """Return 0 on the diagonal and 1 elsewhere, (K, K)."""
    return 1 - np.eye(n_labels)


def interval_distances(values: Sequence[float] | FloatArray) -> FloatArray:
    """Return the squared differences of the label values (K,), as (K, K)."""
    x = _finite(values)
    return (x[:, None] - x[None, :]) ** 2


def ratio_distances(values: Sequence[float] | FloatArray) -> FloatArray:
    """Return the squared relative differences of the label values (K,), as (K, K); two zeros are 0 apart.

    Raises
    ------
    ValueError
        If a value is negative: a ratio scale has an absolute zero.
    """
    x = _finite(values)
    if (x < 0).any():
        raise ValueError(f"a ratio scale must not have negative values, got {float(x.min()):g}.")
    total = x[:, None] + x[None, :]
    share = np.divide(x[:, None] - x[None, :], total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(share**2, dtype=np.float64)


def midranks(totals: FloatArray) -> FloatArray:
    """Return the middle rank of each label when `totals` (..., K) judgments are lined up in the scale's order."""
    ranks: FloatArray = np.cumsum(totals, axis=-1) - totals / 2
    return ranks


def ordinal_distances(totals: Sequence[float] | FloatArray) -> FloatArray:
    """Return Krippendorff's ordinal metric (K, K) for pairable label totals (K,).

    The distance of two labels is the squared number of judgments that lie between them, ends counted half: the
    squared difference of their middle ranks. It is made from the data and changes with every slice and replicate.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability, section 3.
    """
    return interval_distances(midranks(_finite(totals)))


def set_members(label: str) -> frozenset[str]:
    """Return the flags in a set label: "bias|tox" holds two, "" holds none."""
    return frozenset(label.split(SET_SEPARATOR)) if label else frozenset()


def jaccard_distance(a: frozenset[str], b: frozenset[str]) -> float:
    """Return 1 - shared / all flags; two empty sets are 0 apart, an empty set is 1 from any other.

    >>> jaccard_distance(frozenset("ab"), frozenset("bc"))
    0.6666666666666667
    """
    if not a and not b:
        return 0.0
    return 1 - len(a & b) / len(a | b)


def masi_distance(a: frozenset[str], b: frozenset[str]) -> float:
    """Return Passonneau's distance: 1 - Jaccard x monotonicity, 1 equal, 2/3 nested, 1/3 overlapping, 0 disjoint.

    Two empty sets ("no flags", a frequent and real judgment) are 0 apart, an empty set is 1 from any other.

    References
    ----------
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI). LREC.

    Examples
    --------
    >>> masi_distance(frozenset("ab"), frozenset("abcd"))
    0.6666666666666667
    """
    if a == b:
        return 0.0
    if not a & b:
        return 1.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - len(a & b) / len(a | b) * monotonicity


def set_distances(labels: Sequence[str], kind: str = "masi") -> FloatArray:
    """Return the distances between K set labels in canonical text form, (K, K).

    Parameters
    ----------
    labels : sequence of str (K,)
        Flags joined by "|"; "" is the empty set.
    kind : {"masi", "jaccard"}

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    if kind not in ("masi", "jaccard"):
        raise ValueError(f"kind must be one of 'masi', 'jaccard', got {kind!r}.")
    sets = [set_members(label) for label in labels]
    flags = {flag: f for f, flag in enumerate(sorted(set().union(*sets)))}
    member = np.zeros((len(sets), len(flags)))
    for row, one in enumerate(sets):
        member[row, [flags[flag] for flag in one]] = 1
    size = member.sum(axis=1)
    shared = member @ member.T
    either = size[:, None] + size[None, :] - shared
    alike = np.divide(shared, either, out=np.ones_like(shared), where=either > 0)
    if kind == "masi":
        nested = shared == np.minimum(size[:, None], size[None, :])
        equal = shared == either
        alike *= np.where(equal, 1.0, np.where(nested, 2 / 3, 1 / 3))
    return np.asarray(1 - alike, dtype=np.float64)


def check_distances(distance: FloatArray, n_labels: int) -> FloatArray:
    """Return `distance` as a float array if it is a K x K distance: symmetric, finite, not negative, 0 diagonal."""
    table = np.asarray(distance, dtype=np.float64)
    if table.shape != (n_labels, n_labels):
        raise ValueError(f"distance must have shape ({n_labels}, {n_labels}), got {table.shape}.")
    if not np.isfinite(table).all() or (table < 0).any() or np.diag(table).any():
        raise ValueError("distance must be finite and not negative, with a diagonal of 0.")
    if not np.allclose(table, table.T, rtol=1e-12, atol=0):
        raise ValueError("distance must be symmetric.")
    return table


def _finite(values: Sequence[float] | FloatArray) -> FloatArray:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError(f"values must be finite numbers, one a label, got {x.tolist()}.")
    return x
