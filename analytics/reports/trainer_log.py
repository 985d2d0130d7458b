"""From the store to the arrays that calibration works on, one criterion at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.core.scale import NUMERIC, ORDERED
from analytics.reports.counts import counted_labels
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.store.engine import Criterion, Session

MOST_LABELS = 12
"""An amount with more distinct values is judged in this many steps of about equal share."""
MOST_JUDGMENTS = 2_000_000
"""Above this, calibration rests on every second, third ... item, the same for everybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerLog:
    """The judgments of one criterion, J of them by M trainers on N units (item under one guideline version).

    Attributes
    ----------
    criterion : Criterion
        Code, scale and dictionary in the store.
    codes : JudgmentCodes
        Dense codes; trainer j stands for `trainer_codes[j]`.
    labels : tuple of str
        What the label codes stand for.
    values : tuple of float or None
        Label values of an ordered scale.
    units : int array (N,)
        The store's number of each unit, ascending.
    item_codes : int array (N,)
        The store's item of each unit.
    at, duration_s, confidence, position, longer_first : float array (J,)
        Seconds since 1970, seconds spent, stated confidence, place in the session, log length of the first answer over
        the second; nan unknown.
    session : int array (J,)
        Number of the session; -1 unknown.
    shown_first : int array (J,) or None
        For preferences: label code of "the answer shown first", -1 unknown.
    tie : int or None
        Label code of a tie.
    gold : int array (N,)
        Label code of the known answer; -1 where none.
    topic : int array (N,)
        Code of the topic; the last code is "none".
    length : float array (N,)
        Characters shown; nan unknown.
    one_in : int
        Every how-manieth item was used.
    """

    criterion: Criterion
    codes: JudgmentCodes
    labels: tuple[str, ...]
    values: tuple[float, ...] | None
    trainer_codes: IntArray
    units: IntArray
    item_codes: IntArray
    at: FloatArray
    duration_s: FloatArray
    confidence: FloatArray
    position: FloatArray
    session: IntArray
    longer_first: FloatArray
    shown_first: IntArray | None
    tie: int | None
    gold: IntArray
    topic: IntArray
    length: FloatArray
    one_in: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFacts:
    """What all criteria of a session share about items, read once.

    Attributes
    ----------
    item_codes : int array (N,)
        The store's items, ascending.
    topic : int array (N,)
        Code of the topic; the last code is "none".
    length : float array (N,)
        Characters shown.
    gold : mapping of criterion code -> (item codes ascending, labels)
        Known answers.
    item_ids : mapping of item code -> item id
        Of items with gold.
    """

    item_codes: IntArray
    topic: IntArray
    length: FloatArray
    gold: dict[int, tuple[IntArray, npt.NDArray[Any]]]
    item_ids: dict[int, str]


def item_facts(session: Session) -> ItemFacts:
    """Return what a session knows about items."""
    items, gold = session.arrays("trainers_items"), session.arrays("trainers_gold")
    codes, item = _ints(gold["criterion_code"]), _ints(gold["item_code"])
    labels, ids = _column(gold["label"]), _column(gold["item_id"])
    return ItemFacts(
        item_codes=_ints(items["item_code"]), topic=_ints(items["topic"]), length=_floats(items["length"]),
        gold={int(code): (item[codes == code], labels[codes == code]) for code in np.unique(codes)},
        item_ids=dict(zip(item.tolist(), (str(i) for i in ids), strict=True)),
    )  # fmt: skip


