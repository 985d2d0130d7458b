"""Figures of one trainer's profile that compare labels: confusions, right by label, labels used."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analytics.core.metrics import metric
from analytics.core.numerals import coefficient, count, percent
from analytics.figures.cells import Cell, Spec, cell_table
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.frame import Figure
from analytics.figures.palette import Palette, faded
from analytics.reports.trainer_profile_gold import LabelRight
from analytics.reports.trainer_profile_scale import LabelUse

MOST_LABELS = 12
"""With more labels a table of cells is not readable."""
EMPTY = "(none)"


def confusion_table(
    labels: Sequence[str], judgments: npt.NDArray[np.float64], palette: Palette, *, right_title: str, alt: str
) -> Spec | None:
    """Draw what was said (columns) where each label was right (rows); rows sum to 100 %, empty rows are left out.

    Parameters
    ----------
    labels : sequence of str
        K labels.
    judgments : float array (K, K)
        Right label by label given; fractions allowed.
    palette : Palette
    right_title : str
        Who says what is right: "Gold says", "Others said".
    alt : str
        The sentence that stands for the picture.
    """
    names = [label or EMPTY for label in labels]
    totals = judgments.sum(axis=1)
    rows = [k for k in range(len(names)) if totals[k] > 0]
    if not rows:
        return None
    cells = []
    for k in rows:
        for given, name in enumerate(names):
            share = float(judgments[k, given] / totals[k])
            colour = palette.accent if k == given else palette.fair
            cells.append(
                Cell(
                    row=names[k],
                    column=name,
                    fill=faded(colour, 0.08 + 0.75 * share) if share else faded(palette.neutral, 0.06),
                    ink=palette.text if share < 0.6 else palette.background,
                    text=percent(share) if share else "",
                    hover={
                        right_title: names[k],
                        "They said": name,
                        "Share of the row": percent(share, 1),
                        "Judgments": coefficient(float(judgments[k, given]), 1),
                    },
                )
            )
    return cell_table(
        cells, palette, rows=[names[k] for k in rows], columns=names, row_title=right_title,
        column_title="They said", alt=alt,
    )  # fmt: skip


def right_by_label(rows: Sequence[LabelRight], palette: Palette, *, measure: str) -> Figure:
    """Draw how often each label is given where it is right, with intervals, the others' share as a tick."""
    return dot_plot(
        [
            DotRow(
                label=row.label or EMPTY,
                value=row.share.value,
                low=row.share.low,
                high=row.share.high,
                previous=row.team,
                undefined=row.share.undefined,
                support=f"{count(row.share.n_judgments or 0)} judgments",
            )
            for row in rows
        ],
        palette,
        measure=measure,
        previous_name="the others",
        ends=(0.0, 1.0),
        sort=False,
    )


def labels_used(rows: Sequence[LabelUse], palette: Palette) -> Figure:
    """Draw the share of each label, with intervals; a tick marks what the others gave on the same items."""
    shown = sorted(rows, key=lambda r: -(r.expected + r.used.value))[:MOST_LABELS]
    return dot_plot(
        [
            DotRow(
                label=row.label or EMPTY,
                value=row.used.value,
                low=row.used.low,
                high=row.used.high,
                previous=row.expected,
                undefined=row.used.undefined,
                support=f"{count(row.used.n_judgments or 0)} judgments",
                tone="accent" if _inside(row) else "fair",
            )
            for row in rows
            if row in shown
        ],
        palette,
        measure=metric("label_usage").title,
        previous_name="others, same items",
        ends=(0.0, None),
        sort=False,
    )


def _inside(row: LabelUse) -> bool:
    return not math.isfinite(row.used.low) or row.used.low <= row.expected <= row.used.high
