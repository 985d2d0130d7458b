"""Rewrites: the edit distance against the textbook recursion, alpha against a loop, and the shuffled baseline."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.agreement.text_agreement import text_agreement, token_edit_distances

WORDS = ["take", "one", "pill", "a", "day", "with", "water", "never", "two", "."]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


def levenshtein(a: list[str], b: list[str]) -> int:
    line = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, line = line, [i]
        for j, y in enumerate(b, 1):
            line.append(min(previous[j] + 1, line[-1] + 1, previous[j - 1] + (x != y)))
    return line[-1]


@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_edit_distance_is_the_textbook_one(pairs: list[tuple[str, str]]) -> None:
    found = token_edit_distances([a for a, _ in pairs], [b for _, b in pairs])
    for d, (a, b) in zip(found, pairs, strict=True):
        longer = max(len(a.split()), len(b.split()))
        assert d == pytest.approx(levenshtein(a.split(), b.split()) / longer if longer else 0.0)


def rewrites(rng: np.random.Generator, n: int, m: int, noise: float) -> tuple[np.ndarray, list[str]]:
    texts = []
    for _ in range(n):
        base = rng.choice(WORDS, 8)
        texts += [" ".join(np.where(rng.random(8) < noise, rng.choice(WORDS, 8), base)) for _ in range(m)]
    return np.repeat(np.arange(n), m), texts


def test_alpha_is_one_minus_within_over_any() -> None:
    item, texts = rewrites(np.random.default_rng(0), 6, 3, 0.3)
    item, texts = np.r_[item, 99], [*texts, "alone"]
    found = text_agreement(item, texts, rng=np.random.default_rng(1))

    def distance(a: int, b: int) -> float:
        return levenshtein(texts[a].split(), texts[b].split()) / 8

    paired = range(18)
    within = [distance(a, b) for a, b in itertools.combinations(paired, 2) if item[a] == item[b]]
    everything = [distance(a, b) for a, b in itertools.combinations(paired, 2)]
    between = [distance(a, b) for a, b in itertools.combinations(paired, 2) if item[a] != item[b]]
    assert found.alpha.value == pytest.approx(1 - np.mean(within) / np.mean(everything))
    assert found.median_within == pytest.approx(np.median(within))
    assert found.shuffled == pytest.approx(np.mean(between))
    assert (found.n_pairs_within, found.n_pairs_between, found.sampled) == (18, len(between), False)
    assert (found.alpha.n_items, found.alpha.n_items_paired, found.alpha.n_judgments) == (7, 6, 19)
    assert found.alpha.low < found.alpha.value < found.alpha.high


def test_sampled_pairs_come_close() -> None:
    item, texts = rewrites(np.random.default_rng(2), 80, 3, 0.3)
    whole = text_agreement(item, texts, rng=np.random.default_rng(3), most_pairs=10**6)
    some = text_agreement(item, texts, rng=np.random.default_rng(3), most_pairs=3000)
    assert some.sampled
    assert some.alpha.value == pytest.approx(whole.alpha.value, abs=0.02)


def test_strangers_texts_have_alpha_zero() -> None:
    """80 logs of unrelated texts: mean alpha within .02 of 0, and 0 mostly inside."""
    rng, values, inside = np.random.default_rng(4), [], 0
    for _ in range(80):
        item, texts = rewrites(rng, 25, 2, 1.0)
        a = text_agreement(item, texts, rng=rng).alpha
        values.append(a.value)
        inside += a.low <= 0 <= a.high
    assert abs(np.mean(values)) < 0.02
    assert inside >= 70


def test_undefined_and_wrong_use() -> None:
    rng = np.random.default_rng(5)
    assert text_agreement([0, 1], ["a", "b"], rng=rng).alpha.undefined == "no item has two judgments"
    assert text_agreement([], [], rng=rng).alpha.undefined == "no item has two judgments"
    assert text_agreement([0, 0, 1, 1], ["a"] * 4, rng=rng).alpha.undefined == "all texts are the same"
    one = text_agreement([0, 0], ["a", "b"], rng=rng).alpha
    assert one.interval_method == "none: too few items"
    with pytest.raises(ValueError, match="same length, got 1 and 2"):
        text_agreement([0], ["a", "b"], rng=rng)
    with pytest.raises(ValueError, match="most_pairs must be positive"):
        text_agreement([0], ["a"], rng=rng, most_pairs=0)
    with pytest.raises(ValueError, match="same length, got 1 and 0"):
        token_edit_distances(["a"], [])


def test_another_distance_may_be_stated() -> None:
    def same(first: list[str], second: list[str]) -> np.ndarray:
        return np.array([float(a != b) for a, b in zip(first, second, strict=True)])

    found = text_agreement(
        [0, 0, 1, 1], ["a", "a", "b", "c"], rng=np.random.default_rng(6), distance=same, distance_name="exact"
    )
    assert found.distance == "exact"
    assert found.alpha.observed == pytest.approx(0.5)
