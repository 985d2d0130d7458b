"""The Agreement page under a mouse: a cell leads to its items, a row to the item, on a wide screen and on a phone."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import OpenVisit
from tests.browser.harness import PHONE, Visit

HARM = "/agreement?of=harm_class+%C2%B7+safety-policy"
SECTIONS = ("Why", "Who with whom", "Where", "When", "Check and download")


def click_in(one: Visit, selector: str, across: float, along: float) -> None:
    """Click at a place of an element, in shares of its width and height."""
    element = one.page.locator(selector).first
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    one.page.mouse.click(box["x"] + across * box["width"], box["y"] + along * box["height"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_click_leads_from_a_cell_to_the_item(visit: OpenVisit, scheme: str) -> None:
    one = visit(HARM, scheme=scheme)
    assert "satire and harmful are taken for each other" in one.page.locator("[data-testid=stMain]").inner_text()
    click_in(one, "[data-testid=stVegaLiteChart]", 0.88, 0.70)
    one.page.locator(".st-key-drilled").wait_for()
    one.wait()
    drilled = one.page.locator(".st-key-drilled")
    assert "Items with satire and harmful" in drilled.inner_text()
    table = ".st-key-drilled [data-testid=stDataFrame]"
    box = one.page.locator(table).first.bounding_box()
    assert box is not None
    click_in(one, table, 18 / box["width"], 57 / box["height"])
    one.page.locator(".st-key-item").wait_for()
    one.wait()
    item = one.page.locator(".st-key-item").inner_text()
    assert "hidden until you ask for it" in item
    assert "judgments" in item
    one.page.locator(".st-key-drilled").get_by_role("button", name="Close").click()
    one.page.locator(".st-key-drilled").wait_for(state="detached")
    one.wait()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_fits_on_a_phone(visit: OpenVisit, section: str) -> None:
    scheme = "dark" if section == "Where" else "light"
    one = visit(f"{HARM}&section={section.replace(' ', '+')}", size=PHONE, scheme=scheme)
    assert one.overflow() == 0
    one.grow(PHONE[0])
    assert one.error_card() == ""
    assert one.chart_faults() == []


def opened_list(one: Visit, title: str) -> str:
    """Wait for the list that a click opened and return its words."""
    drilled = one.page.locator(".st-key-drilled")
    drilled.wait_for()
    one.wait()
    said = drilled.inner_text()
    assert title in said
    assert "Choose a row to open the item" in said
    assert drilled.locator("[data-testid=stDataFrame] canvas").count()
    return said


def click_mark(one: Visit, chart: str, selector: str, place: int) -> None:
    """Click in the middle of a mark of a Plotly chart."""
    mark = one.page.locator(f".st-key-{chart} {selector}").nth(place)
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_bar_of_the_histogram_leads_to_its_items(visit: OpenVisit) -> None:
    one = visit(HARM)
    click_mark(one, "spread", ".bars .point path", -1)
    said = opened_list(one, "Items by agreement:")
    assert "All items: CSV" in said.replace("\n", " ")
    assert one.error_card() == ""


def test_a_mark_of_a_slice_leads_to_its_items(visit: OpenVisit) -> None:
    one = visit(f"{HARM}&section=Where&by=Topic")
    click_mark(one, "slices", ".scatterlayer .points path.point", 0)
    said = opened_list(one, "Items of topic ")
    assert "python -m analytics agreement" in said
    assert "--topic" in said


def test_a_cell_of_the_table_of_trainers_leads_to_the_shared_items(visit: OpenVisit) -> None:
    one = visit(f"{HARM}&section=Who+with+whom")
    cell = one.page.locator(".st-key-pairs").get_by_text(re.compile(r"^0\.\d\d$")).first
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box is not None
    one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened_list(one, "both judged")


def test_a_bar_of_rewrites_leads_to_the_texts(visit: OpenVisit) -> None:
    one = visit("/agreement?of=rewrite+%C2%B7+general-assistant")
    click_mark(one, "spread", ".bars .point path", 3)
    opened_list(one, "Items by agreement: 40 to 60")
