"""The sections of the Trainers page below the table: which there are, and the switch between them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analytics.reports.trainers import TrainersReport
from analytics.ui import team_truth, team_work
from analytics.ui.page import View
from analytics.ui.team import section_switch
from analytics.ui.trainers import flag_cards, gold_card


def team_sections(report: TrainersReport, view: View) -> None:
    """Draw the chosen section on the whole team; the others are not computed."""
    sections: dict[str, Callable[[View], None]] = {
        "Flags": lambda _: flag_cards(report),
        "Gold": lambda _: gold_card(report),
        "Verdicts": team_truth.verdicts,
        "Latent models": team_truth.models,
        "Repeats": team_truth.repeats,
        "Halo": team_truth.halo,
        "Alarms": team_work.alarms,
        "Newcomers": team_work.newcomers,
        "Pace": team_work.pace,
        "Refusals": team_work.refusals,
        "Choices": team_work.choices,
        "Rationales": team_work.rationales,
    }
    st.markdown("## The team, closer")
    sections[section_switch(sections)](view)
