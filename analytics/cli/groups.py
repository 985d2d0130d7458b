"""`groups`: where groups of trainers read sensitive content differently; only aggregates over enough people."""

from __future__ import annotations

import math
from typing import Annotated

import typer
from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import coefficient, count, signed
from analytics.core.results import Estimate
from analytics.reports.group_rows import in_words, repeats_in_words
from analytics.reports.groups import GroupsReport, groups_report


@reading_command("groups")
def groups_command(
    asked: Asked,
    axis: Annotated[list[str] | None, typer.Option("--axis", help="Only groups by this. May be repeated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print how groups of trainers agree within and across on sensitive criteria; small groups are not shown."""
    report = groups_report(asked.engine(), whole_store(), asked.filters, axes=tuple(axis or ()))
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: GroupsReport) -> None:
    if report.undefined:
        console.print(report.undefined, markup=False)
        return
    for project, criterion, axis in dict.fromkeys((g.project, g.criterion, g.axis) for g in report.groups):
        title = f"{project} · {criterion} by {axis.replace('_', ' ')}, snapshot {report.snapshot_id}"
        table = Table(title=title, title_justify="left", box=None)
        for name in ("group", "trainers", "within", "across", "ratio", "p", "q", ""):
            table.add_column(name, justify="left" if name in ("group", "") else "right")
        for g in report.groups:
            if (g.project, g.criterion, g.axis) == (project, criterion, axis):
                said = "not shown: too few people" if g.suppressed else "matters" if g.matters else ""
                people = "" if g.suppressed else count(g.n_trainers)
                numbers = (_short(e) for e in (g.within, g.across, g.gai))
                table.add_row(g.group, people, *numbers, _p(g.p_value), _p(g.q_value), said)
        console.print(table)
        for c in report.consensus:
            if (c.project, c.criterion, c.axis) == (project, criterion, axis) and math.isfinite(c.share):
                console.print(f"{in_words(c)}\n", markup=False)
    for r in report.repeats:
        console.print(f"{r.criterion}: {repeats_in_words(r)}", markup=False)
    for gap in (t for t in report.topic_gaps if t.matters):
        words = (
            f"{gap.criterion}, {gap.topic}: {gap.axis} {gap.group} {signed(gap.gap)} {gap.measure} against all others"
        )
        console.print(f"{words} (q {coefficient(gap.q_value, 3)}). A difference of values, not an error.", markup=False)


def _short(e: Estimate) -> str:
    return coefficient(e.value) if e.defined else "–"


def _p(p: float) -> str:
    return "–" if not math.isfinite(p) else "below 0.001" if p < 0.001 else coefficient(p, 3)
