"""`overview`: is quality all right, what changed that is real, and what to do next."""

from __future__ import annotations

from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.metrics import metric
from analytics.core.numerals import coefficient, count, interval, signed
from analytics.reports.overview import OverviewReport, overview_report

MOST_STEPS = 3
"""Things to do next in the terminal; --json has them all."""


@reading_command("overview")
def overview_command(asked: Asked, as_json: JsonOption = False) -> None:
    """Print the last period beside the one before it: agreement by criterion, what changed, what to do next."""
    report = overview_report(asked.engine(), whole_store(), asked.filters)
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: OverviewReport) -> None:
    console.print(report.sentence, markup=False, highlight=False, soft_wrap=True)
    if not report.criteria:
        return
    names = {c.headline for c in report.criteria}
    title = metric(names.pop()).title if len(names) == 1 else "Agreement"
    table = Table(title=f"{title}, snapshot {report.snapshot_id}", title_justify="left", box=None)
    numbers = ("value", "change", "judged twice")
    for name in ("project", "criterion", "value", "interval", "verdict", "change", "", "judged twice"):
        table.add_column(name, justify="right" if name in numbers else "left", no_wrap=name in ("value", "interval"))
    for c in report.criteria:
        changed = c.change is not None and c.change.defined
        table.add_row(
            c.project,
            c.criterion,
            coefficient(c.current.value, 3) if c.current.defined else "undefined",
            interval(c.current.low, c.current.high, 3) if c.current.defined else "",
            "Provisional" if c.provisional else (c.verdict or ""),
            signed(c.change.value, 3) if c.change is not None and changed else "",
            ("real" if c.real else "noise") if changed else "",
            count(c.n_items_paired),
        )
    console.print(table)
    for c in report.criteria:
        if not c.current.defined:
            said = f"{c.criterion} is undefined: {c.current.undefined}"
            console.print(said, markup=False, highlight=False, soft_wrap=True)
    for place, step in enumerate(report.next_steps[:MOST_STEPS], start=1):
        console.print(f"{place}. {step.title}. {step.why}", markup=False, highlight=False, soft_wrap=True)
