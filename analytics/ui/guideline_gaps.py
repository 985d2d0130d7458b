"""The Guideline gaps page: the ranked gaps, one of them with both readings, and sections by topics."""

from __future__ import annotations

import dataclasses

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.figures.guideline_gaps import cell_names, gains, gap_key, reading, sections_by_topics
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.gap_examples import GapExample, gap_examples_report
from analytics.reports.gap_rows import Gap
from analytics.reports.guideline_gaps import CriterionGaps, GuidelineGaps
from analytics.ui import state
from analytics.ui.cells import cell_chart, mark_chart
from analytics.ui.item import item_list, labels_in_words
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped, line, literal

_CELL = "_gap_cell"
TALLEST = 460
SHOWN = 3
"""Examples on the page; the list of all items follows."""


def ranked_gaps(report: GuidelineGaps, view: View) -> None:
    """Draw the gaps by what settling each would gain; a click chooses one."""
    with cards():
        with card("What settling each would gain", help=explained("alpha_gain")):
            if report.gaps:
                names = _names(report)
                by_key = {gap_key(g): name for name, g in names.items()}
                mark_chart(gains(report.gaps, view.palette), key="gains", on_click=lambda key: _choose(by_key, key))
                st.caption("Gains add up over gaps of one criterion. Click a mark to look at it.")
            else:
                empty(
                    "Nothing here is a gap. Disagreement that is spread evenly over sections and boundaries is not one "
                    "rule's fault: Hotspots says where it lies."
                )
        with card("What it costs", help=explained("gap_cost")):
            if report.gaps:
                _cost_table(report)
            else:
                empty("No money is lost to a rule that is read in two ways.")


def _names(report: GuidelineGaps) -> dict[str, Gap]:
    return {f"{g.part}: {reading(g)} · {g.criterion}": g for g in report.gaps}


def _choose(by_key: dict[str, str], key: str) -> None:
    if key in by_key:
        state.remember("gap", by_key[key])


def _cost_table(report: GuidelineGaps) -> None:
    column = st.column_config
    gaps = report.gaps
    table(
        _frame(gaps, report.currency),
        key="gap_costs",
        alt="Gaps with the judgments and the money they cost and the gain in alpha",
        download="guideline_gaps",
        taken=_frame(gaps, report.currency, full=True),
        height="content" if len(gaps) <= 8 else TALLEST,
        columns={
            "rule": column.TextColumn("Rule", width=150, pinned=True),
            "cost": column.NumberColumn(report.currency, format="%.0f", width=60),
            "judgments": column.NumberColumn("Judgments", format="localized", width=80),
            "split": column.TextColumn("Items split", width=85),
            "criterion": column.TextColumn("Criterion", width=105),
        },
    )


def _frame(gaps: tuple[Gap, ...], currency: str, *, full: bool = False) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "rule": [g.part for g in gaps],
            "project": [g.project for g in gaps],
            "criterion": [g.criterion for g in gaps],
            "reading_a": [g.a for g in gaps],
            "reading_b": [g.b for g in gaps],
            "split": [f"{count(g.n_items_split)} of {count(g.n_items)}" for g in gaps],
            "judgments": [g.n_judgments_split for g in gaps],
            "cost": [g.cost for g in gaps],
            "gain": [g.alpha_gain.value for g in gaps],
            "gain_low": [g.alpha_gain.low for g in gaps],
            "gain_high": [g.alpha_gain.high for g in gaps],
            "lift": [g.lift for g in gaps],
            "agreement_here": [g.boundary_alpha for g in gaps],
            "agreement_elsewhere": [g.boundary_alpha_elsewhere for g in gaps],
            "q_value": [g.q_value for g in gaps],
            "is_gap": [g.is_gap for g in gaps],
            "n_items": [g.n_items for g in gaps],
            "n_items_split": [g.n_items_split for g in gaps],
            "question": [g.question for g in gaps],
        }
    )
    frame["currency"] = currency
    return frame.drop(columns=["split"]) if full else frame


