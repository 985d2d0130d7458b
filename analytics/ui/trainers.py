"""The Trainers page: who stands out and on what evidence, the funnel, the table, the gold's own audit."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, day, interval, percent, plural
from analytics.figures.trainers import trainers_funnel
from analytics.reports.trainer_row import TrainerRow
from analytics.reports.trainers import TrainersReport
from analytics.stats.trainers.flags import FLAG_KINDS
from analytics.ui.chart import chart
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

TALLEST = 520
MOST_CARDS = 40
SOURCES = {
    "gold": "Gold",
    "peers": "Peers",
    "model": "Latent model",
    "repeats": "Blind repeats",
    "order": "Order shown",
    "pace": "Pace",
    "rationales": "Rationales",
}


def lead_sentence(report: TrainersReport) -> None:
    """Print the report's one sentence, before anything else."""
    flagged = [row for row in report.trainers if row.flags]
    if not flagged:
        st.markdown(f"## Nobody of {plural(len(report.trainers), 'trainer')} stands out on two kinds of evidence")
        return
    kinds: dict[str, int] = {}
    for row in flagged:
        for kind in dict.fromkeys(flag.kind for flag in row.flags):
            kinds[kind] = kinds.get(kind, 0) + 1
    words = ", ".join(f"{n} {FLAG_KINDS[kind].title.lower()}" for kind, n in kinds.items())
    st.markdown(f"## {len(flagged)} of {plural(len(report.trainers), 'trainer')} may need help: {words}")


def funnel_card(report: TrainersReport, view: View) -> None:
    """Draw the funnel: small n is not a verdict."""
    with card("Agreement beyond the items, against how much it rests on", help=explained("peer_excess"), stretch=False):
        if report.funnel.undefined:
            empty(f"No limits can be drawn: {report.funnel.undefined}.")
            return
        chart(trainers_funnel(report, view.palette), key="funnel")
        st.caption(
            "0 is like everybody on the same items. Of ordinary trainers 95 % fall between the dashed lines and "
            "99.8 % between the others; few judgments mean wide lines. A place outside is a reason "
            "to look, not a verdict. Nobody is ranked."
        )


def flag_cards(report: TrainersReport) -> None:
    """Draw one card a flagged trainer: what is said, both kinds of evidence, what to do."""
    flagged = [row for row in report.trainers if row.flags]
    if not flagged:
        return
    st.markdown("### Worth a conversation")
    st.caption(
        f"Each needs two kinds of evidence, never a model's alone. Of {count(report.n_tested)} cases examined, false "
        f"ones are at most {percent(report.false_discovery)} on average. By name, not by rank."
    )
    with cards(2):
        for row in flagged[:MOST_CARDS]:
            _flag_card(row)


def _flag_card(row: TrainerRow) -> None:
    with card(escaped(row.display_name), key=f"flag_{row.trainer_id}"):
        for kind in dict.fromkeys(flag.kind for flag in row.flags):
            mine = [flag for flag in row.flags if flag.kind == kind]
            first = mine[0]
            where = ", ".join(escaped(flag.criterion) for flag in mine)
            since = min((flag.since for flag in mine if flag.since), default=None)
            st.badge(FLAG_KINDS[kind].title, icon=":material/flag:", color="orange")
            st.markdown(f"{first.meaning} On **{where}**{f', since {day(since)}' if since else ''}.")
            for piece in first.evidence:
                st.markdown(f"- **{SOURCES[piece.source]}:** {escaped(piece.sentence)}")
            st.markdown(f":material/arrow_forward: {first.advice}")


def trainer_table(report: TrainersReport) -> int | None:
    """Draw one row a trainer; return the place of the chosen one."""
    with card("Everybody", help="Choose a row to look closer. Sorted by name: intervals overlap.", stretch=False):
        column = st.column_config
        frame = pd.DataFrame([_line(row) for row in report.trainers])
        columns = {
            "trainer": column.TextColumn("Trainer", pinned=True, width=150),
            "team": column.TextColumn("Team", width=90),
            "flags": column.TextColumn("Flags", width=170),
            "n_judgments": column.NumberColumn("Judgments", format="localized", width=90),
            "excess": column.NumberColumn("Beyond the items", format="%+.3f", width=115, help=explained("peer_excess")),
            "interval": column.TextColumn("95 % interval", width=125),
            "weekly": column.LineChartColumn("Weekly", width=100),
            "gold": column.TextColumn("Gold", width=85, help="Right of gold judgments, all criteria."),
            "shrunken": column.ProgressColumn(
                "Gold, shrunken", min_value=0, max_value=1, format="percent", width=115,
                help="Mean over criteria with gold.",
            ),
            "below": column.TextColumn("Likely below target on", width=170),
            "held": column.TextColumn("On one kind of evidence", width=180, help="Not a flag: gather a second kind."),
        }  # fmt: skip
        if not frame["team"].any():
            del columns["team"]
        return table(
            frame, key="trainers", alt="Trainers with judgments, agreement beyond the items, gold and flags",
            columns=columns, height=TALLEST if len(frame) > 12 else "content", download="trainers", choose=True,
        )  # fmt: skip


