"""What app.py runs: viewer -> Scope -> navigation -> filters -> the page. Navigation is reached whatever goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from analytics.core.errors import PlumblineError, StoreError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import load_settings
from analytics.reports.choices import Choices, choices
from analytics.store import Engine
from analytics.ui.cache import cached_report, engine_of
from analytics.ui.filters import asked_projects, sidebar_filters
from analytics.ui.navigation import HOME, ROOT, PageEntry, entry, grouped, pages_for
from analytics.ui.page import View, empty, error_card, guarded, hand_over
from analytics.ui.viewer import picked_scope

SIDEBAR_PX = 312
STATIC = ROOT / "static"
PLANTED = "planted_truth.json"


_ROUTED = threading.Event()
"""Set once this server's navigation is ours; before that Streamlit runs files of pages/ by itself."""


def run() -> None:
    """Run the dashboard once: for one viewer, one page."""
    _configure("Plumbline")
    mode = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(STATIC / f"logo_{mode}.svg", icon_image=STATIC / f"mark_{mode}.svg", size="medium")
    engine, trouble = _opened()
    with st.sidebar:
        filter_place = st.container(key="filters")
        viewer_place = st.container(key="viewer")
    with viewer_place:
        scope, trouble = _viewer(engine, trouble)
    page, chosen = _navigate(scope)
    if not _ROUTED.is_set():
        _ROUTED.set()
        st.rerun()
    if engine is None or trouble or chosen is None:
        if chosen is not None:
            st.title(chosen.title, anchor=False)
            if engine is None and isinstance(trouble, StoreError):
                empty(str(trouble), border=True)
            else:
                error_card(str(trouble))
            return
        page()
        return
    with guarded():
        with filter_place:
            filters = _filters(engine, scope, chosen)
        simulated = (engine.store.path / PLANTED).is_file()
        hand_over(View(entry=chosen, engine=engine, scope=scope, filters=filters, simulated=simulated))
        page()


def _configure(title: str) -> None:
    icon = STATIC / "favicon.svg"
    st.set_page_config(page_title=title, page_icon=icon, layout="wide", initial_sidebar_state=SIDEBAR_PX)


def _opened() -> tuple[Engine | None, PlumblineError | None]:
    """Return the engine, or None and why there is none."""
    try:
        return engine_of(load_settings()), None
    except PlumblineError as error:
        return None, error


def _viewer(engine: Engine | None, trouble: PlumblineError | None) -> tuple[Scope, PlumblineError | None]:
    """Return the viewer's scope; without a store anybody may be picked, there is nothing to see."""
    people: tuple[tuple[str, str], ...] = ()
    if engine is not None:
        try:
            people = cached_report(choices, engine, Scope(), Filters()).trainers
        except PlumblineError as error:
            trouble = error
    return picked_scope(people), trouble


def _navigate(scope: Scope) -> tuple[Callable[[], None], PageEntry | None]:
    """Draw the navigation of a role; return how to run the page that was asked for, and its entry.

    Streamlit serves a role's first page at / alone; so it is registered a second time under its own name, and that
    one of the two is listed whose address was opened.
    """
    entries = pages_for(scope.role)
    if not entries:
        nothing = st.Page(_nothing_yet, title="Welcome", icon=":material/waving_hand:")
        return st.navigation([nothing]).run, None
    first = entries[0]
    named = urlsplit(st.context.url or "").path.rstrip("/").endswith(f"/{first.name}")
    home, by_name = (
        st.Page(
            first.file, title=first.title, icon=first.icon, help=first.question, default=name == HOME, url_path=name,
            visibility="visible" if named == (name == first.name) else "hidden",
        )
        for name in (HOME, first.name)
    )  # fmt: skip
    pages = {
        group: [st.Page(one.file, title=one.title, icon=one.icon, help=one.question) for one in members if one != first]
        for group, members in grouped(entries).items()
    }
    pages[first.group] = [home, by_name, *pages[first.group]]
    current = st.navigation(pages, position="sidebar", expanded=True)
    names = {one.title: one.name for one in entries}
    chosen = entry(names[current.title])
    _configure(f"{chosen.title} · Plumbline")
    return current.run, chosen


def _filters(engine: Engine, scope: Scope, chosen: PageEntry) -> Filters:
    if not chosen.filters:
        return Filters()
    offered: Choices = cached_report(choices, engine, scope, Filters(projects=asked_projects()))
    return sidebar_filters(offered, chosen.filters, names_people=scope.names_people)


def _nothing_yet() -> None:
    st.title("Welcome", anchor=False)
    st.text("There is no page for this role in this version of Plumbline.")
