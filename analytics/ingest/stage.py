"""Read and validate source files into typed Parquet tables; nothing is committed here."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Table
from pathlib import Path

from analytics.core.errors import IngestError, listed
from analytics.core.scale import Scale
from analytics.ingest.columns import FOLDER_ORDER, TABLES
from analytics.ingest.dimensions import DimensionStaging, scales_in
from analytics.ingest.judgments import JudgmentsStaging
from analytics.ingest.mapping import Mapping
from analytics.ingest.open_file import FORMATS, MAX_BYTES, Progress, sniff
from analytics.ingest.plan import Recognised
from analytics.ingest.staged import Staged

__all__ = ["Recognised", "Staged", "stage", "stage_folder"]

Scales = Table[tuple[str, str], Scale]


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
        A folder of its own for this file; made where it is not there.
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
    try:
        source = sniff(path, max_bytes=max_bytes)
        if table == "judgments":
            return JudgmentsStaging(source, into, mapping, scales or {}, project or source.stem).run(on_progress)
        return DimensionStaging(source, into, mapping, table, scales or {}, project).run(on_progress)
    except IngestError as error:
        if len(str(error).splitlines()) > 1:  # a name or a value of the file with a line break in it
            raise IngestError(" ".join(str(error).split())) from error
        raise


def stage_folder(
    folder: Path,
    into: Path,
    *,
    mapping: Mapping | None = None,
    scales: Scales | None = None,
    on_progress: Progress | None = None,
    max_bytes: int = MAX_BYTES,
) -> tuple[Staged, ...]:
    """Read a folder that holds `judgments.*` and, if it has them, the contract's other tables.

    Scales come first, so that judgments and gold are held against them. The mapping applies to the judgments; its
    constants apply to all tables. Rows that name no project belong to one named like the folder. Other files are left
    alone, and the first file's notes name them.

    Raises
    ------
    IngestError
        Where the folder has no contract table, a table has two files, or any file cannot be read.
    """
    files = _contract_files(folder)
    mapping = mapping or Mapping()
    known = dict(scales or {})
    total = max(sum(p.stat().st_size for p in files.values()), 1)
    before = 0
    out: list[Staged] = []
    for table in FOLDER_ORDER:
        if table not in files:
            continue
        path = files[table]

        def on_bytes(done: int, of: int, start: int = before) -> None:
            if on_progress is not None:
                on_progress(start + done, total)

        staged = stage(
            path,
            into / table,
            mapping=mapping if table == "judgments" else _for_others(mapping, table),
            table=table,
            scales=known,
            on_progress=on_bytes,
            max_bytes=max_bytes,
            project=folder.resolve().name,
        )
        before += path.stat().st_size
        if table == "criteria":
            known.update(scales_in(staged.tables["criteria"]))
        out.append(staged)
    others = sorted(p.name for p in folder.iterdir() if p not in files.values() and not p.name.startswith("."))
    if others:
        note = f"Not read, since their names are not the contract's: {listed(others)}."
        out[0] = dataclasses.replace(out[0], notes=(*out[0].notes, note))
    return tuple(out)


def _contract_files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise IngestError(f"{folder} is not a folder. Check the path.")
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        stem, _, ending = path.name.partition(".")
        known = "." + ending.lower().removesuffix(".gz") in FORMATS
        if stem.lower() in TABLES and known and path.is_file():
            if stem.lower() in files:
                raise IngestError(
                    f"{folder.name} has two files for {stem}: {files[stem.lower()].name} and {path.name}. Keep one."
                )
            files[stem.lower()] = path
    if not files:
        name = folder.name or folder.resolve().name
        raise IngestError(
            f"{name} is a folder without a contract table. It must hold judgments.csv (or .tsv, .jsonl, .json, "
            f".parquet), and may hold {', '.join(t + '.*' for t in TABLES if t != 'judgments')}."
        )
    return files


def _for_others(mapping: Mapping, table: str) -> Mapping:
    """Return the part of a mapping that holds for tables beside the judgments: its constants, scales and labels."""
    wanted = {c.name for c in TABLES[table]}
    return Mapping(
        constants={k: v for k, v in mapping.constants.items() if k in wanted},
        criteria=tuple(
            dataclasses.replace(c, column=None, one_hot={}, flags={}, sum=(), gold=None) for c in mapping.criteria
        ),
        labels=mapping.labels,
        time_unit=mapping.time_unit,
        time_format=mapping.time_format,
    )
