"""Stage a file of items, trainers, criteria, gold or guidelines."""

from __future__ import annotations

import json
from collections.abc import Mapping as Table
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.core.errors import IngestError, PlumblineError
from analytics.core.scale import SET_SEPARATOR, Scale
from analytics.ingest.batch import Batch, Notes
from analytics.ingest.cells import source_array
from analytics.ingest.columns import ATTRIBUTE, GROUP, REJECTED, SCHEMAS, TABLES
from analytics.ingest.gather import shaped
from analytics.ingest.labels import Reading, Seen
from analytics.ingest.mapping import Mapping
from analytics.ingest.open_file import Progress, Source, sha256
from analytics.ingest.plan import Plan
from analytics.ingest.readers import Planner, read
from analytics.ingest.resolve import Resolver
from analytics.ingest.settle import settle
from analytics.ingest.staged import Rejects, Staged
from analytics.ingest.validate import Verdict, raw_rows
from analytics.ingest.values import as_text, column, constant, nulls, trimmed

_REST = {"items": (ATTRIBUTE, "attributes"), "trainers": (GROUP, "groups")}
_KEYS = {
    "items": ("project", "item_id"),
    "trainers": ("trainer_id",),
    "criteria": ("project", "criterion"),
    "gold": ("project", "item_id", "criterion"),
    "guidelines": ("project", "version"),
}


