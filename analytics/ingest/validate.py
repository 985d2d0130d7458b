"""Hold each judgment against the contract: accept it in the contract's types, or reject it with one reason."""

from __future__ import annotations

import json
from collections.abc import Mapping as Table
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from analytics.core.scale import Scale
from analytics.ingest.batch import RAW_LENGTH, Batch, Notes
from analytics.ingest.columns import CANCELLED, JUDGMENTS, MILLISECOND_NAMES, REJECTED, SCHEMAS, STATUSES, plain
from analytics.ingest.labels import NO_LABEL, Reading, Seen
from analytics.ingest.layout import Long
from analytics.ingest.mapping import Mapping
from analytics.ingest.plan import Plan
from analytics.ingest.times import times
from analytics.ingest.values import (
    any_true,
    as_text,
    constant,
    filled,
    nulls,
    numbers,
    remapped,
    trimmed,
    whole_numbers,
)

Scales = Table[tuple[str, str], Scale]
_KEY = "\x1e"
_MISSING = "\x1d"
_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_KINDS = {c.name: c.kind for c in JUDGMENTS}


@dataclass(slots=True)
class Verdict:
    """Reasons as they gather: the first reason of a row stands."""

    n: int
    reason: pa.Array = field(init=False)
    column: pa.Array = field(init=False)
    value: pa.Array = field(init=False)

    def __post_init__(self) -> None:
        self.reason, self.column, self.value = nulls(self.n), nulls(self.n), nulls(self.n)

    def reject(self, mask: pa.Array, reason: str | pa.Array, column: str | pa.Array | None, value: pa.Array) -> None:
        """Give the rows of `mask` a reason, where they have none yet."""
        mask = pc.and_(pc.fill_null(mask, False), pc.is_null(self.reason))
        if not any_true(mask):
            return
        said = pa.scalar(reason, pa.string()) if isinstance(reason, str) else reason
        named = column if isinstance(column, pa.Array) else pa.scalar(column, pa.string())
        self.reason = pc.if_else(mask, said, self.reason)
        self.column = pc.if_else(mask, named, self.column)
        self.value = pc.if_else(mask, value, self.value)


