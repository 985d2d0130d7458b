"""What makes the house stand on a fresh machine: pins, production settings, nothing fetched from elsewhere."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT, files, imports

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
LOCK = {
    canonicalize_name(line.split("==")[0]): line.split("==")[1].strip()
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}
ASSETS = sorted(p for p in (ROOT / "static").rglob("*") if p.is_file())


def bounded(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


REQUIREMENTS = bounded("requirements.txt") + bounded("requirements-dev.txt")


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_requirement_is_bounded_and_the_lock_keeps_it(requirement: Requirement) -> None:
    assert any(s.operator in ("<", "<=", "==") for s in requirement.specifier), "must have an upper bound"
    assert requirement.specifier.contains(LOCK[canonicalize_name(requirement.name)])


def test_lock_is_exact_and_names_no_place() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|@ |/", text)
    assert all(re.fullmatch(r"[0-9][\w.+!]*", version) for version in LOCK.values())


def test_settings_are_for_production() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert "enableCORS" not in CONFIG["server"]
    assert "enableXsrfProtection" not in CONFIG["server"]
    assert "enableAgentApi" not in CONFIG["server"]
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"] == {"toolbarMode": "viewer", "showErrorDetails": "none", "showErrorLinks": False}


def test_both_modes_have_the_same_keys() -> None:
    light, dark = CONFIG["theme"]["light"], CONFIG["theme"]["dark"]
    assert set(light) == set(dark)
    assert set(light["sidebar"]) == set(dark["sidebar"])
    for mode in (light, dark):
        assert len(mode["chartSequentialColors"]) == len(mode["chartDivergingColors"]) == 10


def test_fonts_come_from_this_folder_with_their_licence() -> None:
    faces = CONFIG["theme"]["fontFaces"]
    assert {f["family"] for f in faces} == {"Inter", "JetBrains Mono"}
    for face in faces:
        assert (ROOT / "static" / face["url"].removeprefix("app/static/")).is_file()
    for licence in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE" in (ROOT / "static" / "fonts" / licence).read_text(encoding="utf-8").upper()


@pytest.mark.parametrize("path", [p for p in ASSETS if p.suffix == ".svg"], ids=lambda p: p.name)
def test_drawings_fetch_and_run_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|<script|\bon\w+=|<image|<foreignObject", text)


def test_the_commands_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("env", "run", "test", "bench"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


PACKAGES = {
    "axe_playwright_python": "axe-playwright-python",
    "sklearn": "scikit-learn",
    "pydantic": "pydantic-settings",
}
"""Module -> package, where the names differ or the package comes with another."""

ONLY_COMPARED_WITH = {"crowdkit"}
"""Run beside ours by a benchmark where somebody has it installed."""


def top_modules(*folders: str) -> set[str]:
    own = {"analytics", "tests"} | {p.stem for p in (ROOT / "pages").glob("*.py")}
    names = {module.partition(".")[0] for path in files(*folders) for module in imports(path)}
    return names - own - set(sys.stdlib_module_names)


def test_everything_the_package_imports_is_required() -> None:
    required = {canonicalize_name(r.name) for r in bounded("requirements.txt")}
    needed = {canonicalize_name(PACKAGES.get(m, m)) for m in top_modules("analytics", "pages", "app.py")}
    assert needed - required == set()


def test_everything_the_tests_import_is_required() -> None:
    required = {canonicalize_name(r.name) for r in REQUIREMENTS}
    needed = {canonicalize_name(PACKAGES.get(m, m)) for m in top_modules("tests") - ONLY_COMPARED_WITH}
    assert needed - required == set()
