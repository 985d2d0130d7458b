"""When: agreement week by week, with the versions of the guideline."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, interval, percent, plural, signed
from analytics.figures.agreement import changes, title_of, weekly
from analytics.reports.agreement_changes import AgreementChange, AgreementChanges, agreement_changes_report
from analytics.reports.agreement_detail import AgreementDetail
from analytics.reports.agreement_trend import agreement_trend_report
from analytics.ui.agreement import DECIMALS, Chosen, source_line
from analytics.ui.chart import chart
from analytics.ui.page import View, card, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped


def when(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    """Draw agreement week by week, with the versions of the guideline."""
    with st.spinner("Measuring week by week", show_time=True):
        report = view.report(
            agreement_trend_report, project=chosen.project, criterion=chosen.criterion, interval=chosen.interval
        )
    with card(
        f"{escaped(title_of(report.coefficient))} week by week", help=explained(report.coefficient), stretch=False
    ):
        if report.undefined:
            empty(report.undefined)
        else:
            chart(weekly(report, view.palette, detail.target), key="weekly")
            guessed = [v.name for v in report.versions if not v.declared]
            note = f" The start of {escaped(', '.join(guessed))} is its first judgment." if guessed else ""
            st.caption(
                "Pairs of judgments made in the same week. Dotted: a version of the guideline takes effect." + note
            )
            source_line(report.provenance, report.whole.interval_method)
    changes_card(view, chosen)
    if report.undefined:
        return
    with card("The same as a table", stretch=False):
        column = st.column_config
        table(
            pd.DataFrame(
                {
                    "week": [w.start for w in reversed(report.weeks)],
                    "value": [w.value for w in reversed(report.weeks)],
                    "interval": [interval(w.low, w.high, DECIMALS) for w in reversed(report.weeks)],
                    "n_items_paired": [w.n_items_paired for w in reversed(report.weeks)],
                    "n_judgments": [w.n_judgments for w in reversed(report.weeks)],
                }
            ),
            key="weeks",
            alt="Agreement week by week, the newest first",
            height=min(38 * (len(report.weeks) + 1) + 4, 360),
            download="weeks",
            columns={
                "week": column.DateColumn("Week from", format="D MMM YYYY", width=120),
                "value": column.NumberColumn(title_of(report.coefficient), format=f"%.{DECIMALS}f", width=170),
                "interval": column.TextColumn("Interval", width=130),
                "n_items_paired": column.NumberColumn("Items judged twice", format="localized", width=140),
                "n_judgments": column.NumberColumn("Judgments", format="localized", width=100),
            },
        )


def changes_card(view: View, chosen: Chosen) -> None:
    """Draw how agreement changed from period to period and from version to version, with a test of each change."""
    with st.spinner("Comparing before and after", show_time=True):
        report = view.report(
            agreement_changes_report, project=chosen.project, criterion=chosen.criterion, interval=chosen.interval
        )
    with card(changes_title(report), help=explained("agreement_change"), stretch=False):
        if report.undefined:
            empty(report.undefined)
            return
        chart(changes(report, view.palette), key="changes")
        for c in report.changes:
            st.markdown(change_in_words(c))
        st.caption(
            f"Coloured: more than noise, with at most {percent(report.false_discovery)} false discoveries among those "
            "named (Benjamini and Hochberg). Items differ before and after unless the same items are named."
        )
        source_line(report.provenance, report.changes[0].change.interval_method)


def changes_title(report: AgreementChanges) -> str:
    """Return the answer where there is one."""
    for c in report.changes:
        if c.real:
            verb = "rose" if c.change.value > 0 else "fell"
            return f"Agreement {verb}: {escaped(c.after)} against {escaped(c.before)}"
    return "Before and after" if report.undefined else "Nothing changed beyond noise"


def change_in_words(c: AgreementChange) -> str:
    """Return one change as Markdown: from, to, by how much, and on the same items."""
    if not c.change.defined:
        return f"{escaped(c.after)} against {escaped(c.before)}: cannot be told, {escaped(c.change.undefined)}."
    words = (
        f"**{escaped(c.after)}** against {escaped(c.before)}: from {coefficient(c.was.value, DECIMALS)} to "
        f"{coefficient(c.now.value, DECIMALS)}, {signed(c.change.value, DECIMALS)} "
        f"({interval(c.change.low, c.change.high, DECIMALS)}), "
        f"{'more than noise' if c.real else 'which noise explains'}."
    )
    same = c.same_items
    if same is None:
        return f"{words} Too few items were judged twice on both sides to compare the same items ({c.n_same_items})."
    if not same.defined:
        return f"{words} On the same items it cannot be told: {escaped(same.undefined)}."
    return (
        f"{words} On the {plural(c.n_same_items, 'item')} that both sides judged: {signed(same.value, DECIMALS)} "
        f"({interval(same.low, same.high, DECIMALS)}), for this team."
    )
