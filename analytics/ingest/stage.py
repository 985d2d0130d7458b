"""Read and validate one source file into typed Parquet tables; nothing is committed here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.core.errors import IngestError, listed
from analytics.core.scale import Scale
from analytics.ingest.batch import Bad, Batch, Notes, spaced
from analytics.ingest.columns import REJECTED, SCHEMAS, TABLES
from analytics.ingest.delimited import read_delimited
from analytics.ingest.gather import Beside
from analytics.ingest.jsonlines import read_jsonlines
from analytics.ingest.layout import to_long
from analytics.ingest.mapping import Mapping
from analytics.ingest.open_file import MAX_BYTES, Progress, Source, sha256, sniff
from analytics.ingest.parquet import read_parquet
from analytics.ingest.plan import Plan, Recognised, Resolver
from analytics.ingest.settle import settle
from analytics.ingest.validate import Validator

__all__ = ["Recognised", "Staged", "stage", "stage_folder"]

Scales = Table[tuple[str, str], Scale]


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


def read(source: Source, mapping: Mapping, notes: Notes, on_progress: Progress | None) -> Iterator[Batch]:
    """Yield a file's rows with the reader of its format."""
    if source.format == "parquet":
        return read_parquet(source, on_progress)
    if source.format == "jsonl":
        return read_jsonlines(source, notes, on_progress, explode=mapping.explode)
    return read_delimited(source, notes, on_progress)


def stage(
    path: Path,
    into: Path,
    *,
    mapping: Mapping | None = None,
    table: str = "judgments",
    scales: Scales | None = None,
    on_progress: Progress | None = None,
    max_bytes: int = MAX_BYTES,
    project: str | None = None,
) -> Staged:
    """Read one file into typed Parquet tables in the folder `into`.

    Parameters
    ----------
    path : Path
        CSV, TSV, JSONL, JSON or Parquet, plain or gzip.
    into : Path
        An empty folder of its own for this file.
    mapping : Mapping, optional
        Which source column is which contract column.
    table : str
        The contract table the file holds.
    scales : mapping of (project, criterion) -> Scale, optional
        Scales declared before; those of the mapping win.
    on_progress : callable, optional
        Called with bytes read and bytes in all.
    max_bytes : int
        Most bytes to read after unpacking.
    project : str, optional
        Project of rows that name none. Default: the file's name without its endings, for judgments alone.

    Raises
    ------
    IngestError
        Where the file as a whole cannot be read; the text names file, row, column and what to do.
    """
    if table not in TABLES:
        raise IngestError(f"table must be one of {', '.join(map(repr, TABLES))}, got {table!r}.")
    mapping = mapping or Mapping()
    into.mkdir(parents=True, exist_ok=True)
    source = sniff(path, max_bytes=max_bytes)
    return _Staging(source, into, mapping, table, scales or {}, project).run(on_progress)


