"""A store with planted causes and a planted slice, made from the simulations of tests/studies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from analytics.core.settings import Settings
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.staging import staged
from tests.studies.hotspot_simulation import CauseLog, cause_log, slice_log

LABELS = ("safe", "satire", "harm")


def cause_store(folder: Path, n: int = 900) -> tuple[Engine, CauseLog]:
    """Return an engine on a store whose criterion "harm" has a planted cause for every item i0, i1 ..."""
    log = cause_log(np.random.default_rng(21), n=n)
    c = log.codes
    texts = np.random.default_rng(1)
    words = ("visa", "oven", "court", "chess", "river", "train")
    items = [
        {
            "project": "p",
            "item_id": f"i{i}",
            "prompt": f"Please explain {words[log.context[i] % 6]} and {words[texts.integers(6)]} to somebody",
            "guideline_section": f"section {log.context[i]}",
            "sensitive": bool(log.sensitive[i]),
        }
        for i in range(n)
    ]
    people = [
        {"trainer_id": f"t{j}", "kind": "human", "groups": json.dumps({"region": ("north", "south")[log.group[j]]})}
        for j in range(c.n_trainers)
    ]
    judged = [
        {
            "project": "p",
            "criterion": "harm",
            "item_id": f"i{i}",
            "trainer_id": f"t{j}",
            "label": LABELS[k],
            "duration_s": 30.0,
        }
        for i, j, k in zip(c.item, c.trainer, c.label, strict=True)
    ]
    return _engine(folder, LABELS, items=items, trainers=people, judgments=judged), log


def slice_store(folder: Path, n: int = 2000):  # type: ignore[no-untyped-def]
    """Return an engine on a store with planted slices, the planted slices, and the table of attribute values."""
    codes, _, planted, table = slice_log(np.random.default_rng(5), n=n, n_planted=2, size=(90, 200), excess=(0.3, 0.4))
    items = [
        {
            "project": "p",
            "item_id": f"i{i}",
            "topic": f"v{table[i, 0]}",
            "language": f"v{table[i, 1]}",
            "guideline_section": f"v{table[i, 2]}",
            "attributes": json.dumps({f"a{f}": f"v{table[i, f]}" for f in range(3, table.shape[1])}),
        }
        for i in range(n)
    ]
    judged = [
        {"project": "p", "criterion": "harm", "item_id": f"i{i}", "trainer_id": f"t{j}", "label": LABELS[k]}
        for i, j, k in zip(codes.item, codes.trainer, codes.label, strict=True)
    ]
    return _engine(folder, LABELS, items=items, judgments=judged), planted, table


def _engine(folder: Path, labels: tuple[str, ...], **tables: list[dict[str, object]]) -> Engine:
    tables["criteria"] = [{"project": "p", "criterion": "harm", "level": "nominal", "labels": "|".join(labels)}]
    store = open_store(folder / "store", create=True)
    commit(store, [staged(folder, f"{name}.csv", **{name: rows}) for name, rows in tables.items()], Settings())
    return Engine(store)
