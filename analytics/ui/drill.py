"""What was clicked on the Agreement page, and the items behind it."""

from __future__ import annotations

import streamlit as st

from analytics.reports.agreement_items import ItemChoice
from analytics.ui import state
from analytics.ui.agreement import Chosen
from analytics.ui.item import item_list
from analytics.ui.page import View, card
from analytics.ui.text import escaped

_DRILL = "_agreement_drill"


def drill(chosen: Chosen, section: str, title: str, choice: ItemChoice, people: tuple[str, str] | None = None) -> None:
    """Keep what was clicked, with the place it belongs to; for callbacks."""
    state.remember(_DRILL, (chosen.project, chosen.criterion, section, title, choice, people))


def drilled(view: View, chosen: Chosen, section: str) -> None:
    """Draw the items of what was clicked in this section of this criterion, if anything was."""
    kept = state.recall(_DRILL)
    if not kept or kept[:3] != (chosen.project, chosen.criterion, section):
        return
    _, _, _, title, choice, people = kept
    with card(escaped(title), stretch=False, key="drilled"):
        st.button("Close", type="tertiary", icon=":material/close:", key="close_drill", on_click=close)
        with st.spinner("Looking up the items", show_time=True):
            item_list(view, project=chosen.project, criterion=chosen.criterion, choice=choice, people=people)


def close() -> None:
    """Forget what was clicked; for callbacks."""
    state.remember(_DRILL, None)


def row_chosen(key: str, row: int | None) -> bool:
    """Return True where another row of a table was chosen since the last run; a choice stays, but leads on once."""
    kept = f"{key}_last_row"
    changed = row is not None and row != state.recall(kept)
    state.remember(kept, row)
    return changed
