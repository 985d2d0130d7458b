"""Take log files into a store: read, validate, commit, and say what became of every row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.core.errors import IngestError
from analytics.core.filters import Filters
from analytics.core.scale import Scale
from analytics.core.scope import Scope
from analytics.core.settings import Settings, load_settings
from analytics.ingest.mapping import Mapping
from analytics.ingest.stage import Recognised, Staged, stage, stage_folder
from analytics.store import Engine, Store
from analytics.store.commit import commit

Progress = Callable[[str, float], None]
"""Told what is being done and which share of it is done, in [0, 1]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestedFile:
    """What became of one file; rows = accepted + duplicates + superseded + the sum of rejected.

    Attributes
    ----------
    rows : int
        Judgments (or rows of another table) read. In a wide file every filled cell is one.
    records : int
        Lines or objects read.
    duplicates : int
        Judgments that the store already held, in this form or a newer one.
    superseded : int
        Judgments that replaced an earlier form of themselves; the earlier form stays in the history.
    rejected : mapping of reason -> rows
    recognised : tuple of Recognised
        Which source column was taken for what, and why.
    notes : tuple of str
        What was assumed.
    set_aside : str
        The rejected rows in one sentence, with examples; empty where there are none.
    """

    path: str
    format: str
    layout: str
    records: int
    rows: int
    accepted: int
    duplicates: int
    superseded: int
    rejected: dict[str, int]
    recognised: tuple[Recognised, ...]
    notes: tuple[str, ...]
    set_aside: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestReport:
    """What an ingest did, and the snapshot that it left."""

    files: tuple[IngestedFile, ...]
    snapshot_id: str


def ingest(
    store: Store,
    paths: Sequence[Path],
    *,
    mapping: Mapping | None = None,
    table: str = "judgments",
    settings: Settings | None = None,
    on_progress: Progress | None = None,
) -> IngestReport:
    """Take files or a folder of contract tables into the store, as one commit.

    Parameters
    ----------
    paths : sequence of Path
        Files, or folders that hold `judgments.*`, `items.*`, `trainers.*`, `criteria.*`, `gold.*`, `guidelines.*`.
    mapping : Mapping, optional
        Which source column is which contract column; aliases are recognised without it.
    table : str
        The contract table that single files hold.
    on_progress : callable, optional
        Told what is being done and how far it is.

    Raises
    ------
    IngestError
        Where a file cannot be read; nothing of any file is then in the store.
    """
    settings = settings or load_settings()
    mapping = mapping or Mapping()
    say = on_progress or (lambda text, share: None)
    if not paths:
        raise IngestError("Nothing to ingest: name at least one file or folder.")
    with tempfile.TemporaryDirectory(prefix="plumbline-") as work:
        files: list[Staged] = []
        for n, path in enumerate(paths):
            into = Path(work) / str(n)
            into.mkdir()
            told = f"Reading {path.name}"

            def on_bytes(done: int, total: int, told: str = told) -> None:
                say(told, done / total if total else 0.0)

            scales = _declared_scales(store, settings)
            if path.is_dir():
                files += stage_folder(
                    path, into, mapping=mapping, scales=scales, on_progress=on_bytes, max_bytes=settings.max_file_bytes
                )
            else:
                files.append(
                    stage(
                        path,
                        into,
                        mapping=mapping,
                        table=table,
                        scales=scales,
                        on_progress=on_bytes,
                        max_bytes=settings.max_file_bytes,
                    )
                )
        set_aside = [f.set_aside() for f in files]
        committed = commit(store, files, settings, on_step=lambda text: say(text, 1.0))
    ingested = tuple(
        IngestedFile(
            path=c.path,
            format=c.format,
            layout=f.layout,
            records=f.records,
            rows=c.rows,
            accepted=c.accepted,
            duplicates=c.duplicates,
            superseded=c.superseded,
            rejected=c.rejected,
            recognised=f.recognised,
            notes=f.notes,
            set_aside=words,
        )
        for c, f, words in zip(committed, files, set_aside, strict=True)
    )
    return IngestReport(files=ingested, snapshot_id=store.snapshot_id)


def _declared_scales(store: Store, settings: Settings) -> dict[tuple[str, str], Scale]:
    if store.snapshot().empty:
        return {}
    criteria = Engine(store, settings).criteria(Scope(), Filters())
    return {(c.project, c.criterion): c.scale for c in criteria if not c.scale.inferred}
