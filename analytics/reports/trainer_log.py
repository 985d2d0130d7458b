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


def trainer_log(session: Session, criterion: Criterion, n_judgments: int, trainer_codes: IntArray) -> TrainerLog | None:
    """Return one criterion's judgments as arrays; None where it has none, or no labels to compare (rankings, texts).

    Preferences of any strength are read as A, tie or B; amounts with many values in twelve steps.

    Parameters
    ----------
    n_judgments : int
        How many it has, to choose how many items to read.
    trainer_codes : int array (M,)
        The trainers of the report, ascending: the same codes stand for the same people in all logs.
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
    unit, dense = np.unique(_ints(rows["unit"])[keep], return_inverse=True)
    first_row = np.unique(dense, return_index=True)[1]
    who = np.searchsorted(trainer_codes, _ints(rows["trainer_code"])[keep])
    codes = JudgmentCodes(
        item=dense.reshape(-1), trainer=who, label=label[keep], n_items=unit.size,
        n_trainers=trainer_codes.size, n_labels=len(labels),
    )  # fmt: skip
    places = {text: code_of[k] for k, text in enumerate(criterion.dictionary)}
    gold = np.array([places.get(str(g), -1) for g in _column(rows["gold"])[keep][first_row]], dtype=np.int64)
    _, topic = np.unique(np.array([str(t) for t in _column(rows["topic"])[keep][first_row]]), return_inverse=True)
    first = _floats(rows["first"])[keep]
    preference = criterion.scale.level == "preference"
    shown = np.where(np.isnan(first), -1, np.where(first < 0, 0, 2)).astype(np.int64)
    longer = _floats(rows["longer_a"])[keep] * -np.sign(np.nan_to_num(first))
    return TrainerLog(
        criterion=criterion,
        codes=codes,
        labels=labels,
        values=values,
        trainer_codes=trainer_codes,
        item_codes=_ints(rows["item_code"])[keep][first_row],
        at=_floats(rows["at"])[keep],
        duration_s=_floats(rows["duration_s"])[keep],
        confidence=_floats(rows["confidence"])[keep],
        position=_floats(rows["position"])[keep],
        session=np.nan_to_num(_floats(rows["session"])[keep], nan=-1).astype(np.int64),
        longer_first=np.where(np.isnan(first), np.nan, longer),
        shown_first=shown if preference and bool((shown >= 0).any()) else None,
        tie=1 if preference else None,
        gold=gold,
        topic=topic.reshape(-1).astype(np.int64),
        length=_floats(rows["length"])[keep][first_row],
        one_in=one_in,
    )


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
