"""A small log with everything in it that the reports on agreement tell apart, and the store made from it."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analytics.core.settings import Settings
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.staging import staged

LABELS = {
    "tone": ("1", "2", "3", "4", "5"),
    "harm": ("none", "mild", "severe"),
    "flags": ("", "bias", "bias|rude", "rude"),
}
LEVELS = {"tone": "ordinal", "harm": "nominal", "flags": "set", "other": "nominal"}
MODELS = ("atlas", "boreal", "cedar")
N_ITEMS, N_TRAINERS = 60, 9
FIRST = datetime(2026, 8, 3, 9, tzinfo=UTC)
HOSTILE = "=1+1 <b>bold</b> ![x](http://example.invalid/x.png) nan"


@cache
def items() -> tuple[dict[str, Any], ...]:
    """Return the items of project p, and one of project q under an id that p uses too."""
    rows: list[dict[str, Any]] = []
    for i in range(N_ITEMS):
        shown = (MODELS[i % 3], MODELS[(i + 1) % 3])
        rows.append(
            {
                "project": "p",
                "item_id": f"i{i}",
                "prompt": HOSTILE if i == 3 else f"Question {i}",
                "responses": None
                if i % 10 == 9
                else json.dumps(
                    [{"id": "A", "text": f"One {i}", "model": shown[0]}, {"id": "B", "text": "Two", "model": shown[1]}]
                ),
                "topic": None if i % 7 == 6 else ("law", "satire", "code")[i % 3],
                "language": ("en", "de")[i % 2],
                "guideline_section": f"section {i % 2}",
                "sensitive": i % 5 == 0,
                "attributes": json.dumps({"words": 10 + i % 12, "tier": ("a", "b")[i % 2]}),
            }
        )
    rows.append({"project": "q", "item_id": "i0", "prompt": "Another project's"})
    return tuple(rows)


@cache
def judgments() -> tuple[dict[str, Any], ...]:
    """Return the judgments: skips, repeats, a model, labels outside the scale, versions and batches included."""
    rng = np.random.default_rng(11)
    rows: list[dict[str, Any]] = []
    for criterion, labels in LABELS.items():
        for i in range(N_ITEMS):
            truth = int(rng.integers(len(labels)))
            sure = 0.3 if i % 3 == 1 else 0.85
            when = FIRST + timedelta(days=int(40 * i / N_ITEMS))
            for t in sorted(rng.permutation(N_TRAINERS)[: rng.integers(1, 6)]):
                given = truth if rng.random() < sure else int(rng.integers(len(labels)))
                rows.append(
                    {
                        "project": "p",
                        "criterion": criterion,
                        "item_id": f"i{i}",
                        "trainer_id": f"t{t}",
                        "label": "nan" if criterion == "harm" and rng.random() < 0.03 else labels[given],
                        "status": "skipped" if rng.random() < 0.05 else "submitted",
                        "round": 1,
                        "judged_at": when + timedelta(hours=int(rng.integers(0, 60))),
                        "duration_s": float(rng.integers(5, 99)),
                        "rationale": HOSTILE if t == 2 else None,
                        "guideline_version": "v1" if i < 30 else ("v2" if t % 2 else None),
                        "batch": f"b{int(rng.integers(2))}",
                    }
                )
            if rng.random() < 0.2:
                rows.append(dict(rows[-1], round=2, status="submitted", label=labels[0]))
            if rng.random() < 0.2:
                rows.append(dict(rows[-1], round=1, status="submitted", trainer_id="bot", label=labels[0]))
    rows.append({"project": "q", "criterion": "other", "item_id": "i0", "trainer_id": "t0", "label": "x"})
    return tuple(rows)


def make_engine(folder: Path) -> Engine:
    """Return an engine on a store made from the log."""
    tables: dict[str, list[dict[str, Any]]] = {
        "criteria": [
            {"project": "p", "criterion": c, "level": LEVELS[c], "labels": None if c == "flags" else "|".join(x)}
            for c, x in LABELS.items()
        ],
        "items": list(items()),
        "trainers": [
            {"trainer_id": f"t{t}", "display_name": f"Name {t}", "team": f"team{t % 2}", "kind": "human"}
            for t in range(N_TRAINERS)
        ]
        + [{"trainer_id": "bot", "display_name": "Judge", "kind": "model"}],
        "gold": [{"project": "p", "item_id": "i3", "criterion": "harm", "label": "none"}],
        "guidelines": [{"project": "p", "version": "v1", "effective_from": "2026-08-03"}],
        "judgments": list(judgments()),
    }
    store = open_store(folder / "store", create=True)
    commit(store, [staged(folder, f"{name}.csv", **{name: rows}) for name, rows in tables.items()], Settings())
    return Engine(store)


DERIVED = ("topics", "languages", "trainers", "teams", "days")
Units = dict[tuple[str, str], dict[str, str]]


def counted(criterion: str, **chosen: Any) -> Units:
    """Return what agreement counts, in plain Python: (item, version) -> trainer -> label.

    `chosen` are column=value of the judgments, or `topics`, `languages`, `trainers`, `teams`, `days` (first, last).
    """
    languages = {i["item_id"]: i.get("language") for i in items() if i["project"] == "p"}
    topics = {i["item_id"]: i.get("topic") for i in items() if i["project"] == "p"}
    found: Units = defaultdict(dict)
    for row in judgments():
        if row["project"] != "p" or row["criterion"] != criterion or row["status"] != "submitted" or row["round"] != 1:
            continue
        if row["trainer_id"] == "bot" or row["label"] not in LABELS[criterion]:
            continue
        if "topics" in chosen and topics[row["item_id"]] not in chosen["topics"]:
            continue
        if "teams" in chosen and f"team{int(row['trainer_id'][1:]) % 2}" not in chosen["teams"]:
            continue
        if "days" in chosen and not chosen["days"][0] <= row["judged_at"].date() <= chosen["days"][1]:
            continue
        if "trainers" in chosen and row["trainer_id"] not in chosen["trainers"]:
            continue
        if "languages" in chosen and languages[row["item_id"]] not in chosen["languages"]:
            continue
        if any(row[column] != value for column, value in chosen.items() if column not in DERIVED):
            continue
        found[row["item_id"], row["guideline_version"] or ""][row["trainer_id"]] = row["label"]
    return found


def pair_agreement(labels: list[str]) -> float | None:
    """Return the share of pairs of labels that are equal, None below two labels."""
    pairs = [(a, b) for k, a in enumerate(labels) for b in labels[k + 1 :]]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else None
