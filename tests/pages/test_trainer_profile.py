"""One trainer on the Trainers page: every section opens on every kind of store, says something, shows no nan."""

from __future__ import annotations

import re

import pytest

from analytics.ui.people import address_mark
from analytics.ui.trainer import SECTIONS
from tests.pages.conftest import Open, failed, words


@pytest.mark.parametrize(("store", "trainer"), [("full", "t02"), ("one label", "t1")])
def test_every_section_opens(open_page: Open, store: str, trainer: str) -> None:
    app = open_page("trainers", store=store, look=address_mark(trainer))
    assert not failed(app)
    assert "Back to the team" in [b.label for b in app.button]
    for section in SECTIONS:
        app.segmented_control(key="part").set_value(section).run()
        assert not failed(app), section
        text = words(app)
        assert not re.search(r"\b(nan|NaN|None|inf)\b", text), text
    app.segmented_control(key="part").set_value("Over time").run()
    app.segmented_control(key="profile_time_of").set_value("All of the project").run()
    assert not failed(app)


def test_the_address_names_nobody(open_page: Open) -> None:
    app = open_page("trainers", look=address_mark("t02"))
    assert "Trainer C" in words(app)
    assert address_mark("t02") in app.query_params["look"]
    shown = str(dict(app.query_params))
    assert "Trainer" not in shown
    assert "t02" not in shown


def test_the_way_back_leads_to_the_team(open_page: Open) -> None:
    app = open_page("trainers", look=address_mark("t02"))
    app.button(key="back").click().run()
    assert not failed(app)
    assert "look" not in app.query_params
    assert app.selectbox(key="look").value is None


def test_a_mark_of_nobody_shows_the_team(open_page: Open) -> None:
    app = open_page("trainers", look="0000000000")
    assert not failed(app)
    assert app.selectbox(key="look").value is None
