"""Real logs, as their publishers released them, with the mappings that the documentation offers for them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import krippendorff
import numpy as np
import pyarrow.parquet as pq
import pytest

from analytics.ingest.mapping import mapping_from
from analytics.ingest.stage import Staged, stage
from tests.ingest.logs import MAPPINGS, noted, public, rows


def read(
    file: str, mapping: str | None, into: Path, *pairs: str, table: str = "judgments", project: str | None = None
) -> Staged:
    path = MAPPINGS / f"{mapping}.toml" if mapping else None
    got = stage(public(file), into, mapping=mapping_from(path, pairs=pairs, project=project), table=table)
    assert got.rows == pq.read_metadata(got.tables[table]).num_rows + sum(got.rejected.values())
    return got


def judged(got: Staged) -> list[tuple[str, str, str, str]]:
    """Return (criterion, item, trainer, label) of every staged judgment."""
    table = pq.read_table(got.tables["judgments"], columns=["criterion", "item_id", "trainer_id", "label"])
    return list(zip(*(c.to_pylist() for c in table.columns), strict=True))


def alpha(got: Staged, level: str, criterion: str | None = None, order: list[str] | None = None) -> float:
    """Krippendorff's alpha of each trainer's first judgment of an item.

    By the krippendorff package; by its definition for interval scales of many values, where the package is slow.
    """
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for c, item, trainer, label in judged(got):
        if criterion in (None, c):
            cells[item].setdefault(trainer, label)
    if level == "interval":
        return interval_alpha([np.array(list(item.values()), float) for item in cells.values() if len(item) > 1])
    labels = order or sorted({x for item in cells.values() for x in item.values()})
    counts = np.array([[list(item.values()).count(x) for x in labels] for item in cells.values()])
    return float(krippendorff.alpha(value_counts=counts, value_domain=range(len(labels)), level_of_measurement=level))


def interval_alpha(items: list[np.ndarray]) -> float:
    """1 - observed / expected squared differences, over items with at least two values."""
    pooled = np.concatenate(items)
    observed = sum(2 * len(x) * float(np.var(x)) * len(x) / (len(x) - 1) for x in items) / len(pooled)
    expected = 2 * float(np.var(pooled)) * len(pooled) / (len(pooled) - 1)
    return 1 - observed / expected


def test_hatecheck_by_its_mapping_and_by_recognition(tmp_path: Path) -> None:
    got = read("hatecheck/test_suite_annotations.csv", "hatecheck", tmp_path / "a")
    assert (got.layout, got.records, got.rows) == ("wide", 3728, 18640)
    assert alpha(got, "nominal") == pytest.approx(0.939, abs=5e-4)
    gold = {r["item_id"]: r["label"] for r in rows(got, "gold")}
    assert len(gold) == 3728
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for _, item, trainer, label in judged(got):
        given[trainer] += 1
        right[trainer] += label == gold[item]
    accuracy = {t: right[t] / given[t] for t in given}
    assert {t: round(accuracy[t], 3) for t in ("label_2", "label_7", "label_9")} == {
        "label_2": 0.958,
        "label_7": 0.966,
        "label_9": 0.976,
    }
    bare = read("hatecheck/test_suite_annotations.csv", None, tmp_path / "b")
    assert [j[1:] for j in judged(bare)] == [j[1:] for j in judged(got)]
    assert len(rows(bare, "gold")) == 3728
    items = {r["item_id"]: json.loads(r["attributes"]) for r in rows(got, "items")}
    assert len({a["functionality"] for a in items.values()}) == 29


def test_crehate(tmp_path: Path) -> None:
    got = read("crehate/CREHate_raw_annotations.csv.gz", "crehate", tmp_path / "a")
    assert got.rejected == {"label outside the scale": 3060}
    assert alpha(got, "nominal") == pytest.approx(0.3732, abs=5e-5)
    assert len(rows(got, "trainers")) == 1064
    groups = Counter(json.loads(r["groups"])["nationality"] for r in rows(got, "trainers"))
    assert len(groups) == 5
    bare = read("crehate/CREHate_raw_annotations.csv.gz", None, tmp_path / "b")
    assert alpha(bare, "nominal") == pytest.approx(0.3026, abs=5e-5)


def test_ukpconvarg1(tmp_path: Path) -> None:
    got = read("ukpconvarg1/judgments.parquet", "ukpconvarg1", tmp_path / "a")
    assert got.rows == 84_445
    assert alpha(got, "nominal") == pytest.approx(0.2668, abs=5e-5)
    assert {label for *_, label in judged(got)} == {"A", "B", "tie"}
    assert min(pq.read_table(got.tables["judgments"], columns=["duration_s"])["duration_s"].to_pylist()) >= 0
    assert noted(got, "divided by the 3 judgments of a page")
    items = read("ukpconvarg1/pairs.parquet", "ukpconvarg1-pairs", tmp_path / "b", table="items")
    assert items.rows == 16_927
    assert {r["item_id"] for r in rows(items, "items")} == {item for _, item, *_ in judged(got)}
    assert len({r["topic"] for r in rows(items, "items")}) == 32


def test_pandalm(tmp_path: Path) -> None:
    got = read("pandalm/testset-v1.json", "pandalm", tmp_path)
    assert (got.format, got.layout, got.records, got.rows) == ("json", "wide", 999, 2997)
    assert alpha(got, "nominal") == pytest.approx(0.8642, abs=5e-5)
    responses = json.loads(rows(got, "items")[0]["responses"])
    assert [r["id"] for r in responses] == ["A", "B"]


def test_snow_rte(tmp_path: Path) -> None:
    got = read("snow-rte/rte.csv.gz", "snow-rte", tmp_path / "a")
    assert (got.rows, len(rows(got, "items")), len(rows(got, "gold"))) == (8000, 800, 800)
    assert alpha(got, "nominal") == pytest.approx(0.2415, abs=5e-5)
    bare = read("snow-rte/rte.csv.gz", None, tmp_path / "b")
    assert noted(bare, "item_id is read from 'orig_id', the likelier name; task could also be meant")
    assert alpha(bare, "nominal") == pytest.approx(0.2415, abs=5e-5)


def test_adultcontent2(tmp_path: Path) -> None:
    got = read("adultcontent2/labels.tsv.gz", "adultcontent2", tmp_path / "a")
    assert got.rows == 92_721
    assert alpha(got, "ordinal", order=["G", "P", "R", "X"]) == pytest.approx(0.4323, abs=5e-5)
    gold = read("adultcontent2/gold.tsv", "adultcontent2", tmp_path / "b", table="gold")
    assert (gold.rows, gold.rejected) == (333, {})


def test_convabuse(tmp_path: Path) -> None:
    got = read("convabuse/ConvAbuseEMNLPfull.csv.gz", "convabuse", tmp_path)
    assert (got.records, got.rejected) == (12_768, {})
    assert Counter(c for c, *_ in judged(got)) == dict.fromkeys(("abuse", "type", "target", "direction"), 12_768)
    assert alpha(got, "ordinal", "abuse", ["1", "0", "-1", "-2", "-3"]) == pytest.approx(0.6598, abs=5e-5)
    assert alpha(got, "interval", "abuse", ["1", "0", "-1", "-2", "-3"]) == pytest.approx(0.7339, abs=5e-5)
    items = rows(got, "items")
    assert len(items) == len({r["item_id"] for r in items}) == 4185
    assert max(len(r["item_id"]) for r in items) <= 68


@pytest.mark.parametrize("model, value", [("gpt4", 0.9701), ("llama2new", 0.9258), ("mistralguard", 0.8924)])
def test_xstest(tmp_path: Path, model: str, value: float) -> None:
    got = read(f"xstest/xstest_v2_completions_{model}.csv", "xstest", tmp_path, project=f"xstest-{model}")
    assert (got.layout, got.records, got.rows) == ("wide", 450, 900)
    assert alpha(got, "nominal") == pytest.approx(value, abs=5e-5)
    assert len(rows(got, "gold")) == 450


@pytest.mark.parametrize("pair, segments, value, checks", [("zhen", 3770, 0.457, 461), ("ende", 1040, 0.499, 245)])
def test_wmt_mqm(tmp_path: Path, pair: str, segments: int, value: float, checks: int) -> None:
    got = read(f"wmt-mqm/sxs_mqm_generalMT2023_{pair}.3ratingsPerSegment.tsv.gz", "wmt-mqm", tmp_path)
    assert got.rejected == {"left out by the mapping (severity)": checks}
    assert len(judged(got)) == 3 * segments
    assert alpha(got, "interval") == pytest.approx(value, abs=5e-4)
    assert noted(got, "Quotes are read as plain characters")
    assert noted(got, "is a remark, not a column")
