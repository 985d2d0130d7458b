"""What only a browser shows: addresses, the picker, downloads, the first request of a fresh server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from analytics.core.scope import ROLE_TITLES, Role
from analytics.ui.navigation import pages_for
from tests.browser.conftest import OpenVisit
from tests.browser.harness import Server, Visit


def query_of(page: Visit) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.page.url).query)


def choose(page: Visit, key: str, option: str) -> None:
    page.page.locator(f".st-key-{key}").get_by_role("combobox").click()
    page.page.get_by_role("option", name=option, exact=True).click()
    page.page.keyboard.press("Escape")
    page.page.wait_for_timeout(300)
    page.wait()


def test_a_chosen_filter_is_in_the_address_and_the_address_restores_it(visit: OpenVisit) -> None:
    page = visit("/data_health")
    option = "safety-policy"
    choose(page, "project", option)
    assert query_of(page)["project"] == [option]
    again = visit(f"/data_health?project={option}&period=4+w")
    assert option in again.page.locator(".st-key-project").inner_text()
    again.page.get_by_role("button", name="Clear filters").click()
    again.page.wait_for_timeout(300)
    again.wait()
    assert "project" not in query_of(again)
    assert "period" not in query_of(again)


def test_picking_a_role_changes_the_navigation_and_the_address(visit: OpenVisit) -> None:
    page = visit("/")
    choose(page, "role", "Trainer")
    assert query_of(page)["role"] == ["Trainer"]
    assert page.page.locator(".st-key-person").count() == 1
    links = page.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    assert not any("Data health" in link for link in links)


def test_a_filter_survives_the_way_to_another_page(visit: OpenVisit) -> None:
    page = visit("/?project=safety-policy")
    page.page.get_by_role("link", name="Data health").click()
    page.page.locator("[data-testid=stMain] h1", has_text="Data health").wait_for()
    page.wait()
    assert "safety-policy" in page.page.locator(".st-key-project").inner_text()


def test_the_terminal_gets_the_same_question(visit: OpenVisit) -> None:
    page = visit("/?project=safety-policy")
    page.page.get_by_role("button", name="Copy as command").click()
    code = page.page.locator("[data-testid=stCode]").first
    code.wait_for()
    assert "analytics overview --store" in code.inner_text()
    assert "--project safety-policy" in code.inner_text()


def test_a_table_can_be_taken_away(visit: OpenVisit, tmp_path: Path) -> None:
    page = visit("/data_health")
    with page.page.expect_download() as waiting:
        page.page.locator(".st-key-ingests_csv").get_by_role("button").click()
    target = tmp_path / "ingests.csv"
    waiting.value.save_as(target)
    text = target.read_text(encoding="utf-8-sig")
    assert "judgments.parquet" in text or "judgments" in text


@pytest.mark.parametrize("role", ["lead", "manager", "trainer"])
def test_every_page_opens_by_its_name(visit: OpenVisit, role: Role) -> None:
    """A link in a mail names the page: the first page of a role, served at /, must open so too."""
    for entry in pages_for(role)[:2]:
        page = visit("/" + entry.name + "?" + urlencode({"role": ROLE_TITLES[role], "period": "4 w"}))
        assert page.title() == entry.title
        assert page.page.get_by_text("Page not found").count() == 0
        assert query_of(page)["role" if role != "lead" else "period"] == [
            ROLE_TITLES[role] if role != "lead" else "4 w"
        ]
        listed = page.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
        assert [text.split("\n")[-1] for text in listed] == [one.title for one in pages_for(role)]


def test_the_simulation_says_so(visit: OpenVisit) -> None:
    page = visit("/data_health")
    assert page.page.locator(".st-key-head").get_by_text("Simulated data").count() >= 1


def test_a_page_of_another_role_is_not_there(visit: OpenVisit) -> None:
    page = visit("/")
    page.page.goto(f"{page.address}/data_health?role=Trainer")
    page.page.get_by_text("Page not found").wait_for()
    assert "Data health" not in page.page.locator("[data-testid=stMain] h1").all_inner_texts()
    page.problems = [p for p in page.problems if "does not seem to exist" not in p]


@pytest.mark.parametrize("path", ["/data_health?period=4+w", "/overview"])
def test_the_first_request_of_a_fresh_server_goes_through_the_router(
    visit: OpenVisit, demo_store: Path, tmp_path: Path, path: str
) -> None:
    """Before the first st.navigation, Streamlit would run a file of pages/ by itself, past every check of who looks."""
    fresh = Server(store=demo_store, log=tmp_path / "fresh.log")
    fresh.start()
    try:
        page = visit(path, address=fresh.address)
        assert page.title() == ("Overview" if path == "/overview" else "Data health")
        assert not page.error_card()
        assert page.page.locator(".st-key-role").count() == 1
    finally:
        fresh.stop()
    page.problems = [p for p in page.problems if "WebSocket" not in p and "ERR_CONNECTION" not in p]
