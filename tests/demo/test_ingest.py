"""The written folder goes into a store as a whole, with nothing set aside in judgments and every attribute kept."""

import json

import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.demo import simulate, write_demo
from analytics.reports.importing import ingest
from analytics.store import Engine, open_store


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    work = tmp_path_factory.mktemp("demo")
    store = open_store(work / "store", create=True)
    report = ingest(store, [write_demo(work / "log", seed=11, scale=0.1)])
    return store, {file.path.rsplit("/", 1)[-1]: file for file in report.files}


@pytest.mark.parametrize("name", ["criteria", "guidelines", "trainers", "items", "judgments"])
def test_every_row_is_accepted(taken, name):
    _, files = taken
    n = len(getattr(simulate(11, 0.1), name))
    file = files[f"{name}.parquet"]
    assert (file.rows, file.accepted, file.rejected) == (n, n, {})


def test_gold_is_accepted_but_perhaps_for_empty_sets(taken):
    """Gold that says "no flag" is the empty text; a reader may set it aside as "no label", never anything else."""
    _, files = taken
    gold = simulate(11, 0.1).gold
    file = files["gold.parquet"]
    assert file.rows == len(gold)
    assert file.rejected in ({}, {"no label": int((gold["label"] == "").sum())})


def test_no_column_is_in_doubt(taken):
    _, files = taken
    said = [note for file in files.values() for note in file.notes if "planted_truth" not in note]
    assert said == []


def test_scales_arrive_as_declared(taken):
    store, _ = taken
    log = simulate(11, 0.1)
    with Engine(store).session(Scope(), Filters()) as session:
        scales = {(c.project, c.criterion): c.scale for c in session.criteria()}
    for row in log.criteria.itertuples():
        scale = scales[row.project, row.criterion]
        assert (scale.level, scale.subjective, scale.target) == (row.level, row.subjective, row.target)
        assert "|".join(scale.labels) == (row.labels if isinstance(row.labels, str) else "")
        assert not scale.inferred
        if isinstance(row.cost, str):
            assert scale.cost == {(t, g): c for t, given in json.loads(row.cost).items() for g, c in given.items()}
        else:
            assert scale.cost is None


def test_groups_and_attributes_are_recognised(taken):
    _, files = taken
    targets = {one.target for one in files["trainers.parquet"].recognised}
    assert {"group.age_band", "group.gender", "group.region"} <= targets
    targets = {one.target for one in files["items.parquet"].recognised}
    names = ("task_type", "severity", "response_model", "prompt_words", "response_words")
    assert {f"attribute.{name}" for name in names} <= targets
