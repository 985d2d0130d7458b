"""`gaps`: which rules of the guideline are read in two ways, what that costs, and what settling them would gain."""

from __future__ import annotations

from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import coefficient, count, interval, signed
from analytics.reports.guideline_gaps import GuidelineGaps, guideline_gaps_report


@reading_command("gaps")
def gaps_command(
    asked: Asked,
    as_json: JsonOption = False,
) -> None:
    """Print the guideline's gaps, the one whose settling gains most first."""
    report = guideline_gaps_report(asked.engine(), whole_store(), asked.filters)
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: GuidelineGaps) -> None:
    console.print(report.sentence, markup=False)
    if not report.gaps:
        return
    table = Table(title=f"Guideline gaps, snapshot {report.snapshot_id}", title_justify="left", box=None)
    columns = ("criterion", "rule", "one reading", "the other", "gain in alpha", "interval", "items split", "cost", "q")
    for name in columns:
        table.add_column(name, justify="right" if name in ("gain in alpha", "items split", "cost", "q") else "left")
    for g in report.gaps:
        table.add_row(
            g.criterion,
            g.part,
            g.a or "(nothing)",
            g.b or "(nothing)",
            signed(g.alpha_gain.value, 3),
            interval(g.alpha_gain.low, g.alpha_gain.high, 3),
            f"{count(g.n_items_split)} of {count(g.n_items)}",
            f"{count(g.cost)} {report.currency}",
            coefficient(g.q_value, 3),
        )
    console.print(table)
