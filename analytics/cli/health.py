"""`health`: what came in, what was set aside and why, coverage, and what the data cannot answer."""

from __future__ import annotations

from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import count, percent
from analytics.reports.data_health import DataHealthReport, data_health_report


@reading_command("health")
def health_command(asked: Asked, as_json: JsonOption = False) -> None:
    """Print every ingest, the rows that were set aside, coverage by criterion, and what cannot be answered."""
    report = data_health_report(asked.engine(), whole_store(), asked.filters)
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: DataHealthReport) -> None:
    if not report.ingests:
        console.print("Nothing was ever taken in.")
        return
    console.print(_ingests(report), _coverage(report), _parts(report), sep="\n\n")
    for c in report.criteria:
        if c.left_out:
            reasons = ", ".join(f"{count(n)} {reason}" for reason, n in c.left_out.items())
            console.print(f"Left out of agreement, {c.project}, {c.criterion}: {reasons}.", markup=False)


def _ingests(report: DataHealthReport) -> Table:
    table = _table(
        f"Ingests, snapshot {report.snapshot_id}", "file", "rows", "accepted", "corrections", "already there",
        "set aside", "why",
    )  # fmt: skip
    for i in report.ingests:
        aside = "; ".join(f"{count(n)} {reason}" for reason, n in i.rejected.items())
        numbers = (i.rows, i.accepted, i.superseded, i.duplicates, sum(i.rejected.values()))
        table.add_row(i.path, *(count(n) for n in numbers), aside if i.adds_up else f"does not add up; {aside}")
    return table


def _coverage(report: DataHealthReport) -> Table:
    table = _table("Items by number of judgments", "project", "criterion", "1", "2", "3 or more", "scale")
    for c in report.criteria:
        scale = c.level + (" (guessed)" if c.inferred else "")
        table.add_row(c.project, c.criterion, *(count(n) for n in (c.one, c.two, c.more)), scale)
    return table


def _parts(report: DataHealthReport) -> Table:
    table = _table("What judgments carry", "part", "share", "judgments", "needed for")
    for part in sorted(report.parts, key=lambda p: p.share):
        table.add_row(part.name, percent(part.share), count(part.n_with), part.needed_for)
    return table


def _table(title: str, *columns: str) -> Table:
    words = ("file", "why", "project", "criterion", "scale", "part", "needed for")
    table = Table(title=title, title_justify="left", box=None)
    for name in columns:
        table.add_column(name, justify="left" if name in words else "right")
    return table
