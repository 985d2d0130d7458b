"""Groups of trainers on the Sensitive content page: differences of values, over enough people, and never an error."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, interval, plural, signed
from analytics.figures.sensitive import group_differences, topics_by_groups
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.group_rows import GroupRow, TopicGap, in_words, repeats_in_words
from analytics.reports.groups import GroupsReport, groups_report
from analytics.ui import state
from analytics.ui.cells import cell_chart
from analytics.ui.chart import chart
from analytics.ui.item import item_list
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

TALLEST = 460
_TOPIC = "_sensitive_topic"


def groups(view: View) -> None:
    """Draw groups of trainers: within and across, topic by topic; only aggregates over enough people."""
    with st.spinner("Exchanging trainers between groups", show_time=True):
        report = view.report(groups_report)
    if report.undefined or not report.groups:
        empty(report.undefined or "No group of trainers can be compared here.", border=True)
        return
    st.markdown(f"#### {escaped(_sentence(report))}")
    st.caption(
        f"Differences of values, not errors: nobody is right or wrong here, and nothing of this belongs in anybody's "
        f"assessment. Shown are aggregates over {report.floor} people or more. Tests exchange whole people between "
        f"groups {count(report.n_permutations)} times and more."
    )
    names = list(dict.fromkeys(g.criterion for g in report.groups))
    state.settle("group_criterion", names)
    name = st.selectbox("Criterion", names, key="group_criterion", bind="query-params", width=380)
    rows = tuple(g for g in report.groups if g.criterion == name)
    gaps = tuple(t for t in report.topic_gaps if t.criterion == name)
    with cards():
        with card("Does a group share a reading of its own?", help=explained("group_difference")):
            shown = [g for g in rows if g.suppressed is None and g.difference.defined]
            if shown:
                chart(group_differences(shown, view.palette), key="groups")
            else:
                empty("No group of this criterion has enough people to be shown.")
            hidden = sum(1 for g in rows if g.suppressed)
            if hidden:
                st.caption(
                    f"{plural(hidden, 'group')} not shown: too few people, or they would give such a group away."
                )
        with card("On which topics?", help=explained("group_gap")):
            if gaps:
                cell_chart(
                    topics_by_groups(gaps, view.palette),
                    key="topic_groups",
                    on_click=lambda row, _: _clicked(gaps, row),
                )
                st.caption(
                    f"The group's mean answer minus all others', in {escaped(gaps[0].measure)}. Strong colours are "
                    "beyond chance. Click a cell to list the topic's items."
                )
            else:
                empty("These answers have no mean, or no topic is known.")
    topic = state.recall(_TOPIC)
    if gaps and topic in {g.topic for g in gaps}:
        with card(f"Items: {escaped(topic)}", stretch=False, key="topic_items"):
            item_list(
                view,
                project=gaps[0].project,
                criterion=name,
                choice=ItemChoice(attribute="topic", values=(topic,)),
            )
    with card("Every group", stretch=False, help=explained("group_association")):
        _group_table(report)
    if report.item_gaps:
        with card("Single items that divide", stretch=False, help=explained("group_gap")):
            _item_gap_table(report)
    else:
        st.caption(
            f"No item was judged by {report.floor} people of a group and {report.floor} others, so single items are "
            "not shown group by group: that would tell how single people answered."
        )
    for c in report.consensus:
        if c.criterion == name and math.isfinite(c.share):
            st.caption(escaped(in_words(c)))
    for r in report.repeats:
        if r.criterion == name:
            st.caption(escaped(repeats_in_words(r)))


def _sentence(report: GroupsReport) -> str:
    found = [t for t in report.topic_gaps if t.matters]
    if found:
        first = found[0]
        more = f"; {plural(len(found) - 1, 'further difference')} below" if len(found) > 1 else ""
        return (
            f"On “{first.topic}”, {_named(first)} answer {signed(first.gap)} {first.measure} against all "
            f"others on {first.criterion}, and that is not chance{more}."
        )
    rows = [g for g in report.groups if g.matters]
    if rows:
        return f"{_named(rows[0])} reads {rows[0].criterion} differently, and that is not chance."
    return "No group reads differently from the others beyond chance."


def _named(one: GroupRow | TopicGap) -> str:
    return f"{one.axis.replace('_', ' ')} {one.group}"


def _clicked(gaps: tuple[TopicGap, ...], row: str) -> None:
    topic = next((g.topic for g in gaps if g.topic == row or g.topic.startswith(row.rstrip("…"))), None)
    if topic is not None:
        state.remember(_TOPIC, topic)


def _group_table(report: GroupsReport) -> None:
    rows = report.groups
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "criterion": [g.criterion for g in rows],
                "axis": [g.axis for g in rows],
                "group": [g.group for g in rows],
                "n_trainers": [None if g.suppressed else g.n_trainers for g in rows],
                "within": [g.within.value if g.within.defined else None for g in rows],
                "across": [g.across.value if g.across.defined else None for g in rows],
                "ratio": [g.gai.value if g.gai.defined else None for g in rows],
                "ratio_range": [interval(g.gai.low, g.gai.high) if g.gai.defined else "" for g in rows],
                "p_value": [g.p_value for g in rows],
                "q_value": [g.q_value for g in rows],
                "said": [g.suppressed or ("differs" if g.matters else "") for g in rows],
            }
        ),
        key="group_table",
        alt="Groups of trainers with agreement within, across, their ratio and q-value",
        download="groups",
        height=min(TALLEST, 38 * (len(rows) + 1) + 4),
        columns={
            "criterion": column.TextColumn("Criterion", width=120, pinned=True),
            "axis": column.TextColumn("By", width=90),
            "group": column.TextColumn("Group", width=100),
            "n_trainers": column.NumberColumn("Trainers", format="localized", width=80),
            "within": column.NumberColumn("Within", format="%.2f", width=75),
            "across": column.NumberColumn("Across", format="%.2f", width=75),
            "ratio": column.NumberColumn("Ratio", format="%.2f", width=70),
            "ratio_range": column.TextColumn("95 % interval", width=110),
            "q_value": column.NumberColumn("q", format="%.3f", width=70),
            "said": column.TextColumn("", width=300),
        },
    )


def _item_gap_table(report: GroupsReport) -> None:
    rows = report.item_gaps
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "item_id": [g.item_id for g in rows],
                "criterion": [g.criterion for g in rows],
                "topic": [g.topic for g in rows],
                "axis": [g.axis for g in rows],
                "group": [g.group for g in rows],
                "gap": [g.gap.value for g in rows],
                "range": [interval(g.gap.low, g.gap.high) for g in rows],
                "p_value": [g.p_value for g in rows],
            }
        ),
        key="item_gaps",
        alt="Items on which a group answers differently",
        download="item_gaps",
        height=min(TALLEST, 38 * (len(rows) + 1) + 4),
        columns={
            "item_id": column.TextColumn("Item", width=140, pinned=True),
            "criterion": column.TextColumn("Criterion", width=120),
            "topic": column.TextColumn("Topic", width=140),
            "group": column.TextColumn("Group", width=110),
            "gap": column.NumberColumn("Against others", format="%+.2f", width=105),
            "range": column.TextColumn("95 % interval", width=110),
            "p_value": column.NumberColumn("p, all items", format="%.3f", width=95),
        },
    )