class Validator:
    """Validates the judgments of one file, batch by batch, and remembers what its labels looked like."""

    def __init__(self, source: str, mapping: Mapping, scales: Scales, notes: Notes) -> None:
        self.source, self.mapping, self.notes = source, mapping, notes
        self.scales = scales
        self.readings: dict[tuple[str, str], Reading] = {}
        self.seen: dict[tuple[str, str], Seen] = {}

    def reading(self, project: str, criterion: str) -> Reading:
        """Return how this criterion's labels are read."""
        key = (project, criterion)
        if key not in self.readings:
            self.readings[key] = Reading.of(
                self.mapping.criterion(criterion), self.scales.get(key), self.mapping.labels
            )
        return self.readings[key]

    def check(self, batch: Batch, long: Long, plan: Plan) -> tuple[pa.Table, pa.Table]:
        """Return the accepted judgments as staged, and the rejected rows."""
        n = len(long.index)
        verdict = Verdict(n)
        rows = batch.rows.take(long.index)
        out: dict[str, pa.Array] = {"source": constant(self.source, n), "source_row": rows}
        verdict.reject(pc.is_valid(long.reason), long.reason, long.label_column, long.label)
        for name in ("project", "item_id", "trainer_id", "criterion"):
            out[name] = self._id(long, name)
            shown = plan.sources.get(name, (name,))[0]
            verdict.reject(pc.is_null(out[name]), f"no {name.removesuffix('_id')}", shown, nulls(n))
        out["status"] = self._status(long, plan, verdict)
        out["label"] = self._labels(long, out, verdict)
        self._typed(long, plan, out, verdict)
        schema = SCHEMAS["judgments"]
        table = pa.table([out.get(f.name, pa.nulls(n, f.type)) for f in schema], schema=schema)
        good = pc.is_null(verdict.reason)
        if not any_true(pc.invert(good)):
            return table, REJECTED.empty_table()
        return table.filter(good), self._rejected(batch, long, rows, verdict)

    def _id(self, long: Long, name: str) -> pa.Array:
        if name == "trainer_id":
            return long.trainer_id
        if name == "criterion":
            return long.criterion
        raw = as_text(long.shared[name])
        bare = trimmed(raw)
        cut = pc.sum(pc.not_equal(raw, pc.coalesce(bare, raw)), min_count=0).as_py()
        self.notes.count("ids had blanks at their ends, which were cut off.", int(cut))
        return bare

    def _status(self, long: Long, plan: Plan, verdict: Verdict) -> pa.Array:
        n = len(long.index)
        if "status" not in long.shared:
            return constant("submitted", n)
        source = plan.sources.get("status", ("status",))[0]
        known = {**STATUSES, **CANCELLED} if plain(source) == "wascancelled" else STATUSES
        raw = trimmed(as_text(long.shared["status"]))
        status = remapped(raw, lambda v: known.get(v.casefold()))
        verdict.reject(pc.and_(pc.is_valid(raw), pc.is_null(status)), "status is not known", source, raw)
        blank = int(pc.sum(pc.is_null(raw), min_count=0).as_py())
        self.notes.count("rows have a blank status and are taken as submitted.", blank)
        for word in pc.unique(raw.drop_null()).to_pylist():
            if known.get(word.casefold(), word) != word:
                self.notes.say(f"Status {word!r} is taken as {known[word.casefold()]!r}.")
        return pc.coalesce(status, pa.scalar("submitted", pa.string()))

    def _labels(self, long: Long, out: dict[str, pa.Array], verdict: Verdict) -> pa.Array:
        """Read every different (project, criterion, label) once."""
        none = pa.scalar("", pa.string())
        keys = pc.binary_join_element_wise(
            pc.coalesce(out["project"], none),
            pc.coalesce(out["criterion"], none),
            pc.coalesce(long.label, pa.scalar(_MISSING, pa.string())),
            _KEY,
        ).dictionary_encode()
        judging = pc.is_null(verdict.reason)
        used = keys.indices.filter(judging)
        times_given = {d["values"]: d["counts"] for d in pc.value_counts(used).to_pylist()}
        read: list[tuple[str | None, str | None]] = []
        for k, key in enumerate(keys.dictionary.to_pylist()):
            project, criterion, raw = key.split(_KEY, 2)
            reading = self.reading(project, criterion)
            n = times_given.get(k, 0)
            label, reason = reading.read(None if raw == _MISSING else raw, self.notes, n)
            if reading.scale is None and label is not None and n:
                self.seen.setdefault((project, criterion), Seen()).add(label, n)
            read.append((label, reason))
        labels = pa.array([label for label, _ in read], pa.string()).take(keys.indices)
        reasons = pa.array([reason for _, reason in read], pa.string()).take(keys.indices)
        submitted = pc.equal(out["status"], "submitted")
        wrong = pc.and_(pc.is_valid(reasons), pc.or_(submitted, pc.not_equal(reasons, NO_LABEL)))
        verdict.reject(wrong, reasons, long.label_column, long.label)
        return labels

    def _typed(self, long: Long, plan: Plan, out: dict[str, pa.Array], verdict: Verdict) -> None:
        mapping = self.mapping
        for name, array in long.shared.items():
            if name in out or name not in _KINDS or name == "gold":
                continue
            kind = _KINDS[name]
            source = plan.sources.get(name, (name,))[0]
            if kind == "id":
                out[name] = trimmed(as_text(array))
            elif kind == "text":
                out[name] = filled(as_text(array))
            elif kind == "time":
                value, bad = times(array, source, self.notes, unit=mapping.time_unit, format_=mapping.time_format)
                verdict.reject(bad, f"{name} is not a time", source, as_text(array))
                out[name] = value
            elif kind == "whole":
                value, bad = whole_numbers(array)
                verdict.reject(bad, f"{name} is not a whole number", source, as_text(array))
                out[name] = value
            else:
                value, bad = numbers(array)
                verdict.reject(bad, f"{name} is not a number", source, as_text(array))
                if kind == "share":
                    outside = pc.or_(pc.less(value, 0.0), pc.greater(value, 1.0))
                    verdict.reject(outside, f"{name} is outside 0 to 1", source, as_text(array))
                else:
                    value = self._seconds(value, source)
                    verdict.reject(pc.less(value, 0.0), f"{name} is below 0", source, as_text(array))
                out[name] = value
        if "round" in out:
            verdict.reject(pc.less(out["round"], 1), "round is below 1", "round", pc.cast(out["round"], pa.string()))
        self._elapsed(out, verdict)

    def _seconds(self, value: pa.Array, source: str) -> pa.Array:
        unit = self.mapping.duration_unit or ("ms" if plain(source) in MILLISECOND_NAMES else "s")
        if unit != "s":
            self.notes.say(f"Durations in {source!r} are taken as {'milli' if unit == 'ms' else 'micro'}seconds.")
        return pc.multiply(value, _UNITS[unit])

    def _elapsed(self, out: dict[str, pa.Array], verdict: Verdict) -> None:
        """Make a duration of the two ends of a task page where the file gives no duration itself."""
        started = out.pop("started_at", None)
        if started is None or "judged_at" not in out or "duration_s" in out:
            return
        elapsed = pc.subtract(pc.cast(out["judged_at"], pa.int64()), pc.cast(started, pa.int64()))
        seconds = pc.divide(pc.divide(pc.cast(elapsed, pa.float64()), 1e6), self.mapping.judgments_per_page)
        shared = f", divided by the {self.mapping.judgments_per_page:g} judgments of a page"
        self.notes.say(
            "duration_s is judged_at less started_at: time elapsed, not time at work"
            + (shared if self.mapping.judgments_per_page != 1 else "")
            + "."
        )
        verdict.reject(
            pc.less(seconds, 0.0), "judged_at is before started_at", "started_at", pc.cast(started, pa.string())
        )
        out["duration_s"] = seconds

    def _rejected(self, batch: Batch, long: Long, rows: pa.Array, verdict: Verdict) -> pa.Table:
        bad = pc.indices_nonzero(pc.is_valid(verdict.reason)).cast(pa.int64())
        return pa.table(
            [
                rows.take(bad),
                verdict.column.take(bad),
                verdict.reason.take(bad),
                pc.utf8_slice_codeunits(verdict.value.take(bad), 0, RAW_LENGTH),
                raw_rows(batch.table, long.index.take(bad)),
            ],
            schema=REJECTED,
        )


def raw_rows(table: pa.Table, index: pa.Array) -> pa.Array:
    """Return rows of the source as JSON objects, each cut at 2,000 characters."""
    texts = [json.dumps(row, ensure_ascii=False, default=str)[:RAW_LENGTH] for row in table.take(index).to_pylist()]
    return pa.array(texts, pa.string())
