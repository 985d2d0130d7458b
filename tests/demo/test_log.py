"""The simulated log keeps to the contract: columns, keys, scales, dates; the same seed gives the same log."""

import hashlib
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from analytics.core.scale import LEVELS
from analytics.demo import simulate, write_demo
from analytics.demo.content import languages, phrases, topics

JUDGMENTS = [
    "judgment_id", "project", "item_id", "trainer_id", "criterion", "label", "status", "round", "judged_at",
    "duration_s",
    "confidence", "rationale", "guideline_version", "session_id", "position", "shown_first", "batch",
]  # fmt: skip
ITEMS = [
    "item_id", "project", "prompt", "responses", "topic", "language", "domain", "guideline_section", "sensitive",
    "task_type", "severity", "response_model", "prompt_words", "response_words",
]  # fmt: skip
TRAINERS = [
    "trainer_id", "display_name", "team", "locale", "expertise", "cohort", "started_on", "kind", "group_age_band",
    "group_gender", "group_region",
]  # fmt: skip


def digest(log) -> str:
    text = "".join(frame.to_csv(index=False) for frame in log.tables().values())
    return hashlib.sha256((text + json.dumps(log.planted)).encode()).hexdigest()


def test_size_and_columns_are_the_contracts(log):
    assert (len(log.judgments), len(log.items), len(log.trainers)) == (60_000, 8_000, 60)
    assert list(log.judgments.columns) == JUDGMENTS
    assert list(log.items.columns) == ITEMS
    assert list(log.trainers.columns) == TRAINERS
    assert list(log.criteria.columns) == ["project", "criterion", "level", "labels", "subjective", "target", "cost"]
    assert list(log.gold.columns) == ["project", "item_id", "criterion", "label", "since"]
    assert list(log.guidelines.columns) == ["project", "version", "effective_from", "note"]
    assert log.planted["counts"] == {name: len(frame) for name, frame in log.tables().items()}


def test_keys_are_unique_and_all_references_resolve(log):
    assert log.judgments["judgment_id"].is_unique
    assert not log.judgments.duplicated(["item_id", "trainer_id", "criterion", "round"]).any()
    assert set(log.judgments["item_id"]) == set(log.items["item_id"])
    assert set(log.judgments["trainer_id"]) == set(log.trainers["trainer_id"])
    assert log.trainers["display_name"].is_unique
    assert not log.gold.duplicated(["item_id", "criterion"]).any()
    asked = set(zip(log.judgments["project"], log.judgments["criterion"], strict=True))
    assert asked == set(zip(log.criteria["project"], log.criteria["criterion"], strict=True))


def test_every_level_of_the_contract_occurs(log):
    assert set(log.criteria["level"]) == set(LEVELS)


def test_labels_are_canonical_for_their_scale(log):
    rows = log.judgments.dropna(subset=["label"]).merge(log.criteria, on=["project", "criterion"])
    for (_, level), part in rows.groupby(["criterion", "level"]):
        allowed = set(str(part["labels"].iloc[0]).split("|"))
        given = set(part["label"])
        if level == "set":
            flags = [label.split("|") if label else [] for label in given]
            assert all(f == sorted(f) and set(f) <= allowed for f in flags)
        elif level == "ranking":
            assert all(re.fullmatch(r"r\d([>=]r\d){2,3}", label) for label in given)
        elif level == "text":
            assert all(label.strip() for label in given)
        else:
            assert given == allowed  # nobody's scale has a label that is never used


def test_a_skip_is_a_status_and_a_refusal_a_label(log):
    skipped = log.judgments["status"] == "skipped"
    assert log.judgments["label"].isna().equals(skipped)
    assert log.judgments.loc[skipped, "confidence"].isna().all()
    assert log.judgments["status"].value_counts(normalize=True)["submitted"] > 0.97
    assert (log.judgments["label"] == "refuse").sum() > 500


def test_overlap_is_that_of_a_real_programme(submitted):
    n = submitted.groupby("item_id")["trainer_id"].nunique().value_counts(normalize=True)
    assert 0.10 < n[1] < 0.30
    assert n[2] + n[3] > 0.55
    assert n[n.index >= 5].sum() > 0.05


def test_weeks_and_guideline_versions_fit(log):
    days = log.judgments["judged_at"].dt.date
    assert str(days.min()) == "2026-07-27"
    assert "2026-11-09" <= str(days.max()) <= "2026-11-15"
    assert days.map(lambda d: d.isocalendar().week).nunique() == 16
    rows = log.judgments.merge(
        log.guidelines, left_on=["project", "guideline_version"], right_on=["project", "version"], how="left"
    )
    assert (rows["judged_at"] >= rows["effective_from"]).all()
    later = rows[["project", "guideline_version"]].drop_duplicates()
    assert len(later) == len(log.guidelines)
    assert log.judgments["judged_at"].is_monotonic_increasing


def test_nobody_judges_before_they_started(log):
    rows = log.judgments.merge(log.trainers, on="trainer_id")
    assert (rows["judged_at"].dt.date >= rows["started_on"]).all()


def test_a_session_is_one_trainer_with_positions_from_one_in_order_of_time(log):
    rows = log.judgments
    assert (rows.groupby("session_id")["trainer_id"].nunique() == 1).all()
    ordered = rows.sort_values(["session_id", "position"])
    assert (ordered.groupby("session_id")["position"].diff().dropna() == 1).all()
    assert (ordered.groupby("session_id")["position"].first() == 1).all()
    assert ordered.groupby("session_id")["judged_at"].is_monotonic_increasing.all()


