"""`verify`: every number that is shown, once more from the raw rows, by other people's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import count, plural

if TYPE_CHECKING:
    from analytics.reports.verification import VerificationReport

UNEQUAL = 1
"""Exit code where a number differs."""


@reading_command("verify")
def verify_command(
    asked: Asked,
    as_json: JsonOption = False,
) -> None:
    """Recompute the numbers from raw rows with the krippendorff and scikit-learn packages; exit 1 where one differs."""
    from analytics.reports.verification import verification_report  # its packages take a second to import

    report = verification_report(asked.engine(), whole_store(), asked.filters)
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)
    if not report.equal:
        raise typer.Exit(UNEQUAL)


def _print(report: VerificationReport) -> None:
    wrong = [c for c in report.checks if not c.equal]
    table = Table(title=f"Verified, snapshot {report.snapshot_id}", title_justify="left", box=None)
    for name in ("project", "criterion", "numbers", "equal", "largest difference", "recomputed by"):
        table.add_column(name, justify="right" if name in ("numbers", "equal", "largest difference") else "left")
    for project, criterion in dict.fromkeys((c.project, c.criterion) for c in report.checks):
        mine = [c for c in report.checks if (c.project, c.criterion) == (project, criterion)]
        apart = [abs(c.difference) for c in mine]
        table.add_row(
            project,
            criterion,
            count(len(mine)),
            count(sum(c.equal for c in mine)),
            f"{max(apart):.1e}",
            ", ".join(dict.fromkeys(c.oracle for c in mine)),
        )
    console.print(table)
    for c in wrong:
        text = f"{c.project} / {c.criterion} / {c.number}: shown {c.shown!r}, recomputed {c.recomputed!r} ({c.oracle})"
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if report.not_checked:
        names = ", ".join(sorted({number for _, _, number in report.not_checked}))
        console.print(f"Without an independent implementation, not compared: {names}.", soft_wrap=True)
    compared = plural(len(report.checks), "number")
    if report.equal:
        verdict = f"{compared} equal within {report.tolerance:g}, from {plural(report.n_rows, 'raw row')}."
    else:
        verdict = f"{count(len(wrong))} of {compared} differ."
    console.print(verdict, soft_wrap=True)
