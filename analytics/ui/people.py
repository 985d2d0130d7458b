"""Who stands in an address: a stable mark of each trainer that shows neither name nor id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2s

import streamlit as st

from analytics.ui import state
from analytics.ui.filters import unique_labels

DIGEST = 5


def address_mark(trainer_id: str) -> str:
    """Return what stands for a trainer in an address: the same in every store and session, without name or id.

    >>> address_mark("t-001") == address_mark("t-001"), address_mark("t-001") == address_mark("t-002")
    (True, False)
    >>> len(address_mark("ana@example.com"))
    10
    """
    return blake2s(trainer_id.encode(), digest_size=DIGEST).hexdigest()


def marked(name: str, trainer_ids: Iterable[str]) -> str | None:
    """Return the trainer whose mark stands in the address under `name`; None where nobody's does."""
    asked = st.query_params.get(name)
    return next((t for t in trainer_ids if address_mark(t) == asked), None) if asked else None


def person_picker(
    label: str, people: Sequence[tuple[str, str]], *, name: str, placeholder: str, empty: bool = False
) -> str | None:
    """Draw a picker of people by name whose address holds their mark; return the chosen trainer_id.

    Parameters
    ----------
    label : str
        What is picked.
    people : sequence of (trainer_id, name)
        Whom one may pick.
    name : str
        Key of the widget and of the mark in the address.
    placeholder : str
        Said where nobody is picked.
    empty : bool
        True lets nobody be picked; else the first person is.
    """
    names = unique_labels(people)
    state.settle(name, names)
    kept = f"_{name}_mark"
    if name not in st.query_params or st.query_params[name] != state.recall(kept):
        # an address that was opened, not one that this picker wrote in an earlier run
        found = marked(name, names)
        if found is not None:
            state.remember(name, found)
    if state.recall(name) is None and names and not empty:
        state.remember(name, next(iter(names)))
    picked = st.selectbox(
        label, list(names), format_func=lambda i: names[i], key=name, index=None if empty else 0,
        placeholder=placeholder,
    )  # fmt: skip
    mark = address_mark(picked) if picked is not None else None
    state.remember(kept, mark)
    if mark is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != mark:
        st.query_params[name] = mark
    return picked
