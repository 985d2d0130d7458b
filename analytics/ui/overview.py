"""The Overview's cards and its table of criteria."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from analytics.core.numerals import MINUS, interval
from analytics.figures.cards import Better, Fact, facts
from analytics.figures.overview import coefficient_title
from analytics.figures.sparkline import trimmed
from analytics.reports.overview import CriterionOverview, OverviewReport
from analytics.ui.links import address
from analytics.ui.page import View
from analytics.ui.tables import table
from analytics.ui.text import escaped

TALLEST = 500
"""Height in px of the table where it has more rows than fit above the fold."""


def lead_sentence(report: OverviewReport) -> None:
    """Print the report's one sentence, before anything else."""
    st.markdown(f"## {escaped(report.sentence)}")


def fact_cards(report: OverviewReport, view: View) -> None:
    """Draw the facts as cards of equal height."""
    best = max(view.settings.bands, key=lambda band: band.low).name
    with st.grid(3, min_column_width=200, gap="small"):
        for fact in facts(report, best_band=best):
            fact_card(fact)


def fact_card(fact: Fact) -> None:
    """Draw one fact; grey where neither direction is good in itself."""
    colours: dict[Better, Literal["normal", "inverse", "off"]] = {
        "higher": "normal",
        "lower": "inverse",
        "neither": "off",
    }
    st.metric(
        fact.label,
        fact.value,
        _delta(fact.change),
        delta_color=colours[fact.better],
        delta_description=fact.against or None,
        help=escaped(fact.explanation),
        border=True,
        height="stretch",
        chart_data=list(fact.trend) or None,
        chart_type="line",
    )


def _delta(change: str | None) -> str | int | None:
    """Return a change as st.metric understands it: an ASCII minus points down, the number 0 points nowhere."""
    if change is None:
        return None
    return 0 if change.split()[0] == "0" else change.replace(MINUS, "-")


def criteria_table(report: OverviewReport, view: View) -> None:
    """Draw one row a criterion, each leading to its agreement."""
    floor, top = 0.0, 1.0
    frame = pd.DataFrame(
        {
            "criterion": [c.criterion for c in report.criteria],
            "project": [c.project for c in report.criteria],
            "value": [c.current.value if c.current.defined else None for c in report.criteria],
            "interval": [
                interval(c.current.low, c.current.high) if c.current.defined else str(c.current.undefined)
                for c in report.criteria
            ],
            "verdict": ["Provisional" if c.provisional else (c.verdict or "") for c in report.criteria],
            "change": [c.change.value if c.change and c.change.defined else None for c in report.criteria],
            "change_shown": [_rounded(c) for c in report.criteria],
            "real": [_real(c) for c in report.criteria],
            "weekly": [trimmed(c.weekly) for c in report.criteria],
            "n_items_paired": [c.n_items_paired for c in report.criteria],
            "open": [_leads_to(view, c.project, c.criterion) for c in report.criteria],
        }
    )
    column = st.column_config
    several = len({c.project for c in report.criteria}) > 1
    few = view.settings.provisional_below
    columns = {
        "criterion": column.TextColumn("Criterion", pinned=True, width=150),
        "project": column.TextColumn("Project", width=115),
        "value": column.ProgressColumn(
            coefficient_title(report.criteria), min_value=floor, max_value=top, format="%.2f", width=125
        ),
        "interval": column.TextColumn("95 % interval", width=100),
        "verdict": column.TextColumn(
            "Verdict",
            width=100,
            help=f"The best band it reaches with 95 % probability. Provisional: fewer than {few} items judged twice.",
        ),
        "change_shown": column.NumberColumn("Change", format="%+.2f", width=65),
        "real": column.TextColumn("Real?", width=60, help="Whether the change is more than noise."),
        "weekly": column.LineChartColumn("Weekly", width=90),
        "n_items_paired": column.NumberColumn("Judged twice", format="localized", width=90),
        "open": column.LinkColumn("Closer", display_text="Open →", width=65),
    }
    if not several:
        del columns["project"]
    table(
        frame.sort_values(["value", "criterion"], na_position="last"),
        key="criteria",
        alt="Criteria with agreement, verdict, change and support",
        height=TALLEST if len(frame) > 12 else "content",
        download="criteria",
        taken=frame.drop(columns=["change_shown", "open"]),
        columns=columns,
    )


def _rounded(c: CriterionOverview) -> float | None:
    """Return a change to two decimals; what rounds to nothing has no sign."""
    return round(c.change.value, 2) + 0.0 if c.change and c.change.defined else None


def _real(c: CriterionOverview) -> str:
    if c.change is None or not c.change.defined:
        return ""
    return "real" if c.real else "noise"


def _leads_to(view: View, project: str, criterion: str) -> str:
    """Return the address of the closest look this role has at a criterion."""
    for name in ("agreement", "hotspots", "data_health"):
        link = address(name, view.scope.role, project=project, criterion=criterion)
        if link:
            return link
    return ""
