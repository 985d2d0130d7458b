"""When: agreement week by week, with the versions of the guideline."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import interval
from analytics.figures.agreement import title_of, weekly
from analytics.reports.agreement_detail import AgreementDetail
from analytics.reports.agreement_trend import agreement_trend_report
from analytics.ui.agreement import DECIMALS, Chosen
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
            return
        chart(weekly(report, view.palette, detail.target), key="weekly")
        guessed = [v.name for v in report.versions if not v.declared]
        note = f" The start of {escaped(', '.join(guessed))} is its first judgment." if guessed else ""
        st.caption("Pairs of judgments made in the same week. Dotted: a version of the guideline takes effect." + note)
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
