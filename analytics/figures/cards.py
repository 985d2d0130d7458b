"""The few numbers on top of the Overview, as plain facts: value, change since the period before, weekly trend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from analytics.core.numerals import count, percent, signed
from analytics.figures.sparkline import trimmed
from analytics.reports.overview import OverviewReport, Week

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One number for a card.

    Attributes
    ----------
    label, value : str
        What it is and how it reads.
    change : str or None
        Difference to the period before, with its sign; None where there is no such period.
    against : str
        What the change is against.
    better : {"higher", "lower", "neither"}
        Which direction is good.
    trend : tuple of float
        Weekly values, the oldest first; empty where there are fewer than three.
    explanation : str
        What the number means, one sentence.
    """

    label: str
    value: str
    change: str | None
    against: str
    better: Better
    trend: tuple[float, ...]
    explanation: str


def facts(report: OverviewReport, *, best_band: str) -> tuple[Fact, ...]:
    """Return the cards of the Overview.

    Parameters
    ----------
    report : OverviewReport
    best_band : str
        Name of the highest verdict band.
    """
    now, before = report.now, report.before
    against = "vs previous period" if before else ""
    defined = [c for c in report.criteria if c.current.defined]
    reliable = sum(c.verdict == best_band for c in defined)
    real = sum(c.real for c in report.criteria)
    share = _ratio(now.n_items_paired, now.n_items)
    earlier = _ratio(before.n_items_paired, before.n_items) if before else math.nan
    weeks = whole_weeks(report)
    found = [
        Fact(
            label=f"Criteria {best_band.lower()}",
            value=f"{reliable} of {len(report.criteria)}",
            change=None,
            against=f"{real} changed for real" if before else "",
            better="higher",
            trend=(),
            explanation=f"Criteria whose agreement is in the band “{best_band}” with 95 % probability.",
        ),
        Fact(
            label="Judgments",
            value=count(now.n_judgments),
            change=_difference(now.n_judgments, before.n_judgments if before else None),
            against=against,
            better="neither",
            trend=_weekly(weeks, lambda w: w.n_judgments),
            explanation="Submitted first-round judgments by people that agreement is computed from.",
        ),
        Fact(
            label="Items",
            value=count(now.n_distinct_items),
            change=_difference(now.n_distinct_items, before.n_distinct_items if before else None),
            against=against,
            better="neither",
            trend=_weekly(weeks, lambda w: w.n_items),
            explanation="Items with at least one judgment that counts, whatever the number of criteria.",
        ),
        Fact(
            label="Judged twice or more",
            value=percent(share),
            change=f"{signed(100 * (share - earlier), 0)} pp" if math.isfinite(share - earlier) else None,
            against=against,
            better="higher",
            trend=_weekly(weeks, lambda w: _ratio(w.n_units_paired, w.n_units)),
            explanation="Share of items, criterion by criterion, that can show agreement at all.",
        ),
        Fact(
            label="Trainers",
            value=count(now.n_trainers),
            change=_difference(now.n_trainers, before.n_trainers if before else None),
            against=against,
            better="neither",
            trend=_weekly(weeks, lambda w: w.n_trainers),
            explanation="People with at least one judgment that counts.",
        ),
        _gold(report, weeks, against),
    ]
    return tuple(found)


def _gold(report: OverviewReport, weeks: Sequence[Week], against: str) -> Fact:
    now, before = report.now, report.before
    share = _ratio(now.n_gold_right, now.n_gold)
    earlier = _ratio(before.n_gold_right, before.n_gold) if before else math.nan
    return Fact(
        label="Right on gold",
        value=percent(share) if now.n_gold else "no gold",
        change=f"{signed(100 * (share - earlier), 0)} pp" if math.isfinite(share - earlier) else None,
        against=against,
        better="higher",
        trend=_weekly(weeks, lambda w: _ratio(w.n_gold_right, w.n_gold)),
        explanation=f"Share of {count(now.n_gold)} judgments on items with a gold answer that agree with it.",
    )


def whole_weeks(report: OverviewReport) -> tuple[Week, ...]:
    """Return the weeks that had ended when the period ended: half a week would look like a fall."""
    if report.period is None:
        return report.weeks
    last = report.period[1]
    return tuple(w for w in report.weeks if w.start + timedelta(days=6) <= last)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def _difference(now: int, before: int | None) -> str | None:
    return None if before is None else signed(now - before, 0)


def _weekly(weeks: Sequence[Week], value: Callable[[Week], float]) -> tuple[float, ...]:
    values = trimmed([value(w) for w in weeks], most=12)
    return tuple(values) if len(values) > 2 else ()
