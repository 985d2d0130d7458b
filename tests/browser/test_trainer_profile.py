"""One trainer's profile in a browser: its fullest sections, drawn without a fault, on a desk and on a phone."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from analytics.ui.people import address_mark
from analytics.ui.trainer import SECTIONS
from tests.browser.conftest import OpenVisit
from tests.browser.harness import PHONE, WIDE

TRAINER = "t-043"
CRITERION = {"Against gold": "harm_class", "Over time": "harm_class"}
DRAWN = ("Against peers", "Pace and sessions", "Over time", "Examples")


def path_of(section: str) -> str:
    on = {"on": CRITERION[section]} if section in CRITERION else {}
    return "/trainers?" + urlencode({"look": address_mark(TRAINER), "part": section} | on)


@pytest.mark.parametrize("section", [s for s in SECTIONS if s in DRAWN])
def test_section_is_drawn(visit: OpenVisit, section: str) -> None:
    page = visit(path_of(section), size=WIDE)
    page.grow(WIDE[0])
    page.picture(f"trainer_{section.lower().replace(' ', '_')}")
    assert not page.error_card()
    assert page.overflow() <= 0
    assert page.chart_faults() == []
    assert page.access_faults() == []


@pytest.mark.parametrize("section", ["Against gold"])
def test_section_is_readable_on_a_phone(visit: OpenVisit, section: str) -> None:
    page = visit(path_of(section), scheme="dark", size=PHONE)
    page.grow(PHONE[0])
    page.picture(f"trainer_{section.lower().replace(' ', '_')}_phone")
    assert not page.error_card()
    assert page.overflow() <= 0
    assert page.chart_faults() == []
