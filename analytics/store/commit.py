"""Take staged files into the store: one atomic commit, nothing lost, nothing counted twice."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.core.errors import StoreError
from analytics.core.scale import Scale, inferred_scale
from analytics.core.settings import Settings
from analytics.store.schema import TABLES
from analytics.store.sql_files import sql
from analytics.store.store import Committed, Store

_STAGED_SCHEMAS: dict[str, pa.Schema] = {
    "judgments": pa.schema(
        [
            ("judgment_id", pa.string()),
            ("project", pa.string()),
            ("item_id", pa.string()),
            ("trainer_id", pa.string()),
            ("criterion", pa.string()),
            ("label", pa.string()),
            ("status", pa.string()),
            ("round", pa.int32()),
            ("judged_at", pa.timestamp("us", tz="UTC")),
            ("duration_s", pa.float64()),
            ("confidence", pa.float64()),
            ("rationale", pa.string()),
            ("guideline_version", pa.string()),
            ("session_id", pa.string()),
            ("position", pa.int32()),
            ("shown_first", pa.string()),
            ("batch", pa.string()),
            ("source", pa.string()),
            ("source_row", pa.int64()),
        ]
    ),
    "items": pa.schema([f for f in TABLES["items"] if f.name != "item_code"]),
    "trainers": pa.schema([f for f in TABLES["trainers"] if f.name != "trainer_code"]),
    "criteria": pa.schema([f for f in TABLES["criteria"] if f.name not in ("criterion_code", "inferred")]),
    "gold": TABLES["gold"],
    "guidelines": pa.schema([f for f in TABLES["guidelines"] if f.name != "version_code"]),
}
"""Columns of a staged table, as readers write them."""


class StagedFile(Protocol):
    """One file, read and validated, nothing committed yet (made by the ingest floor)."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def format(self) -> str: ...  # noqa: D102
    @property
    def layout(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def rejected(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def tables(self) -> Mapping[str, Path]: ...  # noqa: D102
    @property
    def rejected_rows(self) -> Path | None: ...  # noqa: D102
    @property
    def recognised(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102


class Writer:
    """The hands of one commit: a private DuckDB over the held tables and the staged file."""

    def __init__(self, store: Store, settings: Settings, work: Path) -> None:
        self.store = store
        self.work = work
        self.con = duckdb.connect(
            config={
                "memory_limit": settings.memory_limit,
                "threads": settings.threads,
                "temp_directory": str(work),
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self.con.execute("SET TimeZone = 'UTC'")
        self.empty: dict[str, str] = {}
        for name, schema in {**TABLES, **{f"staged_{k}": v for k, v in _STAGED_SCHEMAS.items()}}.items():
            file = work / f"empty_{name}.parquet"
            pq.write_table(schema.empty_table(), file)
            self.empty[name] = str(file)

    def view(self, name: str, files: Sequence[str], kind: str) -> None:
        """Point the temp view `<kind>_<name>` at Parquet files; at an empty one where there are none."""
        empty = self.empty[f"staged_{name}" if kind == "staged" else name]
        self.con.execute(f"SET VARIABLE {kind}_{name} = $files", {"files": [*files, empty]})
        self.con.execute(sql(f"view_{kind}_{name}"))

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        """Return the rows of a small query."""
        return self.con.sql(sql(name)).fetchall()

    def reader(self, name: str, table: str, **params: Any) -> pa.RecordBatchReader:
        """Return a query's rows as a stream in the table's own schema."""
        reader = self.con.sql(sql(name), params=params or None).to_arrow_reader(250_000)
        schema = TABLES[table]
        batches = (batch.select(schema.names).cast(schema) for batch in reader)
        return pa.RecordBatchReader.from_batches(schema, batches)


def commit(
    store: Store,
    staged: Sequence[StagedFile],
    settings: Settings,
    on_step: Callable[[str], None] | None = None,
) -> tuple[Committed, ...]:
    """Take the staged files into the store as one commit.

    Parameters
    ----------
    staged : sequence of StagedFile
        In the order in which they are to count: scales before the judgments that use them.
    on_step : callable, optional
        Told in words what is being done.

    Returns
    -------
    tuple of Committed
        What became of each file's rows; rows = accepted + duplicates + superseded + sum of rejected.
    """
    say = on_step or (lambda text: None)
    say("Waiting for the store")
    with store.writing(), tempfile.TemporaryDirectory(prefix="plumbline-") as work:
        done: list[Committed] = []
        records: list[dict[str, Any]] = []
        _, past = store._commits()
        seq = past[-1]["seq"] if past else 0
        for file in staged:
            ingest_id = hashlib.sha256(f"{seq}|{file.sha256}".encode()).hexdigest()
            seq += 1
            writer = Writer(store, settings, Path(work))
            result = _take(writer, file, ingest_id, say)
            done.append(result)
            records.append(_record(seq, ingest_id, file, result))
            writer.con.close()
        versions = json.dumps(store.versions(), sort_keys=True)
        for record in records:
            record["versions"] = versions
        say("Committing")
        store.append("ingests", pa.Table.from_pylist(records, schema=TABLES["ingests"]))
    return tuple(done)


def _take(writer: Writer, file: StagedFile, ingest_id: str, say: Callable[[str], None]) -> Committed:
    store = writer.store
    versions = store.versions()
    for name in ("items", "trainers", "criteria", "labels", "gold", "guidelines", "judgments"):
        writer.view(name, store.files(name) if name in versions else (), "held")
    for name in _STAGED_SCHEMAS:
        writer.view(name, [str(file.tables[name])] if name in file.tables else [], "staged")
    say("Comparing with what the store holds")
    writer.con.execute(sql("commit_codes"))
    _write_dimensions(writer, file)
    _write_criteria(writer, file)
    counts = {"accepted": 0, "duplicates": 0, "superseded": 0}
    if "judgments" in file.tables:
        counts = _write_judgments(writer, ingest_id, say)
    elif "gold" in file.tables:
        n, same, replaced = writer.rows("commit_gold_counts")[0]
        counts = {"accepted": n - same - replaced, "duplicates": same, "superseded": replaced}
    else:
        counts["accepted"] = file.rows - sum(file.rejected.values())
    if "gold" in file.tables:
        store.overwrite("gold", writer.reader("commit_gold", "gold"))
    if file.rejected_rows is not None:
        store.append("rejected", _rejected(file, ingest_id))
    return Committed(
        path=file.path,
        format=file.format,
        rows=file.rows,
        rejected=dict(file.rejected),
        **counts,
    )


def _write_dimensions(writer: Writer, file: StagedFile) -> None:
    store = writer.store
    if writer.rows("commit_items_changed")[0][0]:
        store.overwrite("items", writer.reader("commit_items", "items"))
    else:
        store.append("items", writer.reader("commit_new_items", "items"))
    store.overwrite("trainers", writer.reader("commit_trainers", "trainers"))
    store.overwrite("guidelines", writer.reader("commit_guidelines", "guidelines"))
    for name in ("items", "trainers", "guidelines"):
        writer.view(name, store.files(name), "now")


def _write_criteria(writer: Writer, file: StagedFile) -> None:
    """Merge declared scales, guess those nobody declared, and give every label its code."""
    held = {
        (r["project"], r["criterion"]): r for r in writer.con.sql("FROM held_criteria").to_arrow_table().to_pylist()
    }
    declared = writer.con.sql("FROM staged_criteria").to_arrow_table().to_pylist()
    code = 1 + max((r["criterion_code"] for r in held.values()), default=-1)
    for row in declared:
        known = held.get((row["project"], row["criterion"]))
        held[row["project"], row["criterion"]] = {
            **row,
            "criterion_code": known["criterion_code"] if known else code,
            "inferred": False,
        }
        code += 0 if known else 1
    seen: dict[tuple[str, str], list[str]] = {}
    for project, criterion, label, _ in writer.rows("commit_labels_seen"):
        seen.setdefault((project, criterion), []).append(label)
    for project, criterion in writer.rows("commit_criteria_seen"):
        labels = seen.get((project, criterion), [])
        known = held.get((project, criterion))
        if known is None or known["inferred"]:
            guess: Scale = inferred_scale(labels)
            held[project, criterion] = {
                "criterion_code": known["criterion_code"] if known else code,
                "project": project,
                "criterion": criterion,
                "level": guess.level,
                "labels": "|".join(guess.labels),
                "subjective": False,
                "target": None,
                "cost": None,
                "inferred": True,
            }
            code += 0 if known else 1
    rows = sorted(held.values(), key=lambda r: int(r["criterion_code"]))
    writer.store.overwrite("criteria", pa.Table.from_pylist(rows, schema=TABLES["criteria"]))
    writer.view("criteria", writer.store.files("criteria"), "now")

    by_code: dict[int, dict[str, int]] = {}
    for criterion_code, label_code, label in writer.con.sql("FROM held_labels").fetchall():
        by_code.setdefault(criterion_code, {})[label] = label_code
    fresh: list[dict[str, Any]] = []
    for (project, criterion), row in held.items():
        if row["level"] == "text":
            continue
        codes = by_code.setdefault(row["criterion_code"], {})
        order = (row["labels"] or "").split("|") if row["level"] != "set" and row["labels"] else []
        for label in [*order, *seen.get((project, criterion), [])]:
            if label not in codes:
                codes[label] = len(codes)
                fresh.append({"criterion_code": row["criterion_code"], "label_code": codes[label], "label": label})
    writer.store.append("labels", pa.Table.from_pylist(fresh, schema=TABLES["labels"]))
    writer.view("labels", writer.store.files("labels"), "now")


def _write_judgments(writer: Writer, ingest_id: str, say: Callable[[str], None]) -> dict[str, int]:
    store = writer.store
    writer.con.execute(sql("commit_incoming"))
    accepted, duplicates, superseded, lost = writer.rows("commit_outcome")[0]
    if lost:
        raise StoreError(
            f"{lost} judgments found no place in the store; nothing was written. This is a defect: report it."
        )
    say(f"Writing {accepted + superseded:,} judgments".replace(",", " "))
    if superseded:
        store.append("superseded", writer.reader("commit_history", "superseded", ingest_id=ingest_id))
        keys = writer.con.sql(sql("commit_replaced_keys")).to_arrow_table()
        if keys.num_rows:
            store.remove_judgments(keys)
    store.append("judgments", writer.reader("commit_judgments", "judgments", ingest_id=ingest_id))
    return {"accepted": accepted, "duplicates": duplicates, "superseded": superseded}


def _rejected(file: StagedFile, ingest_id: str) -> pa.Table:
    table = pq.read_table(str(file.rejected_rows))
    n = table.num_rows
    table = table.append_column("ingest_id", pa.array([ingest_id] * n, pa.string()))
    table = table.append_column("source", pa.array([Path(file.path).name] * n, pa.string()))
    return table.select(TABLES["rejected"].names).cast(TABLES["rejected"])


def _record(seq: int, ingest_id: str, file: StagedFile, result: Committed) -> dict[str, Any]:
    from analytics.core.results import jsonable

    return {
        "seq": seq,
        "ingest_id": ingest_id,
        "ingested_at": datetime.now(UTC),
        "path": Path(file.path).name,
        "format": file.format,
        "layout": file.layout,
        "sha256": file.sha256,
        "rows": result.rows,
        "accepted": result.accepted,
        "duplicates": result.duplicates,
        "superseded": result.superseded,
        "rejected": json.dumps(dict(file.rejected), ensure_ascii=False),
        "notes": json.dumps(list(file.notes), ensure_ascii=False),
        "recognised": json.dumps(jsonable(list(file.recognised)), ensure_ascii=False),
    }
