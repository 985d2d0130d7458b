"""Who is looking, in local use: a picker of role and person in the sidebar. It sets the Scope and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics.core.scope import ROLE_TITLES, ROLES, Role, Scope
from analytics.ui import state
from analytics.ui.people import person_picker

NOBODY = "(nobody)"
"""A trainer's scope in a store without trainers: sees nothing."""


def picked_scope(people: Sequence[tuple[str, str]]) -> Scope:
    """Draw the picker and return the scope it stands for.

    Parameters
    ----------
    people : sequence of (trainer_id, display name)
        The trainers one may look as.
    """
    state.settle("role", ROLES)
    role = st.selectbox(
        "Viewing as",
        ROLES,
        format_func=lambda r: ROLE_TITLES[r],
        key="role",
        bind="query-params",
        help="On your own machine you may look through anybody's eyes. Each role has its own pages and limits.",
    )
    person: str | None = None
    if role == "trainer":
        person = person_picker("Person", people, name="person", placeholder="No trainers yet")
    return scope_of(role, person, [i for i, _ in people])


def scope_of(role: str, person: str | None, people: Sequence[str]) -> Scope:
    """Return the scope of a role; what the browser sent is checked, for it may send anything.

    >>> scope_of("trainer", "t1", ["t1", "t2"]).trainers
    ('t1',)
    >>> scope_of("trainer", "someone else", ["t1"]).trainers
    ('t1',)
    """
    known: dict[str, Role] = {"lead": "lead", "manager": "manager", "trainer": "trainer"}
    chosen = known.get(role, "trainer")
    if chosen != "trainer":
        return Scope(role=chosen)
    if person not in people:
        person = people[0] if people else NOBODY
    return Scope(role="trainer", viewer=person)
