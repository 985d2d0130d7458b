"""The tables of Data health."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import count
from analytics.reports.data_health import DataHealthReport
from analytics.ui.page import empty
from analytics.ui.tables import table
from analytics.ui.text import escaped


def guessed_scales(report: DataHealthReport) -> None:
    """Say which scales nobody declared, for every number on them rests on a guess."""
    guessed = [c for c in report.criteria if c.inferred]
    if not guessed:
        return
    names = ", ".join(f"{escaped(c.criterion)} as {c.level}" for c in guessed[:8])
    more = f" and {count(len(guessed) - 8)} more" if len(guessed) > 8 else ""
    with st.container(border=True):
        st.markdown(
            f":material/help: **{count(len(guessed))} of {count(len(report.criteria))} scales were guessed** from the "
            f"labels seen: {names}{more}. Declare them in a criteria file, and no number rests on a guess."
        )


def gaps_table(report: DataHealthReport) -> None:
    """Draw which parts of a judgment the log carries, the scarcest first, and what cannot be answered without."""
    frame = pd.DataFrame(
        {
            "part": [f"{p.name[:1].upper()}{p.name[1:]}" for p in report.parts],
            "share": [p.share for p in report.parts],
            "n_with": [p.n_with for p in report.parts],
            "needed_for": [f"{p.needed_for[:1].upper()}{p.needed_for[1:]}" for p in report.parts],
            "state": [_state(p.n_with, p.n) for p in report.parts],
        }
    ).sort_values("share", kind="stable")
    column = st.column_config
    table(
        frame,
        key="gaps",
        alt="Parts of a judgment, how many judgments carry them, and what needs them",
        columns={
            "part": column.TextColumn("Part", width=190),
            "share": column.ProgressColumn("Judgments with it", min_value=0, max_value=1, format="percent", width=170),
            "n_with": column.NumberColumn("Count", format="localized", width=90),
            "state": column.TextColumn("So", width=170),
            "needed_for": column.TextColumn("Needed for", width=330),
        },
    )


def left_out_table(report: DataHealthReport) -> None:
    """Draw, criterion by criterion, the judgments that agreement does not count, and why."""
    rows = [
        {"criterion": c.criterion, "project": c.project, "reason": reason, "n": n}
        for c in report.criteria
        for reason, n in c.left_out.items()
    ]
    if not rows:
        empty("Every judgment in this selection counts.")
        return
    column = st.column_config
    table(
        pd.DataFrame(rows).sort_values("n", ascending=False, kind="stable"),
        key="left_out",
        alt="Judgments left out of agreement by criterion and reason",
        height=320 if len(rows) > 7 else "content",
        download="left_out",
        columns={
            "criterion": column.TextColumn("Criterion", width=140),
            "n": column.NumberColumn("Judgments", format="localized", width=80),
            "reason": column.TextColumn("Why", width=190),
            "project": column.TextColumn("Project", width=130),
        },
    )


def ingests_table(report: DataHealthReport) -> None:
    """Draw every file that was taken in; its numbers add up to the rows that were read."""
    lines = report.ingests
    frame = pd.DataFrame(
        {
            "at": [i.at for i in lines],
            "path": [i.path for i in lines],
            "format": [f"{i.format}, {i.layout}" if i.layout else i.format for i in lines],
            "rows": [i.rows for i in lines],
            "accepted": [i.accepted for i in lines],
            "superseded": [i.superseded for i in lines],
            "duplicates": [i.duplicates for i in lines],
            "set_aside": [sum(i.rejected.values()) for i in lines],
            "adds_up": ["yes" if i.adds_up else "no" for i in lines],
            "why": ["; ".join(f"{count(n)} {reason}" for reason, n in i.rejected.items()) for i in lines],
            "read_as": ["; ".join(i.notes) for i in lines],
        }
    )
    column = st.column_config
    table(
        frame,
        key="ingests",
        alt="Files taken in, the newest first",
        height=320 if len(lines) > 7 else "content",
        download="ingests",
        columns={
            "at": column.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm", width=140),
            "path": column.TextColumn("File", width=170),
            "format": column.TextColumn("Read as", width=110),
            "rows": column.NumberColumn("Rows", format="localized", width=80),
            "accepted": column.NumberColumn("Accepted", format="localized", width=80),
            "superseded": column.NumberColumn("Corrections", format="localized", width=85),
            "duplicates": column.NumberColumn("Already there", format="localized", width=95),
            "set_aside": column.NumberColumn("Set aside", format="localized", width=80),
            "adds_up": column.TextColumn("Adds up", width=70),
            "why": column.TextColumn("Why set aside", width=240),
            "read_as": column.TextColumn("Notes", width=300),
        },
    )


def rejected_table(report: DataHealthReport) -> None:
    """Draw the rows that were set aside, as they were read, with the reason."""
    if report.rejected_rows.empty:
        empty("No row was set aside.")
        return
    column = st.column_config
    table(
        report.rejected_rows,
        key="rejected",
        alt="Rows that were set aside, with their reasons",
        height=360 if len(report.rejected_rows) > 8 else "content",
        download="set_aside",
        columns={
            "source": column.TextColumn("File", width=160),
            "source_row": column.NumberColumn("Row", format="plain", width=80),
            "column": column.TextColumn("Column", width=110),
            "reason": column.TextColumn("Why", width=220),
            "value": column.TextColumn("Value", width=140),
            "raw": column.TextColumn("The row as read", width=380),
        },
    )


def _state(n_with: int, n: int) -> str:
    if n_with == 0:
        return "cannot be answered"
    return "answered in full" if n_with >= n else "answered in part"
