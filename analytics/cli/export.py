"""`export`: labels to train on, with a data card that says how each column was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import count
from analytics.reports.export import export_report
from analytics.reports.export_files import card_of, write_export


@reading_command("export")
def export_command(
    asked: Asked,
    to: Annotated[Path, typer.Option("--to", help="File to write: its ending, .parquet or .jsonl, says the format.")],
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Also prompts and answers, and which answer is chosen and rejected.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file where it is there already.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write soft labels, preference shares with posterior, a reliability-weighted consensus and its confidence."""
    card_of(to, overwrite=overwrite)
    report = export_report(asked.engine(), whole_store(), asked.filters, with_text=with_text)
    written = write_export(report, to, overwrite=overwrite)
    if as_json:
        print_json(
            {
                "snapshot_id": report.snapshot_id,
                "filters": report.filters.to_dict(),
                "path": str(written.path),
                "card": str(written.card),
                "n_rows": written.n_rows,
                "criteria": report.criteria,
                "set_aside": [{"project": p, "criterion": c, "reason": why} for p, c, why in report.set_aside],
            }
        )
        return
    console.print(f"{count(written.n_rows)} rows in {written.path}; how each column was made: {written.card}.")
    for p, c, why in report.set_aside:
        console.print(f"Not in the file: {p}, {c}: {why}.", markup=False, highlight=False)