def trainer_log(
    session: Session, criterion: Criterion, n_judgments: int, trainer_codes: IntArray, items: ItemFacts | None = None
) -> TrainerLog | None:
    """Return one criterion's judgments as arrays; None where it has none, or no labels to compare (rankings, texts).

    Preferences of any strength are read as A, tie or B; amounts with many values in twelve steps.

    Parameters
    ----------
    n_judgments : int
        How many it has, to choose how many items to read.
    trainer_codes : int array (M,)
        The trainers of the report, ascending: the same codes stand for the same people in all logs.
    items : ItemFacts or None
        Where several criteria are read, what they share; None reads it.
    """
    if criterion.scale.level in ("ranking", "text") or not n_judgments:
        return None
    one_in = -(-n_judgments // MOST_JUDGMENTS)
    rows = session.arrays("trainers_judgments", criterion_code=criterion.code, one_in=one_in)
    code_of, labels, values = _labels(criterion, np.asarray(rows["label_code"], dtype=np.int64))
    label = code_of[np.asarray(rows["label_code"], dtype=np.int64)]
    keep = label >= 0
    if not keep.any():
        return None
    facts = item_facts(session) if items is None else items
    unit = _ints(rows["unit"])[keep]
    new = np.concatenate([[True], unit[1:] != unit[:-1]])
    dense, first_row = np.cumsum(new) - 1, np.flatnonzero(new)
    item_codes = _ints(rows["item_code"])[keep][first_row]
    who = np.searchsorted(trainer_codes, _ints(rows["trainer_code"])[keep])
    codes = JudgmentCodes(
        item=dense, trainer=who, label=label[keep], n_items=first_row.size,
        n_trainers=trainer_codes.size, n_labels=len(labels),
    )  # fmt: skip
    place = np.searchsorted(facts.item_codes, item_codes)
    shown, longer = _order(session, criterion, one_in, keep)
    return TrainerLog(
        criterion=criterion,
        codes=codes,
        labels=labels,
        values=values,
        trainer_codes=trainer_codes,
        units=unit[first_row],
        item_codes=item_codes,
        at=_floats(rows["at"])[keep],
        duration_s=_floats(rows["duration_s"])[keep],
        confidence=_floats(rows["confidence"])[keep],
        position=_floats(rows["position"])[keep],
        session=np.nan_to_num(_floats(rows["session"])[keep], nan=-1).astype(np.int64),
        longer_first=longer,
        shown_first=shown,
        tie=1 if criterion.scale.level == "preference" else None,
        gold=_gold(facts, criterion, labels, code_of, item_codes),
        topic=facts.topic[place],
        length=facts.length[place],
        one_in=one_in,
    )


def order_of(log: TrainerLog) -> FloatArray:
    """Return (J,): seconds since 1970, or the row's number where the log has no time."""
    return np.where(np.isnan(log.at), np.arange(log.at.size), log.at)


def _order(
    session: Session, criterion: Criterion, one_in: int, keep: npt.NDArray[np.bool_]
) -> tuple[IntArray | None, FloatArray]:
    """For choices, the label code of the answer shown first (None where unknown for all) and its log length ratio."""
    nothing = np.full(int(keep.sum()), np.nan)
    if criterion.scale.level != "preference":
        return None, nothing
    rows = session.arrays("trainers_order", criterion_code=criterion.code, one_in=one_in)
    first = _floats(rows["first"])[keep]
    longer = _floats(rows["longer_a"])[keep] * -np.sign(first)
    shown = np.where(np.isnan(first), -1, np.where(first < 0, 0, 2)).astype(np.int64)
    return (shown if bool((shown >= 0).any()) else None), longer


def _gold(
    facts: ItemFacts, criterion: Criterion, labels: tuple[str, ...], code_of: IntArray, item_codes: IntArray
) -> IntArray:
    """(N,): label code of each unit's known answer, -1 where there is none."""
    answers = facts.gold.get(criterion.code)
    if answers is None:
        return np.full(item_codes.size, -1, dtype=np.int64)
    # a right answer that nobody ever gave is in the scale, not in the dictionary
    places = {text: k for k, text in enumerate(labels)}
    places |= {text: int(code_of[k]) for k, text in enumerate(criterion.dictionary)}
    known = np.array([places.get(str(label), -1) for label in answers[1]], dtype=np.int64)
    at = np.minimum(np.searchsorted(answers[0], item_codes), answers[0].size - 1)
    return np.where(answers[0][at] == item_codes, known[at], -1)


def _labels(criterion: Criterion, given: IntArray) -> tuple[IntArray, tuple[str, ...], tuple[float, ...] | None]:
    """Code of each entry of the dictionary (-1 outside the scale), the labels, and their values where ordered."""
    dictionary, level = criterion.dictionary, criterion.scale.level
    if level == "preference":
        sides = {"a": 0, "tie": 1, "b": 2}
        return np.array([_side(text, sides) for text in dictionary], dtype=np.int64), ("A", "tie", "B"), None
    labels = counted_labels(criterion)
    place = {label: k for k, label in enumerate(labels)}
    code_of = np.array([place.get(text, -1) for text in dictionary], dtype=np.int64)
    if level not in ORDERED:
        return code_of, labels, None
    numbers = np.array(criterion.scale.values if criterion.scale.labels else range(len(labels)), dtype=np.float64)
    if level in NUMERIC and len(labels) > MOST_LABELS:
        used = numbers[code_of[given][code_of[given] >= 0]]
        edges = np.unique(np.quantile(used, np.linspace(0.0, 1.0, MOST_LABELS + 1)[1:-1])) if used.size else np.zeros(0)
        step = np.searchsorted(edges, numbers, side="right")
        kinds, code = np.unique(step, return_inverse=True)
        means = tuple(float(numbers[step == k].mean()) for k in kinds)
        return (
            np.where(code_of >= 0, code.reshape(-1)[np.maximum(code_of, 0)], -1),
            tuple(f"{m:g}" for m in means),
            means,
        )
    return code_of, labels, tuple(float(v) for v in numbers)


def _side(text: str, sides: dict[str, int]) -> int:
    known = sides.get(text.lower())
    if known is not None:
        return known
    try:
        return int(np.sign(float(text))) + 1
    except ValueError:
        return -1


def _column(values: Any) -> npt.NDArray[Any]:
    return (
        np.ma.filled(values.astype(object), None) if np.ma.isMaskedArray(values) else np.asarray(values, dtype=object)
    )


def _floats(values: Any) -> FloatArray:
    if np.ma.isMaskedArray(values):
        return np.asarray(np.ma.filled(values.astype(np.float64), np.nan), dtype=np.float64)
    return np.asarray(values, dtype=np.float64)


def _ints(values: Any) -> IntArray:
    return np.asarray(values, dtype=np.int64)
