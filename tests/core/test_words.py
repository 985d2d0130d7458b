"""The words of the domain refuse what cannot be meant, and say how to say it right."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analytics.core.errors import FilterError, ScaleError, ScopeError, listed
from analytics.core.filters import OPTIONS, Filters
from analytics.core.results import Coefficient, Estimate, jsonable
from analytics.core.scale import LEVELS, Scale, check_level, inferred_scale, number
from analytics.core.scope import Scope
from analytics.core.settings import Settings


def test_an_unknown_level_is_named_with_the_eight() -> None:
    with pytest.raises(ScaleError, match=r"level must be one of 'nominal', 'ordinal', .*'text', got 'likert'\."):
        check_level("likert")
    assert [check_level(level) for level in LEVELS] == list(LEVELS)


def test_labels_must_differ() -> None:
    with pytest.raises(ScaleError, match="'a' more than once"):
        Scale(level="nominal", labels=("a", "b", "a"))


@pytest.mark.parametrize(
    ("labels", "level", "order"),
    [
        (["1", "0"], "nominal", ("0", "1")),
        (["2", "0", "1"], "nominal", ("0", "1", "2")),
        (["10", "9", "1", "2"], "ordinal", ("1", "2", "9", "10")),
        (["0.5", "3", "1"], "interval", ("0.5", "1", "3")),
        (["yes", "no"], "nominal", ("no", "yes")),
        (["B", "tie", "A"], "preference", ("A", "tie", "B")),
        (["1", "nan"], "nominal", ("1", "nan")),
        ([], "nominal", ()),
    ],
)
def test_a_guessed_scale_is_marked_and_cautious(labels: list[str], level: str, order: tuple[str, ...]) -> None:
    scale = inferred_scale(labels)
    assert (scale.level, scale.labels, scale.inferred) == (level, order, True)


def test_free_text_is_not_taken_for_labels() -> None:
    assert inferred_scale([f"text {i}" for i in range(1001)]) == Scale(level="text", inferred=True)


def test_a_label_spelled_nan_is_no_number() -> None:
    assert math.isnan(number("nan"))
    assert math.isnan(number("inf"))
    assert Scale(level="nominal", labels=("nan", "1")).values == (0.0, 1.0)
    assert Scale(level="ratio", labels=("1", "2.5")).values == (1.0, 2.5)


def test_a_trainers_scope_is_their_own_rows_whatever_was_asked() -> None:
    assert Scope(role="trainer", viewer="t1", trainers=("t2",)).trainers == ("t1",)
    with pytest.raises(ScopeError, match="must name the trainer"):
        Scope(role="trainer")
    with pytest.raises(ScopeError, match=r"role must be one of 'lead', 'manager', 'trainer', got 'boss'"):
        Scope(role="boss")  # type: ignore[arg-type]
    with pytest.raises(ScopeError, match=r"Your role \(manager\) does not include project 'radiology-3'"):
        Scope(role="manager", projects=("a",)).check_project("radiology-3")


def test_filters_go_to_json_and_to_a_command() -> None:
    filters = Filters(projects=("p q",), since=date(2026, 1, 2), topics=("a", "b"))
    assert filters.to_dict() == {"projects": ["p q"], "since": "2026-01-02", "topics": ["a", "b"]}
    assert filters.to_arguments() == ["--project", "p q", "--since", "2026-01-02", "--topic", "a", "--topic", "b"]
    assert set(OPTIONS) == set(Filters.__dataclass_fields__), "every filter has an option"
    with pytest.raises(FilterError, match="since must not be after until"):
        Filters(since=date(2026, 2, 1), until=date(2026, 1, 1))


def test_undefined_is_data_with_a_reason() -> None:
    with pytest.raises(ValueError, match="exactly when undefined"):
        Estimate(value=math.nan)
    with pytest.raises(ValueError, match="exactly when undefined"):
        Estimate(value=0.5, undefined="no")
    estimate = Coefficient(name="x", value=math.nan, undefined="nobody judged twice")
    assert not estimate.defined
    assert json.loads(json.dumps(estimate.to_dict()))["value"] is None


def test_jsonable_makes_plain_values() -> None:
    made = jsonable({"a": np.float64("nan"), "b": np.array([1, 2]), "c": (1.5, None, True), "d": date(2026, 1, 2)})
    assert made == {"a": None, "b": [1, 2], "c": [1.5, None, True], "d": "2026-01-02"}


def test_at_most_five_offenders_then_a_count() -> None:
    assert listed("abcdefg") == "'a', 'b', 'c', 'd', 'e' and 2 more"
    assert listed(["x"]) == "'x'"


def test_settings_come_from_one_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plumbline.toml"
    file.write_text('period_days = 14\nthreads = 1\n[[bands]]\nname = "Low"\nlow = -1.0\n')
    monkeypatch.setenv("PLUMBLINE_CONFIG", str(file))
    monkeypatch.setenv("PLUMBLINE_THREADS", "3")
    settings = Settings()
    assert (settings.period_days, settings.threads, settings.bands[0].name) == (14, 3, "Low")
    file.write_text("perod_days = 14\n")
    with pytest.raises(ValueError, match="perod_days"):
        Settings()
