"""Reports are kept by scope, filters and snapshot: nobody is shown another's, nobody is shown yesterday's."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.store import Engine
from analytics.store.commit import commit
from analytics.ui import cache
from analytics.ui.cache import cached_report
from tests.staging import judged, staged
from tests.ui.stores import one_label_store

CALLS: list[tuple[Scope, Filters, int]] = []


def noted(engine: Engine, scope: Scope, filters: Filters, *, size: int = 1) -> str:
    CALLS.append((scope, filters, size))
    return f"{scope.role} {scope.viewer} {filters.projects} {size} {engine.snapshot_id}"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    CALLS.clear()
    return Engine(one_label_store(tmp_path / "store"), Settings())


def test_the_same_question_is_asked_once(engine: Engine) -> None:
    answers = {cached_report(noted, engine, Scope(), Filters()) for _ in range(3)}
    assert len(answers) == 1
    assert len(CALLS) == 1


def test_another_viewer_filter_or_argument_is_another_question(engine: Engine) -> None:
    asked = [
        cached_report(noted, engine, Scope(), Filters()),
        cached_report(noted, engine, Scope(role="manager"), Filters()),
        cached_report(noted, engine, Scope(role="trainer", viewer="t1"), Filters()),
        cached_report(noted, engine, Scope(role="trainer", viewer="t2"), Filters()),
        cached_report(noted, engine, Scope(projects=("p",)), Filters()),
        cached_report(noted, engine, Scope(), Filters(projects=("p",))),
        cached_report(noted, engine, Scope(), Filters(), size=2),
    ]
    assert len(CALLS) == len(asked)


def test_another_snapshot_is_another_question(engine: Engine, tmp_path: Path) -> None:
    before = cached_report(noted, engine, Scope(), Filters())
    commit(engine.store, [staged(tmp_path, judgments=judged(("i99", "t1", "yes")))], Settings())
    after = cached_report(noted, engine, Scope(), Filters())
    assert before != after
    assert len(CALLS) == 2


def test_arguments_go_by_keyword(engine: Engine) -> None:
    with pytest.raises(TypeError, match="noted must get its further arguments by keyword, got 1 by position"):
        cached_report(noted, engine, Scope(), Filters(), 2)  # type: ignore[arg-type, misc]


def test_only_engine_and_function_stand_outside_the_key() -> None:
    """Streamlit leaves arguments with a leading underscore out of a key; a cached `_scope` would leak."""
    tree = ast.parse(inspect.getsource(cache))
    cached = [
        f
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef) and any("cache_data" in ast.unparse(d) for d in f.decorator_list)
    ]
    assert cached
    for function in cached:
        names = [a.arg for a in function.args.args + function.args.kwonlyargs]
        assert {n for n in names if n.startswith("_")} <= {"_call", "_engine"}
        assert {"scope", "filters", "snapshot_id", "store", "function"} <= set(names)
