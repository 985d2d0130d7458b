"""Sections of the Trainers page on truth: latent models, verdicts, halo, and the noise floor."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, percent, plural, signed
from analytics.reports.one_criterion import OfferedCriterion
from analytics.reports.team_halo import team_halo_report
from analytics.reports.team_models import ModelFit, TeamModels, team_models_report
from analytics.reports.team_repeats import team_repeats_report
from analytics.reports.team_verdicts import CriterionVerdicts, TeamVerdicts, team_verdicts_report
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.team import criterion_picker, figure_card, listed, nothing, number

MODEL_METRICS = {
    "Dawid-Skene": "model_accuracy", "One coin": "one_coin_skill", "MACE": "mace_competence", "GLAD": "glad_ability",
    "CROWDLAB": "crowdlab_quality",
}  # fmt: skip


def models(view: View) -> None:
    """Draw the latent models of one criterion side by side."""
    picked = criterion_picker(view)
    if picked is None:
        nothing("No criterion matches these filters")
        return
    with st.spinner(f"Fitting five models to {picked.criterion}: a few seconds the first time", show_time=True):
        report = view.report(team_models_report, project=picked.project, criterion=picked.criterion)
    if report.undefined:
        nothing(f"No model is fitted to {picked.criterion}: {report.undefined}")
        return
    _convergence(report, picked)
    fitted = [one for one in report.models if one.figure is not None]
    with cards(2):
        for one in fitted:
            figure_card(
                one.figure, view, title=f"{one.title}: how right is each trainer?", reading=one.story,
                line="the team's middle", key=f"model_{one.title}",
            )  # fmt: skip
        figure_card(
            report.spammer, view, title="Do the labels follow the truth at all?", key="model_spammer",
            reading="1: every label tells what the item is. 0: the label would be the same whatever the item.",
            line="the team's middle", none="It is read from Dawid-Skene, which was not fitted.",
        )  # fmt: skip


def _convergence(report: TeamModels, picked: OfferedCriterion) -> None:
    with card("Do the models agree, and are they right?", help=explained("model_accuracy"), stretch=False):
        st.markdown(
            "A latent model guesses the truth from the judgments alone, and with it how right everybody is. It assumes "
            "one truth an item. **It is never the sole ground of a flag**, and off where a criterion is a matter of "
            "opinion."
        )
        frame = pd.DataFrame(
            {
                "model": [*(one.title for one in report.models), "Most frequent label"],
                "believes": [*(one.story for one in report.models), "Everybody is equally right."],
                "settled": [*(_settled(one) for one in report.models), "needs no fitting"],
                "gold": [*(number(one.gold) for one in report.models), number(report.majority)],
            }
        )
        column = st.column_config
        table(
            frame, key="models", alt=f"Latent models of {picked.criterion}", download="models", columns={
                "model": column.TextColumn("Model", pinned=True, width=130),
                "believes": column.TextColumn("What it believes", width=330),
                "settled": column.TextColumn("Did it settle?", width=230),
                "gold": column.TextColumn("Its label is the known answer", width=230),
            },
        )  # fmt: skip
        st.caption(
            f"{plural(report.n_judgments, 'judgment')} by {plural(report.n_trainers, 'trainer')} on "
            f"{plural(report.n_items, 'item')}. The last column holds gold items only; where its intervals overlap, "
            "no model is better."
            + (
                " Dawid-Skene pulls each trainer towards the average one with the weight of "
                f"{coefficient(report.models[0].smoothing, 1)} judgments a label, as this team's spread asks for."
                if report.models[0].smoothing is not None
                else ""
            )
        )


def _settled(one: ModelFit) -> str:
    if one.undefined:
        return f"not fitted: {one.undefined}"
    if one.converged is None:
        return "computed in one go"
    return f"yes, after {plural(one.n_iterations, 'step')}" if one.converged else (
        f"no, stopped at {plural(one.n_iterations, 'step')}"
    )  # fmt: skip


def verdicts(view: View) -> None:
    """Draw how many verdicts against the target would turn over."""
    with st.spinner("Weighing verdicts against the target", show_time=True):
        report = view.report(team_verdicts_report)
    if report.undefined:
        nothing(report.undefined, then="Import gold to compare people with known answers.")
    else:
        _verdict_table(report)
    if report.scales:
        names = {one.criterion: one for one in report.scales}
        name = st.selectbox("Scale", list(names), key="scale", width=420)
        one = names[name]
        figure_card(
            one.figure, view, title="How many passes and fails hinge on who judged?", key="flips",
            reading=f"If “{one.pass_mark}” and above passes: the share of a trainer's verdicts that would turn over "
            "if they were as strict as the team.",
            line="no verdict hinging on severity",
        )  # fmt: skip


def _verdict_table(report: TeamVerdicts) -> None:
    target = report.criteria[0].target
    with card(f"How many verdicts “below {percent(target)}” can be trusted?", help=explained("p_below_target")):
        st.markdown(
            "A raw share of a few gold items passes and fails people by luck. This is how many of the raw verdicts "
            "would turn over if each trainer's true accuracy were known, and who is below or above beyond doubt."
        )
        frame = pd.DataFrame(
            {
                "criterion": [one.criterion for one in report.criteria],
                "flip": [number(one.share) for one in report.criteria],
                "fail": [one.n_fail for one in report.criteria],
                "below": [one.n_sure_fail for one in report.criteria],
                "open": [one.n_open for one in report.criteria],
                "above": [one.n_sure_pass for one in report.criteria],
                "n": [one.share.n_judgments for one in report.criteria],
            }
        )
        column = st.column_config
        table(
            frame, key="verdicts", alt="Verdicts against the target by criterion", download="verdicts", columns={
                "criterion": column.TextColumn("Criterion", pinned=True, width=220),
                "flip": column.TextColumn("Would turn over", width=190),
                "fail": column.NumberColumn("Raw fails", width=90),
                "below": column.NumberColumn("Below beyond doubt", width=140),
                "open": column.NumberColumn("Open", width=80),
                "above": column.NumberColumn("Above beyond doubt", width=140),
                "n": column.NumberColumn("Gold judgments", format="localized", width=120),
            },
        )  # fmt: skip
        st.caption("Beyond doubt: P(accuracy below the target) at least 95 %, or at most 5 %, on five or more.")
        _doubtful(report.criteria)


def _doubtful(criteria: tuple[CriterionVerdicts, ...]) -> None:
    rows = [(one.criterion, row) for one in criteria for row in one.rows if math.isfinite(row.p_below)]
    with st.expander(f"Every verdict ({count(len(rows))})"):
        frame = pd.DataFrame(
            {
                "trainer": [row.display_name for _, row in rows],
                "criterion": [name for name, _ in rows],
                "right": [f"{row.correct} of {row.n}" for _, row in rows],
                "raw": ["fails" if row.fails else "passes" for _, row in rows],
                "p_below": [row.p_below for _, row in rows],
                "p_flip": [row.p_flip for _, row in rows],
            }
        )
        column = st.column_config
        table(
            frame, key="verdict_rows", alt="Every trainer's verdict", download="verdict_rows", height=360, columns={
                "trainer": column.TextColumn("Trainer", pinned=True, width=170),
                "criterion": column.TextColumn("Criterion", width=200),
                "right": column.TextColumn("Right", width=90),
                "raw": column.TextColumn("Raw verdict", width=100),
                "p_below": column.ProgressColumn("P(below target)", min_value=0, max_value=1, format="percent"),
                "p_flip": column.ProgressColumn("P(turns over)", min_value=0, max_value=1, format="percent"),
            },
        )  # fmt: skip


def halo(view: View) -> None:
    """Draw halo by project."""
    with st.spinner("Taking the items out of every criterion", show_time=True):
        report = view.report(team_halo_report)
    if report.undefined:
        nothing(report.undefined, then="Halo needs several ordered criteria on the same answers.")
        return
    for one in report.projects:
        figure_card(
            one.figure, view, title=f"Does one impression colour everything? {one.project}", key=f"halo_{one.project}",
            reading="How far a trainer's criteria move together once the items' own values are taken out: some is "
            "real, much more than the team is one impression colouring all.",
            line="the team's middle", support="items",
        )  # fmt: skip
        words = f"Criteria: {listed(one.criteria, 12)}."
        if one.identical.defined:
            words += f" On {number(one.identical)} of the items all got the same label."
        st.caption(words)


def repeats(view: View) -> None:
    """Draw the noise floor and what it leaves for agreement between people."""
    with st.spinner("Comparing people with themselves", show_time=True):
        report = view.report(team_repeats_report)
    if report.undefined:
        nothing(report.undefined)
        return
    with card("How much disagreement is mere noise?", help=explained("self_kappa"), stretch=False):
        st.markdown(
            "People who contradict themselves cannot agree with each other. Consistency beyond chance is the ceiling "
            "of agreement between people; what is missing below it is difference between people, which guidelines and "
            "training can mend."
        )
        frame = pd.DataFrame(
            {
                "criterion": [one.criterion for one in report.criteria],
                "n": [one.consistency.n_judgments for one in report.criteria],
                "same": [number(one.consistency) for one in report.criteria],
                "kappa": [number(one.self_kappa, share=False) for one in report.criteria],
                "alpha": [number(one.alpha, share=False) for one in report.criteria],
                "room": [signed(one.room) if math.isfinite(one.room) else "–" for one in report.criteria],
            }
        )
        column = st.column_config
        table(
            frame, key="repeats", alt="Noise floor by criterion", download="noise_floor", columns={
                "criterion": column.TextColumn("Criterion", pinned=True, width=220),
                "n": column.NumberColumn("Repeats", format="localized", width=80),
                "same": column.TextColumn("Same answer again", width=180),
                "kappa": column.TextColumn("Beyond chance: the ceiling", width=190),
                "alpha": column.TextColumn("Alpha between people", width=170),
                "room": column.TextColumn("Room below the ceiling", width=160),
            },
        )  # fmt: skip
        words = "Below 0 there is no room: people agree with each other as well as with themselves, or repeats are few."
        st.caption(words + (f" Without repeats: {listed(report.without)}." if report.without else ""))
    names = {one.criterion: one for one in report.criteria}
    name = st.selectbox("Criterion", list(names), key="repeats_of", width=420)
    one = names[name]
    figure_card(
        one.figure, view, title="Who contradicts themselves more than the team?", key="consistency", support="repeats",
        reading="The share of repeats answered the same, pulled towards the team's "
        f"{percent(one.consistency.value, 1)} where there are few.", line="the team's share",
    )  # fmt: skip
    if not one.self_kappa.defined:
        empty(f"No ceiling on {name}: {one.self_kappa.undefined}.")
    elif one.alpha.defined:
        st.caption(
            f"On {name} people agree with themselves {coefficient(one.self_kappa.value)} beyond chance, and with each "
            f"other {coefficient(one.alpha.value)}."
        )
