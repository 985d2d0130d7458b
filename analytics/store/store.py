"""A judgment store: Delta tables whose current versions one commit record names."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from analytics.core.errors import StoreError
from analytics.store.schema import TABLES


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What a store holds at one moment.

    Attributes
    ----------
    id : str
        Number of the commit and the head of its content hash, e.g. "7-3fa9c1d2"; "empty" before the first ingest.
    files : mapping table -> Parquet files that make up its current version
    """

    id: str
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """True where no judgment was ever ingested."""
        return not self.files.get("judgments")


@dataclass(frozen=True, kw_only=True, slots=True)
class Committed:
    """What became of one staged file: rows = accepted + duplicates + superseded + the sum of rejected."""

    path: str
    format: str
    rows: int
    accepted: int
    duplicates: int
    superseded: int
    rejected: dict[str, int]


class Store:
    """A folder of Delta tables. Reading never locks; writers wait for each other.

    An ingest touches several tables. Its commit point is the append to `ingests`, whose row lists the version of every
    table; a reader follows the newest row. A writer that died earlier has left versions that no row names: the next
    writer rolls them back, no reader ever sees them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def table(self, name: str) -> Path:
        """Return the folder of one table."""
        return self.path / name

    def _commits(self) -> tuple[int, list[dict[str, Any]]]:
        if not DeltaTable.is_deltatable(str(self.table("ingests"))):
            return -1, []
        table = DeltaTable(str(self.table("ingests")))
        rows = table.to_pyarrow_table(columns=["seq", "ingest_id", "versions"]).sort_by("seq").to_pylist()
        return table.version(), rows

    def snapshot(self) -> Snapshot:
        """Return the current snapshot; a new one after every commit, by whatever process."""
        version, rows = self._commits()
        if not rows:
            return Snapshot(id="empty")
        versions: dict[str, int] = json.loads(rows[-1]["versions"])
        files = {"ingests": tuple(DeltaTable(str(self.table("ingests")), version=version).file_uris())}
        for name, at in versions.items():
            files[name] = tuple(DeltaTable(str(self.table(name)), version=at).file_uris())
        return Snapshot(id=f"{version + 1}-{rows[-1]['ingest_id'][:8]}", files=files)

    @property
    def snapshot_id(self) -> str:
        """Return the id of the current snapshot."""
        version, rows = self._commits()
        return f"{version + 1}-{rows[-1]['ingest_id'][:8]}" if rows else "empty"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for one writer; undo what a dead one left. The lock dies with its process."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".writer").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._roll_back()
            yield

    def _roll_back(self) -> None:
        _, rows = self._commits()
        current: dict[str, int] = json.loads(rows[-1]["versions"]) if rows else {}
        for name, schema in TABLES.items():
            folder = str(self.table(name))
            if name == "ingests" or not DeltaTable.is_deltatable(folder):
                continue
            table = DeltaTable(folder)
            if name not in current:
                if table.file_uris():
                    write_deltalake(folder, schema.empty_table(), mode="overwrite")
            elif (
                table.version() != current[name]
                and table.file_uris() != DeltaTable(folder, version=current[name]).file_uris()
            ):
                table.restore(current[name])

    def append(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Append rows to a table, making it where it is missing."""
        write_deltalake(str(self.table(name)), data, mode="append")

    def overwrite(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Replace a table's rows; earlier versions stay readable."""
        write_deltalake(str(self.table(name)), data, mode="overwrite")

    def remove_judgments(self, keys: pa.Table) -> None:
        """Take out the judgments whose (criterion_code, item_code, trainer_code, round) are in `keys`."""
        on = " AND ".join(f"t.{c} = s.{c}" for c in ("criterion_code", "item_code", "trainer_code", "round"))
        table = DeltaTable(str(self.table("judgments")))
        table.merge(keys, on, source_alias="s", target_alias="t").when_matched_delete().execute()

    def files(self, name: str) -> tuple[str, ...]:
        """Return the Parquet files of a table's newest version, committed or not: for the writer alone."""
        return tuple(DeltaTable(str(self.table(name))).file_uris())

    def versions(self) -> dict[str, int]:
        """Return the newest Delta version of every table but `ingests`, committed or not."""
        return {
            name: DeltaTable(str(self.table(name))).version()
            for name in TABLES
            if name != "ingests" and DeltaTable.is_deltatable(str(self.table(name)))
        }


def open_store(path: Path | str, *, create: bool = False) -> Store:
    """Open the store in folder `path`.

    Parameters
    ----------
    create : bool
        Allow a folder that holds no store yet.

    Raises
    ------
    StoreError
        Where there is no store and `create` is False, or `path` is a file.
    """
    folder = Path(os.path.abspath(path))
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{path} is a file; --store must name a folder.")
    if not create and not DeltaTable.is_deltatable(str(folder / "ingests")):
        raise StoreError(
            f"{path} holds no judgment store yet. Make one with `python -m analytics ingest FILE --store {path}` "
            f"or `python -m analytics demo --store {path}`."
        )
    return Store(folder)
