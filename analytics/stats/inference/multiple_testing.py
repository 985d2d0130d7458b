"""Many tests at once: which of them still stand when the luck of looking often is taken into account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Method = Literal["benjamini-hochberg", "benjamini-yekutieli", "bonferroni", "holm"]
METHODS: tuple[str, ...] = get_args(Method)


@dataclass(frozen=True, kw_only=True, slots=True)
class Discoveries:
    """Which of several hypotheses are rejected, and at what adjusted level each would just be.

    Attributes
    ----------
    p_values : float array (H,)
        As given; nan where a hypothesis could not be tested.
    q_values : float array (H,)
        Smallest level at which the hypothesis is rejected; nan where it was not tested. For Bonferroni and Holm these
        are adjusted p-values.
    rejected : bool array (H,)
        q_values <= level.
    level : float
        False discovery rate (family-wise error rate for Bonferroni and Holm) that is kept.
    method : str
        One of METHODS.
    n_tested : int
        Hypotheses with a p-value.
    """

    p_values: FloatArray
    q_values: FloatArray
    rejected: BoolArray
    level: float
    method: Method
    n_tested: int

    @property
    def n_rejected(self) -> int:
        """Number of hypotheses rejected."""
        return int(self.rejected.sum())


def discoveries(p_values: npt.ArrayLike, *, level: float = 0.05, method: Method = "benjamini-hochberg") -> Discoveries:
    """Return which hypotheses to reject so that the chosen error rate stays below `level`.

    Benjamini-Hochberg keeps the expected share of false discoveries at `level` for independent and positively
    dependent tests, Benjamini-Yekutieli under any dependence; Bonferroni and Holm keep the probability of any false
    discovery. When no hypothesis is false, all four keep the probability of any discovery at `level`.

    Parameters
    ----------
    p_values : float array (H,)
        In [0, 1]; nan for hypotheses that could not be tested: they neither count nor are rejected.
    level : float
        In (0, 1).
    method : {"benjamini-hochberg", "benjamini-yekutieli", "bonferroni", "holm"}
        Which error rate is kept, and under which dependence.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1], `level` outside (0, 1), or `method` is unknown.

    References
    ----------
    Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
    Benjamini, Yekutieli 2001, doi:10.1214/aos/1013699998. Holm 1979, Scand. J. Statist. 6:65-70.

    Examples
    --------
    >>> discoveries([0.01, 0.04, 0.03, 0.5], level=0.05).q_values.round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise ValueError(f"p_values must have 1 axis, got {p.ndim}.")
    if not 0 < level < 1:
        raise ValueError(f"level must lie in (0, 1), got {level}.")
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(map(repr, METHODS))}, got {method!r}.")
    tested = ~np.isnan(p)
    if ((p[tested] < 0) | (p[tested] > 1)).any():
        raise ValueError(f"p_values must lie in [0, 1], got {p[tested].min()}..{p[tested].max()}.")
    q = np.full(p.shape, np.nan)
    q[tested] = _adjusted(p[tested], method)
    rejected = np.zeros(p.shape, dtype=np.bool_)
    rejected[tested] = q[tested] <= level
    for array in (q, rejected):
        array.flags.writeable = False
    return Discoveries(
        p_values=p, q_values=q, rejected=rejected, level=level, method=method, n_tested=int(tested.sum())
    )


def max_t_p_values(observed: npt.ArrayLike, permuted: npt.ArrayLike) -> FloatArray:
    """Return p-values that hold for all hypotheses together, from the largest statistic of each permutation.

    p_h = (1 + #{b : max_h |t_bh| >= |t_h|}) / (1 + B): the chance that luck alone makes *any* of the H statistics as
    large as this one. The probability of any false rejection is then at most the level, under any dependence.

    Parameters
    ----------
    observed : float array (H,)
        Statistics; nan where a hypothesis could not be tested.
    permuted : float array (B, H)
        The same statistics under B permutations; nan is left out of the maximum.

    Raises
    ------
    ValueError
        If the shapes do not match or there is no permutation.

    References
    ----------
    Westfall, Young 1993, Resampling-Based Multiple Testing.
    """
    t = np.abs(np.asarray(observed, dtype=np.float64))
    draws = np.abs(np.asarray(permuted, dtype=np.float64))
    if t.ndim != 1 or draws.ndim != 2 or draws.shape[1] != t.size or not draws.shape[0]:
        raise ValueError(f"permuted must have shape (B, {t.size}) with B >= 1, got {draws.shape}.")
    largest = np.sort(np.max(np.where(np.isnan(draws), -np.inf, draws), axis=1)) if t.size else np.zeros(0)
    reached = draws.shape[0] - np.searchsorted(largest, t, side="left")
    p: FloatArray = np.where(np.isnan(t), np.nan, (1.0 + reached) / (1.0 + draws.shape[0]))
    return p


def smallest_of(p_values: Sequence[float]) -> float:
    """Return the p-value of "none of these": the smallest times their number (Bonferroni); nan where none is known.

    Examples
    --------
    >>> smallest_of((0.01, 0.5, float("nan")))
    0.02
    """
    known = [p for p in p_values if not np.isnan(p)]
    return min(1.0, len(known) * min(known)) if known else float("nan")


def _adjusted(p: FloatArray, method: Method) -> FloatArray:
    n = p.size
    if not n:
        return p
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, n + 1)
    if method == "bonferroni":
        return np.minimum(p * n, 1.0)
    out = np.empty(n)
    if method == "holm":
        out[order] = np.minimum(np.maximum.accumulate(p[order] * (n - rank + 1)), 1.0)
        return out
    dependence = float(np.sum(1.0 / rank)) if method == "benjamini-yekutieli" else 1.0
    stepped = p[order] * n * dependence / rank
    out[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return out