def test_repeats_are_blind_late_and_in_the_other_order(log):
    again = log.judgments[log.judgments["round"] == 2]
    assert len(again) == 1_800
    both = again.merge(
        log.judgments[log.judgments["round"] == 1], on=["item_id", "trainer_id", "criterion"], suffixes=("", "_1")
    )
    assert len(both) == len(again)
    assert (both["judged_at"] - both["judged_at_1"] > pd.Timedelta(hours=24)).all()
    pairs = both[both["shown_first"].isin(["A", "B"])]
    assert (pairs["shown_first"] != pairs["shown_first_1"]).all()


def test_responses_are_json_with_the_models_that_the_attribute_names(log):
    for responses, model, kind in log.items[["responses", "response_model", "task_type"]].head(4_400).to_numpy():
        read = json.loads(responses)
        assert sorted(r["model"] for r in read) == model.split(" / ")
        assert [r["id"] for r in read] == (["A", "B"] if kind == "compare" else ["r1", "r2", "r3", "r4"][: len(read)])
        assert all(r["text"] for r in read)
    shown = log.judgments.merge(log.items, on="item_id")
    assert shown.loc[shown["task_type"] == "compare", "shown_first"].isin(["A", "B"]).all()
    assert shown.loc[shown["task_type"].isin(["rate", "decide"]), "shown_first"].isna().all()


def test_groups_are_large_enough_to_be_compared(log):
    people = log.trainers[log.trainers["kind"] == "human"]
    assert people["group_age_band"].value_counts().min() >= 5
    assert people["group_region"].value_counts().min() >= 5
    assert log.trainers.loc[log.trainers["kind"] == "model", TRAINERS[-3:]].isna().all().all()


def test_confidence_and_durations_are_plausible(log):
    confidence = log.judgments["confidence"].dropna()
    assert confidence.between(0, 1).all()
    assert 0.05 < log.judgments["confidence"].isna().mean() < 0.15
    assert (log.judgments["duration_s"] > 0).all()
    medians = log.judgments.groupby("criterion")["duration_s"].median()
    assert medians["rewrite"] > medians["preference"] > medians["formatting"]


def test_the_same_seed_gives_the_same_log_and_another_seed_another():
    first = digest(simulate(5, 0.05))
    assert digest(simulate(5, 0.05)) == first
    assert digest(simulate(6, 0.05)) != first


def test_the_log_does_not_hang_on_the_order_of_hashes():
    code = (
        "import hashlib, json; from analytics.demo import simulate; log = simulate(5, 0.05); "
        "text = ''.join(f.to_csv(index=False) for f in log.tables().values()); "
        "print(hashlib.sha256((text + json.dumps(log.planted)).encode()).hexdigest())"
    )
    here = digest(simulate(5, 0.05))
    for salt in ("1", "2"):
        environment = {"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(p for p in sys.path if p)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == here


def test_scale_changes_items_and_judgments_alone():
    small = simulate(3, 0.1)
    assert (len(small.judgments), len(small.items), len(small.trainers)) == (6_000, 800, 60)
    with pytest.raises(ValueError, match=r"scale must be at least 0\.05, got 0\.01"):
        simulate(3, 0.01)
    with pytest.raises(ValueError, match="scale must be at least"):
        simulate(3, np.nan)


def test_files_hold_what_was_simulated(tmp_path):
    folder = write_demo(tmp_path / "demo", seed=5, scale=0.05)
    log = simulate(5, 0.05)
    assert {p.name for p in folder.iterdir()} == {*(f"{n}.parquet" for n in log.tables()), "planted_truth.json"}
    for name, frame in log.tables().items():
        read = pd.read_parquet(folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(read, frame, check_dtype=False)
    assert json.loads((folder / "planted_truth.json").read_text(encoding="utf-8")) == log.planted


HARSH_STEMS = (
    "abus", "assault", "bomb", "damn", "drug", "explosiv", "fuck", "gun", "hate", "hatred", "idiot", "kill", "murder",
    "nazi", "poisonous", "porn", "racist", "rape", "sex", "shit", "slur", "stab", "stupid", "suicid", "terror",
    "tortur", "violen", "weapon",
)  # fmt: skip


def test_no_text_is_harmful_or_unfinished(log):
    texts = [*log.items["prompt"], *log.items["responses"], *log.judgments["rationale"].dropna()]
    texts += [*log.judgments.loc[log.judgments["criterion"] == "rewrite", "label"].dropna()]
    words = set(re.findall(r"[a-z]+", " ".join(texts).lower()))
    assert not {w for w in words if w.startswith(HARSH_STEMS)}
    plain = [*log.items["prompt"], *log.judgments["rationale"].dropna()]
    assert not [t for t in plain if "{" in t or "}" in t or "  " in t or "_" in t]


def test_texts_are_varied_and_in_several_languages(log):
    assert log.items["prompt"].duplicated().mean() < 0.10
    share = log.items["language"].value_counts(normalize=True)
    assert set(share.index) == {"en", *languages()}
    assert share["en"] > 0.8
    honest = log.judgments[log.judgments["trainer_id"].isin(log.planted["honest_trainers"])]
    assert honest.loc[honest["status"] == "submitted", "rationale"].dropna().duplicated().mean() < 0.03


def test_every_topic_and_phrase_is_usable():
    for topic in topics():
        assert len(topic.prompts) >= 4
        assert len(topic.points) >= 6
        for text in (*topic.prompts, *topic.points):
            assert "{" not in text.format(s="x")
    for spoken in languages().values():
        assert set(spoken["prompts"]) == set(languages()["de"]["prompts"]) <= {t.name for t in topics()}
    assert {"low", "middle", "high", "A", "B", "tie", "given"} == set(phrases()["reason"])
