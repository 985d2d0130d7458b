"""Gold: accuracy, shrinkage, cost, difficulty, audit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.inference.beta_binomial import beta_binomial_fit
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.gold_accuracy import expected_cost, gold_accuracy
from analytics.stats.trainers.gold_audit import gold_audit
from analytics.stats.trainers.gold_difficulty import adjusted_gold_accuracy
from analytics.stats.trainers.verdict_flips import verdict_flips


@given(n=st.integers(1, 400), share=st.floats(0, 1), method=st.sampled_from(["wilson", "jeffreys", "clopper_pearson"]))
@settings(max_examples=60, deadline=None)
def test_intervals_hold_the_share_and_stay_inside(n, share, method):
    x = round(n * share)
    found = binomial_intervals(x, n, method=method)
    assert 0 <= float(found.low) <= x / n + 1e-12
    assert x / n - 1e-12 <= float(found.high) <= 1


@given(n=st.integers(2, 200), x=st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_intervals_mirror(n, x):
    x = min(x, n)
    a, b = binomial_intervals(x, n), binomial_intervals(n - x, n)
    assert float(a.low) == pytest.approx(1 - float(b.high))


def test_interval_of_nothing_is_nan():
    found = binomial_intervals([0], [0])
    assert np.isnan(found.value[0])
    assert np.isnan(found.low[0])


def test_wrong_counts():
    with pytest.raises(ValueError, match=r"successes must lie in 0\.\.n"):
        binomial_intervals(3, 2)
    with pytest.raises(ValueError, match="method must be one of 'wilson', 'jeffreys', 'clopper_pearson', got 'wald'"):
        binomial_intervals(1, 2, method="wald")
    with pytest.raises(ValueError, match="whole numbers"):
        gold_accuracy([1.5], [2.0])
    with pytest.raises(ValueError, match="target must lie between 0 and 1"):
        gold_accuracy([1], [2], target=1.0)


def test_shrinkage_lessens_with_n():
    """Same share, more judgments: nearer to the own share."""
    found = gold_accuracy([48, 45, 19, 27, 5, 50, 10, 20], [50, 50, 20, 30, 10, 60, 20, 40])
    gaps = np.abs(found.shrunken.value[[4, 6, 7]] - 0.5)
    assert gaps[0] > gaps[1] > gaps[2]


def test_team_without_spread_is_a_point():
    fit = beta_binomial_fit([18] * 12, [20] * 12)
    assert fit.at_bound
    assert fit.mean == pytest.approx(0.9, abs=1e-4)


def test_a_team_that_may_be_alike_is_not_said_to_be_alike():
    """76 % of 21 in a team at 91 %: drawn most of the way to the team, but nobody knows it to a per cent."""
    correct, n = np.array([16] + [20, 18, 19] * 9), np.array([21] + [21, 20, 21] * 9)
    found = gold_accuracy(correct, n, target=0.85)
    assert found.team.at_bound
    assert 0.8 < found.shrunken.value[0] < 0.91
    assert found.shrunken.high[0] - found.shrunken.low[0] > 0.05
    assert 0.02 < found.p_below_target[0] < 0.6
    assert found.p_below_target[0] > found.p_below_target[1]
    np.testing.assert_allclose(found.p_below_target, verdict_flips(correct, n, target=0.85).p_below)


def test_the_averaged_interval_covers_where_trainers_are_alike_or_nearly_so():
    """Of teams that seem alike: where they truly differ (sd .038), seeming alike is itself bad luck, and costs some."""
    rng = np.random.default_rng(4)
    for spread, least in ((400.0, 0.95), (60.0, 0.85)):
        inside = []
        for _ in range(40):
            truth = rng.beta(0.9 * spread, 0.1 * spread, 20)
            n = rng.integers(8, 40, 20)
            found = gold_accuracy(rng.binomial(n, truth), n)
            if found.team.at_bound:
                inside.append((found.shrunken.low <= truth) & (truth <= found.shrunken.high))
        assert len(inside) > 5
        assert np.mean(inside) > least


def test_undefined_has_words():
    nothing = gold_accuracy([0, 3], [0, 3])
    assert nothing.accuracy.undefined == ("no judgments on gold items", None)
    assert nothing.team.undefined == "1 trainers have judgments; a team needs two"
    assert (
        beta_binomial_fit([3, 4], [3, 4]).undefined
        == "every judgment has the same outcome, so the team shows no spread"
    )


def test_beta_binomial_recovers():
    rng = np.random.default_rng(1)
    n = np.full(400, 60)
    fit = beta_binomial_fit(rng.binomial(n, rng.beta(12, 3, 400)), n)
    assert fit.mean == pytest.approx(0.8, abs=0.02)
    assert fit.alpha + fit.beta == pytest.approx(15, rel=0.25)


def test_posterior_intervals_cover():
    rng = np.random.default_rng(2)
    true = rng.beta(18, 3, 600)
    n = rng.integers(5, 60, 600)
    found = gold_accuracy(rng.binomial(n, true), n)
    assert ((found.shrunken.low <= true) & (true <= found.shrunken.high)).mean() == pytest.approx(0.95, abs=0.03)


def test_expected_cost_by_hand():
    counts = np.array([[[8, 2], [1, 9]], [[0, 0], [0, 0]]])
    found = expected_cost(counts, [[0, 1], [10, 0]])
    assert found.value[0] == pytest.approx((2 * 1 + 1 * 10) / 20)
    x = np.array([0] * 17 + [1] * 2 + [10])
    assert found.se[0] == pytest.approx(x.std(ddof=1) / np.sqrt(20))
    assert found.undefined[1] == "no judgments on gold items"
    with pytest.raises(ValueError, match=r"cost must be \(K, K\)"):
        expected_cost(counts, [[0, 1, 2]])


def hard_and_easy(seed: int):
    """Trainers 0..9 meet hard gold, 10..19 easy gold, 20..29 both; everybody is equally able."""
    rng = np.random.default_rng(seed)
    p = np.concatenate([np.full(60, 0.6), np.full(60, 0.97)])
    rows = []
    for j in range(30):
        pool = np.arange(60) if j < 10 else np.arange(60, 120) if j < 20 else np.arange(120)
        rows += [(i, j, float(rng.random() < p[i])) for i in rng.choice(pool, 40, replace=False)]
    return map(np.array, zip(*rows, strict=True))


def test_hard_gold_is_not_held_against_trainers():
    item, trainer, correct = hard_and_easy(3)
    found = adjusted_gold_accuracy(item, trainer, correct, n_items=120, n_trainers=30)
    raw = np.bincount(trainer, correct) / np.bincount(trainer)
    assert raw[:10].max() < raw[10:20].min()
    assert abs(found.ratio.value[:10].mean() - found.ratio.value[10:20].mean()) < 0.05
    # the ten trainers of a pool are off by sampling only: three standard errors of their mean
    error = found.overall * np.sqrt((found.ratio.se[:10] ** 2).sum()) / 10
    assert abs(found.adjusted_accuracy[:10].mean() - found.overall) < 3 * error


def test_adjusted_z_is_standard_when_all_are_equal():
    z = np.concatenate([adjusted_gold_accuracy(*hard_and_easy(s), n_items=120, n_trainers=30).z for s in range(20)])
    assert abs(z.mean()) < 0.1
    assert 0.85 < z.std() < 1.15


def gold_log(rng, n_items=60, n_trainers=25, skill=0.9):
    item = np.repeat(np.arange(n_items), 12)
    trainer = np.concatenate([rng.choice(n_trainers, 12, replace=False) for _ in range(n_items)])
    gold = rng.integers(0, 3, n_items)
    label = np.where(rng.random(item.size) < skill, gold[item], (gold[item] + rng.integers(1, 3, item.size)) % 3)
    return item, trainer, label, gold


def test_wrong_gold_is_suspected_and_right_gold_is_not():
    rng = np.random.default_rng(7)
    item, trainer, label, gold = gold_log(rng)
    wrong = np.array([3, 10, 20])
    stated = gold.copy()
    stated[wrong] = (gold[wrong] + 1) % 3
    found = gold_audit(item, trainer, label, stated, n_trainers=25, n_labels=3)
    assert set(np.flatnonzero(found.suspected)) == set(wrong)
    assert (found.modal_label[wrong] == gold[wrong]).all()


def test_sound_gold_seldom_alarms():
    alarms = 0
    for seed in range(40):
        item, trainer, label, gold = gold_log(np.random.default_rng(seed), n_items=30)
        alarms += bool(gold_audit(item, trainer, label, gold, n_trainers=25, n_labels=3).suspected.any())
    assert alarms <= 6


def test_leaked_gold_is_right_and_fast():
    rng = np.random.default_rng(8)
    item, trainer, label, gold = gold_log(rng)
    seconds = np.exp(rng.normal(3, 0.3, item.size))
    label[item == 5], seconds[item == 5] = gold[5], seconds[item == 5] * 0.2
    found = gold_audit(item, trainer, label, gold, n_trainers=25, n_labels=3, duration_s=seconds)
    assert np.flatnonzero(found.leaked).tolist() == [5]
    assert found.duration_ratio[5] == pytest.approx(0.2, rel=0.4)


def test_stale_gold():
    rng = np.random.default_rng(9)
    item = np.repeat(np.arange(20), 30)
    trainer = np.tile(np.arange(30), 20)
    gold = rng.integers(0, 3, 20)
    label = np.where(rng.random(600) < 0.95, gold[item], (gold[item] + 1) % 3)
    order = np.tile(np.arange(30), 20)
    old = (item == 4) & (order >= 15)
    label[old] = (gold[4] + 1) % 3
    found = gold_audit(item, trainer, label, gold, n_trainers=30, n_labels=3, order=order)
    assert np.flatnonzero(found.stale).tolist() == [4]


def test_poisson_binomial_tail_by_enumeration():
    from itertools import product

    label = np.array([0, 1, 1, 0, 0, 1])
    found = gold_audit([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], label, [0, 0], n_trainers=3, n_labels=2)
    team = (3 + 1) / (6 + 2)
    skill = np.array([(1 + 4 * team) / 5, (1 + 4 * team) / 5, (0 + 4 * team) / 5])
    tail = sum(np.prod(np.where(hit, skill, 1 - skill)) for hit in product([0, 1], repeat=3) if sum(hit) <= 1)
    assert found.p_failed_by_able[0] == pytest.approx(tail)
