"""The Agreement page's head: which criterion, the number with its verdict, where it comes from, its company."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.core.filters import Filters
from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.core.results import Coefficient
from analytics.figures.agreement import all_coefficients, headline, title_of
from analytics.figures.frame import bands_of
from analytics.reports.agreement import Interval
from analytics.reports.agreement_detail import AgreementDetail, Provenance
from analytics.reports.counts import LEFT_OUT_WORDS
from analytics.reports.one_criterion import criteria_offered
from analytics.ui import state
from analytics.ui.chart import chart
from analytics.ui.links import address
from analytics.ui.page import View, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

DECIMALS = 3
"""Decimals of a coefficient on this page: as many as the command prints."""
INTERVALS: dict[Interval, str] = {
    "two-way": "Other items and other trainers",
    "items": "Other items: closed form",
    "bootstrap": "Other items: bootstrap",
    "jackknife": "Other items: jackknife",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What the page's own controls say."""

    project: str
    criterion: str
    interval: Interval


def chosen_criterion(view: View) -> Chosen | None:
    """Draw the pickers of criterion and interval, both in the address; None where the selection holds no criterion."""
    offered = view.report(criteria_offered)
    if not offered:
        return None
    several = len({c.project for c in offered}) > 1
    names = {f"{c.criterion} · {c.project}" if several else c.criterion: c for c in offered}
    state.settle("of", names)
    state.settle("interval", list(INTERVALS.values()))
    left, right = st.columns([1.6, 1], gap="small")
    with left:
        name = st.selectbox("Criterion to look at", list(names), key="of", bind="query-params")
    with right:
        words = st.selectbox(
            "The interval speaks for",
            list(INTERVALS.values()),
            key="interval",
            bind="query-params",
            help="Had we drawn other items, and other trainers, within which range would the number have come out? "
            "The two-way interval answers for both; the others hold for this team alone and are narrower.",
        )
    picked = names[name]
    made = next(k for k, v in INTERVALS.items() if v == words)
    return Chosen(project=picked.project, criterion=picked.criterion, interval=made)


