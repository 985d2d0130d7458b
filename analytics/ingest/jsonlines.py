"""Read JSON Lines as a stream. A broken line is set aside with its number; the others are read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.json as pajson
import pyarrow.types as pt

from analytics.core.errors import IngestError
from analytics.ingest.batch import Bad, Batch, Notes
from analytics.ingest.open_file import Progress, Source
from analytics.ingest.records import flat, table_of
from analytics.ingest.values import as_text

CHUNK = 4 * 1024**2
TELLING, TELLING_BYTES = 50, 256 * 1024
_TYPES = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
NOT_JSON = "line is not a JSON object"


def read_jsonlines(
    source: Source, notes: Notes, on_progress: Progress | None = None, *, explode: str | None = None
) -> Iterator[Batch]:
    """Yield the objects of a JSONL file, nested objects as columns with dotted names. Blank lines are skipped.

    Raises
    ------
    IngestError
        Where the text is not UTF-8, or no line of the file is a JSON object.
    """
    start, any_good, first_bad = 1, False, ""
    with source.open(on_progress) as stream:
        for chunk in _chunks(stream):
            n_lines = chunk.count(b"\n") + (0 if chunk.endswith(b"\n") else 1)
            batch = None if explode else _fast(chunk, start, n_lines)
            batch = batch or _plain(chunk, start, explode)
            any_good = any_good or batch.table.num_rows > 0
            first_bad = first_bad or (f"{batch.bad[0].value} in line {batch.bad[0].row}" if batch.bad else "")
            start += n_lines
            yield batch
    if not any_good:
        raise IngestError(f"{source.name} is not JSON Lines: no line is a JSON object ({first_bad}).")


def _chunks(stream: io.RawIOBase) -> Iterator[bytes]:
    """Yield the stream in pieces that end with a line."""
    rest = b""
    while data := stream.read(CHUNK):
        cut = data.rfind(b"\n") + 1
        if cut:
            yield rest + data[:cut]
            rest = data[cut:]
        else:
            rest += data
    if rest.strip():
        yield rest


def _fast(chunk: bytes, start: int, n_lines: int) -> Batch | None:
    """Read flat objects of text, numbers and truths at once; None where a chunk holds anything else.

    The schema comes from the chunk's first lines, so that text is never taken for a time, nor a number for text.
    """
    schema = _schema(chunk)
    if schema is None:
        return None
    try:
        table = pajson.read_json(
            io.BytesIO(chunk),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(chunk) + 1),
            parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != n_lines:
        return None
    texts = [as_text(c.combine_chunks()) for c in table.columns]
    return Batch(table=pa.table(texts, names=table.column_names), rows=pa.arange(start, start + n_lines))


def _schema(chunk: bytes) -> pa.Schema | None:
    """Return the types of the first lines' keys; None where these lines are not flat or do not agree."""
    types: dict[str, pa.DataType] = {}
    for line in chunk[:TELLING_BYTES].split(b"\n")[:TELLING]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(record, dict):
            return None
        for key, value in record.items():
            if value is None:
                types.setdefault(key, pa.null())
                continue
            type_ = _TYPES.get(type(value))
            if type_ is None or types.get(key, type_) not in (type_, pa.null()):
                return None
            types[key] = type_
    if not types:
        return None
    return pa.schema([(k, pa.string() if pt.is_null(t) else t) for k, t in types.items()])


def _plain(chunk: bytes, start: int, explode: str | None) -> Batch:
    records: list[dict[str, Any]] = []
    rows: list[int] = []
    bad: list[Bad] = []
    for number, line in enumerate(chunk.split(b"\n"), start=start):
        if not line.strip():
            continue
        record, fault = _object(line)
        if record is None:
            bad.append(Bad(row=number, reason=NOT_JSON, value=fault, raw=line.decode("utf-8", errors="replace")))
            continue
        for part in flat(record, explode):
            records.append(part)
            rows.append(number)
    return Batch(table=table_of(records), rows=pa.array(rows, pa.int64()), bad=tuple(bad))


def _object(line: bytes) -> tuple[dict[str, Any] | None, str]:
    try:
        value = json.loads(line)
    except ValueError as error:
        return None, getattr(error, "msg", str(error)) + f" at character {getattr(error, 'pos', 0) + 1}"
    except RecursionError:
        return None, "nested too deeply"
    if not isinstance(value, dict):
        return None, f"a {type(value).__name__}, not an object"
    return value, ""
