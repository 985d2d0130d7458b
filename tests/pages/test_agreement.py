"""The Agreement page: the terminal's number to the last digit, and a drill-down that ends at the item."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analytics.cli import app as command_line
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.agreement_items import ItemChoice
from analytics.store import Engine, open_store
from analytics.ui.agreement import INTERVALS
from analytics.ui.drill import KEY, Drill
from analytics.ui.navigation import ROOT
from tests.pages.conftest import failed
from tests.pages.conftest import words as all_words
from tests.reports.log import HOSTILE, counted, make_engine

SECTIONS = ("Why", "Who with whom", "Where", "When", "Check and download")
Opened = Callable[..., AppTest]
TERMINAL = CliRunner(env={"COLUMNS": "240"})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_engine(tmp_path_factory.mktemp("agreement-page")).store.path


@pytest.fixture
def opened(store: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("PLUMBLINE_CONFIG", raising=False)
    monkeypatch.setenv("PLUMBLINE_STORE", str(store))

    def go(theme: str = "light", **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.context = {"theme": theme}
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        app.switch_page("pages/agreement.py").run()
        assert not failed(app)
        return app

    return go


def words(app: AppTest) -> str:
    return all_words(app).replace("**", "").replace("\u2009", "").replace("\u00a0", " ")


def drilled(title: str, choice: ItemChoice, **more: object) -> Drill:
    where = {"project": "p", "criterion": "harm", "section": "Why"} | more
    return Drill(title=title, choice=choice, **where)  # type: ignore[arg-type]


def commands(app: AppTest) -> list[str]:
    return [c.value for c in app.code if " agreement " in c.value and "--json" not in c.value]


GRID: list[dict[str, str | list[str]]] = [
    {"of": "tone · p"},
    {"of": "harm · p", "topic": ["law", "satire"]},
    {"of": "flags · p", "team": ["team1"]},
    {"of": "tone · p", "period": "4 w", "interval": INTERVALS["items"]},
    {"of": "harm · p", "version": ["v1"], "interval": INTERVALS["jackknife"]},
    {"of": "tone · p", "batch": ["b1"], "language": ["en"], "interval": INTERVALS["bootstrap"]},
    {"project": ["p"], "of": "harm", "trainer": ["Name 1", "Name 2", "Name 3"]},
]


@pytest.mark.parametrize("query", GRID, ids=lambda q: "+".join(q))
def test_the_command_prints_the_page_s_number_to_the_last_digit(
    opened: Opened, query: dict[str, str | list[str]]
) -> None:
    app = opened(**query)
    command = commands(app)[-1]
    arguments = shlex.split(command)
    assert arguments[:4] == ["python", "-m", "analytics", "agreement"]
    printed = TERMINAL.invoke(command_line, arguments[3:])
    assert printed.exit_code == 0, printed.output
    shown = app.metric[0].value.replace("−", "-")
    assert shown != "–"
    assert shown in printed.output.replace("−", "-")
    document = TERMINAL.invoke(command_line, [*arguments[3:], "--json"])
    (criterion,) = json.loads(document.output)["criteria"]
    main = next(c for c in criterion["coefficients"] if c["name"] == criterion["headline"])
    exact = [t.value for t in app.text]
    assert repr(main["value"]) in exact
    assert f"{main['low']!r} to {main['high']!r}" in exact
    interval = re.search(r"interval \*\*(.+?)\*\*", " ".join(m.value for m in app.markdown))
    assert interval
    assert interval[1].replace("−", "-") in printed.output.replace("−", "-")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("criterion", ["tone · p", "harm · p", "flags · p", "other · q"])
def test_every_section_of_every_criterion_opens(opened: Opened, section: str, criterion: str) -> None:
    app = opened(of=criterion, section=section, theme="dark")
    text = words(app)
    assert not re.search(r"\b(NaN|None|inf)\b", text)
    assert app.selectbox(key="of").value == criterion


def test_only_the_open_section_is_computed(opened: Opened) -> None:
    why, who = opened(of="tone · p", section="Why"), opened(of="tone · p", section="Who with whom")
    assert "How agreement is spread over items" in words(why)
    assert "Who agrees with whom" not in words(why)
    assert "Who agrees with whom" in words(who)
    assert "How agreement is spread over items" not in words(who)


def test_the_number_says_where_it_comes_from(opened: Opened) -> None:
    app = opened(of="harm · p")
    text = words(app)
    units = counted("harm")
    assert f"{sum(map(len, units.values()))} judgments by 9 trainers on {len(units)} items" in text
    assert "skipped by the trainer" in text
    assert "label outside the scale" in text
    assert "Snapshot" in text
    assert "two-way" in text


def test_bands_and_their_rule_are_said_in_words(opened: Opened) -> None:
    text = words(opened(of="tone · p"))
    assert re.search(r"Not reliable: one cannot be 95 % sure|with at least 95 % probability it is", text)


def test_a_cell_leads_to_the_items_and_an_item_to_every_judgment(opened: Opened, store: Path) -> None:
    app = opened(of="harm · p", section="Why")
    choice = ItemChoice(label_a="none", label_b="mild")
    app.session_state[KEY] = drilled("Items with none and mild", choice)
    app.run()
    assert not failed(app)
    want = [u for u, g in counted("harm").items() if {"none", "mild"} <= set(g.values())]
    assert f"{len(want)} items, the least agreed first" in words(app)
    listed = next(d for d in app.dataframe if "labels" in d.value and "item_id" in d.value)
    assert set(listed.value["item_id"]) == {item for item, _ in want}


def test_the_item_shows_text_rationales_and_track_records_as_plain_text(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.ui import item as module

    monkeypatch.setattr(module, "_list_table", lambda found, key, people: 0)
    app = opened(of="harm · p", section="Why")
    item_id = next(u[0] for u, g in counted("harm").items() if u[0] == "i3")
    monkeypatch.setattr(
        module, "item_list",
        lambda view, *, project, criterion, choice, people=None: module.item_section(
            view, project=project, criterion=criterion, item_id=item_id
        ),
    )  # fmt: skip
    from analytics.ui import drill

    monkeypatch.setattr(drill, "item_list", module.item_list)
    app.session_state[KEY] = drilled("Items", ItemChoice())
    app.run()
    assert not failed(app)
    assert HOSTILE in [c.value for c in app.code]
    assert not any("![x](" in m.value for m in [*app.markdown, *app.caption, *app.subheader])
    judgments = next(d for d in app.dataframe if "counted" in d.value)
    assert {"name", "label", "record", "gold"} <= set(judgments.value)


def test_sensitive_text_waits_until_it_is_asked_for(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.ui import drill
    from analytics.ui import item as module

    monkeypatch.setattr(
        drill, "item_list",
        lambda view, *, project, criterion, choice, people=None: module.item_section(
            view, project=project, criterion=criterion, item_id="i5"
        ),
    )  # fmt: skip
    app = opened(of="harm · p", section="Why")
    app.session_state[KEY] = drilled("Items", ItemChoice())
    app.run()
    assert "Question 5" not in [c.value for c in app.code]
    app.toggle(key="text_i5").set_value(True).run()
    assert "Question 5" in [c.value for c in app.code]


def test_the_check_button_compares_and_says_equal(opened: Opened) -> None:
    app = opened(of="harm · p", section="Check and download")
    assert "numbers equal" not in words(app)
    app.button(key="verify").click().run()
    assert not failed(app)
    assert re.search(r"\d+ numbers equal", words(app))
    assert any("recomputed" in d.value for d in app.dataframe)


@pytest.mark.parametrize(("by", "value", "filters"), [
    ("Topic", "law", Filters(topics=("law",))),
    ("Guideline version", "v1", Filters(guideline_versions=("v1",))),
    ("Batch", "b1", Filters(batches=("b1",))),
])  # fmt: skip
def test_a_slice_s_command_prints_the_slice_s_number(opened: Opened, by: str, value: str, filters: Filters) -> None:
    app = opened(of="harm · p", section="Where", by=by)
    narrowed = filters.replace(projects=("p",), criteria=("harm",))
    app.session_state[KEY] = drilled("A slice", ItemChoice(), section="Where", narrowed=narrowed)
    app.run()
    assert not failed(app)
    table = next(d.value for d in app.dataframe if "difference_interval" in d.value)
    shown = table[table["slice"] == value].iloc[0]
    words_of_it = shlex.split(commands(app)[-1])
    assert value in words_of_it
    (criterion,) = json.loads(TERMINAL.invoke(command_line, [*words_of_it[3:], "--json"]).output)["criteria"]
    found = next(c for c in criterion["coefficients"] if c["name"] == "krippendorff_alpha")
    assert found["value"] == shown["value"]
    assert criterion["n_items_paired"] == shown["n_items_paired"]


def test_all_coefficients_are_one_click_away(opened: Opened) -> None:
    app = opened(of="tone · p")
    assert not any("observed" in d.value and "method" in d.value for d in app.dataframe)
    app.session_state["all_coefficients"] = True
    app.run()
    assert not failed(app)


def test_a_selection_that_holds_nothing_says_so_in_words(opened: Opened) -> None:
    app = opened(of="other · q")
    text = words(app)
    assert "Not defined here" in text
    assert "no item has two judgments" in text


def test_the_page_file_only_picks_a_section() -> None:
    tree = ast.parse((ROOT / "pages" / "agreement.py").read_text())
    assert {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)} >= set(SECTIONS)


def test_counts_are_shared_between_sections(store: Path) -> None:
    from analytics.reports.one_criterion import one_criterion

    engine = Engine(open_store(store))
    first = one_criterion(engine, Scope(), Filters(), project="p", criterion="tone")
    assert one_criterion(engine, Scope(), Filters(), project="p", criterion="tone").counts is first.counts
