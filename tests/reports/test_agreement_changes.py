"""Before and after: the two sides are what filters give, planted changes are found, the same items are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.agreement import agreement_report
from analytics.reports.agreement_changes import AgreementChanges, agreement_changes_report
from analytics.stats.agreement.coefficients import krippendorff_alpha
from analytics.stats.counts.patterns import Patterns
from analytics.store import Engine, open_store
from analytics.store.commit import commit
from tests.staging import staged

ONE: dict[str, Any] = {"project": "p", "criterion": "harm"}
START = datetime(2026, 8, 3, 9, tzinfo=UTC)
LABELS = ("none", "mild", "severe")


def log(noise_after: float) -> list[dict[str, Any]]:
    """80 items under v1, 40 of them and 40 new ones under v2 four weeks later; noise is 0.2 before."""
    rng, rows = np.random.default_rng(3), []
    for version, first, noise, week in (("v1", 0, 0.2, 0), ("v2", 40, noise_after, 4)):
        for i in range(first, first + 80):
            truth = i % 3
            mine = 2 * rng.permutation(6)[:3] + (version == "v2")  # nobody judges an item twice
            for t in mine if i >= 40 and i < 80 else rng.permutation(12)[:3]:
                label = LABELS[truth if rng.random() > noise else int(rng.integers(3))]
                when = START + timedelta(weeks=week, days=(i - first) // 4)
                rows.append(
                    {**ONE, "item_id": f"i{i}", "trainer_id": f"t{t}", "label": label, "guideline_version": version,
                     "judged_at": when}
                )  # fmt: skip
    return rows


def report(folder: Path, noise_after: float, **more: Any) -> tuple[AgreementChanges, Engine, list[dict[str, Any]]]:
    rows = log(noise_after)
    store = open_store(folder / "store", create=True)
    criteria = [{**ONE, "level": "nominal", "labels": "|".join(LABELS)}]
    for name, table in (("criteria", criteria), ("judgments", rows)):
        commit(store, [staged(folder, f"{name}.csv", **{name: table})], Settings())
    engine = Engine(store)
    return agreement_changes_report(engine, Scope(), Filters(), **ONE, **more), engine, rows


@pytest.mark.parametrize("interval", ["two-way", "items"])
def test_a_new_version_that_made_it_worse_is_found(tmp_path: Path, interval: str) -> None:
    found, engine, rows = report(tmp_path, 0.7, interval=interval)
    assert found.undefined is None
    period, version = found.changes
    assert (period.before, period.after) == ("the 28 days before", "last 28 days")
    assert (version.before, version.after) == ("v1", "v2")
    sides = [
        agreement_report(engine, Scope(), Filters(guideline_versions=(v,)), interval=interval).criteria[0].main  # type: ignore[arg-type]
        for v in ("v1", "v2")
    ]
    assert (version.was, version.now) == (sides[0], sides[1])
    assert version.change.value == pytest.approx(sides[1].value - sides[0].value)
    assert version.change.low < version.change.value < version.change.high < 0
    assert version.real
    assert version.n_same_items == 40
    assert version.same_items is not None
    alphas = []
    for v in ("v1", "v2"):
        counts = np.zeros((40, 3), dtype=np.int64)
        for row in rows:
            i = int(row["item_id"][1:])
            if row["guideline_version"] == v and 40 <= i < 80:
                counts[i - 40, LABELS.index(row["label"])] += 1
        alphas.append(krippendorff_alpha(Patterns.from_counts(counts), level="nominal"))
    assert version.same_items.value == pytest.approx(alphas[1] - alphas[0])


def test_no_change_is_said_to_be_noise(tmp_path: Path) -> None:
    found, _, _ = report(tmp_path, 0.2)
    assert not any(c.real for c in found.changes)


def test_nothing_to_compare_is_said(log_engine: Engine) -> None:
    found = agreement_changes_report(log_engine, Scope(), Filters(), project="q", criterion="other")
    assert found.changes == ()
    assert str(found.undefined).startswith("No two periods or guideline versions have")
    flags = agreement_changes_report(log_engine, Scope(), Filters(), project="p", criterion="flags")
    assert all(c.was.name == flags.coefficient for c in flags.changes)
