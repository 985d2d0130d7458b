"""The Trainers page: who stands out and on what evidence, the funnel, the table, the gold's own audit."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import count, day, interval, percent, plural
from analytics.figures.trainers import trainers_funnel
from analytics.reports.trainer_row import TrainerRow
from analytics.reports.trainers import TrainersReport, trainers_report
from analytics.stats.trainers.flags import FLAG_KINDS
from analytics.ui.chart import chart
from analytics.ui.page import View, card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.team import nothing
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


def team_report(view: View) -> TrainersReport:
    """Return the team's report, saying in words what takes a while the first time."""
    words = st.empty()
    words.caption(
        "Comparing everybody with gold and with the others on the same items, criterion by criterion: a few seconds "
        "the first time, about ten for a million judgments."
    )
    report = view.report(trainers_report, complete=False)
    words.empty()
    return report


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
            "0 is the mean of all judgments on the same items, the level line the ordinary trainer. Of ordinary "
            "trainers 95 % fall between the dashed lines and 99.8 % between the others; few judgments mean wide lines. "
            "A place outside is a reason to look, not a verdict. Nobody is ranked."
        )


def flag_cards(report: TrainersReport) -> None:
    """Draw one card a flagged trainer: what is said, both kinds of evidence, what to do."""
    flagged = [row for row in report.trainers if row.flags]
    if not flagged:
        nothing(
            "Nobody stands out on two kinds of evidence",
            then="People on one kind of evidence are in the table above: gather a second kind before you talk to them.",
        )
        return
    st.caption(
        "Worth a conversation, no more. Each needs two kinds of evidence, never a model's alone. Of "
        f"{count(report.n_tested)} cases examined, false ones are at most {percent(report.false_discovery)} on "
        "average. By name, not by rank."
    )
    with cards(2):
        for row in flagged[:MOST_CARDS]:
            flag_card(row)


def flag_card(row: TrainerRow) -> None:
    """Draw what is said of one trainer: every kind of flag with both kinds of evidence, and what to do."""
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
        places = _shown_rows(report)
        if not places:
            empty("Nobody is in this group.", icon=":material/verified:")
            return None
        frame = pd.DataFrame([_line(report.trainers[k]) for k in places])
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
        chosen = table(
            frame, key="trainers", alt="Trainers with judgments, agreement beyond the items, gold and flags",
            columns=columns, height=TALLEST if len(frame) > 12 else "content", download="trainers", choose=True,
        )  # fmt: skip
        return None if chosen is None else places[chosen]


def _shown_rows(report: TrainersReport) -> list[int]:
    """Draw the switch between groups of trainers; return the places of those it shows."""
    groups: dict[str, list[int]] = {
        "Everybody": list(range(len(report.trainers))),
        "Flagged": [k for k, row in enumerate(report.trainers) if row.flags],
        "One kind of evidence": [k for k, row in enumerate(report.trainers) if row.on_one_word],
        "Likely below target": [k for k, row in enumerate(report.trainers) if _below(row)],
    }
    names = {f"{name} ({len(places)})": places for name, places in groups.items()}
    picked = st.segmented_control(
        "Who is listed", list(names), default=next(iter(names)), required=True, key="trainers_group",
        label_visibility="collapsed",
    )  # fmt: skip
    return names.get(picked, groups["Everybody"])


def _below(row: TrainerRow) -> list[str]:
    """Criteria on which the trainer is likely below the target, by their own answers and not the team's alone."""
    return [
        name for name, g in row.gold.items()
        if g["n"] >= 5 and g["p_below_target"] >= 0.95 and g["correct"] < g["target"] * g["n"]
    ]  # fmt: skip


def _line(row: TrainerRow) -> dict[str, object]:
    gold = [g for g in row.gold.values() if g["n"]]
    shrunken = [row.criteria[name]["gold_accuracy_shrunken"].value for name, g in row.gold.items() if g["n"]]
    known = [value for value in shrunken if not math.isnan(value)]
    below = _below(row)
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
    audited = {name: found.n_gold for name, found in report.views.items() if found.n_gold}
    suspects = [(name, one) for name, found in report.views.items() for one in found.gold]
    with card("Which known answers may be wrong?", help=explained("gold_accuracy"), stretch=False):
        if not audited:
            empty("No item here has a known answer. Import gold to compare people with it, and it with people.")
            return
        words = (
            f"{plural(sum(audited.values()), 'known answer')} on {count(len(audited))} criteria looked through. "
            "Suspected: so few match it as its trainers' skill elsewhere makes unlikely, and another label leads. "
            "Leaked: nearly always right in under half the usual time. Stale: matched early and no longer. False finds "
            f"are at most {percent(report.false_discovery)} on average."
        )
        if not suspects:
            empty("No known answer is spoken against by the answers it got.", icon=":material/verified:")
            st.caption(words)
            return
        st.markdown(
            f"**{plural(len(suspects), 'known answer')}** to look at again before they are held against anybody: "
            "correct them, withdraw them, or explain them in the guideline."
        )
        frame = pd.DataFrame(
            {
                "criterion": [name for name, _ in suspects],
                "item_id": [one.item_id for _, one in suspects],
                "why": [one.why for _, one in suspects],
                "gold": [one.gold for _, one in suspects],
                "said": [f"{one.said} ({percent(one.said_share)})" for _, one in suspects],
                "matched": [f"{one.correct} of {one.n}" for _, one in suspects],
                "interval": [f"{percent(one.low)} to {percent(one.high)}" for _, one in suspects],
            }
        )
        titles = {
            "criterion": "Criterion", "item_id": "Item", "why": "Why", "gold": "Gold says", "said": "Able trainers say",
            "matched": "Matched", "interval": "95 % interval",
        }  # fmt: skip
        table(
            frame, key="gold_audit", alt="Suspected gold items", columns=titles, download="gold_audit",
            height=TALLEST if len(frame) > 12 else "content",
        )  # fmt: skip
        st.caption(words)
