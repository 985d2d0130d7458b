"""Agreement with peers: against loops over raw judgments, and what must hold for any log."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.agreement.trainer_effects import trainer_effects
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import Patterns, TrainerPatterns, patterns_from_codes
from analytics.stats.trainers.peer_residuals import gold_residuals, peer_residuals
from analytics.stats.trainers.peers import peer_agreement
from analytics.stats.trainers.standing import standing


def random_log(seed: int, items: int = 40, trainers: int = 8, labels: int = 3):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, labels, (items, trainers))
    table = np.where(rng.random(table.shape) < 0.5, table[:, :1], table)
    item, trainer = np.nonzero(rng.random(table.shape) < 0.6)
    return item, trainer, table[item, trainer]


def by_loops(item, trainer, label, j):
    agreement, excess, majority = [], [], []
    for i in np.unique(item[trainer == j]):
        on = label[item == i]
        own = label[(item == i) & (trainer == j)][0]
        if on.size < 2:
            continue
        others = list(on)
        others.remove(own)
        agreement.append(others.count(own) / len(others))
        pairs = [a == b for x, a in enumerate(on) for y, b in enumerate(on) if x != y]
        excess.append(agreement[-1] - np.mean(pairs))
        counts = {c: others.count(c) for c in set(others)}
        lead = [c for c in counts if counts[c] == max(counts.values())]
        majority.append(1 / len(lead) if own in lead else 0.0)
    return np.mean(agreement), np.mean(excess), np.mean(majority), np.std(agreement, ddof=1) / np.sqrt(len(agreement))


@pytest.mark.parametrize("seed", range(4))
def test_against_loops(seed):
    item, trainer, label = random_log(seed)
    found = peer_agreement(*patterns_from_codes(item, trainer, label, 3))
    for j in range(8):
        agreement, excess, majority, se = by_loops(item, trainer, label, j)
        assert found.agreement.value[j] == pytest.approx(agreement, abs=1e-12)
        assert found.excess.value[j] == pytest.approx(excess, abs=1e-12)
        assert found.majority.value[j] == pytest.approx(majority, abs=1e-12)
        assert found.agreement.se[j] == pytest.approx(se, abs=1e-12)


@given(seed=st.integers(0, 10_000), labels=st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_excess_adds_up_to_nothing(seed, labels):
    item, trainer, label = random_log(seed, labels=labels)
    found = peer_agreement(*patterns_from_codes(item, trainer, label, labels))
    assert float(np.nansum(found.excess.value * found.excess.n)) == pytest.approx(0.0, abs=1e-9)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_mean_over_judgments_is_percent_agreement_when_sizes_are_equal(seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 3, (30, 4))
    item, trainer = np.indices(table.shape)
    found = peer_agreement(*patterns_from_codes(item.ravel(), trainer.ravel(), table.ravel(), 3))
    pairs = [table[:, a] == table[:, b] for a in range(4) for b in range(a)]
    assert float(found.agreement.value.mean()) == pytest.approx(float(np.mean(pairs)))


def test_confusion_against_loops():
    item, trainer, label = random_log(3)
    found = peer_agreement(*patterns_from_codes(item, trainer, label, 3))
    table = np.zeros((3, 3))
    for i in np.unique(item[trainer == 2]):
        on, who = label[item == i], trainer[item == i]
        if on.size > 1:
            table[:, on[who == 2][0]] += np.bincount(on[who != 2], minlength=3) / (on.size - 1)
    np.testing.assert_allclose(found.confusion_counts[2], table, atol=1e-12)
    np.testing.assert_allclose(found.confusion[2], table / table.sum(axis=1, keepdims=True), atol=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_without_a_trainer_is_alpha_of_the_rest_on_the_same_scale(level):
    krippendorff = pytest.importorskip("krippendorff")
    item, trainer, label = random_log(5)
    patterns, people = patterns_from_codes(item, trainer, label, 3)
    found = trainer_effects("krippendorff_alpha", patterns, people, level=level, values=(0.0, 1.0, 2.0))
    for j in (-1, 0, 3, 7):
        matrix = np.full((8, 40), np.nan)
        matrix[trainer, item] = label
        if j >= 0:
            matrix[j] = np.nan
        alpha = krippendorff.alpha(reliability_data=matrix, level_of_measurement=level)
        assert (found.value if j < 0 else found.without[j]) == pytest.approx(alpha, abs=1e-12)
    np.testing.assert_allclose(found.effect, found.without - found.value)


def test_a_trainer_alone_on_their_items_is_undefined():
    found = peer_agreement(*patterns_from_codes([0, 0, 1], [0, 1, 2], [0, 0, 1], 2))
    assert found.agreement.undefined == (None, None, "no items judged by anyone else")
    assert np.isnan(found.excess.value[2])


def test_tables_must_belong_together():
    patterns, _ = patterns_from_codes([0, 0], [0, 1], [0, 1], 2)
    other = TrainerPatterns(trainer=[0], pattern=[0], label=[0], n=[1], n_trainers=1)
    with pytest.raises(ValueError, match="must account for every judgment"):
        peer_agreement(patterns, other)


def test_no_judgments():
    empty = Patterns(counts=np.zeros((0, 2), dtype=int), multiplicity=np.zeros(0, dtype=int))
    none = np.zeros(0, dtype=int)
    found = peer_agreement(empty, TrainerPatterns(trainer=none, pattern=none, label=none, n=none, n_trainers=2))
    assert found.agreement.undefined == ("no items judged by anyone else",) * 2


def two_pools(seed: int = 2):
    """Twenty equally able trainers, ten on hard items and ten on easy ones."""
    rng = np.random.default_rng(seed)
    items, truth = 2000, rng.integers(0, 3, 2000)
    chance = np.where(np.arange(items) < 1000, 0.65, 0.95)
    item = np.repeat(np.arange(items), 5)
    trainer = np.where(item < 1000, 0, 10) + np.concatenate([rng.choice(10, 5, replace=False) for _ in range(items)])
    label = np.where(rng.random(item.size) < chance[item], truth[item], rng.integers(0, 3, item.size))
    return item, trainer, label


def test_hard_items_are_not_held_against_those_who_met_them():
    found = peer_agreement(*patterns_from_codes(*two_pools(), 3))
    raw, fair = found.agreement.value, found.excess.value
    assert raw[10:].min() - raw[:10].max() > 0.2
    assert abs(fair[10:].mean() - fair[:10].mean()) < 0.002


def test_standing_is_fair_to_pools_without_being_told_of_them():
    gaps, unmended, p_low = [], [], []
    for seed in range(6):
        item, trainer, label = two_pools(seed)
        codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=2000, n_trainers=20, n_labels=3)
        residuals = peer_residuals(codes)
        found = standing(residuals, codes.trainer, 20)
        stake = np.bincount(trainer, residuals.weight * residuals.signal)
        plain = np.bincount(trainer, residuals.weight * residuals.residual) / stake
        unmended.append(plain[10:].mean() - plain[:10].mean())
        gaps.append(found.value[10:].mean() - found.value[:10].mean())
        p_low.append(found.p_low)
    assert np.mean(unmended) > 0.2
    assert abs(np.mean(gaps)) < 0.03
    assert np.mean(np.concatenate(p_low) < 0.05) < 0.1


def test_residuals_of_ordinary_trainers_are_about_nothing():
    item, trainer, label = random_log(8, items=600, trainers=10)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=600, n_trainers=10, n_labels=3)
    found = peer_residuals(codes)
    assert abs(found.residual[found.usable].mean()) < 0.01
    assert (found.weight[~found.usable] == 0).all()


def test_gold_items_can_be_left_to_gold():
    item, trainer, label = random_log(9)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=40, n_trainers=8, n_labels=3)
    gold = np.where(np.arange(40) < 10, 1, -1)
    peers, known = peer_residuals(codes, leave_out_items=gold >= 0), gold_residuals(codes, gold)
    assert not (peers.usable & known.usable).any()
    assert known.usable.sum() == (item < 10).sum()


def test_a_harsh_trainers_shift_can_be_undone():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 5, 500)
    item, trainer = np.repeat(np.arange(500), 4), np.tile(np.arange(4), 500)
    label = np.where(trainer == 0, np.maximum(truth[item] - 1, 0), truth[item])
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=500, n_trainers=4, n_labels=5)
    plain, undone = peer_residuals(codes), peer_residuals(codes, shift=[1, 0, 0, 0])
    mine = trainer == 0
    assert plain.residual[mine].mean() < -0.3
    assert undone.residual[mine].mean() > -0.05
    with pytest.raises(ValueError, match=r"shift must have shape \(4,\)"):
        peer_residuals(codes, shift=[1])
