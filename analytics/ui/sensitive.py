"""The Sensitive content page: targets, exposure and flags, groups of trainers; texts stay hidden until asked for."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.figures.agreement import title_of
from analytics.figures.sensitive import against_targets, exposures, group_differences, shares, topics_by_groups
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.groups import GroupsReport, TopicGap, groups_report
from analytics.reports.sensitive import SensitiveReport, SensitiveTopic
from analytics.ui import state
from analytics.ui.agreement import section_of
from analytics.ui.cells import cell_chart
from analytics.ui.chart import chart
from analytics.ui.item import item_list
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

SECTIONS = ("Targets", "Exposure", "Flags", "Groups of trainers")
TALLEST = 460
_TOPIC = "_sensitive_topic"


def sections(report: SensitiveReport, view: View) -> None:
    """Draw the section that is chosen; groups are computed only when they are looked at."""
    chosen = section_of(SECTIONS)
    if chosen == "Targets":
        _targets(report, view)
    elif chosen == "Exposure":
        _exposure(report, view)
    elif chosen == "Flags":
        _flags(report, view)
    else:
        groups(view)


def _targets(report: SensitiveReport, view: View) -> None:
    with cards():
        with card("Sensitive items, criterion by criterion"):
            chart(against_targets(report.whole, view.palette, _measure(report.whole)), key="whole")
        with card("Topic by topic", help="The topics with enough items judged twice, the furthest below target first."):
            if report.topics:
                chart(against_targets(report.topics, view.palette, _measure(report.topics)), key="topics")
            else:
                empty("No sensitive topic has enough items judged twice.")
    with card("Every sensitive topic", stretch=False):
        _topic_table(report, view)


def _measure(topics: tuple[SensitiveTopic, ...]) -> str:
    names = {t.agreement.name for t in topics}
    return title_of(names.pop()) if len(names) == 1 else "Agreement, each by its headline coefficient"


def _topic_table(report: SensitiveReport, view: View) -> None:
    rows = [*report.whole, *report.topics]
    column = st.column_config
    chosen = table(
        pd.DataFrame(
            {
                "criterion": [t.criterion for t in rows],
                "project": [t.project for t in rows],
                "topic": [t.topic or "(all sensitive)" for t in rows],
                "value": [t.agreement.value if t.agreement.defined else None for t in rows],
                "interval": [
                    interval(t.agreement.low, t.agreement.high) if t.agreement.defined else str(t.agreement.undefined)
                    for t in rows
                ],
                "target": [t.target for t in rows],
                "met": [{"met": "reached", "missed": "missed", "open": "open"}[t.met] for t in rows],
                "source": [t.target_from for t in rows],
                "n_items": [t.n_items_paired for t in rows],
                "coefficient": [t.agreement.name for t in rows],
            }
        ),
        key="sensitive_topics",
        alt="Agreement on sensitive items by criterion and topic against targets",
        download="sensitive_topics",
        height=min(TALLEST, 38 * (len(rows) + 1) + 4),
        choose=True,
        columns={
            "criterion": column.TextColumn("Criterion", width=140, pinned=True),
            "topic": column.TextColumn("Topic", width=170),
            "value": column.NumberColumn("Agreement", format="%.2f", width=90),
            "interval": column.TextColumn("95 % interval", width=110),
            "target": column.NumberColumn("Target", format="%.2f", width=70),
            "met": column.TextColumn("Target is", width=85),
            "source": column.TextColumn("Target from", width=140),
            "n_items": column.NumberColumn("Judged twice", format="localized", width=95),
            "project": column.TextColumn("Project", width=120),
        },
    )
    if chosen is not None:
        one = rows[chosen]
        attribute, value = ("topic", one.topic) if one.topic else ("sensitive", "sensitive")
        item_list(
            view,
            project=one.project,
            criterion=one.criterion,
            choice=ItemChoice(attribute=attribute, values=(value,)),
        )


def _exposure(report: SensitiveReport, view: View) -> None:
    if not report.exposures:
        empty("No dated judgment is on a sensitive item, so nobody's exposure can be told.", border=True)
        return
    with cards():
        with card("Who meets most", help=explained("exposure")):
            chart(exposures(report.exposures, view.palette, report.limit_items), key="exposures")
        with card("Person by person"):
            _exposure_table(report)
    over = sum(1 for e in report.exposures if e.weeks_over)
    untimed = sum(e.n_untimed for e in report.exposures)
    words = (
        f"Limits a week: {plural(report.limit_items, 'sensitive item')} or {coefficient(report.limit_hours, 1)} hours "
        f"on them (settings exposure_limit_items and exposure_limit_hours). {plural(over, 'person', 'people')} of "
        f"{len(report.exposures)} passed one. An item counts once a week, whatever became of the judgment."
    )
    if untimed:
        words += f" {plural(untimed, 'visit')} without a time: hours are then too low."
    st.caption(escaped(words))


def _exposure_table(report: SensitiveReport) -> None:
    people = report.exposures
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "name": [e.name for e in people],
                "trainer_id": [e.trainer_id for e in people],
                "team": [e.team for e in people],
                "over": [e.weeks_over for e in people],
                "weeks": [e.n_weeks for e in people],
                "worst_items": [e.worst_week_items for e in people],
                "worst_hours": [e.worst_week_hours for e in people],
                "last_items": [e.last_week_items for e in people],
                "last_hours": [e.last_week_hours for e in people],
                "share": [e.share for e in people],
                "hours": [e.hours for e in people],
                "weekly": [list(e.weekly) for e in people],
            }
        ),
        key="exposure_table",
        alt="Exposure to sensitive items by person",
        download="exposure",
        height=min(TALLEST, 38 * (len(people) + 1) + 4),
        columns={
            "name": column.TextColumn("Trainer", width=130, pinned=True),
            "over": column.NumberColumn("Weeks over", format="localized", width=90),
            "worst_items": column.NumberColumn("Heaviest week", format="localized", width=105),
            "worst_hours": column.NumberColumn("in hours", format="%.1f", width=75),
            "last_items": column.NumberColumn("Last week", format="localized", width=80),
            "share": column.NumberColumn("Of all items", format="percent", width=90),
            "weekly": column.BarChartColumn("Week by week", width=120, y_min=0),
        },
    )


def _flags(report: SensitiveReport, view: View) -> None:
    if not report.team_flags:
        empty(
            "No criterion here can be compared: that takes labels that flag something, on a criterion that is not "
            "declared subjective, with gold or three judgments an item.",
            border=True,
        )
    else:
        with card("The team", help=explained("over_flagging"), stretch=False), st.grid(2, min_column_width=330):
            for t in report.team_flags:
                with st.container():
                    st.markdown(f"**{escaped(t.criterion)}**: {escaped(t.flag)} raises the flag.")
                    st.caption(
                        f"Raised without need {shares(t.over.value, t.over.low, t.over.high) or '–'}, missed "
                        f"{shares(t.under.value, t.under.low, t.under.high) or '–'}; "
                        f"{plural(t.n_judgments, 'judgment')}, {count(t.n_gold)} of them against gold, the others "
                        "against most colleagues."
                    )
        with card("Person by person", help=explained("under_flagging"), stretch=False):
            _flag_table(report)
    if report.not_compared:
        names = ", ".join(sorted(set(report.not_compared)))
        st.caption(
            escaped(
                f"Not compared: {names}. There, people may rightly differ, or no label flags anything; see Groups of "
                "trainers for differences of values."
            )
        )


def _flag_table(report: SensitiveReport) -> None:
    rows = report.flags
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "name": [r.name for r in rows],
                "criterion": [r.criterion for r in rows],
                "stands_out": [_stands_out(r.over_stands_out, r.under_stands_out) for r in rows],
                "over": [r.over.value if r.over.defined else None for r in rows],
                "over_range": [shares(r.over.value, r.over.low, r.over.high) for r in rows],
                "under": [r.under.value if r.under.defined else None for r in rows],
                "under_range": [shares(r.under.value, r.under.low, r.under.high) for r in rows],
                "n": [r.n_judgments for r in rows],
                "n_gold": [r.n_gold for r in rows],
                "trainer_id": [r.trainer_id for r in rows],
            }
        ),
        key="flag_table",
        alt="Over- and under-flagging by person and criterion",
        download="flags",
        height=min(TALLEST, 38 * (len(rows) + 1) + 4),
        columns={
            "name": column.TextColumn("Trainer", width=130, pinned=True),
            "criterion": column.TextColumn("Criterion", width=120),
            "stands_out": column.TextColumn(
                "Stands out", width=120, help="Beyond the team's share even when everybody is looked at."
            ),
            "over_range": column.TextColumn("Flagged without need", width=150),
            "under_range": column.TextColumn("Missed", width=130),
            "n": column.NumberColumn("Judgments", format="localized", width=85),
        },
    )


def _stands_out(over: bool, under: bool) -> str:
    if over and under:
        return "flags and misses"
    return "flags more" if over else "misses more" if under else ""


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
    for c in report.consensus:
        if c.criterion == name and math.isfinite(c.share):
            st.caption(
                f"{percent(c.share, 1)} of {plural(c.n_items, 'item')} have the same most frequent label in all "
                f"{c.n_groups} groups by {escaped(c.axis)}."
            )


def _sentence(report: GroupsReport) -> str:
    found = [t for t in report.topic_gaps if t.matters]
    if found:
        first = found[0]
        more = f"; {plural(len(found) - 1, 'further difference')} below" if len(found) > 1 else ""
        return (
            f"On “{first.topic}”, {first.axis} {first.group} answer {signed(first.gap)} {first.measure} against all "
            f"others on {first.criterion}, and that is not chance{more}."
        )
    rows = [g for g in report.groups if g.matters]
    if rows:
        return f"{rows[0].axis} {rows[0].group} reads {rows[0].criterion} differently, and that is not chance."
    return "No group reads differently from the others beyond chance."


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
