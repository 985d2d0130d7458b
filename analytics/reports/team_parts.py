"""The sections of the Trainers page by name, for the terminal: the same report calls as the page's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.reports.team_alarms import team_alarms_report
from analytics.reports.team_figures import TeamFigure
from analytics.reports.team_halo import team_halo_report
from analytics.reports.team_learning import team_learning_report
from analytics.reports.team_models import team_models_report
from analytics.reports.team_pace import team_pace_report
from analytics.reports.team_preferences import team_preferences_report
from analytics.reports.team_refusals import team_refusals_report
from analytics.reports.team_repeats import team_repeats_report
from analytics.reports.team_verdicts import team_verdicts_report
from analytics.reports.trainer_rationales import team_rationales_report
from analytics.reports.trainers import TrainersReport, trainers_report
from analytics.store import Engine


def _gold(engine: Engine, scope: Scope, filters: Filters) -> dict[str, Any]:
    report: TrainersReport = trainers_report(engine, scope, filters, complete=False)
    return {
        "snapshot_id": report.snapshot_id,
        "filters": filters,
        "false_discovery": report.false_discovery,
        "criteria": {
            name: {"n_gold": view.n_gold, "suspected": view.gold} for name, view in report.views.items() if view.n_gold
        },
    }


def _models(engine: Engine, scope: Scope, filters: Filters) -> Any:
    offered = engine.criteria(scope, filters)
    if len(offered) != 1:
        raise FilterError(
            f"Models are fitted to one criterion: name it with --criterion and --project, got {len(offered)} criteria."
        )
    return team_models_report(engine, scope, filters, project=offered[0].project, criterion=offered[0].criterion)


PARTS: dict[str, Callable[[Engine, Scope, Filters], Any]] = {
    "gold": _gold,
    "verdicts": team_verdicts_report,
    "models": _models,
    "repeats": team_repeats_report,
    "halo": team_halo_report,
    "alarms": team_alarms_report,
    "newcomers": team_learning_report,
    "pace": team_pace_report,
    "refusals": team_refusals_report,
    "choices": team_preferences_report,
    "rationales": team_rationales_report,
}
"""Name in the terminal -> report."""


def part_document(part: str, engine: Engine, scope: Scope, filters: Filters) -> dict[str, Any]:
    """Return one section as `trainers --part NAME --json` prints it.

    Raises
    ------
    FilterError
        Where there is no such part, or it needs one criterion and the filters hold several.
    """
    found = team_part(part, engine, scope, filters)
    document: dict[str, Any] = jsonable(found)
    return document | {"part": part, "filters": filters.to_dict()}


def team_part(part: str, engine: Engine, scope: Scope, filters: Filters) -> Any:
    """Return the report of one section.

    Raises
    ------
    FilterError
        Where there is no such part.
    """
    if part not in PARTS:
        raise FilterError(f"--part must be one of {', '.join(PARTS)}, got {part!r}.")
    return PARTS[part](engine, scope, filters)


def figures_in(found: Any) -> Iterator[TeamFigure]:
    """Yield every quantity over the team that a section holds, in its order."""
    if isinstance(found, TeamFigure):
        yield found
    elif is_dataclass(found) and not isinstance(found, type):
        for field in fields(found):
            yield from figures_in(getattr(found, field.name))
    elif isinstance(found, (tuple, list)):
        for one in found:
            yield from figures_in(one)
    elif isinstance(found, dict):
        for one in found.values():
            yield from figures_in(one)
