"""The frame of every page: title, question, snapshot, provenance, the same from a terminal, empty states."""

from __future__ import annotations

import contextlib
import logging
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from analytics.core.errors import PlumblineError
from analytics.core.filters import Filters
from analytics.core.metrics import REGISTRY
from analytics.core.numerals import count, plural
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.figures.palette import Palette
from analytics.store import Engine
from analytics.ui import state
from analytics.ui.cache import cached_report
from analytics.ui.chart import current_palette
from analytics.ui.navigation import HOME, PageEntry, existing
from analytics.ui.text import escaped

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)
_VIEW = "_view"
SKELETON_PX = 560


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a page is given: who looks, at what, and the engine to ask."""

    entry: PageEntry
    engine: Engine
    scope: Scope
    filters: Filters
    simulated: bool

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.engine.settings

    @property
    def palette(self) -> Palette:
        """The colours of this viewer's mode."""
        return current_palette()

    def report(self, call: Callable[Concatenate[Engine, Scope, Filters, P], R], *args: P.args, **more: P.kwargs) -> R:
        """Return a report for this view, computed once per snapshot, scope, filters and arguments.

        While it is computed, a grey block holds the place of what will be drawn.
        """
        with st.skeleton(height=SKELETON_PX):
            return cached_report(call, self.engine, self.scope, self.filters, *args, **more)

    def command(self, *more: str) -> str:
        """Return the command line that gives the same numbers in a terminal."""
        words = ["python", "-m", "analytics", self.entry.command, "--store", str(self.settings.store)]
        return shlex.join([*words, *self.filters.to_arguments(), *more])


def hand_over(view: View) -> None:
    """Leave the view for the page that is about to run."""
    state.remember(_VIEW, view)


def open_page() -> View:
    """Return the view the router made for this run, and print the page's head.

    A page that finds no view was not opened by the router: the first request to a fresh server may name a page, and
    until somebody has called st.navigation Streamlit runs files of pages/ by itself. Then nothing of the page is shown;
    st.navigation is called, which ends that for the whole server, and the router starts.
    """
    view = state.take(_VIEW)
    if not isinstance(view, View):
        first = st.Page(lambda: None, title="Plumbline", url_path=HOME, default=True)
        st.navigation([first, *(st.Page(one.file) for one in existing())], position="hidden")
        st.rerun()
    head(view)
    return view


def head(view: View) -> None:
    """Print title, question, snapshot and the way to the same numbers from a terminal."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"):
        st.title(view.entry.title, anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="head_right"):
            if view.simulated:
                st.badge(
                    "Simulated data",
                    icon=":material/science:",
                    color="orange",
                    help="Made by `python -m analytics demo`: its people, texts and judgments are invented.",
                )
            snapshot = view.engine.snapshot_id
            st.badge(
                f"Snapshot {snapshot}",
                icon=":material/history:",
                color="gray",
                help="Every number on this page is of this state of the store. It changes with the next ingest.",
            )
            if view.entry.command:
                with st.popover("Copy as command", icon=":material/terminal:", type="tertiary"):
                    st.caption("The same numbers in a terminal, to the last digit:")
                    st.code(view.command(), language="bash", wrap_lines=True)
    st.caption(view.entry.question)


def provenance(
    *, n_judgments: int, n_trainers: int, n_items: int, more: str = "", left_out: Mapping[str, int] | None = None
) -> None:
    """Print what the page's numbers rest on, and what was left out and why."""
    words = [plural(n_judgments, "judgment"), plural(n_trainers, "trainer"), plural(n_items, "item")]
    text = " · ".join(words + ([more] if more else []))
    dropped = {reason: n for reason, n in (left_out or {}).items() if n}
    if dropped:
        reasons = ", ".join(f"{count(n)} {escaped(reason)}" for reason, n in dropped.items())
        text += f" · left out: {reasons}"
    st.caption(text)


def empty(text: str, *, icon: str = ":material/inbox:", border: bool = False) -> None:
    """Say in words why there is nothing to see here, in its place; with a border outside a card."""
    with st.container(border=border):
        st.markdown(f"{icon} {escaped(text)}")


def nothing(view: View, what: str = "judgment") -> str:
    """Return why a page has nothing to show, and what to do: an empty store, or filters that leave nothing."""
    if view.engine.store.snapshot().empty:
        return (
            "Nothing was taken into this store yet. In a terminal: python -m analytics ingest FILE --store "
            f"{view.settings.store}. Then reload this page."
        )
    return f"No {what} matches these filters in what you may see. Clear a filter, or take in a log that has one."


def cards(across: int = 2, *, narrowest: int = 430) -> Any:
    """Open a grid of cards of one height, `across` side by side while each has `narrowest` px; use it with `with`."""
    return st.grid(across, min_column_width=narrowest, gap="small")


def stack() -> Any:
    """Open one cell of `cards` that holds several cards below each other; use it with `with`."""
    return st.container(gap="small")


def card(title: str, *, help: str | None = None, key: str | None = None, stretch: bool = True) -> Any:
    """Open a bordered card with a heading; use it with `with`."""
    box = st.container(border=True, height="stretch" if stretch else "content", key=key)
    box.header(title, anchor=False, help=help or None)
    return box


def explained(name: str) -> str:
    """Return a registered metric's tooltip: what it is and when not to trust it; "" where it is missing."""
    entry = REGISTRY.get(name)
    if entry is None:
        return ""
    return f"**{escaped(entry.title)}.** {escaped(entry.plain)}\n\n{escaped(entry.distrust)}"


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Turn a deliberate error into a card that says what to do; a defect goes to the log with its traceback."""
    try:
        yield
    except PlumblineError as error:
        error_card(str(error))
    except Exception:
        log.exception("A page failed")
        error_card("This page hit a defect of Plumbline and could not be drawn. The server's log has the details.")


def error_card(text: str) -> None:
    """Show an error as a card in the page."""
    with st.container(border=True, key="error_card"):
        st.markdown(":material/error: **This did not work**")
        st.text(text)
