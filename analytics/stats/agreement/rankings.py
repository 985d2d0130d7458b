"""Agreement on rankings: Kendall's W within a prompt, mean tau-b and top-1 agreement over pairs of judgments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.preference_forms import mid_ranks, parsed_ranking, ranking_label


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingTables:
    """What K distinct rankings have to do with each other.

    Attributes
    ----------
    answers : tuple of str (N,)
        The answers that are ranked.
    ranks : float array (K, N)
        Mid-ranks, 1 best; nan where an answer is not ranked.
    tau : float array (K, K)
        Kendall's tau-b over the answers both rank. Identical rankings have 1; where one of two different rankings ties
        all answers the other tells apart, tau-b does not exist and 0 stands.
    top : float array (K, K)
        Shared over all first places: 1 where both put the same answers first, 0 where none is shared.
    """

    answers: tuple[str, ...]
    ranks: FloatArray
    tau: FloatArray
    top: FloatArray


def ranking_tables(labels: Sequence[str]) -> RankingTables:
    """Compare K rankings in canonical text ("r2>r1=r3") with each other.

    Answers with the same name are the same answer; where every prompt has ids of its own, rename them first with
    `canonical_ranking`.

    References
    ----------
    Kendall (1945), doi:10.1093/biomet/33.3.239.

    Examples
    --------
    >>> ranking_tables(["a>b>c", "a>c>b", "c>b>a"]).tau[0].round(3)
    array([ 1.   ,  0.333, -1.   ])
    """
    answers = tuple(sorted({x for label in labels for group in parsed_ranking(label) for x in group}))
    ranks = np.array([mid_ranks(label, answers) for label in labels]).reshape(len(labels), len(answers))
    first, second = np.triu_indices(len(answers), 1)
    gap = ranks[:, second] - ranks[:, first]
    there = np.isfinite(gap).astype(np.float64)
    sign = np.sign(np.nan_to_num(gap))
    told = np.abs(sign)
    size = np.sqrt((told @ there.T) * (there @ told.T))
    tau = np.divide(sign @ sign.T, size, out=np.zeros_like(size), where=size > 0)
    best = np.nan_to_num(np.equal(ranks, np.nanmin(ranks, axis=1, keepdims=True)).astype(np.float64))
    shared = best @ best.T
    either = best.sum(axis=1)[:, None] + best.sum(axis=1)[None, :] - shared
    np.fill_diagonal(tau, 1.0)
    return RankingTables(answers=answers, ranks=ranks, tau=np.clip(tau, -1.0, 1.0), top=shared / either)


def canonical_ranking(label: str) -> str:
    """Rename the answers of a complete ranking to their place in sorted order, so that prompts can be pooled.

    >>> canonical_ranking("r9>r7=r8")
    '3>1=2'
    """
    groups = parsed_ranking(label)
    place = {x: str(i + 1) for i, x in enumerate(sorted(x for group in groups for x in group))}
    return ranking_label([[place[x] for x in group] for group in groups])


@dataclass(frozen=True, kw_only=True, slots=True)
class KendallW:
    """Concordance of m rankings of N answers.

    Attributes
    ----------
    value : float
        W in [0, 1]; nan where every ranking ties everything.
    s : float
        Sum of squared deviations of the rank sums.
    chi2 : float
        m (N - 1) W, Friedman's statistic with N - 1 degrees of freedom.
    mean_spearman : float
        Mean rank correlation over pairs of rankings, (m W - 1) / (m - 1).
    n_rankings, n_answers : int
    """

    value: float
    s: float
    chi2: float
    mean_spearman: float
    n_rankings: int
    n_answers: int


def kendall_w(ranks: npt.ArrayLike) -> KendallW:
    """Compute Kendall's W with its correction for ties.

    Parameters
    ----------
    ranks : float array (M, N)
        Mid-ranks of N answers (columns) by M trainers (rows), no gaps.

    Raises
    ------
    ValueError
        If there are gaps, or fewer than two rankings or answers.

    References
    ----------
    Kendall and Babington Smith (1939), doi:10.1214/aoms/1177732186.
    """
    table = np.asarray(ranks, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise ValueError(f"ranks must have at least two rankings and two answers, got shape {table.shape}.")
    if not np.isfinite(table).all():
        raise ValueError("ranks must be complete; compare partial rankings by tau-b.")
    m, n = table.shape
    totals = table.sum(axis=0)
    s = float(((totals - m * (n + 1) / 2) ** 2).sum())
    room = m**2 * (n**3 - n) - m * float(_tie_correction(table).sum())
    w = 12 * s / room if room > 0 else math.nan
    return KendallW(value=w, s=s, chi2=m * (n - 1) * w, mean_spearman=(m * w - 1) / (m - 1), n_rankings=m, n_answers=n)


def concordance_by_pattern(counts: IntArray, ranks: FloatArray) -> FloatArray:
    """Return (X,): W of the rankings on an item with label counts (X, K).

    nan where fewer than two trainers ranked, they ranked different answers, fewer than three, or tied them all: of
    two answers W says no more than percent agreement.
    """
    n = counts.astype(np.float64)
    m = n.sum(axis=1)
    there = np.isfinite(ranks).astype(np.float64)
    ranked = n @ there
    same = (np.isclose(ranked, 0) | np.isclose(ranked, m[:, None])).all(axis=1)
    answers = (ranked > 0).sum(axis=1)
    totals = n @ np.nan_to_num(ranks)
    centre = m * (answers + 1) / 2
    s = np.where(ranked > 0, (totals - centre[:, None]) ** 2, 0.0).sum(axis=1)
    room = m**2 * (answers**3 - answers) - m * (n @ _tie_correction(ranks))
    good = same & (m > 1) & (answers > 2) & (room > 1e-9)
    w: FloatArray = np.divide(12 * s, room, out=np.full(len(m), np.nan), where=good)
    return w


def _tie_correction(ranks: FloatArray) -> FloatArray:
    """Return (M,): sum over groups of tied answers of t^3 - t."""
    out = np.zeros(ranks.shape[0])
    for row, line in enumerate(ranks):
        _, size = np.unique(line[np.isfinite(line)], return_counts=True)
        out[row] = float((size.astype(np.float64) ** 3 - size).sum())
    return out
