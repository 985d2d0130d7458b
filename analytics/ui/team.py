"""The team, section by section: what is computed only when somebody asks for it."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.core.results import Estimate
from analytics.figures.team import metric_of, team_points
from analytics.reports.one_criterion import OfferedCriterion, criteria_offered
from analytics.reports.team_figures import TeamFigure
from analytics.ui import state
from analytics.ui.chart import chart
from analytics.ui.page import View, card, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

FEW = 1
ALIKE = 1e-3


def figure_card(
    figure: TeamFigure | None,
    view: View,
    *,
    title: str,
    reading: str,
    line: str,
    key: str,
    none: str | None = None,
    support: str = "judgments",
) -> None:
    """Draw one quantity over the team in a card: marks against their n, what they mean, and everybody's number.

    Parameters
    ----------
    figure : TeamFigure or None
    title : str
        The question it answers.
    reading : str
        What a high mark means, in a sentence.
    line : str
        What the line is: "the team's middle".
    key : str
        Unique on the page.
    none : str or None
        Why there is no figure.
    support : str
        What n counts.
    """
    with card(title, help=explained(metric_of(figure).name) if figure else None, stretch=False):
        if figure is None or figure.undefined:
            empty(_sentence(none or (figure.undefined if figure else None) or "There is nothing to show."))
            return
        chart(team_points(figure, view.palette, support=support), key=f"{key}_points")
        st.caption(f"{reading} {in_words(figure, line)}")
        with st.expander(f"All {plural(len(figure.rows), 'trainer')}, by name"):
            figure_table(figure, key=key, support=support)


def in_words(figure: TeamFigure, line: str) -> str:
    """Say who stands apart, and how many would by chance."""
    with_interval = [row for row in figure.rows if math.isfinite(row.estimate.low)]
    words = f"The line is {line} ({coefficient(figure.centre)})."
    values = [row.estimate.value for row in figure.rows]
    if len(values) > 1 and max(values) - min(values) < ALIKE:
        words += " Trainers do not differ beyond chance, so everybody gets the same."
    if not with_interval:
        words += " These numbers have no interval: trust their order only where they are far apart."
    else:
        words += (
            f" {_are(len(figure.apart))} an interval that leaves it out (diamonds); of {count(len(with_interval))} "
            f"about {count(max(figure.by_chance, FEW))} would by chance."
        )
    if figure.n_undefined:
        words += f" {plural(figure.n_undefined, 'trainer')} with too little for a number."
    return words


def _are(n: int) -> str:
    return "Nobody has" if n == 0 else ("One trainer has" if n == 1 else f"{count(n)} trainers have")


def figure_table(figure: TeamFigure, *, key: str, support: str) -> None:
    """List everybody's number with its interval and its n; by name, since intervals overlap."""
    frame = pd.DataFrame(
        {
            "trainer": [row.display_name for row in figure.rows],
            "value": [row.estimate.value for row in figure.rows],
            "interval": [interval(row.estimate.low, row.estimate.high) for row in figure.rows],
            "n": [row.estimate.n_judgments for row in figure.rows],
            "apart": ["yes" if row.apart else "" for row in figure.rows],
        }
    )
    column = st.column_config
    table(
        frame, key=f"{key}_table", alt=f"{metric_of(figure).title} of every trainer", download=figure.name,
        height=360 if len(frame) > 8 else "content", columns={
            "trainer": column.TextColumn("Trainer", pinned=True, width=170),
            "value": column.NumberColumn(metric_of(figure).title, format="%.3f", width=150),
            "interval": column.TextColumn("95 % interval", width=130),
            "n": column.NumberColumn(support.capitalize(), format="localized", width=100),
            "apart": column.TextColumn("Leaves the line out", width=140),
        },
    )  # fmt: skip


def number(found: Estimate, *, share: bool = True) -> str:
    """Return an estimate with its interval in words, or why there is none."""
    if not found.defined:
        return str(found.undefined)
    value = percent(found.value, 1) if share else coefficient(found.value)
    if not math.isfinite(found.low):
        return value
    ends = f"{percent(found.low, 1)} to {percent(found.high, 1)}" if share else interval(found.low, found.high)
    return f"{value} ({ends})"


def criterion_picker(view: View, *, levels: tuple[str, ...] = ()) -> OfferedCriterion | None:
    """Draw the picker of the criterion a section is about, in the address; None where there is none."""
    offered = [c for c in view.report(criteria_offered) if not levels or c.level in levels]
    if not offered:
        return None
    several = len({c.project for c in offered}) > 1
    names = {f"{c.criterion} · {c.project}" if several else c.criterion: c for c in offered}
    state.settle("of_team", names)
    picked = st.selectbox("Criterion", list(names), key="of_team", bind="query-params", width=420)
    return names[picked]


def section_switch(sections: dict[str, Callable[[View], None]]) -> str:
    """Draw the switch between sections, in the address; only the chosen one is computed."""
    state.settle("section", sections)
    return st.segmented_control(
        "What to look at", list(sections), default=next(iter(sections)), required=True, key="section",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip


def _sentence(text: str) -> str:
    start = text[:1].upper() + text[1:]
    return start if start.endswith((".", "?", "!")) else f"{start}."


def nothing(text: str, *, then: str = "") -> None:
    """Say why a section is empty, and what to do."""
    with card("Nothing to show here", stretch=False):
        empty(_sentence(text) + (f" {then}" if then else ""))


def listed(names: tuple[str, ...] | list[str], most: int = 6) -> str:
    """Return names joined, shortened with a count."""
    some = ", ".join(escaped(name) for name in names[:most])
    return some + (f" and {count(len(names) - most)} more" if len(names) > most else "")
