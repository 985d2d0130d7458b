"""Tables of cells that can be clicked, as plain Vega-Lite: Plotly's heat maps do not tell which cell was hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.figures.frame import FONT, SIZE, SMALL, shortened
from analytics.figures.palette import Palette

Spec = dict[str, Any]
SELECTION = "cell"
"""Name of the selection; its points carry `row` and `column`."""
TALL, LOW = 42, 26
"""Height of a cell in px where it holds two lines of text, and one."""
READABLE = 13
"""Below this width of a cell in px the names of the columns would cover each other and are left to hover."""
NARROWEST = 27
"""Below this width of a cell in px its text is left out: the viewer's window decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    row, column : str
        Names among the table's rows and columns.
    fill, ink : str
        Colours of the cell and of its text, CSS.
    text, second : str
        Written in the cell, on one or two lines.
    hover : mapping of str -> str
        What is said on hover, in order.
    """

    row: str
    column: str
    fill: str
    ink: str
    text: str = ""
    second: str = ""
    hover: Mapping[str, str]


def cell_table(
    cells: Sequence[Cell],
    palette: Palette,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    alt: str,
    tallest: int = 640,
    steep: bool = False,
) -> Spec:
    """Draw cells on a grid; a click selects one.

    Parameters
    ----------
    cells : sequence of Cell
    palette : Palette
    rows, columns : sequence of str
        Names in the order of the axes, without repetition.
    row_title, column_title : str
        What rows and columns are.
    alt : str
        The sentence that stands for the picture.
    tallest : int
        Height in px that the table keeps to; cells become smaller and lose their text.
    steep : bool
        Column names stand upright: for many columns in little width.
    """
    if not alt.strip():
        raise ValueError("alt must say in words what the table shows.")
    for names, axis in ((rows, "rows"), (columns, "columns")):
        if len(set(names)) != len(names):
            raise ValueError(f"{axis} must not repeat a name.")
    two = any(c.second for c in cells)
    room = min(TALL if two else LOW, tallest / max(len(rows), 1))
    two = two and room >= 24
    longest = max((len(name) for name in rows), default=0)
    values = [
        {
            "row": c.row,
            "column": c.column,
            "fill": c.fill,
            "ink": c.ink,
            "text": c.text,
            "second": c.second,
            **{f"h{k}": v for k, v in enumerate(c.hover.values())},
        }
        for c in cells
    ]
    titles = list(cells[0].hover) if cells else []
    angle = 0 if max((len(n) for n in columns), default=0) <= 6 and len(columns) <= 12 else -40
    places = {
        "x": _axis("column", columns, column_title, -90 if steep else angle),
        "y": _axis("row", rows, row_title, 0),
    }
    faint = {"condition": {"param": SELECTION, "value": 1}, "value": 0.3}
    wide = f"width >= {NARROWEST * max(len(columns), 1)}"
    shown = {"condition": {"test": wide, "value": 1}, "value": 0}
    layers: list[dict[str, Any]] = [
        {
            "name": "cells",
            "mark": {"type": "rect", "stroke": palette.background, "strokeWidth": 1, "cursor": "pointer"},
            "encoding": {
                "color": {"field": "fill", "type": "nominal", "scale": None},
                "opacity": faint,
                "tooltip": [{"field": f"h{k}", "type": "nominal", "title": title} for k, title in enumerate(titles)],
            },
        }
    ]
    size = SIZE - 1 if room >= 34 else SMALL - 1
    for field, shift, smaller in (("text", -room / 6 if two else 0, 0), ("second", room / 5, 1)):
        if room >= 15 and (two or field == "text") and any(v[field] for v in values):
            layers.append(
                {
                    "mark": {"type": "text", "fontSize": size - smaller, "dy": shift, "tooltip": None},
                    "encoding": {
                        "text": {"field": field, "type": "nominal"},
                        "color": {"field": "ink", "type": "nominal", "scale": None},
                        "opacity": shown,
                    },
                }
            )
    return {
        "data": {"values": values},
        "params": [
            {
                "name": SELECTION,
                "select": {"type": "point", "fields": ["row", "column"], "toggle": False},
                "views": ["cells"],
            }
        ],
        "encoding": places,
        "layer": layers,
        "height": round(room * max(len(rows), 1)),
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "transparent",
        "usermeta": {"alt": alt},
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "domain": False,
                "ticks": False,
                "grid": False,
                "labelColor": palette.text,
                "labelFontSize": SIZE - 1 if room >= SIZE + 3 else SMALL - 2,
                "labelLimit": min(150, 8 * longest + 8),
                "labelPadding": 6,
                "titleColor": palette.muted,
                "titleFontSize": SMALL + 1,
                "titleFontWeight": "normal",
            },
        },
    }


def alt_of(spec: Spec) -> str:
    """Return the sentence that stands for a table of cells where it cannot be seen."""
    alt: str = spec["usermeta"]["alt"]
    return alt


def unique_names(names: Sequence[str], ids: Sequence[str], most: int = 22) -> list[str]:
    """Return names cut to `most` characters, with the id behind those that would otherwise be the same.

    >>> unique_names(["Ana", "Bo", "Ana"], ["t1", "t2", "t3"])
    ['Ana (t1)', 'Bo', 'Ana (t3)']
    """
    cut = [shortened(name, most) or "(empty)" for name in names]
    return [f"{n} ({i})" if cut.count(n) > 1 else n for n, i in zip(cut, ids, strict=True)]


def _axis(field: str, names: Sequence[str], title: str, angle: int) -> dict[str, Any]:
    top = field == "column"
    return {
        "field": field,
        "type": "nominal",
        "sort": list(names),
        "scale": {"domain": list(names), "paddingInner": 0},
        "axis": {
            "title": title,
            "orient": "top" if top else "left",
            "labelAngle": angle,
            "labelOverlap": len(names) > 40,
            **({"labelOpacity": {"expr": f"width >= {READABLE * len(names)} ? 1 : 0"}} if top else {}),
        },
    }
