"""Why: which labels are taken for each other, agreement label by label, and how it is spread over items."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, interval, percent
from analytics.figures.agreement import (
    MOST_LABELS,
    class_name,
    confused_labels,
    confusion,
    confusion_title,
    item_histogram,
    label_name,
    most_confused,
)
from analytics.reports.agreement_detail import AgreementDetail
from analytics.reports.agreement_items import ItemChoice
from analytics.ui.agreement import Chosen, source_line
from analytics.ui.cells import cell_chart, mark_chart
from analytics.ui.drill import drill, drilled, row_chosen
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

CELLS: dict[str, str] = {
    "set": "Where one trainer sets the row's flag: how often another sets it too (blue), or lacks it and has the "
    "column's flag instead, or none; below it, how often against chance. Red and near 1×: not told apart.",
    "ranking": "Where one trainer puts an answer at the row's place: how often another puts it at the column's; below "
    "it, how often against chance.",
}
"""What a cell means where labels have parts."""
MOST_PAIRS = 200
"""Pairs of labels in the table."""


def why(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    """Draw which labels are taken for each other, agreement label by label, and how it is spread over items."""
    if detail.agreement.level == "text":
        _texts(detail, view, chosen)
        drilled(view, chosen, "Why")
        source_line(detail.provenance, "token edit distance divided by the longer text's length")
        return
    if detail.confusion.n_pairable == 0:
        empty("No item has two judgments, so no two labels can be compared.", border=True)
        return
    with cards():
        with card(
            escaped(confusion_title(detail)),
            help=CELLS.get(
                detail.agreement.level,
                "Each cell: of the pairs in which one trainer gave the row's label, in how many the other gave the "
                "column's; below it, how often against chance. Red and near 1×: the two labels are not told apart.",
            ),
        ):
            given = sum(1 for x in detail.confusion.observed.sum(axis=1) if x > 0)
            if given > MOST_LABELS:
                st.caption(f"The {MOST_LABELS} most frequent of {count(given)} labels.")
            cell_chart(
                confusion(detail, view.palette),
                key="confusion",
                on_click=lambda a, b: _confused(detail, chosen, a, b),
            )
            st.caption("Click a cell to list its items. Grey: fewer than five items, too few to tell.")
        with card(
            "How agreement is spread over items",
            help="The share of pairs of judgments on an item that are alike. A few items that split everybody ask for "
            "a clearer rule; a little noise everywhere asks for calibration.",
        ):
            mark_chart(
                item_histogram(detail, view.palette), key="spread", on_click=lambda ends: _class(detail, chosen, ends)
            )
            alike = {"set": "the very same flags", "ranking": "the very same ranking"}.get(detail.agreement.level)
            st.caption(
                f"Share of an item's pairs of judgments that are alike{f' ({alike})' if alike else ''}. Click a bar to "
                "list its items."
            )
    drilled(view, chosen, "Why")
    with cards():
        if detail.each:
            with card(
                "Flag by flag" if detail.agreement.level == "set" else "Label by label",
                help=explained("specific_agreement"),
            ):
                _label_table(detail)
        of = {"set": "flags", "ranking": "places"}.get(detail.agreement.level, "labels") if detail.parts else "labels"
        with card(f"Pairs of {of}", help=f"{explained('disagreement_share')}\n\n{explained('label_pair_lift')}"):
            st.caption("Choose a row to list the items where the two meet.")
            _pair_table(detail, chosen)
    source_line(detail.provenance, "coincidences of labels; intervals as chosen above")


def _texts(detail: AgreementDetail, view: View, chosen: Chosen) -> None:
    if detail.items.undefined:
        empty(f"{detail.items.undefined.capitalize()}, so no two rewrites can be compared.", border=True)
        return
    with card("How alike rewrites of one item are", help=explained("krippendorff_alpha_text"), stretch=False):
        mark_chart(
            item_histogram(detail, view.palette), key="spread",
            on_click=lambda ends: _class(detail, chosen, ends),
        )  # fmt: skip
        alike, luck = percent(detail.items.mean), percent(1 - detail.agreement.main.expected)
        st.caption(
            f"Share of words that two rewrites of an item have in common, in the same order: {alike} on average; any "
            f"two rewrites of the log: {luck}. Click a bar to list its items, and read what was written."
        )
        st.caption(
            "Texts have no labels that could be taken for each other: trainers are compared under Who with whom, "
            "topics and sections under Where."
        )


def _confused(detail: AgreementDetail, chosen: Chosen, row: str, column: str) -> None:
    labels = confused_labels(detail)
    if row in labels and column in labels:
        _cell(detail, chosen, labels[row], labels[column])


def _cell(detail: AgreementDetail, chosen: Chosen, a: str, b: str) -> None:
    one, other = (label_name(detail, detail.labels.index(x)) for x in (a, b))
    if not detail.parts:
        words = f"Items with {one} and {other}" if a != b else f"Items with {one} twice or more"
        drill(chosen, "Why", words, ItemChoice(label_a=a, label_b=b))
        return
    if detail.agreement.level == "ranking":
        words = f"Items with an answer at {one} and at {other}" if a != b else f"Items with an answer at {one} twice"
    else:
        words = f"Items with {one} against {other}" if a != b else f"Items with {one} from two trainers"
    drill(chosen, "Why", words, ItemChoice(part_a=a, part_b=b))


def _class(detail: AgreementDetail, chosen: Chosen, ends: str) -> None:
    for c in detail.items.classes:
        if ends == f"{c.low}:{c.high}":
            drill(chosen, "Why", f"Items by agreement: {class_name(c, detail)}", ItemChoice(low=c.low, high=c.high))


def _label_table(detail: AgreementDetail) -> None:
    each = sorted(detail.each, key=lambda one: one.agreement.specific.value if one.agreement.specific.defined else 2.0)
    column = st.column_config
    frame = pd.DataFrame(
        {
            "label": [one.label or "(empty)" for one in each],
            "specific": [one.agreement.specific.value for one in each],
            "interval": [interval(one.agreement.specific.low, one.agreement.specific.high) for one in each],
            "share": [one.agreement.share for one in each],
            "kappa": [one.agreement.kappa.value for one in each],
            "kappa_interval": [interval(one.agreement.kappa.low, one.agreement.kappa.high) for one in each],
            "n_items": [one.agreement.n_items for one in each],
            "n_judgments": [one.agreement.n_judgments for one in each],
        }
    )
    table(
        frame,
        key="labels",
        taken=frame,
        alt="Agreement on each label against all others",
        height=min(38 * (len(each) + 1) + 4, 300),
        download="labels",
        columns={
            "label": column.TextColumn("Label", pinned=True, width=105),
            "specific": column.ProgressColumn(
                "Another too",
                min_value=0,
                max_value=1,
                format="percent",
                width=105,
                help="Given that one trainer gave the label, the probability that another does.",
            ),
            "interval": column.TextColumn("Interval", width=95),
            "share": column.NumberColumn("Share", format="percent", width=65, help="The label's share."),
            "kappa": column.NumberColumn(
                "Kappa", format="%.2f", width=60, help="Fleiss' kappa of this label against all others."
            ),
        },
    )


def _pair_table(detail: AgreementDetail, chosen: Chosen) -> None:
    pairs = sorted(most_confused(detail), key=lambda p: -float(detail.confusion.observed[p]))[:MOST_PAIRS]
    if not pairs:
        empty("No item carries two labels: everybody agrees.")
        return
    found = detail.confusion
    column = st.column_config
    frame = pd.DataFrame(
        {
            "a": [label_name(detail, a) for a, _ in pairs],
            "b": [label_name(detail, b) for _, b in pairs],
            "ratio": [float(found.ratio[p]) for p in pairs],
            "share": [float(found.observed[p]) / _apart(detail) for p in pairs],
            "observed": [float(found.observed[p]) for p in pairs],
            "expected": [float(found.expected[p]) for p in pairs],
            "n_items": [int(detail.n_items_with[p]) for p in pairs],
        }
    )
    row = table(
        frame,
        key="label_pairs",
        taken=frame,
        alt="Pairs of labels that meet on an item, those behind most disagreement first",
        height=min(38 * (len(pairs) + 1) + 4, 300),
        download="label_pairs",
        choose=True,
        columns={
            "a": column.TextColumn("One label", width=90),
            "b": column.TextColumn("the other", width=90),
            "share": column.NumberColumn("Of disagreement", format="percent", width=110),
            "ratio": column.NumberColumn("To chance", format="%.2f×", width=75),
            "n_items": column.NumberColumn("Items", format="localized", width=55),
        },
    )
    if row is not None and row_chosen("label_pairs", row):
        a, b = pairs[row]
        _cell(detail, chosen, detail.labels[a], detail.labels[b])
        st.rerun()


def _apart(detail: AgreementDetail) -> float:
    """Return the coincidences of unequal labels, each pair once."""
    observed = detail.confusion.observed
    return float(observed.sum() - observed.trace()) / 2
