"""A page is short, opens through the router, asks one report, and is registered."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analytics.ui.navigation import PAGES, entry
from tests.house.source import files, name_of, parsed

FILES = files("pages")
MOST_LINES = 80


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_page_is_registered_and_says_its_question(path: Path) -> None:
    assert ast.get_docstring(parsed(path)) == entry(path.stem).question


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_page_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_page_opens_through_the_router_before_anything_else(path: Path) -> None:
    """Without the router's view nothing is shown: who looks is decided there."""
    body = [n for n in parsed(path).body if not isinstance(n, (ast.Import, ast.ImportFrom))]
    assert isinstance(body[0], ast.Expr), "the docstring comes first"
    assert ast.unparse(body[1]) == "view = open_page()"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_page_asks_one_report(path: Path) -> None:
    calls = [n for n in ast.walk(parsed(path)) if isinstance(n, ast.Call) and ast.unparse(n.func) == "view.report"]
    assert len(calls) <= 1


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_page_defines_and_computes_nothing(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        assert not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.While))
        if isinstance(node, ast.BinOp):
            assert not isinstance(node.op, (ast.Mult, ast.Div, ast.Sub, ast.Pow, ast.FloorDiv)), ast.unparse(node)


def test_no_page_is_left_out_of_the_register() -> None:
    assert {p.stem for p in FILES} <= {one.name for one in PAGES}


def test_the_router_always_reaches_the_navigation() -> None:
    """Everything that can fail before st.navigation is caught; a return or stop before it would open pages/ to all."""
    (shell,) = files("analytics/ui/shell.py")
    run = next(n for n in parsed(shell).body if isinstance(n, ast.FunctionDef) and n.name == "run")
    reached = next(k for k, n in enumerate(run.body) if "_navigate(" in ast.unparse(n))
    for statement in run.body[:reached]:
        for node in ast.walk(statement):
            assert not isinstance(node, (ast.Return, ast.Raise))
            assert not (
                isinstance(node, ast.Call) and ast.unparse(node.func) in ("st.stop", "st.rerun", "st.switch_page")
            )
