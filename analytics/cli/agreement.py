"""`agreement`: how far trainers agree on each criterion, how sure that is, and on how much it rests."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, fail, print_json, reading_command, whole_store
from analytics.core.metrics import metric
from analytics.core.numerals import coefficient, count
from analytics.core.numerals import interval as written_interval
from analytics.core.scale import check_level
from analytics.reports.agreement import AgreementReport, Interval, agreement_report

INTERVALS: dict[str, Interval] = {
    "two-way": "two-way",
    "items": "items",
    "bootstrap": "bootstrap",
    "jackknife": "jackknife",
}


@reading_command("agreement")
def agreement_command(
    asked: Asked,
    level: Annotated[
        str | None,
        typer.Option("--level", help="Read every scale at this level: nominal, ordinal, interval, ratio ..."),
    ] = None,
    interval: Annotated[
        str, typer.Option("--interval", help="two-way (items and trainers), items, bootstrap or jackknife.")
    ] = "two-way",
    as_json: JsonOption = False,
) -> None:
    """Print agreement by criterion, each number with its interval."""
    if interval not in INTERVALS:
        fail(f"--interval must be one of {', '.join(INTERVALS)}, got {interval!r}.")
    engine = asked.engine()
    report = agreement_report(
        engine, whole_store(), asked.filters, level=check_level(level) if level else None, interval=INTERVALS[interval]
    )
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: AgreementReport) -> None:
    console.print(f"Agreement, snapshot {report.snapshot_id}")
    for project, found in groupby(report.criteria, key=lambda c: c.project):
        criteria = list(found)
        table = Table(title=f"\n{escape(project)}", title_justify="left", box=None)
        for name in ("criterion", "coefficient", "value", "interval", "items", "trainers"):
            right = name in ("value", "items", "trainers")
            whole = name in ("criterion", "value", "interval", "items", "trainers")
            table.add_column(name, justify="right" if right else "left", no_wrap=whole)
        for c in criteria:
            main = c.main
            table.add_row(
                escape(c.criterion),
                f"{metric(main.name).title}, {c.level}" + (" (guessed)" if c.inferred else ""),
                coefficient(main.value, 3) if main.defined else "undefined",
                written_interval(main.low, main.high, 3) if main.defined else "",
                count(c.n_items_paired),
                count(c.n_trainers),
            )
        console.print(table)
        for c in criteria:
            if not c.main.defined:
                said = f"{c.criterion} is undefined: {c.main.undefined}"
                console.print(said, markup=False, highlight=False, soft_wrap=True)
    console.print("\nitems: judged twice or more. --json prints every coefficient in full.")
