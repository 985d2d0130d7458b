"""No number is shown that the Methods page does not explain."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analytics.core.metrics import REGISTRY
from analytics.core.scale import LEVELS
from analytics.stats.agreement.coefficients import coefficient_names
from analytics.stats.agreement.named_coefficients import COEFFICIENTS
from tests.house.source import files, name_of, parsed

EXPLAINERS = {"explained", "metric", "_metric", "title_of"}
"""Functions that look a number up in the registry by its key."""
NAMED_RESULTS = {"Coefficient": "name", "trainer_estimates": 0, "trainer_means": 0, "per_trainer": 0}
"""Makers of results that carry a key: the keyword or the position that holds it."""
NOT_SHOWN = {"wawa", "severity_raw"}
"""Steps on the way to numbers that are shown. They must not turn up above the statistics."""


def keys_in(path: Path) -> set[str]:
    """Return the registry keys that a file names in so many words."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if function in EXPLAINERS and node.args:
            found |= _text(node.args[0])
        if function in NAMED_RESULTS:
            place = NAMED_RESULTS[function]
            if isinstance(place, int):
                found |= _text(node.args[place]) if len(node.args) > place else set()
            else:
                found |= {x for k in node.keywords if k.arg == place for x in _text(k.value)}
        if function in ("estimate", "estimate_crossed", "undefined") and node.args and len(node.args) > 1:
            found |= _text(node.args[0])
    return found


def _text(node: ast.expr) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


@pytest.mark.parametrize(
    "path", files("pages") + files("analytics/ui") + files("analytics/figures") + files("analytics/cli"), ids=name_of
)
def test_what_a_page_or_command_explains_is_in_the_registry(path: Path) -> None:
    assert keys_in(path) - NOT_SHOWN <= set(REGISTRY)


@pytest.mark.parametrize("path", files("analytics/stats") + files("analytics/reports"), ids=name_of)
def test_results_with_a_key_are_in_the_registry(path: Path) -> None:
    assert keys_in(path) - NOT_SHOWN <= set(REGISTRY)


@pytest.mark.parametrize("key", sorted(NOT_SHOWN))
def test_steps_on_the_way_are_not_shown(key: str) -> None:
    shown = [f for folder in ("reports", "figures", "ui", "cli") for f in files(f"analytics/{folder}")] + files("pages")
    assert [name_of(path) for path in shown if key in path.read_text(encoding="utf-8")] == []


def test_every_coefficient_is_explained_for_each_level_it_is_computed_for() -> None:
    assert set(COEFFICIENTS) <= set(REGISTRY)
    for level in LEVELS:
        for name in coefficient_names(level):
            levels = REGISTRY[name].levels
            assert not levels or level in levels, f"{name} is computed for {level}, which its card does not say"


@pytest.mark.parametrize("name", REGISTRY)
def test_a_card_is_complete(name: str) -> None:
    entry = REGISTRY[name]
    assert entry.name == name
    for part in (entry.title, entry.plain, entry.formula, entry.example, entry.distrust, entry.source):
        assert part.strip()
    assert "$" not in entry.formula
    assert entry.formula.count("{") == entry.formula.count("}")
    assert entry.minimum <= entry.maximum
    if entry.example_value is not None:
        assert entry.minimum <= entry.example_value <= entry.maximum
