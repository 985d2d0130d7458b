"""`health` and `overview`: the pages' own reports, as one document and as tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.data_health import data_health_report
from analytics.reports.overview import overview_report
from analytics.store import Engine, open_store
from tests.ui.stores import empty_store, full_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_store(tmp_path_factory.mktemp("cli") / "full", n_items=40).path


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_health_gives_the_pages_numbers(store: Path) -> None:
    report = data_health_report(Engine(open_store(store)), Scope(), Filters())
    document = json.loads(said("health", "--store", str(store), "--json"))
    assert document["snapshot_id"] == report.snapshot_id
    assert [(c["criterion"], c["one"], c["two"], c["more"], c["left_out"]) for c in document["criteria"]] == [
        (c.criterion, c.one, c.two, c.more, c.left_out) for c in report.criteria
    ]
    assert all(line["adds_up"] for line in document["ingests"])
    assert [part["n_with"] for part in document["parts"]] == [part.n_with for part in report.parts]
    assert len(document["rejected_rows"]) == len(report.rejected_rows)
    text = said("health", "--store", str(store))
    assert "Items by number of judgments" in text
    assert "the only judgment on its item" in " ".join(text.split())
    one = json.loads(said("health", "--store", str(store), "--project", "Safety", "--json"))
    assert {c["project"] for c in one["criteria"]} == {"Safety"}


def test_overview_gives_the_pages_numbers(store: Path) -> None:
    report = overview_report(Engine(open_store(store)), Scope(), Filters())
    document = json.loads(said("overview", "--store", str(store), "--json"))
    assert document["sentence"] == report.sentence
    assert document["period"] == [day.isoformat() for day in report.period or ()]
    shown = [c["current"]["value"] for c in document["criteria"]]
    assert shown == [c.current.value if c.current.defined else None for c in report.criteria]
    assert [t["excess"]["value"] for t in document["team"]["trainers"]] == [
        t.excess.value for t in report.team.trainers
    ]
    assert [s["title"] for s in document["next_steps"]] == [s.title for s in report.next_steps]
    text = " ".join(said("overview", "--store", str(store)).split())
    assert f"1. {report.next_steps[0].title}." in text


def test_an_empty_store_is_told_in_words(tmp_path: Path) -> None:
    store = str(empty_store(tmp_path / "empty").path)
    assert "Nothing was ever taken in." in said("health", "--store", store)
    assert "There is nothing to measure yet." in said("overview", "--store", store)


@pytest.mark.parametrize(
    ("trainers", "label", "why"),
    [(3, "ok", "no variation: every judgment carries the same label"), (1, "ok", "no item has two judgments")],
)
@pytest.mark.parametrize("command", ["agreement", "overview"])
def test_a_log_that_has_no_coefficient_says_why_in_a_whole_sentence(
    tmp_path: Path, command: str, trainers: int, label: str, why: str
) -> None:
    rows = [f"i{i},t{t},{label}" for i in range(20) for t in range(trainers)]
    log = tmp_path / "tired.csv"
    log.write_text("\n".join(["item_id,trainer_id,label", *rows]) + "\n", encoding="utf-8")
    said("ingest", str(log), "--store", str(tmp_path / "s"))
    output = said(command, "--store", str(tmp_path / "s"))
    assert f"label is undefined: {why}" in output
    assert "tired" in output
    assert "…" not in output


def test_this_folder_is_named_where_it_holds_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "march").mkdir()
    monkeypatch.chdir(tmp_path / "march")
    done = CliRunner().invoke(app, ["ingest", ".", "--store", str(tmp_path / "s")])
    assert done.exit_code != 0
    assert "march is a folder without a contract table" in done.output
