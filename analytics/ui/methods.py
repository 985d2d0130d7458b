"""The Methods page: every number of the registry on a card of its own, found by name."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import streamlit as st

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.metric import Metric
from analytics.core.metrics.search import chapters, matching
from analytics.core.numerals import count, plural
from analytics.ui import state
from analytics.ui.page import card, cards, empty
from analytics.ui.text import escaped

ON_A_PAGE = 12


def methods() -> None:
    """Draw the search, the chapters, and the cards of what was asked for."""
    by_chapter = chapters(REGISTRY.values())
    text = st.text_input(
        "Find a number",
        key="find",
        bind="query-params",
        type="search",
        icon=":material/search:",
        placeholder="kappa, prevalence, severity, ceiling ...",
        help=f"Searches {count(len(REGISTRY))} numbers by name and by what is said of them.",
    )
    if text and text.strip():
        found = matching(REGISTRY.values(), text)
        if not found:
            empty(f"No number is called “{text.strip()}”. Clear the search to see all of them by chapter.", border=True)
            return
        st.caption(f"{plural(len(found), 'number')} found.")
        _pages(found, f"found_{abs(hash(text))}")
        return
    names = {f"{title} ({count(len(entries))})": title for title, entries in by_chapter.items()}
    state.settle("chapter", names)
    picked = st.segmented_control(
        "Chapter",
        list(names),
        default=next(iter(names)),
        required=True,
        key="chapter",
        bind="query-params",
        label_visibility="collapsed",
    )
    title = names[str(picked)]
    _pages(by_chapter[title], f"page_{title}")


def _pages(entries: Sequence[Metric], key: str) -> None:
    n_pages = math.ceil(len(entries) / ON_A_PAGE)
    place = st.container()
    page = st.pagination(n_pages, key=key) if n_pages > 1 else 1
    with place, cards():
        for entry in entries[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
            metric_card(entry)


def metric_card(entry: Metric) -> None:
    """Draw one metric: plain words, formula, worked example, when not to trust it, source."""
    with card(escaped(entry.title), key=f"metric_{entry.name}"):
        st.markdown(escaped(entry.plain))
        for part in parts(entry.formula):
            st.latex(part)
        st.markdown(f"**Worked example.** {escaped(entry.example)}")
        st.markdown(f"**When not to trust it.** {escaped(entry.distrust)}")
        st.markdown(f"**Source.** {escaped(entry.source)}")
        st.caption(f"{escaped(entry.name)} · {escaped(_range(entry))} · {escaped(_levels(entry))}")


def parts(formula: str) -> list[str]:
    r"""Return the equations of a formula, each to be drawn on a line of its own: together they outgrow their card.

    Examples
    --------
    >>> parts(r"a = b,\quad b = c")
    ['a = b', 'b = c']
    >>> parts(r"P\{a,\ b\}")
    ['P\\{a,\\ b\\}']
    """
    found, start, depth = [], 0, 0
    for mark in re.finditer(r"[{}\[\]]|[,;]\s*\\(?:quad|[ ])\s*", formula):
        if mark.group() in "{}[]":
            depth += 1 if mark.group() in "{[" else -1
        elif depth == 0:
            found.append(formula[start : mark.start()])
            start = mark.end()
    return [*found, formula[start:]]


def _range(entry: Metric) -> str:
    low = f"{entry.minimum:g}" if math.isfinite(entry.minimum) else "without lower bound"
    high = f"{entry.maximum:g}" if math.isfinite(entry.maximum) else "without upper bound"
    return (
        f"from {low} to {high}" if math.isfinite(entry.minimum) and math.isfinite(entry.maximum) else f"{low}, {high}"
    )


def _levels(entry: Metric) -> str:
    order = ("nominal", "ordinal", "interval", "ratio", "set", "preference", "ranking", "text")
    return f"for {', '.join(x for x in order if x in entry.levels)} labels" if entry.levels else "for every scale"
