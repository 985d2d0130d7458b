"""The Preferences page's head: which criterion, which part of the page, and the facts on top."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent
from analytics.core.results import Coefficient, Estimate
from analytics.core.scale import Level
from analytics.figures.preferences import title_of
from analytics.reports.agreement_detail import Provenance
from analytics.reports.counts import LEFT_OUT_WORDS
from analytics.reports.one_criterion import criteria_offered
from analytics.reports.preferences import PreferenceReport
from analytics.ui import state
from analytics.ui.page import View, explained, provenance
from analytics.ui.text import escaped

KINDS: tuple[Level, ...] = ("preference", "ranking", "text")
KIND_WORDS: dict[str, str] = {"preference": "choice", "ranking": "ranking", "text": "rewrite"}
PARTS = ("Agreement and ceiling", "Response models", "Order, length, cycles", "Ratings", "Pairs")


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """The criterion the page is about."""

    project: str
    criterion: str
    level: Level


def picked_criterion(view: View) -> Picked | None:
    """Draw the picker of choices, rankings and rewrites, in the address; None where the selection holds none."""
    offered = [c for c in view.report(criteria_offered) if c.level in KINDS]
    offered.sort(key=lambda c: (KINDS.index(c.level), c.project, c.criterion))
    if not offered:
        return None
    several = len({c.project for c in offered}) > 1
    names = {f"{c.criterion} ({KIND_WORDS[c.level]})" + (f" · {c.project}" if several else ""): c for c in offered}
    state.settle("preference", names)
    name = st.selectbox(
        "Choice, ranking or rewrite to look at", list(names), key="preference", bind="query-params", width=460
    )
    chosen = names[name]
    return Picked(project=chosen.project, criterion=chosen.criterion, level=chosen.level)


def part_of() -> str:
    """Draw the switch between the page's parts, in the address; only the chosen one is computed."""
    state.settle("part", PARTS)
    return st.segmented_control(
        "Part", list(PARTS), default=PARTS[0], required=True, key="part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip


def facts(report: PreferenceReport) -> None:
    """Draw the four numbers a lead wants first."""
    a, c = report.agreement, report.ceiling
    with st.grid(4, min_column_width=200, gap="small"):
        fact(a.kappa_symmetric, "kappa_symmetric", shares=False)
        fact(a.non_tied, "non_tied_agreement")
        fact(c.point, "reward_model_ceiling")
        fact(a.tie_share, "tie_share")


def fact(found: Estimate, name: str, *, shares: bool = True, title: str | None = None) -> None:
    """Draw one number as a card: its value, its interval, what it means."""
    value = percent(found.value, 1) if shares else coefficient(found.value, 3)
    span = _span(found, shares=shares)
    st.metric(
        title or title_of(name), value, span if found.defined else None, delta_color="off", delta_arrow="off",
        help=explained(name), border=True, height="stretch",
    )  # fmt: skip


def _span(found: Estimate, *, shares: bool) -> str:
    if shares and found.low == found.low:
        return f"{percent(found.low, 1)} to {percent(found.high, 1)}"
    return interval(found.low, found.high, 3)


def from_where(source: Provenance, *more: str) -> None:
    """Print what a part rests on and what was left out."""
    left_out = {LEFT_OUT_WORDS.get(k, k): n for k, n in source.left_out.items()}
    provenance(
        n_judgments=source.n_judgments, n_trainers=source.n_trainers, n_items=source.n_items,
        more=" · ".join([f"{count(source.n_items_paired)} judged twice or more", *more]), left_out=left_out,
    )  # fmt: skip


def sentence(found: Coefficient | Estimate, name: str) -> str:
    """Return a number in words, as Markdown made of escaped parts."""
    if not found.defined:
        return f"not defined: {escaped(found.undefined)}"
    return f"**{escaped(name)} {percent(found.value, 1)}** ({_span(found, shares=True)})"


def command(view: View, *words: str) -> str:
    """Return a command line on the page's own criterion."""
    return shlex.join(["python", "-m", "analytics", *words, "--store", str(view.settings.store)])
