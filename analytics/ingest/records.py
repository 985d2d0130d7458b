"""Turn parsed JSON objects into columns: scalars as text, lists as lists, nested objects under dotted names."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa


def flat(record: dict[str, Any], explode: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield a record with its nested objects under dotted names: once, or once for each object of the list `explode`.

    >>> list(flat({"id": 1, "meta": {"topic": "law"}}))
    [{'id': 1, 'meta.topic': 'law'}]
    >>> list(flat({"id": 1, "votes": [{"by": "a"}, {"by": "b"}]}, "votes"))
    [{'id': 1, 'votes.by': 'a', 'votes.position': 1}, {'id': 1, 'votes.by': 'b', 'votes.position': 2}]
    """
    out: dict[str, Any] = {}
    _flatten(record, "", out)
    if explode is None:
        yield out
        return
    inner = out.pop(explode, None)
    for position, one in enumerate(inner if isinstance(inner, list) else [], start=1):
        part = dict(out)
        _flatten(one if isinstance(one, dict) else {"value": one}, explode + ".", part)
        part.setdefault(f"{explode}.position", position)
        yield part


def _flatten(record: dict[str, Any], prefix: str, out: dict[str, Any]) -> None:
    for key, value in record.items():
        if isinstance(value, dict) and value:
            _flatten(value, f"{prefix}{key}.", out)
        else:
            out[prefix + key] = value


def table_of(records: Sequence[dict[str, Any]]) -> pa.Table:
    """Return records as a table; a key that a record lacks is missing there."""
    names = list(dict.fromkeys(key for record in records for key in record))
    return pa.table([array_of([record.get(name) for record in records]) for name in names], names=names)


def array_of(values: Sequence[Any]) -> pa.Array:
    """Return JSON values as text, or as lists of text where all of them are lists of scalars."""
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, list) and not any(isinstance(x, list | dict) for x in v) for v in present):
        return pa.array([None if v is None else [scalar_text(x) for x in v] for v in values], pa.list_(pa.string()))
    return pa.array([scalar_text(v) for v in values], pa.string())


def scalar_text(value: Any) -> str | None:
    """Return one JSON value as text.

    >>> [scalar_text(v) for v in ("x", 1, 1.0, True, None, float("nan"), {})]
    ['x', '1', '1', 'true', None, None, '{}']
    """
    if value is None or isinstance(value, str):
        # Half a surrogate pair is legal in JSON and not in UTF-8: it stays visible as its escape.
        return value if value is None or value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return json.dumps(value, ensure_ascii=False)
