"""Rewrites: what changed, how alike, and against strangers' texts."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.preferences.rewrites import rewrites

WORDS = [f"w{i}" for i in range(200)]


def edited(rng, text, rate):
    return " ".join(str(rng.choice(WORDS)) if rng.random() < rate else w for w in text.split())


def log(rng, n_items=30, m=3, rate=0.3):
    originals = [" ".join(rng.choice(WORDS, 12)) for _ in range(n_items)]
    item = np.repeat(np.arange(n_items), m)
    return (
        item,
        np.tile(np.arange(m), n_items),
        [edited(rng, originals[i], rate) for i in item],
        [originals[i] for i in item],
    )


def test_rewrites_of_one_answer_are_nearer_than_those_of_strangers():
    rng = np.random.default_rng(0)
    found = rewrites(*log(rng), rng=rng)
    assert found.agreement.median_within < found.agreement.shuffled
    assert found.agreement.alpha.low > 0.2
    assert found.change.value == pytest.approx(0.3, abs=0.05)
    shuffled = log(rng)
    mixed = [shuffled[2][k] for k in rng.permutation(len(shuffled[2]))]
    strangers = rewrites(shuffled[0], shuffled[1], mixed, shuffled[3], rng=rng)
    assert strangers.agreement.alpha.low < 0.05


def test_unchanged_answers_are_counted_and_blanks_do_not_count_as_change():
    found = rewrites(
        [0, 0, 1, 1], [0, 1, 0, 1], ["take two", " take  two ", "rest", "rest well"],
        ["take two", "take two", "rest", "rest"], rng=np.random.default_rng(0),
    )  # fmt: skip
    assert found.unchanged.value == 0.75
    assert found.distance.tolist() == [0.0, 0.0, 0.0, 0.5]
    assert found.change.value == 0.125
    assert found.change_when_changed.value == 0.5
    assert found.change_quartiles.tolist() == pytest.approx([0.0, 0.0, 0.125])


def test_missing_originals_and_empty_logs_are_said():
    rng = np.random.default_rng(0)
    none = rewrites([0, 0], [0, 1], ["a b", "a c"], [None, None], rng=rng)
    assert none.unchanged.undefined == "the original of no rewrite is known"
    assert np.isnan(none.distance).all()
    some = rewrites([0, 0], [0, 1], ["a b", "a c"], [None, "a c"], rng=rng)
    assert some.unchanged.value == 1.0
    assert some.change_when_changed.undefined == "no answer was changed"
    empty = rewrites([], [], [], [], rng=rng)
    assert empty.unchanged.undefined == "there are no rewrites"
    with pytest.raises(ValueError, match="same length, got 1, 1, 1 and 0"):
        rewrites([0], [0], ["a"], [], rng=rng)
