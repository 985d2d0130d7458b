"""The filters in the sidebar, kept in the address, so that a view can be sent to a colleague."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from analytics.core.filters import Filters
from analytics.core.numerals import day
from analytics.ui import state

if TYPE_CHECKING:
    from analytics.reports.choices import Choices

PERIODS: dict[str, int | None] = {"All": None, "12 w": 84, "4 w": 28}
KEYS = {
    "projects": "project",
    "criteria": "criterion",
    "teams": "team",
    "trainers": "trainer",
    "topics": "topic",
    "languages": "language",
    "guideline_versions": "version",
    "batches": "batch",
}
"""Field of Filters -> its name in the address."""
TITLES = {
    "projects": "Project",
    "criteria": "Criterion",
    "teams": "Team",
    "trainers": "Trainer",
    "topics": "Topic",
    "languages": "Language",
    "guideline_versions": "Guideline version",
    "batches": "Batch",
}
FIRST = ("projects", "criteria")
"""These stand open; the others wait behind "More filters"."""


def asked_projects() -> tuple[str, ...]:
    """Return the projects chosen so far, before the widgets are drawn; other filters offer what these contain."""
    return tuple(state.recall(KEYS["projects"], ()) or ()) or tuple(st.query_params.get_all(KEYS["projects"]))


def sidebar_filters(choices: Choices, offered: Sequence[str], *, names_people: bool) -> Filters:
    """Draw the filters a page offers and return what they select.

    Parameters
    ----------
    choices : Choices
        What there is to choose from in this viewer's scope.
    offered : sequence of str
        Fields of Filters, and "period".
    names_people : bool
        False hides the filter by trainer: names are not for this viewer.
    """
    if not offered:
        return Filters()
    chosen: dict[str, tuple[str, ...]] = {}
    options = _options(choices)
    shown = [f for f in offered if len(options.get(f, {})) > 1 and (f != "trainers" or names_people)]
    for field in (f for f in shown if f in FIRST):
        chosen[field] = _several(field, options[field])
    first, last = choices.first_day, choices.last_day
    days = (first, last) if "period" in offered and first is not None and last is not None else None
    since, until = _period(*days) if days else (None, None)
    rest = [f for f in shown if f not in FIRST]
    keys = [KEYS[f] for f in rest] + (["since", "until"] if days else [])
    active = sum(bool(state.recall(key) or st.query_params.get(key)) for key in keys)
    if keys:
        with st.expander(f"More filters ({active} set)" if active else "More filters", key="more_filters"):
            for field in rest:
                chosen[field] = _several(field, options[field])
            if days:
                since, until = _dates(*days, since, until)
    if any(chosen.values()) or since or until:
        st.button(
            "Clear filters",
            type="tertiary",
            icon=":material/filter_alt_off:",
            on_click=_cleared,
            key="clear_filters",
        )
    return Filters(**chosen, since=since, until=until)


def period_days(period: str | None, choices_last: date, choices_first: date) -> tuple[date | None, date | None]:
    """Return the first and last day of a named period that ends with the last judgment; None, None for all of them.

    >>> period_days("4 w", date(2026, 11, 22), date(2026, 8, 3))
    (datetime.date(2026, 10, 26), datetime.date(2026, 11, 22))
    >>> period_days("12 w", date(2026, 11, 22), date(2026, 11, 1))
    (None, None)
    """
    days = PERIODS.get(period or "All")
    if days is None or choices_last - timedelta(days=days - 1) <= choices_first:
        return None, None
    return choices_last - timedelta(days=days - 1), choices_last


def _period(first: date, last: date) -> tuple[date | None, date | None]:
    state.settle("period", PERIODS)
    period = st.segmented_control(
        "Period",
        list(PERIODS),
        default="All",
        required=True,
        key="period",
        bind="query-params",
        width="stretch",
        help=f"Weeks are counted back from the last judgment, {day(last)}. Days of your own are under More filters.",
    )
    return period_days(period, last, first)


def _dates(first: date, last: date, since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """Draw two days; where one is set, the two take the place of the period."""
    left, right = st.columns(2)
    start = left.date_input("From", value=None, min_value=first, max_value=last, key="since", bind="query-params")
    end = right.date_input("To", value=None, min_value=first, max_value=last, key="until", bind="query-params")
    if start is None and end is None:
        return since, until
    if start is not None and end is not None and start > end:
        st.caption("From lies after To; the two days were swapped.")
        start, end = end, start
    return start, end


def _several(field: str, options: dict[str, str]) -> tuple[str, ...]:
    key = KEYS[field]
    state.settle(key, options)
    picked = st.multiselect(
        TITLES[field],
        list(options),
        format_func=lambda value: options.get(value, value),
        key=key,
        bind="query-params",
        placeholder="All",
    )
    return tuple(value for value in picked if value in options)


def unique_labels(people: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return id -> label: the name, with the id where two people share one. The address holds labels, not ids.

    >>> unique_labels([("t1", "Ana"), ("t2", "Ana"), ("t3", "Bo"), ("t4", "")])
    {'t1': 'Ana (t1)', 't2': 'Ana (t2)', 't3': 'Bo', 't4': 't4'}
    """
    seen = Counter(name for _, name in people)
    return {i: i if not name else (name if seen[name] == 1 else f"{name} ({i})") for i, name in people}


def _options(choices: Choices) -> dict[str, dict[str, str]]:
    """Return for each field the values on offer and what each is called."""
    return {
        "projects": {v: v for v in choices.projects},
        "criteria": {v: v for v in choices.criteria},
        "teams": {v: v for v in choices.teams},
        "trainers": unique_labels(choices.trainers),
        "topics": {v: v for v in choices.topics},
        "languages": {v: v for v in choices.languages},
        "guideline_versions": {v: v for v in choices.guideline_versions},
        "batches": {v: v for v in choices.batches},
    }


def _cleared() -> None:
    """Set every filter to "all"; forgetting it would not do, for a bound widget reads the address again."""
    for key in KEYS.values():
        state.remember(key, [])
    state.remember("period", "All")
    state.remember("since", None)
    state.remember("until", None)
