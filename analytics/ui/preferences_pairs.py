"""Preferences: the pairs behind a number, and one pair with its two answers side by side and who chose what and why."""

from __future__ import annotations

import zlib

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, day, plural
from analytics.reports.item_detail import Response
from analytics.reports.preferences_pairs import (
    ListedPair,
    Order,
    PairChoice,
    PairDetail,
    PairList,
    pair_report,
    pairs_report,
)
from analytics.text.differences import marked_html, shared_words
from analytics.ui import state
from analytics.ui.page import View, card, empty
from analytics.ui.preferences import Picked
from analytics.ui.tables import table
from analytics.ui.text import escaped, line, literal

_SHOWN = "_preference_pairs"
HIDDEN = "Sensitive: open the pair to read it."
ORDERS: dict[str, Order] = {"Closest votes first": "contested", "Clearest votes first": "clear"}


def show_pairs(picked: Picked, part: str, title: str, choice: PairChoice) -> None:
    """Keep which pairs were asked for, with the place they belong to; for callbacks."""
    state.remember(_SHOWN, (picked.project, picked.criterion, part, title, choice))


def forget_pairs() -> None:
    """Forget which pairs were asked for; for callbacks."""
    state.remember(_SHOWN, None)


def listed(view: View, picked: Picked, part: str) -> None:
    """Draw the pairs that were asked for in this part of the page, if any were."""
    kept = state.recall(_SHOWN)
    if not kept or kept[:3] != (picked.project, picked.criterion, part):
        return
    with card(escaped(kept[3]), stretch=False, key="pairs_behind"):
        st.button("Close", type="tertiary", icon=":material/close:", key="close_pairs", on_click=forget_pairs)
        pair_list(view, picked, kept[4])


def all_pairs(view: View, picked: Picked) -> None:
    """Draw the list of all pairs with its own controls."""
    state.settle("votes", ORDERS)
    left, right = st.columns([1, 1.6], gap="small")
    with left:
        order = st.selectbox("Order", list(ORDERS), key="votes", bind="query-params")
    with right:
        text = st.text_input("The prompt contains", key="prompt_has", bind="query-params")
    pair_list(view, picked, PairChoice(order=ORDERS[str(order)], text=str(text).strip() or None))


def pair_list(view: View, picked: Picked, choice: PairChoice) -> None:
    """Draw a page of pairs; a chosen row opens the pair below."""
    key = f"pairs_{zlib.crc32(repr((picked, choice)).encode()):08x}"
    place = st.container()
    found = view.report(pairs_report, project=picked.project, criterion=picked.criterion, choice=choice)
    page = 1
    if found.n_pages > 1:
        page = st.pagination(found.n_pages, key=f"{key}_page")
    if page > 1:
        found = view.report(pairs_report, project=picked.project, criterion=picked.criterion, choice=choice, page=page)
    with place:
        row = _list_table(found, f"{key}_{page}")
    if row is not None:
        pair_section(view, picked, found.pairs[row].item_id)


def _list_table(found: PairList, key: str) -> int | None:
    if not found.pairs:
        empty("No pair of this selection fits.")
        return None
    pages = f", page {found.page} of {found.n_pages}" if found.n_pages > 1 else ""
    st.caption(f"{plural(found.n_found, 'pair')}{pages}. Choose a row to read the two answers.")
    column = st.column_config
    columns = {
        "text": column.TextColumn("Prompt", width=330, pinned=True),
        "votes": column.TextColumn("A : tie : B", width=95),
        "model_a": column.TextColumn("A written by", width=120),
        "model_b": column.TextColumn("B written by", width=120),
        "topic": column.TextColumn("Topic", width=120),
        "n": column.NumberColumn("Judgments", format="localized", width=90),
        "median_s": column.NumberColumn("Median time (s)", format="%.0f", width=110),
        "item_id": column.TextColumn("Item id", width=120),
    }
    if not any(p.model_a or p.model_b for p in found.pairs):
        del columns["model_a"], columns["model_b"]
    if not any(p.topic for p in found.pairs):
        del columns["topic"]
    if all(p.median_s is None for p in found.pairs):
        del columns["median_s"]
    return table(
        pd.DataFrame(
            {
                "text": [_excerpt(p) for p in found.pairs],
                "votes": [f"{p.n_a} : {p.n_tie} : {p.n_b}" for p in found.pairs],
                "model_a": [p.model_a for p in found.pairs],
                "model_b": [p.model_b for p in found.pairs],
                "topic": [p.topic for p in found.pairs],
                "n": [p.n_a + p.n_tie + p.n_b for p in found.pairs],
                "median_s": [p.median_s for p in found.pairs],
                "item_id": [p.item_id for p in found.pairs],
            }
        ),
        key=key,
        alt="Pairs of answers with their votes",
        columns=columns,
        height=min(38 * (len(found.pairs) + 1) + 4, 400),
        download="pairs",
        choose=True,
    )


