"""What the sections of one trainer's profile share: who and what is looked at, and how a figure stands on the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from analytics.core.metrics import metric
from analytics.core.numerals import coefficient, percent, plural, signed
from analytics.core.results import Estimate
from analytics.ui.page import View, explained
from analytics.ui.text import escaped

NEVER_ALONE = "Nothing here is ever alone a ground for anything: ask before you conclude."
WORTH = "Worth a conversation, no more."


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """Whom and what the profile is about.

    Attributes
    ----------
    project, criterion : str
        The criterion as the store knows it.
    trainer_id, name : str
        Whom.
    """

    view: View
    project: str
    criterion: str
    trainer_id: str
    name: str

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of a section's report."""
        return {"project": self.project, "criterion": self.criterion, "trainer_id": self.trainer_id}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One figure: its key in the registry, its estimate, how it is written, and what stands beside it."""

    name: str
    estimate: Estimate
    text: Callable[[float], str] = coefficient
    beside: str = ""
    unit: str = ""
    of: str = "judgment"
    title: str = ""


def points(value: float) -> str:
    """Return a difference of shares in answers of 100."""
    return signed(100 * value, 1)


def times(value: float) -> str:
    """Return a ratio."""
    return f"{coefficient(value)}×"


def figures(shown: Sequence[Shown], *, across: int = 4) -> None:
    """Draw figures side by side, each with its interval and what it rests on, or why it is not there."""
    with st.grid(across, min_column_width=190, gap="small"):
        for one in shown:
            with st.container():
                e = one.estimate
                st.metric(
                    one.title or metric(one.name).title,
                    one.text(e.value) + _unit(one) if e.defined else "–",
                    help=explained(one.name),
                )
                st.caption(escaped(in_words(one)))


def _unit(one: Shown) -> str:
    return one.unit or (" in 100" if one.text is points else "")


def in_words(one: Shown) -> str:
    """Return what stands under a figure: interval, n, comparison; the reason where there is none."""
    e = one.estimate
    if not e.defined:
        return f"Not shown: {e.undefined}."
    parts = []
    if math.isfinite(e.low) and math.isfinite(e.high):
        parts.append(f"{percent(e.confidence)} interval {one.text(e.low)} to {one.text(e.high)}")
    if e.n_judgments:
        parts.append(f"on {plural(e.n_judgments, one.of)}")
    words = ", ".join(parts)
    return f"{words}. {one.beside}".strip() if one.beside else f"{words}."


def side(e: Estimate, *, at: float = 0.0) -> int:
    """Return 1 or -1 where the whole interval lies above or below `at`, 0 where it reaches it or there is none.

    >>> side(Estimate(value=0.2, low=0.1, high=0.3)), side(Estimate(value=0.2, low=-0.1, high=0.5))
    (1, 0)
    """
    if not e.defined or not (math.isfinite(e.low) and math.isfinite(e.high)):
        return 0
    return 1 if e.low > at else (-1 if e.high < at else 0)


def says(sentence: str) -> None:
    """Print what a section says, in one plain sentence, before its figures."""
    st.markdown(f"**{escaped(sentence)}**")
