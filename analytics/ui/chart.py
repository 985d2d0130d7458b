"""Figures on a page: no tool bar, words for those who do not see it, and clicks read in one way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analytics.figures.frame import Figure, alt_text
from analytics.figures.palette import Palette, palette

CONFIG: dict[str, Any] = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False}


def current_palette() -> Palette:
    """Return the palette of the mode this viewer's browser shows."""
    return palette(st.context.theme.type)


def chart(figure: Figure, key: str) -> None:
    """Show a figure across its container."""
    st.plotly_chart(figure, key=key, theme=None, config=CONFIG, alt=alt_text(figure))


def clickable_chart(figure: Figure, key: str) -> list[str]:
    """Show a figure whose marks can be clicked; return the keys (customdata) of those that are selected.

    The figure must not depend on what it returns: a figure that changes forgets its selection.
    """
    event = st.plotly_chart(
        figure, key=key, theme=None, config=CONFIG, alt=alt_text(figure), on_select="rerun", selection_mode="points"
    )
    return selected_keys(event)


def selected_keys(event: object) -> list[str]:
    """Return the keys of selected points, from a selection or from the plain mapping a test puts in its place.

    >>> selected_keys({"selection": {"points": [{"customdata": "Tone"}, {"customdata": ["Safety"]}, {"x": 1}]}})
    ['Tone', 'Safety']
    """
    selection = event.get("selection", {}) if isinstance(event, Mapping) else getattr(event, "selection", {})
    points = selection.get("points", []) if isinstance(selection, Mapping) else getattr(selection, "points", [])
    keys = []
    for point in points:
        custom = point.get("customdata") if isinstance(point, Mapping) else getattr(point, "customdata", None)
        if isinstance(custom, Mapping):
            custom = custom.get("0")
        elif isinstance(custom, (list, tuple)):
            custom = custom[0] if custom else None
        if custom is not None:
            keys.append(str(custom))
    return keys
