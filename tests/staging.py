"""Staged files made by hand, so that the store is tested without the readers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.store.commit import _STAGED_SCHEMAS


@dataclass
class HandStaged:
    """What a reader would have made of a file."""

    path: str
    tables: dict[str, Path]
    rows: int
    sha256: str
    format: str = "csv"
    layout: str = "long"
    rejected: Mapping[str, int] = field(default_factory=dict)
    rejected_rows: Path | None = None
    recognised: Sequence[Any] = ()
    notes: Sequence[str] = ()


def at(text: str) -> datetime:
    """Return an ISO time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def staged(folder: Path, name: str = "log.csv", **tables: Sequence[Mapping[str, Any]]) -> HandStaged:
    """Write the given tables' rows as a reader would; judgments get sensible blanks."""
    paths: dict[str, Path] = {}
    digest = hashlib.sha256(repr(sorted(tables.items())).encode()).hexdigest()
    for table, rows in tables.items():
        schema = _STAGED_SCHEMAS[table]
        full = []
        for n, row in enumerate(rows, start=1):
            base: dict[str, Any] = dict.fromkeys(schema.names)
            if table == "judgments":
                base |= {
                    "project": "p",
                    "criterion": "c",
                    "status": "submitted",
                    "source": name,
                    "source_row": n,
                }
            full.append(base | dict(row))
        paths[table] = folder / f"{digest[:8]}-{table}.parquet"
        pq.write_table(pa.Table.from_pylist(full, schema=schema), paths[table])
    n_rows = len(tables.get("judgments", next(iter(tables.values()))))
    return HandStaged(path=name, tables=paths, rows=n_rows, sha256=digest)


def judged(*triples: tuple[str, str, str], **more: Any) -> list[dict[str, Any]]:
    """Return judgment rows from (item, trainer, label) triples."""
    return [{"item_id": i, "trainer_id": t, "label": x, **more} for i, t, x in triples]
