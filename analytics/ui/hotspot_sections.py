"""The sections of the Hotspots page beside the items: label pairs, slices, themes, the queue."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.figures.frame import bands_of
from analytics.figures.hotspots import MOST_DRAWN, pair_gains, pair_key, pair_name, slice_excess, steps, theme_excess
from analytics.reports.hotspot_items import HotspotChoice
from analytics.reports.hotspot_queue import label_studio_tasks, queue_frame
from analytics.reports.hotspot_rows import STANDING, HotspotPair
from analytics.reports.hotspots import CriterionHotspots
from analytics.ui.cells import mark_chart
from analytics.ui.chart import chart
from analytics.ui.hotspots import ChosenCriterion, drill, drilled
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import safe_csv, table
from analytics.ui.text import escaped

ROUTES = {
    "another judgment": "Another judgment would settle it",
    "guideline owner": "For the guideline's owner",
    "judgment limit reached": "Judged often enough, still open",
}


def pairs_section(report: CriterionHotspots, view: View, chosen: ChosenCriterion) -> None:
    """Draw what settling each boundary would gain, where it splits and who leans which way."""
    if report.no_pairs:
        empty(report.no_pairs, border=True)
        return
    split = [p for p in report.pairs if p.alpha_gain.value > 0]
    with cards(across=2 if report.steps else 1):
        with card("What settling a boundary would gain", help=explained("alpha_gain")):
            if split:
                mark_chart(
                    pair_gains(split, view.palette),
                    key="pairs",
                    on_click=lambda key: _pair_clicked(report, chosen, key),
                )
                shown = (
                    f"The {len(split)} costliest of {count(report.n_pairs)} pairs. "
                    if report.n_pairs > len(split)
                    else ""
                )
                st.caption(
                    f"{shown}The gains of all pairs add up to 1 \\- alpha = {coefficient(1 - report.alpha, 3)}. "
                    "Click a mark to list the items with both labels."
                )
            else:
                empty("No two labels meet on an item: everybody agrees.")
        if report.steps:
            with card("Step by step of the scale", help=explained("threshold_alpha")):
                chart(steps(report.steps, view.palette, bands_of(view.settings.bands)), key="steps")
                st.caption("The lowest step is the one that trainers draw in different places.")
    drilled(view, chosen, "Label pairs")
    if split:
        with card("Where, and who leans which way", help=explained("label_pair_lift"), stretch=False):
            _pairs_table(split)


def _pair_clicked(report: CriterionHotspots, chosen: ChosenCriterion, key: str) -> None:
    for pair in report.pairs:
        if pair_key(pair) == key:
            drill(chosen, "Label pairs", pair_name(pair), HotspotChoice(label_a=pair.a, label_b=pair.b))


def _pairs_table(pairs: list[HotspotPair]) -> None:
    column = st.column_config
    frame = pd.DataFrame(
        {
            "pair": [pair_name(p) for p in pairs],
            "gain": [p.alpha_gain.value for p in pairs],
            "interval": [interval(p.alpha_gain.low, p.alpha_gain.high, 3) for p in pairs],
            "share": [p.share_of_disagreement for p in pairs],
            "lift": [p.lift for p in pairs],
            "items": [p.n_items for p in pairs],
            "where": [
                "; ".join(f"{w.attribute.replace('_', ' ')} {w.value} ({percent(w.share)})" for w in p.where)
                or "everywhere alike"
                for p in pairs
            ],
            "direction": [
                f"{p.lean_a} to {p.a or '(nothing)'}, {p.lean_b} to {p.b or '(nothing)'}, of {p.n_split_trainers}"
                if p.n_split_trainers
                else ""
                for p in pairs
            ],
        }
    )
    table(
        frame,
        key="pair_table",
        alt="Label pairs with gain in alpha, share of the disagreement, lift, places and directions",
        download="label_pairs",
        columns={
            "pair": column.TextColumn("Labels", width=170, pinned=True),
            "gain": column.NumberColumn("Gain in alpha", format="%+.3f", width=95),
            "interval": column.TextColumn("Interval", width=110),
            "share": column.NumberColumn("Of all disagreement", format="percent", width=120),
            "lift": column.NumberColumn("Against chance", format="%.2f×", width=105),
            "items": column.NumberColumn("Items", format="localized", width=65),
            "where": column.TextColumn(
                "More than elsewhere in",
                width=300,
                help="Sections, topics and themes in which the pair splits more than elsewhere (q at most .05).",
            ),
            "direction": column.TextColumn(
                "Trainers who lean",
                width=220,
                help="Trainers who give one label where colleagues give the other, beyond luck.",
            ),
        },
    )


def slices_section(report: CriterionHotspots, view: View, chosen: ChosenCriterion) -> None:
    """Draw the slices and themes with excess disagreement."""
    with cards():
        with card("Slices", help=explained("excess_disagreement")):
            shown = report.slices or report.slice_candidates
            if not report.slices:
                level = percent(report.slice_level)
                none = f"No slice is confirmed at a false discovery rate of {level}."
                empty(report.no_slices or (f"{none} These came nearest:" if shown else none))
            if shown:
                mark_chart(
                    slice_excess(shown, view.palette),
                    key="slices",
                    on_click=lambda key: _slice_clicked(report, chosen, key),
                )
            st.caption(_about_slices(report))
        with card("Themes of the texts", help=explained("excess_disagreement")):
            if report.themes:
                mark_chart(
                    theme_excess(report.themes, view.palette, view.settings.false_discovery),
                    key="themes",
                    on_click=lambda key: _theme_clicked(report, chosen, key),
                )
                more = len(report.themes) - MOST_DRAWN
                st.caption(
                    "Clusters of item texts, named by their terms; coloured: more disagreement than elsewhere beyond "
                    f"chance (Benjamini and Hochberg).{f' {count(more)} more themes below.' if more > 0 else ''} "
                    "Click a mark to list the items."
                )
            else:
                empty(report.no_themes or "No themes were found.")
    drilled(view, chosen, "Slices and themes")
    if report.slices or report.slice_candidates:
        with card("Slices as a table", stretch=False):
            _slice_table(report)
    if report.themes:
        with st.expander(
            "Themes with their terms and typical items", key="theme_list", on_change="rerun"
        ) as more_themes:
            if more_themes.open:
                _theme_table(report)


def _about_slices(report: CriterionHotspots) -> str:
    if report.no_slices:
        return "Slices are combinations of topic, language, section, model, length, theme and further attributes."
    how = (
        "Found on one half of the items and tested on the other, both ways round; who met the items is taken out. "
        f"{plural(report.n_slice_candidates, 'slice')} tested. "
    )
    if report.slices:
        return f"{how}At most {percent(report.slice_level)} of those listed are luck. Click a mark to list the items."
    if any(s.standing == "these trainers" for s in report.slice_candidates):
        how += (
            f"“{STANDING['these trainers'].capitalize()}”: beyond luck among the trainers who judged, but so few of "
            "them carry it that other trainers might not. "
        )
    if not report.slice_candidates:
        return how
    return f"{how}An interval that reaches 0 may be luck. Click a mark to list the items."


def _slice_clicked(report: CriterionHotspots, chosen: ChosenCriterion, key: str) -> None:
    for one in (*report.slices, *report.slice_candidates):
        if one.name == key:
            drill(chosen, "Slices and themes", one.name, HotspotChoice(conditions=one.conditions))


def _theme_clicked(report: CriterionHotspots, chosen: ChosenCriterion, key: str) -> None:
    for theme in report.themes:
        if theme.name == key:
            drill(chosen, "Slices and themes", theme.name, HotspotChoice(conditions=(("theme", theme.name),)))


def _slice_table(report: CriterionHotspots) -> None:
    column = st.column_config
    found = (*report.slices, *report.slice_candidates)
    table(
        pd.DataFrame(
            {
                "slice": [s.name for s in found],
                "standing": [STANDING[s.standing] for s in found],
                "excess": [s.excess.value for s in found],
                "interval": [interval(s.excess.low, s.excess.high) for s in found],
                "raw": [s.raw_excess for s in found],
                "inside": [s.inside for s in found],
                "outside": [s.outside for s in found],
                "q": [s.q_value for s in found],
                "items": [s.n_items for s in found],
                "trainers": [s.n_trainers for s in found],
            }
        ),
        key="slice_table",
        alt="Slices with their excess disagreement, interval, q-value and support",
        download="slices",
        columns={
            "slice": column.TextColumn("Slice", width=300, pinned=True),
            "standing": column.TextColumn("Standing", width=160),
            "excess": column.NumberColumn("Excess", format="%+.2f", width=75),
            "interval": column.TextColumn("Interval", width=110),
            "raw": column.NumberColumn(
                "Unadjusted", format="%+.2f", width=95, help="Without taking out which trainers met the items."
            ),
            "inside": column.NumberColumn("Pairs that differ", format="percent", width=110),
            "outside": column.NumberColumn("elsewhere", format="percent", width=85),
            "q": column.NumberColumn("q", format="%.3f", width=65, help=explained("q_value") or None),
            "items": column.NumberColumn("Items", format="localized", width=65),
            "trainers": column.NumberColumn("Trainers", format="localized", width=80),
        },
    )


def _theme_table(report: CriterionHotspots) -> None:
    column = st.column_config
    found = report.themes
    table(
        pd.DataFrame(
            {
                "theme": [", ".join(t.terms) or t.name for t in found],
                "items": [t.n_items for t in found],
                "excess": [signed(t.excess.value) if t.excess.defined else "too few items" for t in found],
                "interval": [interval(t.excess.low, t.excess.high) if t.excess.defined else "" for t in found],
                "q": [t.q_value if t.excess.defined else None for t in found],
                "typical": [" · ".join(" ".join(text.split())[:80] for _, text in t.typical[:2]) for t in found],
            }
        ),
        key="theme_table",
        alt="Themes with their terms, support, excess disagreement and typical items",
        download="themes",
        height=430,
        columns={
            "theme": column.TextColumn("Terms", width=260, pinned=True),
            "items": column.NumberColumn("Items", format="localized", width=65),
            "excess": column.TextColumn("Excess", width=95),
            "interval": column.TextColumn("Interval", width=110),
            "q": column.NumberColumn("q", format="%.3f", width=65),
            "typical": column.TextColumn("Typical items (sensitive ones left out)", width=420),
        },
    )


def queue_section(report: CriterionHotspots, view: View, chosen: ChosenCriterion) -> None:
    """Draw what to do next: items another judgment would settle, and items for the guideline's owner."""
    if report.no_queue:
        empty(report.no_queue, border=True)
        return
    named = [(route, title) for route, title in ROUTES.items() if report.routes.get(route)]
    settled = report.routes.get("settled", 0)
    if not named:
        empty(f"Nothing to do: all {plural(settled, 'item')} are settled.", border=True)
        return
    st.caption(escaped(f"{plural(settled, 'item')} settled. {report.minutes_note}"))
    for route, title in named:
        with card(f"{title}: {plural(report.routes[route], 'item')}", help=_help(route), stretch=False):
            _queue_table(report, route)
            _queue_downloads(view, chosen, route)


