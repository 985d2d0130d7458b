"""The engine: every question to the judgments, under one scope, with a cursor a call."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.core.errors import StoreError
from analytics.core.filters import Filters
from analytics.core.scale import Scale, check_level
from analytics.core.scope import Scope
from analytics.core.settings import Settings, load_settings
from analytics.store.schema import TABLES
from analytics.store.sql_files import reads_pool, sql
from analytics.store.store import Snapshot, Store

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_TABLE_VIEWS = ("trainers", "items", "criteria", "labels", "gold", "guidelines", "ingests", "rejected", "superseded")


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One criterion of one project: its code in the store, its scale, and its dictionary of labels."""

    project: str
    criterion: str
    code: int
    scale: Scale
    dictionary: tuple[str, ...]
    """The label that each label_code stands for; open levels list every distinct label seen."""


class Engine:
    """Questions to one store, each under a Scope and Filters.

    A query sees three families of views and nothing else:

    - `judgments`: the rows this viewer may read, filtered. All statuses, rounds and kinds of trainer.
    - `peers`: those of `judgments` that agreement rests on: submitted, first round, made by people.
    - `pool`: the whole team's rows in the viewer's projects, filtered likewise. Only queries whose header says
      `-- aggregate:` may read it; their rows must carry `n_trainers`, and rows under the privacy floor are removed.
    - `items`, `trainers`, `criteria`, `labels`, `gold`, `guidelines`, `ingests`, `rejected`, `superseded`.
    """

    def __init__(self, store: Store, settings: Settings | None = None) -> None:
        self.store = store
        self.settings = settings or load_settings()
        self._lock = threading.Lock()
        self._work = tempfile.mkdtemp(prefix="plumbline-")
        self._empty: dict[str, str] = {}
        for name, schema in TABLES.items():
            file = Path(self._work) / f"{name}.parquet"
            pq.write_table(schema.empty_table(), file)
            self._empty[name] = str(file)
        self._database = self._connect()
        self._snapshot = store.snapshot()
        self.close = weakref.finalize(self, _close, self._database, self._work)
        """Let go of the database and its working folder; happens by itself at the end."""

    def _connect(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(
            config={
                "memory_limit": self.settings.memory_limit,
                "threads": self.settings.threads,
                "temp_directory": self._work,
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        folders = [str(self.store.path) + "/", self._work + "/"]
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET parquet_metadata_cache = true")
        con.execute("SET allowed_directories = $folders", {"folders": folders})
        con.execute("SET enable_external_access = false")
        return con

    @property
    def snapshot(self) -> Snapshot:
        """Return the store's current snapshot, re-read only when a commit changed it."""
        with self._lock:
            if self.store.snapshot_id != self._snapshot.id:
                self._snapshot = self.store.snapshot()
            return self._snapshot

    @property
    def snapshot_id(self) -> str:
        """Return the current snapshot's id."""
        return self.snapshot.id

    @contextmanager
    def session(self, scope: Scope, filters: Filters) -> Iterator[Session]:
        """Open a cursor whose views show what `scope` allows and `filters` select; close it afterwards.

        Several questions in one session see one and the same snapshot.
        """
        cursor = self._database.cursor()
        try:
            yield Session(self, cursor, self.snapshot, scope, filters)
        finally:
            cursor.close()

    def frame(self, query: str, scope: Scope, filters: Filters, **params: Any) -> pd.DataFrame:
        """Return one query's rows as a fresh frame. See Session.frame."""
        with self.session(scope, filters) as session:
            return session.frame(query, **params)

    def arrays(self, query: str, scope: Scope, filters: Filters, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """Return one query's columns as numpy arrays. See Session.arrays."""
        with self.session(scope, filters) as session:
            return session.arrays(query, **params)

    def criteria(self, scope: Scope, filters: Filters) -> tuple[Criterion, ...]:
        """Return the criteria in scope and selected, in the order of project and name."""
        with self.session(scope, filters) as session:
            return session.criteria()


def _close(database: duckdb.DuckDBPyConnection, work: str) -> None:
    database.close()
    shutil.rmtree(work, ignore_errors=True)


class Session:
    """One cursor, one snapshot, one scope, one selection."""

    def __init__(
        self, engine: Engine, cursor: duckdb.DuckDBPyConnection, snapshot: Snapshot, scope: Scope, filters: Filters
    ) -> None:
        self.engine = engine
        self.snapshot = snapshot
        self.scope = scope
        self.filters = filters
        self._cursor = cursor
        self._set_variables()
        for name in _TABLE_VIEWS:
            cursor.execute(sql(f"read_{name}"))
        cursor.execute(sql("scope_tables"))
        people = filters.trainers or filters.teams or scope.trainers is not None or scope.teams is not None
        about_items = bool(filters.topics or filters.languages)
        cursor.execute(sql("scope_everything"))
        cursor.execute(sql("scope_items_some" if about_items else "scope_items_all"))
        cursor.execute(sql("scope_people_some" if people else "scope_people_all"))
        cursor.execute(sql("scope_peers_some" if self._has_models() else "scope_peers_all"))

    def _set_variables(self) -> None:
        f, s = self.filters, self.scope
        files = {
            name: [*self.snapshot.files.get(name, ()), self.engine._empty[name]]
            for name in ("judgments", *_TABLE_VIEWS)
        }
        for name, paths in files.items():
            self._cursor.execute(f"SET VARIABLE files_{name} = $v", {"v": paths})
        lists = {
            "scope_projects": s.projects,
            "scope_teams": s.teams,
            "scope_trainers": s.trainers,
            "projects": f.projects or None,
            "criteria": f.criteria or None,
            "trainers": f.trainers or None,
            "teams": f.teams or None,
            "topics": f.topics or None,
            "languages": f.languages or None,
            "guideline_versions": f.guideline_versions or None,
            "batches": f.batches or None,
        }
        for name, values in lists.items():
            value = None if values is None else list(values)
            self._cursor.execute(f"SET VARIABLE {name} = $v::VARCHAR[]", {"v": value})
        self._cursor.execute("SET VARIABLE since = $v::DATE", {"v": f.since})
        self._cursor.execute("SET VARIABLE until = $v::DATE", {"v": f.until})
        self._cursor.execute("SET VARIABLE names_people = $v", {"v": s.names_people})
        self._cursor.execute("SET VARIABLE viewer = $v::VARCHAR", {"v": s.viewer if s.role == "trainer" else None})
        self._cursor.execute("SET VARIABLE privacy_floor = $v", {"v": self.engine.settings.privacy_floor})

    def _has_models(self) -> bool:
        return bool(self._cursor.execute(sql("scope_models")).fetchall()[0][0])

    def _run(self, query: str, params: dict[str, Any]) -> duckdb.DuckDBPyRelation:
        relation = self._cursor.sql(sql(query), params=params or None)
        if relation is None:
            raise StoreError(f"{query}.sql returns no rows; it must be a query.")
        return relation

    def frame(self, query: str, **params: Any) -> pd.DataFrame:
        """Return the rows of `sql/<query>.sql` as a fresh frame, its $parameters bound to `params`."""
        frame: pd.DataFrame = self._run(query, params).df()
        if reads_pool(query):
            frame = frame[frame["n_trainers"] >= self.engine.settings.privacy_floor].reset_index(drop=True)
        return frame

    def arrays(self, query: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """Return the columns of `sql/<query>.sql` as numpy arrays; for the counts that statistics work on."""
        columns: dict[str, np.ndarray[Any, Any]] = self._run(query, params).fetchnumpy()
        if reads_pool(query):
            keep = columns["n_trainers"] >= self.engine.settings.privacy_floor
            columns = {name: values[keep] for name, values in columns.items()}
        return columns

    def rows(self, query: str, **params: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a small query as tuples; never of one that reads the pool."""
        if reads_pool(query):
            raise StoreError(f"{query}.sql reads the whole team; ask for it with frame() or arrays().")
        table = self._run(query, params).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def stream(self, query: str, batch_rows: int = 250_000, **params: Any) -> pa.RecordBatchReader:
        """Return the rows as a stream of Arrow batches; drain it before the session closes."""
        if reads_pool(query):
            raise StoreError(f"{query}.sql reads the whole team; ask for it with frame() or arrays().")
        return self._run(query, params).to_arrow_reader(batch_rows)

    def criteria(self) -> tuple[Criterion, ...]:
        """Return the criteria in scope and selected, each with its scale and its dictionary of labels."""
        dictionaries: dict[int, list[str]] = {}
        for code, label in self.rows("label_dictionary"):
            dictionaries.setdefault(code, []).append(label)
        return tuple(
            Criterion(
                project=project,
                criterion=criterion,
                code=code,
                scale=_scale(level, labels, subjective, target, cost, inferred),
                dictionary=tuple(dictionaries.get(code, [])),
            )
            for project, criterion, code, level, labels, subjective, target, cost, inferred in self.rows("criteria")
        )


def _scale(
    level: str, labels: str | None, subjective: bool | None, target: float | None, cost: str | None, inferred: bool
) -> Scale:
    costs: dict[tuple[str, str], float] | None = None
    if cost:
        costs = {(true, given): float(v) for true, row in json.loads(cost).items() for given, v in row.items()}
    return Scale(
        level=check_level(level),
        labels=tuple(labels.split("|")) if labels else (),
        subjective=bool(subjective),
        target=target,
        cost=costs,
        inferred=inferred,
    )
