"""Turn source cells into the contract's types, column by column, and say which cells could not be turned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from analytics.ingest.columns import TRUTHS

UNIT_SEPARATOR = "\x1f"
_MIDDLE = " · "
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def column(table: pa.Table, name: str) -> pa.Array:
    """Return a table's column as one array."""
    chunks = table.column(name)
    return chunks.combine_chunks() if isinstance(chunks, pa.ChunkedArray) else chunks


def nulls(n: int, type_: pa.DataType | None = None) -> pa.Array:
    """Return `n` missing values."""
    return pa.nulls(n, type_ or pa.string())


def constant(value: str, n: int) -> pa.Array:
    """Return `value` n times."""
    return pa.repeat(pa.scalar(value, pa.string()), n)


def as_text(array: pa.Array) -> pa.Array:
    """Return any column as text: whole numbers without a fraction, nan as missing, lists and objects as JSON.

    >>> as_text(pa.array([1.0, 2.5, float("nan")])).to_pylist()
    ['1', '2.5', None]
    """
    type_ = array.type
    if pt.is_string(type_):
        return array
    if pt.is_dictionary(type_):
        return as_text(array.dictionary_decode())
    if pt.is_null(type_):
        return nulls(len(array))
    if pt.is_floating(type_):
        clean = pc.if_else(pc.is_nan(array), pa.scalar(None, type_), array)
        whole = pc.and_(pc.equal(pc.round(clean), clean), pc.less(pc.abs(clean), 1e15))
        integers = pc.cast(pc.if_else(whole, clean, pa.scalar(None, type_)), pa.int64())
        return pc.coalesce(pc.cast(integers, pa.string()), _fractions(clean))
    if pt.is_timestamp(type_):
        utc = array if type_.tz else pc.assume_timezone(array, "UTC")
        return pc.strftime(pc.cast(utc, pa.timestamp("us", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
    if pt.is_binary(type_) or pt.is_large_binary(type_):
        return pa.array([None if v is None else v.decode("utf-8", "backslashreplace") for v in array.to_pylist()])
    if pt.is_nested(type_):
        return pa.array([None if v is None else _json(v) for v in array.to_pylist()], pa.string())
    return pc.cast(array, pa.string())


def _fractions(array: pa.Array) -> pa.Array:
    """Return numbers as text; very large and very small ones as Python writes them, as the JSON readers do."""
    text = pc.cast(array, pa.string())
    size = pc.abs(array)
    odd = pc.and_(pc.greater(size, 0.0), pc.or_(pc.less(size, 1e-3), pc.greater(size, 1e9)))
    if not any_true(odd):
        return text
    return pc.coalesce(pa.array([repr(v) if v else None for v in pc.if_else(odd, array, 0).to_pylist()]), text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def trimmed(text: pa.Array) -> pa.Array:
    """Return text without blanks at its ends; what is then empty is missing."""
    bare = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)


def filled(text: pa.Array) -> pa.Array:
    """Return text as it is, but missing where it holds nothing but blanks."""
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(text), ""), pa.scalar(None, pa.string()), text)


def remapped(text: pa.Array, meaning: Callable[[str], Any], type_: pa.DataType | None = None) -> pa.Array:
    """Return `meaning` of each cell, asking once for each distinct text; missing stays missing."""
    coded = text.dictionary_encode()
    answers = pa.array([meaning(v) for v in coded.dictionary.to_pylist()], type_ or pa.string())
    return answers.take(coded.indices)


def joined(columns: list[pa.Array]) -> pa.Array:
    """Return several columns as one id; missing only where all parts are.

    Short parts stand side by side. Long ones, or parts that hold the dividing mark, are the first part and twelve
    hexadecimal digits of the SHA-256 of them all: the same parts are the same id in every file.

    >>> joined([pa.array(["doc", "a · b"]), pa.array(["7", "8"])]).to_pylist()
    ['doc · 7', 'a · b · ed778ea9594f']
    """
    parts = [pc.coalesce(as_text(c), pa.scalar("", pa.string())) for c in columns]
    return remapped(pc.binary_join_element_wise(*parts, UNIT_SEPARATOR), _composed)


def _composed(text: str) -> str | None:
    parts = [part.strip() for part in text.split(UNIT_SEPARATOR)]
    if not any(parts):
        return None
    if len(text) <= 60 and not any(_MIDDLE.strip() in part for part in parts):
        return _MIDDLE.join(parts)
    digest = hashlib.sha256(UNIT_SEPARATOR.join(parts).encode()).hexdigest()[:12]
    return f"{parts[0][:40]}{_MIDDLE}{digest}"


def any_true(mask: pa.Array) -> bool:
    """Return True where at least one element is true."""
    return bool(pc.any(mask, min_count=0).as_py())


def unreadable(text: pa.Array, value: pa.Array) -> pa.Array:
    """Return where a text is there and its value is not."""
    return pc.and_(pc.is_valid(text), pc.is_null(value))


def numbers(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return a column as float64 and where a cell is no finite number.

    >>> [x.to_pylist() for x in numbers(pa.array(["1.5", "", "fast"]))]
    [[1.5, None, None], [False, False, True]]
    """
    if pt.is_integer(array.type):
        return pc.cast(array, pa.float64()), pa.repeat(False, len(array))
    text = trimmed(as_text(array))
    fits = pc.fill_null(pc.match_substring_regex(text, _NUMBER), False)
    value = pc.cast(pc.if_else(fits, text, pa.scalar(None, pa.string())), pa.float64())
    value = pc.if_else(pc.is_finite(value), value, pa.scalar(None, pa.float64()))
    return value, unreadable(text, value)


def whole_numbers(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return a column as int32 and where a cell is no whole number that fits."""
    value, bad = numbers(array)
    fits = pc.and_(pc.equal(pc.round(value), value), pc.less(pc.abs(value), 2.0**31))
    kept = pc.cast(pc.if_else(fits, value, pa.scalar(None, pa.float64())), pa.int32())
    return kept, pc.or_(bad, pc.fill_null(pc.invert(fits), False))


def truths(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return a column as yes or no and where a cell is neither."""
    text = trimmed(as_text(array))
    value = remapped(text, lambda v: TRUTHS.get(v.casefold()), pa.bool_())
    return value, unreadable(text, value)


def canonical_number(text: str) -> str:
    """Return one text for each number; a code with leading zeros, or no number at all, stays as it is.

    >>> [canonical_number(x) for x in ("1.0", "+1", "-0", "2.50", "007", "high")]
    ['1', '1', '0', '2.5', '007', 'high']
    """
    bare = text.lstrip("+-")
    if not bare[:1].isdigit() or not text.isascii() or (bare[0] == "0" and bare[1:2].isdigit()):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    if "_" in text or value in (float("inf"), float("-inf")):
        return text
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
