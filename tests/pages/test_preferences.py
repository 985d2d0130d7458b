"""The Preferences page: every part on a log that has everything, drill-down included, for lead and manager."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.core.scope import ROLE_TITLES, Role
from analytics.ui.navigation import ROOT
from analytics.ui.preferences import PARTS, Picked
from analytics.ui.preferences_pairs import _SHOWN, PairChoice
from tests.pages.conftest import failed, words
from tests.reports.preference_log import HOSTILE, make_engine

CHOICE, ORDER, REWRITE = "better (choice)", "order (ranking)", "rewrite (rewrite)"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_engine(tmp_path_factory.mktemp("preferences-page")).store.path


@pytest.fixture
def opened(store: Path, monkeypatch: pytest.MonkeyPatch):
    def open_(role: Role = "lead", theme: str = "light", session: dict | None = None, **query: str) -> AppTest:
        monkeypatch.chdir(ROOT)
        monkeypatch.delenv("PLUMBLINE_CONFIG", raising=False)
        monkeypatch.setenv("PLUMBLINE_STORE", str(store))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
        app.context = {"theme": theme}
        if role != "lead":
            app.query_params["role"] = ROLE_TITLES[role]
        for name, value in query.items():
            app.query_params[name] = value
        for name, value in (session or {}).items():
            app.session_state[name] = value
        app.run()
        return app.switch_page("pages/preferences.py").run()

    return open_


@pytest.mark.parametrize("role", ["lead", "manager"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_and_says_something(opened, part, role):
    app = opened(role=role, preference=CHOICE, part=part, theme="dark" if role == "lead" else "light")
    assert not failed(app)
    text = words(app)
    assert not re.search(r"\b(nan|NaN|None|inf)\b", text), text
    expected = {
        "Agreement and ceiling": "How good can a reward model get?",
        "Response models": "Who is preferred to whom",
        "Order, length, cycles": "Does the answer shown first win?",
        "Ratings": "Chooses what they rated higher",
        "Pairs": "pairs, page 1 of 2",
    }
    assert expected[part] in text
    assert role == "lead" or "Name 0" not in text


def test_the_numbers_are_those_of_the_report(opened, store):
    from analytics.core.filters import Filters
    from analytics.core.scope import Scope
    from analytics.reports.preferences import preferences_report
    from analytics.store import Engine, open_store

    report = preferences_report(
        Engine(open_store(store)), Scope(role="lead"), Filters(), project="p", criterion="better"
    )
    app = opened(preference=CHOICE)
    shown = {m.label: m.value for m in app.metric}
    assert shown["Kappa with symmetric chance"] == f"{report.agreement.kappa_symmetric.value:.3f}"
    assert shown["Ceiling for a reward model"] == f"{100 * report.ceiling.point.value:.1f}\u00a0%"


def test_rankings_and_rewrites_have_their_own_page(opened):
    ranked = opened(preference=ORDER)
    assert not failed(ranked)
    assert "Do trainers rank alike?" in words(ranked)
    assert "Not read: 1 ranking" in words(ranked)
    rewritten = opened(preference=REWRITE)
    assert not failed(rewritten)
    assert "shuffled pairs, the baseline" in words(rewritten)


def test_graded_choices_open_too(opened):
    app = opened(preference="strength (choice)")
    assert not failed(app)
    assert "Do trainers choose alike?" in words(app)


def test_a_scale_with_one_side_says_what_is_wrong(opened):
    text = failed(opened(preference="one_sided (choice)"))
    assert "must be symmetric in A and B" in text


def test_pairs_behind_a_cell_are_listed_with_a_way_back(opened):
    picked = Picked(project="p", criterion="better", level="preference")
    shown = (picked.project, picked.criterion, "Response models", "Pairs of atlas and cedar", PairChoice(
        model_a="atlas", model_b="cedar"))  # fmt: skip
    app = opened(preference=CHOICE, part="Response models", session={_SHOWN: shown})
    assert not failed(app)
    assert "Pairs of atlas and cedar" in words(app)
    assert any(b.key == "close_pairs" for b in app.button)


def test_one_pair_shows_answers_side_by_side_without_letting_markup_through(opened, monkeypatch):
    from analytics.ui import preferences_pairs

    monkeypatch.setattr(preferences_pairs, "_list_table", lambda found, key: next(
        k for k, p in enumerate(found.pairs) if p.item_id == "p4"))  # fmt: skip
    app = opened(preference=CHOICE, part="Pairs", prompt_has="bold")
    assert not failed(app)
    text = words(app)
    assert "Pair p4" in text
    assert "of the words are the same" in text
    bodies = [h.proto.body for h in app.get("html")]
    answers = [b for b in bodies if "plumbline-answer" in b and not b.startswith("<style>")]
    assert len(answers) == 2
    assert "&lt;b&gt;" in answers[0]
    for body in answers:
        assert set(re.findall(r"<(\w+)", body)) <= {"div", "span", "br"}
    assert HOSTILE in "\n".join(c.value for c in app.get("code"))


def test_without_any_choice_the_page_says_what_to_import(opened):
    app = opened(criterion=["useful_a"])
    assert not failed(app)
    assert "No choice between answers, ranking or rewrite matches these filters" in words(app)
