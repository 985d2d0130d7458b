"""Stage a judgments file: long, wide, lists or sums in; one typed row a judgment out."""

from __future__ import annotations

import json
from collections.abc import Mapping as Table
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.core.errors import IngestError, listed
from analytics.core.scale import Scale
from analytics.ingest.batch import Batch, Notes
from analytics.ingest.columns import SCHEMAS
from analytics.ingest.gather import Beside
from analytics.ingest.layout import to_long
from analytics.ingest.mapping import Mapping
from analytics.ingest.open_file import Progress, Source, sha256
from analytics.ingest.plan import Plan
from analytics.ingest.readers import Planner, read
from analytics.ingest.resolve import Resolver
from analytics.ingest.settle import add_up, settle
from analytics.ingest.staged import Rejects, Staged
from analytics.ingest.validate import Validator


class JudgmentsStaging:
    """Stages one judgments file into the folder `into`."""

    def __init__(
        self, source: Source, into: Path, mapping: Mapping, scales: Table[tuple[str, str], Scale], project: str
    ) -> None:
        self.source, self.into, self.mapping, self.project = source, into, mapping, project
        self.notes = Notes()
        self.rejects = Rejects(into / "rejected.parquet")
        self.validator = Validator(source.name, mapping, scales, self.notes)
        self.beside = Beside(mapping, self.validator, self.notes)
        self.planner = Planner()
        self.records = 0

    def run(self, on_progress: Progress | None) -> Staged:
        """Read the file to its end and return the account."""
        out = self.into / "judgments.parquet"
        last = 0
        with pq.ParquetWriter(out, SCHEMAS["judgments"], compression="zstd", compression_level=1) as writer:
            for batch in read(self.source, self.notes, on_progress, explode=self.mapping.explode):
                self.records += len(pc.unique(batch.rows)) + len(batch.bad)
                self.rejects.add_bad(batch.bad)
                if not batch.table.num_columns:
                    continue
                last = batch.rows[-1].as_py() if len(batch.rows) else last
                plan = self._planned(batch)
                accepted, rejected = self.validator.check(batch, to_long(batch, plan, self.notes), plan)
                writer.write_table(accepted)
                self.rejects.add(rejected)
                self.beside.take(batch, plan)
        plan = self._plan()
        settle(out, self.validator.seen, plan.layout == "wide", self.rejects, self.notes)
        if any(c.sum for c in plan.criteria):
            add_up(out, tuple(c.name for c in plan.criteria if c.sum), self.notes)
        tables = {"judgments": out, **self._others(out, plan)}
        rows = pq.read_metadata(out).num_rows + self.rejects.total
        if not rows:
            self.notes.say("The file holds no judgments.")
        return Staged(
            path=str(self.source.path),
            format=self.source.label,
            layout=plan.layout,
            records=self.records,
            rows=rows,
            rejected=self.rejects.by_number(),
            tables=tables,
            rejected_rows=self.rejects.close(),
            recognised=plan.recognised,
            notes=(*self.planner.notes.sentences(), *self.notes.sentences()),
            sha256=sha256(self.source.path),
        )

    def _planned(self, batch: Batch) -> Plan:
        planner = self.planner
        if not planner.grown(batch.table):
            return self._plan()
        before = planner.plan
        if planner.sample is not None:
            planner.plan = Resolver(
                self.source.name, planner.sample, self.mapping, "judgments", planner.notes, project=self.project
            ).plan()
        plan = self._plan()
        if before is not None and before.chosen() != plan.chosen():
            raise IngestError(
                f"{self.source.name}: from row {batch.rows[0].as_py()} on, further columns leave open which column is "
                f"which ({listed(sorted(batch.table.column_names))}). Say so with --map item_id=COLUMN and the like."
            )
        return plan

    def _plan(self) -> Plan:
        if self.planner.plan is None:
            raise IngestError(
                f"{self.source.name} holds no row that can be read. {self.rejects.in_words()}Export it again."
            )
        return self.planner.plan

    def _others(self, judgments: Path, plan: Plan) -> dict[str, Path]:
        """Write the tables that the file gives beside its judgments."""
        made = self.beside.tables()
        declared = self._criteria(judgments, plan)
        if declared is not None:
            made["criteria"] = declared
        paths: dict[str, Path] = {}
        for name, table in made.items():
            paths[name] = self.into / f"{name}.parquet"
            pq.write_table(table, paths[name])
        return paths

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