def _line(row: TrainerRow) -> dict[str, object]:
    gold = [g for g in row.gold.values() if g["n"]]
    shrunken = [row.criteria[name]["gold_accuracy_shrunken"].value for name, g in row.gold.items() if g["n"]]
    known = [value for value in shrunken if not math.isnan(value)]
    below = [name for name, g in row.gold.items() if g["n"] >= 5 and g["p_below_target"] >= 0.95]
    return {
        "trainer": row.display_name,
        "team": row.team or "",
        "flags": ", ".join(dict.fromkeys(FLAG_KINDS[flag.kind].title for flag in row.flags)),
        "n_judgments": row.n_judgments,
        "excess": row.excess.value if row.excess.defined else None,
        "interval": interval(row.excess.low, row.excess.high, 3) if row.excess.defined else str(row.excess.undefined),
        "weekly": row.weekly,
        "gold": f"{sum(g['correct'] for g in gold)} of {sum(g['n'] for g in gold)}" if gold else "",
        "shrunken": sum(known) / len(known) if known else None,
        "below": ", ".join(below),
        "held": ", ".join(dict.fromkeys(FLAG_KINDS[kind].title for kind, _ in row.on_one_word)),
    }


def gold_card(report: TrainersReport) -> None:
    """List gold that its answers speak against: it must not be held against trainers."""
    suspects = [(name, one) for name, found in report.views.items() for one in found.gold]
    with card("Gold audit", help="Gold that able trainers fail, that leaked, or that went stale.", stretch=False):
        if not suspects:
            empty("No gold item is spoken against by its answers.", icon=":material/verified:")
            return
        frame = pd.DataFrame(
            {
                "criterion": [name for name, _ in suspects],
                "item_id": [one.item_id for _, one in suspects],
                "gold": [one.gold for _, one in suspects],
                "said": [f"{one.said} ({percent(one.said_share)})" for _, one in suspects],
                "matched": [f"{one.correct} of {one.n}" for _, one in suspects],
                "why": [one.why for _, one in suspects],
            }
        )
        titles = {
            "criterion": "Criterion", "item_id": "Item", "gold": "Gold says", "said": "Able trainers say",
            "matched": "Matched", "why": "Why",
        }  # fmt: skip
        table(frame, key="gold_audit", alt="Suspected gold items", columns=titles, download="gold_audit")


def rationale_card(report: TrainersReport) -> None:
    """List reuse of rationales, worded as what it is: a reason to talk."""
    found = report.rationales
    with card("Rationales that repeat", help=explained("own_repeats"), stretch=False):
        if found is None:
            empty("No judgment here carries a rationale.")
            return
        rows = [
            (row, float(found.own_repeats[row.index]), float(found.shared[row.index]), int(found.partners[row.index]))
            for row in report.trainers
            if found.n[row.index] >= 10
        ]
        notable = [one for one in rows if one[1] >= 0.2 or one[2] >= 0.2]
        if not notable:
            empty("Nobody repeats a fifth of their rationales, nor shares a fifth with others.")
            return
        st.caption("Worth a conversation, no more: a snippet the team agreed on looks the same.")
        frame = pd.DataFrame(
            {
                "trainer": [row.display_name for row, *_ in notable],
                "n": [int(found.n[row.index]) for row, *_ in notable],
                "own": [own for _, own, _, _ in notable],
                "shared": [shared for _, _, shared, _ in notable],
                "partners": [partners for *_, partners in notable],
            }
        )
        column = st.column_config
        table(
            frame, key="rationales", alt="Trainers whose rationales repeat", download="rationales", columns={
                "trainer": "Trainer",
                "n": column.NumberColumn("Rationales", format="localized"),
                "own": column.NumberColumn("Repeat their own", format="percent"),
                "shared": column.NumberColumn("Shared with others", format="percent"),
                "partners": column.NumberColumn("Others who share", format="localized"),
            },
        )  # fmt: skip
