"""Every chapter of the Methods page can be read by everyone: contrast, order of headings, formulas that fit."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.search import chapters
from analytics.core.numerals import count
from tests.browser.conftest import OpenVisit
from tests.browser.harness import WIDE

CHAPTERS = chapters(REGISTRY.values())


@pytest.mark.parametrize("title", list(CHAPTERS))
def test_chapter_is_readable(visit: OpenVisit, title: str) -> None:
    page = visit("/methods?" + urlencode({"chapter": f"{title} ({count(len(CHAPTERS[title]))})"}), size=WIDE)
    page.grow(WIDE[0])
    cards = page.page.locator("[class*=st-key-metric_]")
    assert cards.first.get_attribute("class").split("st-key-metric_")[1].split()[0] == CHAPTERS[title][0].name  # type: ignore[union-attr]
    assert page.access_faults() == []
    wide = page.page.evaluate(
        "() => [...document.querySelectorAll('.katex-display')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 2).map(e => e.textContent.slice(0, 40))"
    )
    assert wide == [], "formulas that one would have to scroll"
