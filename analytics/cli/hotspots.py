"""`hotspots`: what trainers disagree about, why, and what settling it would gain."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, fail, print_json, reading_command, whole_store
from analytics.core.numerals import coefficient, count, interval, percent, signed
from analytics.reports.hotspot_rows import STANDING
from analytics.reports.hotspots import CriterionHotspots, HotspotsReport, hotspots_report

SHOWN = 8
"""Rows of each table in the terminal; --json has them all."""


@reading_command("hotspots")
def hotspots_command(
    asked: Asked,
    most: Annotated[int, typer.Option("--most", help="Items of each criterion at most.")] = 100_000,
    as_json: JsonOption = False,
) -> None:
    """Print items, slices, label pairs and themes with the most disagreement, the worst first."""
    if most < 1:
        fail(f"--most must be at least 1, got {most}.")
    engine = asked.engine()
    report = hotspots_report(engine, whole_store(), asked.filters, most=most if as_json else SHOWN)
    if as_json:
        print_json(report.to_document())
    else:
        _print(report)


def _print(report: HotspotsReport) -> None:
    for c in report.criteria:
        console.print(
            f"\n{c.project} · {c.criterion} ({c.level}), snapshot {report.snapshot_id}", style="bold", markup=False
        )
        if c.undefined:
            console.print(c.undefined, markup=False)
            continue
        _items(c)
        _slices(c)
        _pairs(c)
        _themes(c)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for name in columns:
        table.add_column(name, justify="left" if name in ("item", "cause", "slice", "labels", "theme") else "right")
    return table


def _items(c: CriterionHotspots) -> None:
    if c.no_items:
        console.print(c.no_items, markup=False)
        return
    table = _table("Items", "item", "judgments", "disagreement", "interval", "cause", "probability")
    for i in c.items[:SHOWN]:
        d = i.disagreement
        chance = percent(i.probabilities[i.cause]) if i.cause in i.probabilities else ""
        table.add_row(i.item_id, count(i.n_judgments), coefficient(d.value), interval(d.low, d.high), i.cause, chance)
    console.print(table)


def _slices(c: CriterionHotspots) -> None:
    if not c.slices:
        none = f"No slice is confirmed (false discovery rate {percent(c.slice_level)})."
        console.print(c.no_slices or none, markup=False)
    shown = c.slices or c.slice_candidates
    if not shown:
        return
    table = _table("Slices" if c.slices else "Came nearest", "slice", "items", "excess", "interval", "q", "standing")
    for s in shown[:SHOWN]:
        table.add_row(
            s.name,
            count(s.n_items),
            signed(s.excess.value),
            interval(s.excess.low, s.excess.high),
            coefficient(s.q_value, 3),
            STANDING[s.standing],
        )
    console.print(table)


def _pairs(c: CriterionHotspots) -> None:
    if c.no_pairs or not c.pairs:
        console.print(c.no_pairs or "No two labels split on an item.", markup=False)
        return
    table = _table(
        f"Label pairs (alpha {coefficient(c.alpha, 3)})", "labels", "gain in alpha", "interval", "share", "lift"
    )
    for p in c.pairs[:SHOWN]:
        gain = p.alpha_gain
        table.add_row(
            f"{p.a} / {p.b}",
            signed(gain.value, 3),
            interval(gain.low, gain.high, 3),
            percent(p.share_of_disagreement),
            coefficient(p.lift),
        )
    console.print(table)


def _themes(c: CriterionHotspots) -> None:
    if c.no_themes:
        console.print(c.no_themes, markup=False)
        return
    table = _table("Themes", "theme", "items", "excess", "interval", "q")
    for t in c.themes[:SHOWN]:
        table.add_row(
            t.name,
            count(t.n_items),
            signed(t.excess.value),
            interval(t.excess.low, t.excess.high),
            coefficient(t.q_value, 3),
        )
    console.print(table)
