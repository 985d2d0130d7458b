"""Shares of a whole, row by row: stacked bars with the parts named once on top, in their own colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.core.numerals import count, percent
from analytics.figures.bars import ROW
from analytics.figures.frame import (
    CHARACTER,
    SIZE,
    SMALL,
    Figure,
    axis,
    layout,
    left_margin,
    note,
    plain,
    wrapped,
)
from analytics.figures.palette import Palette


@dataclass(frozen=True, kw_only=True, slots=True)
class StackRow:
    """One row: its name, how many in each part, and what is printed at its right."""

    label: str
    parts: tuple[float, ...]
    word: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of every row: its name, its colour, and a hatching as the second sign ("" for none, "/", "x" ...)."""

    name: str
    colour: str
    hatch: str = ""


def stacked_bars(rows: Sequence[StackRow], parts: Sequence[Part], palette: Palette, *, of: str) -> Figure:
    """Draw each row as one bar of full width, split by shares; counts are on hover.

    Parameters
    ----------
    rows : sequence of StackRow
        In the order given, each with as many numbers as there are `parts`.
    parts : sequence of Part
        From left to right.
    palette : Palette
    of : str
        What is counted: "items".
    """
    for row in rows:
        if len(row.parts) != len(parts):
            raise ValueError(f"{row.label!r} must have {len(parts)} numbers, got {len(row.parts)}.")
    depth = len(rows)
    totals = [sum(r.parts) for r in rows]
    traces: list[dict[str, object]] = []
    for p, part in enumerate(parts):
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [r.parts[p] / total if total else 0.0 for r, total in zip(rows, totals, strict=True)],
                "y": list(range(depth)),
                "width": 0.56,
                "marker": {
                    "color": part.colour,
                    "line": {"width": 1, "color": palette.background},
                    "pattern": {
                        "shape": part.hatch,
                        "fillmode": "overlay",
                        "fgcolor": palette.background,
                        "size": 6,
                        "solidity": 0.3,
                    },
                },
                "customdata": [r.key or r.label for r in rows],
                "hovertext": [
                    f"<b>{plain(r.label)}</b><br>{plain(part.name)}: {count(r.parts[p])} {plain(of)}"
                    + (f" ({percent(r.parts[p] / total)})" if total else "")
                    for r, total in zip(rows, totals, strict=True)
                ],
                "hoverinfo": "text",
                "name": plain(part.name),
            }
        )
    words = "   ".join(f'<span style="color:{part.colour}">■</span> {plain(part.name)}' for part in parts)
    longest = max((len(r.word) for r in rows), default=0)
    notes = [
        note(
            palette,
            f"<b>{plain(r.word)}</b>",
            xref="paper",
            yref="y",
            x=1,
            y=k,
            xanchor="left",
            yanchor="middle",
            xshift=10,
            font={"size": SIZE, "color": palette.text},
        )
        for k, r in enumerate(rows)
        if r.word
    ]
    notes.append(
        note(
            palette,
            words,
            xref="paper",
            yref="paper",
            x=1,
            y=1,
            xanchor="right",
            yanchor="bottom",
            yshift=4,
            font={"size": SMALL + 1, "color": palette.muted},
        )
    )
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt=_alt(rows, parts, of),
            height=30 + ROW * max(depth, 1) + 8,
            barmode="stack",
            margin={
                "l": left_margin([r.label for r in rows]),
                "r": 14 + math.ceil(longest * CHARACTER) + 6,
                "t": 30,
                "b": 8,
            },
            xaxis=axis(palette, showticklabels=False, range=[0, 1]),
            yaxis=axis(
                palette,
                range=[depth - 0.5, -0.5],
                tickvals=list(range(depth)),
                ticktext=[wrapped(r.label) for r in rows],
                tickfont={"size": SIZE, "color": palette.text},
                ticklabelstandoff=6,
            ),
            annotations=notes,
        ),
    }


def _alt(rows: Sequence[StackRow], parts: Sequence[Part], of: str) -> str:
    if not rows:
        return f"No {of} to show."
    texts = []
    for row in rows:
        shares = ", ".join(f"{part.name} {count(n)}" for part, n in zip(parts, row.parts, strict=True))
        texts.append(f"{row.label}: {shares}")
    return f"{of[:1].upper()}{of[1:]} by row. {'; '.join(texts)}."
