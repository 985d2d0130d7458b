"""What every command shares: the application, the options that choose judgments, the way out."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Concatenate, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console

from analytics.core.errors import FilterError, PlumblineError
from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.core.settings import load_settings
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


FILTER_OPTIONS: dict[str, Any] = {
    "project": ProjectOption, "criterion": CriterionOption, "since": SinceOption, "until": UntilOption,
    "trainer": TrainerOption, "team": TeamOption, "topic": TopicOption, "language": LanguageOption,
    "guideline_version": VersionOption, "batch": BatchOption,
}  # fmt: skip
"""The options that choose judgments, the same for every command that reads them."""


def filters_from(given: dict[str, Any]) -> Filters:
    """Return the values of FILTER_OPTIONS as Filters."""
    several = {
        "projects": "project", "criteria": "criterion", "trainers": "trainer", "teams": "team", "topics": "topic",
        "languages": "language", "guideline_versions": "guideline_version", "batches": "batch",
    }  # fmt: skip
    return Filters(
        since=day(given["since"], "--since"),
        until=day(given["until"], "--until"),
        **{field: tuple(given[option] or ()) for field, option in several.items()},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the shared options of a command say: which store, which judgments."""

    store: Path | None
    filters: Filters

    def engine(self) -> Engine:
        """Open the store."""
        return opened(self.store)


def reading_command(name: str) -> Callable[[Callable[Concatenate[Asked, P], None]], Callable[..., None]]:
    """Register a command that reads judgments: it gets --store, the filters and plain errors, and its own options.

    Parameters
    ----------
    name : str
        What it is called in the terminal. The function takes `Asked` first; its other parameters are its own options.
    """

    def registered(command: Callable[Concatenate[Asked, P], None]) -> Callable[..., None]:
        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        keyword = inspect.Parameter.KEYWORD_ONLY
        shared = [
            inspect.Parameter(option, keyword, default=None, annotation=kind)
            for option, kind in ({"store": StoreOption} | FILTER_OPTIONS).items()
        ]

        def run(**given: Any) -> None:
            chosen = {option: given.pop(option) for option in FILTER_OPTIONS}
            command(Asked(store=given.pop("store"), filters=filters_from(chosen)), **given)  # type: ignore[call-arg]

        parameters = [*shared, *(one.replace(kind=keyword) for one in own)]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return app.command(name)(plain_errors(run))

    return registered


def opened(store: Path | None) -> Engine:
    """Open the store that --store or the settings name."""
    settings = load_settings()
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
