"""`trainers`: who needs help, with what, on what evidence."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import coefficient, count, interval, percent, signed
from analytics.core.results import Estimate, jsonable
from analytics.reports.team_figures import TeamFigure
from analytics.reports.team_parts import PARTS, figures_in, part_document, team_part
from analytics.reports.trainers import TrainersReport, trainers_report
from analytics.stats.trainers.flags import FLAG_KINDS

PartOption = Annotated[
    str | None, typer.Option("--part", help=f"One section on the team instead: {', '.join(PARTS)}.", metavar="NAME")
]


@reading_command("trainers")
def trainers_command(
    asked: Asked,
    part: PartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print calibration by trainer, with flags and the evidence for them. Nobody is ranked."""
    if part is not None:
        if as_json:
            print_json(part_document(part, asked.engine(), whole_store(), asked.filters))
        else:
            _print_part(part, team_part(part, asked.engine(), whole_store(), asked.filters))
        return
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


def _print_part(part: str, found: Any) -> None:
    """Print a section: its plain facts, then every quantity over the team."""
    console.print(f"Trainers: {part}", markup=False)
    _print_facts(found, 1)
    for figure in figures_in(found):
        _print_figure(figure)


def _print_facts(found: Any, depth: int) -> None:
    """Print what is not a quantity over the team, indented by its depth."""
    plain = found if isinstance(found, dict) else {name: getattr(found, name) for name in found.__slots__}
    for name, value in plain.items():
        lead = "  " * depth + name.replace("_", " ")
        if isinstance(value, (TeamFigure, type(None))) or name == "filters" or _is_curve(value):
            continue
        if isinstance(value, Estimate):
            shown = f"{coefficient(value.value, 3)} ({interval(value.low, value.high, 3)})"
            console.print(f"{lead}: {shown if value.defined else value.undefined}", markup=False)
        elif isinstance(value, dict) or hasattr(value, "__slots__"):
            console.print(lead, markup=False)
            _print_facts(value, depth + 1)
        elif name in ("rows", "suspected"):
            _print_rows(value)
        elif isinstance(value, tuple) and value and hasattr(value[0], "__slots__"):
            for one in value:
                _print_facts(one, depth + 1)
        else:
            console.print(f"{lead}: {jsonable(value)}", markup=False)


def _is_curve(value: Any) -> bool:
    """Whether it is a line of a chart: numbers for --json."""
    return isinstance(value, tuple) and len(value) > 1 and all(isinstance(v, (int, float)) for v in value)


def _print_rows(rows: tuple[Any, ...]) -> None:
    if not rows:
        return
    names = [name for name in rows[0].__slots__ if name not in ("trainer_id", "item_code")]
    table = Table(box=None)
    for name in names:
        table.add_column(name.replace("_", " "))
    for row in rows:
        values = [getattr(row, name) for name in names]
        table.add_row(*(coefficient(v, 3) if isinstance(v, float) else str(_shown(v)) for v in values))
    console.print(table)


def _shown(value: Any) -> Any:
    return coefficient(value.value, 3) if isinstance(value, Estimate) else ("" if value is None else value)


def _print_figure(figure: TeamFigure) -> None:
    title = f"{figure.name.replace('_', ' ')}, {figure.about}"
    if figure.undefined:
        console.print(f"{title}: {figure.undefined}", markup=False)
        return
    table = Table(title=title, title_justify="left", box=None)
    for name in ("trainer", "value", "interval", "n", "apart"):
        table.add_column(name, justify="right" if name in ("value", "n") else "left")
    for row in figure.rows:
        table.add_row(
            row.display_name, coefficient(row.estimate.value, 3), interval(row.estimate.low, row.estimate.high, 3),
            count(row.estimate.n_judgments or 0), "yes" if row.apart else "",
        )  # fmt: skip
    console.print(table)
