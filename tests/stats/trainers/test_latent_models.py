"""One-coin, MACE, GLAD, CROWDLAB and the spammer score: recovery, degenerate logs, wrong use."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.crowdlab import crowdlab
from analytics.stats.trainers.glad import glad
from analytics.stats.trainers.mace import mace
from analytics.stats.trainers.one_coin import one_coin
from analytics.stats.trainers.spammer_score import spammer_score, spammer_scores

SKILL = np.array([0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 1 / 3])


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(11)
    items, k = 1200, 3
    truth = rng.integers(0, k, items)
    trainer = np.concatenate([rng.choice(SKILL.size, 5, replace=False) for _ in range(items)])
    item = np.repeat(np.arange(items), 5)
    right = rng.random(item.size) < SKILL[trainer]
    label = np.where(right, truth[item], (truth[item] + rng.integers(1, k, item.size)) % k)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=items, n_trainers=SKILL.size, n_labels=k)
    return codes, truth


def test_one_coin_recovers_skill(world):
    found = one_coin(world[0])
    assert found.converged
    np.testing.assert_allclose(found.skill.value, SKILL, atol=0.04)


def test_mace_separates_the_guesser(world):
    codes, truth = world
    found = mace(codes, rng=np.random.default_rng(1))
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.9
    assert found.competence.value.argmin() == SKILL.argmin()
    # competence theta and skill: s = theta + (1 - theta)/K
    np.testing.assert_allclose(found.competence.value + (1 - found.competence.value) / 3, SKILL, atol=0.07)


def test_mace_hardly_depends_on_the_seed(world):
    a, b = (mace(world[0], rng=np.random.default_rng(s)).competence.value for s in (1, 2))
    assert np.abs(a - b).max() < 0.02
    assert (np.argsort(a)[:3] == np.argsort(b)[:3]).all()


def test_glad_orders_trainers(world):
    codes, truth = world
    found = glad(codes)
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.9
    assert np.corrcoef(np.argsort(np.argsort(found.ability.value)), np.argsort(np.argsort(SKILL)))[0, 1] > 0.9
    assert abs(found.ability.value[-1]) < 1.2


def test_glad_turns_an_adversary_negative():
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 600)
    item, trainer = np.repeat(np.arange(600), 5), np.tile(np.arange(5), 600)
    right = rng.random(3000) < np.array([0.9, 0.9, 0.85, 0.85, 0.1])[trainer]
    label = np.where(right, truth[item], 1 - truth[item])
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=600, n_trainers=5, n_labels=2)
    assert glad(codes).ability.value[4] < 0


def test_crowdlab_with_a_good_model(world):
    codes, truth = world
    rng = np.random.default_rng(2)
    sure = rng.dirichlet(np.ones(3), truth.size) * 0.5
    sure[np.arange(truth.size), truth] += 0.5
    found = crowdlab(codes, sure)
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.95
    assert found.trainer_quality.value.argmin() == SKILL.argmin()
    wrong = found.consensus != truth
    assert found.consensus_quality[wrong].mean() < found.consensus_quality[~wrong].mean()


def test_crowdlab_unjudged_items_need_a_judgment_as_much_as_split_ones():
    codes = JudgmentCodes(
        item=[0, 0, 1, 1, 2, 2],
        trainer=[0, 1, 0, 1, 0, 1],
        label=[0, 0, 1, 1, 0, 1],
        n_items=4,
        n_trainers=2,
        n_labels=2,
    )
    found = crowdlab(codes, np.full((4, 2), 0.5))
    assert found.next_label_score[3] < found.next_label_score[:2].min()
    assert found.next_label_score[3] == pytest.approx(found.next_label_score[2], abs=1e-5)


def test_crowdlab_needs_overlap_and_probabilities(world):
    codes = JudgmentCodes(item=[0, 1], trainer=[0, 1], label=[0, 1], n_items=2, n_trainers=2, n_labels=2)
    assert crowdlab(codes, np.full((2, 2), 0.5)).undefined == "no item has two judgments"
    with pytest.raises(ValueError, match="sum to 1"):
        crowdlab(codes, np.full((2, 2), 0.4))
    with pytest.raises(ValueError, match=r"probabilities must have shape \(2, 2\)"):
        crowdlab(codes, np.full((3, 2), 0.5))


def test_one_label_everywhere():
    codes = JudgmentCodes(
        item=np.repeat(np.arange(4), 2), trainer=np.tile([0, 1], 4), label=np.zeros(8, dtype=int), n_items=4,
        n_trainers=2, n_labels=2,
    )  # fmt: skip
    assert crowdlab(codes, np.full((4, 2), 0.5)).undefined == "every consensus is the same label"
    single = JudgmentCodes(item=[0, 0], trainer=[0, 1], label=[0, 0], n_items=1, n_trainers=2, n_labels=1)
    assert glad(single).undefined == one_coin(single).undefined == "the scale has one label, so everybody is right"


def test_no_judgments():
    none = np.zeros(0, dtype=np.int64)
    codes = JudgmentCodes(item=none, trainer=none, label=none, n_items=2, n_trainers=2, n_labels=2)
    assert mace(codes, rng=np.random.default_rng(1)).undefined == glad(codes).undefined == "no judgments"


def test_spammer_score_interval_covers():
    rng = np.random.default_rng(9)
    theta = np.array([[0.7, 0.2, 0.1], [0.15, 0.7, 0.15], [0.1, 0.3, 0.6]])
    true = float(spammer_score(theta))
    counts = np.stack([[rng.multinomial(40, row) for row in theta] for _ in range(150)]).astype(float)
    found = spammer_scores(counts, theta, rng=rng)
    covered = (found.low <= true) & (true <= found.high)
    assert covered.mean() >= 0.9


def test_spammer_score_of_a_spammer_and_of_nobody():
    spam = np.tile([5.0, 3.0, 2.0], (3, 1))
    counts = np.stack([spam, np.zeros((3, 3)), np.eye(3) * 50])
    found = spammer_scores(counts, np.full((3, 3), 1 / 3), rng=np.random.default_rng(1))
    assert found.value[0] == pytest.approx(0.0, abs=1e-12)
    assert found.undefined[1] == "no judgments"
    assert found.value[2] > 0.7


def test_spammer_score_wants_rows_that_sum_to_one():
    with pytest.raises(ValueError, match="each row of confusion must sum to 1"):
        spammer_score([[0.5, 0.4], [0.5, 0.5]])
    with pytest.raises(ValueError, match="two axes of K >= 2 labels"):
        spammer_score([[1.0]])


def test_wrong_options(world):
    with pytest.raises(ValueError, match="n_restarts and max_iterations must be >= 1"):
        mace(world[0], rng=np.random.default_rng(1), n_restarts=0)
    with pytest.raises(ValueError, match="max_iterations must be >= 1"):
        glad(world[0], max_iterations=0)