def _excerpt(pair: ListedPair) -> str:
    return HIDDEN if pair.sensitive else " ".join((pair.prompt or pair.item_id).split())


def pair_section(view: View, picked: Picked, item_id: str) -> None:
    """Draw one pair: prompt, the two answers with their differences marked, and every judgment with its rationale."""
    detail = view.report(pair_report, project=picked.project, criterion=picked.criterion, item_id=item_id)
    with card(f"Pair {escaped(item_id)}", stretch=False, key="pair"):
        facts = detail.item.facts
        st.caption(" · ".join(f"{escaped(k)}: {escaped(v)}" for k, v in facts) or "No attributes.")
        _texts(detail, view)
        _judgments(detail, picked)


def _texts(detail: PairDetail, view: View) -> None:
    item = detail.item
    if not item.prompt and not item.responses:
        empty("The log holds no texts for this pair; import an items table to read them.")
        return
    if item.sensitive and not st.toggle(
        "Show the texts", key=f"pair_text_{item.item_id}", help="This item is marked as sensitive content."
    ):
        st.caption("Sensitive content: hidden until you ask for it.")
        return
    if item.prompt:
        st.caption("Prompt")
        literal(item.prompt)
    if detail.answer_a is None or detail.answer_b is None:
        empty("The log holds no two answers for this pair.")
        return
    st.html(_style(view))
    left, right = st.columns(2, gap="small")
    with left:
        _answer("A", detail.answer_a, marked_html(detail.changes, side="a"))
    with right:
        _answer("B", detail.answer_b, marked_html(detail.changes, side="b"))
    st.caption(
        f"{shared_words(detail.changes):.0%} of the words are the same in the same order; marked: what the other "
        f"answer lacks. A has {count(len(detail.answer_a.text))} characters, B {count(len(detail.answer_b.text))}."
    )


def _style(view: View) -> str:
    p = view.palette
    return (
        "<style>.plumbline-answer {white-space: normal; overflow-wrap: anywhere; line-height: 1.5; padding: 0.6rem;"
        f" background: {p.surface}; border-radius: 0.5rem; color: {p.text};}}"
        f" .plumbline-answer .diff-a {{border-bottom: 2px solid {p.fair}; background: {p.fair}22;}}"
        f" .plumbline-answer .diff-b {{border-bottom: 2px solid {p.accent}; background: {p.accent}22;}}</style>"
    )


def _answer(name: str, answer: Response, cleaned: str) -> None:
    line(f"{name}: {answer.model}" if answer.model else f"Answer {name}")
    st.html(f'<div class="plumbline-answer">{cleaned}</div>')


def _judgments(detail: PairDetail, picked: Picked) -> None:
    st.markdown(f"**{escaped(picked.criterion)}**: {plural(len(detail.judgments), 'judgment')}")
    if not detail.judgments:
        empty("You may see no judgment of this pair.")
        return
    column = st.column_config
    judgments = [j for j, _ in detail.judgments]
    frame = pd.DataFrame(
        {
            "name": [j.name for j in judgments],
            "choice": [_chosen(j.label, score) for j, score in detail.judgments],
            "rationale": [j.rationale for j in judgments],
            "when": [day(j.judged_at) for j in judgments],
            "took": [j.duration_s for j in judgments],
            "confidence": [j.confidence for j in judgments],
            "counted": ["counts" if j.counted else j.not_counted for j in judgments],
        }
    )
    columns = {
        "name": column.TextColumn("Trainer", width=140, pinned=True),
        "choice": column.TextColumn("Chose", width=110),
        "rationale": column.TextColumn("Rationale", width=360),
        "when": column.TextColumn("When", width=100),
        "took": column.NumberColumn("Took (s)", format="%.0f", width=80),
        "confidence": column.NumberColumn("Confidence", format="%.2f", width=90),
        "counted": column.TextColumn("In agreement", width=150),
    }
    kept = {k: c for k, c in columns.items() if k in ("name", "choice", "counted") or frame[k].notna().any()}
    table(
        frame, key="pair_judgments", alt="Judgments of the pair with their rationales", columns=kept,
        download="judgments",
    )  # fmt: skip
    given = [j for j in judgments if j.rationale]
    if given:
        with st.expander(f"{plural(len(given), 'rationale')} in full", key="pair_rationales"):
            for j in given:
                line(f"{j.name}: {j.label or '(empty)'}")
                literal(j.rationale)


def _chosen(label: str | None, score: int | None) -> str:
    """Return a choice in words.

    >>> _chosen("-3", -3), _chosen("tie", 0), _chosen(None, None)
    ('A, strength 3', 'tie', '–')
    """
    if score is None:
        return label or "–"
    side = "A" if score < 0 else "B" if score > 0 else "tie"
    return f"{side}, strength {abs(score)}" if label not in ("A", "B", "tie") and score else side