class _Staging:
    def __init__(
        self, source: Source, into: Path, mapping: Mapping, table: str, scales: Scales, project: str | None
    ) -> None:
        self.source, self.into, self.mapping, self.table = source, into, mapping, table
        self.project = project or (source.stem if table == "judgments" else None)
        self.notes = Notes()
        self.rejects = Rejects(into / "rejected.parquet")
        self.validator = Validator(source.name, mapping, scales, self.notes)
        self.beside = Beside(mapping, self.validator, self.notes)
        self.sample: pa.Table | None = None
        self.plan: Plan | None = None
        self.records = 0

    def run(self, on_progress: Progress | None) -> Staged:
        tables: dict[str, Path] = {}
        out = self.into / f"{self.table}.parquet"
        with pq.ParquetWriter(out, SCHEMAS[self.table], compression="zstd", compression_level=1) as writer:
            for batch in read(self.source, self.mapping, self.notes, on_progress):
                self.records += len(pc.unique(batch.rows)) + len(batch.bad)
                self.rejects.add_bad(batch.bad)
                if not batch.table.num_columns:
                    continue
                plan = self._planned(batch)
                long = to_long(batch, plan, self.notes)
                accepted, rejected = self.validator.check(batch, long, plan)
                writer.write_table(accepted)
                self.rejects.add(rejected)
                self.beside.take(batch, plan)
        plan = self._final_plan()
        settle(out, self.validator.seen, plan.layout == "wide", self.rejects, self.notes)
        tables[self.table] = out
        for name, table in self.beside.tables().items():
            tables[name] = self.into / f"{name}.parquet"
            pq.write_table(table, tables[name])
        criteria = self._criteria(out, plan)
        if criteria is not None:
            tables["criteria"] = self.into / "criteria.parquet"
            pq.write_table(criteria, tables["criteria"])
        rows = pq.read_metadata(out).num_rows + self.rejects.total
        if not rows:
            self.notes.say("The file has a header and no rows.")
        return Staged(
            path=str(self.source.path),
            format=self.source.format + (".gz" if self.source.zipped else ""),
            layout=plan.layout,
            records=self.records,
            rows=rows,
            rejected=dict(sorted(self.rejects.counts.items(), key=lambda kv: -kv[1])),
            tables=tables,
            rejected_rows=self.rejects.close(),
            recognised=plan.recognised,
            notes=self.notes.sentences(),
            sha256=sha256(self.source.path),
        )

    def _planned(self, batch: Batch) -> Plan:
        """Return the plan; made anew, over all columns seen, when later rows bring further columns."""
        names = batch.table.column_names
        if self.sample is None:
            self.sample = batch.table
        elif set(names) <= set(self.sample.column_names):
            return self._final_plan()
        else:
            for name in names:
                if name not in self.sample.column_names:
                    self.sample = self.sample.append_column(
                        name, pa.nulls(self.sample.num_rows, batch.table[name].type)
                    )
        before = self.plan
        self.plan = Resolver(
            self.source.name, self.sample, self.mapping, self.table, self.notes, project=self.project
        ).plan()
        if before is not None and before.chosen() != self.plan.chosen():
            first = batch.rows[0].as_py()
            raise IngestError(
                f"{self.source.name}: from row {first} on, further columns leave open which column is which "
                f"({listed(sorted(set(names)))}). Say so with --map item_id=COLUMN and the like."
            )
        return self.plan

    def _final_plan(self) -> Plan:
        if self.plan is None:
            raise IngestError(f"{self.source.name} holds no row that can be read. {self._first_reject()}")
        return self.plan

    def _first_reject(self) -> str:
        if not self.rejects.counts:
            return "Export it again."
        reason, n = next(iter(self.rejects.counts.items()))
        return f"{spaced(n)} rows: {reason}."

    def _criteria(self, judgments: Path, plan: Plan) -> pa.Table | None:
        """Return the scales the mapping declares, for every project the file has."""
        declared = [c for c in self.mapping.criteria if c.scale is not None]
        if not declared:
            return None
        if "project" in plan.constants:
            projects = [plan.constants["project"]]
        else:
            projects = sorted(pc.unique(pq.read_table(judgments, columns=["project"])["project"]).to_pylist())
        rows = []
        for project in projects:
            for c in declared:
                cost: dict[str, dict[str, float]] = {}
                for (true, given), value in (c.cost or {}).items():
                    cost.setdefault(true, {})[given] = value
                rows.append(
                    {
                        "project": project,
                        "criterion": c.name,
                        "level": c.level,
                        "labels": "|".join(c.labels),
                        "subjective": c.subjective,
                        "target": c.target,
                        "cost": json.dumps(cost, ensure_ascii=False) if cost else None,
                    }
                )
        return pa.Table.from_pylist(rows, schema=SCHEMAS["criteria"])


def stage_folder(
    folder: Path,
    into: Path,
    *,
    mapping: Mapping | None = None,
    scales: Scales | None = None,
    on_progress: Progress | None = None,
    max_bytes: int = MAX_BYTES,
) -> tuple[Staged, ...]:
    """Read a folder of contract tables."""
    raise IngestError(f"{folder.name} is a folder. Give its files one by one, with --table.")
