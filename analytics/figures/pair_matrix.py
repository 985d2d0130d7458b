"""The table of trainers on the Agreement page: who agrees with whom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.core.numerals import coefficient, count, interval, percent
from analytics.figures.cells import Cell, Spec, cell_table, unique_names
from analytics.figures.palette import Palette, faded

if TYPE_CHECKING:
    from analytics.reports.agreement_pairs import AgreementPairs, TrainerPair


def pair_matrix(report: AgreementPairs, palette: Palette) -> Spec:
    """Draw kappa of every pair of trainers with its n; greyed where they share few items, empty where none."""
    names = trainer_names(report)
    among = {(p.a, p.b): p for p in report.pairs}
    cells = []
    for a, first in enumerate(names):
        for b, second in enumerate(names):
            if a == b:
                own = report.trainers[a]
                hover = {"Trainer": first, "with": "all others", "kappa": f"{coefficient(own.mean_kappa)} on average"}
                hover |= {"agree on": "", "shared items": f"{count(own.n_paired)} judgments"}
                cells.append(
                    Cell(row=first, column=second, fill=faded(palette.neutral, 0.25), ink=palette.muted, hover=hover)
                )
                continue
            pair = among.get((min(a, b), max(a, b)))
            if pair is not None:
                cells.append(_pair_cell(first, second, pair, palette))
    return cell_table(
        cells,
        palette,
        rows=names,
        columns=names,
        row_title="",
        column_title="",
        alt=_pairs_alt(report, names),
        tallest=880,
    )


def trainer_names(report: AgreementPairs) -> list[str]:
    """Return the names on the axes of `pair_matrix`, one a trainer, none twice."""
    return unique_names([t.name for t in report.trainers], [t.trainer_id for t in report.trainers])


def _pair_cell(first: str, second: str, pair: TrainerPair, palette: Palette) -> Cell:
    known = math.isfinite(pair.kappa) and not pair.thin
    step = min(max(int(pair.kappa * len(palette.sequential)), 0), len(palette.sequential) - 1) if known else 0
    fill = palette.sequential[step] if known else faded(palette.neutral, 0.10)
    if known and pair.kappa < 0:
        fill = faded(palette.poor, 0.45)
    light_ink = known and (step >= 5) == (palette.mode == "light") and pair.kappa >= 0
    ends = f" ({interval(pair.low, pair.high)})" if math.isfinite(pair.low) else ""
    return Cell(
        row=first,
        column=second,
        fill=fill,
        ink=palette.muted
        if not known
        else ("#FFFFFF" if light_ink and palette.mode == "light" else _dark_ink(palette, step)),
        text=coefficient(pair.kappa) if known else "",
        second=count(pair.n_shared),
        hover={
            "Trainer": first,
            "with": second,
            "kappa": f"{coefficient(pair.kappa)}{ends}" + (", too few items to tell" if pair.thin else ""),
            "agree on": percent(pair.observed),
            "shared items": count(pair.n_shared),
        },
    )


def _dark_ink(palette: Palette, step: int) -> str:
    """Return the ink of a cell: dark on the light half of the steps, whichever half that is in this mode."""
    if palette.mode == "light":
        return palette.text
    return palette.background if step >= 5 else palette.text


def _pairs_alt(report: AgreementPairs, names: Sequence[str]) -> str:
    known = sorted((p for p in report.pairs if not p.thin and math.isfinite(p.kappa)), key=lambda p: p.kappa)
    if not known:
        return "Agreement of every pair of trainers: no pair shares enough items."
    low, high = known[0], known[-1]
    lowest = f"{coefficient(low.kappa)} ({names[low.a]} and {names[low.b]})"
    highest = f"{coefficient(high.kappa)} ({names[high.a]} and {names[high.b]})"
    return f"Agreement of {len(known)} pairs of trainers, from {lowest} to {highest}."
