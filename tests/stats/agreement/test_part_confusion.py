"""What flags and places stand against each other, against a loop over all pairs of judgments."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from analytics.stats.agreement import part_confusion as module
from analytics.stats.agreement.part_confusion import labels_of_cell, part_confusion
from analytics.stats.counts.patterns import Patterns

SETS = ["", "bias", "bias|rude", "rude", "rude|spam", "bias|rude|spam"]
RANKINGS = ["a>b>c", "a=b>c", "c>b>a", "b>a"]


def cells_of_sets(one: str, other: str) -> Counter[tuple[str, str]]:
    a, b = ({x for x in label.split("|") if x} for label in (one, other))
    out = Counter({(x, x): 1.0 for x in a & b})
    left, right = sorted(a - b), sorted(b - a)
    n = max(len(left), len(right))
    for x, y in itertools.product(left + [""] * (n - len(left)), right + [""] * (n - len(right))):
        out[x, y] += 1 / n
    if not a and not b:
        out["", ""] += 1
    return out


def cells_of_rankings(one: str, other: str) -> Counter[tuple[str, str]]:
    def places(label: str) -> dict[str, str]:
        groups, at, out = [g.split("=") for g in label.split(">")], 1, {}
        for group in groups:
            out |= dict.fromkeys(group, str(at))
            at += len(group)
        return out

    a, b = places(one), places(other)
    return Counter((a[x], b[x]) for x in a.keys() & b.keys())


@pytest.mark.parametrize(
    ("level", "labels", "cells"), [("set", SETS, cells_of_sets), ("ranking", RANKINGS, cells_of_rankings)]
)
def test_against_a_loop_over_pairs(level: str, labels: list[str], cells: object) -> None:
    rng = np.random.default_rng(1)
    log = [list(rng.integers(0, len(labels), rng.integers(1, 5))) for _ in range(80)]
    counts = np.array([np.bincount(x, minlength=len(labels)) for x in log])
    found = part_confusion(Patterns.from_counts(counts), labels, level=level)
    assert found is not None
    observed: Counter[tuple[str, str]] = Counter()
    n_items: Counter[tuple[str, str]] = Counter()
    pool = [x for given in log if len(given) > 1 for x in given]
    for given in log:
        met: set[tuple[str, str]] = set()
        for x, y in itertools.permutations(given, 2):
            for cell, weight in cells(labels[x], labels[y]).items():  # type: ignore[operator]
                observed[cell] += weight / (len(given) - 1)
                met.add(cell)
        n_items.update(met)
    expected: Counter[tuple[str, str]] = Counter()
    for x, y in itertools.permutations(pool, 2):
        for cell, weight in cells(labels[x], labels[y]).items():  # type: ignore[operator]
            expected[cell] += weight / (len(pool) - 1)
    for (a, one), (b, other) in itertools.product(enumerate(found.parts), repeat=2):
        assert found.confusion.observed[a, b] == pytest.approx(observed[one, other])
        assert found.confusion.expected[a, b] == pytest.approx(expected[one, other])
        assert found.n_items_with[a, b] == n_items[one, other]
        pairs = labels_of_cell(labels, one, other, level=level)
        by_list = sum(any((x, y) in pairs for x, y in itertools.permutations(given, 2)) for given in log)
        assert by_list == n_items[one, other]
    np.testing.assert_allclose(found.confusion.observed, found.confusion.observed.T, atol=1e-12)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    none = part_confusion(Patterns.from_counts(np.zeros((0, 1), dtype=int)), [""], level="set")
    assert none is not None
    assert none.parts == ("",)
    with pytest.raises(ValueError, match="level must be 'set' or 'ranking', got 'nominal'"):
        part_confusion(Patterns.from_matrix([[0, 1]], 2), ["a", "b"], level="nominal")
    with pytest.raises(ValueError, match="parts must be among 'a', '', got 'a' and 'z'"):
        labels_of_cell(["a"], "a", "z", level="set")
    monkeypatch.setattr(module, "MOST_LABELS", 1)
    assert part_confusion(Patterns.from_matrix([[0, 1]], 2), ["a", "b"], level="set") is None
