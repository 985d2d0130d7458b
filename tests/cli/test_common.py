"""Every command that reads judgments takes the same options, in the same words."""

from __future__ import annotations

import inspect

import pytest
import typer.main
from typer.testing import CliRunner

from analytics.cli import app
from analytics.cli.common import FILTER_OPTIONS
from analytics.core.filters import Filters
from analytics.store import Engine

READING = [c.name for c in app.registered_commands if c.name not in ("demo", "ingest")]


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_takes_every_filter(name: str) -> None:
    command = next(c for c in app.registered_commands if c.name == name)
    assert command.callback is not None
    taken = inspect.signature(command.callback).parameters
    assert list(taken)[: len(FILTER_OPTIONS) + 1] == ["store", *FILTER_OPTIONS]
    assert "as_json" in taken
    assert command.callback.__doc__


def test_the_options_are_those_that_copy_as_command_writes(demo_engine: Engine) -> None:
    every = Filters(
        projects=("p",), criteria=("c",), trainers=("t",), teams=("x",), topics=("y",), languages=("en",),
        guideline_versions=("v",), batches=("b",),
    )  # fmt: skip
    group = typer.main.get_command(app)
    for name in READING:
        flags = {flag for one in group.commands[name].params for flag in one.opts}  # type: ignore[attr-defined]
        assert {word for word in every.to_arguments() if word.startswith("--")} | {"--since", "--until"} <= flags


def test_a_wrong_day_is_one_sentence() -> None:
    done = CliRunner().invoke(app, ["gaps", "--since", "yesterday"])
    assert done.exit_code == 2
    assert "--since must be a day such as 2026-11-01, got 'yesterday'." in done.output
