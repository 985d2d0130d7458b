"""The two commands: JSON with the agreed keys, worst first, and words where there is nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app, gaps, groups
from analytics.store import Engine
from tests.cli.kept import computed_once
from tests.ui.stores import empty_store

RUN = CliRunner()


def test_groups_json(demo_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = computed_once(monkeypatch, groups, "groups_report")
    words = ["groups", "--store", str(demo_engine.store.path), "--criterion", "offensiveness", "--axis", "age_band"]
    ran = RUN.invoke(app, [*words, "--json"])
    assert ran.exit_code == 0, ran.output
    document = json.loads(ran.output)
    assert document["snapshot_id"] == demo_engine.snapshot_id
    assert document["filters"] == {"criteria": ["offensiveness"]}
    first = document["groups"][0]
    assert (first["criterion"], first["axis"], first["group"]) == ("offensiveness", "age_band", "45+")
    assert first["suppressed"] is None
    assert document["topic_gaps"][0]["topic"] == "Workplace humour"
    assert document["item_gaps"] == []
    table = RUN.invoke(app, words)
    assert table.exit_code == 0, table.output
    assert "Workplace humour" in table.output
    assert "not an error" in " ".join(table.output.split())
    assert len(asked) == 2
    assert asked[0] == asked[1], "JSON and tables answer the same question"


def test_gaps_json(demo_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    computed_once(monkeypatch, gaps, "guideline_gaps_report")
    words = ["gaps", "--store", str(demo_engine.store.path), "--criterion", "harm_class"]
    document = json.loads(RUN.invoke(app, [*words, "--json"]).output)
    first = document["gaps"][0]
    assert (first["part"], {first["a"], first["b"]}) == ("4.2 Satire and harm", {"satire", "harmful"})
    assert first["alpha_gain"]["low"] > 0
    gains = [g["alpha_gain"]["value"] for g in document["gaps"]]
    assert gains == sorted(gains, reverse=True)
    assert "4.2 Satire and harm" in RUN.invoke(app, words).output


def test_an_empty_store_is_told_in_words(tmp_path: Path) -> None:
    store = str(empty_store(tmp_path / "empty").path)
    assert "which group they belong to" in RUN.invoke(app, ["groups", "--store", store]).output
    assert "No rule can be tested here" in RUN.invoke(app, ["gaps", "--store", store]).output
