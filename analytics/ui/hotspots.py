"""The Hotspots page's head: which criterion, what stands out in a sentence, and the items with their causes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.figures.hotspots import CAUSE_TONES, causes, probabilities
from analytics.reports.hotspot_items import HotspotChoice, HotspotList, hotspot_items_report
from analytics.reports.hotspot_rows import HotspotItem
from analytics.reports.hotspots import CriterionHotspots
from analytics.reports.one_criterion import criteria_offered
from analytics.ui import state
from analytics.ui.cells import mark_chart
from analytics.ui.chart import chart
from analytics.ui.item import item_section, labels_in_words
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped, line

_DRILL = "_hotspot_drill"
ALL = "Every cause"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenCriterion:
    """The criterion the page looks at."""

    project: str
    criterion: str


def chosen_criterion(view: View) -> ChosenCriterion | None:
    """Draw the picker of the criterion, kept in the address; None where the selection holds none."""
    offered = view.report(criteria_offered)
    if not offered:
        return None
    several = len({c.project for c in offered}) > 1
    names = {f"{c.criterion} · {c.project}" if several else c.criterion: c for c in offered}
    state.settle("of", names)
    name = st.selectbox("Criterion to look at", list(names), key="of", bind="query-params", width=420)
    return ChosenCriterion(project=names[name].project, criterion=names[name].criterion)


def lead_sentence(report: CriterionHotspots) -> None:
    """Say in one sentence where the disagreement lies."""
    st.markdown(f"## {escaped(in_a_sentence(report))}")


def in_a_sentence(report: CriterionHotspots) -> str:
    """Return where the disagreement of a criterion lies, in words."""
    if report.undefined:
        return report.undefined
    parts = []
    if report.slices:
        worst = report.slices[0]
        rates = f"{percent(worst.inside)} of pairs, {percent(worst.outside)} elsewhere"
        parts.append(f"Trainers differ most where {worst.name}: {rates}")
    elif report.slice_candidates:
        worst = max(report.slice_candidates, key=lambda s: s.excess.value)
        rates = f"{percent(worst.inside)} of pairs, {percent(worst.outside)} elsewhere"
        parts.append(f"Nothing is confirmed; trainers may differ more where {worst.name}: {rates}")
    if report.n_pairs > 1 and report.pairs and report.pairs[0].share_of_disagreement > 0:
        pair = report.pairs[0]
        a, b = pair.a or "(nothing)", pair.b or "(nothing)"
        share = percent(pair.share_of_disagreement)
        parts.append(f"{share} of all disagreement is between {a} and {b}")
    if not parts and report.n_pairs == 1 and report.pairs:
        return "Disagreement is spread evenly: no part of the data stands out."
    if not parts:
        return report.no_pairs or report.no_items or "No two labels split on any item."
    return "; ".join(parts) + "."


def items_section(report: CriterionHotspots, view: View, chosen: ChosenCriterion) -> None:
    """Draw the causes and the ranked items; a chosen item opens with its evidence and its judgments."""
    if report.no_items:
        empty(report.no_items, border=True)
        return
    with cards():
        with card("Why trainers differ", help=explained("cause_probability")):
            if report.causes:
                mark_chart(causes(report.causes, view.palette), key="causes", on_click=_pick_cause)
                st.caption(
                    "Items by their most probable cause, of those with three judgments or more that differ. "
                    "Click a bar to see its items."
                )
            else:
                empty(report.no_causes or "No item with three judgments divides its trainers.")
        with card("How to read it", help=explained("item_disagreement")):
            _reading(report)
    options = [ALL, *(name for name in CAUSE_TONES if report.causes.get(name))]
    state.settle("cause", options)
    with card("Items", help=explained("item_disagreement"), stretch=False):
        picked = st.segmented_control(
            "Cause", options, default=ALL, required=True, key="cause", bind="query-params", label_visibility="collapsed"
        )
        choice = HotspotChoice(cause=None if picked == ALL else str(picked))
        hotspot_list(view, chosen, choice)


def _pick_cause(name: str) -> None:
    if name in CAUSE_TONES:
        state.remember("cause", name)


def _reading(report: CriterionHotspots) -> None:
    st.markdown(
        "**Disagreement** is how probable it is that two further trainers would differ on the item. Few judgments say "
        "little, so such items are drawn towards the typical item; the list is ranked by the lower end of the interval."
    )
    st.markdown(
        "**Trainer error**: the item has one label, and those who are off are usually less accurate. **Ambiguous "
        "item**: accurate trainers differ too. **Guideline gap**: the same two labels split again and again on similar "
        "items. **Group divide**: the split follows a group of trainers."
    )
    if report.subjective:
        st.caption(
            "People may honestly differ on this criterion: an “error” here is an unusual reading, never a wrong one."
        )
    if report.one_in > 1:
        st.caption(f"The log is large: hotspots rest on one item in {count(report.one_in)}.")


def hotspot_list(view: View, chosen: ChosenCriterion, choice: HotspotChoice) -> None:
    """Draw a page of items of a choice; a chosen row opens the item below."""
    key = f"hot_{zlib.crc32(repr((chosen, choice)).encode()):08x}"
    place = st.container()
    found = view.report(hotspot_items_report, project=chosen.project, criterion=chosen.criterion, choice=choice)
    if found.n_pages > 1:
        page = st.pagination(found.n_pages, key=f"{key}_page")
        if page > 1:
            found = view.report(
                hotspot_items_report, project=chosen.project, criterion=chosen.criterion, choice=choice, page=page
            )
    with place:
        row = _items_table(found, f"{key}_{found.page}")
    if row is not None:
        item = found.items[row]
        _why(item, view)
        item_section(view, project=chosen.project, criterion=chosen.criterion, item_id=item.item_id)


def _items_table(found: HotspotList, key: str) -> int | None:
    if not found.items:
        empty("No item fits.")
        return None
    pages = f", page {found.page} of {found.n_pages}" if found.n_pages > 1 else ""
    st.caption(f"{plural(found.n_found, 'item')}, the surest disagreement first{pages}. Choose a row to open the item.")
    column = st.column_config
    items = found.items
    columns = {
        "text": column.TextColumn("Item", width=300, pinned=True),
        "labels": column.TextColumn("Labels", width=220),
        "value": column.ProgressColumn("Disagreement", min_value=0, max_value=1, format="percent", width=120),
        "interval": column.TextColumn("Interval", width=110),
        "cause": column.TextColumn("Probable cause", width=150),
        "chance": column.NumberColumn("Chance", format="percent", width=80),
        "shape": column.TextColumn("Shape", width=110, help=explained("van_der_eijk_agreement") or None),
        "n": column.NumberColumn("Judgments", format="localized", width=85),
        "section": column.TextColumn("Section", width=150),
        "topic": column.TextColumn("Topic", width=130),
        "version": column.TextColumn("Guideline", width=85),
        "item_id": column.TextColumn("Item id", width=110),
    }
    frame = _frame(items)
    optional = ("shape", "section", "topic", "version", "cause", "chance")
    kept = {n: c for n, c in columns.items() if n not in optional or frame[n].map(bool).any()}
    return table(
        frame,
        key=key,
        alt="Items with their labels, disagreement and probable cause",
        columns=kept,
        height=min(38 * (len(items) + 1) + 4, 460),
        download="hotspot_items",
        taken=_taken(items),
        choose=True,
    )


def _frame(items: tuple[HotspotItem, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": [_excerpt(i) for i in items],
            "labels": [labels_in_words(i.labels) for i in items],
            "value": [i.disagreement.value if i.disagreement.defined else None for i in items],
            "interval": [interval(i.disagreement.low, i.disagreement.high) for i in items],
            "cause": [i.cause for i in items],
            "chance": [i.probabilities.get(i.cause) for i in items],
            "shape": ["" if i.shape == "too few judgments" else i.shape for i in items],
            "n": [i.n_judgments for i in items],
            "section": [i.section or "" for i in items],
            "topic": [i.topic or "" for i in items],
            "version": [i.version or "" for i in items],
            "item_id": [i.item_id for i in items],
        }
    )


def _taken(items: tuple[HotspotItem, ...]) -> pd.DataFrame:
    """Return what the download holds: numbers in full, soft labels and every probability."""
    rows = []
    for i in items:
        row = {
            "item_id": i.item_id,
            "project": i.project,
            "criterion": i.criterion,
            "guideline_version": i.version,
            "n_judgments": i.n_judgments,
            "disagreement": i.disagreement.value,
            "low": i.disagreement.low,
            "high": i.disagreement.high,
            "entropy": i.entropy,
            "shape": i.shape,
            "cause": i.cause,
            "evidence": " ".join(i.evidence),
        }
        row |= {f"p_{name.replace(' ', '_')}": i.probabilities.get(name) for name in CAUSE_TONES}
        row |= {f"share_{label or 'nothing'}": share for label, share in i.soft_label}
        rows.append(row)
    return pd.DataFrame(rows)


def _excerpt(item: HotspotItem) -> str:
    if item.sensitive:
        return f"Sensitive, open to read: {item.item_id}"
    return " ".join((item.text or item.item_id).split())


def _why(item: HotspotItem, view: View) -> None:
    with card("Why this item", help=explained("cause_probability"), stretch=False, key="why_item"):
        if item.probabilities:
            chart(probabilities(item.probabilities, view.palette), key="why_probabilities")
        for sentence in item.evidence:
            line(sentence)
        if item.soft_label:
            shares = ", ".join(f"{label or '(nothing)'} {coefficient(share)}" for label, share in item.soft_label)
            st.caption(escaped(f"Soft label: {shares}."))


def drill(chosen: ChosenCriterion, section: str, title: str, choice: HotspotChoice) -> None:
    """Keep what was clicked, with the place it belongs to; for callbacks."""
    state.remember(_DRILL, (chosen, section, title, choice))


def drilled(view: View, chosen: ChosenCriterion, section: str) -> None:
    """Draw the items of what was clicked in this section of this criterion, if anything was."""
    kept = state.recall(_DRILL)
    if not kept or kept[:2] != (chosen, section):
        return
    _, _, title, choice = kept
    with card(f"Items: {escaped(title)}", stretch=False, key="hotspot_drilled"):
        st.button("Close", type="tertiary", icon=":material/close:", key="close_hotspot", on_click=_close)
        hotspot_list(view, chosen, choice)


def _close() -> None:
    state.remember(_DRILL, None)
