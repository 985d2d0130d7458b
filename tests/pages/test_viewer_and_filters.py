"""Who looks and at what: the picker, the filters in the address, and what may not leak from one viewer to another."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.core.scope import Scope
from analytics.ui.filters import period_days, unique_labels
from analytics.ui.links import address_of
from analytics.ui.people import address_mark
from analytics.ui.viewer import NOBODY, scope_of
from tests.pages.conftest import Open, failed, words
from tests.ui.stores import HOSTILE


def test_what_the_browser_sends_cannot_widen_a_scope() -> None:
    assert scope_of("lead", None, []) == Scope(role="lead")
    assert scope_of("manager", "t1", ["t1"]) == Scope(role="manager")
    assert scope_of("root", "t2", ["t1", "t2"]) == Scope(role="trainer", viewer="t2")
    assert scope_of("trainer", "t9", ["t1", "t2"]) == Scope(role="trainer", viewer="t1")
    assert scope_of("trainer", None, []) == Scope(role="trainer", viewer=NOBODY)


def test_looking_as_a_trainer_asks_which(open_page: Open) -> None:
    app = open_page(role="trainer", person=address_mark("t02"))
    assert not failed(app)
    assert app.selectbox(key="person").options[:2] == ["Trainer A", "Trainer B"]
    assert app.selectbox(key="person").value == "t02"
    assert "person" not in {s.key for s in open_page().selectbox}


def test_filters_come_from_the_address_and_go_into_the_command(open_page: Open) -> None:
    app = open_page(project="Safety", period="4 w", topic=["law", "code"])
    assert not failed(app)
    command = app.code[0].value
    assert "--project Safety" in command
    assert "--since" in command
    assert "--topic law --topic code" in command
    assert app.multiselect(key="criterion").options == ["Never varied", "Refuse or answer"]


def test_clearing_the_filters_clears_them(open_page: Open) -> None:
    app = open_page(project="Safety", period="4 w", topic="law", since="2026-09-01")
    app.button(key="clear_filters").click().run()
    assert not failed(app)
    assert app.multiselect(key="project").value == []
    assert app.segmented_control(key="period").value == "All"
    assert app.date_input(key="since").value is None
    assert "--project" not in app.code[0].value


def test_a_criterion_of_another_project_is_dropped_when_the_project_changes(open_page: Open) -> None:
    app = open_page(project="Safety", criterion=["Helpfulness", "Never varied"])
    assert not failed(app)
    assert app.multiselect(key="criterion").value == ["Never varied"]
    assert "Helpfulness" not in app.code[0].value


def test_unknown_values_in_the_address_select_nothing(open_page: Open) -> None:
    app = open_page(project="No such project", period="9 w", criterion="x")
    assert not failed(app)
    assert "--project" not in app.code[0].value


def test_dates_can_be_chosen(open_page: Open) -> None:
    app = open_page(period="4 w", since="2026-09-01", until="2026-10-01")
    assert not failed(app)
    assert "--since 2026-09-01 --until 2026-10-01" in app.code[0].value


def test_managers_are_not_offered_names(open_page: Open) -> None:
    lead, manager = open_page(), open_page(role="manager")
    assert "trainer" in {m.key for m in lead.multiselect}
    assert "trainer" not in {m.key for m in manager.multiselect}
    assert "Trainer A" not in words(manager)


def test_text_of_strangers_is_never_markup(open_page: Open) -> None:
    app = open_page("data_health")
    for element in app.markdown:
        assert HOSTILE not in element.value
        assert "![x]" not in element.value


def test_theme_decides_the_colours_of_figures(open_page: Open) -> None:
    from analytics.figures.palette import DARK, LIGHT

    light, dark = (open_page(theme=mode).get("plotly_chart")[0].proto.spec for mode in ("light", "dark"))
    assert LIGHT.text in light
    assert LIGHT.text not in dark
    assert DARK.text in dark


def test_periods_end_with_the_last_judgment() -> None:
    first, last = date(2026, 8, 3), date(2026, 11, 22)
    assert period_days("4 w", last, first) == (date(2026, 10, 26), last)
    assert period_days("All", last, first) == (None, None)
    assert period_days("no such period", last, first) == (None, None)


def test_people_of_one_name_are_told_apart() -> None:
    labels = unique_labels([("t1", "Ana"), ("t2", "Ana"), ("t3", "Bo")])
    assert len(set(labels.values())) == 3


@pytest.mark.parametrize("role", ["lead", "manager"])
def test_links_lead_only_to_pages_of_the_role(role: str) -> None:
    assert address_of("data_health", role, {"project": "a b", "topic": ["x", "y"]}) == (  # type: ignore[arg-type]
        "/data_health?project=a+b&topic=x&topic=y"
    )
    assert address_of("overview", role, {}) == "/"  # type: ignore[arg-type]
    assert address_of("no_such_page", role, {}) == ""  # type: ignore[arg-type]
    assert address_of("data_health", "trainer", {}) == ""
