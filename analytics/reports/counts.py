"""From the store's counts to the patterns that statistics work on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.core.scale import Level, Scale
from analytics.stats.counts.patterns import IntArray, Patterns, TrainerPatterns, patterns_from_codes
from analytics.store.engine import Criterion, Session

PACKED_LABELS = 6
PACKED_FROM = 500_000
"""From so many judgments on, a criterion of at most 6 labels is counted in packed form."""

LEFT_OUT_WORDS: dict[str, str] = {
    "skipped": "skipped by the trainer",
    "discarded": "discarded",
    "draft": "still a draft",
    "by_models": "made by a model",
    "repeats": "repeats by the same trainer",
    "outside_scale": "label outside the scale",
    "only_judgment": "the only judgment on its item",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """Free-text judgments: unit, trainer code, text and time of each, sorted by unit."""

    unit: IntArray
    trainer: IntArray
    texts: tuple[str, ...]
    judged_at: npt.NDArray[np.datetime64]

    def between(self, start: datetime, end: datetime) -> Texts:
        """Return those judged at `start` or later and before `end`."""
        low, high = (np.datetime64(t.astimezone(UTC).replace(tzinfo=None), "us") for t in (start, end))
        return self.kept((self.judged_at >= low) & (self.judged_at < high))

    def kept(self, keep: npt.NDArray[np.bool_]) -> Texts:
        """Return those that a mask (J,) keeps."""
        return Texts(
            unit=self.unit[keep],
            trainer=self.trainer[keep],
            texts=tuple(t for t, k in zip(self.texts, keep, strict=True) if k),
            judged_at=self.judged_at[keep],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionCounts:
    """Everything agreement needs to know of one criterion (or one slice of it).

    Attributes
    ----------
    criterion : Criterion
        Code, scale, and dictionary of labels in the store.
    level : Level
        The level in force: the scale's, or the one that was asked for.
    labels : tuple of str
        The K labels in the order of the columns of `patterns.counts`.
    values : tuple of float
        The K labels as numbers.
    patterns, trainer_patterns : Patterns, TrainerPatterns
        The counts. Trainer index j stands for `trainer_codes[j]`.
    texts : Texts or None
        The judgments themselves where labels are free text; `patterns` then counts them as one label.
    left_out : mapping of reason -> judgments
        Why judgments do not count; keys of LEFT_OUT_WORDS.
    """

    criterion: Criterion
    slice: str
    level: Level
    labels: tuple[str, ...]
    values: tuple[float, ...]
    patterns: Patterns
    trainer_patterns: TrainerPatterns
    trainer_codes: IntArray
    texts: Texts | None = None
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def scale(self) -> Scale:
        """The criterion's scale."""
        return self.criterion.scale

    @property
    def n_trainers(self) -> int:
        """Trainers with at least one counted judgment."""
        return int(self.trainer_codes.size)


def criterion_counts(session: Session, level: Level | None = None) -> tuple[CriterionCounts, ...]:
    """Return the counts of every selected criterion, those without a judgment included.

    Parameters
    ----------
    level : Level or None
        Read every scale at this level instead of its own.
    """
    criteria = session.criteria()
    left_out = {row["criterion_code"]: row for row in session.frame("left_out").to_dict("records")}
    large = {
        c.code
        for c in criteria
        if len(c.dictionary) <= PACKED_LABELS and left_out.get(c.code, {}).get("n_all", 0) >= PACKED_FROM
    }
    tables: dict[int, _Table] = {c.code: _packed(session, c) for c in criteria if c.code in large}
    if len(large) < len(criteria):
        tables |= {code: t for (code, _), t in _tables(session.arrays("counts")).items() if code not in large}
    texts = texts_by_criterion(session) if any(c.scale.level == "text" for c in criteria) else {}
    out = []
    for criterion in criteria:
        if criterion.scale.level == "text":
            counts = text_counts(criterion, texts.get(criterion.code))
        else:
            counts = _build(criterion, "", tables.get(criterion.code), level)
        reasons = {k: int(v) for k, v in left_out.get(criterion.code, {}).items() if k in LEFT_OUT_WORDS}
        out.append(dataclasses.replace(counts, left_out=_without_zeros(reasons | counts.left_out)))
    return tuple(out)


def texts_by_criterion(session: Session) -> dict[int, Texts]:
    """Return the free-text judgments of every criterion that has some."""
    frame = session.frame("texts")
    return {int(str(code)): _texts(part) for code, part in frame.groupby("criterion_code")}


