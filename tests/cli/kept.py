"""A report is computed once in a test that prints it twice, as JSON and as tables."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest


def computed_once(patch: pytest.MonkeyPatch, command: ModuleType, report: str) -> list[Any]:
    """Keep what a command's report call returns for the same question; return the list of questions asked."""
    real, kept = getattr(command, report), {}
    asked: list[Any] = []

    def call(engine: Any, scope: Any, filters: Any, **more: Any) -> Any:
        question = (str(engine.store.path), scope, filters, tuple(sorted(more.items())))
        asked.append(question)
        if question not in kept:
            kept[question] = real(engine, scope, filters, **more)
        return kept[question]

    patch.setattr(command, report, call)
    return asked
