"""Times become UTC; what is no time is said to be none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest.batch import Notes
from analytics.ingest.times import dates, iso_text, times


def read(*cells: str | None, **options: str) -> tuple[list[datetime | None], list[bool], tuple[str, ...]]:
    notes = Notes()
    value, bad = times(pa.array(cells, pa.string()), "when", notes, **options)  # type: ignore[arg-type]
    return value.to_pylist(), bad.to_pylist(), notes.sentences()


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell, value",
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00.000Z", NOON),
        ("2026-03-01 12:00:00+00:00", NOON),
        ("2026-03-01T14:00:00+02:00", NOON),
        ("2026-03-01T14:00:00+0200", NOON),
        ("2026-03-01T14:00+02", NOON),
        ("2026-03-01 12:00:00.0 UTC", NOON),
        ("2026-03-01 12:00:00 GMT", NOON),
        ("2026-03-01t12:00:00z", NOON),
        ("2026-03-01T12:00:00,5Z", NOON + timedelta(milliseconds=500)),
        ("2026-03-01T12:00:00.123456789Z", NOON + timedelta(microseconds=123456)),
        ("1772366400", NOON),
        ("1772366400.25", NOON + timedelta(milliseconds=250)),
        ("1772366400250", NOON + timedelta(milliseconds=250)),
        ("1772366400250000", NOON + timedelta(milliseconds=250)),
        ("1772366400250000000", NOON + timedelta(milliseconds=250)),
    ],
)
def test_ways_to_write_a_moment(cell: str, value: datetime) -> None:
    assert read(cell)[:2] == ([value], [False])


@pytest.mark.parametrize(
    "cell",
    ["1 March 2026", "last tuesday", "03/01/2026", "2026-13-01", "2026-02-30T10:00:00Z", "2026", "20260301", "12"],
)
def test_what_is_no_moment(cell: str) -> None:
    assert read(cell, "2026-03-01T12:00:00Z")[:2] == ([None, NOON], [True, False])


def test_what_was_assumed_is_noted() -> None:
    assert read("2026-03-01 12:00:00") == ([NOON], [False], ("Times in 'when' carry no zone and are taken as UTC.",))
    assert read("1772366400")[2] == ("Times in 'when' are numbers, taken as seconds since 1970.",)
    assert read("1772366400250", unit="ms")[2] == ()
    assert read("2026-03-01T12:00:00Z")[2] == ()


def test_a_declared_format() -> None:
    assert read("01/03/2026 12:00", "2026-03-01", format_="%d/%m/%Y %H:%M")[:2] == ([NOON, None], [False, True])


def test_blank_is_missing_and_no_fault() -> None:
    assert read("", " ", None)[:2] == ([None] * 3, [False] * 3)


def test_typed_columns() -> None:
    zone = timezone(timedelta(hours=2))
    aware = pa.array([datetime(2026, 3, 1, 14, tzinfo=zone)], pa.timestamp("ms", tz="+02:00"))
    naive = pa.array([datetime(2026, 3, 1, 12)], pa.timestamp("ns"))
    for array in (aware, naive):
        assert times(array, "when", Notes())[0].to_pylist() == [NOON]
    assert times(pa.array([date(2026, 3, 1)]), "when", Notes())[0].to_pylist() == [datetime(2026, 3, 1, tzinfo=UTC)]


def test_days_and_iso_text() -> None:
    cells = pa.array(["2026-03-01", "2026-03-01T12:00:00Z", "spring"])
    assert [x.to_pylist() for x in dates(cells, "when", Notes())] == [
        [date(2026, 3, 1), date(2026, 3, 1), None],
        [False, False, True],
    ]
    assert iso_text(cells, "when", Notes())[0].to_pylist() == ["2026-03-01", "2026-03-01T12:00:00Z", None]


@given(st.datetimes(min_value=datetime(1902, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_any_moment_survives(when: datetime) -> None:
    assert read(when.isoformat())[:2] == ([when], [False])


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    value, bad, _ = read(text)
    assert bad == [value == [None] and bool(text.strip())] or value != [None]
