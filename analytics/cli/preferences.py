"""`preferences`: agreement on choices, the ceiling for a reward model, response models, order and length, rankings."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from analytics.cli.common import Asked, JsonOption, console, print_json, reading_command, whole_store
from analytics.core.numerals import coefficient, count, interval, percent
from analytics.reports.preferences_document import PreferenceDocument, preference_document


@reading_command("preferences")
def preferences_command(
    asked: Asked,
    by: Annotated[
        str, typer.Option("--by", help="Attribute to slice the ceiling by: topic, language, domain ...")
    ] = "topic",
    as_json: JsonOption = False,
) -> None:
    """Print preferences by criterion: agreement, ceiling, models, effects; rankings and rewrites."""
    document = preference_document(asked.engine(), whole_store(), asked.filters, by=by)
    if as_json:
        print_json(document.to_document())
    else:
        _print(document)


def _print(document: PreferenceDocument) -> None:
    columns: tuple[tuple[str, str], ...] = (
        ("project", "left"), ("criterion", "left"), ("kappa", "right"), ("interval", "left"), ("same side", "right"),
        ("ties", "right"), ("ceiling", "right"), ("interval", "left"), ("pairs", "right"),
    )  # fmt: skip
    table = _table(f"Preferences, snapshot {document.snapshot_id}", columns)
    for c in document.choices:
        a, ceiling = c.main.agreement, c.main.ceiling.point
        table.add_row(
            c.main.project, c.main.criterion, coefficient(a.kappa_symmetric.value, 3),
            interval(a.kappa_symmetric.low, a.kappa_symmetric.high, 3), percent(a.non_tied.value, 1),
            percent(a.tie_share.value, 1), percent(ceiling.value, 1),
            f"{percent(ceiling.low, 1)} to {percent(ceiling.high, 1)}", count(c.main.provenance.n_items_paired),
        )  # fmt: skip
    if document.choices:
        console.print(table)
    for c in document.choices:
        if c.models.strengths is not None:
            _print_models(c.main.criterion, c.models)
    if document.rankings:
        table = _table("Rankings", (("project", "left"), ("criterion", "left"), ("tau-b", "right"), ("W", "right")))
        for r in document.rankings:
            values = (r.agreement.tau_b.value, r.agreement.kendall_w.value)
            table.add_row(r.project, r.criterion, *(coefficient(v, 3) for v in values))
        console.print(table)
    if document.rewrites:
        table = _table(
            "Rewrites", (("project", "left"), ("criterion", "left"), ("unchanged", "right"), ("changed", "right"))
        )
        for w in document.rewrites:
            values = (w.found.unchanged.value, w.found.change.value)
            table.add_row(w.project, w.criterion, *(percent(v, 1) for v in values))
        console.print(table)
    for project, name, reason in document.set_aside:
        console.print(f"{project}, {name}: {reason}", markup=False, highlight=False)
    if not (document.choices or document.rankings or document.rewrites):
        console.print("No criterion of level preference, ranking or text is selected.")


def _print_models(criterion: str, models: Any) -> None:
    table = _table(
        f"Response models, {criterion}",
        (("model", "left"), ("win rate", "right"), ("interval", "left"), ("strength", "right"), ("places", "right")),
    )
    order = sorted(range(len(models.models)), key=lambda k: -float(models.strengths.log_strength[k]))
    for k in order:
        rate = models.win_rates[k]
        places = f"{models.differences.rank_low[k]} to {models.differences.rank_high[k]}"
        table.add_row(
            models.models[k], percent(rate.value, 1), f"{percent(rate.low, 1)} to {percent(rate.high, 1)}",
            coefficient(float(models.strengths.log_strength[k]), 3), places,
        )  # fmt: skip
    console.print(table)
    if models.strengths.undefined:
        console.print(models.strengths.undefined, markup=False, highlight=False)


def _table(title: str, columns: tuple[tuple[str, str], ...]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for name, justify in columns:
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    return table
