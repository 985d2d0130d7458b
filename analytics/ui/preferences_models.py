"""Preferences: response models compared, and whose choices follow the crowd's."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.figures.preference_models import (
    difference_rows,
    meetings,
    model_names,
    places_in_words,
    reliabilities,
    strengths,
    win_rates,
)
from analytics.reports.preferences_models import ModelsReport, models_report
from analytics.reports.preferences_pairs import PairChoice
from analytics.ui.cells import cell_chart
from analytics.ui.chart import chart
from analytics.ui.page import View, card, cards, empty, explained, stack
from analytics.ui.preferences import Picked
from analytics.ui.preferences_pairs import listed, show_pairs
from analytics.ui.tables import table
from analytics.ui.text import escaped

PART = "Response models"


def response_models(view: View, picked: Picked) -> None:
    """Draw win rates, strengths, who met whom, and reliability per trainer."""
    with st.spinner("Comparing response models", show_time=True):
        report = view.report(models_report, project=picked.project, criterion=picked.criterion)
    if report.undefined or report.strengths is None:
        empty(
            f"Models cannot be compared: {report.undefined}. Import an items table whose responses name their model.",
            border=True,
        )
        return
    st.caption(
        f"{plural(report.n_judgments, 'judgment')} on {plural(report.n_items, 'pair')} by "
        f"{plural(report.n_trainers, 'trainer')}."
        + (f" Left out: {plural(report.n_without_models, 'judgment')} on pairs that do not name two different models."
           if report.n_without_models else "")
    )  # fmt: skip
    if report.strengths.undefined:
        with st.container(border=True):
            st.markdown(f":material/link_off: **Not on one scale.** {escaped(report.strengths.undefined)}")
    with cards():
        with card("How often each model wins", help=explained("win_rate")):
            chart(win_rates(report.models, report.win_rates, view.palette), key="win_rates")
        with card("How strong each model is", help=explained("log_strength")):
            chart(strengths(report.models, report.strengths, report.differences, view.palette), key="strengths")
            _places(report)
    with cards():
        with card("Who is preferred to whom", help=explained("win_rate")):
            cell_chart(meetings(report, view.palette), key="meetings", on_click=lambda a, b: _met(report, picked, a, b))
            st.caption("Share of judgments with ties a half; below it, judgments. Click a cell to list its pairs.")
        with stack(), card("Differences that hold all at once", stretch=False):
            _differences(report)
    listed(view, picked, PART)
    with card("Whose choices follow these strengths", help=explained("crowd_bt_reliability"), stretch=False):
        _reliability(report, view)


def _met(report: ModelsReport, picked: Picked, row: str, column: str) -> None:
    names = model_names(report)
    if row in names and column in names and row != column:
        a, b = names[row], names[column]
        choice = PairChoice(model_a=a, model_b=b)
        show_pairs(picked, PART, f"Pairs of {a} and {b}, the closest votes first", choice)


def _places(report: ModelsReport) -> None:
    if report.differences is None or report.strengths is None or report.strengths.undefined:
        return
    said = "; ".join(f"{escaped(name)} {place}" for name, place in places_in_words(report.models, report.differences))
    st.caption(f"Places that all hold at once with 95\u00a0% confidence: {said}.")
    if report.ties is not None and report.ties.nu.defined:
        share = report.ties.nu.value / (2 + report.ties.nu.value)
        st.caption(
            f"Ties: between equally strong models {percent(share)} (Davidson's nu {coefficient(report.ties.nu.value)}, "
            f"{interval(report.ties.nu.low, report.ties.nu.high)})."
        )


def _differences(report: ModelsReport) -> None:
    rows = difference_rows(report)
    if not rows:
        empty("No two models are on one scale.")
        return
    column = st.column_config
    table(
        pd.DataFrame(rows),
        key="differences",
        alt="Differences of strengths with intervals that hold all at once",
        height=min(38 * (len(rows) + 1) + 4, 430),
        download="model_differences",
        columns={
            "better": column.TextColumn("Model", width=90),
            "worse": column.TextColumn("over", width=90),
            "odds": column.NumberColumn("Preferred", format="percent", width=75),
            "difference": column.NumberColumn("Log odds", format="%.2f", width=70),
            "interval": column.TextColumn("Interval", width=100),
            "real": column.TextColumn("", width=95),
        },
    )


def _reliability(report: ModelsReport, view: View) -> None:
    crowd = report.crowd
    if crowd is None or not report.reliabilities:
        empty("Nobody took a side between two models.")
        return
    chart(reliabilities(report, view.palette), key="reliabilities")
    flagged = [r.name for r in report.reliabilities if r.p_unreliable >= 0.95]
    words = [
        f"Crowd-BT: the chance that a choice follows the strengths all trainers agree on. Triangles: at least "
        f"95\u00a0% sure to be below {coefficient(crowd.threshold)}. A taste of one's own looks the same: look at the "
        "pairs first."
    ]
    if not crowd.converged:
        words.append("The fit did not converge; do not read single trainers.")
    words.append(f"{count(len(flagged))} of {count(len(report.reliabilities))} stand out.")
    st.caption(" ".join(words))
