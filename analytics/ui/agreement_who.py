"""Who with whom: the table of trainers, and what agreement would be without each of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, signed
from analytics.figures.agreement import effects, title_of
from analytics.figures.pair_matrix import pair_matrix, trainer_names
from analytics.reports.agreement_effects import trainer_effects_report
from analytics.reports.agreement_items import ItemChoice
from analytics.reports.agreement_pairs import MOST_TRAINERS, THIN, AgreementPairs, agreement_pairs_report
from analytics.ui.agreement import DECIMALS, Chosen, source_line
from analytics.ui.cells import cell_chart
from analytics.ui.chart import chart
from analytics.ui.drill import drill, drilled, row_chosen
from analytics.ui.page import View, card, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped

INTERVAL_OF: dict[str, str] = {"krippendorff_alpha_text": "interval: t over shared items"}
"""How the interval of a pair is made, where it is not kappa's."""
AGREE_ON: dict[str, str] = {
    "krippendorff_alpha_text": "Words alike",
    "cohen_kappa_quadratic": "Agree, nearness counted",
}
"""What the share beside the coefficient is, where it is not that of identical labels."""


def who(view: View, chosen: Chosen) -> None:
    """Draw the table of trainers, its pairs, and the effect of each trainer."""
    with st.spinner("Comparing pairs of trainers", show_time=True):
        report = view.report(agreement_pairs_report, project=chosen.project, criterion=chosen.criterion)
    if report.undefined:
        empty(report.undefined, border=True)
        return
    with card("Who agrees with whom", help=explained(report.coefficient), stretch=False):
        cell_chart(
            pair_matrix(report, view.palette), key="pairs", on_click=lambda a, b: _pair_clicked(report, chosen, a, b)
        )
        st.caption(_matrix_note(report))
        st.caption(
            f"{escaped(title_of(report.coefficient))}; below it the number of shared items. People who agree with each "
            f"other stand side by side. On average over pairs: {coefficient(report.mean_kappa, DECIMALS)}. Click a "
            "cell to list the shared items."
        )
        source_line(report.provenance, INTERVAL_OF.get(report.coefficient, "interval: Fleiss, Cohen and Everitt 1969"))
    drilled(view, chosen, "Who with whom")
    with card("Every pair", help="Choose a row to list the shared items.", stretch=False):
        _pair_table(report, chosen)
    effects_card(view, chosen)


def _matrix_note(report: AgreementPairs) -> str:
    words = [f"Grey: fewer than {THIN} shared items, too few to tell. Empty: no shared item."]
    if report.n_trainers_all > len(report.trainers):
        n = f"{count(len(report.trainers))} of {count(report.n_trainers_all)}"
        words.append(f"The {n} trainers with the most judgments on shared items (at most {MOST_TRAINERS}).")
    return " ".join(words)


def _pair_clicked(report: AgreementPairs, chosen: Chosen, first: str, second: str) -> None:
    names = trainer_names(report)
    if first in names and second in names and first != second:
        _shared(report, chosen, names.index(first), names.index(second))


def _shared(report: AgreementPairs, chosen: Chosen, a: int, b: int) -> None:
    names = trainer_names(report)
    choice = ItemChoice(trainer_a=report.trainers[a].code, trainer_b=report.trainers[b].code)
    title = f"Items that {names[a]} and {names[b]} both judged"
    drill(chosen, "Who with whom", title, choice, (names[a], names[b]))


def _pair_table(report: AgreementPairs, chosen: Chosen) -> None:
    names = trainer_names(report)
    pairs = sorted(report.pairs, key=lambda p: (p.thin, p.kappa if p.kappa == p.kappa else 2.0, -p.n_shared))
    column = st.column_config
    row = table(
        pd.DataFrame(
            {
                "a": [names[p.a] for p in pairs],
                "b": [names[p.b] for p in pairs],
                "kappa": [p.kappa for p in pairs],
                "interval": [interval(p.low, p.high) for p in pairs],
                "observed": [p.observed for p in pairs],
                "n_shared": [p.n_shared for p in pairs],
                "note": [f"fewer than {THIN} items" if p.thin else "" for p in pairs],
            }
        ),
        key="pair_table",
        alt="Pairs of trainers, the lowest agreement first, those who share few items last",
        height=min(38 * (len(pairs) + 1) + 4, 360),
        download="pairs",
        choose=True,
        columns={
            "a": column.TextColumn("Trainer", width=170),
            "b": column.TextColumn("with", width=170),
            "kappa": column.NumberColumn(title_of(report.coefficient), format="%.3f", width=210),
            "interval": column.TextColumn(f"{percent(report.confidence)} interval", width=130),
            "observed": column.NumberColumn(AGREE_ON.get(report.coefficient, "Agree on"), format="percent", width=165),
            "n_shared": column.NumberColumn("Shared items", format="localized", width=110),
            "note": column.TextColumn("", width=150),
        },
    )
    if row is not None and row_chosen("pair_table", row):
        _shared(report, chosen, pairs[row].a, pairs[row].b)
        st.rerun()


def effects_card(view: View, chosen: Chosen) -> None:
    """Draw what agreement would be without each trainer."""
    report = view.report(trainer_effects_report, project=chosen.project, criterion=chosen.criterion)
    with card(
        "Agreement without each trainer",
        help=explained("alpha_without_trainer"),
        stretch=False,
    ):
        if report.undefined or not report.effects:
            why = report.undefined or "nobody judged together with others"
            empty(f"{why[:1].upper()}{why[1:]}.")
            return
        chart(effects(report, view.palette), key="effects")
        source_line(
            report.provenance, f"{title_of(report.coefficient)} without each trainer, exact; jackknife over items"
        )
        st.caption(
            f"With everybody: {coefficient(report.value, DECIMALS)}. Intervals hold for other items and this team. "
            "“Look”: the others agree better without, and that is more than noise; was it the items, or the person?"
        )
        column = st.column_config
        with st.expander(f"All {count(len(report.effects))} trainers", key="effects_more", on_change="rerun") as more:
            if more.open:
                table(
                    pd.DataFrame(
                        {
                            "name": [e.name for e in report.effects],
                            "without": [e.without for e in report.effects],
                            "effect": [e.effect for e in report.effects],
                            "interval": [f"{signed(e.low, 3)} to {signed(e.high, 3)}" for e in report.effects],
                            "n": [e.n_judgments for e in report.effects],
                        }
                    ),
                    key="effects_table",
                    alt="Agreement without each trainer",
                    height=min(38 * (len(report.effects) + 1) + 4, 430),
                    download="without_trainers",
                    columns={
                        "name": column.TextColumn("Trainer", pinned=True, width=160),
                        "without": column.NumberColumn("Without", format="%.4f", width=100),
                        "effect": column.NumberColumn("Change", format="%+.4f", width=100),
                        "interval": column.TextColumn("Interval", width=160),
                        "n": column.NumberColumn("Judgments", format="localized", width=100),
                    },
                )
