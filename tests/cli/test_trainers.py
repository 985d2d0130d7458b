"""`trainers` in a terminal: the agreed document, and tables with the evidence."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from analytics.cli import app
from tests.reports.log import make_engine


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return str(make_engine(tmp_path_factory.mktemp("trainers-cli")).store.path)


def run(*words):
    return CliRunner().invoke(app, ["trainers", *words])


def test_json(store):
    result = run("--store", store, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert len(document["trainers"]) == 9
    for trainer in document["trainers"]:
        assert isinstance(trainer["flags"], list)
        for figures in trainer["criteria"].values():
            assert figures["peer_agreement"]["value"] is None or 0 <= figures["peer_agreement"]["value"] <= 1
            assert (figures["severity"]["value"] is None) == (figures["severity"]["undefined"] is not None)


def test_one_trainer(store):
    document = json.loads(run("--store", store, "--trainer", "t3", "--json").stdout)
    assert [trainer["trainer_id"] for trainer in document["trainers"]] == ["t3"]


def test_tables(store):
    result = run("--store", store)
    assert result.exit_code == 0
    assert "Name 3" in result.stdout
    assert "cases examined" in result.stdout


def test_a_store_that_is_not_there(tmp_path):
    result = run("--store", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "Traceback" not in result.output
