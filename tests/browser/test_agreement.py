"""The Agreement page under a mouse: a cell leads to its items, a row to the item, on a wide screen and on a phone."""

from __future__ import annotations

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
