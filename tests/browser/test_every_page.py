"""Every registered page, as every role, light and dark, on a desk and on a phone; pictures are kept."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from analytics.core.scope import ROLE_TITLES, Role
from analytics.ui.navigation import PageEntry, existing, pages_for
from tests.browser.conftest import OpenVisit
from tests.browser.harness import PHONE, WIDE, Visit

CASES = [(entry, role) for entry in existing() for role in entry.roles]


def path_of(entry: PageEntry, role: Role) -> str:
    name = "" if pages_for(role)[0].name == entry.name else entry.name
    query = "" if role == "lead" else "?" + urlencode({"role": ROLE_TITLES[role]})
    return f"/{name}{query}"


def check(page: Visit, entry: PageEntry) -> None:
    assert page.title() == entry.title
    assert not page.error_card()
    assert page.overflow() <= 0
    assert page.chart_faults() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("entry", "role"), CASES, ids=[f"{e.name}-{r}" for e, r in CASES])
def test_page_is_drawn(visit: OpenVisit, entry: PageEntry, role: Role, scheme: str) -> None:
    page = visit(path_of(entry, role), scheme=scheme, size=WIDE)
    page.grow(WIDE[0])
    page.picture(f"{entry.name}_{role}_{scheme}")
    check(page, entry)
    assert page.access_faults() == []
    loaded = page.page.evaluate("() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert any("Inter" in family for family in loaded)
    navigation = page.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    assert [text.split("\n")[-1] for text in navigation] == [one.title for one in pages_for(role)]


@pytest.mark.parametrize(("entry", "role"), CASES, ids=[f"{e.name}-{r}" for e, r in CASES])
def test_page_is_readable_on_a_phone(visit: OpenVisit, entry: PageEntry, role: Role) -> None:
    page = visit(path_of(entry, role), size=PHONE)
    page.grow(PHONE[0])
    page.picture(f"{entry.name}_{role}_phone")
    check(page, entry)
