"""Downloads that carry no formula, selections that tolerate tests, text that stays text."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pandas as pd
import pyarrow.parquet as pq
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from analytics.ui.chart import selected_keys
from analytics.ui.tables import FORMULA_STARTS, chosen_row, parquet, safe_csv, whole_percents
from analytics.ui.text import escaped


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_csv_disarms_text_and_leaves_numbers_alone() -> None:
    frame = pd.DataFrame(
        {
            "=a": ["=1+1", "-2", None, "@x", "fine"],
            "n": [-1.5, 2.0, -3.0, 0.0, 1.0],
            "t": ["\tx", "\ry", "+z", "1-1", ""],
        }
    )
    rows = rows_of(safe_csv(frame))
    assert rows[0] == ["'=a", "n", "t"]
    assert [r[0] for r in rows[1:]] == ["'=1+1", "'-2", "", "'@x", "fine"]
    assert [float(r[1]) for r in rows[1:]] == [-1.5, 2.0, -3.0, 0.0, 1.0]
    assert [r[2] for r in rows[1:]] == ["'\tx", "'\ry", "'+z", "1-1", ""]
    assert frame["t"].tolist()[2] == "+z"


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5))
def test_no_text_cell_of_a_csv_starts_a_formula(values: list[str]) -> None:
    rows = rows_of(safe_csv(pd.DataFrame({"a": values, "b": [0] * len(values)})))
    assert all(not row[0].startswith(FORMULA_STARTS) for row in rows[1:] if row)


def test_parquet_keeps_values_as_they_are() -> None:
    table = pq.read_table(io.BytesIO(parquet(pd.DataFrame({"a": ["=1", "x"], "n": [-1, 2]}))))
    assert table.to_pydict() == {"a": ["=1", "x"], "n": [-1, 2]}


def test_percentages_are_shown_as_exactly_as_they_are_known() -> None:
    number = streamlit.column_config.NumberColumn
    frame = pd.DataFrame({"share": [0.37741, 0.12, None], "half": [0.0528, 0.0336, 0.0], "kappa": [0.55555, 0.1, 0.2]})
    columns = {"share": number(format="percent"), "half": number(format="percent"), "kappa": number(format="%.2f")}
    shown = whole_percents(frame, columns)
    assert shown["share"].tolist()[:2] == [0.38, 0.12]
    assert shown["share"].isna().tolist() == [False, False, True]
    assert shown["half"].tolist() == [0.053, 0.034, 0.0]
    assert shown["kappa"].tolist() == frame["kappa"].tolist()
    assert frame["share"][0] == 0.37741


@pytest.mark.parametrize(
    ("event", "row"),
    [
        ({"selection": {"rows": [2]}}, 2),
        (SimpleNamespace(selection=SimpleNamespace(rows=[0])), 0),
        ({"selection": {"rows": [7]}}, None),
        ({"selection": {"rows": []}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_chosen_row(event: object, row: int | None) -> None:
    assert chosen_row(event, 5) == row


def test_selected_keys_reads_every_form_of_an_event() -> None:
    points = [{"customdata": "a"}, {"customdata": ["b", 1]}, {"customdata": {"0": "c"}}, {"x": 1}]
    assert selected_keys({"selection": {"points": points}}) == ["a", "b", "c"]
    assert selected_keys(SimpleNamespace(selection=SimpleNamespace(points=[SimpleNamespace(customdata="d")]))) == ["d"]
    assert selected_keys(None) == []


@given(st.text(max_size=40))
def test_escaped_text_has_no_live_markdown(text: str) -> None:
    import re

    assert not re.search(r"(?<!\\)[`*_\[\]<>$!#|~]", re.sub(r"\\\\", "", escaped(text)))