def _texts(part: pd.DataFrame) -> Texts:
    return Texts(
        unit=part["unit"].to_numpy(dtype=np.int64),
        trainer=part["trainer_code"].to_numpy(dtype=np.int64),
        texts=tuple(part["label"]),
        judged_at=part["judged_at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[us]"),
    )


def text_counts_by_attribute(session: Session, criterion: Criterion, attribute: str) -> tuple[CriterionCounts, ...]:
    """Return a free-text criterion's counts for every value of an attribute, in the order of the values."""
    frame = session.frame("texts_by_attribute", criterion_code=criterion.code, attribute=attribute)
    return tuple(
        dataclasses.replace(text_counts(criterion, _texts(part)), slice=str(value))
        for value, part in frame.groupby("slice")
    )


def text_counts(criterion: Criterion, texts: Texts | None) -> CriterionCounts:
    """Return a free-text criterion's counts: how many texts each item has, and the texts."""
    if texts is None or not texts.unit.size:
        return no_counts(criterion)
    trainer_codes, who = np.unique(texts.trainer, return_inverse=True)
    patterns, trainer_patterns = patterns_from_codes(
        np.unique(texts.unit, return_inverse=True)[1].reshape(-1),
        who.reshape(-1),
        np.zeros(who.size, dtype=np.int64),
        1,
    )
    single = int(patterns.multiplicity[patterns.sizes == 1].sum())
    return CriterionCounts(
        criterion=criterion,
        slice="",
        level="text",
        labels=(),
        values=(),
        patterns=patterns,
        trainer_patterns=trainer_patterns,
        trainer_codes=trainer_codes,
        texts=texts,
        left_out=_without_zeros({"only_judgment": single}),
    )


def no_counts(criterion: Criterion, level: Level | None = None) -> CriterionCounts:
    """Return the counts of a criterion that nobody judged."""
    return _build(criterion, "", None, level)


