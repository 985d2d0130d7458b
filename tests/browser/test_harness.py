"""The harness itself can fail: it sees texts that cover each other or are cut."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.harness import KNOWN_CONSOLE, KNOWN_MISSING, text_faults


def text(words: str, left: float, top: float, width: float = 50, height: float = 14) -> dict[str, Any]:
    return {"text": words, "left": left, "right": left + width, "top": top, "bottom": top + height}


def chart(*texts: dict[str, Any]) -> dict[str, Any]:
    return {"left": 0, "right": 300, "top": 0, "bottom": 200, "texts": list(texts), "marks": 1}


def test_texts_apart_are_no_fault() -> None:
    assert text_faults(chart(text("a", 0, 0), text("b", 49, 0), text("c", 0, 12))) == []


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        (text("b", 40, 5), "'b' covers 'a'"),
        (text("b", 260, 50), "'b' is cut at the side"),
        (text("b", -10, 50), "'b' is cut at the side"),
        (text("b", 100, 195), "'b' is cut at the top or bottom"),
    ],
)
def test_faults_are_named(other: dict[str, Any], fault: str) -> None:
    assert text_faults(chart(text("a", 0, 0), other)) == [fault]


def test_the_known_list_is_short_and_narrow() -> None:
    assert len(KNOWN_CONSOLE) == 2
    assert KNOWN_MISSING.search("http://127.0.0.1:1/data_health/_stcore/health")
    assert not KNOWN_MISSING.search("http://127.0.0.1:1/_stcore/health")
    assert not KNOWN_MISSING.search("http://127.0.0.1:1/app/static/fonts/inter.woff2")
