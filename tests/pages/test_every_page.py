"""Every registered page, as every role, on every kind of store: it opens, says something, and shows no NaN."""

from __future__ import annotations

import re

import pytest

from analytics.core.scope import ROLES, Role
from analytics.ui.navigation import PAGES, PageEntry, existing, pages_for
from tests.pages.conftest import STORES, Open, failed, words

CASES = [(entry, role) for entry in existing() for role in entry.roles]
FORBIDDEN = [(entry, role) for entry in existing() for role in ROLES if role not in entry.roles]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(("entry", "role"), CASES, ids=[f"{e.name}-{r}" for e, r in CASES])
def test_page_opens(open_page: Open, entry: PageEntry, role: Role, store: str) -> None:
    app = open_page(entry.name, role=role, store=store, theme="dark" if store == "full" else "light")
    assert not failed(app)
    text = words(app)
    assert entry.title in text
    assert not re.search(r"\b(nan|NaN|None|inf)\b", text), text


@pytest.mark.parametrize(("entry", "role"), FORBIDDEN, ids=[f"{e.name}-{r}" for e, r in FORBIDDEN])
def test_page_does_not_exist_for_others(open_page: Open, entry: PageEntry, role: Role) -> None:
    with pytest.raises(ValueError, match=entry.name):
        open_page(entry.name, role=role)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_lands_on_its_first_page(open_page: Open, role: Role) -> None:
    app = open_page(role=role)
    assert not failed(app)
    pages = pages_for(role)  # type: ignore[arg-type]
    assert (pages[0].title if pages else "Welcome") in words(app)


def test_where_there_is_no_store_the_page_says_how_to_make_one(open_page: Open) -> None:
    assert "python -m analytics demo" in words(open_page(store="none"))


def test_names_titles_and_icons_are_unique() -> None:
    for part in ("name", "title", "icon"):
        values = [getattr(entry, part) for entry in PAGES]
        assert len(set(values)) == len(values), part
    assert all(entry.question.endswith("?") for entry in PAGES)
    assert all(re.fullmatch(r":material/[a-z_]+:", entry.icon) for entry in PAGES)
