"""The Overview's cards and its table of criteria."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from analytics.core.numerals import MINUS, count, interval, percent
from analytics.figures.cards import Better, Fact, facts
from analytics.figures.overview import coefficient_title
from analytics.figures.overview_team import trainer_strip
from analytics.figures.sparkline import trimmed
from analytics.reports.overview import CriterionOverview, OverviewReport
from analytics.reports.overview_next import NextStep
from analytics.ui.chart import chart
from analytics.ui.links import address
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

MOST_STEPS, MOST_NAMED = 3, 8
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


def steps_card(report: OverviewReport, view: View) -> None:
    """List three things to do next that this role can do, each with its reason and the way."""
    with card(
        "Three things to do next", help="What the numbers of this page give a reason for, the most pressing first."
    ):
        shown = [(step, link) for step in report.next_steps if (link := _way(step, report, view))][:MOST_STEPS]
        if not shown:
            empty("Nothing on this page gives a reason to act.", icon=":material/verified:")
        with cards(MOST_STEPS, narrowest=280):
            for place, (step, link) in enumerate(shown, start=1):
                with st.container(key=f"step_{place}", gap=None):
                    st.markdown(f"**{place}\\. [{escaped(step.title)}]({link})**")
                    st.markdown(escaped(step.why))


def team_card(report: OverviewReport, view: View) -> None:
    """Draw the strip of trainers; who is out of the ordinary is named to those who may know."""
    strip, names = report.team, view.scope.names_people
    with card("The team on the same items", help=explained("peer_excess"), stretch=False):
        if not strip.trainers:
            empty(strip.undefined or "There is nobody to compare.")
            return
        chart(trainer_strip(strip, view.palette, names=names), key="team_strip")
        outside = [t for t in strip.trainers if t.outside]
        words = (
            f"A mark is a trainer; a diamond lies outside limits that hold {percent(strip.coverage, 1)} of ordinary "
            "trainers."
        )
        if strip.undefined:
            words = f"A mark is a trainer. Nobody can be called out of the ordinary: {escaped(strip.undefined)}."
        if view.filters.trainers or view.filters.teams:
            words += " Compared within the selection alone."
        st.caption(words)
        if outside and names:
            listed = ", ".join(escaped(t.display_name) for t in outside[:MOST_NAMED])
            more = f" and {count(len(outside) - MOST_NAMED)} more" if len(outside) > MOST_NAMED else ""
            link = address("trainers", view.scope.role, **_days(report))
            st.markdown(f"Out of the ordinary: {listed}{more}. [Look at them →]({link})")


def _way(step: NextStep, report: OverviewReport, view: View) -> str:
    """Return the address where a step is done, "" where this role has no such page."""
    query: dict[str, str] = _days(report) if step.kind in ("fell", "team", "boundary") else {}
    if step.project:
        query |= {"project": step.project, "criterion": step.criterion}
    for name in step.pages:
        sections = {"agreement": ("Why", "When"), "hotspots": ("Label pairs",)}.get(name, ())
        section = {"section": step.section} if step.section in sections else {}
        when = {k: v for k, v in query.items() if step.section != "When" or k not in ("since", "until")}
        link = address(name, view.scope.role, **(when | section))
        if link:
            return link
    return ""


def _days(report: OverviewReport) -> dict[str, str]:
    """Return the report's period as it stands in an address."""
    if report.period is None:
        return {}
    first, last = report.period
    return {"since": first.isoformat(), "until": last.isoformat()}


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
