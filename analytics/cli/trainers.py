"""`trainers`: who needs help, with what, on what evidence."""

from __future__ import annotations

from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import count, interval, percent, signed
from analytics.reports.trainers import TrainersReport, trainers_report
from analytics.stats.trainers.flags import FLAG_KINDS


@reading_command("trainers")
def trainers_command(
    asked: Asked,
    as_json: JsonOption = False,
) -> None:
    """Print calibration by trainer, with flags and the evidence for them. Nobody is ranked."""
    report = trainers_report(asked.engine(), whole_store(), asked.filters)
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: TrainersReport) -> None:
    table = Table(title=f"Trainers, snapshot {report.snapshot_id}", title_justify="left", box=None)
    for name in ("trainer", "judgments", "beyond the items", "interval", "flags"):
        table.add_column(name, justify="right" if name in ("judgments", "beyond the items") else "left")
    for row in report.trainers:
        kinds = dict.fromkeys(FLAG_KINDS[flag.kind].title for flag in row.flags)
        table.add_row(
            row.display_name,
            count(row.n_judgments),
            signed(row.excess.value, 3) if row.excess.defined else "undefined",
            interval(row.excess.low, row.excess.high, 3) if row.excess.defined else str(row.excess.undefined),
            ", ".join(kinds),
        )
    console.print(table)
    for row in report.trainers:
        for flag in row.flags:
            since = f", since {flag.since.isoformat()}" if flag.since else ""
            console.print(f"{row.display_name}: {FLAG_KINDS[flag.kind].title} ({flag.criterion}){since}", markup=False)
            for piece in flag.evidence:
                console.print(f"    {piece.source}: {piece.sentence}", markup=False)
            console.print(f"    {flag.advice}", markup=False)
    console.print(
        f"{count(report.n_tested)} cases examined; false flags at most {percent(report.false_discovery)} on average.",
        markup=False,
    )
