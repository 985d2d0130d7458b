"""The Sensitive content page: targets, exposure and flags, groups of trainers; texts stay hidden until asked for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, plural
from analytics.figures.agreement import title_of
from analytics.figures.sensitive import against_targets, exposures, shares
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.sensitive import SensitiveReport, SensitiveTopic
from analytics.ui.agreement import section_of
from analytics.ui.chart import chart
from analytics.ui.groups import groups
from analytics.ui.item import item_list
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

SECTIONS = ("Targets", "Exposure", "Flags", "Groups of trainers")
TALLEST = 460


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