def counts_by_slice(
    session: Session, query: str, level: Level | None = None, **params: Any
) -> tuple[CriterionCounts, ...]:
    """Return the counts of every criterion and slice that `sql/<query>.sql` yields (columns as in counts.sql)."""
    criteria = {c.code: c for c in session.criteria()}
    tables = _tables(session.arrays(query, **params))
    return tuple(_build(criteria[code], name, table, level) for (code, name), table in sorted(tables.items()))


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of counts.sql of one criterion and slice, patterns as counts of label codes."""

    trainer: IntArray
    pattern: IntArray  # (T,) row of `codes`
    label: IntArray
    n: IntArray
    codes: IntArray  # (P, number of label codes)


def _tables(rows: dict[str, npt.NDArray[Any]]) -> dict[tuple[int, str], _Table]:
    out: dict[tuple[int, str], _Table] = {}
    if not len(rows["n"]):
        return out
    code = np.asarray(rows["criterion_code"], dtype=np.int64)
    slices, slice_index = np.unique(np.asarray(rows["slice"], dtype=str), return_inverse=True)
    key = code * len(slices) + slice_index
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(key[order]) > 0])
    for start, stop in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        part = order[start:stop]
        seen: dict[bytes, int] = {}
        index = np.empty(part.size, dtype=np.int64)
        lists = []
        for place, row in enumerate(part):
            pattern = np.asarray(rows["pattern"][row], dtype=np.int32)
            raw = pattern.tobytes()
            if raw not in seen:
                seen[raw] = len(seen)
                lists.append(pattern)
            index[place] = seen[raw]
        width = 1 + max(int(p.max()) for p in lists)
        codes = np.zeros((len(lists), width), dtype=np.int64)
        for p, pattern in enumerate(lists):
            np.add.at(codes[p], pattern, 1)
        first = part[0]
        out[int(code[first]), str(slices[slice_index[first]])] = _Table(
            trainer=np.asarray(rows["trainer_code"][part], dtype=np.int64),
            pattern=index,
            label=np.asarray(rows["label_code"][part], dtype=np.int64),
            n=np.asarray(rows["n"][part], dtype=np.int64),
            codes=codes,
        )
    return out


def unpacked(pattern: npt.NDArray[np.float64], size: IntArray, n_codes: int) -> IntArray:
    """Return (P, n_codes) counts from packed patterns of 8 bits a label code.

    Raises
    ------
    OverflowError
        Where an item has more than 255 judgments of one label, so that the packed form does not hold them.
    """
    bits = pattern.astype(np.int64)
    counts = np.stack([(bits >> (8 * k)) & 255 for k in range(n_codes)], axis=1)
    if not np.array_equal(counts.sum(axis=1), size):
        raise OverflowError("An item has more than 255 judgments of one label; count it in list form.")
    return counts


def _packed(session: Session, criterion: Criterion) -> _Table:
    rows = session.arrays("counts_packed", criterion_code=criterion.code)
    n_codes = len(criterion.dictionary)
    patterns, first, index = np.unique(rows["pattern"], return_index=True, return_inverse=True)
    try:
        codes = unpacked(patterns, np.asarray(rows["size"], dtype=np.int64)[first], n_codes)
    except OverflowError:
        return _tables(session.arrays("counts"))[criterion.code, ""]
    return _Table(
        trainer=np.asarray(rows["trainer_code"], dtype=np.int64),
        pattern=index.reshape(-1).astype(np.int64),
        label=np.asarray(rows["label_code"], dtype=np.int64),
        n=np.asarray(rows["n"], dtype=np.int64),
        codes=codes,
    )


def _build(criterion: Criterion, name: str, table: _Table | None, level: Level | None) -> CriterionCounts:
    labels = counted_labels(criterion)
    asked = level or criterion.scale.level
    scale = dataclasses.replace(criterion.scale, labels=labels)
    rank_of = {label: k for k, label in enumerate(labels)}
    rank = np.array([rank_of.get(label, -1) for label in criterion.dictionary], dtype=np.int64)
    empty = np.zeros(0, dtype=np.int64)
    if table is None or not table.n.size or not labels:
        return CriterionCounts(
            criterion=criterion,
            slice=name,
            level=asked,
            labels=labels,
            values=scale.values,
            patterns=Patterns(counts=np.zeros((0, max(1, len(labels))), dtype=np.int64), multiplicity=empty),
            trainer_patterns=TrainerPatterns(trainer=empty, pattern=empty, label=empty, n=empty, n_trainers=0),
            trainer_codes=empty,
        )
    counts = np.zeros((table.codes.shape[0], len(labels)), dtype=np.int64)
    for code in range(min(table.codes.shape[1], rank.size)):
        if rank[code] >= 0:
            counts[:, rank[code]] += table.codes[:, code]
    given = rank[table.label]
    keep = given >= 0
    outside = int(table.n[~keep].sum())
    trainer, pattern, given, n = table.trainer[keep], table.pattern[keep], given[keep], table.n[keep]
    total = np.bincount(pattern, weights=n, minlength=counts.shape[0])
    size = counts.sum(axis=1)
    used = np.flatnonzero(size > 0)
    # Patterns that differ in labels outside the scale alone are one pattern; and always the same order, so that sums
    # are equal to the last digit.
    rows, place = np.unique(counts[used], axis=0, return_inverse=True)
    row_of = np.full(counts.shape[0], -1, dtype=np.int64)
    row_of[used] = place.reshape(-1)
    multiplicity = np.zeros(len(rows), dtype=np.int64)
    np.add.at(multiplicity, row_of[used], np.rint(total[used] / size[used]).astype(np.int64))
    trainer_codes, who = np.unique(trainer, return_inverse=True)
    keys = (who.reshape(-1) * max(len(rows), 1) + row_of[pattern]) * len(labels) + given
    cells, of_cell = np.unique(keys, return_inverse=True)
    judged = np.zeros(cells.size, dtype=np.int64)
    np.add.at(judged, of_cell.reshape(-1), n)
    rest, given = np.divmod(cells, len(labels))
    who, pattern = np.divmod(rest, max(len(rows), 1))
    patterns = Patterns(counts=rows, multiplicity=multiplicity)
    single = int(patterns.multiplicity[patterns.sizes == 1].sum())
    return CriterionCounts(
        criterion=criterion,
        slice=name,
        level=asked,
        labels=labels,
        values=scale.values,
        patterns=patterns,
        trainer_patterns=TrainerPatterns(
            trainer=who,
            pattern=pattern,
            label=given,
            n=judged,
            n_trainers=int(trainer_codes.size),
        ),
        trainer_codes=trainer_codes,
        left_out=_without_zeros({"outside_scale": outside, "only_judgment": single}),
    )


def counted_labels(criterion: Criterion) -> tuple[str, ...]:
    """Return the K labels that are counted: the scale's in its order, or all that were seen where the level is open."""
    if criterion.scale.level in ("set", "ranking", "text") or not criterion.scale.labels:
        return criterion.dictionary
    return criterion.scale.labels


def _without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {reason: n for reason, n in counts.items() if n}
