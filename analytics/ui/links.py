"""Addresses of pages with filters set: how a row or a card leads on."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from analytics.core.scope import Role
from analytics.ui.navigation import pages_for

CARRIED = ("role", "person")
"""In local use the viewer is part of the address and stays the same along a link."""


def address(name: str, role: Role, **query: str | Sequence[str]) -> str:
    """Return the address of a page with filters set, "" where this role has no such page.

    Parameters
    ----------
    name : str
        A registered page.
    role : Role
        The viewer's role.
    query : str or sequence of str
        Names as in the address: project, criterion, team, topic, period ... A trainer goes by the label that the
        filter shows (see `analytics.ui.filters.unique_labels`).
    """
    carried = {key: st.query_params[key] for key in CARRIED if key in st.query_params}
    return address_of(name, role, {**carried, **query})


def address_of(name: str, role: Role, query: dict[str, str | Sequence[str]]) -> str:
    """Return the address of a page with this query, "" where the role has no such page."""
    entries = pages_for(role)
    if name not in {one.name for one in entries}:
        return ""
    path = "/" if entries[0].name == name else f"/{name}"
    words = urlencode(query, doseq=True)
    return f"{path}?{words}" if words else path