def chosen_gap(report: GuidelineGaps, view: View) -> None:
    """Draw one gap: the question, the numbers, and both readings with examples."""
    names = _names(report)
    if not names:
        return
    state.settle("gap", names)
    with st.container(border=True, key="one_gap"):
        name = st.selectbox("Gap to look at", list(names), key="gap", bind="query-params")
        gap = names[name]
        _numbers(gap, report)
        st.markdown("**Ask the guideline's owner**")
        literal(gap.question)
        examples = view.report(
            gap_examples_report,
            project=gap.project,
            criterion=gap.criterion,
            part_kind=gap.part_kind,
            part=gap.part,
            a=gap.a,
            b=gap.b,
            ordered=gap.ordered,
        )
        st.markdown(f"**Read both ways**: {plural(examples.n_found, 'item')}, those that split skilled trainers first")
        shown = True
        if any(e.sensitive for e in examples.examples[:SHOWN]):
            shown = st.toggle("Show the sensitive texts", key="gap_texts", help="These items are marked as sensitive.")
        for place, example in enumerate(examples.examples[:SHOWN]):
            _example(example, gap, place, hidden=example.sensitive and not shown)
    with st.expander("All items of this gap", key="gap_items", on_change="rerun") as more:
        if more.open:
            values = (gap.part,) if gap.part_kind else ()
            choice = ItemChoice(attribute=gap.part_kind, values=values)
            if not gap.ordered or not gap.part_kind:
                choice = ItemChoice(label_a=gap.a, label_b=gap.b, attribute=gap.part_kind, values=values)
            item_list(view, project=gap.project, criterion=gap.criterion, choice=choice)


def _numbers(gap: Gap, report: GuidelineGaps) -> None:
    a, b = escaped(gap.a or "(nothing)"), escaped(gap.b or "(nothing)")
    r = gap.readings
    facts = (
        (
            "Gain in alpha",
            signed(gap.alpha_gain.value),
            f"{interval(gap.alpha_gain.low, gap.alpha_gain.high)}; alpha is {coefficient(gap.alpha)}",
            "alpha_gain",
        ),
        (
            "Told apart here" if gap.part_kind else "Told apart",
            coefficient(gap.boundary_alpha),
            f"{coefficient(gap.boundary_alpha_elsewhere)} elsewhere" if gap.part_kind else "over all sections",
            "boundary_alpha",
        ),
        ("Met against chance", f"{coefficient(gap.lift)}×", "1× is not told apart at all", "label_pair_lift")
        if gap.part_kind
        else (
            "Against other boundaries",
            f"{coefficient(gap.excess, 1)}×",
            "split as often as they let expect",
            "boundary_ratio",
        ),
        (
            "Cost so far",
            f"{report.currency} {count(gap.cost)}",
            f"{plural(gap.n_judgments_split, 'judgment')} on {plural(gap.n_items_split, 'item')}",
            "gap_cost",
        ),
    )
    with st.grid(4, min_column_width=170, gap="small"):
        for title, value, beside, name in facts:
            with st.container(border=True, height="stretch"):
                st.metric(title, value, help=explained(name) or None)
                st.caption(escaped(beside))
    leaning = (
        f"{r.lean_a} lean to {a}, {r.lean_b} to {b}" if r.lean_a or r.lean_b else "nobody leans to a side beyond chance"
    )
    worse = "Worse here than elsewhere" if gap.part_kind else "Clearly more split than the scale's other boundaries"
    level = f"A step of an ordered scale: {a} or lower against {b} or higher. " if gap.ordered else ""
    st.caption(
        f"{level}Of {plural(r.n_trainers, 'trainer')} with a split here, {leaning}. {worse}: "
        f"q {_small(gap.q_value)} after Benjamini\\-Hochberg over all {count(len(report.tested))} tested. "
        f"{percent(gap.share_of_disagreement)} of all disagreement on {escaped(gap.criterion)}."
    )


def _small(p: float) -> str:
    return "below 0.001" if p < 0.001 else coefficient(p, 3)


def _example(example: GapExample, gap: Gap, place: int, *, hidden: bool) -> None:
    with st.container(border=True, key=f"example_{place}"):
        st.caption(
            f"Item {escaped(example.item_id)} · {escaped(labels_in_words(example.labels))} · skilled trainers "
            f"{example.skilled_a} : {example.skilled_b}"
        )
        if hidden:
            return
        if example.prompt:
            literal(example.prompt)
        left, right = st.columns(2, gap="small")
        for side, label, wrote in ((left, gap.a, example.rationales_a), (right, gap.b, example.rationales_b)):
            with side:
                st.markdown(f"**{escaped(label or '(nothing)')}**")
                for text in wrote:
                    line(f"“{text}”")
                if not wrote:
                    st.caption("No one on this side wrote why.")


