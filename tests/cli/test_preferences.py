"""`preferences` and `export` from the terminal: documents, files, data cards, and published figures of real logs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from analytics.cli import app
from analytics.reports.export_columns import COLUMNS
from analytics.store import Engine
from tests.cli.test_real_logs import file
from tests.reports.preference_log import SCORES, counted, make_engine

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_engine(tmp_path_factory.mktemp("preferences-cli")).store.path


def ran(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def document(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(*words, "--json"))
    return found


def test_the_document_has_every_part(store: Path) -> None:
    found = document("preferences", "--store", str(store))
    assert {"snapshot_id", "filters", "criteria", "rankings", "rewrites", "set_aside"} <= set(found)
    assert [c["criterion"] for c in found["criteria"]] == ["better", "strength"]
    one = found["criteria"][0]
    assert {"agreement", "ordinary", "trainer_pairs", "ceiling", "plan", "ceiling_slices", "response_models", "effects",
            "ratings"} <= set(one)  # fmt: skip
    for name in ("exact", "kappa_symmetric", "non_tied", "alpha_symmetric", "tie_share"):
        assert one["agreement"][name]["undefined"] is None
    assert one["response_models"]["models"] == ["atlas", "boreal", "cedar"]
    assert found["rankings"][0]["agreement"]["tau_b"]["value"] > 0
    assert found["rewrites"][0]["unchanged"]["value"] > 0
    assert found["set_aside"][0]["criterion"] == "one_sided"
    assert "NaN" not in json.dumps(found)


def test_the_table_names_what_it_shows_and_what_it_set_aside(store: Path) -> None:
    text = ran("preferences", "--store", str(store))
    assert "Response models, better" in text
    assert "one_sided" in text
    assert "No criterion of level preference" in ran("preferences", "--store", str(store), "--criterion", "useful_a")


# --- export ---------------------------------------------------------------------------------------------------------


def test_parquet_and_json_lines_hold_the_same_and_the_card_says_how(store: Path, tmp_path: Path) -> None:
    table, lines = tmp_path / "labels.parquet", tmp_path / "labels.jsonl"
    ran("export", "--store", str(store), "--to", str(table))
    ran("export", "--store", str(store), "--to", str(lines), "--json")
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    assert rows == pq.read_table(table).to_pylist()
    card = (tmp_path / "labels.parquet.card.md").read_text()
    for column in COLUMNS:
        assert column.text or f"| {column.name} |" in card
    assert "order: rankings are not labels" in card
    assert "Marked subjective" not in card
    facts = json.loads(pq.read_schema(table).metadata[b"plumbline"])
    assert {c["criterion"] for c in facts["criteria"]} == {"better", "strength", "useful_a", "useful_b"}


def test_shares_counts_and_texts_are_those_of_the_log(store: Path, tmp_path: Path) -> None:
    ran("export", "--store", str(store), "--to", str(tmp_path / "x.jsonl"), "--criterion", "better", "--with-text")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    votes: dict[str, list[int]] = {}
    took: dict[str, list[float | None]] = {}
    for j in counted("better"):
        votes.setdefault(j["item_id"], []).append(SCORES[j["label"]])
        took.setdefault(j["item_id"], []).append(j["duration_s"])
    assert {r["item_id"] for r in rows} == set(votes)
    for r in rows:
        x = votes[r["item_id"]]
        times = [s for s in took[r["item_id"]] if s is not None]
        assert r["median_seconds"] == (pytest.approx(np.median(times)) if times else None)
        assert [entry["n"] for entry in r["labels"]] == [x.count(-1), x.count(0), x.count(1)]
        assert r["share_a"] + r["share_tie"] + r["share_b"] == pytest.approx(1)
        assert sum(entry["consensus"] for entry in r["labels"]) == pytest.approx(1)
        assert r["share_b_low"] <= r["share_b"] <= r["share_b_high"]
        assert r["confidence"] == pytest.approx(max(entry["consensus"] for entry in r["labels"]))
        if r["consensus"] in ("A", "B") and r["response_a"]:
            assert r["chosen"] == r[f"response_{r['consensus'].lower()}"]
            assert r["rejected"] != r["chosen"]
        else:
            assert r["chosen"] is None
        assert (r["agreement"] is None) == (len(x) < 2)
    turned = next(r for r in rows if r["item_id"] == "p5")
    assert turned["model_a"] == "cedar"
    assert turned["response_a"].startswith("Answer to 1 by number 2")


def test_other_scales_get_soft_labels_and_a_consensus_too(store: Path, tmp_path: Path) -> None:
    ran("export", "--store", str(store), "--to", str(tmp_path / "u.parquet"), "--criterion", "useful_a")
    rows = pq.read_table(tmp_path / "u.parquet").to_pylist()
    assert [e["label"] for e in rows[0]["labels"]] == ["1", "2", "3", "4", "5"]
    assert all(r["share_a"] is None and r["p_b_preferred"] is None for r in rows)
    assert np.mean([r["confidence"] for r in rows if r["confidence"] is not None]) > 0.4


def test_sets_are_exported_flag_by_flag(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    chance = {"insult": 0.3, "threat": 0.1}
    said = [
        (f"i{i}", f"t{t}", "|".join(sorted(f for f, p in chance.items() if rng.random() < p)))
        for i in range(30) for t in range(3)
    ]  # fmt: skip
    folder, store = tmp_path / "log", str(tmp_path / "s")
    folder.mkdir()
    (folder / "criteria.csv").write_text("project,criterion,level,labels\ndefault,flags,set,insult|threat\n")
    lines = [f"default,flags,{i},{t},{x}" for i, t, x in said]
    (folder / "judgments.csv").write_text("\n".join(["project,criterion,item_id,trainer_id,label", *lines]))
    ran("ingest", str(folder), "--store", store)
    made = document("export", "--store", store, "--to", str(tmp_path / "f.parquet"))
    assert [(c["criterion"], c["flag"], c["labels"]) for c in made["criteria"]] == [
        ("flags", flag, ["absent", "present"]) for flag in chance
    ]
    found = pq.read_table(tmp_path / "f.parquet").to_pylist()
    assert len(found) == 60
    for row in found:
        votes = [row["flag"] in x.split("|") for i, _, x in said if i == row["item_id"]]
        assert [(e["label"], e["n"]) for e in row["labels"]] == [("absent", 3 - sum(votes)), ("present", sum(votes))]
        assert sum(e["share"] for e in row["labels"]) == pytest.approx(1)
        assert row["majority"] == ("present" if sum(votes) > 1 else "absent")
    assert "### default, flags, flag threat" in (tmp_path / "f.parquet.card.md").read_text()


def test_wrong_use_is_refused_in_one_sentence(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    assert "must end in .parquet or .jsonl" in ran("export", "--store", str(store), "--to", str(path), code=2)
    good = tmp_path / "labels.jsonl"
    ran("export", "--store", str(store), "--to", str(good))
    said = " ".join(ran("export", "--store", str(store), "--to", str(good), code=2).split())
    assert "is there already" in said
    ran("export", "--store", str(store), "--to", str(good), "--overwrite")
    said = ran("export", "--store", str(store), "--to", str(good), "--criterion", "order", "--overwrite", code=2)
    assert "can be exported" in " ".join(said.split())


# --- real logs ------------------------------------------------------------------------------------------------------


def test_pandalm_alpha_and_kappas_end_to_end(tmp_path: Path) -> None:
    store = str(tmp_path / "s")
    mapping = str(ROOT / "docs" / "mappings" / "pandalm.toml")
    ran("ingest", file("pandalm/testset-v1.json"), "--mapping", mapping, "--store", store)
    one = document("preferences", "--store", store)["criteria"][0]
    nominal = next(c for c in one["ordinary"] if c["name"] == "krippendorff_alpha_nominal")
    assert round(nominal["value"], 4) == 0.8642
    kappas = {(p["first"], p["second"]): round(p["kappa"], 3) for p in one["trainer_pairs"]}
    names = ("annotator1", "annotator2", "annotator3")
    assert [kappas[names[i], names[j]] for i, j in ((0, 1), (0, 2), (1, 2))] == [0.852, 0.879, 0.862]
    assert one["ceiling"]["low"]["value"] < one["ceiling"]["point"]["value"] < one["ceiling"]["high"]["value"]
    said = document("export", "--store", store, "--to", str(tmp_path / "labels.parquet"))
    assert said["n_rows"] == 999
    rows = pq.read_table(tmp_path / "labels.parquet").to_pylist()
    assert sum(r["n_judgments"] for r in rows) == 2997
    agreed = [r for r in rows if r["agreement"] == 1.0]
    assert all(r["consensus"] == r["majority"] for r in agreed)


def test_ukpconvarg1_alpha_topics_and_cycles_end_to_end(tmp_path: Path) -> None:
    store, mappings = str(tmp_path / "s"), ROOT / "docs" / "mappings"
    ran("ingest", file("ukpconvarg1/pairs.parquet"), "--table", "items", "--mapping",
        str(mappings / "ukpconvarg1-pairs.toml"), "--store", store)  # fmt: skip
    ran(
        "ingest",
        file("ukpconvarg1/judgments.parquet"),
        "--mapping",
        str(mappings / "ukpconvarg1.toml"),
        "--store",
        store,
    )
    one = document("preferences", "--store", store)["criteria"][0]
    nominal = next(c for c in one["ordinary"] if c["name"] == "krippendorff_alpha_nominal")
    assert round(nominal["value"], 4) == 0.2668
    slices = one["ceiling_slices"]["slices"]
    assert len(slices) == 32
    assert all(0.5 <= s["shrunk"]["value"] <= 1 for s in slices)
    assert one["effects"]["closed_triads"] > 8_000
    assert one["effects"]["circular_share"]["high"] < 0.25
    said = document("export", "--store", store, "--to", str(tmp_path / "labels.jsonl"))
    assert said["n_rows"] == 16_927
    rows = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    raw = pq.read_table(file("ukpconvarg1/judgments.parquet")).to_pandas()
    ends = (pd.to_datetime(raw[c].str.replace(" UTC", "+00:00")) for c in ("submitted_at", "accepted_at"))
    raw["page_s"] = (next(ends) - next(ends)).dt.total_seconds()
    once = raw.groupby("pair_id").filter(lambda g: not g["worker"].duplicated().any())
    a_third = (once.groupby("pair_id")["page_s"].median() / 3).to_dict()
    found = {r["item_id"]: r["median_seconds"] for r in rows if r["item_id"] in a_third}
    assert len(found) == len(a_third) > 16_000
    assert found == pytest.approx(a_third)


# --- the demo's planted truth ---------------------------------------------------------------------------------------


def test_what_the_demo_plants_comes_out(demo_engine: Engine) -> None:
    from analytics.core.filters import Filters
    from analytics.core.scope import Scope
    from analytics.reports.preferences_effects import effects_report
    from analytics.reports.preferences_models import models_report

    planted = json.loads((Path(demo_engine.store.path) / "planted_truth.json").read_text())
    lead, of = Scope(role="lead"), {"project": "general-assistant", "criterion": "preference"}
    found = models_report(demo_engine, lead, Filters(), **of)
    truth = planted["response_models"]["strengths"]
    assert found.strengths is not None
    fitted = dict(zip(found.models, found.strengths.log_strength, strict=True))
    assert sorted(truth, key=truth.get) == sorted(fitted, key=fitted.get)  # type: ignore[arg-type]
    with demo_engine.session(lead, Filters()) as session:
        ids = {code: trainer_id for code, trainer_id, *_ in session.rows("trainer_names")}
    biased = {
        trainer
        for trainer, planting in planted["trainers"].items()
        for one in planting
        if one["kind"] == "position_biased" and one["project"] == "general-assistant"
    }
    flagged = {ids[t.trainer_code] for t in effects_report(demo_engine, lead, Filters(), **of).by_trainer if t.flagged}
    assert biased
    assert biased <= flagged
    assert len(flagged - biased) <= 1
