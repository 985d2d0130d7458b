"""What the README promises in code runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app

README = Path(__file__).parents[2] / "README.md"


def test_the_notebook_lines_give_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.search(r"```python\n(.*?)```", README.read_text(), re.S)
    assert lines is not None
    assert len([line for line in lines.group(1).splitlines() if line.strip()]) == 5
    (tmp_path / "march.csv").write_text("item_id,trainer_id,tone\ni1,a,x\ni1,b,x\ni2,a,y\ni2,b,x\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["ingest", "march.csv", "--store", "my-store", "--map", "label=tone"])
    assert done.exit_code == 0, done.output
    names: dict[str, object] = {}
    exec(lines.group(1), names)
    report = names["report"]
    assert report.criteria[0].main.defined  # type: ignore[attr-defined]


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"python -m analytics (\w+)", README.read_text()))
    known = {command.name for command in app.registered_commands}
    assert named <= known


def test_every_file_it_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text())
    assert [link for link in links if "://" not in link and not (README.parent / link).exists()] == []
