"""Large simulated logs in a store: the same for every benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.core.settings import Settings
from analytics.store import Store, open_store
from analytics.store.commit import commit
from tests.staging import HandStaged

SIZES: dict[str, tuple[int, int]] = {"100k": (25_000, 60), "1M": (250_000, 500), "10M": (2_500_000, 2_000)}
"""name -> (items, trainers); every item has three to five judgments on a scale of five."""
LABELS = ("1", "2", "3", "4", "5")


def large_log(folder: Path, size: str, seed: int = 1) -> Store:
    """Return a store with `size` judgments on one ordinal criterion, made once and kept in `folder`."""
    store = open_store(folder / size, create=True)
    if not store.snapshot().empty:
        return store
    n_items, n_trainers = SIZES[size]
    rng = np.random.default_rng(seed)
    m = rng.integers(3, 6, n_items)
    item = np.repeat(np.arange(n_items), m)
    start = rng.integers(0, n_trainers, n_items)
    step = rng.integers(1, max(2, n_trainers // 6), n_items)
    place = np.arange(item.size) - np.repeat(np.cumsum(m) - m, m)
    trainer = (start[item] + place * step[item]) % n_trainers
    truth = rng.integers(0, 5, n_items)[item]
    label = np.where(rng.random(item.size) < 0.6, truth, np.clip(truth + rng.integers(-2, 3, item.size), 0, 4))
    order = rng.permutation(item.size)
    at = np.datetime64("2026-01-01T00:00:00", "us") + rng.integers(0, 112 * 86_400, item.size).astype("timedelta64[s]")

    def text(prefix: str, codes: np.ndarray, n: int) -> pa.Array:
        values = pa.array([f"{prefix}{k}" for k in range(n)])
        return pa.DictionaryArray.from_arrays(pa.array(codes[order].astype(np.int32)), values).cast(pa.string())

    file = folder / f"{size}-judgments.parquet"
    n = item.size
    table = pa.table(
        {
            "project": pa.array(["p"]).take(pa.array(np.zeros(n, np.int32))),
            "criterion": pa.array(["quality"]).take(pa.array(np.zeros(n, np.int32))),
            "item_id": text("item-", item, n_items),
            "trainer_id": text("t-", trainer, n_trainers),
            "label": pa.DictionaryArray.from_arrays(pa.array(label[order].astype(np.int32)), pa.array(LABELS)).cast(
                pa.string()
            ),
            "status": pa.array(["submitted"]).take(pa.array(np.zeros(n, np.int32))),
            "judged_at": pa.array(at[order]).cast(pa.timestamp("us", tz="UTC")),
            "source": pa.array(["large.csv"]).take(pa.array(np.zeros(n, np.int32))),
            "source_row": pa.array(np.arange(1, n + 1)),
        }
    )
    from analytics.store.commit import _STAGED_SCHEMAS

    schema = _STAGED_SCHEMAS["judgments"]
    full = pa.table({f.name: table[f.name] if f.name in table.column_names else pa.nulls(n, f.type) for f in schema})
    pq.write_table(full.cast(schema), file)
    scale = folder / f"{size}-criteria.parquet"
    row = {"project": "p", "criterion": "quality", "level": "ordinal", "labels": "|".join(LABELS), "subjective": False}
    pq.write_table(pa.Table.from_pylist([row], schema=_STAGED_SCHEMAS["criteria"]), scale)
    commit(
        store,
        [
            HandStaged(path="criteria.csv", tables={"criteria": scale}, rows=1, sha256="scale"),
            HandStaged(path="large.csv", tables={"judgments": file}, rows=n, sha256=f"{size}-{seed}"),
        ],
        Settings(memory_limit="4GB"),
    )
    file.unlink()
    return store
