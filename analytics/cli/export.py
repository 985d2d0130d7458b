"""`export`: labels to train on, with a data card that says how each column was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.common import (
    BatchOption,
    CriterionOption,
    JsonOption,
    LanguageOption,
    ProjectOption,
    SinceOption,
    StoreOption,
    TeamOption,
    TopicOption,
    TrainerOption,
    UntilOption,
    VersionOption,
    app,
    console,
    filters_from,
    opened,
    plain_errors,
    print_json,
    whole_store,
)
from analytics.core.numerals import count
from analytics.reports.export import export_report
from analytics.reports.export_files import card_of, write_export


@app.command("export")
@plain_errors
def export_command(
    to: Annotated[Path, typer.Option("--to", help="File to write: its ending, .parquet or .jsonl, says the format.")],
    store: StoreOption = None,
    project: ProjectOption = None,
    criterion: CriterionOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    trainer: TrainerOption = None,
    team: TeamOption = None,
    topic: TopicOption = None,
    language: LanguageOption = None,
    guideline_version: VersionOption = None,
    batch: BatchOption = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Also prompts and answers, and which answer is chosen and rejected.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file where it is there already.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write soft labels, preference shares with posterior, a reliability-weighted consensus and its confidence."""
    filters = filters_from(project, criterion, since, until, trainer, team, topic, language, guideline_version, batch)
    card_of(to, overwrite=overwrite)
    report = export_report(opened(store), whole_store(), filters, with_text=with_text)
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
