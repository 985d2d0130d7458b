"""Cycles and flips: against brute force, against luck, and with the cases where there is nothing to count."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analytics.stats.preferences.transitivity import order_flips, tournament, transitivity


def log(rng, n_prompts=40, n_trainers=4, n_answers=5, noise=1.0, ties=0.0, keep=1.0):
    rows = []
    for p in range(n_prompts):
        quality = rng.normal(size=n_answers)
        for t in range(n_trainers):
            for i, j in combinations(range(n_answers), 2):
                if rng.random() < keep:
                    d = quality[j] - quality[i] + noise * rng.logistic()
                    rows.append((p, t, i, j, 0 if rng.random() < ties else int(np.sign(d))))
    return np.array(rows).T


def by_brute_force(prompt, trainer, first, second, score):
    closed = circular = 0
    for p, t in set(zip(prompt.tolist(), trainer.tolist(), strict=True)):
        mine = (prompt == p) & (trainer == t)
        choice = {}
        for i, j, s in zip(first[mine], second[mine], score[mine], strict=True):
            choice[(i, j)], choice[(j, i)] = s, -s
        for x, y, z in combinations(sorted({k[0] for k in choice}), 3):
            three = [choice.get(pair, 0) for pair in ((x, y), (y, z), (z, x))]
            if all(three):
                closed += 1
                circular += abs(sum(three)) == 3
    return closed, circular


@pytest.mark.parametrize(("ties", "keep"), [(0.0, 1.0), (0.2, 0.7)])
def test_triads_are_those_a_loop_finds(ties, keep):
    columns = log(np.random.default_rng(1), ties=ties, keep=keep)
    found = transitivity(*columns, n_trainers=4)
    assert (int(found.triads.sum()), int(found.circular.sum())) == by_brute_force(*columns)
    assert found.share.value == pytest.approx(found.circular.sum() / found.triads.sum())
    turned = [columns[0], columns[1], columns[3], columns[2], -columns[4]]
    assert repr(transitivity(*turned, n_trainers=4)) == repr(found)


def test_choices_by_lot_go_round_a_quarter_of_the_time_and_intervals_cover_it():
    rng = np.random.default_rng(2)
    inside = 0
    shares = []
    for _ in range(60):
        columns = log(rng, n_prompts=30, n_trainers=2)
        columns[4] = rng.choice([-1, 1], size=columns.shape[1])
        found = transitivity(*columns, n_trainers=2).share
        shares.append(found.value)
        inside += found.low <= 0.25 <= found.high
    assert np.mean(shares) == pytest.approx(0.25, abs=0.01)
    assert inside >= 52


def test_a_careful_trainer_has_fewer_circles_than_a_careless_one():
    rng = np.random.default_rng(3)
    careful, careless = log(rng, n_trainers=1, noise=0.1), log(rng, n_trainers=1, noise=5.0)
    careless[1] += 1
    found = transitivity(*np.concatenate([careful, careless], axis=1), n_trainers=3)
    assert found.by_trainer.high[0] < found.by_trainer.low[1]
    assert found.by_trainer.undefined[2] is not None
    assert found.worst[0][1] == 1
    assert found.worst[0][2] <= found.worst[0][3]


def test_repeated_judgments_count_by_their_majority():
    # three times 0 over 1, once the reverse: one choice; 1 over 2; 2 over 0: a circle.
    prompt, trainer = np.zeros(6, dtype=int), np.zeros(6, dtype=int)
    found = transitivity(
        prompt, trainer, [0, 0, 0, 1, 1, 2], [1, 1, 1, 0, 2, 0], [-1, -1, -1, -1, -1, -1], n_trainers=1
    )
    assert (found.triads.tolist(), found.circular.tolist()) == ([1], [1])


def test_nothing_to_count_is_said():
    found = transitivity([0, 0], [0, 0], [0, 1], [1, 2], [-1, -1], n_trainers=1)
    assert "all three pairs" in str(found.share.undefined)
    empty = transitivity([], [], [], [], [], n_trainers=0)
    assert empty.share.undefined == found.share.undefined
    with pytest.raises(ValueError, match="same length"):
        transitivity([0], [0], [0], [1], [], n_trainers=1)
    with pytest.raises(ValueError, match="compared exactly once"):
        tournament([[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="square table"):
        tournament([[0, 1]])


def test_flips_are_counted_by_what_they_mean():
    found = order_flips([-1, -1, 1, 0, -2, 0], [-1, 1, -1, 1, 2, 0])
    assert (found.same_answer_n, found.same_side_n, found.first_side_n) == (1, 3, 2)
    assert (found.tie_once_n, found.tie_both_n, found.n_pairs) == (1, 1, 6)
    assert found.same_side.value == 0.5
    renamed = order_flips(-np.array([-1, 1, -1, 1, 2, 0]), -np.array([-1, -1, 1, 0, -2, 0]))
    assert renamed == found
    assert "once in each order" in str(order_flips([], []).same_answer.undefined)
    with pytest.raises(ValueError, match="same length, got 1 and 2"):
        order_flips([1], [1, 0])