def heat_map(report: GuidelineGaps, view: View) -> None:
    """Draw sections by topics for one criterion; a click lists the items behind a cell."""
    offered = [c for c in report.criteria if len([x for x in c.cells if x.excess.defined]) > 1]
    with card("Sections by topics", help=explained("excess_disagreement")):
        if not offered:
            empty("No criterion has two sections or topics with items judged twice, so there is nothing to compare.")
            return
        several = len({c.project for c in offered}) > 1
        names = {f"{c.criterion} · {c.project}" if several else c.criterion: c for c in offered}
        first = next((n for n, c in names.items() if report.gaps and _same(c, report.gaps[0])), next(iter(names)))
        state.settle("map", names)
        name = st.selectbox(
            "Criterion", list(names), index=list(names).index(first), key="map", bind="query-params", width=380
        )
        one = names[name]
        st.caption(
            "How much more pairs of judgments differ here than in the criterion's other cells. Strong colours are "
            "beyond chance, faint ones may be luck. Click a cell to list its items."
        )
        cell_chart(
            sections_by_topics(one, view.palette), key="cells", on_click=lambda row, column: _clicked(one, row, column)
        )
    drilled = state.recall(_CELL)
    if drilled and drilled[:2] == (one.project, one.criterion):
        section, topic = drilled[2:]
        with card(f"Items: {escaped(section or topic)}", stretch=False, key="cell_items"):
            attribute, value = ("guideline_section", section) if section else ("topic", topic)
            narrowed = (
                dataclasses.replace(view, filters=view.filters.replace(topics=(topic,))) if topic and section else view
            )
            item_list(
                narrowed,
                project=one.project,
                criterion=one.criterion,
                choice=ItemChoice(attribute=attribute, values=(value,)),
            )


def _same(criterion: CriterionGaps, gap: Gap) -> bool:
    return (criterion.project, criterion.criterion) == (gap.project, gap.criterion)


def _clicked(one: CriterionGaps, row: str, column: str) -> None:
    topics, sections = cell_names(one)
    if row in topics and column in sections and (topics[row] or sections[column]):
        state.remember(_CELL, (one.project, one.criterion, sections[column], topics[row]))


def everything_tested(report: GuidelineGaps) -> None:
    """Offer the table of all boundaries that were looked at, and say which criteria could not be."""
    with st.expander(
        f"All {count(len(report.tested))} boundaries that were tested", key="tested", on_change="rerun"
    ) as more:
        if more.open:
            if report.tested:
                _tested_table(report)
            left = [c for c in report.criteria if c.undefined]
            for c in left:
                st.caption(f"{escaped(c.criterion)} ({escaped(c.project)}): {escaped(c.undefined)}")


def _tested_table(report: GuidelineGaps) -> None:
    column = st.column_config
    table(
        _frame(report.tested, report.currency),
        key="tested_table",
        alt="Every boundary in every section with its gain, agreement on the side and q-value",
        download="boundaries_tested",
        taken=_frame(report.tested, report.currency, full=True),
        height=TALLEST,
        columns={
            "rule": column.TextColumn("Rule", width=180, pinned=True),
            "criterion": column.TextColumn("Criterion", width=120),
            "reading_a": column.TextColumn("One reading", width=120),
            "reading_b": column.TextColumn("The other", width=120),
            "gain": column.NumberColumn("Gain in alpha", format="%+.3f", width=95),
            "split": column.TextColumn("Items split", width=90),
            "agreement_here": column.NumberColumn("Told apart here", format="%.2f", width=110),
            "agreement_elsewhere": column.NumberColumn("elsewhere", format="%.2f", width=85),
            "lift": column.NumberColumn("Against chance", format="%.2f×", width=105),
            "q_value": column.NumberColumn("q", format="%.3f", width=65),
            "is_gap": column.CheckboxColumn("Gap", width=55),
        },
    )
