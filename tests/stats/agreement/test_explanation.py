"""The explanation names the planted cause, and its sentences carry the numbers they claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.core.errors import ScaleError
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.explanation import explanation
from analytics.stats.agreement.trainer_leaning import trainer_leaning
from analytics.stats.counts.patterns import Patterns
from tests.stats.tables import counted


def log(rng: np.random.Generator, n: int, m: int, rare: float, own: np.ndarray, signal: float) -> np.ndarray:
    """n items by m trainers: with probability `signal` the truth (1 with share `rare`), else 1 with own[j]."""
    truth = (rng.random(n) < rare).astype(int)
    guess = (rng.random((n, m)) < own[None, :]).astype(int)
    labels = np.where(rng.random((n, m)) < signal, truth[:, None], guess)
    labels[rng.random((n, m)) < 0.4] = -1
    return labels


def test_a_rare_flag_is_named_as_the_reason() -> None:
    rng = np.random.default_rng(0)
    patterns, trainers = counted(log(rng, 800, 8, 0.03, np.full(8, 0.04), 0.6), 2)
    found = explanation(patterns, trainers, labels=("fine", "unsafe"), level="nominal")
    assert found.cause == "prevalence"
    assert found.frequent_label == 0
    assert found.rare_label == 1
    assert found.luck == pytest.approx(1 - found.alpha.expected)
    text = " ".join(found.sentences)
    assert "“fine” is 9" in text
    assert "another says so" in text
    assert found.more_items is not None
    if found.more_items:
        assert f"{found.more_items:,} more item" in text
        assert found.more_items_drawn is not None
        assert found.more_items_drawn > found.more_items
    other = (patterns.sizes > 1) & (patterns.counts[:, 0] < patterns.sizes)
    assert found.n_items_rare == patterns.multiplicity[other].sum()
    assert f"{found.n_items_rare} items with anything else decide it" in text


def test_trainers_who_lean_are_named() -> None:
    rng = np.random.default_rng(1)
    own = np.linspace(0.05, 0.95, 8)
    patterns, trainers = counted(log(rng, 600, 8, 0.5, own, 0.4), 2)
    found = explanation(patterns, trainers, labels=("yes", "no"), level="nominal")
    assert found.cause == "bias"
    assert found.leaning is not None
    assert found.leaning.sd == pytest.approx(0.6 * own.std(ddof=1), rel=0.2)
    assert "at different rates" in " ".join(found.sentences)


def test_homogeneous_trainers_are_not_said_to_lean() -> None:
    """The p-value of leaning is uniform-like: rarely small where all draw from one distribution."""
    rng = np.random.default_rng(2)
    small = 0
    for _ in range(200):
        labels = rng.integers(0, 3, (120, 8))
        _, t = counted(labels, 3)
        p, _ = counted(labels, 3)
        small += trainer_leaning(p, t).p_value < 0.05
    assert small <= 20


def test_low_agreement_without_excuse() -> None:
    rng = np.random.default_rng(3)
    patterns, trainers = counted(log(rng, 600, 8, 0.5, np.full(8, 0.5), 0.4), 2)
    found = explanation(patterns, trainers, level="nominal")
    assert found.cause == "low agreement"
    assert "read single items differently" in found.sentences[-1]


def test_plain_agreement_and_little_evidence() -> None:
    rng = np.random.default_rng(4)
    patterns, trainers = counted(log(rng, 600, 8, 0.5, np.full(8, 0.5), 0.95), 2)
    assert explanation(patterns, trainers, level="nominal").cause == "agreement"
    few, who = counted(log(rng, 12, 4, 0.5, np.full(4, 0.5), 0.5), 2)
    found = explanation(few, who, level="nominal")
    assert found.cause == "little evidence"
    assert "too few items" in found.sentences[-1]


def test_one_label_and_no_pairs() -> None:
    same = explanation(Patterns.from_matrix([[0, 0], [0, 0]], 2), level="nominal")
    assert same.cause == "undefined"
    assert same.sentences[0].startswith("Trainers agree on 100 % of pairs, but nothing can be said beyond luck")
    single = explanation(Patterns.from_matrix([[0, -1], [1, -1]], 2), level="nominal")
    assert single.sentences == ("Agreement cannot be measured: no item has two judgments.",)
    empty = explanation(Patterns.from_counts(np.zeros((0, 2), dtype=int)), level="nominal")
    assert empty.frequent_label == -1
    assert math.isnan(empty.imbalance)


def test_imbalance() -> None:
    even = explanation(Patterns.from_matrix([[0, 0], [1, 1]], 2), level="nominal")
    assert even.imbalance == pytest.approx(0, abs=1e-12)
    one = explanation(Patterns.from_matrix([[0, 0], [0, 0]], 2), level="nominal")
    assert one.imbalance == pytest.approx(1)


def test_names_are_checked() -> None:
    with pytest.raises(ValueError, match="one name for each of 2 labels, got 1"):
        explanation(Patterns.from_matrix([[0, 1]], 2), labels=("a",), level="nominal")


def test_the_most_used_tool_calls_this_high() -> None:
    """Two people who each flag 5 % at random agree on 90.5 % of pairs; alpha says 0."""
    rng = np.random.default_rng(5)
    patterns, trainers = counted((rng.random((20_000, 2)) < 0.05).astype(int), 2)
    found = explanation(patterns, trainers, labels=("fine", "flag"), level="nominal")
    assert found.percent_agreement.value == pytest.approx(0.905, abs=0.005)
    assert found.alpha.value == pytest.approx(0, abs=0.03)
    assert found.cause == "prevalence"


def explained(level: str, name: str, labels: list[str], table: np.ndarray, values: list[float] | None = None) -> str:
    patterns, trainers = counted(table, len(labels))
    (main,) = agreement_coefficients(
        patterns, level=level, trainer_patterns=trainers, names=(name,), labels=labels, values=values
    )
    found = explanation(patterns, trainers, level=level, main=main, labels=labels, values=values)
    assert found.main == main
    return " ".join(found.sentences)


def graded(rng: np.random.Generator, k: int, near: float) -> np.ndarray:
    """300 items by 6 trainers on k steps: the truth, with probability `near` one step beside it."""
    truth = rng.integers(0, k, (300, 1))
    step = np.where(rng.random((300, 6)) < near, rng.choice([-1, 1], (300, 6)), 0)
    return np.asarray(np.clip(truth + step, 0, k - 1))


def test_an_ordinal_alpha_is_not_called_low_for_near_misses() -> None:
    text = explained("ordinal", "krippendorff_alpha", list("12345"), graded(np.random.default_rng(6), 5, 0.5))
    assert "as far apart as labels shuffled over the items would be (counting the judgments that lie" in text
    assert "They give the identical label in" in text
    assert "near misses: counting identical labels alone, alpha is 0." in text
    assert "read single items differently" not in text


def test_numbers_are_explained_by_spread_and_by_the_level_of_trainers() -> None:
    rng = np.random.default_rng(7)
    labels = [str(v) for v in range(11)]
    plain = graded(rng, 7, 0.4) + 2
    text = explained("interval", "icc_a1", labels, plain, [float(v) for v in range(11)])
    assert "of the spread of single judgments comes from the items" in text
    assert "their levels are not what keeps it down" in text
    lenient = plain + np.array([-2, -2, -1, 1, 2, 2])[None, :]
    text = explained("interval", "icc_a1", labels, lenient, [float(v) for v in range(11)])
    assert "If every trainer scored at one level it would be" in text
    assert "a matter of calibration" in text


def test_sets_are_explained_by_any_flag() -> None:
    rng = np.random.default_rng(8)
    patterns, trainers = counted(log(rng, 800, 8, 0.05, np.full(8, 0.04), 0.7), 2)
    found = explanation(patterns, trainers, level="set", labels=("", "privacy"))
    assert found.cause == "prevalence"
    text = " ".join(found.sentences)
    assert "“no flag” is 9" in text
    assert "When one trainer says “any flag”" in text


def test_rankings_and_preferences_have_words_of_their_own() -> None:
    rng = np.random.default_rng(9)
    table = log(rng, 200, 5, 0.5, np.full(5, 0.5), 0.2)
    text = explained("ranking", "mean_tau_b", ["r1>r2>r3", "r3>r2>r1"], table)
    assert "Of two answers, two trainers put about 5" in text
    assert "which places are swapped" in text
    assert "rare" not in text
    sides = np.where(rng.random((200, 1)) < 0.5, 0, 2) + np.zeros((200, 5), dtype=int)
    sides[rng.random((200, 5)) < 0.1] = 1
    text = explained("preference", "kappa_symmetric", ["A", "tie", "B"], sides, [-1.0, 0.0, 1.0])
    assert "by lot, with as many ties and no side preferred" in text


def test_a_rare_flag_in_the_headline_is_explained_by_itself() -> None:
    rng = np.random.default_rng(10)
    table = log(rng, 800, 8, 0.03, np.full(8, 0.04), 0.6)
    text = explained("nominal", "rare_label_agreement", ["fine", "unsafe"], table)
    assert text.startswith("When one trainer says “unsafe”, another says so")
    assert "which is an alpha of 0." in text
    assert text.count("When one trainer says “unsafe”") == 1
    text = explained("nominal", "cohen_kappa", ["fine", "unsafe"], np.maximum(table[:, :2], 0))
    assert "if each kept their own shares of labels" in text


def test_the_level_is_checked() -> None:
    with pytest.raises(ScaleError, match="level must be one of"):
        explanation(Patterns.from_matrix([[0, 1]], 2), level="likert")
