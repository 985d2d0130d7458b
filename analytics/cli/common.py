"""What every command shares: the application, the options that choose judgments, the way out."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console

from analytics.core.errors import FilterError, PlumblineError
from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.store import Engine, open_store

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Annotation quality analytics from raw judgment logs. Every command takes --store DIR.",
)
console = Console()
stderr = Console(stderr=True)

StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of the judgment store. Default: the settings' store, data/store.")
]
ProjectOption = Annotated[list[str] | None, typer.Option("--project", help="Only this project. May be repeated.")]
CriterionOption = Annotated[list[str] | None, typer.Option("--criterion", help="Only this criterion. May be repeated.")]
SinceOption = Annotated[str | None, typer.Option("--since", help="Judged on or after this day, e.g. 2026-11-01.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="Judged on or before this day.")]
TrainerOption = Annotated[list[str] | None, typer.Option("--trainer", help="Only this trainer. May be repeated.")]
TeamOption = Annotated[list[str] | None, typer.Option("--team", help="Only this team. May be repeated.")]
TopicOption = Annotated[list[str] | None, typer.Option("--topic", help="Only items on this topic. May be repeated.")]
LanguageOption = Annotated[list[str] | None, typer.Option("--language", help="Only items in this language.")]
VersionOption = Annotated[
    list[str] | None, typer.Option("--guideline-version", help="Only judgments under this version of the guideline.")
]
BatchOption = Annotated[list[str] | None, typer.Option("--batch", help="Only this batch. May be repeated.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]

P = ParamSpec("P")
R = TypeVar("R")


def day(text: str | None, option: str) -> date | None:
    """Return an ISO day, or raise FilterError that names the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FilterError(f"{option} must be a day such as 2026-11-01, got {text!r}.") from error


def filters_from(
    project: list[str] | None = None,
    criterion: list[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    trainer: list[str] | None = None,
    team: list[str] | None = None,
    topic: list[str] | None = None,
    language: list[str] | None = None,
    guideline_version: list[str] | None = None,
    batch: list[str] | None = None,
) -> Filters:
    """Return the options of a command as Filters."""
    return Filters(
        projects=tuple(project or ()),
        criteria=tuple(criterion or ()),
        since=day(since, "--since"),
        until=day(until, "--until"),
        trainers=tuple(trainer or ()),
        teams=tuple(team or ()),
        topics=tuple(topic or ()),
        languages=tuple(language or ()),
        guideline_versions=tuple(guideline_version or ()),
        batches=tuple(batch or ()),
    )


def opened(store: Path | None) -> Engine:
    """Open the store that --store or the settings name."""
    settings = Settings()
    return Engine(open_store(store or settings.store), settings)


def whole_store() -> Scope:
    """Return the scope of the terminal: whoever can read the files may see what is in them."""
    return Scope(role="lead")


def print_json(document: Any) -> None:
    """Print one JSON document; nan is null."""
    typer.echo(json.dumps(jsonable(document), ensure_ascii=False, indent=2))


def fail(text: str, code: int = 2) -> NoReturn:
    """Say one sentence on standard error and end with `code`."""
    stderr.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn every deliberate error into one sentence and exit code 2; a defect keeps its traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PlumblineError as error:
            fail(str(error))

    return wrapped
