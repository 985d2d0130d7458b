"""Tables that lead on: aligned numbers, rows that can be chosen, and downloads that cannot carry a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

ROW_HEIGHT = 38
MOST_SENT = 5_000
"""Rows that go to the browser at most; the rest is in the download."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table(
    frame: pd.DataFrame,
    *,
    key: str,
    alt: str,
    columns: Mapping[str, Any],
    height: int | str = "content",
    download: str | None = None,
    taken: pd.DataFrame | None = None,
    choose: bool = False,
) -> int | None:
    """Show a frame's columns that `columns` names, in that order; return the position of the chosen row, if any.

    Parameters
    ----------
    frame : DataFrame
        One row each. Columns that `columns` does not name are neither shown nor sent.
    key : str
        Widget key, unique on the page.
    alt : str
        What the table shows, in words.
    columns : mapping of column -> st.column_config column or title
    height : int or str
        Height in px; "content" shows all rows.
    download : str or None
        File name without ending: offers CSV and Parquet.
    taken : DataFrame or None
        What is downloaded where it is not just what is shown, e.g. with all decimals.
    choose : bool
        True lets a row be chosen by its box at the left.
    """
    shown = frame[list(columns)]
    common: dict[str, Any] = {
        "column_config": dict(columns),
        "hide_index": True,
        "row_height": ROW_HEIGHT,
        "height": height,
        "placeholder": "–",
        "key": key,
        "alt": alt,
    }
    chosen: int | None = None
    sent = whole_percents(shown.head(MOST_SENT), columns)
    if choose:
        chosen = chosen_row(st.dataframe(sent, on_select="rerun", selection_mode="single-row", **common), len(sent))
    else:
        st.dataframe(sent, **common)
    if len(shown) > MOST_SENT:
        st.caption(f"The first {MOST_SENT:,} of {len(shown):,} rows; the download has all.".replace(",", "\u2009"))
    if download:
        downloads(shown if taken is None else taken, name=download, key=key)
    return chosen


def whole_percents(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame whose columns of format "percent" show whole per cents, or one decimal where all are under 10.

    More digits than the figures bear would be noise. Downloads keep all of them.
    """
    rounded = {}
    for name, config in columns.items():
        shown_as = config.get("type_config") if isinstance(config, Mapping) else None
        if isinstance(shown_as, Mapping) and shown_as.get("format") == "percent":
            values = frame[name]
            if pd.api.types.is_float_dtype(values):
                rounded[name] = values.round(2 if values.abs().max() >= 0.1 else 3)
    return frame.assign(**rounded) if rounded else frame


def chosen_row(event: object, rows: int) -> int | None:
    """Return the position of the chosen row or None; tolerates the plain mapping a test puts in the event's place."""
    selection = event.get("selection", {}) if isinstance(event, Mapping) else getattr(event, "selection", {})
    picked = selection.get("rows", []) if isinstance(selection, Mapping) else getattr(selection, "rows", [])
    return int(picked[0]) if picked and 0 <= int(picked[0]) < rows else None


def downloads(frame: pd.DataFrame | Callable[[], pd.DataFrame], *, name: str, key: str, title: str = "") -> None:
    """Offer a frame as CSV and as Parquet; made when asked for, without running the page again.

    Parameters
    ----------
    frame : DataFrame, or a function that returns it
        A function is called by a click alone.
    title : str
        Stands before the two kinds, where several tables are offered side by side.
    """

    def made() -> pd.DataFrame:
        return frame() if callable(frame) else frame

    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.download_button(
            f"{title}CSV",
            data=lambda: safe_csv(made()),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"{key}_csv",
        )
        st.download_button(
            "Parquet",
            data=lambda: parquet(made()),
            file_name=f"{name}.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"{key}_parquet",
        )


def safe_csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV (UTF-8 with a mark that spreadsheets read); text that a spreadsheet would run gets a quote.

    Numbers keep their minus sign; only text cells and column names are touched.
    """
    safe = frame.copy()
    safe.columns = pd.Index([disarmed(str(c)) for c in frame.columns])
    for place in range(safe.shape[1]):
        column = safe.iloc[:, place]
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)):
            safe.isetitem(place, [disarmed(v) if isinstance(v, str) else v for v in column])
    return b"\xef\xbb\xbf" + safe.to_csv(index=False, lineterminator="\r\n").encode()


def disarmed(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> disarmed("=1+1"), disarmed("1-1")
    ("'=1+1", '1-1')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a frame as a Parquet file."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
