"""One trainer, closer: profile over criteria, confusion, weeks, every figure with its interval."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.metrics import REGISTRY
from analytics.core.numerals import count, interval
from analytics.figures.cells import alt_of
from analytics.figures.trainers import PROFILE, confusion, profile, timeline
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.trainer_row import TrainerRow
from analytics.reports.trainers import TrainersReport
from analytics.ui.chart import chart
from analytics.ui.item import item_list
from analytics.ui.page import View, card, cards, empty
from analytics.ui.tables import table
from analytics.ui.text import escaped


def one_trainer(report: TrainersReport, row: TrainerRow, view: View) -> None:
    """Draw one trainer: what is known on every criterion, then one criterion closely."""
    st.markdown(f"### {escaped(row.display_name)}")
    names = [name for name in PROFILE if any(name in figures for figures in row.criteria.values())]
    with card("Profile", stretch=False):
        chosen = st.segmented_control(
            "Figure", names, default=names[0], format_func=lambda name: REGISTRY[name].title, key="trainer_figure",
            required=True, label_visibility="collapsed",
        )  # fmt: skip
        st.caption(REGISTRY[chosen or names[0]].plain)
        chart(profile(row, chosen or names[0], view.palette), key="trainer_profile")
    criterion = st.selectbox("Criterion", list(row.criteria), key="trainer_criterion")
    if criterion is None or criterion not in row.criteria:
        return
    with cards(2):
        with card("What was said, where the others said each label"):
            _confusion(report, row, criterion, view)
        with card("Week by week"):
            figure = timeline(report, row, criterion, view.palette)
            if figure is None:
                empty("Fewer than two weeks with five judgments that can be compared.")
            else:
                chart(figure, key="trainer_weeks")
    with card("Their items", help="Those on which people agree least come first.", stretch=False):
        found = report.views[criterion]
        item_list(
            view, project=found.project, criterion=found.criterion,
            choice=ItemChoice(trainer_a=row.code),
        )  # fmt: skip
    with card("Every figure", stretch=False):
        _figures(row, criterion)
        st.caption(report.views[criterion].model_note)
        alarm = report.views[criterion].alarms.get(row.index)
        if alarm is not None:
            st.caption(
                f"The daily alarm for a fall has rung ({count(min(alarm, 1e9))} against 1 000): while nothing changes "
                "it rings by mistake at most once in 1 000 judgments on average. By itself it is no flag."
            )


def _confusion(report: TrainersReport, row: TrainerRow, criterion: str, view: View) -> None:
    if len(report.views[criterion].labels) > 12:
        empty("More than twelve labels: the table would not be readable.")
        return
    spec = confusion(report, row, criterion, view.palette)
    if spec is None:
        empty("Nobody else judged this trainer's items on this criterion.")
        return
    st.vega_lite_chart(spec, key="trainer_confusion", theme=None, alt=alt_of(spec))
    st.caption("Rows sum to 100 %; where several others judged, each counts its part.")


def _figures(row: TrainerRow, criterion: str) -> None:
    figures = row.criteria[criterion]
    names = [name for name in figures if name in REGISTRY]
    frame = pd.DataFrame(
        {
            "figure": [REGISTRY[name].title for name in names],
            "value": [figures[name].value if figures[name].defined else None for name in names],
            "interval": [
                interval(figures[name].low, figures[name].high)
                if figures[name].defined and figures[name].low == figures[name].low
                else (figures[name].undefined or "")
                for name in names
            ],
            "n": [figures[name].n_judgments for name in names],
            "meaning": [REGISTRY[name].plain for name in names],
        }
    )
    column = st.column_config
    table(
        frame, key="trainer_figures", alt=f"Every figure of this trainer on {criterion}", download="trainer", columns={
            "figure": column.TextColumn("Figure", width=220),
            "value": column.NumberColumn("Value", format="%.3f", width=80),
            "interval": column.TextColumn("95 % interval, or why there is none", width=210),
            "n": column.NumberColumn("Rests on", format="localized", width=80),
            "meaning": column.TextColumn("In words", width=520),
        },
    )  # fmt: skip