def headline_card(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    """Draw the headline number: verdict in words, place on the bands, why it was chosen, where it comes from."""
    main = detail.agreement.main
    with st.container(border=True, key="headline"):
        left, right = st.columns([1, 1.9], gap="medium", vertical_alignment="center")
        with left:
            st.metric(title_of(main.name), coefficient(main.value, DECIMALS), help=explained(main.name))
            st.markdown(verdict_in_words(detail, view), help=bands_in_words(view))
        with right:
            chart(headline(detail, view.palette, bands_of(view.settings.bands)), key="ruler")
        for paragraph in explanation(detail):
            st.markdown(escaped(paragraph))
        number_footer(main, detail.provenance, view, key="headline")


def verdict_in_words(detail: AgreementDetail, view: View) -> str:
    """Return the interval and the verdict as Markdown made of escaped parts."""
    main, bands = detail.agreement.main, view.settings.bands
    if not main.defined:
        return f"**Not defined here:** {escaped(main.undefined)}."
    words = [f"{percent(main.confidence)} interval **{interval(main.low, main.high, DECIMALS)}**."]
    if detail.verdict is None:
        words.append("Without a standard error there is no verdict.")
    else:
        names = [b.name for b in bands]
        place = names.index(detail.verdict)
        if place:
            why = f"with at least 95\u00a0% probability it is {coefficient(bands[place].low)} or higher"
        else:
            why = f"one cannot be 95\u00a0% sure that it reaches {coefficient(bands[1].low)}" if len(bands) > 1 else ""
        words.append(f"**{escaped(detail.verdict)}**{': ' if why else ''}{why}.")
    n, least = detail.agreement.n_items_paired, view.settings.minimum_items
    if n < least:
        words.append(
            f"**Too few to rely on**: {plural(n, 'item')} judged twice; a coefficient asks for {count(least)}."
        )
    elif detail.provisional:
        words.append(
            f"Provisional: {count(n)} items judged twice, fewer than {count(view.settings.provisional_below)}."
        )
    if detail.target is not None:
        reached = "reached" if main.value >= detail.target else "missed"
        words.append(f"Target {coefficient(detail.target)}: {reached}.")
    return " ".join(words)


def bands_in_words(view: View) -> str:
    """Return what the bands are, where they come from and by which rule they are given, as Markdown."""
    bands = view.settings.bands
    ends = [coefficient(b.low) for b in bands[1:]] + ["1"]
    named = ", ".join(
        f"{escaped(b.name)} from {coefficient(b.low)} to {end}" for b, end in zip(bands, ends, strict=True)
    )
    source = escaped(view.settings.bands_source)
    return f"{explained('verdict_band')}\n\nBands: {named} ({source}; the settings hold them)."


def source_line(source: Provenance, method: str, *more: str) -> None:
    """Print under a section's numbers: method, support, what was left out, filters, snapshot."""
    kept = {k: v for k, v in source.filters.to_dict().items() if k not in ("projects", "criteria")}
    words = [
        method,
        f"{plural(source.n_judgments, 'judgment')}, {plural(source.n_items_paired, 'item')} judged twice",
        *more,
    ]
    if source.left_out:
        words.append(f"{count(sum(source.left_out.values()))} judgments left out, see above")
    words.append(
        "filters: "
        + ("none" if not kept else "; ".join(f"{k.replace('_', ' ')} {_listed(v)}" for k, v in kept.items()))
    )
    words.append(f"snapshot {source.snapshot_id}")
    st.caption(" · ".join(escaped(w) for w in words))


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


TRAINERS_WEIGH = 2.5
"""Where the two-way interval is so many times as wide as the one for this team, the page says so."""


def trainers_weigh(detail: AgreementDetail) -> bool:
    """Return True where the uncertainty is mostly about who judged."""
    main, team = detail.agreement.main, detail.this_team
    if team is None or not team.defined or not main.defined:
        return False
    return main.high - main.low > TRAINERS_WEIGH * (team.high - team.low)


def explanation(detail: AgreementDetail) -> list[str]:
    """Return in words what makes the number what it is, and why this coefficient stands first."""
    said = []
    if detail.explanation is not None:
        said.append(" ".join(detail.explanation.sentences))
    elif detail.agreement.level == "text" and detail.agreement.main.defined:
        main = detail.agreement.main
        said.append(
            f"Two rewrites of one item are {percent(main.observed)} apart on average, any two rewrites "
            f"{percent(main.expected)} (0: the same words; 100\u00a0%: none in common). Alpha, "
            f"{coefficient(main.value)}, is how far trainers get from any two rewrites "
            "to identical ones. Other words with the same meaning count as apart. The interval speaks for other items "
            "and this team, whatever is chosen above."
        )
    team = detail.this_team
    if team is not None and trainers_weigh(detail):
        said.append(
            f"Most of the uncertainty is about the trainers: for this very team the interval would be "
            f"{interval(team.low, team.high, DECIMALS)}. Few people carry much of the work, or differ; see under Who "
            "with whom what agreement would be without each of them."
        )
    reason = detail.agreement.headline_reason.strip().rstrip(".")
    said.append(f"{title_of(detail.agreement.headline)} stands first: {reason[:1].lower()}{reason[1:]}.")
    if detail.agreement.inferred:
        said.append(
            f"The scale was guessed from the labels seen ({detail.agreement.level}). Declare it, and the coefficient "
            "rests on no guess."
        )
    return said


def number_footer(found: Coefficient, source: Provenance, view: View, key: str) -> None:
    """Print under a number where it comes from: support, what was left out, method, and the command that prints it."""
    words = [
        f"{plural(source.n_judgments, 'judgment')} by {plural(source.n_trainers, 'trainer')} on "
        f"{plural(source.n_items, 'item')}",
        f"{plural(source.n_items_paired, 'item')} judged twice or more",
    ]
    left_out = {LEFT_OUT_WORDS.get(k, k): n for k, n in source.left_out.items() if n}
    if left_out:
        words.append("left out: " + ", ".join(f"{count(n)} {escaped(why)}" for why, n in left_out.items()))
    st.caption(" · ".join(words))
    with st.container(horizontal=True, gap="small", key=f"{key}_footer"):
        with st.popover("How it was made", icon=":material/receipt_long:", type="tertiary", key=f"{key}_made"):
            how_it_was_made(found, source)
        with st.popover("Copy as command", icon=":material/terminal:", type="tertiary", key=f"{key}_command"):
            st.caption("Prints this number in a terminal, to the last digit; --json prints all of them in full:")
            st.code(command(view, source.filters, source.interval), language="bash", wrap_lines=True)
        link = address("methods", view.scope.role, find=found.name)
        if link:
            st.link_button("What it means", link, icon=":material/menu_book:", type="tertiary")


def how_it_was_made(found: Coefficient, source: Provenance) -> None:
    """Print method, parts, filters and snapshot of one number."""
    rows = {
        "Coefficient": f"{title_of(found.name)} ({found.name})",
        "Value": repr(found.value) if found.defined else f"undefined: {found.undefined}",
        "Interval": f"{found.low!r} to {found.high!r}" if found.defined else "none",
        "Interval method": found.interval_method,
        "Observed, expected": f"{coefficient(found.observed, 4)}, {coefficient(found.expected, 4)}",
        "Filters": "; ".join(f"{k}: {v}" for k, v in source.filters.to_dict().items()),
        "Snapshot": source.snapshot_id,
    }
    for name, value in rows.items():
        st.caption(name)
        st.text(value)


def command(view: View, filters: Filters, interval: Interval = "two-way", name: str = "agreement") -> str:
    """Return the command line that prints the numbers of a selection, by default its coefficients."""
    words = ["python", "-m", "analytics", name, "--store", str(view.settings.store), *filters.to_arguments()]
    if name == "agreement" and interval != "two-way":
        words += ["--interval", interval]
    return shlex.join(words)


def other_coefficients(detail: AgreementDetail, view: View) -> None:
    """Draw all coefficients of the level, one click away: drawn only when opened."""
    n = len(detail.agreement.coefficients)
    if n < 2:
        return
    with st.expander(f"All {n} coefficients of this scale", key="all_coefficients", on_change="rerun") as more:
        if not more.open:
            return
        st.caption(
            "Coefficients answer different questions and are not comparable with one another: each has its own chance."
        )
        left, right = st.columns([1, 1.15], gap="small")
        with left:
            chart(all_coefficients(detail.agreement.coefficients, view.palette), key="coefficients")
        with right:
            _coefficient_table(detail)


def _coefficient_table(detail: AgreementDetail) -> None:
    found = detail.agreement.coefficients
    also = set(detail.agreement.also)
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "coefficient": [title_of(c.name) for c in found],
                "value": [c.value if c.defined else None for c in found],
                "interval": [interval(c.low, c.high, DECIMALS) if c.defined else "" for c in found],
                "why": [
                    str(c.undefined) if not c.defined else _role(c.name, detail.agreement.headline, also) for c in found
                ],
                "observed": [c.observed for c in found],
                "expected": [c.expected for c in found],
                "method": [c.interval_method for c in found],
                "name": [c.name for c in found],
            }
        ),
        key="coefficient_table",
        alt="All coefficients with their intervals, observed and expected parts",
        download="coefficients",
        columns={
            "coefficient": column.TextColumn("Coefficient", pinned=True, width=200),
            "value": column.NumberColumn("Value", format=f"%.{DECIMALS}f", width=75),
            "interval": column.TextColumn("Interval", width=130),
            "why": column.TextColumn("", width=160),
            "observed": column.NumberColumn("Observed", format="%.3f", width=85),
            "expected": column.NumberColumn("By chance", format="%.3f", width=85),
            "method": column.TextColumn("Interval method", width=240),
            "name": column.TextColumn("In --json", width=180),
        },
    )


def _role(name: str, main: str, also: set[str]) -> str:
    if name == main:
        return "headline"
    return "read beside it" if name in also else ""


def section_of(names: tuple[str, ...]) -> str:
    """Draw the switch between the page's sections, in the address; only the chosen one is computed."""
    state.settle("section", names)
    picked = st.segmented_control(
        "Section",
        list(names),
        default=names[0],
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
    return str(picked)
