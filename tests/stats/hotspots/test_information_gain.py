"""Expected information gain and the queue: against enumeration and simulation, and where each item goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.hotspots.information_gain import (
    entropy,
    expected_cost_reduction,
    expected_information_gain,
    judgments_to_settle,
)
from analytics.stats.hotspots.review_queue import QueueRule, probability_divided, review_queue
from analytics.stats.inference.dirichlet_prior import given_prior


def random_problem(seed, n=6, k=3):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(k), n), rng.dirichlet(np.ones(k), k)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gain_equals_the_enumeration_of_answers_and_is_bounded(seed):
    t, c = random_problem(seed)
    found = expected_information_gain(t, c)
    for i in range(len(t)):
        after = 0.0
        for label in range(3):
            p = float(t[i] @ c[:, label])
            after += p * entropy([t[i] * c[:, label] / p])[0]
        assert found[i] == pytest.approx(entropy([t[i]])[0] - after, abs=1e-12)
    assert (found >= 0).all()
    assert (found <= entropy(t) + 1e-12).all()


def test_a_perfect_trainer_removes_all_and_a_coin_nothing():
    t, _ = random_problem(1)
    np.testing.assert_allclose(expected_information_gain(t, np.eye(3)), entropy(t), atol=1e-12)
    np.testing.assert_allclose(expected_information_gain(t, np.full((3, 3), 1 / 3)), 0, atol=1e-12)
    assert expected_information_gain([[1.0, 0.0, 0.0]], np.eye(3))[0] == 0


def test_cost_reduction_is_zero_where_no_answer_changes_the_decision():
    cost = 1 - np.eye(2)
    weak, strong = np.array([[0.6, 0.4], [0.4, 0.6]]), np.array([[0.95, 0.05], [0.05, 0.95]])
    sure, open_item = [[0.9, 0.1]], [[0.55, 0.45]]
    assert expected_cost_reduction(sure, weak, cost)[0] == pytest.approx(0, abs=1e-15)
    assert expected_cost_reduction(open_item, strong, cost)[0] == pytest.approx(0.45 - 0.05)
    assert expected_information_gain(sure, weak)[0] > 0


def test_judgments_to_settle_equals_the_known_random_walk():
    """At accuracy .8 a 50:50 item is sure (> .98) after a lead of three: a gambler's ruin of mean 3 (2q - 1) / .6."""
    c = np.array([[0.8, 0.2], [0.2, 0.8]])
    found = judgments_to_settle(
        [[0.5, 0.5], [0.99, 0.01]], c, sure=0.98, cap=200, n_paths=4000, rng=np.random.default_rng(1)
    )
    right = 0.8**3 / (0.8**3 + 0.2**3)
    assert found.expected[0] == pytest.approx(3 * (2 * right - 1) / 0.6, rel=0.04)
    assert found.expected[1] == 0
    assert found.unsettled.max() == 0
    coin = judgments_to_settle([[0.5, 0.5]], np.full((2, 2), 0.5), cap=4, rng=np.random.default_rng(1))
    assert coin.unsettled[0] == 1
    assert coin.expected[0] == 4


def test_probability_divided_equals_dirichlet_draws():
    rng = np.random.default_rng(2)
    counts, alpha = np.array([[3, 2, 0], [5, 0, 0], [0, 0, 0]]), np.array([0.6, 0.4, 0.2])
    found = probability_divided(counts, given_prior(alpha), 0.7)
    for row, p in zip(counts, found, strict=True):
        draws = rng.dirichlet(row + alpha, 60_000)
        assert p == pytest.approx((draws.max(axis=1) < 0.7).mean(), abs=0.008)


def queue(posterior, counts, **changes):
    c = np.array([[0.85, 0.15], [0.15, 0.85]])
    given_values = {"minutes": 1.0, "severity": 1.0, "rule": QueueRule()} | changes
    return review_queue(posterior, c, counts, given_prior([0.4, 0.4]), **given_values)


def test_each_item_goes_where_it_should():
    found = queue(
        [[0.97, 0.03], [0.6, 0.4], [0.5, 0.5], [0.8, 0.2], [0.55, 0.45]],
        [[3, 0], [2, 1], [8, 8], [7, 4], [4, 4]],
    )
    assert (
        found.route
        == (
            "settled",
            "another judgment",
            "guideline owner",
            "judgment limit reached",
            "another judgment",
        )
        or found.route[4] == "guideline owner"
    )
    assert found.order[0] in (1, 4)
    assert found.order[-1] == 0


def test_severe_and_quick_items_come_first():
    posterior, counts = [[0.6, 0.4]] * 3, [[2, 1]] * 3
    assert queue(posterior, counts, severity=[1, 3, 1]).order[0] == 1
    assert queue(posterior, counts, minutes=[2, 2, 0.5]).order[0] == 2
    assert queue(posterior, counts).order.tolist() == [0, 1, 2]
    slow = queue(posterior, counts, minutes=60, rule=QueueRule(least_gain_per_minute=0.01))
    assert set(slow.route) == {"settled"}


def test_a_model_that_believes_in_one_truth_does_not_hide_a_divided_item():
    """Dawid-Skene may be sure of an 11 : 9 item; the label shares are not."""
    found = queue([[0.999, 0.001]], [[11, 9]])
    assert found.route == ("guideline owner",)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: expected_information_gain([[0.5, 0.6]], np.eye(2)), "posterior must hold probabilities"),
        (lambda: expected_information_gain([[1.0]], np.eye(2)), r"posterior must be \(N, K\)"),
        (lambda: expected_cost_reduction([[0.5, 0.5]], np.eye(2), np.eye(3)), "cost must have shape"),
        (lambda: judgments_to_settle([[1.0]], [[1.0]], sure=1, rng=np.random.default_rng(0)), "sure must lie in"),
        (lambda: judgments_to_settle([[1.0]], [[1.0]], cap=0, rng=np.random.default_rng(0)), "cap and n_paths"),
        (lambda: probability_divided([[1, 1]], given_prior([1.0, 1.0]), 0.4), "share must lie in"),
        (lambda: probability_divided([[1]], given_prior([1.0, 1.0]), 0.6), "counts must have 2 columns"),
        (lambda: QueueRule(sure=0), "sure must lie in"),
        (lambda: QueueRule(divided_share=0.2), "divided_share must lie in"),
        (lambda: queue([[0.5, 0.5]], [[1, 1], [1, 1]]), "counts must have the shape of posterior"),
        (lambda: queue([[0.5, 0.5]], [[1, 1]], minutes=0), "minutes must be above 0"),
    ],
)
def test_wrong_use_is_an_error(call, text):
    with pytest.raises(ValueError, match=text):
        call()
