"""The one module that touches st.session_state: what this viewer's session remembers between two runs of the script."""

from __future__ import annotations

from typing import Any

import streamlit as st


def remember(key: str, value: Any) -> None:
    """Keep a value for this session. Widget keys cannot be set once their widget was drawn in this run."""
    st.session_state[key] = value


def recall(key: str, default: Any = None) -> Any:
    """Return what was kept under `key`, or `default`."""
    return st.session_state.get(key, default)


def take(key: str) -> Any:
    """Return what was kept under `key` and forget it; None where there is nothing."""
    return st.session_state.pop(key, None)


def settle(key: str, allowed: Any) -> None:
    """Drop from a widget's value what is not (or no longer) on offer, before the widget is drawn."""
    if key not in st.session_state:
        return
    value = st.session_state[key]
    if isinstance(value, (list, tuple)):
        kept = [v for v in value if v in allowed]
        if len(kept) != len(value):
            st.session_state[key] = kept
    elif value is not None and value not in allowed:
        del st.session_state[key]
