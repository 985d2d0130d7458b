"""What staging one file leaves: typed tables, rejected rows, and an account of both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.core.errors import listed
from analytics.ingest.batch import Bad, spaced
from analytics.ingest.columns import REJECTED
from analytics.ingest.plan import Recognised


@dataclass(frozen=True, kw_only=True, slots=True)
class Staged:
    """One source file, read and validated; nothing is committed yet.

    Attributes
    ----------
    path : str
    format : str
        "csv", "tsv", "jsonl", "json" or "parquet", with ".gz" where it was packed.
    layout : {"long", "wide", "lists"}
    records : int
        Lines, rows or objects read.
    rows : int
        Judgments (or rows of another table) read: those in `tables` and those in `rejected`.
    rejected : dict of reason -> rows
    tables : dict of contract table -> Parquet file
    rejected_rows : Path or None
        Parquet with source_row, column, reason, value, raw.
    recognised : tuple of Recognised
    notes : tuple of str
        What was assumed, in plain sentences.
    sha256 : str
        Of the file as it lies on disk.
    """

    path: str
    format: str
    layout: str
    records: int
    rows: int
    rejected: dict[str, int]
    tables: dict[str, Path]
    rejected_rows: Path | None
    recognised: tuple[Recognised, ...]
    notes: tuple[str, ...]
    sha256: str

    def set_aside(self) -> str:
        """Return why rows were rejected, a sentence a reason with the first values and rows; "" where none were.

        For example: `march.csv: 2 of 120 418 rows were set aside. 2: label outside the scale (first: 'spamm', 'n/a';
        rows 88, 102). See Data health.`
        """
        if self.rejected_rows is None:
            return ""
        total = sum(self.rejected.values())
        rows = pq.read_table(self.rejected_rows, columns=["source_row", "reason", "value"])
        texts = []
        for reason, n in list(self.rejected.items())[:5]:
            mine = rows.filter(pc.equal(rows["reason"], reason)).slice(0, 1000).to_pylist()
            values = list(dict.fromkeys(r["value"][:40] for r in mine if r["value"]))[:2]
            where = ", ".join(str(r["source_row"]) for r in mine[:2])
            first = f"first: {listed(values)}; " if values else ""
            texts.append(f"{spaced(n)}: {reason} ({first}row{'s' if n > 1 else ''} {where})")
        more = f" {len(self.rejected) - 5} more reasons." if len(self.rejected) > 5 else ""
        name = Path(self.path).name
        verb = "row was" if self.rows == 1 else "rows were"
        head = f"{name}: {spaced(total)} of {spaced(self.rows)} {verb} set aside."
        return f"{head} {'. '.join(texts)}.{more} See Data health."


class Rejects:
    """Keeps rejected rows on disk and counts them by reason."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: dict[str, int] = {}
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Take rows in the schema of the rejected table."""
        if not rows.num_rows:
            return
        for entry in pc.value_counts(rows["reason"]).to_pylist():
            self.counts[entry["values"]] = self.counts.get(entry["values"], 0) + entry["counts"]
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, REJECTED)
        self._writer.write_table(rows)

    def add_bad(self, bad: tuple[Bad, ...]) -> None:
        """Take rows that could not be read at all."""
        if bad:
            cells = list(zip(*(b.cells() for b in bad), strict=True))
            self.add(pa.table([pa.array(c, f.type) for c, f in zip(cells, REJECTED, strict=True)], schema=REJECTED))

    def close(self) -> Path | None:
        """Finish the file; None where nothing was rejected."""
        if self._writer is None:
            return None
        self._writer.close()
        return self.path

    @property
    def total(self) -> int:
        """All rows rejected so far."""
        return sum(self.counts.values())

    def by_number(self) -> dict[str, int]:
        """Return the counts, the most frequent reason first."""
        return dict(sorted(self.counts.items(), key=lambda pair: -pair[1]))

    def in_words(self) -> str:
        """Return the first reason with its count, "" where there is none."""
        return "".join(f"{spaced(n)} rows: {reason}. " for reason, n in list(self.by_number().items())[:1])
