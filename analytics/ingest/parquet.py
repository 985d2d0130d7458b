"""Read Parquet, row group by row group."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from analytics.core.errors import IngestError
from analytics.ingest.batch import Batch
from analytics.ingest.open_file import Progress, Source, size_text

ROWS = 131_072


def read_parquet(source: Source, on_progress: Progress | None = None, *, explode: str | None = None) -> Iterator[Batch]:
    """Yield the rows of a Parquet file, columns in the file's own types, structs as columns with dotted names.

    Raises
    ------
    IngestError
        Where the file is truncated or damaged, or declares more bytes than allowed.
    """
    if not source.zipped:
        yield from _read(source, str(source.path), on_progress, explode)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as plain, source.open(on_progress, checked=False) as stream:
        for part in iter(lambda: stream.read(1 << 20), b""):
            plain.write(part)
        plain.flush()
        yield from _read(source, plain.name, None, explode)


def _read(source: Source, path: str, on_progress: Progress | None, explode: str | None) -> Iterator[Batch]:
    try:
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            declared = sum(meta.row_group(k).total_byte_size for k in range(meta.num_row_groups))
            if declared > source.max_bytes:
                raise IngestError(
                    f"{source.name} unpacks to {size_text(declared)}, more than the {size_text(source.max_bytes)} "
                    f"allowed. Split it, or raise the limit (max_file_bytes)."
                )
            start = 1
            for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
                _check_text(source, batch, start)
                rows = pa.arange(start, start + batch.num_rows)
                yield _flattened(pa.Table.from_batches([batch]), rows, explode)
                start += batch.num_rows
                if on_progress is not None:
                    on_progress(source.size * (start - 1) // max(meta.num_rows, 1), source.size)
            if meta.num_rows == 0:
                yield _flattened(file.schema_arrow.empty_table(), pa.array([], pa.int64()), explode)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        what = "is truncated" if "footer" in str(error) or "magic bytes" in str(error) else "is damaged"
        first = str(error).splitlines()[0].rstrip(".")
        raise IngestError(f"{source.name} {what}: {first}. Export or copy it again.") from error


def _check_text(source: Source, batch: pa.RecordBatch, start: int) -> None:
    """Raise where a text is not UTF-8: Parquet does not look, and a page that shows it would fail."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            place = re.search(r"index (\d+)", str(error))
            row = f"row {start + int(place[1])}, " if place else ""
            raise IngestError(
                f"{source.name} is not valid UTF-8: {row}column {name!r}. Write the file's texts as UTF-8."
            ) from error


def _flattened(table: pa.Table, rows: pa.Array, explode: str | None) -> Batch:
    if explode is not None and explode in table.column_names:
        lists = table.column(explode).combine_chunks()
        if pt.is_list(lists.type) or pt.is_large_list(lists.type):
            parent = pc.list_parent_indices(lists).cast(pa.int64())
            rest = table.drop_columns([explode]).take(parent)
            table = rest.append_column(explode, pc.list_flatten(lists))
            rows = rows.take(parent)
    while any(pt.is_struct(f.type) for f in table.schema):
        table = table.flatten()
    return Batch(table=table, rows=rows)
