"""Every command that reads judgments takes the same options, in the same words."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

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


def test_a_process_ends_with_its_words_out_and_the_right_code(tmp_path: Path) -> None:
    """The end of a process is ours (see analytics/__main__.py): nothing that was printed may be lost, no code wrong."""
    (tmp_path / "log.csv").write_text("item,worker,label\ni1,a,x\ni1,b,y\n")
    words = [sys.executable, "-m", "analytics", "ingest", str(tmp_path / "log.csv"), "--store", str(tmp_path / "s")]
    root = Path(__file__).parents[2]
    done = subprocess.run([*words, "--json"], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert json.loads(done.stdout)["files"][0]["accepted"] == 2
    wrong = subprocess.run(
        [*words[:3], "agreement", "--since", "x"], cwd=root, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "--since must be a day" in wrong.stderr
