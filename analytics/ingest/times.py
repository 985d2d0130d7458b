"""Read times: ISO 8601, seconds or milliseconds since 1970, or a declared format. All become UTC microseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from analytics.ingest.batch import Notes
from analytics.ingest.values import any_true, as_text, trimmed, unreadable

TIME = pa.timestamp("us", tz="UTC")
_NAIVE = pa.timestamp("us")
_ISO = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$"
_ZONED = r"[T ].*(Z|[+-]\d{2}(:?\d{2})?)$"
_EPOCH = r"^\d{9,19}(\.\d+)?$"
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_UNIT_NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def times(
    array: pa.Array, column: str, notes: Notes, *, unit: str | None = None, format_: str | None = None
) -> tuple[pa.Array, pa.Array]:
    """Return a column as UTC times and where a cell is no time.

    A time without a zone is taken as UTC; a number's unit is told by its size unless `unit` gives it. Both are noted.

    Parameters
    ----------
    column : str
        The source column, for the notes.
    unit : {"s", "ms", "us"}, optional
        Unit of times that are numbers.
    format_ : str, optional
        strptime format of times that are text; then nothing else is read.
    """
    if pt.is_timestamp(array.type) or pt.is_date(array.type):
        if pt.is_timestamp(array.type) and array.type.tz:
            return pc.cast(array, TIME, safe=False), pa.repeat(False, len(array))
        notes.say(f"Times in {column!r} carry no zone and are taken as UTC.")
        return pc.assume_timezone(pc.cast(array, _NAIVE, safe=False), "UTC"), pa.repeat(False, len(array))
    text = trimmed(as_text(array))
    if format_ is not None:
        return _declared(text, column, notes, format_)
    tidy = pc.replace_substring_regex(pc.utf8_upper(text), r"\s*(UTC|GMT|Z)$", "Z")
    tidy = pc.replace_substring_regex(tidy, r"([.,]\d{6})\d+", r"\1")
    iso = pc.fill_null(pc.match_substring_regex(tidy, _ISO), False)
    zoned = pc.and_(iso, pc.fill_null(pc.match_substring_regex(tidy, _ZONED), False))
    naive = pc.and_(iso, pc.invert(zoned))
    value = pa.nulls(len(text), TIME)
    none = pa.scalar(None, pa.string())
    if any_true(zoned):
        value = pc.coalesce(value, _cast(pc.if_else(zoned, tidy, none), TIME))
    if any_true(naive):
        notes.say(f"Times in {column!r} carry no zone and are taken as UTC.")
        value = pc.coalesce(value, pc.assume_timezone(_cast(pc.if_else(naive, tidy, none), _NAIVE), "UTC"))
    epoch = pc.fill_null(pc.match_substring_regex(tidy, _EPOCH), False)
    if any_true(epoch):
        value = pc.coalesce(value, _since_1970(pc.if_else(epoch, tidy, none), column, notes, unit))
    return value, unreadable(text, value)


def _declared(text: pa.Array, column: str, notes: Notes, format_: str) -> tuple[pa.Array, pa.Array]:
    value = pc.strptime(text, format=format_, unit="us", error_is_null=True)
    if "%z" not in format_:
        notes.say(f"Times in {column!r} carry no zone and are taken as UTC.")
    if value.type.tz is None:
        value = pc.assume_timezone(value, "UTC")
    return pc.cast(value, TIME), unreadable(text, value)


def _cast(text: pa.Array, type_: pa.DataType) -> pa.Array:
    """Return texts that look like times as times; those that are none (30 February) as missing."""
    text = pc.replace_substring(text, ",", ".")
    try:
        return pc.cast(text, type_)
    except pa.ArrowInvalid:
        zone = UTC if type_.tz else None
        return pa.array([_one(v, zone) for v in text.to_pylist()], type_)


def _one(text: str | None, zone: object) -> datetime | None:
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if zone is None else value.astimezone(UTC)


def _since_1970(text: pa.Array, column: str, notes: Notes, unit: str | None) -> pa.Array:
    if unit is None:
        largest = float(pc.max(pc.cast(text, pa.float64())).as_py())
        unit = next(u for u, most in (("s", 1e11), ("ms", 1e14), ("us", 1e17), ("ns", float("inf"))) if largest < most)
        notes.say(f"Times in {column!r} are numbers, taken as {_UNIT_NAMES[unit]} since 1970.")
    # Whole part and fraction apart: a float64 cannot hold nanoseconds of today.
    whole = pc.cast(pc.replace_substring_regex(text, r"\..*$", ""), pa.int64())
    per = _PER_SECOND[unit]
    if per <= 1_000_000:
        factor = 1_000_000 // per
        fraction = pc.cast(pc.replace_substring_regex(text, r"^\d+\.?", "0."), pa.float64())
        micros = pc.add(pc.multiply(whole, factor), pc.cast(pc.round(pc.multiply(fraction, factor)), pa.int64()))
    else:
        micros = pc.divide(whole, 1_000)
    return pc.cast(micros, TIME)


def dates(array: pa.Array, column: str, notes: Notes) -> tuple[pa.Array, pa.Array]:
    """Return a column as days and where a cell is no day."""
    if pt.is_date(array.type):
        return pc.cast(array, pa.date32()), pa.repeat(False, len(array))
    value, bad = times(array, column, Notes())
    return pc.cast(pc.floor_temporal(value, unit="day"), pa.date32()), bad


def iso_text(array: pa.Array, column: str, notes: Notes) -> tuple[pa.Array, pa.Array]:
    """Return a column of days or times as ISO 8601 text (a day stays a day) and where a cell is neither."""
    value, bad = times(array, column, notes)

    def text(when: datetime | None) -> str | None:
        if when is None:
            return None
        day = when.hour == when.minute == when.second == when.microsecond == 0
        return date(when.year, when.month, when.day).isoformat() if day else when.isoformat().replace("+00:00", "Z")

    return pa.array([text(v) for v in value.to_pylist()], pa.string()), bad
