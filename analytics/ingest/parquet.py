"""Read Parquet, row group by row group."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.core.errors import IngestError
from analytics.ingest.batch import Batch
from analytics.ingest.open_file import Progress, Source, size_text

ROWS = 131_072


def read_parquet(source: Source, on_progress: Progress | None = None) -> Iterator[Batch]:
    """Yield the rows of a Parquet file, columns in the file's own types.

    Raises
    ------
    IngestError
        Where the file is truncated or damaged, or declares more bytes than allowed.
    """
    if not source.zipped:
        yield from _read(source, str(source.path), on_progress)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as plain, source.open(on_progress) as stream:
        for part in iter(lambda: stream.read(1 << 20), b""):
            plain.write(part)
        plain.flush()
        yield from _read(source, plain.name, None)


def _read(source: Source, path: str, on_progress: Progress | None) -> Iterator[Batch]:
    try:
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            declared = sum(meta.row_group(k).total_byte_size for k in range(meta.num_row_groups))
            if declared > source.max_bytes:
                raise IngestError(
                    f"{source.name} unpacks to {size_text(declared)}, more than the {size_text(source.max_bytes)} "
                    f"allowed. Split it, or raise the limit (max_bytes)."
                )
            start = 1
            for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
                yield Batch(table=pa.Table.from_batches([batch]), rows=pa.arange(start, start + batch.num_rows))
                start += batch.num_rows
                if on_progress is not None:
                    on_progress(source.size * (start - 1) // max(meta.num_rows, 1), source.size)
            if meta.num_rows == 0:
                yield Batch(table=file.schema_arrow.empty_table(), rows=pa.array([], pa.int64()))
    except (pa.ArrowInvalid, OSError) as error:
        what = "is truncated" if "footer" in str(error) or "magic bytes" in str(error) else "is damaged"
        first = str(error).splitlines()[0].rstrip(".")
        raise IngestError(f"{source.name} {what}: {first}. Export or copy it again.") from error
