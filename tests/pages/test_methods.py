"""The Methods page: every number has a card, found by name, by chapter and by link."""

from __future__ import annotations

import math

import pytest

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.search import chapters
from analytics.core.scope import ROLES, Role
from analytics.ui import methods
from tests.pages.conftest import Open, failed, words


def plain(text: str) -> str:
    return " ".join(text.replace("\\", "").replace("**", "").split())


def test_every_number_has_its_card_in_its_chapter(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "ON_A_PAGE", 100)
    for title, entries in chapters(REGISTRY.values()).items():
        app = open_page("methods", chapter=f"{title} ({len(entries)})")
        assert not failed(app)
        shown = plain(words(app))
        for entry in entries:
            for part in (entry.title, entry.plain, entry.example, entry.distrust, entry.source):
                assert plain(part) in shown, (entry.name, part)
        assert [x.value for x in app.latex] == [f"$$\n{x}\n$$" for e in entries for x in methods.parts(e.formula)]


def test_long_chapters_come_in_pages(open_page: Open) -> None:
    app = open_page("methods")
    first = next(iter(chapters(REGISTRY.values()).values()))
    assert len(app.latex) == sum(len(methods.parts(e.formula)) for e in first[: methods.ON_A_PAGE])
    assert len(app.get("pagination")) == (1 if math.ceil(len(first) / methods.ON_A_PAGE) > 1 else 0)


@pytest.mark.parametrize("role", ROLES)
def test_a_link_to_a_number_opens_its_card(open_page: Open, role: Role) -> None:
    app = open_page("methods", role=role, find="gwet_ac1")
    assert not failed(app)
    assert REGISTRY["gwet_ac1"].title in plain(words(app)).split("found.")[0] + words(app)
    assert [x.value for x in app.latex] == [f"$$\n{x}\n$$" for x in methods.parts(REGISTRY["gwet_ac1"].formula)]


def test_nothing_found_says_so_and_shows_what_was_typed_as_text(open_page: Open) -> None:
    app = open_page("methods", find="![x](http://example.invalid/x.png)")
    assert not failed(app)
    assert "No number is called" in words(app)
    assert not any("![x](" in m.value for m in app.markdown)
    assert len(app.latex) == 0
