"""Free text on the Agreement page, against loops over the raw log: items, pairs, slices, weeks, downloads."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.agreement import agreement_report
from analytics.reports.agreement_detail import agreement_detail_report
from analytics.reports.agreement_items import ItemChoice, agreement_items_report, all_items, judgments_of_items
from analytics.reports.agreement_pairs import agreement_pairs_report
from analytics.reports.agreement_slices import agreement_slices_report, slice_attributes
from analytics.reports.agreement_trend import agreement_trend_report
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from analytics.text.edit_distance import token_edit_distances
from analytics.ui.tables import safe_csv
from tests.staging import staged

ONE: dict[str, Any] = {"project": "p", "criterion": "rewrite"}
WORDS = ["take", "one", "two", "pills", "a", "day", "with", "water", "never", "alone", "ask", "your", "doctor", "first"]
SENSITIVE = "a text nobody may download"


def log() -> list[dict[str, Any]]:
    rng, rows = np.random.default_rng(4), []
    for i in range(40):
        base = rng.choice(WORDS, 8)
        noise = 0.7 if i % 2 else 0.15
        for t in sorted(rng.permutation(5)[: 1 + int(rng.integers(0, 4))]):
            text = " ".join(np.where(rng.random(8) < noise, rng.choice(WORDS, 8), base))
            when = datetime(2026, 8, 3, 9, tzinfo=UTC) + timedelta(days=i // 2)
            rows.append({**ONE, "item_id": f"i{i}", "trainer_id": f"t{t}", "label": text, "judged_at": when})
    return rows


LOG = log()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("texts")
    items = [
        {"project": "p", "item_id": f"i{i}", "prompt": SENSITIVE if i == 1 else f"=Question {i}", "sensitive": i == 1,
         "topic": ("calm", "wild")[i % 2]}
        for i in range(40)
    ]  # fmt: skip
    criteria = [{**ONE, "level": "text", "labels": None}]
    store = open_store(folder / "store", create=True)
    tables = {"criteria": criteria, "items": items, "judgments": LOG}
    commit(store, [staged(folder, f"{name}.csv", **{name: rows}) for name, rows in tables.items()], Settings())
    return Engine(store, Settings(minimum_items=5))


def by_item() -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = defaultdict(dict)
    for row in LOG:
        out[row["item_id"]][row["trainer_id"]] = row["label"]
    return out


def apart(a: str, b: str) -> float:
    return float(token_edit_distances([a], [b])[0])


def alike(texts: dict[str, str]) -> float:
    return 1 - float(np.mean([apart(a, b) for a, b in itertools.combinations(texts.values(), 2)]))


def test_items_are_classed_and_listed_by_how_alike_their_texts_are(engine: Engine) -> None:
    paired = {i: alike(x) for i, x in by_item().items() if len(x) > 1}
    detail = agreement_detail_report(engine, Scope(), Filters(), **ONE)
    assert sum(c.n_items for c in detail.items.classes) == len(paired)
    assert detail.items.mean == pytest.approx(np.mean(list(paired.values())))
    for c in detail.items.classes:
        found = agreement_items_report(engine, Scope(), Filters(), **ONE, choice=ItemChoice(low=c.low, high=c.high))
        assert found.n_found == c.n_items == len(found.items)
        assert found.text
        shown = [i.agreement for i in found.items]
        assert shown == sorted(shown)  # type: ignore[type-var]
        for i in found.items:
            assert i.agreement == pytest.approx(paired[i.item_id])
    whole = agreement_items_report(engine, Scope(), Filters(), **ONE, choice=ItemChoice())
    assert whole.n_found == 40
    assert whole.items[0].item_id == min(paired, key=lambda i: paired[i])


def test_pairs_of_trainers_are_alphas_against_any_two_texts(engine: Engine) -> None:
    report = agreement_pairs_report(engine, Scope(), Filters(), **ONE)
    assert report.coefficient == "krippendorff_alpha_text"
    expected = agreement_report(engine, Scope(), Filters()).criteria[0].main.expected
    seen = 0
    for pair in report.pairs:
        one, other = (report.trainers[k].trainer_id for k in (pair.a, pair.b))
        distances = [apart(x[one], x[other]) for x in by_item().values() if one in x and other in x]
        assert pair.n_shared == len(distances)
        assert pair.observed == pytest.approx(1 - np.mean(distances))
        assert pair.kappa == pytest.approx(1 - np.mean(distances) / expected)
        assert pair.low <= pair.kappa <= pair.high
        seen += len(distances)
    assert seen == sum(len(x) * (len(x) - 1) // 2 for x in by_item().values())


def test_slices_find_the_topic_whose_texts_are_far_apart(engine: Engine) -> None:
    assert [a.name for a in slice_attributes(engine, Scope(), Filters(), **ONE)] == ["topic", "sensitive"]
    report = agreement_slices_report(engine, Scope(), Filters(), **ONE, attribute="topic")
    assert [s.value for s in report.slices] == ["wild", "calm"]
    wild, calm = report.slices
    assert wild.departs
    assert wild.difference.value == pytest.approx(wild.coefficient.value - calm.coefficient.value)
    for s in report.slices:
        alone = agreement_report(engine, Scope(), Filters(topics=(s.value,))).criteria[0].main
        assert (s.coefficient.value, s.coefficient.low) == (alone.value, alone.low)


def test_weeks_count_texts_of_the_same_week(engine: Engine) -> None:
    report = agreement_trend_report(engine, Scope(), Filters(), **ONE)
    assert report.undefined is None
    assert sum(w.n_judgments for w in report.weeks) == len(LOG)
    first = report.weeks[0]
    alone = agreement_report(engine, Scope(), Filters(until=first.start + timedelta(days=6))).criteria[0].main
    assert first.value == alone.value


def test_downloads_are_whole_and_safe(engine: Engine) -> None:
    frame = all_items(engine, Scope(), Filters(), **ONE, choice=ItemChoice())
    assert len(frame) == 40
    assert SENSITIVE not in set(frame["prompt"])
    assert b"'=Question" in safe_csv(frame)
    shared = ItemChoice(trainer_a=0, trainer_b=1)
    chosen = all_items(engine, Scope(), Filters(), **ONE, choice=shared)
    rows = judgments_of_items(engine, Scope(), Filters(), **ONE, choice=shared)
    assert set(rows["item_id"]) == set(chosen["item_id"])
    assert len(rows) == sum(len(by_item()[i]) for i in chosen["item_id"])
    assert {"label_of_a", "label_of_b"} <= set(chosen)
