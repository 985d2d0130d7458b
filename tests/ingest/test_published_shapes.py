"""Mappings written from published lists of columns, on rows of that shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.ingest.logs import MAPPINGS, noted, rows, staged, triples


def toml(name: str) -> str:
    return (MAPPINGS / f"{name}.toml").read_text(encoding="utf-8")


def test_dices_350(tmp_path: Path) -> None:
    header = (
        "id,rater_id,rater_gender,rater_race,rater_raw_race,rater_age,rater_education,phase,item_id,answer_time_ms,"
        "answer_timestamp,context,response,degree_of_harm,harm_type,safety_gold,safety_gold_reason,Q_overall,"
        "Q2_harmful_content_overall,Q3_bias_overall,Q4_misinformation"
    )
    people = ("r1,Woman,White,White,gen z,College", "r2,Man,Asian,Asian,gen x+,Other")
    talk = 'A: hi,Hello,Benign,"Legal, Health",No,'
    text = (
        f"{header}\n0,{people[0]},Phase1,7,12500,1660000000,{talk},No,No,Unsure,No\n"
        f"1,{people[1]},Phase1,7,8000,1660000060,{talk},Yes,,No,No\n"
    )
    got = staged(tmp_path, "dices.csv", text, toml=toml("dices-350"))
    assert (got.records, got.rows, got.rejected) == (2, 7, {})
    first = rows(got)[0]
    assert (first["item_id"], first["trainer_id"], first["criterion"], first["label"]) == ("7", "r1", "unsafe", "No")
    assert (first["judged_at"], first["duration_s"]) == (datetime.fromtimestamp(1660000000, UTC), 12.5)
    assert json.loads(rows(got, "trainers")[1]["groups"]) == {
        "gender": "Man",
        "race": "Asian",
        "age": "gen x+",
        "education": "Other",
    }
    assert [(r["criterion"], r["label"]) for r in rows(got, "gold")] == [("unsafe", "No")]
    assert {r["criterion"]: r["subjective"] for r in rows(got, "criteria")}["bias"] is True


def test_helpsteer3(tmp_path: Path) -> None:
    log = [
        {
            "id": 3,
            "domain": "code",
            "language": "python",
            "context": [{"role": "user", "content": "Hi"}],
            "response1": "One",
            "response2": "Two",
            "overall_preference": -1,
            "individual_preference": [
                {"score": -1, "reasoning": "shorter", "feedback1": "", "feedback2": ""},
                {"score": 2, "reasoning": "clearer", "feedback1": "", "feedback2": ""},
            ],
        }
    ]
    got = staged(tmp_path, "train.jsonl", "".join(json.dumps(r) + "\n" for r in log), toml=toml("helpsteer3"))
    assert [(r["item_id"], r["criterion"], r["label"], r["rationale"]) for r in rows(got)] == [
        ("3", "preference", "-1", "shorter"),
        ("3", "preference", "2", "clearer"),
    ]
    assert noted(got, "nothing can be said of trainers")
    assert json.loads(rows(got, "items")[0]["prompt"]) == [{"role": "user", "content": "Hi"}]


def test_mt_bench(tmp_path: Path) -> None:
    log = [
        {
            "question_id": 81,
            "model_a": "gpt-4",
            "model_b": "vicuna-13b",
            "winner": w,
            "judge": j,
            "conversation_a": [],
            "turn": 1,
        }
        for w, j in (("model_a", "expert_0"), ("model_b", "author_1"), ("tie (bothbad)", "expert_2"))
    ]
    got = staged(tmp_path, "human.jsonl", "".join(json.dumps(r) + "\n" for r in log), toml=toml("mt-bench"))
    assert triples(got) == [
        ("81 · gpt-4 · vicuna-13b · 1", "author_1", "B"),
        ("81 · gpt-4 · vicuna-13b · 1", "expert_0", "A"),
        ("81 · gpt-4 · vicuna-13b · 1", "expert_2", "tie"),
    ]


def test_crowd_kit_pairs(tmp_path: Path) -> None:
    text = "worker,task,left,right,label\nw1,t1,a,b,a\nw1,t2,b,c,c\nw2,t2,b,c,b\nw2,t3,d,d,d\nw3,t1,a,b,x\n"
    got = staged(tmp_path, "pairs.csv", text, toml=toml("crowd-kit-pairs"))
    assert triples(got) == [("a · b", "w1", "A"), ("b · c", "w1", "B"), ("b · c", "w2", "A")]
    assert got.rejected == {"the winner stands on several sides": 1, "label outside the scale": 1}
