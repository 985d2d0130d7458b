"""`gaps`: which rules of the guideline are read in two ways, what that costs, and what settling them would gain."""

from __future__ import annotations

from rich.table import Table

from analytics.cli.common import (
    BatchOption,
    CriterionOption,
    JsonOption,
    LanguageOption,
    ProjectOption,
    SinceOption,
    StoreOption,
    TeamOption,
    TopicOption,
    TrainerOption,
    UntilOption,
    VersionOption,
    app,
    console,
    filters_from,
    opened,
    plain_errors,
    print_json,
    whole_store,
)
from analytics.core.numerals import coefficient, count, interval, signed
from analytics.reports.guideline_gaps import GuidelineGaps, guideline_gaps_report


@app.command("gaps")
@plain_errors
def gaps_command(
    store: StoreOption = None,
    project: ProjectOption = None,
    criterion: CriterionOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    trainer: TrainerOption = None,
    team: TeamOption = None,
    topic: TopicOption = None,
    language: LanguageOption = None,
    guideline_version: VersionOption = None,
    batch: BatchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the guideline's gaps, the one whose settling gains most first."""
    filters = filters_from(project, criterion, since, until, trainer, team, topic, language, guideline_version, batch)
    report = guideline_gaps_report(opened(store), whole_store(), filters)
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
