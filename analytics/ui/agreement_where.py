"""Where: agreement slice by slice, each tested against the rest."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.filters import Filters
from analytics.core.numerals import count, interval, percent, plural
from analytics.figures.agreement import MOST_SLICES, ONE_LABEL_SHARE, slices, title_of
from analytics.reports.agreement_detail import AgreementDetail
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.agreement_slices import (
    AgreementSlices,
    SliceAgreement,
    agreement_slices_report,
    slice_attributes,
)
from analytics.ui import state
from analytics.ui.agreement import DECIMALS, Chosen, source_line
from analytics.ui.cells import mark_chart
from analytics.ui.drill import drill, drilled, row_chosen
from analytics.ui.page import View, card, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

AS_FILTER = {
    "topic": "topics",
    "language": "languages",
    "guideline_version": "guideline_versions",
    "batch": "batches",
}
"""Attribute -> the filter that selects one of its values."""


def where(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    """Draw agreement slice by slice, each tested against the rest."""
    attributes = view.report(slice_attributes, project=chosen.project, criterion=chosen.criterion)
    if not attributes:
        empty(
            "The items of this criterion carry no topic, language, section or other attribute with two values. "
            "Import an items table to see where people disagree.",
            border=True,
        )
        return
    titles = {a.title: a.name for a in attributes}
    names = {title_of(c.name): c.name for c in detail.agreement.coefficients}
    main = title_of(detail.agreement.headline)
    state.settle("by", titles)
    state.settle("measure", names)
    left, right = st.columns([1, 1], gap="small")
    with left:
        by = st.selectbox("Slices by", list(titles), key="by", bind="query-params")
    with right:
        measure = st.selectbox(
            "Measured by", list(names), index=list(names).index(main), key="measure", bind="query-params"
        )
    with st.spinner("Comparing slices", show_time=True):
        report = view.report(
            agreement_slices_report,
            project=chosen.project,
            criterion=chosen.criterion,
            attribute=titles[by],
            coefficient=names[measure],
            interval=chosen.interval,
        )
    with card(slices_title(report), help=explained(report.coefficient), stretch=False):
        if report.undefined:
            empty(report.undefined)
            _thin(report, view)
            return
        mark_chart(slices(report, view.palette), key="slices", on_click=lambda v: _sliced(report, chosen, v))
        _slice_notes(report, view)
        source_line(report.provenance, report.whole.interval_method, "test: items alone, this team")
    drilled(view, chosen, "Where")
    with card("The same as a table", help="Choose a row to list the items of the slice.", stretch=False):
        _slice_table(report, chosen)


def slices_title(report: AgreementSlices) -> str:
    """Return the answer where there is one: which slices depart from the rest."""
    title = report.attribute.title.lower()
    low = [s for s in report.slices if s.departs and s.difference.value < 0 and s.largest_share < ONE_LABEL_SHARE]
    if report.undefined:
        return f"Agreement by {escaped(title)}"
    uniform = sum(s.largest_share >= ONE_LABEL_SHARE for s in report.slices)
    if not low and 2 * uniform > len(report.slices):
        return f"Within a {escaped(title)} labels hardly vary: measure by percent agreement"
    if not low:
        return f"No {escaped(title)} agrees less than the rest"
    named = ", ".join(escaped(s.value) for s in low[:3])
    more = f" and {count(len(low) - 3)} more" if len(low) > 3 else ""
    return f"Less agreement than elsewhere: {named}{more}"


def _sliced(report: AgreementSlices, chosen: Chosen, value: str) -> None:
    for s in report.slices:
        if s.value == value:
            words = f"Items of {report.attribute.title.lower()} {value}"
            choice = ItemChoice(attribute=report.attribute.name, values=s.values)
            drill(chosen, "Where", words, choice, narrowed=narrowed(report, s))


def narrowed(report: AgreementSlices, one: SliceAgreement) -> Filters | None:
    """Return the filters that select exactly the slice, None where there is no filter for the attribute."""
    if report.attribute.name not in AS_FILTER:
        return None
    return report.provenance.filters.replace(**{AS_FILTER[report.attribute.name]: one.values})


def _slice_notes(report: AgreementSlices, view: View) -> None:
    words = [
        f"Coloured: differs from all other slices together, with at most {percent(report.false_discovery)} false "
        "discoveries among those named (Benjamini and Hochberg). Click a mark to list its items."
    ]
    if any(s.largest_share >= ONE_LABEL_SHARE for s in report.slices):
        words.append(
            "“One label”: nearly all judgments of the slice carry the same label, so a chance-corrected coefficient "
            "has nothing to go by; look at percent agreement there."
        )
    if len(report.slices) > MOST_SLICES:
        words.append(f"The {MOST_SLICES} lowest of {count(len(report.slices))} slices; the table has all.")
    if report.binned:
        words.append("A number, cut into ranges of about as many items each.")
    if report.overlapping:
        words.append("An item that shows two models counts in both.")
    if report.n_items_without:
        title, n = escaped(report.attribute.title.lower()), plural(report.n_items_without, "item")
        words.append(f"Left out: {n} without a {title}, or split over several.")
    st.caption(" ".join(words))
    _thin(report, view)


def _thin(report: AgreementSlices, view: View) -> None:
    if report.thin:
        named = ", ".join(f"{escaped(v)} ({count(n)})" for v, n in report.thin[:6])
        more = f" and {count(len(report.thin) - 6)} more" if len(report.thin) > 6 else ""
        st.caption(
            f"Fewer than {count(view.settings.minimum_items)} items judged twice, so no coefficient: {named}{more}."
        )


def _departs(s: SliceAgreement) -> str:
    if s.largest_share >= ONE_LABEL_SHARE:
        return "one label"
    return "yes" if s.departs else "no"


def _slice_table(report: AgreementSlices, chosen: Chosen) -> None:
    found = report.slices
    labelled = any(s.largest_label for s in found)
    column = st.column_config
    row = table(
        pd.DataFrame(
            {
                "slice": [s.value for s in found],
                "value": [s.coefficient.value for s in found],
                "interval": [
                    interval(s.coefficient.low, s.coefficient.high, DECIMALS)
                    if s.coefficient.defined
                    else str(s.coefficient.undefined)
                    for s in found
                ],
                "difference": [s.difference.value for s in found],
                "difference_interval": [interval(s.difference.low, s.difference.high) for s in found],
                "q": [s.q_value for s in found],
                "departs": [_departs(s) for s in found],
                "n_items_paired": [s.n_items_paired for s in found],
                "n_judgments": [s.n_judgments for s in found],
                "n_trainers": [s.n_trainers for s in found],
                "largest": [f"{percent(s.largest_share)} {s.largest_label}" for s in found],
            }
        ),
        key="slice_table",
        alt="Agreement by slice with the test against all other slices",
        height=min(38 * (len(found) + 1) + 4, 430),
        download="slices",
        choose=True,
        columns={
            "slice": column.TextColumn(report.attribute.title, pinned=True, width=150),
            "value": column.NumberColumn(title_of(report.coefficient), format=f"%.{DECIMALS}f", width=150),
            "interval": column.TextColumn("Interval", width=130),
            "difference": column.NumberColumn(
                "Against the rest", format="%+.3f", width=115, help=explained("slice_difference")
            ),
            "difference_interval": column.TextColumn("Interval ", width=110),
            "q": column.NumberColumn(
                "q", format="%.3f", width=70, help="Smallest share of false discoveries at which it is listed."
            ),
            "departs": column.TextColumn("Departs", width=75),
            "n_items_paired": column.NumberColumn("Items judged twice", format="localized", width=130),
            "n_judgments": column.NumberColumn("Judgments", format="localized", width=90),
            "n_trainers": column.NumberColumn("Trainers", format="localized", width=80),
            **({"largest": column.TextColumn("Most frequent label", width=150)} if labelled else {}),
        },
    )
    if row is not None and row_chosen("slice_table", row):
        _sliced(report, chosen, found[row].value)
        st.rerun()
