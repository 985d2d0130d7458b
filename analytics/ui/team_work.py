"""Sections of the Trainers page on work: alarms, newcomers, pace, refusals, choices, rationales."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, day, interval, percent, plural
from analytics.figures.team import MOST_CURVES, learning_curves
from analytics.reports.team_alarms import team_alarms_report
from analytics.reports.team_learning import CohortCurve, team_learning_report
from analytics.reports.team_pace import team_pace_report
from analytics.reports.team_preferences import team_preferences_report
from analytics.reports.team_refusals import team_refusals_report
from analytics.reports.trainer_rationales import team_rationales_report
from analytics.ui.chart import chart
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.team import figure_card, listed, nothing

NOTABLE = 0.2
FEWEST_TEXTS = 10


def alarms(view: View) -> None:
    """Draw who falls short of ordinary trainers, safe to look at every day."""
    with st.spinner("Reading everybody's judgments in order", show_time=True):
        report = view.report(team_alarms_report)
    if report.undefined:
        nothing(report.undefined)
        return
    with card("Who does worse than an ordinary trainer on the same items?", help=explained("drift_evidence")):
        named = [row for row in report.rows if row.named]
        rang = [row for row in report.rows if row.rang]
        st.markdown(
            f"**{count(len(named))} of {count(len(report.rows))}** are named, for **{count(len(rang))}** the daily "
            f"alarm rang at some time. The promise they are held to: as good as an ordinary trainer who guesses on "
            f"{percent(report.margin)} of the items. By itself this is no flag: it is one kind of evidence."
        )
        shown = [row for row in report.rows if row.named or row.rang]
        if not shown:
            empty("Everybody keeps the promise, as far as their judgments can tell.", icon=":material/verified:")
        else:
            frame = pd.DataFrame(
                {
                    "trainer": [row.display_name for row in shown],
                    "project": [row.project for row in shown],
                    "evidence": [_odds(row.log10_e) for row in shown],
                    "named": ["yes" if row.named else "" for row in shown],
                    "rang": [(day(row.rang_on) if row.rang_on else "yes") if row.rang else "" for row in shown],
                    "n": [row.n for row in shown],
                }
            )
            column = st.column_config
            table(
                frame, key="alarms", alt="Trainers for whom an alarm rang", download="alarms", columns={
                    "trainer": column.TextColumn("Trainer", pinned=True, width=170),
                    "project": column.TextColumn("Project", width=170),
                    "evidence": column.TextColumn("Evidence so far", width=170),
                    "named": column.TextColumn("Named", width=80),
                    "rang": column.TextColumn("Alarm first rang", width=140),
                    "n": column.NumberColumn("Judgments watched", format="localized", width=140),
                },
            )  # fmt: skip
        st.caption(
            f"However often one looks: of those named at most {percent(report.false_discovery)} keep the promise, on "
            f"average (e-BH over all trainers of a project); the alarm of somebody who keeps it rings at most once in "
            f"{count(1 / report.alarm_rate)} judgments on average."
            + (f" {plural(report.n_few, 'trainer')} with under 40 judgments not watched." if report.n_few else "")
            + (f" Left out as matters of opinion: {listed(report.subjective)}." if report.subjective else "")
        )


def _odds(log10_e: float) -> str:
    if log10_e < math.log10(2.0):
        return "none now"
    return f"{count(10**log10_e)} to 1" if log10_e < 6 else "over a million to 1"


def newcomers(view: View) -> None:
    """Draw learning curves by cohort."""
    with st.spinner("Following newcomers from their first judgment", show_time=True):
        report = view.report(team_learning_report)
    if report.undefined:
        nothing(report.undefined)
        return
    fitted = [one for one in report.cohorts if one.undefined is None]
    with card("How fast do newcomers learn?", help=explained("judgments_to_target"), stretch=False):
        if fitted:
            chart(learning_curves(report, view.palette), key="learning")
            st.caption(
                "The share right of a cohort's average newcomer, with its 95 % interval, as judgments add up (each "
                "step on the axis is ten times the one before). Right is what gold says, else what two thirds of at "
                "least three others say. People who stay are not like people who leave: late judgments flatter."
                + (f" The last {MOST_CURVES} cohorts are drawn." if len(fitted) > MOST_CURVES else "")
            )
        else:
            empty("No cohort has enough judgments with a known outcome for a curve; the table says why.")
        frame = pd.DataFrame(
            {
                "cohort": [one.cohort for one in report.cohorts],
                "people": [len(one.trainers) for one in report.cohorts],
                "learns": [_learns(one) for one in report.cohorts],
                "target": [_meets(one) for one in report.cohorts],
                "n": [one.n for one in report.cohorts],
                "names": [", ".join(one.trainers) for one in report.cohorts],
            }
        )
        column = st.column_config
        table(
            frame, key="cohorts", alt="Cohorts of newcomers", download="cohorts", columns={
                "cohort": column.TextColumn("Cohort", pinned=True, width=130),
                "people": column.NumberColumn("Newcomers", width=90),
                "learns": column.TextColumn("Do they learn?", width=250),
                "target": column.TextColumn(f"Judgments until {percent(report.target)} right", width=240),
                "n": column.NumberColumn("Known outcomes", format="localized", width=120),
                "names": column.TextColumn("Who", width=260),
            },
        )  # fmt: skip


def _learns(one: CohortCurve) -> str:
    if one.undefined:
        return one.undefined
    slope = f"{coefficient(one.slope)} ({interval(one.slope_low, one.slope_high)})"
    if one.slope_low > 0:
        return f"yes, slope {slope}"
    return f"they get worse, slope {slope}" if one.slope_high < 0 else f"not beyond chance, slope {slope}"


def _meets(one: CohortCurve) -> str:
    if one.undefined:
        return ""
    ends = [count(x) if math.isfinite(x) else "not in sight" for x in (one.to_target_low, one.to_target_high)]
    value = count(one.to_target) if math.isfinite(one.to_target) else "not in sight"
    return f"{value} ({ends[0]} to {ends[1]})"


def pace(view: View) -> None:
    """Draw pace, rapid judgments and sessions."""
    with st.spinner("Comparing times on the same items", show_time=True):
        report = view.report(team_pace_report)
    if report.undefined:
        nothing(report.undefined, then="Log the seconds each judgment took to see pace here.")
        return
    st.caption("Fast is not bad, and slow is not careful: pace is never alone a ground for anything.")
    names = {one.project: one for one in report.projects}
    one = names[st.selectbox("Project", list(names), key="pace_of", width=420)]
    with cards(2):
        figure_card(
            one.relative_time, view, title="Who takes longer on the same items?",
            reading="2: twice the time others take on the same items and lengths of text.", line="like the others",
            key=f"time_{one.project}", none=one.no_times,
        )  # fmt: skip
        figure_card(
            one.rapid, view, title="Who answers too fast to have read?", key=f"rapid_{one.project}",
            reading="The share of judgments in under a tenth of the others' mean time on the item.",
            line="the team's middle", none=one.no_times,
        )  # fmt: skip
    figure_card(
        one.fatigue, view, title="Do answers tire within a session?", key=f"fatigue_{one.project}",
        reading="How right answers, beyond what the items promise, change over 100 judgments of a session: below "
        "0 they get worse.", line="no change", none=one.no_sessions,
    )  # fmt: skip


def refusals(view: View) -> None:
    """Draw over- and under-refusal with costs; skips apart."""
    with st.spinner("Comparing refusals with gold and with the others", show_time=True):
        report = view.report(team_refusals_report)
    if report.undefined:
        nothing(report.undefined, then="A refusal is a label of that name; a skip is a status.")
    for one in report.criteria:
        st.caption(
            f"**{one.criterion.replace('_', ' ')}**: {plural(one.n_judgments, 'judgment')}, "
            f"{count(one.n_gold)} of them on gold; the others are held against what other trainers said. "
            f"Refusing what should be answered costs {coefficient(one.cost_over)}, the reverse "
            f"{coefficient(one.cost_under)}" + ("." if one.priced else " (the criterion states no prices: 1 each).")
        )
        with cards(2):
            figure_card(
                one.over, view, title=f"Who refuses too much? {one.criterion}", key=f"over_{one.criterion}",
                reading="Of what should be answered, the share refused.", line="the team's middle",
            )  # fmt: skip
            figure_card(
                one.under, view, title=f"Who refuses too little? {one.criterion}", key=f"under_{one.criterion}",
                reading="Of what should be refused, the share answered.", line="the team's middle",
            )  # fmt: skip
        figure_card(
            one.cost, view, title=f"What do these mistakes cost? {one.criterion}", key=f"cost_{one.criterion}",
            reading="Mean cost of a judgment.", line="the team's middle",
        )  # fmt: skip
    figure_card(
        report.skips, view, title="Who skips, which is no refusal?", key="skips", none=report.no_skips,
        reading="The share of what a trainer was shown and gave no answer to, over all criteria.",
        line="the team's share", support="items shown",
    )  # fmt: skip


def choices(view: View) -> None:
    """Draw habits of choice: first, longer, ties."""
    with st.spinner("Comparing choices on the same pairs", show_time=True):
        report = view.report(team_preferences_report)
    if report.undefined:
        nothing(report.undefined)
        return
    names = {one.criterion: one for one in report.criteria}
    one = names[st.selectbox("Criterion", list(names), key="choices_of", width=420)]
    st.caption("Every number is pulled towards the team's where it rests on little.")
    with cards(2):
        figure_card(
            one.first, view, title="Who leans to the answer shown first?",
            reading="The share of choices for the answer shown first.", line="no pull: half",
            key=f"first_{one.criterion}", none=one.no_order,
        )  # fmt: skip
        figure_card(
            one.beyond, view, title="More than others on the same pairs?",
            reading="How much more often they take the first answer than others took that same answer.",
            line="like the others", key=f"beyond_{one.criterion}", none=one.no_order,
        )  # fmt: skip
        figure_card(
            one.longer, view, title="Who leans to the longer answer?",
            reading="P(chooses the longer) where others are evenly split and one answer is 2.7 times the other.",
            line="no pull: half", key=f"longer_{one.criterion}", none=one.no_length,
        )  # fmt: skip
        figure_card(
            one.ties, view, title="Who avoids ties?", key=f"ties_{one.criterion}",
            reading="Their share of ties beyond the others' on the same pairs: below 0 avoids them.",
            line="like the others",
        )  # fmt: skip


def rationales(view: View) -> None:
    """List reuse of rationales, worded as what it is: a reason to talk."""
    with st.spinner("Comparing rationales word by word", show_time=True):
        report = view.report(team_rationales_report)
    if report.undefined:
        nothing(report.undefined)
        return
    with card("Do rationales repeat each other?", help=explained("own_repeats"), stretch=False):
        rows = [
            row for row in report.rows
            if row.n >= FEWEST_TEXTS and max(row.own_repeats.value, row.shared.value) >= NOTABLE
        ]  # fmt: skip
        words = (
            f"{count(report.n_compared)} rationales of five words or more compared"
            + (f", the first of {count(report.n_texts)}" if report.n_texts > report.n_compared else "")
            + ". Nearly the same: four fifths of their runs of five words."
        )
        if not rows:
            empty("Nobody repeats a fifth of their rationales, nor shares a fifth with others.")
            st.caption(words)
            return
        st.markdown("**Worth a conversation**, no more: a snippet the team agreed on looks the same.")
        frame = pd.DataFrame(
            {
                "trainer": [row.display_name for row in rows],
                "n": [row.n for row in rows],
                "own": [row.own_repeats.value for row in rows],
                "own_interval": [interval(row.own_repeats.low, row.own_repeats.high) for row in rows],
                "shared": [row.shared.value for row in rows],
                "shared_interval": [interval(row.shared.low, row.shared.high) for row in rows],
                "partners": [row.partners for row in rows],
            }
        )
        column = st.column_config
        table(
            frame, key="rationales", alt="Trainers whose rationales repeat", download="rationales", columns={
                "trainer": column.TextColumn("Trainer", pinned=True, width=170),
                "n": column.NumberColumn("Rationales", format="localized", width=100),
                "own": column.NumberColumn("Repeat their own", format="percent", width=130),
                "own_interval": column.TextColumn("95 % interval", width=120),
                "shared": column.NumberColumn("Shared with others", format="percent", width=130),
                "shared_interval": column.TextColumn("95 % interval ", width=120),
                "partners": column.NumberColumn("Others who share", width=130),
            },
        )  # fmt: skip
        st.caption(words)
