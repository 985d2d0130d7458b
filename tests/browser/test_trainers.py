"""The Trainers page's sections on the team, drawn and readable on a phone and on a desk."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.browser.conftest import OpenVisit
from tests.browser.harness import PHONE, WIDE

SECTIONS = ("Latent models", "Repeats", "Newcomers", "Pace", "Choices")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_drawn_without_faults(visit: OpenVisit, section: str) -> None:
    phone = section in ("Latent models", "Choices")
    size = PHONE if phone else WIDE
    one = visit("/trainers?" + urlencode({"section": section}), size=size, scheme="dark" if phone else "light")
    one.grow(size[0])
    assert one.error_card() == ""
    assert one.overflow() <= 0
    assert one.chart_faults() == []
    assert one.access_faults() == []
