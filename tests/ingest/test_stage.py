"""Long forms: names are recognised and reported, every row is accounted for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.core.scale import Scale
from analytics.ingest.columns import SCHEMAS
from analytics.ingest.stage import stage
from tests.ingest.logs import noted, rejected, rows, staged, triples, write

LONG = "task,worker,label\nX,A,Yes\nX,B,No\n"


def test_crowd_kit_names_are_recognised_and_reported(tmp_path: Path) -> None:
    got = staged(tmp_path, "march.csv", LONG)
    assert triples(got) == [("X", "A", "Yes"), ("X", "B", "No")]
    assert {(r.source, r.target, r.by, r.samples) for r in got.recognised} >= {
        ("task", "item_id", "alias", ("X",)),
        ("worker", "trainer_id", "alias", ("A", "B")),
        ("label", "label", "name", ("Yes", "No")),
        ("", "project", "constant", ("march",)),
    }
    assert noted(got, "The file names no project; 'march' is used")


@pytest.mark.parametrize(
    "item, trainer, label",
    [
        ("document_id", "annotator_id", "annotation"),
        ("task", "performer", "answer"),
        ("Question ID", "Rater", "Score"),
        ("_unit_id", "_worker_id", "choice"),
        ("exampleId", "userId", "rating"),
        ("idx", "judge", "winner"),
        ("ID", "coder", "response"),
    ],
)
def test_the_usual_names(tmp_path: Path, item: str, trainer: str, label: str) -> None:
    got = staged(tmp_path, "log.csv", f"{item},{trainer},{label}\nX,A,Yes\n")
    assert triples(got) == [("X", "A", "Yes")]
    assert rows(got)[0]["criterion"] == label


def test_every_contract_column_arrives_in_its_type(tmp_path: Path) -> None:
    text = (
        "judgment_id,project,item_id,trainer_id,criterion,label,status,round,judged_at,duration_s,confidence,rationale,"
        "guideline_version,session_id,position,shown_first,batch\n"
        'j1,p,i1,t1,tone,good,skipped,2,2026-03-01T10:00:00+02:00,12.5,0.75,"said ""so"", twice",v2,s1,7,B,b1\n'
        "j2,p,i1,t2,tone,bad,,,,,,,,,,,\n"
    )
    got = staged(tmp_path, "log.csv", text)
    assert pq.read_schema(got.tables["judgments"]).equals(SCHEMAS["judgments"])
    first, second = rows(got)
    assert first == {
        "judgment_id": "j1",
        "project": "p",
        "item_id": "i1",
        "trainer_id": "t1",
        "criterion": "tone",
        "label": "good",
        "status": "skipped",
        "round": 2,
        "judged_at": datetime(2026, 3, 1, 8, tzinfo=UTC),
        "duration_s": 12.5,
        "confidence": 0.75,
        "rationale": 'said "so", twice',
        "guideline_version": "v2",
        "session_id": "s1",
        "position": 7,
        "shown_first": "B",
        "batch": "b1",
        "source": "log.csv",
        "source_row": 1,
    }
    assert second["status"] == "submitted"
    assert [second[n] for n in ("round", "judged_at", "duration_s", "confidence", "rationale", "batch")] == [None] * 6


def test_two_names_for_one_thing_follow_a_stated_order(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "id,task_id,worker,label\n1,X,A,Yes\n")
    assert rows(got)[0]["item_id"] == "X"
    assert noted(got, "item_id is read from 'task_id', the likelier name; id could also be meant")
    again = staged(tmp_path, "log2.csv", "id,task_id,worker,label\n1,X,A,Yes\n", "item_id=id")
    assert rows(again)[0]["item_id"] == "1"
    kind = staged(tmp_path, "log3.csv", "task,orig_id,worker,label\nrte,7,A,Yes\n")
    assert rows(kind)[0]["item_id"] == "7", "a name that says id comes before one that may name a kind"


def test_an_item_column_that_repeats_is_questioned(tmp_path: Path) -> None:
    text = "task,worker,number,label\n" + "".join(f"IR,w{k % 3},{k},yes\n" for k in range(30))
    got = staged(tmp_path, "log.csv", text)
    assert noted(got, "90 % of the first 30 rows repeat a trainer and an item. If 'task' is not the item")


def test_response_is_the_label_only_where_it_holds_labels(tmp_path: Path) -> None:
    labels = staged(tmp_path, "rte.csv", "id,worker,response\n1,A,0\n2,A,1\n")
    assert [r["label"] for r in rows(labels)] == ["0", "1"]
    assert noted(labels, "'response' holds 2 different short values and is taken as the label")
    texts = "id,worker,response,score\n1,A,The film was the big winner of the evening and more,4\n2,A,Sure,5\n"
    scores = staged(tmp_path, "chat.csv", texts)
    assert [r["label"] for r in rows(scores)] == ["4", "5"]


def test_columns_not_used_are_named(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label,colour,shape\nX,A,Yes,red,round\n")
    assert noted(got, "Columns not used: colour, shape.")


def test_a_column_can_be_left_out(tmp_path: Path) -> None:
    text = "item,worker,label,confidence\nX,A,Yes,5\n"
    assert staged(tmp_path, "a.csv", text).rejected == {"confidence is outside 0 to 1": 1}
    got = staged(tmp_path, "b.csv", text, "confidence=")
    assert not got.rejected
    assert rows(got)[0]["confidence"] is None


def test_constants_win_over_columns_and_defaults(tmp_path: Path) -> None:
    toml = '[constants]\nproject = "alpha"\ncriterion = "tone"\nguideline_version = "v3"\nbatch = "b"\n'
    row = rows(staged(tmp_path, "log.csv", LONG, toml=toml))[0]
    assert [row[n] for n in ("project", "criterion", "guideline_version", "batch")] == ["alpha", "tone", "v3", "b"]


def test_statuses_of_other_tools(tmp_path: Path) -> None:
    words = ["completed", "APPROVED", "ignore", "cancelled", "discarded", "in progress", "", "odd"]
    text = "item,worker,label,status\n" + "".join(f"X,{k},Yes,{w}\n" for k, w in enumerate(words))
    got = staged(tmp_path, "log.csv", text)
    assert [r["status"] for r in rows(got)] == [
        "submitted",
        "submitted",
        "skipped",
        "skipped",
        "discarded",
        "draft",
        "submitted",
    ]
    assert got.rejected == {"status is not known": 1}
    assert rejected(got)[0]["value"] == "odd"
    assert noted(got, "Status 'ignore' is taken as 'skipped'.")
    assert noted(got, "1 rows have a blank status and are taken as submitted.")


def test_a_skip_needs_no_label_a_submission_does(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label,status\nX,A,,skipped\nX,B,,submitted\nX,C,,\n")
    assert [(r["trainer_id"], r["label"]) for r in rows(got)] == [("A", None)]
    assert got.rejected == {"no label": 2}


def test_was_cancelled_is_a_status(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label,was_cancelled\nX,A,Yes,false\nX,B,,true\n")
    assert [r["status"] for r in rows(got)] == ["submitted", "skipped"]


def test_ids_and_labels_lose_blanks_at_their_ends_and_a_note_says_so(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label\n X ,A,Yes \n")
    assert triples(got) == [("X", "A", "Yes")]
    assert noted(got, "1 ids had blanks at their ends")
    assert noted(got, "1 labels had blanks at their ends")


def test_items_trainers_and_gold_from_a_judgments_file(tmp_path: Path) -> None:
    text = (
        "item,worker,label,gold,prompt,topic,sensitive,team,group_age,country,kind_of_text\n"
        "X,A,1,1,Hello,law,yes,red,30,FR,poem\nX,B,0,1,,law,,blue,,DE,poem\nY,A,1,0,World,,no,red,30,FR,\n"
    )
    toml = '[items]\nattributes = ["kind_of_text"]\n[trainers]\ngroups = ["country"]\n'
    got = staged(tmp_path, "log.csv", text, toml=toml)
    items = {r["item_id"]: r for r in rows(got, "items")}
    assert items["X"]["prompt"] == "Hello"
    assert items["X"]["sensitive"] is True
    assert items["X"]["attributes"] == '{"kind_of_text": "poem"}'
    assert items["Y"]["attributes"] is None
    trainers = {r["trainer_id"]: r for r in rows(got, "trainers")}
    assert trainers["A"]["groups"] == '{"country": "FR", "age": "30"}'
    assert (trainers["A"]["team"], trainers["B"]["team"]) == ("red", "blue")
    assert {(r["item_id"], r["criterion"], r["label"]) for r in rows(got, "gold")} == {
        ("X", "label", "1"),
        ("Y", "label", "0"),
    }


def test_declared_scales_are_staged_and_held_against_labels(tmp_path: Path) -> None:
    toml = (
        '[criteria.label]\nlevel = "ordinal"\nlabels = ["low", "high"]\nsubjective = true\ntarget = 0.7\n'
        "[criteria.label.cost.low]\nhigh = 2\n"
    )
    got = staged(tmp_path, "log.csv", "item,worker,label\nX,A,low\nX,B,middle\n", toml=toml)
    assert got.rejected == {"label outside the scale": 1}
    assert rows(got, "criteria") == [
        {
            "project": "log",
            "criterion": "label",
            "level": "ordinal",
            "labels": "low|high",
            "subjective": True,
            "target": 0.7,
            "cost": '{"low": {"high": 2.0}}',
        }
    ]


def test_scales_the_store_knows_are_held_against_labels(tmp_path: Path) -> None:
    scales = {("log", "label"): Scale(level="nominal", labels=("Yes",))}
    got = staged(tmp_path, "log.csv", LONG, scales=scales)
    assert got.rejected == {"label outside the scale": 1}
    assert triples(got) == [("X", "A", "Yes")]


def test_an_id_of_several_columns(tmp_path: Path) -> None:
    text = "doc,segment,worker,label\nd1,1,A,x\nd1,2,A,y\nd1,1,B,x\n"
    got = staged(tmp_path, "log.csv", text, "item_id=doc+segment")
    assert sorted({r["item_id"] for r in rows(got)}) == ["d1 · 1", "d1 · 2"]
    long = "doc,turn,worker,label\n" + "".join(f"d1,{'very long turn ' * 9}{k},A,x\n" for k in range(2))
    ids = [r["item_id"] for r in rows(staged(tmp_path, "long.csv", long, "item_id=doc+turn"))]
    assert len(set(ids)) == 2
    assert all(i.startswith("d1 · ") and len(i) == 17 for i in ids)


@pytest.mark.parametrize(
    "ending", ["csv", "csv.gz", "tsv", "tsv.gz", "jsonl", "jsonl.gz", "json", "json.gz", "parquet"]
)
def test_one_log_in_every_format_is_one_log(tmp_path: Path, ending: str) -> None:
    log = [{"item": f"i{k // 2}", "worker": f"w{k % 2}", "label": str(k % 3), "duration": k + 0.5} for k in range(9)]
    path = tmp_path / f"log.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(log), path)
    else:
        import json

        kind = ending.removesuffix(".gz")
        mark = "\t" if kind == "tsv" else ","
        texts = {
            "json": json.dumps(log, indent=1),
            "jsonl": "".join(json.dumps(r) + "\n" for r in log),
        }
        table = mark.join(log[0]) + "\n" + "".join(mark.join(map(str, r.values())) + "\n" for r in log)
        write(tmp_path, path.name, texts.get(kind, table))
    got = stage(path, tmp_path / "out")
    assert got.format == ending
    assert (got.records, got.rows, got.layout) == (9, 9, "long")
    assert [(r["item_id"], r["trainer_id"], r["label"], r["duration_s"], r["source_row"]) for r in rows(got)] == [
        (r["item"], r["worker"], r["label"], r["duration"], k) for k, r in enumerate(log, start=1)
    ]


def test_the_content_decides_the_format_not_the_name(tmp_path: Path) -> None:
    assert staged(tmp_path, "log.csv", LONG.replace(",", "\t")).format == "tsv"
    assert staged(tmp_path, "log.txt", LONG).format == "csv"
    assert staged(tmp_path, "lines.json", '{"item": "X", "worker": "A", "label": "Y"}\n' * 2).format == "jsonl"
    semicolons = staged(tmp_path, "euro.csv", LONG.replace(",", ";"))
    assert len(rows(semicolons)) == 2
    assert noted(semicolons, "Fields are separated by semicolons.")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label\nX,Zoë 語,Yes\n".encode(encoding))
    assert triples(got) == [("X", "Zoë 語", "Yes")]


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    path = write(tmp_path, "log.csv", "item,worker,label\n" + "X,A,Yes\n" * 1000)
    stage(path, tmp_path / "out", on_progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (path.stat().st_size, path.stat().st_size)
    assert [d for d, _ in calls] == sorted(d for d, _ in calls)


def test_a_header_without_rows_is_an_empty_log(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", "item,worker,label\n")
    assert (got.rows, got.records) == (0, 0)
    assert noted(got, "The file holds no judgments.")
