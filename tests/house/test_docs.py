"""What a newcomer is told is there and true."""

from __future__ import annotations

import re

import pytest

from analytics.cli import app
from tests.house.source import ROOT

README = ROOT / "README.md"


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE", "data/README.md"])
def test_the_papers_of_the_house(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


def test_the_licence_is_the_one_we_state() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 3" in text
    assert 'license = "GPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_readme_names_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text


def test_every_target_and_command_that_readme_names_exists() -> None:
    text = README.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^\s*make ([a-z]+)\b|`make ([a-z]+)\b", text, re.MULTILINE))
    targets = {target for pair in named for target in pair if target}
    assert {t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)} == set()
    commands = {command.name for command in app.registered_commands}
    assert set(re.findall(r"python -m analytics ([a-z]+)", text)) <= commands


def test_every_link_within_the_project_leads_somewhere() -> None:
    for page in [README, ROOT / "data" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
