"""Habits that can be checked are checked: session state, SQL, sizes, names. Each test lists every offender."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT, files, name_of, parsed

OURS = files("analytics", "pages", "app.py")
MOST_LINES = 400
SQL_START = re.compile(r"^\s*(SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|COPY|ATTACH|MERGE|FROM)\s")
SQL_TEXT = re.compile(r"\s*(SELECT\s.+\sFROM|INSERT INTO|DELETE FROM|CREATE TABLE)\s")
SQL_FILES = sorted((ROOT / "analytics" / "store" / "sql").glob("*.sql"))
RAW_VIEWS = re.compile(r"\b(everyone|everything|read_parquet)\b")
RAW_ALLOWED = ("scope_", "read_", "view_", "commit_")


def test_session_state_is_touched_in_one_module() -> None:
    touched = {
        name_of(path)
        for path in OURS
        for n in ast.walk(parsed(path))
        if isinstance(n, ast.Attribute) and n.attr == "session_state"
    }
    assert touched == {"analytics/ui/state.py"}


def pieced_together(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield SQL made by formatting or adding strings."""
    for node in ast.walk(tree):
        start: ast.expr | None = None
        if isinstance(node, ast.JoinedStr) and node.values:
            start = node.values[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
            start = node.left
        if isinstance(start, ast.Constant) and isinstance(start.value, str) and SQL_START.match(start.value):
            assert isinstance(node, ast.expr)
            yield node


def test_no_sql_is_pieced_together() -> None:
    """Values go in as $parameters; only the name of a variable, which DuckDB cannot bind, may be formatted in."""
    assert [f"{name_of(p)}:{n.lineno}" for p in OURS for n in pieced_together(parsed(p))] == []


def test_the_check_on_pieced_sql_can_fail() -> None:
    bad = 'f"SELECT {x}"\n"DELETE FROM t WHERE a = %s" % x\n"SELECT " + x\nf"FROM {table}"'
    assert len(list(pieced_together(ast.parse(bad)))) == 4
    assert list(pieced_together(ast.parse('f"From {day}"\nf"SET VARIABLE {name} = $v"'))) == []


def test_queries_live_in_sql_files() -> None:
    offenders = [
        f"{name_of(path)}:{n.lineno}"
        for path in OURS
        if "store" not in path.parts
        for n in ast.walk(parsed(path))
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and SQL_TEXT.match(n.value)
    ]
    assert offenders == []


def test_every_query_says_what_it_reads_and_returns() -> None:
    offenders = []
    for path in SQL_FILES:
        header = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("--"))
        if "Reads:" not in header or "Returns:" not in header:
            offenders.append(path.name)
    assert offenders == []


def test_no_query_reads_past_the_scope() -> None:
    offenders = [p.name for p in SQL_FILES if not p.name.startswith(RAW_ALLOWED) and RAW_VIEWS.search(code_of(p))]
    assert offenders == []


def test_only_named_parameters() -> None:
    assert [p.name for p in SQL_FILES if "?" in code_of(p)] == []


def code_of(path: Path) -> str:
    """Return a query without comments and text constants."""
    body = re.sub(r"'[^']*'", "''", path.read_text(encoding="utf-8"))
    return "\n".join(line.split("--")[0] for line in body.splitlines())


def test_modules_stay_small() -> None:
    sizes = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files("analytics", "pages", "app.py", "tests")
    }
    assert {name: n for name, n in sizes.items() if n > MOST_LINES} == {}


def test_no_drawers_for_odds_and_ends() -> None:
    drawers = [name_of(p) for p in OURS if p.stem in ("utils", "util", "helpers", "misc")]
    managers = [
        f"{name_of(p)}: {n.name}"
        for p in OURS
        for n in ast.walk(parsed(p))
        if isinstance(n, ast.ClassDef) and n.name.endswith("Manager")
    ]
    assert drawers + managers == []


def test_every_module_says_what_it_is() -> None:
    assert [name_of(path) for path in OURS if not ast.get_docstring(parsed(path))] == []