def _help(route: str) -> str:
    return explained("information_gain") if route == "another judgment" else explained("probability_divided")


def _queue_table(report: CriterionHotspots, route: str) -> None:
    column = st.column_config
    rows = [q for q in report.queue if q.route == route]
    more = report.routes[route] - len(rows)
    columns = {
        "item_id": column.TextColumn("Item id", width=140, pinned=True),
        "labels": column.TextColumn("Labels so far", width=260),
        "n": column.NumberColumn("Judgments", format="localized", width=85),
        "gain": column.NumberColumn(
            "Information", format="%.2f", width=95, help="Nats another judgment is expected to remove."
        ),
        "needed": column.NumberColumn(
            "Expected judgments", format="%.1f", width=130, help=explained("judgments_to_settle") or None
        ),
        "minutes": column.NumberColumn("Minutes each", format="%.1f", width=100),
        "cost": column.NumberColumn("Cost", format="%.2f", width=70),
        "divided": column.NumberColumn(
            "Divided", format="percent", width=80, help=explained("probability_divided") or None
        ),
        "sensitive": column.CheckboxColumn("Sensitive", width=80),
    }
    if route != "another judgment":
        columns = {name: c for name, c in columns.items() if name not in ("gain", "needed", "minutes", "cost")}
    else:
        del columns["divided"]
    table(
        pd.DataFrame(
            {
                "item_id": [q.item_id for q in rows],
                "labels": [", ".join(f"{n} × {label or '(nothing)'}" for label, n in q.labels) for q in rows],
                "n": [q.n_judgments for q in rows],
                "gain": [q.gain for q in rows],
                "needed": [q.expected_judgments for q in rows],
                "minutes": [q.minutes for q in rows],
                "cost": [q.cost for q in rows],
                "divided": [q.divided for q in rows],
                "sensitive": [q.sensitive for q in rows],
            }
        ),
        key=f"queue_{route.replace(' ', '_')}",
        alt=f"Queue: {ROUTES[route]}",
        columns=columns,
        height=min(38 * (len(rows) + 1) + 4, 380),
    )
    if more > 0:
        st.caption(f"{plural(more, 'further item')} in the downloads.")


def _queue_downloads(view: View, chosen: ChosenCriterion, route: str) -> None:
    engine, scope, filters = view.engine, view.scope, view.filters
    name = f"queue_{chosen.criterion}_{route.replace(' ', '_')}"

    def rows() -> pd.DataFrame:
        return queue_frame(engine, scope, filters, project=chosen.project, criterion=chosen.criterion, route=route)

    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.download_button(
            "Label Studio tasks",
            data=lambda: label_studio_tasks(rows()),
            file_name=f"{name}.json",
            mime="application/json",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"{name}_tasks",
        )
        st.download_button(
            "CSV",
            data=lambda: safe_csv(rows()),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"{name}_csv",
        )
