"""Small stores that pages must live with: an ordinary one, an empty one, and one where everybody said the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from analytics.core.settings import Settings
from analytics.store import Store, open_store
from analytics.store.commit import commit
from tests.staging import HandStaged, staged

FIRST = datetime(2026, 8, 3, 9, tzinfo=UTC)
HOSTILE = "=Tone <b>![x](http://example.invalid/x.png)</b>"
"""A criterion that would be a formula, a tag and a tracking image, were it not shown as text."""

CRITERIA: tuple[tuple[str, str, str, tuple[str, ...], float], ...] = (
    ("Assistant", "Helpfulness", "ordinal", ("1", "2", "3", "4", "5"), 0.62),
    ("Assistant", HOSTILE, "ordinal", ("1", "2", "3", "4", "5"), 0.45),
    ("Assistant", "Preference", "preference", ("A", "tie", "B"), 0.8),
    ("Safety", "Refuse or answer", "nominal", ("answer", "partial", "refuse"), 0.92),
    ("Safety", "Never varied", "nominal", ("yes", "no"), 1.0),
)


def full_store(folder: Path, *, n_items: int = 90, seed: int = 7) -> Store:
    """Return a store of two projects, five criteria, twelve trainers and sixteen weeks, with rows set aside."""
    rng = np.random.default_rng(seed)
    judgments: list[dict[str, Any]] = []
    for project, criterion, _, labels, accuracy in CRITERIA:
        for i in range(n_items):
            truth = 0 if criterion == "Never varied" else int(rng.integers(len(labels)))
            when = FIRST + timedelta(days=111 * i / n_items)
            for t in rng.permutation(12)[: rng.integers(1, 5)]:
                given = truth if rng.random() < accuracy else int(rng.integers(len(labels)))
                judgments.append(
                    {
                        "project": project,
                        "criterion": criterion,
                        "item_id": f"i{i}",
                        "trainer_id": f"t{t:02d}",
                        "label": labels[given],
                        "judged_at": when + timedelta(minutes=int(rng.integers(9999))),
                        "duration_s": float(rng.integers(5, 300)),
                        "guideline_version": "v1" if i < n_items / 2 else "v2",
                    }
                )
    tables = {
        "criteria": [
            {"project": p, "criterion": c, "level": level, "labels": "|".join(labels)}
            for p, c, level, labels, _ in CRITERIA
        ],
        "trainers": [
            {
                "trainer_id": f"t{t:02d}",
                "display_name": f"Trainer {chr(65 + t)}",
                "team": f"Team {t % 3}",
                "kind": "human",
            }
            for t in range(12)
        ],
        "items": [
            {
                "project": p,
                "item_id": f"i{i}",
                "prompt": f"Question {i}",
                "topic": ("health", "law", "code")[i % 3],
                "language": ("en", "de")[i % 2],
            }
            for p in ("Assistant", "Safety")
            for i in range(n_items)
        ],
        "judgments": judgments,
    }
    return _committed(folder, [staged(_folder(folder), f"{name}.csv", **{name: rows}) for name, rows in tables.items()])


def one_label_store(folder: Path) -> Store:
    """Return a store whose single criterion only ever got one label, without times, names or items."""
    rows = [{"item_id": f"i{i}", "trainer_id": f"t{t}", "label": "yes"} for i in range(12) for t in range(3)]
    return _committed(folder, [staged(_folder(folder), "same.csv", judgments=rows)])


def empty_store(folder: Path) -> Store:
    """Return a store into which nothing was ever taken."""
    store = open_store(folder, create=True)
    store.path.mkdir(parents=True, exist_ok=True)
    store.overwrite("ingests", _no_ingests())
    return store


def _no_ingests() -> Any:
    from analytics.store.schema import TABLES

    return TABLES["ingests"].empty_table()


def _folder(store: Path) -> Path:
    folder = store.parent / f"{store.name}-staged"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _committed(folder: Path, files: list[HandStaged]) -> Store:
    store = open_store(folder, create=True)
    commit(store, files, Settings())
    return store
