"""One trainer, closer: what is known on every criterion, then one criterion, section by section as it is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from analytics.core.metrics import REGISTRY
from analytics.core.numerals import interval, plural
from analytics.figures.trainers import PROFILE, profile
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.trainer_row import TrainerRow
from analytics.reports.trainers import TrainersReport, flag_title
from analytics.ui import state
from analytics.ui.chart import chart
from analytics.ui.drill import row_chosen
from analytics.ui.item import item_list
from analytics.ui.page import View, card
from analytics.ui.people import person_picker
from analytics.ui.tables import table
from analytics.ui.text import escaped
from analytics.ui.trainer_answers import against_gold, against_peers, scale_use
from analytics.ui.trainer_profile import Looked
from analytics.ui.trainer_texts import examples, preferences, rationales, refusals_and_skips
from analytics.ui.trainer_work import confidence, over_time, pace_and_sessions
from analytics.ui.trainers import flag_card

ALL_CRITERIA = "All criteria"
SECTIONS: dict[str, Callable[[Looked], None]] = {
    "Against gold": against_gold,
    "Against peers": against_peers,
    "Use of the scale": scale_use,
    "Confidence": confidence,
    "Pace and sessions": pace_and_sessions,
    "Over time": over_time,
    "Preferences": preferences,
    "Refusals and skips": refusals_and_skips,
    "Rationales": rationales,
    "Examples": examples,
}
SUITED: dict[str, Callable[[tuple[str, ...]], bool]] = {
    "Preferences": lambda labels: labels == ("A", "tie", "B"),
    "Refusals and skips": lambda labels: "refuse" in labels,
}
OVER_ALL = ("Rationales",)
"""Sections about all criteria together."""
LOOK = "look"
NEXT = "_look_next"
"""Whom to look at from the next run on: a picker that was drawn cannot be set any more."""


def looked_at(report: TrainersReport) -> TrainerRow | None:
    """Draw the picker of one trainer, in the address; return whom it shows, None for the whole team."""
    asked = state.take(NEXT)
    if asked is not None:
        state.remember(LOOK, asked)
    picked = person_picker(
        "Look closer at one trainer",
        [(row.trainer_id, row.display_name) for row in report.trainers],
        name=LOOK,
        placeholder="The whole team: choose somebody here, or a row of the table",
        empty=True,
    )
    return next((row for row in report.trainers if row.trainer_id == picked), None)


def look_closer(report: TrainersReport, chosen: int | None) -> None:
    """Open the profile of a row that was newly chosen in the team's table."""
    if chosen is not None and row_chosen(LOOK, chosen):
        state.remember(NEXT, report.trainers[chosen].trainer_id)
        st.rerun()


def _back() -> None:
    state.remember(LOOK, None)
    state.remember(f"{LOOK}_last_row", None)


def one_trainer(report: TrainersReport, row: TrainerRow, view: View) -> None:
    """Draw one trainer: a section over all criteria, or one section of one criterion; only that one is computed."""
    st.button("Back to the team", icon=":material/arrow_back:", type="tertiary", key="back", on_click=_back)
    st.markdown(f"## {escaped(row.display_name)}")
    st.caption(_who(row))
    names = (ALL_CRITERIA, *SECTIONS)
    state.settle("part", names)
    section = st.segmented_control(
        "Section", list(names), default=names[0], required=True, key="part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if section == ALL_CRITERIA or section not in SECTIONS:
        _every_criterion(row, view)
        return
    criterion = _criterion(report, row, section)
    found = report.views[criterion]
    looked = Looked(
        view=view, project=found.project, criterion=found.criterion, trainer_id=row.trainer_id, name=row.display_name
    )
    SECTIONS[section](looked)
    if section == "Against peers":
        st.caption(
            f"Latent model: {escaped(found.model_note)} Its figures stand under {ALL_CRITERIA}; never alone a ground."
        )
    if section == "Examples":
        with card("All their items", help="Those on which people agree least come first.", stretch=False):
            item_list(view, project=found.project, criterion=found.criterion, choice=ItemChoice(trainer_a=row.code))


def _criterion(report: TrainersReport, row: TrainerRow, section: str) -> str:
    """Draw the picker of a criterion, the busiest first; a section that only some criteria can fill offers those."""
    names = sorted(row.criteria, key=lambda name: -int(row.gold[name]["n_judgments"]))
    fits = [name for name in names if section not in SUITED or SUITED[section](report.views[name].labels)]
    if section in OVER_ALL:
        return names[0]
    state.settle("on", fits or names)
    return str(st.selectbox("Criterion", fits or names, key="on", bind="query-params"))


def _who(row: TrainerRow) -> str:
    parts = [
        plural(row.n_judgments, "judgment"),
        plural(row.n_items, "item"),
        plural(len(row.criteria), "criterion", "criteria"),
    ]
    if row.team:
        parts.insert(0, escaped(row.team))
    flags = list(dict.fromkeys(flag_title(flag.kind) for flag in row.flags))
    parts.append(f"flags: {', '.join(flags)}" if flags else "no flag")
    return " · ".join(parts)


def _every_criterion(row: TrainerRow, view: View) -> None:
    if row.flags:
        flag_card(row)
    names = [name for name in PROFILE if any(name in figures for figures in row.criteria.values())]
    with card("Profile over criteria", stretch=False):
        state.settle("trainer_figure", names)
        chosen = st.segmented_control(
            "Figure", names, default=names[0], format_func=lambda name: REGISTRY[name].title, key="trainer_figure",
            required=True, label_visibility="collapsed",
        )  # fmt: skip
        st.caption(REGISTRY[chosen or names[0]].plain)
        chart(profile(row, chosen or names[0], view.palette), key="trainer_profile")
    with card("Every figure", stretch=False):
        _figures(row)


def _figures(row: TrainerRow) -> None:
    found = [
        (criterion, name, figure)
        for criterion, figures in row.criteria.items()
        for name, figure in figures.items()
        if name in REGISTRY
    ]
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "criterion": [criterion for criterion, _, _ in found],
                "figure": [REGISTRY[name].title for _, name, _ in found],
                "value": [f.value if f.defined else None for *_, f in found],
                "interval": [
                    interval(f.low, f.high) if f.defined and f.low == f.low else (f.undefined or "") for *_, f in found
                ],
                "n": [f.n_judgments for *_, f in found],
                "meaning": [REGISTRY[name].plain for _, name, _ in found],
            }
        ),
        key="trainer_figures",
        alt="Every figure of this trainer on every criterion",
        download="trainer",
        height=420 if len(found) > 10 else "content",
        columns={
            "criterion": column.TextColumn("Criterion", width=170),
            "figure": column.TextColumn("Figure", width=210),
            "value": column.NumberColumn("Value", format="%.3f", width=80),
            "interval": column.TextColumn("95 % interval, or why there is none", width=210),
            "n": column.NumberColumn("Rests on", format="localized", width=80),
            "meaning": column.TextColumn("In words", width=520),
        },
    )
