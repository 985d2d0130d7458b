"""Circles in preferences: A over B, B over C, C over A; and pairs that turn when shown the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, check_confidence, freeze, trainer_estimates

NO_TRIADS = "nobody compared three answers of one prompt in all three pairs without a tie"
NO_OWN_TRIADS = "no three answers of one prompt compared in all three pairs without a tie"
NO_REPEATS = "no pair was judged twice by the same trainer, once in each order"
BY_LUCK = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Tournament:
    """Circular triads of one complete set of paired choices.

    Attributes
    ----------
    wins : int array (N,)
        Choices for each answer.
    circular_triads : int
        d: triples of answers that go in a circle.
    most_circular : float
        The most there can be among N answers.
    zeta : float
        Coefficient of consistence 1 - d / most: 1 no circle, 0 as many as possible; nan for fewer than 3 answers.
    expected_by_luck : float
        Circular triads if every choice were the flip of a coin.
    """

    wins: IntArray
    circular_triads: int
    most_circular: float
    zeta: float
    expected_by_luck: float

    def __post_init__(self) -> None:
        freeze(self)


def tournament(chosen: npt.ArrayLike) -> Tournament:
    """Count circular triads where every two of N answers were compared once, without ties.

    d = N (N - 1) (2N - 1) / 12 - sum wins^2 / 2;  most = (N^3 - N) / 24 for odd N, (N^3 - 4N) / 24 for even;
    by luck N (N - 1) (N - 2) / 24.

    Parameters
    ----------
    chosen : int array (N, N)
        1 where the row was chosen over the column, else 0.

    Raises
    ------
    ValueError
        If the table is not square or two answers were not compared exactly once.

    References
    ----------
    Kendall and Babington Smith (1940), doi:10.1093/biomet/31.3-4.324.

    Examples
    --------
    >>> tournament([[0, 1, 0], [0, 0, 1], [1, 0, 0]]).circular_triads
    1
    """
    table = np.asarray(chosen, dtype=np.int64)
    n = table.shape[0]
    if table.ndim != 2 or table.shape[1] != n:
        raise ValueError(f"chosen must be a square table, got shape {table.shape}.")
    if not np.array_equal(table + table.T, 1 - np.eye(n, dtype=np.int64)):
        raise ValueError("every two answers must be compared exactly once; use transitivity for anything else.")
    wins = table.sum(axis=1)
    d = n * (n - 1) * (2 * n - 1) / 12 - float((wins**2).sum()) / 2
    most = (n**3 - n) / 24 if n % 2 else (n**3 - 4 * n) / 24
    return Tournament(
        wins=wins, circular_triads=round(d), most_circular=most, zeta=1 - d / most if most > 0 else NAN,
        expected_by_luck=n * (n - 1) * (n - 2) / 24,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Transitivity:
    """How often three choices of one trainer on one prompt go in a circle.

    Attributes
    ----------
    share : Estimate
        Circular share of all closed triads, interval over prompts; a quarter by luck.
    by_trainer : TrainerEstimates
        The same per trainer, Wilson on the triads.
    triads, circular : int array (M,)
        Closed triads of each trainer, and those that are circular.
    worst : tuple of (prompt, trainer, circular, triads)
        Up to 50 prompts with circles, most circles first.
    """

    share: Estimate
    by_trainer: TrainerEstimates
    triads: IntArray
    circular: IntArray
    worst: tuple[tuple[int, int, int, int], ...]

    def __post_init__(self) -> None:
        freeze(self)


def transitivity(
    prompt: npt.ArrayLike,
    trainer: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    n_trainers: int,
    confidence: float = 0.95,
) -> Transitivity:
    """Measure cycles within each trainer and prompt, whatever pairs were judged.

    A triad is closed when all three pairs of three answers were judged without a tie; a pair judged more than once
    counts by its majority, and not at all where that is even. Random choices make a closed triad circular with
    probability 1/4.

    Parameters
    ----------
    prompt, trainer, first, second : int array (J,)
        Codes; `first` and `second` are answers of the prompt.
    score : int array (J,)
        Negative: the first is better; 0: tie; positive: the second.
    n_trainers : int
        M.
    confidence : float
        Coverage, in (0, 1).

    Raises
    ------
    ValueError
        If the columns differ in length or `confidence` lies outside (0, 1).

    References
    ----------
    Kendall and Babington Smith (1940), doi:10.1093/biomet/31.3-4.324.
    """
    check_confidence(confidence)
    columns = [np.asarray(x, dtype=np.int64) for x in (prompt, trainer, first, second, score)]
    if len({c.size for c in columns}) > 1:
        raise ValueError(f"columns must have the same length, got {[int(c.size) for c in columns]}.")
    where, who, one, two, sign = columns
    code_array("trainer", who, n_trainers)
    swap = one > two
    one, two, sign = np.where(swap, two, one), np.where(swap, one, two), np.sign(np.where(swap, -sign, sign))
    keys, at = np.unique(np.stack([where, who, one, two], axis=1), axis=0, return_inverse=True)
    vote = np.zeros(keys.shape[0], dtype=np.int64)
    np.add.at(vote, at.reshape(-1), sign)
    keys, vote = keys[vote != 0], np.sign(vote[vote != 0])
    groups, start = np.unique(keys[:, :2], axis=0, return_index=True)
    stop = np.append(start[1:], keys.shape[0])[: start.size]
    closed, circular = np.zeros(len(groups), dtype=np.int64), np.zeros(len(groups), dtype=np.int64)
    for g, (a, b) in enumerate(zip(start, stop, strict=True)):
        if b - a >= 3:
            closed[g], circular[g] = _triads(keys[a:b, 2], keys[a:b, 3], vote[a:b])
    triads = np.bincount(groups[:, 1], weights=closed, minlength=n_trainers).astype(np.int64)
    circles = np.bincount(groups[:, 1], weights=circular, minlength=n_trainers).astype(np.int64)
    wilson = binomial_intervals(circles, triads, confidence=confidence)
    order = [g for g in np.argsort(-circular, kind="stable")[:50] if circular[g] > 0]
    return Transitivity(
        share=_share(groups[:, 0], closed, circular, int((triads > 0).sum()), confidence),
        by_trainer=trainer_estimates(
            "circular_share", wilson.value, n=triads, low=wilson.low, high=wilson.high, confidence=confidence,
            interval_method="wilson", reason=NO_OWN_TRIADS,
        ),
        triads=triads,
        circular=circles,
        worst=tuple((int(groups[g, 0]), int(groups[g, 1]), int(circular[g]), int(closed[g])) for g in order),
    )  # fmt: skip


def _triads(one: IntArray, two: IntArray, vote: IntArray) -> tuple[int, int]:
    """Return (closed, circular) triads of a graph of choices; traces of powers of its adjacency."""
    nodes, code = np.unique(np.concatenate([one, two]), return_inverse=True)
    i, j = code[: one.size], code[one.size :]
    beats = np.zeros((nodes.size, nodes.size), dtype=np.int64)
    beats[np.where(vote < 0, i, j), np.where(vote < 0, j, i)] = 1
    met = beats + beats.T
    return int(np.trace(met @ met @ met)) // 6, int(np.trace(beats @ beats @ beats)) // 3


def _share(prompt: IntArray, closed: IntArray, circular: IntArray, n_trainers: int, confidence: float) -> Estimate:
    """Ratio of sums over prompts, linearised over prompts; Wilson where no or every triad is circular."""
    total = int(closed.sum())
    if total == 0:
        return Estimate(value=NAN, undefined=NO_TRIADS, confidence=confidence)
    _, at = np.unique(prompt, return_inverse=True)
    all_, round_ = np.bincount(at.reshape(-1), weights=closed), np.bincount(at.reshape(-1), weights=circular)
    used = all_ > 0
    n, p = int(used.sum()), float(circular.sum()) / total
    support = {"n_items": n, "n_trainers": n_trainers}
    influence: FloatArray = (round_ - p * all_)[used] / float(all_[used].mean())
    variance = float(influence @ influence) / (n * (n - 1)) if n > 1 else 0.0
    if variance > 0:
        half = float(stats.t.ppf((1 + confidence) / 2, n - 1)) * variance**0.5
        return Estimate(
            value=p, low=max(0.0, p - half), high=min(1.0, p + half), se=variance**0.5, confidence=confidence,
            interval_method="prompts: linearised t", **support,  # type: ignore[arg-type]
        )  # fmt: skip
    wilson = binomial_intervals(p * n, n, confidence=confidence)
    return Estimate(
        value=p, low=float(wilson.low), high=float(wilson.high), confidence=confidence,
        interval_method="wilson on prompts", **support,  # type: ignore[arg-type]
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderFlips:
    """What becomes of a choice when the same trainer sees the same pair in the other order.

    Attributes
    ----------
    same_answer : Estimate
        Share of repeated pairs in which the same answer was chosen both times.
    same_side : Estimate
        Share in which the same *side* was chosen both times: the answer flipped with the order.
    tie_once : Estimate
        Share in which one of the two was a tie.
    same_answer_n, same_side_n, first_side_n, tie_once_n, tie_both_n : int
        Counts; `first_side_n` of the flips took the first side both times.
    n_pairs : int
    """

    same_answer: Estimate
    same_side: Estimate
    tie_once: Estimate
    same_answer_n: int
    same_side_n: int
    first_side_n: int
    tie_once_n: int
    tie_both_n: int
    n_pairs: int


def order_flips(score_ab: npt.ArrayLike, score_ba: npt.ArrayLike, *, confidence: float = 0.95) -> OrderFlips:
    """Compare choices of the same trainer on the same pair in both orders.

    Parameters
    ----------
    score_ab, score_ba : int array (R,)
        Canonical scores (negative A better, 0 tie, positive B better) of the R repeated pairs: when A stood first, and
        when B stood first.
    confidence : float
        Coverage of the Wilson intervals, in (0, 1).

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    a, b = np.sign(np.asarray(score_ab, dtype=np.int64)), np.sign(np.asarray(score_ba, dtype=np.int64))
    if a.shape != b.shape:
        raise ValueError(f"score_ab and score_ba must have the same length, got {a.size} and {b.size}.")
    n = int(a.size)
    counts = {
        "same_answer": int(((a == b) & (a != 0)).sum()),
        "same_side": int((a * b < 0).sum()),
        "tie_once": int(((a == 0) ^ (b == 0)).sum()),
    }
    found = {}
    for name, count in counts.items():
        w = binomial_intervals(count, n, confidence=confidence)
        found[name] = Estimate(
            value=float(w.value), low=float(w.low), high=float(w.high), confidence=confidence,
            interval_method="wilson", n_judgments=2 * n, undefined=None if n else NO_REPEATS,
        )  # fmt: skip
    return OrderFlips(
        **found,
        same_answer_n=counts["same_answer"],
        same_side_n=counts["same_side"],
        first_side_n=int(((a < 0) & (b > 0)).sum()),
        tie_once_n=counts["tie_once"],
        tie_both_n=int(((a == 0) & (b == 0)).sum()),
        n_pairs=n,
    )
