"""Check and download: the numbers once more by other people's code, and the rows they were computed from."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, plural
from analytics.figures.agreement import title_of
from analytics.reports.agreement_detail import AgreementDetail
from analytics.reports.downloads import MOST_ROWS, coefficient_rows
from analytics.ui import state
from analytics.ui.agreement import Chosen, command
from analytics.ui.page import View, card
from analytics.ui.tables import parquet, safe_csv, table

MOST_CHECKED = 300_000
"""Judgments that are checked on the page; the command has no limit."""
MOST_IN_CSV = 500_000


def check(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    """Offer the check against independent packages and the rows behind the number."""
    with card("Is the number right?", stretch=False):
        _verify(detail, view, chosen)
    with card("Compute it yourself", stretch=False):
        _rows(detail, view, chosen)


def _verify(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    st.markdown(
        "Reads the raw judgments again, applies the filters in plain Python, and recomputes counts and coefficients "
        "with the krippendorff and scikit-learn packages and loops over the definitions: no code in common with this "
        "page. Intervals are not compared: nobody else computes them."
    )
    st.code(command(view, detail.provenance.filters, name="verify"), language="bash", wrap_lines=True)
    if detail.agreement.n_judgments > MOST_CHECKED:
        st.caption(f"More than {count(MOST_CHECKED)} judgments: run it in a terminal.")
        return
    asked = (chosen.project, chosen.criterion, view.filters, detail.provenance.snapshot_id)
    st.button(
        "Check these numbers",
        icon=":material/verified:",
        key="verify",
        on_click=state.remember,
        args=("_verified", asked),
    )
    if state.recall("_verified") != asked:
        return
    with st.spinner("Recomputing from raw rows", show_time=True):
        from analytics.reports.verification import verified_criterion  # its packages take a second to import

        report = view.report(verified_criterion, project=chosen.project, criterion=chosen.criterion)
    wrong = [c for c in report.checks if not c.equal]
    if report.equal:
        compared = plural(len(report.checks), "number")
        st.markdown(f":material/check_circle: **{compared} equal**, to within {report.largest_difference:.0e}.")
    else:
        st.markdown(f":material/error: **{plural(len(wrong), 'number')} of {count(len(report.checks))} differ.**")
    if report.not_checked:
        names = ", ".join(title_of(n) for _, _, n in report.not_checked)
        st.caption(f"Without an independent implementation, not compared: {names}.")
    column = st.column_config
    shown = sorted(report.checks, key=lambda c: (c.equal, c.number.startswith(("n_", "left out"))))
    table(
        pd.DataFrame(
            {
                "number": [c.number for c in shown],
                "shown": [_written(c.shown) for c in shown],
                "recomputed": [_written(c.recomputed) for c in shown],
                "difference": ["none" if math.isnan(c.difference) else f"{c.difference:.1e}" for c in shown],
                "equal": ["equal" if c.equal else "differs" for c in shown],
                "oracle": [c.oracle for c in shown],
            }
        ),
        key="checks",
        alt="Numbers as shown and as recomputed",
        height=300,
        download="verified",
        columns={
            "number": column.TextColumn("Number", pinned=True, width=230),
            "equal": column.TextColumn("", width=80),
            "shown": column.TextColumn("Shown", width=190),
            "recomputed": column.TextColumn("Recomputed", width=190),
            "difference": column.TextColumn("Difference", width=100),
            "oracle": column.TextColumn("By", width=140),
        },
    )


def _written(value: float) -> str:
    """Return a number with all its digits, a count as a whole number."""
    if math.isnan(value):
        return "undefined"
    return count(value) if value == int(value) and abs(value) > 1 else repr(value)


def _rows(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    n = detail.agreement.n_judgments
    st.markdown(
        f"The {plural(n, 'judgment')} that the coefficients were computed from: item, guideline version, trainer, "
        "label, time, batch, and where each came from."
    )
    if n > MOST_ROWS:
        st.caption(f"The first {count(MOST_ROWS)}; the store's own Parquet files have all.")
    name = f"judgments_{detail.provenance.snapshot_id}"

    def frame() -> pd.DataFrame:
        return coefficient_rows(
            view.engine, view.scope, view.filters, project=chosen.project, criterion=chosen.criterion
        )

    with st.container(horizontal=True, gap="small"):
        if n <= MOST_IN_CSV:
            st.download_button(
                "CSV",
                data=lambda: safe_csv(frame()),
                file_name=f"{name}.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key="rows_csv",
            )
        st.download_button(
            "Parquet",
            data=lambda: parquet(frame()),
            file_name=f"{name}.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
            icon=":material/download:",
            key="rows_parquet",
        )
    st.caption("All coefficients with their intervals, as one JSON document:")
    st.code(
        f"{command(view, detail.provenance.filters, detail.provenance.interval)} --json",
        language="bash",
        wrap_lines=True,
    )
