"""The formulas of the Methods page in a browser: each can be set, and none is wider than a phone."""

from __future__ import annotations

from urllib.parse import quote_plus

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.search import chapters
from analytics.ui.methods import ON_A_PAGE
from tests.browser.conftest import OpenVisit
from tests.browser.harness import PHONE


def test_every_formula_is_set(visit: OpenVisit) -> None:
    seen = 0
    for title, entries in chapters(REGISTRY.values()).items():
        one = visit(f"/methods?chapter={quote_plus(f'{title} ({len(entries)})')}")
        for number in range(1, -(-len(entries) // ON_A_PAGE) + 1):
            if number > 1:
                one.page.get_by_test_id("stPagination").get_by_role("button", name=f"Page {number}", exact=True).click()
                one.wait()
            shown = min(ON_A_PAGE, len(entries) - (number - 1) * ON_A_PAGE)
            one.page.wait_for_function(f"document.querySelectorAll('[data-testid=stMain] .katex').length >= {shown}")
            assert one.page.locator(".katex-error").count() == 0
            seen += shown
    assert seen == len(REGISTRY)


def test_a_phone_can_read_it(visit: OpenVisit) -> None:
    one = visit("/methods?find=alpha", size=PHONE)
    assert one.overflow() == 0
