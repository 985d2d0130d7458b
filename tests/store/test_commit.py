"""Every row is accounted for, the same file twice changes nothing, a correction supersedes and keeps its history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.store import Committed, Engine, Store, open_store
from analytics.store.commit import commit
from tests.staging import HandStaged, at, judged, staged


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store", create=True)


def take(store: Store, *files: HandStaged) -> tuple[Committed, ...]:
    return commit(store, files, Settings())


def counts(done: Sequence[Committed]) -> list[tuple[int, int, int]]:
    return [(c.accepted, c.duplicates, c.superseded) for c in done]


def table(store: Store, name: str) -> list[dict[str, Any]]:
    """Rows of one table of the current snapshot, read without the engine."""
    rows: list[dict[str, Any]] = pq.ParquetDataset(list(store.snapshot().files[name])).read().to_pylist()
    return rows


def held(store: Store) -> list[tuple[str, str, str, int]]:
    items = {r["item_code"]: r["item_id"] for r in table(store, "items")}
    trainers = {r["trainer_code"]: r["trainer_id"] for r in table(store, "trainers")}
    return sorted(
        (items[r["item_code"]], trainers[r["trainer_code"]], r["label"], r["round"]) for r in table(store, "judgments")
    )


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    log = staged(tmp_path, judgments=judged(("i1", "a", "x"), ("i1", "b", "y"), ("i2", "a", "x")))
    assert counts(take(store, log)) == [(3, 0, 0)]
    before = held(store)
    assert counts(take(store, log)) == [(0, 3, 0)]
    assert held(store) == before


def test_a_second_label_by_the_same_trainer_is_a_repeat_not_a_second_trainer(store: Store, tmp_path: Path) -> None:
    log = staged(tmp_path, judgments=judged(("i1", "a", "x"), ("i1", "a", "x"), ("i1", "a", "y"), ("i1", "b", "x")))
    assert counts(take(store, log)) == [(4, 0, 0)]
    assert held(store) == [("i1", "a", "x", 1), ("i1", "a", "x", 2), ("i1", "a", "y", 3), ("i1", "b", "x", 1)]
    assert counts(take(store, log)) == [(0, 4, 0)]


def test_repeats_are_ordered_by_time_where_there_is_one(store: Store, tmp_path: Path) -> None:
    rows = [
        *judged(("i1", "a", "late"), judged_at=at("2026-01-02")),
        *judged(("i1", "a", "early"), judged_at=at("2026-01-01")),
    ]
    take(store, staged(tmp_path, judgments=rows))
    assert held(store) == [("i1", "a", "early", 1), ("i1", "a", "late", 2)]


def test_rows_equal_to_the_moment_are_one_judgment_written_twice(store: Store, tmp_path: Path) -> None:
    rows = judged(("i1", "a", "x"), ("i1", "a", "x"), judged_at=at("2026-01-02"))
    assert counts(take(store, staged(tmp_path, judgments=rows))) == [(1, 1, 0)]


def test_a_corrected_judgment_supersedes_and_its_history_stays(store: Store, tmp_path: Path) -> None:
    first = staged(tmp_path, judgments=judged(("i1", "a", "x"), judgment_id="j1", judged_at=at("2026-01-01")))
    fixed = staged(tmp_path, judgments=judged(("i1", "a", "y"), judgment_id="j1", judged_at=at("2026-01-05")))
    take(store, first)
    assert counts(take(store, fixed)) == [(0, 0, 1)]
    assert held(store) == [("i1", "a", "y", 1)]
    assert [r["label"] for r in table(store, "superseded")] == ["x"]
    assert counts(take(store, first)) == [(0, 1, 0)], "an older export must not undo a correction"
    assert held(store) == [("i1", "a", "y", 1)]


def test_two_versions_in_one_file(store: Store, tmp_path: Path) -> None:
    rows = [
        *judged(("i1", "a", "x"), judgment_id="j1", judged_at=at("2026-01-01")),
        *judged(("i1", "a", "y"), judgment_id="j1", judged_at=at("2026-01-05")),
        *judged(("i1", "a", "z"), judgment_id="j2", judged_at=at("2026-01-07")),
    ]
    log = staged(tmp_path, judgments=rows)
    assert counts(take(store, log)) == [(2, 0, 1)]
    assert held(store) == [("i1", "a", "y", 1), ("i1", "a", "z", 2)]
    assert counts(take(store, log)) == [(0, 3, 0)]


def test_a_source_id_that_is_only_unique_per_item_swallows_nothing(store: Store, tmp_path: Path) -> None:
    rows = judged(("i1", "a", "x"), ("i2", "a", "y"), ("i2", "b", "y"), judgment_id="0")
    assert counts(take(store, staged(tmp_path, judgments=rows))) == [(3, 0, 0)]


def test_a_correction_without_ids_from_another_file(store: Store, tmp_path: Path) -> None:
    take(store, staged(tmp_path, judgments=judged(("i1", "a", "x"), ("i2", "a", "x"))))
    assert counts(take(store, staged(tmp_path, judgments=judged(("i1", "a", "y"), ("i3", "a", "x"))))) == [(1, 0, 1)]
    assert held(store) == [("i1", "a", "y", 1), ("i2", "a", "x", 1), ("i3", "a", "x", 1)]


def test_explicit_rounds_are_kept(store: Store, tmp_path: Path) -> None:
    rows = [*judged(("i1", "a", "x"), round=1), *judged(("i1", "a", "y"), round=2)]
    take(store, staged(tmp_path, judgments=rows))
    more = staged(tmp_path, judgments=judged(("i1", "a", "z"), round=3))
    assert counts(take(store, more)) == [(1, 0, 0)]
    assert held(store) == [("i1", "a", "x", 1), ("i1", "a", "y", 2), ("i1", "a", "z", 3)]


def test_codes_stay_when_labels_and_items_arrive_later(store: Store, tmp_path: Path) -> None:
    take(store, staged(tmp_path, judgments=judged(("i2", "b", "m"), ("i9", "c", "z"))))
    take(store, staged(tmp_path, judgments=judged(("i1", "a", "a"), ("i2", "a", "m"))))
    criterion = Engine(store).criteria(Scope(), Filters())[0]
    assert criterion.dictionary == ("m", "z", "a"), "a label keeps the code it was given first"
    assert criterion.scale.labels == ("a", "m", "z")
    assert held(store) == [("i1", "a", "a", 1), ("i2", "a", "m", 1), ("i2", "b", "m", 1), ("i9", "c", "z", 1)]


def test_declared_scales_replace_guesses_and_items_learn(store: Store, tmp_path: Path) -> None:
    take(store, staged(tmp_path, judgments=judged(("i1", "a", "low"), ("i1", "b", "high"))))
    assert Engine(store).criteria(Scope(), Filters())[0].scale.inferred
    scale = {"project": "p", "criterion": "c", "level": "ordinal", "labels": "low|mid|high", "subjective": True}
    take(
        store,
        staged(tmp_path, "criteria.csv", criteria=[scale]),
        staged(
            tmp_path, "items.csv", items=[{"project": "p", "item_id": "i1", "topic": "law", "attributes": '{"x":"1"}'}]
        ),
    )
    take(store, staged(tmp_path, "items.csv", items=[{"project": "p", "item_id": "i1", "attributes": '{"y":"2"}'}]))
    found = Engine(store).criteria(Scope(), Filters())[0].scale
    assert (found.level, found.labels, found.subjective, found.inferred) == (
        "ordinal",
        ("low", "mid", "high"),
        True,
        False,
    )
    item = table(store, "items")[0]
    assert (item["topic"], item["attributes"]) == ("law", '{"x":"1","y":"2"}')


def test_gold_is_counted_and_the_newest_word_stands(store: Store, tmp_path: Path) -> None:
    def gold(*pairs: tuple[str, str]) -> HandStaged:
        rows = [{"project": "p", "item_id": i, "criterion": "c", "label": x} for i, x in pairs]
        return staged(tmp_path, "gold.csv", gold=rows)

    assert counts(take(store, gold(("i1", "x"), ("i2", "y")))) == [(2, 0, 0)]
    assert counts(take(store, gold(("i1", "x"), ("i2", "z"), ("i3", "x")))) == [(1, 1, 1)]
