"""Charts whose marks lead on: a click is told to the page once, by a callback, and kept apart from the chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from analytics.figures.cells import SELECTION, Spec, alt_of
from analytics.figures.frame import Figure, alt_text
from analytics.ui import state
from analytics.ui.chart import CONFIG, selected_keys


def cell_chart(spec: Spec, key: str, on_click: Callable[[str, str], None]) -> None:
    """Show a table of cells; `on_click` is told row and column of the cell that was clicked."""

    def clicked() -> None:
        found = selected_cell(state.recall(key))
        if found is not None:
            on_click(*found)

    st.vega_lite_chart(spec, key=key, theme=None, on_select=clicked, selection_mode=SELECTION, alt=alt_of(spec))


def mark_chart(figure: Figure, key: str, on_click: Callable[[str], None]) -> None:
    """Show a Plotly figure; `on_click` is told the key of the mark that was clicked."""

    def clicked() -> None:
        found = selected_keys(state.recall(key))
        if found:
            on_click(found[0])

    st.plotly_chart(
        figure, key=key, theme=None, config=CONFIG, alt=alt_text(figure), on_select=clicked, selection_mode="points"
    )


def selected_cell(event: object) -> tuple[str, str] | None:
    """Return row and column of the selected cell, None where none is; tolerates the mapping a test puts in its place.

    >>> selected_cell({"selection": {"cell": [{"row": "a", "column": "b"}]}})
    ('a', 'b')
    >>> selected_cell({"selection": {"cell": []}}) is None
    True
    """
    selection = event.get("selection", {}) if isinstance(event, Mapping) else getattr(event, "selection", {})
    points = selection.get(SELECTION, []) if isinstance(selection, Mapping) else getattr(selection, SELECTION, [])
    if not points or not isinstance(points[0], Mapping):
        return None
    row, column = points[0].get("row"), points[0].get("column")
    return None if row is None or column is None else (str(row), str(column))
