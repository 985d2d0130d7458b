"""The end of every drill-down: a list of items, and one item with its text, judgments and track records."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, day, interval, plural, signed
from analytics.reports.agreement_items import (
    ItemChoice,
    ItemList,
    ListedItem,
    agreement_items_report,
    all_items,
    judgments_of_items,
    labels_in_words,
)
from analytics.reports.item_detail import ItemDetail, ItemJudgment, item_detail_report
from analytics.ui.page import View, card, empty
from analytics.ui.tables import downloads, table
from analytics.ui.text import escaped, line, literal

__all__ = ["item_list", "item_section", "labels_in_words"]


def item_list(
    view: View,
    *,
    project: str,
    criterion: str,
    choice: ItemChoice,
    people: tuple[str, str] | None = None,
) -> None:
    """Draw the items of a choice, the least agreed first; a chosen row opens the item below.

    Parameters
    ----------
    people : pair of str or None
        Names of the two trainers of the choice, for the columns that say what each gave.
    """
    key = f"items_{zlib.crc32(repr((project, criterion, choice)).encode()):08x}"
    place = st.container()
    first = view.report(agreement_items_report, project=project, criterion=criterion, choice=choice)
    page = 1
    if first.n_pages > 1:
        page = st.pagination(first.n_pages, key=f"{key}_page")
    found = first
    if page > 1:
        found = view.report(agreement_items_report, project=project, criterion=criterion, choice=choice, page=page)
    with place:
        chosen = _list_table(found, f"{key}_{page}", people, alike="Words alike" if found.text else "Pairs alike")
    if found.items:
        for made, title, name in (
            (all_items, "All items: ", "items"),
            (judgments_of_items, "Their judgments: ", "judgments_of_items"),
        ):
            frame = partial(
                made, view.engine, view.scope, view.filters, project=project, criterion=criterion, choice=choice
            )
            downloads(frame, name=name, key=f"{key}_{name}", title=title)
    if chosen is not None:
        item_section(view, project=project, criterion=criterion, item_id=found.items[chosen].item_id)


def _list_table(found: ItemList, key: str, people: tuple[str, str] | None, alike: str) -> int | None:
    if not found.items:
        empty("No item of this selection fits.")
        return None
    pages = f", page {found.page} of {found.n_pages}" if found.n_pages > 1 else ""
    st.caption(f"{plural(found.n_found, 'item')}, the least agreed first{pages}. Choose a row to open the item.")
    column = st.column_config
    columns = {
        "text": column.TextColumn("Item", width=380, pinned=True),
        "labels": column.TextColumn("Labels", width=230),
        "a": column.TextColumn(people[0] if people else "", width=110),
        "b": column.TextColumn(people[1] if people else "", width=110),
        "agreement": column.ProgressColumn(alike, min_value=0, max_value=1, format="percent", width=110),
        "n": column.NumberColumn("Judgments", format="localized", width=90),
        "version": column.TextColumn("Guideline", width=90),
        "item_id": column.TextColumn("Item id", width=130),
    }
    if people is None:
        columns = {name: c for name, c in columns.items() if name not in ("a", "b")}
    if not any(i.version for i in found.items):
        del columns["version"]
    return table(
        pd.DataFrame(
            {
                "text": [_excerpt(i) for i in found.items],
                "labels": [labels_in_words(i.labels) for i in found.items],
                "a": [i.label_of_a for i in found.items],
                "b": [i.label_of_b for i in found.items],
                "agreement": [i.agreement for i in found.items],
                "n": [i.n_judgments for i in found.items],
                "version": [i.version for i in found.items],
                "item_id": [i.item_id for i in found.items],
            }
        ),
        key=key,
        alt="Items with the labels they were given",
        columns=columns,
        height=min(38 * (len(found.items) + 1) + 4, 430),
        choose=True,
    )


def _excerpt(item: ListedItem) -> str:
    if item.sensitive:
        return f"Sensitive, open to read: {item.item_id}"
    return " ".join((item.prompt or item.item_id).split())


def item_section(view: View, *, project: str, criterion: str, item_id: str) -> None:
    """Draw one item: its text, every judgment with its rationale, and each trainer's track record on the criterion.

    The report gives names only to those who may see them, and a trainer nothing but their own judgments and, where
    enough colleagues judged, the anonymous counts.
    """
    detail = view.report(item_detail_report, project=project, criterion=criterion, item_id=item_id)
    with card(f"Item {escaped(item_id)}", stretch=False, key="item"):
        st.caption(" · ".join(f"{escaped(name)}: {escaped(value)}" for name, value in detail.facts) or "No attributes.")
        _text(detail)
        judgments = detail.of_criterion(criterion)
        st.markdown(f"**{escaped(criterion)}**: {plural(len(judgments), 'judgment')}")
        if judgments:
            _judgments_table(detail, judgments, key="item_judgments")
            _rationales(judgments)
        else:
            empty("You may see no judgment of this item on this criterion.")
        _pooled(detail)
        others = [j for j in detail.judgments if j.criterion != criterion]
        if others:
            label = f"{plural(len(others), 'judgment')} on other criteria"
            with st.expander(label, key="item_others", on_change="rerun") as more:
                if more.open:
                    _judgments_table(detail, others, key="item_other_judgments", with_criterion=True)
                    _rationales(others)


def _text(detail: ItemDetail) -> None:
    if not detail.prompt and not detail.responses:
        empty("The log holds no text for this item; import an items table to see it.")
        return
    if detail.sensitive and not st.toggle(
        "Show the text", key=f"text_{detail.item_id}", help="This item is marked as sensitive content."
    ):
        st.caption("Sensitive content: hidden until you ask for it.")
        return
    if detail.prompt:
        literal(detail.prompt)
    if detail.responses:
        with st.grid(min(len(detail.responses), 3), min_column_width=280, gap="small"):
            for response in detail.responses:
                with st.container():
                    name = f"Response {response.id}".strip()
                    line(f"{name} ({response.model})" if response.model else name)
                    literal(response.text)


def _judgments_table(
    detail: ItemDetail, judgments: Sequence[ItemJudgment], key: str, *, with_criterion: bool = False
) -> None:
    column = st.column_config
    records = [detail.records.get(j.trainer_code) if j.criterion == detail.criterion else None for j in judgments]
    frame = pd.DataFrame(
        {
            "criterion": [j.criterion for j in judgments],
            "name": [j.name for j in judgments],
            "label": [j.label if j.label != "" else "(empty)" for j in judgments],
            "gold": [j.gold for j in judgments],
            "rationale": [j.rationale for j in judgments],
            "record": [None if r is None or math.isnan(r.agreement) else r.agreement for r in records],
            "sure": [
                "" if r is None or math.isnan(r.agreement) else f"{interval(r.low, r.high)} on {count(r.n_judgments)}"
                for r in records
            ],
            "excess": ["" if r is None or math.isnan(r.excess) else signed(r.excess) for r in records],
            "when": [day(j.judged_at) for j in judgments],
            "took": [None if j.duration_s is None else j.duration_s for j in judgments],
            "confidence": [j.confidence for j in judgments],
            "counted": ["counts" if j.counted else j.not_counted for j in judgments],
            "version": [j.guideline_version for j in judgments],
            "batch": [j.batch for j in judgments],
            "source": [f"{j.source} row {j.source_row}" if j.source and j.source_row else j.source for j in judgments],
        }
    )
    columns = {
        "criterion": column.TextColumn("Criterion", width=140),
        "name": column.TextColumn("Trainer", width=130, pinned=True),
        "label": column.TextColumn("Label", width=120),
        "gold": column.TextColumn("Gold", width=100),
        "rationale": column.TextColumn("Rationale", width=320),
        "record": column.ProgressColumn(
            "Agrees with colleagues",
            min_value=0,
            max_value=1,
            format="percent",
            width=140,
            help="Track record on this criterion: share of colleagues on the same items who gave the same label.",
        ),
        "sure": column.TextColumn("Interval, on judgments", width=160),
        "excess": column.TextColumn(
            "Against the items",
            width=120,
            help="The same minus what those very items let anyone expect: below 0 is less than usual on them.",
        ),
        "when": column.TextColumn("When", width=100),
        "took": column.NumberColumn("Took (s)", format="%.0f", width=80),
        "confidence": column.NumberColumn("Confidence", format="%.2f", width=90),
        "counted": column.TextColumn("In agreement", width=150),
        "version": column.TextColumn("Guideline", width=90),
        "batch": column.TextColumn("Batch", width=90),
        "source": column.TextColumn("Source", width=160),
    }
    kept = {
        name: c
        for name, c in columns.items()
        if name in ("name", "label", "counted")
        or (name == "criterion" and with_criterion)
        or (name != "criterion" and frame[name].notna().any() and (frame[name].astype(str) != "").any())
    }
    table(
        frame, key=key, alt="Judgments of the item with each trainer's track record", columns=kept, download="judgments"
    )


def _rationales(judgments: Sequence[ItemJudgment]) -> None:
    given = [j for j in judgments if j.rationale]
    if not given:
        return
    with st.expander(f"{plural(len(given), 'rationale')} in full", key=f"rationales_{given[0].criterion}"):
        for j in given:
            line(f"{j.name}: {j.label or '(empty)'}")
            literal(j.rationale)


def _pooled(detail: ItemDetail) -> None:
    for pool in detail.pooled:
        st.caption(f"What the team said on {escaped(pool.criterion)}, without names ({count(pool.n_trainers)} people):")
        line(labels_in_words(pool.labels))
