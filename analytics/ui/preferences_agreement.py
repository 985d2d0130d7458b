"""Preferences: the agreement panel, the ceiling with its slices and its plan, trainers pair by pair."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, percent
from analytics.figures.preferences import (
    ALL_TOGETHER,
    agreement_panel,
    ceiling_ruler,
    ceiling_slices,
    plan_rows,
    sides_in_words,
)
from analytics.reports.export import export_report
from analytics.reports.export_files import as_bytes
from analytics.reports.one_criterion import of_one
from analytics.reports.preferences import PreferenceReport
from analytics.reports.preferences_ceiling import CeilingSlices, ceiling_attributes, ceiling_slices_report
from analytics.reports.preferences_pairs import PairChoice
from analytics.ui import state
from analytics.ui.cells import mark_chart
from analytics.ui.chart import chart
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.preferences import Picked, command, facts, from_where
from analytics.ui.preferences_pairs import listed, show_pairs
from analytics.ui.tables import table
from analytics.ui.text import escaped

BY_ATTRIBUTE = ("topic", "language", "domain", "guideline_section")


def agreement_and_ceiling(report: PreferenceReport, view: View, picked: Picked) -> None:
    """Draw what a lead asks first: do they agree, and what can a model learn from it."""
    facts(report)
    from_where(report.provenance, sides_in_words(report))
    _warnings(report, view)
    with cards():
        with card("Do trainers choose alike?", help=explained("kappa_symmetric")):
            chart(agreement_panel(report, view.palette), key="preference_agreement")
            st.caption(
                "Kappa, side and tie-aware alpha do not depend on which answer is called A. The two of Krippendorff "
                "do: read them where A has a meaning, such as the newer model."
            )
        with card("How good can a reward model get?", help=explained("reward_model_ceiling")):
            chart(ceiling_ruler(report, view.palette), key="ceiling")
            st.caption(
                "Dark: where the ceiling must lie, given how often trainers agree. Pale: the same with the uncertainty "
                "of that agreement. Diamond: the fitted point with its 95\u00a0% interval."
            )
            _fit_note(report)
    _slices(view, picked)
    with cards():
        with card("What more judgments a pair would do", help=explained("ceiling_against_majority")):
            _plan(report)
        with card("Trainer by trainer"):
            _pairs(report)
    with card("Labels to train on", help=explained("preference_share"), stretch=False):
        _labels(view, picked)


def _labels(view: View, picked: Picked) -> None:
    st.markdown(
        "One row a pair: shares of A, tie and B with their posterior, the chance that most trainers prefer B, a "
        "consensus that weighs trainers by reliability, and its confidence. A data card says how each column was made."
    )
    filters = of_one(view.filters, picked.project, picked.criterion)

    def made(suffix: str) -> bytes:
        return as_bytes(export_report(view.engine, view.scope, filters, with_text=True), suffix)

    kinds = (("Parquet", ".parquet"), ("JSON lines", ".jsonl"), ("Data card", ".card.md"))
    with st.container(horizontal=True, gap="small"):
        for title, suffix in kinds:
            st.download_button(
                title, data=partial(made, suffix), file_name=f"labels{suffix}", on_click="ignore",
                icon=":material/download:", key=f"labels{suffix.replace('.', '_')}",
            )  # fmt: skip
        with st.popover("Copy as command", icon=":material/terminal:", type="tertiary", key="labels_command"):
            words = [*filters.to_arguments(), "--with-text", "--to", "labels.parquet"]
            st.code(command(view, "export", *words), language="bash", wrap_lines=True)


def _warnings(report: PreferenceReport, view: View) -> None:
    said = []
    if report.provisional:
        n = count(report.agreement.exact.n_items_paired or 0)
        said.append(f"Provisional: {n} pairs judged twice, fewer than {count(view.settings.provisional_below)}.")
    if report.inferred:
        said.append("The scale was guessed from the labels seen; declare it to be sure.")
    if report.target is not None and report.agreement.alpha_symmetric.defined:
        met = report.agreement.alpha_symmetric.value >= report.target
        said.append(f"The programme's target for alpha is {report.target:.2f}: {'reached' if met else 'missed'}.")
    if said:
        st.caption(" ".join(said))


def _fit_note(report: PreferenceReport) -> None:
    fit = report.ceiling.fit
    if math.isfinite(fit.fit_p) and fit.fit_p < 0.01:
        st.caption(
            "The split of votes does not follow the fitted Beta distribution (p < 0.01): trust the range more than the "
            "point."
        )
    if math.isfinite(fit.design_effect) and fit.design_effect > 2:
        st.caption(
            f"Trainers differ so much that the interval is {math.sqrt(fit.design_effect):.1f} times as wide as for "
            "trainers who are alike."
        )


def _slices(view: View, picked: Picked) -> None:
    attributes = view.report(ceiling_attributes, project=picked.project, criterion=picked.criterion)
    with card("Ceiling by topic and other attributes", help=explained("reward_model_ceiling"), stretch=False):
        if not attributes:
            empty("The items of this criterion carry no topic or other attribute with two values.")
            return
        titles = {a.title: a.name for a in attributes}
        state.settle("ceiling_by", titles)
        by = st.selectbox("Slices by", list(titles), key="ceiling_by", bind="query-params", width=260)
        with st.spinner("Fitting slices", show_time=True):
            found = view.report(
                ceiling_slices_report, project=picked.project, criterion=picked.criterion, attribute=titles[str(by)]
            )
        if found.undefined or found.found is None:
            empty(f"Nothing to slice: {found.undefined}.")
            return
        mark_chart(
            ceiling_slices(found, view.palette), key="ceiling_slices",
            on_click=lambda value: _sliced(picked, found, value),
        )  # fmt: skip
        st.caption(_slices_in_words(found))
        listed(view, picked, "Agreement and ceiling")


def _sliced(picked: Picked, found: CeilingSlices, value: str) -> None:
    if found.attribute in BY_ATTRIBUTE and value != ALL_TOGETHER:
        choice = PairChoice(attribute=found.attribute, values=(value,))
        show_pairs(picked, "Agreement and ceiling", f"Pairs of {found.attribute.replace('_', ' ')} {value}", choice)


def _slices_in_words(found: CeilingSlices) -> str:
    slices = found.found
    if slices is None:
        return ""
    words = []
    if math.isfinite(slices.differ_p):
        real = slices.differ_p < 0.05
        p = "p < 0.001" if slices.differ_p < 0.001 else f"p = {slices.differ_p:.3f}"
        words.append(
            f"The slices differ ({p})." if real else f"The slices need not differ at all ({p}): noise explains them."
        )
    words.append("Each is drawn towards the whole by as much as it is uncertain; the tick is its own estimate.")
    if found.attribute in BY_ATTRIBUTE:
        words.append("Click a mark to list its pairs.")
    if found.thin:
        named = ", ".join(f"{escaped(v)} ({count(n)})" for v, n in found.thin[:6])
        more = f" and {count(len(found.thin) - 6)} more" if len(found.thin) > 6 else ""
        words.append(f"Too few pairs judged twice: {named}{more}.")
    return " ".join(words)


def _plan(report: PreferenceReport) -> None:
    if report.plan.undefined:
        empty(f"Cannot be foretold: {report.plan.undefined}.")
        return
    column = st.column_config
    target = percent(report.plan.target)
    table(
        pd.DataFrame(plan_rows(report)),
        key="ceiling_plan",
        alt="What other numbers of judgments a pair would do to labels and to the precision of the ceiling",
        columns={
            "k": column.NumberColumn("Per pair", width=70, help="Judgments a pair that take a side."),
            "label_right": column.NumberColumn(
                "Label right", format="percent", width=90,
                help="Chance that the majority names the side most trainers prefer; also a model's ceiling on such "
                "labels.",
            ),
            "half_width": column.NumberColumn(
                "Known to ±", format="percent", width=90,
                help="Half-width of the interval of the ceiling with as many pairs as now.",
            ),
            "items_needed": column.NumberColumn(f"Pairs for ±{target}", format="localized", width=95),
            "judgments_needed": column.NumberColumn(
                "Judgments", format="localized", width=90, help="Judgments in all for that."
            ),
        },
    )  # fmt: skip
    now = report.plan.now
    if now.defined:
        st.caption(f"Now the ceiling is known to ±{percent(now.value, 1)}. Judgments that take a side are counted.")


def _pairs(report: PreferenceReport) -> None:
    if not report.pairs:
        empty("Fewer than two trainers judged the same pairs.")
        return
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "first": [p.first for p in report.pairs],
                "second": [p.second for p in report.pairs],
                "kappa": [p.kappa for p in report.pairs],
                "se": [p.se for p in report.pairs],
                "observed": [p.observed for p in report.pairs],
                "n_items": [p.n_items for p in report.pairs],
            }
        ).sort_values(["n_items", "first", "second"], ascending=[False, True, True]),
        key="trainer_pairs",
        alt="Cohen's kappa of the most active trainers, pair by pair",
        height=min(38 * (len(report.pairs) + 1) + 4, 330),
        download="trainer_pairs",
        columns={
            "first": column.TextColumn("Trainer", width=110),
            "second": column.TextColumn("and", width=110),
            "kappa": column.NumberColumn("Kappa", format="%.3f", width=65, help="Cohen's kappa."),
            "se": column.NumberColumn("±", format="%.2f", width=50, help="Standard error."),
            "observed": column.NumberColumn("Same", format="percent", width=70, help="Share with the same choice."),
            "n_items": column.NumberColumn("Pairs", format="localized", width=60, help="Pairs both judged."),
        },
    )  # fmt: skip
    st.caption("The twelve trainers with most judgments. Kappas on few pairs are mostly noise: mind the ±.")
