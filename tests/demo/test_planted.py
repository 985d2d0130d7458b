"""What the planted truth says is in the data: each effect is recovered with an estimator of a few lines."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.demo.programme import CRITERIA
from analytics.demo.written import item_disagreement

LABELS = {(a.project, a.criterion): a.labels for a in CRITERIA}
GRADED = ("factual_accuracy", "completeness", "helpfulness", "tone", "citation_support", "quality_score")


def of_kind(log, kind: str) -> dict[str, dict]:
    return {who: e for who, said in log.planted["trainers"].items() for e in said if e["kind"] == kind}


def clear(rows: pd.DataFrame) -> pd.DataFrame:
    """Judgments of items with one true label under a criterion where honest people mostly give it."""
    fine = rows["criterion"].isin(
        ["formatting", "factual_accuracy", "refuse_or_answer", "citation_support", "harm_class"]
    )
    hard = rows["ambiguous"].astype(bool) | (rows["guideline_section"] == "4.2 Satire and harm")
    hard |= (rows["topic"] == "Science explainers") & (rows["response_model"] == "cedar-mini")
    return rows[fine & ~hard]


def accuracy(rows: pd.DataFrame) -> pd.Series:
    return (rows["label"] == rows["true_label"]).groupby(rows["trainer_id"]).mean()


def lean(rows: pd.DataFrame) -> pd.Series:
    """Mean distance from the true label by trainer, in points of a five-label scale."""
    parts = []
    for (project, criterion), part in rows[rows["criterion"].isin(GRADED)].groupby(["project", "criterion"]):
        place = {
            label: 4 * k / (len(LABELS[project, criterion]) - 1) for k, label in enumerate(LABELS[project, criterion])
        }
        inner = part["true_label"].map(place).between(1, 3)  # away from the ends, where nobody can go further
        parts.append((part["label"].map(place) - part["true_label"].map(place))[inner])
    return pd.concat(parts).groupby(rows["trainer_id"]).mean()


def test_every_planted_trainer_exists_and_honest_ones_carry_nothing(log):
    planted, honest = set(log.planted["trainers"]), set(log.planted["honest_trainers"])
    people = set(log.trainers.loc[log.trainers["kind"] == "human", "trainer_id"])
    assert planted | honest == people
    assert not planted & honest
    assert len(honest) >= 25


def test_careless_trainers_answer_at_random_as_often_as_planted(log, people):
    """accuracy = (1 - r) * honest + r / K, with the honest accuracy of each criterion and its K labels."""
    rows = clear(people)
    rows = rows.assign(right=rows["label"] == rows["true_label"])
    honest = rows[rows["trainer_id"].isin(log.planted["honest_trainers"])]
    base = honest.groupby(["project", "criterion"])["right"].mean()
    for who, entry in of_kind(log, "careless").items():
        own = rows[rows["trainer_id"] == who]
        asked = list(zip(own["project"], own["criterion"], strict=True))
        room = np.mean([base[a] for a in asked]) - np.mean([1 / len(LABELS[a]) for a in asked])
        accuracy_there = own["right"].mean()
        found = (np.mean([base[a] for a in asked]) - accuracy_there) / room
        error = np.sqrt(accuracy_there * (1 - accuracy_there) / len(own)) / room
        assert abs(found - entry["random_share"]) < 3.5 * error
        assert accuracy_there < accuracy(honest).min()


def test_harsh_and_lenient_trainers_lean_as_far_as_planted(log, people):
    leans = lean(people)
    honest = leans[leans.index.isin(log.planted["honest_trainers"])]
    assert honest.abs().max() < 0.45
    for kind in ("harsh", "lenient"):
        for who, entry in of_kind(log, kind).items():
            assert leans[who] - honest.median() == pytest.approx(entry["points_of_a_five_label_scale"], abs=0.25)


def test_drifting_trainers_fall_from_their_date_on(log, people):
    rows = clear(people)
    for who, entry in of_kind(log, "drifting").items():
        own = rows[rows["trainer_id"] == who]
        after = own["judged_at"] >= pd.Timestamp(entry["since"], tz="UTC")
        right = own["label"] == own["true_label"]
        n = min(int(after.sum()), int((~after).sum()))
        assert n >= 40
        assert right[~after].mean() - right[after].mean() > 0.17


def decided_for_first(rows: pd.DataFrame) -> pd.Series:
    decided = rows[(rows["criterion"] == "preference") & (rows["label"] != "tie")]
    return (decided["label"] == decided["shown_first"]).groupby(decided["trainer_id"]).agg(["mean", "size"])


def test_position_biased_trainers_pick_the_first_as_often_as_planted(log, people):
    found = decided_for_first(people[people["project"] == "general-assistant"])
    biased = of_kind(log, "position_biased")
    for who, entry in biased.items():
        p, n = entry["p_first"], found.loc[who, "size"]
        assert abs(found.loc[who, "mean"] - p) < 3 * np.sqrt(p * (1 - p) / n)
        assert found.loc[who, "mean"] > 0.58
    rest = found[~found.index.isin(biased)]
    assert np.average(rest["mean"], weights=rest["size"]) == pytest.approx(0.5, abs=0.04)


def test_the_length_biased_trainer_prefers_the_longer_answer(log, people):
    rows = people[(people["criterion"] == "preference") & (people["project"] == "general-assistant")]
    rows = rows[rows["label"] != "tie"]
    texts = rows["responses"].map(lambda r: [len(x["text"]) for x in json.loads(r)])
    longer = texts.map(lambda n: "A" if n[0] > n[1] else "B")
    against = longer != rows["true_label"].where(rows["true_label"] != "tie", longer)
    picked = (rows["label"] == longer)[against].groupby(rows["trainer_id"][against]).mean()
    who = next(iter(of_kind(log, "length_biased")))
    honest = picked[picked.index.isin(log.planted["honest_trainers"])]
    assert picked[who] > honest.mean() + 2 * honest.std()


def test_over_and_under_refusers_stand_out(log, people):
    rows = people[(people["criterion"] == "refuse_or_answer") & (people["project"] == "safety-policy")]
    over = (rows["label"] == "refuse")[rows["true_label"] != "refuse"].groupby(rows["trainer_id"]).mean()
    under = (rows["label"] != "refuse")[rows["true_label"] == "refuse"].groupby(rows["trainer_id"]).mean()
    (too_much,), (too_little,) = of_kind(log, "over_refuser"), of_kind(log, "under_refuser")
    assert over[too_much] == pytest.approx(0.35, abs=0.12)
    assert over.idxmax() == too_much
    assert under[too_little] == pytest.approx(0.50, abs=0.2)


def test_the_straight_liner_and_the_squeezer_use_the_scale_differently(log, people):
    rows = people[(people["criterion"] == "helpfulness") & (people["project"] == "general-assistant")]
    score = rows["label"].astype(int)
    spread = score.groupby(rows["trainer_id"]).std()
    (narrow,) = of_kind(log, "central_tendency")
    assert spread.idxmin() == narrow
    (liner,) = of_kind(log, "straight_lining")
    steady = score.groupby([rows["trainer_id"], rows["session_id"]]).agg(["nunique", "size"])
    steady = (steady["nunique"] == 1)[steady["size"] >= 3].groupby(level=0).mean()
    assert steady.idxmax() == liner
    assert steady[liner] > 0.25


def test_the_rapid_trainer_is_fast_and_right(log, people):
    (who,) = of_kind(log, "rapid")
    time = people["duration_s"].groupby([people["criterion"], people["trainer_id"]]).median().unstack(0)
    relative = (time / time.median()).mean(axis=1)
    assert relative.idxmin() == who
    assert relative[who] < 0.35
    right = accuracy(clear(people[people["project"] == "general-assistant"]))
    assert right[who] > right.median() - 0.05


def test_copied_and_shared_rationales(log, people):
    said = people.dropna(subset=["rationale"])
    repeats = said["rationale"].duplicated(keep=False).groupby(said["trainer_id"]).mean()
    (copier,) = of_kind(log, "copied_rationales")
    assert repeats[copier] > 0.7
    one, two = of_kind(log, "shared_rationales")
    texts = {who: set(said.loc[said["trainer_id"] == who, "rationale"]) for who in (one, two)}
    assert len(texts[one] & texts[two]) >= 6
    honest = repeats[repeats.index.isin(log.planted["honest_trainers"])]
    assert honest.max() < 0.10


def test_the_overconfident_trainer_claims_more_than_is_right(log, people):
    rows = clear(people).dropna(subset=["confidence"])
    gap = rows["confidence"].groupby(rows["trainer_id"]).mean() - accuracy(rows)
    (who,) = of_kind(log, "overconfident")
    honest = gap[gap.index.isin(log.planted["honest_trainers"])]
    assert gap[who] > honest.max()
    assert abs(honest.mean()) < 0.10


def test_newcomers_learn(log, people):
    rows = clear(people).sort_values("judged_at")
    early, late = [], []
    for who in of_kind(log, "newcomer"):
        right = (rows["label"] == rows["true_label"])[rows["trainer_id"] == who].to_numpy()
        early.append(right[:40])
        late.append(right[100:])
    assert np.concatenate(late).mean() - np.concatenate(early).mean() > 0.12


def test_repeats_agree_more_than_peers_do(log, people):
    rows = log.judgments[(log.judgments["status"] == "submitted") & log.judgments["trainer_id"].str.startswith("t-")]
    rows = rows[rows["criterion"].isin(["completeness", "helpfulness", "tone"])]
    keys = ["project", "item_id", "trainer_id", "criterion"]
    both = rows[rows["round"] == 2].merge(rows[rows["round"] == 1], on=keys)
    same = (both["label_x"] == both["label_y"]).mean()
    first = rows[rows["round"] == 1]
    peers = 1 - np.mean([item_disagreement(part).mean() for _, part in first.groupby(["project", "criterion"])])
    assert same > peers + 0.08


@pytest.mark.parametrize(
    "key", ["general-assistant/helpfulness", "safety-policy/harm_class", "health-legal/factual_accuracy"]
)
def test_ambiguous_items_are_split_as_their_distribution_says(log, people, key):
    project, criterion = key.split("/")
    chosen = {
        e["item_id"]: e
        for e in log.planted["ambiguous_items"]
        if (e["project"], e["criterion"]) == (project, criterion)
    }
    rows = people[(people["project"] == project) & (people["criterion"] == criterion)]
    marked = rows["item_id"].isin(chosen)
    assert item_disagreement(rows[marked]).mean() > item_disagreement(rows[~marked]).mean() + 0.10
    given = rows[marked & rows["trainer_id"].isin(log.planted["honest_trainers"])]["label"].value_counts(normalize=True)
    mean = pd.DataFrame([e["distribution"] for e in chosen.values()]).fillna(0).mean()
    assert (given.reindex(mean.index, fill_value=0) - mean).abs().max() < 0.12
    assert all(abs(sum(e["distribution"].values()) - 1) < 1e-3 for e in chosen.values())


def test_satire_and_harm_are_confused_under_one_rule_alone(log, people):
    (rule,) = log.planted["rule_confusions"]
    rows = people[(people["criterion"] == rule["criterion"]) & people["true_label"].isin(rule["labels"])]
    under = rows["item_id"].isin(rule["item_ids"])
    swapped = rows["label"].isin(rule["labels"]) & (rows["label"] != rows["true_label"])
    assert set(rows.loc[under, "guideline_section"]) == {rule["guideline_section"]}
    assert swapped[under].mean() == pytest.approx(rule["share_called_the_other"], abs=0.06)
    assert swapped[~under].mean() < 0.08
    satire = (rows["label"] == "satire")[under].groupby(rows["trainer_id"]).mean()
    reading = satire.index.map(rule["readings"])
    assert satire[reading.str.startswith("intent")].mean() - satire[reading.str.startswith("effect")].mean() > 0.2


def test_one_age_group_is_more_easily_offended_on_one_topic(log, people):
    (divide,) = log.planted["group_divides"]
    rows = people[people["criterion"] == divide["criterion"]]
    score = rows["label"].astype(int) - rows["true_label"].astype(int)
    group = rows["trainer_id"].isin(divide["trainer_ids"])
    on_topic = rows["topic"] == divide["topic"]
    assert score[group & on_topic].mean() - score[~group & on_topic].mean() > 0.8
    assert abs(score[group & ~on_topic].mean() - score[~group & ~on_topic].mean()) < 0.25
    ages = log.trainers.set_index("trainer_id")["group_age_band"]
    assert set(ages[divide["trainer_ids"]]) == {divide["value"]}
    assert len(divide["trainer_ids"]) >= 5
    assert len(divide["item_ids"]) >= 60


def test_one_guideline_change_helped_and_one_did_nothing(log, people):
    helped, nothing = log.planted["guideline_changes"]
    for change, least in ((helped, 0.07), (nothing, None)):
        rows = people[(people["project"] == change["project"]) & (people["criterion"] == change["criterion"])]
        after = rows["guideline_version"] == change["version"]
        before, since = item_disagreement(rows[~after]), item_disagreement(rows[after])
        assert before.mean() == pytest.approx(change["pair_disagreement_before"], abs=0.01)
        assert since.mean() == pytest.approx(change["pair_disagreement_after"], abs=0.01)
        error = np.sqrt(before.var() / before.size + since.var() / since.size)
        if least is None:
            assert abs(before.mean() - since.mean()) < 2.5 * error
        else:
            assert before.mean() - since.mean() > max(least, 3 * error)


def test_the_recent_fall_of_tone_sits_with_the_new_model(log, people):
    change = log.planted["recent_change"]
    rows = people[people["criterion"] == "tone"]
    late = rows["judged_at"] >= pd.Timestamp(change["since"], tz="UTC")
    new = rows["response_model"] == change["cause"]["response_model"]
    assert not (new & ~late).any()
    assert new[late].mean() > 0.5
    assert item_disagreement(rows[new]).mean() > item_disagreement(rows[late & ~new]).mean() + 0.10
    camp = rows["trainer_id"].map(change["camps"])
    score = rows["label"].astype(int) - rows["true_label"].astype(int)
    assert score[new & (camp == 1)].mean() - score[new & (camp == -1)].mean() > 1.5


def test_slices_have_excess_disagreement(log, people):
    for entry in log.planted["slices"]:
        rows = people[(people["project"] == entry["project"]) & (people["criterion"] == entry["criterion"])]
        inside = np.ones(len(rows), dtype=bool)
        for column, value in entry["conditions"].items():
            inside &= (rows[column] == value).to_numpy()
        found = item_disagreement(rows[inside])
        assert found.size == entry["n_items_paired"] >= 60
        assert found.mean() - item_disagreement(rows[~inside]).mean() >= 0.2


def test_strengths_of_the_response_models_come_back(log, people):
    """Bradley-Terry by minorise-maximise on decided comparisons of honest trainers; ties shrink it a little."""
    said = log.planted["response_models"]["strengths"]
    rows = people[(people["criterion"] == "preference") & people["trainer_id"].isin(log.planted["honest_trainers"])]
    rows = rows[rows["label"] != "tie"]
    names = sorted(said)
    wins = np.zeros((4, 4))
    for responses, label in rows[["responses", "label"]].to_numpy():
        a, b = (names.index(r["model"]) for r in json.loads(responses))
        wins[(a, b) if label == "A" else (b, a)] += 1
    strength = np.ones(4)
    for _ in range(200):
        played = wins + wins.T
        strength = wins.sum(axis=1) / (played / np.add.outer(strength, strength)).sum(axis=1)
        strength /= strength.mean()
    found = np.log(strength) - np.log(strength)[names.index("atlas-2")]
    assert found == pytest.approx([said[n] for n in names], abs=0.30)
    assert np.argsort(found).tolist() == np.argsort([said[n] for n in names]).tolist()


def test_wrong_gold_disagrees_with_able_trainers_and_right_gold_does_not(log, people):
    gold = log.gold.rename(columns={"label": "gold"})
    bad = {(e["item_id"], e["criterion"]) for e in log.planted["gold"]["wrong"] + log.planted["gold"]["stale"]}
    assert len(log.planted["gold"]["wrong"]) == 12
    assert len(log.planted["gold"]["stale"]) == 6
    rows = people.merge(gold, on=["project", "item_id", "criterion"])
    rows = rows[rows["trainer_id"].isin(log.planted["honest_trainers"])]
    right = (rows["label"] == rows["gold"]).groupby([rows["item_id"], rows["criterion"]]).mean()
    spoiled = right.index.isin(bad)
    assert right[spoiled].mean() < 0.2
    assert right[~spoiled].mean() > 0.75
    assert log.gold["item_id"].nunique() / len(log.items) == pytest.approx(0.06, abs=0.01)
