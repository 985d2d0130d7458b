"""What was clicked on the Agreement page, and the items behind it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from analytics.core.filters import Filters
from analytics.reports.agreement_items import ItemChoice
from analytics.ui import state
from analytics.ui.agreement import Chosen, command
from analytics.ui.item import item_list
from analytics.ui.page import View, card
from analytics.ui.text import escaped

KEY = "_agreement_drill"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drill:
    """One click: where it was made, and which items it asks for.

    Attributes
    ----------
    section : str
        The section of the page; elsewhere the click is not shown.
    title : str
        What the items are, untrusted text.
    people : pair of str or None
        Names of the two trainers of the choice.
    narrowed : Filters or None
        Filters that select exactly these items, where there are some: then a command prints their numbers.
    """

    project: str
    criterion: str
    section: str
    title: str
    choice: ItemChoice
    people: tuple[str, str] | None = None
    narrowed: Filters | None = None


def drill(
    chosen: Chosen,
    section: str,
    title: str,
    choice: ItemChoice,
    people: tuple[str, str] | None = None,
    narrowed: Filters | None = None,
) -> None:
    """Keep what was clicked, with the place it belongs to; for callbacks."""
    made = Drill(
        project=chosen.project,
        criterion=chosen.criterion,
        section=section,
        title=title,
        choice=choice,
        people=people,
        narrowed=narrowed,
    )
    state.remember(KEY, made)


def drilled(view: View, chosen: Chosen, section: str) -> None:
    """Draw the items of what was clicked in this section of this criterion, if anything was."""
    kept = state.recall(KEY)
    if not isinstance(kept, Drill):
        return
    if (kept.project, kept.criterion, kept.section) != (chosen.project, chosen.criterion, section):
        return
    with card(escaped(kept.title), stretch=False, key="drilled"):
        st.button("Close", type="tertiary", icon=":material/close:", key="close_drill", on_click=close)
        if kept.narrowed is not None:
            st.caption("The coefficients of these items alone, in a terminal:")
            st.code(command(view, kept.narrowed, chosen.interval), language="bash", wrap_lines=True)
        with st.spinner("Looking up the items", show_time=True):
            item_list(view, project=chosen.project, criterion=chosen.criterion, choice=kept.choice, people=kept.people)


def close() -> None:
    """Forget what was clicked; for callbacks."""
    state.remember(KEY, None)


def row_chosen(key: str, row: int | None) -> bool:
    """Return True where another row of a table was chosen since the last run; a choice stays, but leads on once."""
    kept = f"{key}_last_row"
    changed = row is not None and row != state.recall(kept)
    state.remember(kept, row)
    return changed
