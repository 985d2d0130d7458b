"""A folder of contract tables is read as a whole, scales first."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.core.errors import IngestError
from analytics.ingest.columns import SCHEMAS
from analytics.ingest.mapping import mapping_from
from analytics.ingest.stage import stage_folder
from tests.ingest.logs import noted, rejected, rows, staged, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as another program might export it."""
    here = tmp_path / "health"
    here.mkdir()
    write(
        here,
        "judgments.csv.gz",
        "item_id,trainer_id,criterion,label,judged_at\ni1,A,tone,4,2026-01-05T10:00:00Z\ni1,B,tone,9,2026-01-05\n"
        "i1,A,flags,Hate,\ni1,B,flags,,\n",
    )
    write(
        here,
        "items.jsonl",
        '{"item_id": "i1", "prompt": "Hi", "sensitive": true, "length": 12, "responses": ["x", "y"]}',
    )
    write(
        here, "trainers.csv", "trainer_id,name,team,started_on,kind,group_age,shoe\nA,Ann,red,2025-01-01,human,30,42\n"
    )
    write(
        here,
        "criteria.csv",
        "project,criterion,level,labels,subjective,target,cost\n"
        "health,tone,ordinal,1|2|3|4|5,yes,0.6,\nhealth,flags,set,Hate|Privacy,no,,\n",
    )
    write(here, "gold.csv", "item_id,criterion,label,since\ni1,tone,4,2026-01-01\ni1,tone,7,\n")
    pq.write_table(
        pa.table(
            {"version": ["v1", "v2"], "effective_from": ["2026-01-01", "2026-02-01T00:00:00Z"], "note": ["", "b"]}
        ),
        here / "guidelines.parquet",
    )
    write(here, "notes.txt", "not a table")
    return here


def test_every_table_in_its_types(folder: Path, tmp_path: Path) -> None:
    got = {next(iter(s.tables)): s for s in stage_folder(folder, tmp_path / "out")}
    assert list(got) == ["criteria", "guidelines", "trainers", "items", "gold", "judgments"]
    for table, result in got.items():
        assert pq.read_schema(result.tables[table]).equals(SCHEMAS[table])
        assert result.rows == len(rows(result, table)) + sum(result.rejected.values())
    assert rows(got["criteria"], "criteria")[0] == {
        "project": "health",
        "criterion": "tone",
        "level": "ordinal",
        "labels": "1|2|3|4|5",
        "subjective": True,
        "target": 0.6,
        "cost": None,
    }
    [item] = rows(got["items"], "items")
    assert (item["project"], item["prompt"], item["sensitive"]) == ("health", "Hi", True)
    assert item["attributes"] == '{"length": "12"}'
    assert item["responses"] == '[{"id": "A", "model": null, "text": "x"}, {"id": "B", "model": null, "text": "y"}]'
    [trainer] = rows(got["trainers"], "trainers")
    assert (trainer["display_name"], trainer["groups"]) == ("Ann", '{"age": "30"}')
    assert noted(got["trainers"], "Columns not used: shoe.")
    assert [(g["version"], g["effective_from"]) for g in rows(got["guidelines"], "guidelines")] == [
        ("v1", "2026-01-01"),
        ("v2", "2026-02-01"),
    ]
    assert noted(got["criteria"], "Not read, since their names are not the contract's: 'notes.txt'.")


def test_labels_and_gold_are_held_against_the_folders_scales(folder: Path, tmp_path: Path) -> None:
    got = {next(iter(s.tables)): s for s in stage_folder(folder, tmp_path / "out")}
    assert got["judgments"].rejected == {"label outside the scale": 1}
    assert [(r["criterion"], r["label"]) for r in rows(got["judgments"])] == [
        ("tone", "4"),
        ("flags", "Hate"),
        ("flags", ""),
    ]
    assert {r["project"] for r in rows(got["judgments"])} == {"health"}
    assert got["gold"].rejected == {"label outside the scale": 1}
    assert rejected(got["gold"])[0]["value"] == "7"


def test_a_project_for_the_whole_folder(folder: Path, tmp_path: Path) -> None:
    mapping = mapping_from(project="clinic")
    for result in stage_folder(folder, tmp_path / "out", mapping=mapping):
        for table in set(result.tables) - {"trainers"}:
            assert {r["project"] for r in rows(result, table)} == {"clinic"}


def test_progress_runs_over_all_files(folder: Path, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    stage_folder(folder, tmp_path / "out", on_progress=lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert calls[-1][0] == calls[-1][1] > 0


def test_a_folder_without_a_contract_table(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    write(tmp_path / "logs", "march.csv", "a,b\n")
    with pytest.raises(IngestError, match=r"logs is a folder without a contract table\. It must hold judgments\.csv"):
        stage_folder(tmp_path / "logs", tmp_path / "out")
    with pytest.raises(IngestError, match=r"nowhere is not a folder"):
        stage_folder(tmp_path / "nowhere", tmp_path / "out")


def test_two_files_for_one_table(folder: Path, tmp_path: Path) -> None:
    write(folder, "judgments.jsonl", "{}")
    with pytest.raises(
        IngestError, match=r"health has two files for judgments: judgments\.csv\.gz and judgments\.jsonl"
    ):
        stage_folder(folder, tmp_path / "out")


@pytest.mark.parametrize(
    "line, text",
    [
        ("p,tone,likert,1|2,", r"criteria\.csv, row 2 \('tone'\): level must be one of .*, got 'likert'\."),
        ("p,tone,ordinal,1|1,", r"criteria\.csv, row 2 \('tone'\): labels must differ from each other, got '1'"),
        ("p,tone,ordinal,1|2,{", r"criteria\.csv, row 2 \('tone'\): "),
    ],
)
def test_a_scale_that_cannot_be_used_stops_the_file(tmp_path: Path, line: str, text: str) -> None:
    content = f"project,criterion,level,labels,cost\np,good,nominal,a|b,\n{line}\n"
    with pytest.raises(IngestError, match=text):
        staged(tmp_path, "criteria.csv", content, table="criteria")


def test_one_file_of_a_table_needs_its_project(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"items\.csv has no column 'project'\. .* Say --project NAME, or map"):
        staged(tmp_path, "items.csv", "item,prompt\nX,Hi\n", table="items")
    got = staged(tmp_path, "items.csv", "item,prompt\nX,Hi\n", table="items", toml='[constants]\nproject = "p"\n')
    assert rows(got, "items")[0]["project"] == "p"


def test_rows_of_other_tables_are_set_aside_too(tmp_path: Path) -> None:
    text = "project,item,prompt,sensitive\np,X,Hi,yes\np,,Hi,no\np,Y,Hi,perhaps\np,X,again,no\n"
    got = staged(tmp_path, "items.csv", text, table="items")
    assert got.rejected == {"no item": 1, "sensitive is neither yes nor no": 1}
    assert noted(got, "1 rows repeat the project and item_id of an earlier row")
    people = staged(tmp_path, "trainers.csv", "worker,started_on\nA,2026-01-01\nB,spring\n", table="trainers")
    assert people.rejected == {"started_on is not a day": 1}
    assert rejected(people)[0]["value"] == "spring"


def test_gold_in_a_file_of_its_own(tmp_path: Path) -> None:
    toml = '[constants]\nproject = "p"\ncriterion = "c"\n'
    got = staged(tmp_path, "gold.tsv", "task\ttrue_label\nX\t1.0\nY\t2\n", table="gold", toml=toml)
    assert [(r["item_id"], r["label"]) for r in rows(got, "gold")] == [("X", "1"), ("Y", "2")]
