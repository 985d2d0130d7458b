"""The trainers_*.sql queries against loops over the same rows in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from tests.reports import preference_log
from tests.reports.log import items, judgments, make_engine

PEOPLE = [row for row in judgments() if row["trainer_id"] != "bot"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return make_engine(tmp_path_factory.mktemp("trainers-sql"))


@pytest.fixture(scope="module")
def asked(engine):
    """Everything the queries return, with the store's codes turned back into names."""
    with engine.session(Scope(), Filters()) as session:
        criteria = session.criteria()
        names = session.frame("trainer_names").set_index("trainer_code")["trainer_id"].to_dict()
        frames = {name: session.frame(name) for name in ("trainers_repeats", "trainers_skips")}
        frames["trainers_rationales"] = session.frame("trainers_rationales", most=10_000)
        harm = next(c for c in criteria if c.criterion == "harm")
        frames["harm"] = session.frame("trainers_judgments", criterion_code=harm.code, one_in=1)
        frames["half"] = session.frame("trainers_judgments", criterion_code=harm.code, one_in=2)
        frames["trainers_gold"] = session.frame("trainers_gold")
        frames["trainers_items"] = session.frame("trainers_items")
        ids = {r.item_code: r.item_id for r in frames["trainers_gold"].itertuples()}
    return {c.code: c for c in criteria}, names, frames, ids


def test_skips(asked):
    criteria, names, frames, _ = asked
    shown, skipped = Counter(), Counter()
    for row in PEOPLE:
        if row.get("round", 1) == 1 or row.get("round") is None:
            key = (row["criterion"], row["trainer_id"])
            shown[key] += 1
            skipped[key] += row.get("status", "submitted") == "skipped"
    found = {
        (criteria[r.criterion_code].criterion, names[r.trainer_code]): (r.shown, r.skipped)
        for r in frames["trainers_skips"].itertuples()
    }
    assert found == {key: (n, skipped[key]) for key, n in shown.items()}
    assert sum(skipped.values()) > 5


def test_repeats(asked):
    criteria, names, frames, _ = asked
    rounds = defaultdict(dict)
    for row in PEOPLE:
        if row["criterion"] in ("tone", "harm", "flags") and row["status"] == "submitted":
            key = (row["criterion"], row["item_id"], row["guideline_version"], row["trainer_id"])
            rounds[key][row["round"]] = row["label"]
    wanted = Counter((key[0], key[3], labels[1], labels[2]) for key, labels in rounds.items() if {1, 2} <= set(labels))
    found = Counter()
    for r in frames["trainers_repeats"].itertuples():
        dictionary = criteria[r.criterion_code].dictionary
        key = (criteria[r.criterion_code].criterion, names[r.trainer_code], dictionary[r.first], dictionary[r.again])
        found[key] += r.n
    assert found == wanted
    assert sum(wanted.values()) > 10


def test_judgments_of_one_criterion(asked):
    criteria, names, frames, ids = asked
    code = next(c for c in criteria.values() if c.criterion == "harm")
    wanted = Counter(
        (row["trainer_id"], row["label"], row["duration_s"])
        for row in PEOPLE
        if row["criterion"] == "harm" and row["status"] == "submitted" and row["round"] == 1
    )
    frame = frames["harm"]
    found = Counter((names[r.trainer_code], code.dictionary[r.label_code], r.duration_s) for r in frame.itertuples())
    assert found == wanted
    assert (np.diff(frame["unit"]) >= 0).all()
    gold = frames["trainers_gold"]
    mine = gold[gold["criterion_code"] == code.code]
    assert list(mine["label"]) == ["none"]
    assert {ids[c] for c in mine["item_code"] if c in set(frame["item_code"])} == {"i3"}


def test_one_item_in_two_keeps_whole_items(asked):
    *_, frames, _ = asked
    half = frames["harm"][frames["harm"]["item_code"] % 2 == 0].reset_index(drop=True)
    assert frames["half"]["unit"].tolist() == half["unit"].tolist()
    assert 0 < len(half) < len(frames["harm"])


def test_rationales_once_an_item_and_text(asked):
    _, names, frames, _ = asked
    wanted = {
        (row["trainer_id"], row["item_id"])
        for row in PEOPLE
        if row.get("rationale") and row["status"] == "submitted" and row["round"] == 1
    }
    assert len(frames["trainers_rationales"]) == len(wanted)
    assert {names[c] for c in frames["trainers_rationales"]["trainer_code"]} == {"t2"}


def test_items_by_topic_and_length(asked):
    *_, frames, _ = asked
    frame = frames["trainers_items"]
    topics = sorted({i.get("topic") for i in items()} - {None})
    number = {topic: k for k, topic in enumerate([*topics, None])}
    wanted = Counter(
        (number[i.get("topic")], len(i.get("prompt") or "") + len(i.get("responses") or "")) for i in items()
    )
    assert Counter(zip(frame["topic"], frame["length"], strict=True)) == wanted
    assert frame["item_code"].is_monotonic_increasing


def test_order_and_length_of_choices(tmp_path):
    """Row by row beside trainers_judgments; the answer called A may stand second in the item's list."""
    with preference_log.make_engine(tmp_path).session(Scope(), Filters(criteria=("better",))) as session:
        (criterion,) = session.criteria()
        names = session.frame("trainer_names").set_index("trainer_code")["trainer_id"].to_dict()
        rows = session.frame("trainers_judgments", criterion_code=criterion.code, one_in=1)
        order = session.frame("trainers_order", criterion_code=criterion.code, one_in=1)
    assert len(rows) == len(order)

    def fact(first, longer):
        return (None if first != first or first is None else int(first), None if longer != longer else round(longer, 9))

    found = Counter(
        (names[who], fact(first, longer))
        for who, first, longer in zip(
            rows["trainer_code"], order["first"].astype(float), order["longer_a"], strict=True
        )
    )
    wanted = Counter()
    for row in preference_log.judgments():
        known = row["criterion"] == "better" and row.get("status", "submitted") == "submitted"
        if not known or row.get("round", 1) != 1 or row["trainer_id"] == "bot":
            continue
        answers = preference_log.answers(row["item_id"])
        longer = np.log(len(answers["A"]["text"]) / len(answers["B"]["text"])) if answers else np.nan
        first = {"A": -1.0, "B": 1.0}.get(row["shown_first"], np.nan)
        wanted[row["trainer_id"], fact(first, longer)] += 1
    assert found == wanted
    assert len({fact for _, fact in found}) > 10
