"""`hotspots` in the terminal: the document's keys, the tables, and how wrong use ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app
from tests.reports.log import make_engine

RUN = CliRunner()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_engine(tmp_path_factory.mktemp("hotspots")).store.path


def test_json_has_the_keys_and_ranked_lists(store: Path) -> None:
    done = RUN.invoke(app, ["hotspots", "--store", str(store), "--project", "p", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.output)
    assert document["filters"] == {"projects": ["p"]}
    for name in ("items", "slices", "label_pairs", "themes"):
        assert isinstance(document[name], list)
    for item in document["items"]:
        assert {"item_id", "criterion", "n_judgments", "disagreement", "cause", "probabilities", "evidence"} <= set(
            item
        )
    for pair in document["label_pairs"]:
        assert {"a", "b", "share_of_disagreement", "alpha_gain", "where"} <= set(pair)
    lows = [i["disagreement"]["low"] for i in document["items"]]
    assert lows == sorted(lows, reverse=True)
    assert {c["criterion"] for c in document["criteria"]} == {"tone", "harm", "flags"}


def test_a_limit_keeps_the_worst(store: Path) -> None:
    few = ["hotspots", "--store", str(store), "--criterion", "harm", "--most", "3", "--json"]
    document = json.loads(RUN.invoke(app, few).output)
    everything = json.loads(RUN.invoke(app, [*few[:-3], "--json"]).output)
    assert document["items"] == everything["items"][:3]
    done = RUN.invoke(app, ["hotspots", "--store", str(store), "--most", "0"])
    assert done.exit_code == 2
    assert "--most must be at least 1, got 0." in done.output


def test_tables_say_what_there_is_and_what_there_is_not(store: Path) -> None:
    done = RUN.invoke(app, ["hotspots", "--store", str(store), "--criterion", "harm"])
    assert done.exit_code == 0, done.output
    assert "Label pairs (alpha" in done.output
    assert "Items" in done.output
    assert "too few to search one half" in done.output
