"""`ingest`: take a log into the store, and account for every row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from analytics.cli.common import JsonOption, StoreOption, app, console, plain_errors, print_json, stderr
from analytics.core.numerals import count
from analytics.core.settings import load_settings
from analytics.ingest.mapping import mapping_from
from analytics.reports.importing import IngestReport, ingest
from analytics.store import open_store


@app.command("ingest")
@plain_errors
def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="Log files, or a folder of the contract's tables.")],
    store: StoreOption = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="contract_column=source_column. May be repeated.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="A mapping TOML: columns, scales, gold, attributes, layout.")
    ] = None,
    table: Annotated[
        str,
        typer.Option("--table", help="The table a file holds: judgments, items, trainers, criteria, gold, guidelines."),
    ] = "judgments",
    project: Annotated[str | None, typer.Option("--project", help="Project of every row.")] = None,
    criterion: Annotated[str | None, typer.Option("--criterion", help="Criterion of every row.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take log files into the store; nothing is dropped and nothing is guessed in silence."""
    settings = load_settings()
    target = open_store(store or settings.store, create=True)
    mapped = mapping_from(mapping, pairs=map_ or [], project=project, criterion=criterion)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task("Reading", total=1.0)
        report = ingest(
            target,
            paths,
            mapping=mapped,
            table=table,
            settings=settings,
            on_progress=lambda text, share: bar.update(task, description=text, completed=share),
        )
    if as_json:
        print_json(
            {
                "files": [
                    {
                        "path": f.path,
                        "format": f.format,
                        "layout": f.layout,
                        "records": f.records,
                        "rows": f.rows,
                        "accepted": f.accepted,
                        "duplicates": f.duplicates,
                        "superseded": f.superseded,
                        "rejected": f.rejected,
                        "recognised": f.recognised,
                        "notes": f.notes,
                    }
                    for f in report.files
                ],
                "snapshot_id": report.snapshot_id,
            }
        )
    else:
        _print(report)


def listed_plainly(words: list[str], most: int = 8) -> str:
    """Return words in a row, the last ones as a count where there are many."""
    shown = words if len(words) <= most else [*words[: most - 1], f"{len(words) - most + 1} more"]
    return ", ".join(shown)


def _print(report: IngestReport) -> None:
    for f in report.files:
        console.print(f"{Path(f.path).name} ({f.format}, {f.layout})", markup=False, highlight=False)
        table = Table(show_header=False, box=None)
        table.add_column(justify="right")
        table.add_column()
        table.add_row(count(f.rows), "rows read")
        table.add_row(count(f.accepted), "accepted")
        table.add_row(count(f.duplicates), "already there")
        table.add_row(count(f.superseded), "corrected an earlier judgment")
        for reason, n in f.rejected.items():
            table.add_row(count(n), f"set aside: {reason}")
        console.print(table)
        taken = [f"{r.source} as {r.target}" for r in f.recognised if r.source and r.source != r.target]
        if taken:
            console.print(f"  Read {listed_plainly(taken)}.", markup=False, highlight=False)
        if f.set_aside:
            console.print(f"  {f.set_aside}", markup=False, highlight=False)
        for note in f.notes:
            console.print(f"  {note}", markup=False, highlight=False)
    console.print(f"Snapshot {report.snapshot_id}", markup=False, highlight=False)
