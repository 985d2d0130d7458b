"""Choose the reader of a file's format."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from analytics.ingest.batch import Batch, Notes
from analytics.ingest.delimited import read_delimited
from analytics.ingest.jsondoc import read_json
from analytics.ingest.jsonlines import read_jsonlines
from analytics.ingest.open_file import Progress, Source
from analytics.ingest.parquet import read_parquet
from analytics.ingest.plan import Plan


def read(source: Source, notes: Notes, on_progress: Progress | None, *, explode: str | None = None) -> Iterator[Batch]:
    """Yield a file's rows with the reader of its format."""
    if source.format == "parquet":
        return read_parquet(source, on_progress, explode=explode)
    if source.format == "jsonl":
        return read_jsonlines(source, notes, on_progress, explode=explode)
    if source.format == "json":
        return read_json(source, notes, on_progress, explode=explode)
    return read_delimited(source, notes, on_progress)


class Planner:
    """Holds a file's plan, made from its first rows and made anew when later rows bring further columns.

    The notes of the newest plan replace those of the one before.
    """

    def __init__(self) -> None:
        self.sample: pa.Table | None = None
        self.plan: Plan | None = None
        self.notes = Notes()

    def grown(self, table: pa.Table) -> bool:
        """Take note of a batch's columns; True where the plan must be made (again)."""
        if self.sample is None:
            self.sample = table
            return True
        new = [n for n in table.column_names if n not in self.sample.column_names]
        if new:
            self.notes = Notes()
        for name in new:
            self.sample = self.sample.append_column(name, pa.nulls(self.sample.num_rows, table[name].type))
        return bool(new)
