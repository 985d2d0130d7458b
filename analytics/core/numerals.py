"""Numbers as a person reads them: thin spaces in thousands, a real minus sign, two decimals for a coefficient."""

from __future__ import annotations

import math
from datetime import date, datetime

THIN_SPACE = "\u2009"
MINUS = "\u2212"
ABSENT = "–"


def count(n: float) -> str:
    r"""Return a whole number with thin spaces between thousands, a dash where there is none.

    >>> count(1234567) == "1\u2009234\u2009567", count(float("nan"))
    (True, '–')
    """
    if not math.isfinite(n):
        return ABSENT
    return f"{round(n):,}".replace(",", THIN_SPACE).replace("-", MINUS)


def coefficient(value: float, decimals: int = 2) -> str:
    """Return a coefficient to `decimals` places, a dash where there is none.

    >>> coefficient(0.8751), coefficient(-0.001), coefficient(float("nan"))
    ('0.88', '0.00', '–')
    """
    if not math.isfinite(value):
        return ABSENT
    return _no_negative_zero(f"{value:.{decimals}f}").replace("-", MINUS)


def signed(value: float, decimals: int = 2) -> str:
    r"""Return a difference with its sign, a dash where there is none.

    >>> signed(0.021), signed(-0.5) == "\u22120.50", signed(0.0)
    ('+0.02', True, '0.00')
    """
    text = coefficient(value, decimals)
    positive = math.isfinite(value) and value > 0 and text != coefficient(0.0, decimals)
    return f"+{text}" if positive else text


def percent(share: float, decimals: int = 0) -> str:
    r"""Return a share in [0, 1] as per cent, a dash where there is none.

    >>> percent(0.8844, 1) == "88.4\u00a0%", percent(float("nan"))
    (True, '–')
    """
    if not math.isfinite(share):
        return ABSENT
    return _no_negative_zero(f"{100 * share:.{decimals}f}").replace("-", MINUS) + "\u00a0%"


def interval(low: float, high: float, decimals: int = 2) -> str:
    """Return the two ends of an interval, "no interval" where there is none.

    >>> interval(0.5, 0.75), interval(float("nan"), 1.0)
    ('0.50 to 0.75', 'no interval')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    return f"{coefficient(low, decimals)} to {coefficient(high, decimals)}"


def day(when: date | datetime | None) -> str:
    """Return a day as people write it, without a leading zero; a dash where there is none.

    >>> day(date(2026, 11, 3))
    '3 Nov 2026'
    """
    return ABSENT if when is None else f"{when.day} {when:%b %Y}"


def plural(n: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    >>> plural(1, "item"), plural(2, "item"), plural(0, "query", "queries")
    ('1 item', '2 items', '0 queries')
    """
    return f"{count(n)} {one if n == 1 else (many or one + 's')}"


def _no_negative_zero(text: str) -> str:
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text