class DimensionStaging:
    """Stages one file of a table that is not judgments into the folder `into`."""

    def __init__(
        self,
        source: Source,
        into: Path,
        mapping: Mapping,
        table: str,
        scales: Table[tuple[str, str], Scale],
        project: str | None,
    ) -> None:
        self.source, self.into, self.mapping, self.table = source, into, mapping, table
        self.scales, self.project = scales, project
        self.notes = Notes()
        self.rejects = Rejects(into / "rejected.parquet")
        self.planner = Planner()
        self.seen: dict[tuple[str, str], Seen] = {}
        self.records = 0

    def run(self, on_progress: Progress | None) -> Staged:
        """Read the file to its end and return the account."""
        out = self.into / f"{self.table}.parquet"
        with pq.ParquetWriter(out, SCHEMAS[self.table], compression="zstd", compression_level=1) as writer:
            for batch in read(self.source, self.notes, on_progress):
                self.records += batch.table.num_rows + len(batch.bad)
                self.rejects.add_bad(batch.bad)
                if batch.table.num_columns:
                    writer.write_table(self._take(batch))
        if self.planner.plan is None:
            raise IngestError(
                f"{self.source.name} holds no row that can be read. {self.rejects.in_words()}Export it again."
            )
        if self.table == "gold":
            settle(out, self.seen, False, self.rejects, self.notes)
        self._note_repeats(out)
        rows = pq.read_metadata(out).num_rows + self.rejects.total
        return Staged(
            path=str(self.source.path),
            format=self.source.label,
            layout="long",
            records=self.records,
            rows=rows,
            rejected=self.rejects.by_number(),
            tables={self.table: out},
            rejected_rows=self.rejects.close(),
            recognised=self.planner.plan.recognised,
            notes=(*self.planner.notes.sentences(), *self.notes.sentences()),
            sha256=sha256(self.source.path),
        )

    def _take(self, batch: Batch) -> pa.Table:
        """Return a batch's accepted rows; set the others aside."""
        if self.planner.grown(batch.table) and self.planner.sample is not None:
            self.planner.plan = Resolver(
                self.source.name,
                self.planner.sample,
                self.mapping,
                self.table,
                self.planner.notes,
                project=self.project,
            ).plan()
        plan = self.planner.plan
        if plan is None:
            raise IngestError(f"{self.source.name} has no columns.")
        text = self._text(batch.table, plan)
        verdict = Verdict(batch.table.num_rows)
        for c in TABLES[self.table]:
            if c.required and (self.table, c.name) != ("gold", "label"):  # an empty gold label may be the empty set
                missing = pc.is_null(column(text, c.name))
                said = plan.sources.get(c.name, (c.name,))[0]
                verdict.reject(missing, f"no {c.name.removesuffix('_id')}", said, nulls(text.num_rows))
        prefix, rest = _REST.get(self.table, ("", ""))
        kinds = {c.name: c for c in TABLES[self.table]}
        table, faults = shaped(text, self.table, kinds, prefix, rest, self.notes)
        for name, reason, where in faults:
            verdict.reject(where, reason, plan.sources.get(name, (name,))[0], column(text, name))
        if self.table == "gold":
            table = self._gold(table, verdict)
        good = pc.is_null(verdict.reason)
        bad = pc.indices_nonzero(pc.invert(good)).cast(pa.int64())
        if len(bad):
            cells = [batch.rows, verdict.column, verdict.reason, verdict.value]
            raw = raw_rows(batch.table, bad)
            self.rejects.add(pa.table([*(c.take(bad) for c in cells), raw], schema=REJECTED))
        table = table.filter(good)
        if self.table == "criteria":
            self._check_scales(table, batch.rows.filter(good))
        return table

    def _text(self, table: pa.Table, plan: Plan) -> pa.Table:
        n = table.num_rows
        out = {t: as_text(source_array(table, s)) for t, s in plan.sources.items()}
        out |= {t: constant(v, n) for t, v in plan.constants.items() if t in SCHEMAS[self.table].names}
        for c in TABLES[self.table]:
            if c.required:
                found = out[c.name] if c.name in out else nulls(n)
                out[c.name] = found if (self.table, c.name) == ("gold", "label") else trimmed(found)
        if self.mapping.responses and self.table == "items":
            out["responses"] = pa.array(
                [
                    json.dumps(
                        [{"id": k, "text": v, "model": None} for k, v in zip(self.mapping.responses, row, strict=True)]
                    )
                    for row in zip(
                        *(as_text(column(table, s)).to_pylist() for s in self.mapping.responses.values()), strict=True
                    )
                ],
                pa.string(),
            )
        return pa.table(out)

    def _gold(self, table: pa.Table, verdict: Verdict) -> pa.Table:
        labels: list[str | None] = []
        reasons: list[str | None] = []
        for row in table.to_pylist():
            key = (row["project"] or "", row["criterion"] or "")
            reading = Reading.of(self.mapping.criterion(key[1]), self.scales.get(key), self.mapping.labels)
            raw = row["label"]
            if raw is None and reading.scale is not None and reading.scale.level == "set":
                raw = ""  # as in a judgments file: a blank is the empty set where the scale says set
            label, reason = reading.read(raw, self.notes)
            if reading.scale is None and label is not None:
                self.seen.setdefault(key, Seen()).add(label, 1)
            labels.append(label)
            reasons.append(reason)
        said = pa.array(reasons, pa.string())
        verdict.reject(pc.is_valid(said), said, "label", column(table, "label"))
        return table.set_column(table.schema.get_field_index("label"), "label", pa.array(labels, pa.string()))

    def _check_scales(self, table: pa.Table, rows: pa.Array) -> None:
        """Raise where a scale cannot be used: judgments read against it would be wrong."""
        for row, number in zip(table.to_pylist(), rows.to_pylist(), strict=True):
            try:
                scale_of(row)
            except (PlumblineError, ValueError, AttributeError) as error:
                raise IngestError(f"{self.source.name}, row {number} ({row['criterion']!r}): {error}") from error

    def _note_repeats(self, out: Path) -> None:
        """Say where rows share their key."""
        names = list(_KEYS[self.table])
        table = pq.read_table(out, columns=names)
        distinct = table.group_by(names).aggregate([]).num_rows
        self.notes.count(
            f"rows repeat the {' and '.join(names)} of an earlier row; the store makes one of them.",
            table.num_rows - distinct,
        )


def scale_of(row: Table[str, object]) -> Scale:
    """Return the scale that one row of the criteria table declares."""
    labels = str(row["labels"] or "")
    cost = json.loads(str(row["cost"])) if row["cost"] else None
    return Scale(
        level=str(row["level"]),  # type: ignore[arg-type]
        labels=tuple(x.strip() for x in labels.split(SET_SEPARATOR)) if labels else (),
        subjective=bool(row["subjective"]),
        target=row["target"],  # type: ignore[arg-type]
        cost=None if cost is None else {(t, g): float(c) for t, per in cost.items() for g, c in per.items()},
    )


def scales_in(path: Path) -> dict[tuple[str, str], Scale]:
    """Return the scales of a staged criteria table."""
    return {(r["project"], r["criterion"]): scale_of(r) for r in pq.read_table(path).to_pylist()}
