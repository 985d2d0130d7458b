"""Preferences in one canonical form: sides become answers, strengths become signed numbers, rankings become pairs.

A judgment says "left" or "right"; what it means is an answer. Which answer is called A is a stated convention, never
the side it stood on: otherwise a habit of picking the left would count as agreement or as disagreement.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from analytics.core.errors import listed
from analytics.core.scale import RANK_SEPARATOR, RANK_TIE, number
from analytics.stats.counts.patterns import FloatArray, IntArray

Order = Literal["listed", "id", "hash"]
ORDERS: tuple[str, ...] = get_args(Order)

SIDES: dict[str, int] = {"left": -1, "tie": 0, "right": 1}
SIGN_LABELS: dict[int, str] = {-1: "A", 0: "tie", 1: "B"}
SIGNS: dict[str, int] = {"a": -1, "tie": 0, "b": 1}
STRONGEST = 3


def stated_order(first_id: str, second_id: str, order: Order) -> tuple[str, str]:
    """Return the two answers of a pair as (A, B) by a stated rule.

    Parameters
    ----------
    first_id, second_id : str
        Response ids as the item lists them.
    order : {"listed", "id", "hash"}
        "listed": A is the first listed. "id": A is the smaller id as text. "hash": A is the one whose id has the
        smaller BLAKE2b hash; the only rule under which A cannot come to mean anything (the newer model, say).

    Raises
    ------
    ValueError
        If `order` is not one of the three, or the two ids are the same.

    Examples
    --------
    >>> stated_order("r2", "r1", "id")
    ('r1', 'r2')
    """
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(map(repr, ORDERS))}, got {order!r}.")
    if first_id == second_id:
        raise ValueError(f"a pair must hold two different responses, got {first_id!r} twice.")
    if order == "listed":
        return first_id, second_id
    if order == "id":
        return (first_id, second_id) if first_id < second_id else (second_id, first_id)
    digests = [blake2b(x.encode(), digest_size=16).digest() for x in (first_id, second_id)]
    return (first_id, second_id) if digests[0] < digests[1] else (second_id, first_id)


def chosen_response(side: str, *, left: str, right: str) -> str | None:
    """Return the id of the answer a side stands for; None for a tie.

    Raises
    ------
    ValueError
        If `side` is not 'left', 'tie' or 'right'.

    Examples
    --------
    >>> chosen_response("right", left="r7", right="r3")
    'r3'
    """
    if side not in SIDES:
        raise ValueError(f"side must be one of {', '.join(map(repr, SIDES))}, got {side!r}.")
    return {-1: left, 0: None, 1: right}[SIDES[side]]


def canonical_scores(side_score: npt.ArrayLike, a_shown_first: npt.ArrayLike) -> IntArray:
    """Turn scores of sides into scores of answers.

    Parameters
    ----------
    side_score : int array (J,)
        Negative: the answer shown first (left) is better; positive: the second (right); 0: tie. The amount is the
        strength, 1 where strength was not asked.
    a_shown_first : bool array (J,)
        True where A stood first (left).

    Returns
    -------
    int array (J,)
        Negative: A is better; positive: B is; 0: tie. Strength is kept.

    Raises
    ------
    ValueError
        If the lengths differ or a strength exceeds 3.

    Examples
    --------
    >>> canonical_scores([-2, -2, 1, 0], [True, False, False, True])
    array([-2,  2, -1,  0])
    """
    side = np.asarray(side_score, dtype=np.int64)
    first = np.asarray(a_shown_first, dtype=bool)
    if side.shape != first.shape:
        raise ValueError(f"side_score and a_shown_first must have the same length, got {side.size} and {first.size}.")
    if side.size and int(np.abs(side).max()) > STRONGEST:
        raise ValueError(f"strength must lie in -{STRONGEST}..{STRONGEST}, got {int(side[np.abs(side).argmax()])}.")
    return np.where(first, side, -side)


def preference_score(label: str) -> int:
    """Return the signed score of one canonical preference label: 'A' -1, 'tie' 0, 'B' 1, or a graded -3..3 as text.

    Raises
    ------
    ValueError
        If the label is neither.

    Examples
    --------
    >>> [preference_score(x) for x in ("A", "tie", "B", "-3", "2")]
    [-1, 0, 1, -3, 2]
    """
    if label.lower() in SIGNS:
        return SIGNS[label.lower()]
    value = number(label)
    if math.isnan(value) or value != int(value) or abs(value) > STRONGEST:
        raise ValueError(f"a preference must be 'A', 'tie', 'B' or a whole number in -3..3, got {label!r}.")
    return int(value)


def preference_scores(labels: Sequence[str]) -> tuple[int, ...]:
    """Return the signed scores of a scale's K labels; they must be symmetric, so that A and B can change names.

    Raises
    ------
    ValueError
        If a label is no preference, two labels mean the same, or the scores are not symmetric about 0.

    Examples
    --------
    >>> preference_scores(["A", "tie", "B"])
    (-1, 0, 1)
    """
    scores = tuple(preference_score(x) for x in labels)
    if len(set(scores)) < len(scores):
        raise ValueError(f"preference labels must differ in meaning, got {listed(labels)}.")
    if {-s for s in scores} != set(scores):
        raise ValueError(f"preference labels must be symmetric in A and B, got {listed(labels)}.")
    return scores


def renamed_label(label: str) -> str:
    """Return what a preference label becomes when A and B change names.

    >>> [renamed_label(x) for x in ("A", "tie", "B", "-2", "0")]
    ['B', 'tie', 'A', '2', '0']
    """
    score = preference_score(label)
    return SIGN_LABELS[-score] if label.lower() in SIGNS else str(-score)


def parsed_ranking(label: str) -> tuple[tuple[str, ...], ...]:
    """Return a ranking's groups, best first; answers in one group are tied.

    Raises
    ------
    ValueError
        If a place is empty or an answer stands in it twice.

    Examples
    --------
    >>> parsed_ranking("r2>r1=r3")
    (('r2',), ('r1', 'r3'))
    """
    groups = tuple(tuple(sorted(x.strip() for x in g.split(RANK_TIE))) for g in label.split(RANK_SEPARATOR))
    ids = [x for group in groups for x in group]
    if any(not x for x in ids):
        raise ValueError(f"a ranking must name an answer in every place, got {label!r}.")
    twice = sorted({x for x in ids if ids.count(x) > 1})
    if twice:
        raise ValueError(f"a ranking must name an answer once, got {listed(twice)} more than once in {label!r}.")
    return groups


def ranking_label(groups: Sequence[Sequence[str]]) -> str:
    """Return the canonical text of a ranking: places joined by '>', tied answers sorted and joined by '='.

    >>> ranking_label([["r2"], ["r3", "r1"]])
    'r2>r1=r3'
    """
    text = RANK_SEPARATOR.join(RANK_TIE.join(sorted(group)) for group in groups)
    parsed_ranking(text)
    return text


def mid_ranks(label: str, response_ids: Sequence[str]) -> FloatArray:
    """Return the rank of each answer, 1 best, tied answers sharing their mean rank, nan where not ranked.

    Parameters
    ----------
    label : str
        A ranking in canonical text.
    response_ids : sequence of str (N,)
        The answers of the prompt in the order wanted.

    Raises
    ------
    ValueError
        If the ranking names an answer that is not among `response_ids`.

    Examples
    --------
    >>> mid_ranks("r2>r1=r3", ["r1", "r2", "r3", "r4"])
    array([2.5, 1. , 2.5, nan])
    """
    place = {r: i for i, r in enumerate(response_ids)}
    ranks = np.full(len(response_ids), np.nan)
    before = 0
    for group in parsed_ranking(label):
        unknown = [x for x in group if x not in place]
        if unknown:
            raise ValueError(f"a ranking must name the prompt's answers {listed(response_ids)}, got {listed(unknown)}.")
        for x in group:
            ranks[place[x]] = before + (len(group) + 1) / 2
        before += len(group)
    return ranks


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpandedPairs:
    """Pairs got out of rankings, each remembering the ranking it came from.

    The C(N, 2) pairs of one ranking are one act of judging: a standard error that takes them for independent is too
    small. Cluster by `event`.

    Attributes
    ----------
    first, second : int array (J,)
        Columns of the ranked table; first < second.
    score : int array (J,)
        -1 the first is ranked better, 0 tied, 1 the second is.
    event : int array (J,)
        Row of the ranked table: the clustering id.
    """

    first: IntArray
    second: IntArray
    score: IntArray
    event: IntArray


def pairs_of_rankings(ranks: npt.ArrayLike) -> ExpandedPairs:
    """Expand rankings to pairs, keeping which ranking each pair came from.

    Parameters
    ----------
    ranks : float array (E, N)
        Rank of each of N answers (columns) in each of E rankings (rows), 1 best; nan where an answer was not ranked.

    Examples
    --------
    >>> pairs = pairs_of_rankings([[1.0, 2.5, 2.5]])
    >>> pairs.first, pairs.second, pairs.score, pairs.event
    (array([0, 0, 1]), array([1, 2, 2]), array([-1, -1,  0]), array([0, 0, 0]))
    """
    table = np.asarray(ranks, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"ranks must have 2 axes (rankings, answers), got {table.ndim}.")
    first, second = np.triu_indices(table.shape[1], k=1)
    difference = table[:, first] - table[:, second]
    event, column = np.nonzero(~np.isnan(difference))
    score = np.sign(difference[event, column]).astype(np.int64)
    return ExpandedPairs(
        first=first[column].astype(np.int64), second=second[column].astype(np.int64), score=score, event=event
    )
