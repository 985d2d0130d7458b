"""Real logs, through the command line alone: the agreement that others computed for them, to the digits given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analytics.cli import app

DATA = Path(__file__).parents[3] / "shared" / "data"


def run(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def file(name: str) -> str:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real log {name} is not beside this project")
    return str(path)


def alpha(criterion: dict[str, Any]) -> float:
    return next(float(c["value"]) for c in criterion["coefficients"] if c["name"] == "krippendorff_alpha")


def ingest(store: Path, name: str, *more: str) -> dict[str, Any]:
    document = run("ingest", file(name), "--store", str(store), *more)
    for f in document["files"]:
        assert f["rows"] == f["accepted"] + f["duplicates"] + f["superseded"] + sum(f["rejected"].values())
    ingested: dict[str, Any] = document["files"][0]
    return ingested


def only_criterion(store: Path, *more: str) -> dict[str, Any]:
    criteria = run("agreement", "--store", str(store), *more)["criteria"]
    assert len(criteria) == 1
    found: dict[str, Any] = criteria[0]
    return found


@pytest.mark.parametrize(
    ("name", "more", "rows", "expected", "digits"),
    [
        ("hatecheck/test_suite_annotations.csv", [], 18_640, 0.939, 3),
        ("crehate/CREHate_raw_annotations.csv.gz", [], 42_546, 0.3026, 4),
        ("ukpconvarg1/judgments.parquet", [], 84_445, 0.2668, 4),
        ("pandalm/testset-v1.json", [], 2_997, 0.8642, 4),
        ("snow-rte/rte.csv.gz", ["--map", "item_id=orig_id", "--map", "label=response"], 8_000, 0.2415, 4),
    ],
)
def test_nominal_alpha(tmp_path: Path, name: str, more: list[str], rows: int, expected: float, digits: int) -> None:
    assert ingest(tmp_path / "s", name, *more)["rows"] == rows
    found = only_criterion(tmp_path / "s", "--level", "nominal")
    assert round(alpha(found), digits) == expected


def test_crehate_without_the_third_answer_its_authors_drop(tmp_path: Path) -> None:
    mapping = tmp_path / "crehate.toml"
    mapping.write_text('[criteria.hate]\ncolumn = "annotation"\nlevel = "nominal"\nlabels = ["0", "1"]\n')
    ingested = ingest(tmp_path / "s", "crehate/CREHate_raw_annotations.csv.gz", "--mapping", str(mapping))
    assert list(ingested["rejected"]) == ["label outside the scale"]
    assert round(alpha(only_criterion(tmp_path / "s")), 4) == 0.3732


def test_adultcontent_repeats_stay_out_of_peer_agreement(tmp_path: Path) -> None:
    ingest(tmp_path / "s", "adultcontent2/labels.tsv.gz")
    found = only_criterion(tmp_path / "s", "--level", "ordinal")
    assert round(alpha(found), 4) == 0.4323
    assert found["left_out"]["repeats"] == 2_922
    assert round(alpha(only_criterion(tmp_path / "s", "--level", "nominal")), 4) == 0.3164


def test_the_document_has_the_promised_keys(tmp_path: Path) -> None:
    ingest(tmp_path / "s", "pandalm/testset-v1.json")
    document = run("agreement", "--store", str(tmp_path / "s"))
    assert {"snapshot_id", "filters", "criteria"} <= set(document)
    assert {
        "project", "criterion", "level", "n_items", "n_items_paired", "n_judgments", "n_trainers", "left_out",
        "headline", "coefficients",
    } <= set(document["criteria"][0])  # fmt: skip
    assert {
        "name", "value", "low", "high", "confidence", "interval_method", "observed", "expected", "undefined",
    } <= set(document["criteria"][0]["coefficients"][0])  # fmt: skip
