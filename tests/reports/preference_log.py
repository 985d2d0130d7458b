"""A small log of choices, strengths, ratings, rankings and rewrites, with all that the reports tell apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analytics.core.settings import Settings
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.staging import staged

MODELS = ("atlas", "boreal", "cedar")
STRENGTHS = {"atlas": 1.0, "boreal": 0.0, "cedar": -1.0}
N_PAIRS, N_TRAINERS, N_RANKED = 90, 8, 24
FIRST = datetime(2026, 8, 3, 9, tzinfo=UTC)
HOSTILE = "<b>bold</b> ![x](http://example.invalid/x.png) <style>body{display:none}</style>"
LEVELS = {
    "better": ("preference", "A|tie|B"),
    "strength": ("preference", "-3|-2|-1|0|1|2|3"),
    "useful_a": ("ordinal", "1|2|3|4|5"),
    "useful_b": ("ordinal", "1|2|3|4|5"),
    "order": ("ranking", None),
    "rewrite": ("text", None),
    "one_sided": ("preference", "A|tie"),
}


@cache
def items() -> tuple[dict[str, Any], ...]:
    """Return pairs p0 .. (three answers under each prompt), ranked items r0 .., and rewritten items w0 .."""
    rng = np.random.default_rng(3)
    rows: list[dict[str, Any]] = []
    for i in range(N_PAIRS):
        prompt = i // 3
        a, b = ((0, 1), (1, 2), (2, 0))[i % 3]
        answers = [
            {"id": "A", "text": text_of(prompt, a), "model": MODELS[a]},
            {"id": "B", "text": text_of(prompt, b), "model": MODELS[b]},
        ]
        if i == 4:
            answers[0]["text"] = HOSTILE
        if i % 11 == 10:
            for answer in answers:
                del answer["model"]
        rows.append(
            {
                "project": "p",
                "item_id": f"p{i}",
                "prompt": HOSTILE if i == 4 else f"Prompt {prompt}",
                "responses": None if i % 13 == 12 else json.dumps(answers[::-1] if i % 5 == 0 else answers),
                "topic": ("law", "code", None)[prompt % 3],
                "language": ("en", "de")[i % 2],
                "sensitive": i % 7 == 0,
            }
        )
    for i in range(N_RANKED):
        listed = [{"id": f"r{k}", "text": f"Answer {k}", "model": MODELS[k]} for k in rng.permutation(3)]
        rows.append({"project": "p", "item_id": f"o{i}", "prompt": f"Rank {i}", "responses": json.dumps(listed)})
    for i in range(12):
        listed = [{"id": "r1", "text": f"take one of the {i} pills with a glass of water"}]
        rows.append({"project": "p", "item_id": f"w{i}", "prompt": f"Rewrite {i}", "responses": json.dumps(listed)})
    return tuple(rows)


def text_of(prompt: int, model: int) -> str:
    """Return the answer of a model to a prompt; the third model writes longest."""
    return f"Answer to {prompt} by number {model}. " + "More words. " * (2 * model)


@cache
def judgments() -> tuple[dict[str, Any], ...]:
    """Return the judgments: skips, repeats with the order turned, a model, a label outside the scale included."""
    rng = np.random.default_rng(5)
    rows: list[dict[str, Any]] = []
    for i in range(N_PAIRS):
        a, b = ((0, 1), (1, 2), (2, 0))[i % 3]
        gap = STRENGTHS[MODELS[b]] - STRENGTHS[MODELS[a]] + 0.8 * rng.normal()
        for t in sorted(rng.permutation(N_TRAINERS)[: rng.integers(1, 6)]):
            when = FIRST + timedelta(days=int(40 * i / N_PAIRS), hours=int(rng.integers(0, 60)))
            row = {
                "project": "p", "item_id": f"p{i}", "trainer_id": f"t{t}", "round": 1, "judged_at": when,
                "status": "skipped" if rng.random() < 0.05 else "submitted",
                "shown_first": None if rng.random() < 0.1 else str(rng.choice(["A", "B"])),
                "rationale": HOSTILE if t == 2 else None,
                "guideline_version": "v1" if i < 45 else "v2",
                "duration_s": None if i % 9 == 8 else 20.0 + (7 * i + 3 * t) % 90,
            }  # fmt: skip
            pull = gap + 0.6 * rng.logistic()
            if t == 0 and row["shown_first"]:
                pull += -4 if row["shown_first"] == "A" else 4
            label = "tie" if abs(pull) < 0.3 else "A" if pull < 0 else "B"
            rows.append(dict(row, criterion="better", label="C" if rng.random() < 0.02 else label))
            if i % 2:
                rows.append(dict(row, criterion="strength", label=str(int(np.clip(round(pull * 2), -3, 3)))))
            if t % 2:
                mean = 3 + gap / 2
                for side, score in (("a", 6 - mean), ("b", mean)):
                    given = int(np.clip(round(score + 0.5 * rng.normal()), 1, 5))
                    rows.append(dict(row, criterion=f"useful_{side}", label=str(given)))
            if rng.random() < 0.2 and row["shown_first"]:
                other = "B" if row["shown_first"] == "A" else "A"
                rows.append(
                    dict(row, criterion="better", round=2, shown_first=other, label=str(rng.choice(["A", "B"])))
                )
        rows.append(
            {"project": "p", "item_id": f"p{i}", "trainer_id": "bot", "criterion": "better", "label": "A",
             "status": "submitted", "round": 1}
        )  # fmt: skip
    for i in range(N_RANKED):
        for t in range(3):
            noisy = {m: STRENGTHS[m] + rng.gumbel() for m in MODELS}
            order = sorted(MODELS, key=lambda m: -noisy[m])
            ids = [f"r{MODELS.index(m)}" for m in order]
            label = f"{ids[0]}>{ids[1]}={ids[2]}" if rng.random() < 0.2 else ">".join(ids)
            rows.append(
                {"project": "p", "item_id": f"o{i}", "trainer_id": f"t{t}", "criterion": "order",
                 "label": "r9>r8" if i == 0 and t == 0 else label, "status": "submitted", "round": 1}
            )  # fmt: skip
    for i in range(12):
        for t in range(2):
            text = f"take one of the {i} pills with a glass of water"
            new = text if (i + t) % 3 == 0 else text.replace("glass", "cup") + (" now" if t else "")
            rows.append(
                {"project": "p", "item_id": f"w{i}", "trainer_id": f"t{t}", "criterion": "rewrite", "label": new,
                 "status": "submitted", "round": 1}
            )  # fmt: skip
    rows.append({"project": "p", "item_id": "p0", "trainer_id": "t0", "criterion": "one_sided", "label": "A"})
    return tuple(rows)


def make_engine(folder: Path) -> Engine:
    """Return an engine on a store made from the log."""
    tables: dict[str, list[dict[str, Any]]] = {
        "criteria": [
            {"project": "p", "criterion": name, "level": level, "labels": labels}
            for name, (level, labels) in LEVELS.items()
        ],
        "items": list(items()),
        "trainers": [
            {"trainer_id": f"t{t}", "display_name": f"Name {t}", "team": f"team{t % 2}", "kind": "human"}
            for t in range(N_TRAINERS)
        ]
        + [{"trainer_id": "bot", "display_name": "Judge", "kind": "model"}],
        "judgments": list(judgments()),
    }
    store = open_store(folder / "store", create=True)
    commit(store, [staged(folder, f"{name}.csv", **{name: rows}) for name, rows in tables.items()], Settings())
    return Engine(store)


SCORES = {"A": -1, "tie": 0, "B": 1}


def counted(criterion: str) -> list[dict[str, Any]]:
    """Return the judgments that count: submitted, first round, by people, label on the scale."""
    labels = (LEVELS[criterion][1] or "").split("|")
    return [
        j
        for j in judgments()
        if j["criterion"] == criterion
        and j.get("status", "submitted") == "submitted"
        and j.get("round", 1) == 1
        and j["trainer_id"] != "bot"
        and (not labels[0] or j["label"] in labels)
    ]


def answers(item_id: str) -> dict[str, dict[str, Any]]:
    """Return the answers of an item by id; empty without responses."""
    row = next(i for i in items() if i["item_id"] == item_id)
    return {r["id"]: r for r in json.loads(row["responses"])} if row["responses"] else {}
