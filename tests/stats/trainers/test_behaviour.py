"""Order, length, repeats, confidence, pace, refusals: planted values and nulls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.trainers.confidence import calibration, trainer_brier
from analytics.stats.trainers.length_bias import length_bias
from analytics.stats.trainers.pace import pace
from analytics.stats.trainers.position_bias import first_beyond_peers, flip_inconsistency, position_bias, tie_use
from analytics.stats.trainers.refusals import refusals, skip_share
from analytics.stats.trainers.self_consistency import self_consistency
from analytics.stats.trainers.session_order import fatigue, straight_lining


def test_position_is_shrunken_towards_the_team():
    rng = np.random.default_rng(1)
    n = np.full(40, 100)
    found = position_bias(rng.binomial(n, rng.beta(60, 60, 40)), n)
    assert np.abs(found.shrunken.value - 0.5).max() < np.abs(found.share.value - 0.5).max()
    assert position_bias([0], [0]).share.undefined == ("no choices with a known order",)


def test_first_beyond_peers_is_nothing_when_the_first_is_simply_better():
    rng = np.random.default_rng(2)
    trainer, quality = np.tile([0, 1], 500), np.repeat(rng.random(500), 2)
    chose = (rng.random(1000) < quality).astype(float)
    found = first_beyond_peers(trainer, chose, quality, n_trainers=3)
    assert (np.abs(found.value[:2]) < 3 * found.se[:2]).all()
    assert found.undefined[2] == "no pairs judged by anyone else"
    ties = tie_use(trainer, np.zeros(1000), np.full(1000, 0.2), n_trainers=2)
    np.testing.assert_allclose(ties.value, -0.2)


def test_flips():
    found = flip_inconsistency([0, 0, 0, 0, 1], [1, 1, 0, 1, 0], n_trainers=3)
    assert found.value[:2].tolist() == [0.75, 0.0]
    assert found.undefined[2] == "no pair was shown in both orders"


def choices(rng, slope_of, trainers=20, per=400, quality_slope=0.0):
    trainer = np.repeat(np.arange(trainers), per)
    length = rng.normal(0, 0.5, trainer.size)
    better = rng.normal(0, 1, trainer.size) + quality_slope * length
    p = 1 / (1 + np.exp(-(slope_of[trainer] * length + 1.5 * better)))
    peers = rng.binomial(4, 1 / (1 + np.exp(-1.5 * better))) / 4
    return trainer, (rng.random(trainer.size) < p).astype(float), length, peers


def test_length_bias_is_found_where_it_is():
    rng = np.random.default_rng(3)
    slopes = np.zeros(20)
    slopes[4] = 2.0
    found = length_bias(*choices(rng, slopes), n_trainers=20)
    assert found.converged
    assert found.slope.argmax() == 4
    assert found.longer_at_equal_quality.low[4] > 0.6
    assert np.abs(np.delete(found.longer_at_equal_quality.value, 4) - 0.5).max() < 0.1


def test_better_answers_that_are_longer_are_no_bias():
    """Without the others' opinion the pull looks twice as strong."""
    rng = np.random.default_rng(4)
    trainer, chose, length, peers = choices(rng, np.zeros(20), quality_slope=1.0)
    fair = length_bias(trainer, chose, length, peers, n_trainers=20)
    blind = length_bias(trainer, chose, length, rng.permutation(peers), n_trainers=20)
    assert blind.team_slope > 2 * fair.team_slope


def test_length_bias_without_variation_is_undefined():
    found = length_bias([0] * 20, [1.0] * 20, [0.0] * 20, [0.5] * 20, n_trainers=1)
    assert found.longer_at_equal_quality.undefined[0].startswith("too few or too one-sided")


def test_self_consistency_by_hand():
    first, again = np.array([0, 0, 1, 1, 0, 1, 0, 1, 0, 1]), np.array([0, 0, 1, 0, 0, 1, 1, 1, 0, 1])
    found = self_consistency(np.zeros(10, dtype=int), first, again, n_trainers=2, n_labels=2)
    assert found.consistency.value[0] == 0.8
    assert found.consistency.undefined[1] == "no item was judged twice"
    assert found.kappa[0] == pytest.approx((0.8 - 0.5) / 0.5)
    assert found.noise == pytest.approx(0.2)
    assert found.ceiling[0] == pytest.approx(0.6)


def test_quadratic_weights_forgive_near_repeats():
    rng = np.random.default_rng(1)
    first = rng.integers(0, 5, 200)
    again = np.clip(first + rng.integers(-1, 2, 200), 0, 4)
    w = 1 - (np.subtract.outer(np.arange(5), np.arange(5)) / 4) ** 2
    plain = self_consistency(np.zeros(200, dtype=int), first, again, n_trainers=1, n_labels=5)
    kind = self_consistency(np.zeros(200, dtype=int), first, again, n_trainers=1, n_labels=5, weights=w)
    assert kind.kappa[0] > plain.kappa[0] + 0.2
    with pytest.raises(ValueError, match="1 on the diagonal"):
        self_consistency([0], [0], [0], n_trainers=1, n_labels=2, weights=np.zeros((2, 2)))


@given(seed=st.integers(0, 10_000), n=st.integers(20, 300))
@settings(max_examples=20, deadline=None)
def test_murphy_parts_add_up(seed, n):
    rng = np.random.default_rng(seed)
    stated = rng.choice([0.5, 0.6, 0.8, 0.95], n)
    found = calibration(stated, (rng.random(n) < 0.7).astype(float), rng=rng, resamples=20)
    assert found.brier.value == pytest.approx(found.reliability - found.resolution + found.uncertainty, abs=1e-12)


def test_perfect_calibration_has_no_debiased_error_but_a_raw_one():
    raw, mended = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        stated = rng.uniform(0.5, 1.0, 600)
        found = calibration(stated, (rng.random(600) < stated).astype(float), rng=rng, resamples=100)
        raw.append(found.ece)
        mended.append(found.ece_debiased.value)
    assert np.mean(raw) > 0.02
    assert np.mean(mended) < 0.01


def test_over_confidence_and_auroc():
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    stated = rng.choice([0.6, 0.8, 1.0], 500)
    correct = (rng.random(500) < stated - 0.2).astype(float)
    found = calibration(stated, correct, rng=rng)
    assert found.overconfidence.low < 0.2 < found.overconfidence.high
    assert found.auroc == pytest.approx(sklearn.roc_auc_score(correct, stated))
    assert found.brier.value == pytest.approx(sklearn.brier_score_loss(correct, stated))
    brier, over = trainer_brier(np.arange(500) % 2, stated, correct, n_trainers=2)
    assert brier.value.mean() == pytest.approx(found.brier.value, abs=0.01)
    assert (over.value > 0.1).all()


def test_confidence_limits():
    few = calibration([0.5], [1.0], rng=np.random.default_rng(1))
    assert few.undefined.startswith("1 judgments with a confidence")
    with pytest.raises(ValueError, match=r"numbers in \[0, 1\]"):
        calibration([80.0] * 20, [1.0] * 20, rng=np.random.default_rng(1))


def timed(seed, trainers=20, items=400, fast=3):
    rng = np.random.default_rng(seed)
    item = np.repeat(np.arange(items), 5)
    trainer = np.concatenate([rng.choice(trainers, 5, replace=False) for _ in range(items)])
    length = np.exp(rng.normal(5, 0.6, items))
    speed = rng.normal(0, 0.2, trainers)
    speed[fast] = np.log(0.5)
    log_s = 1.0 + 0.5 * np.log(length)[item] + speed[trainer] + rng.normal(0, 0.3, items)[item]
    return item, trainer, np.exp(log_s + rng.normal(0, 0.4, item.size)), length, speed


def test_pace_recovers_relative_time():
    item, trainer, seconds, length, speed = timed(1)
    found = pace(item, trainer, seconds, n_items=400, n_trainers=20, length=length)
    assert found.length_slope == pytest.approx(0.5, abs=0.06)
    assert found.relative_time.value.argmin() == 3
    assert np.corrcoef(np.log(found.relative_time.value), speed)[0, 1] > 0.95


def test_rapid_and_idle_judgments():
    item, trainer, seconds, _, _ = timed(2)
    seconds[::50] *= 0.01
    seconds[1::400] *= 500
    found = pace(item, trainer, seconds, n_items=400, n_trainers=20)
    assert found.is_rapid[::50].mean() > 0.95
    assert found.is_idle[1::400].all()
    clean = np.ones(item.size, dtype=bool)
    clean[::50] = clean[1::400] = False
    idle_items = np.isin(item, item[1::400])
    assert found.is_rapid[clean & ~idle_items].mean() < 0.01


def test_reading_faster_than_people_can():
    found = pace([0, 0, 0], [0, 1, 2], [2.0, 60.0, 70.0], n_items=1, n_trainers=3, words=[300.0])
    assert found.is_rapid.tolist() == [True, False, False]


def test_times_that_are_not_there():
    found = pace([0, 1], [0, 1], [np.nan, np.nan], n_items=2, n_trainers=2)
    assert found.undefined is not None
    assert found.rapid.undefined == ("no times", "no times")


def test_straight_lining():
    rng = np.random.default_rng(3)
    trainer = np.repeat([0, 1, 2], 120)
    session = np.tile(np.repeat([0, 1, 2], 40), 3)
    label = rng.integers(0, 3, 360)
    label[130:150] = 1
    longest, p = straight_lining(trainer, session, label, n_trainers=4, rng=rng)
    assert longest[1] >= 20
    assert p[1] < 0.01
    assert min(p[0], p[2]) > 0.02
    assert longest[3] == 0
    assert np.isnan(p[3])


def test_straight_lining_p_values_under_the_null():
    rng = np.random.default_rng(4)
    trainer = np.repeat(np.arange(150), 60)
    _, p = straight_lining(trainer, np.zeros(9000, dtype=int), rng.integers(0, 2, 9000), n_trainers=150, rng=rng,
                           permutations=199)  # fmt: skip
    assert (p <= 0.1).mean() <= 0.16


def test_runs_do_not_cross_sessions():
    longest, _ = straight_lining([0] * 6, [0, 0, 0, 1, 1, 1], [1] * 6, n_trainers=1, rng=np.random.default_rng(1))
    assert longest[0] == 3


def test_fatigue_slope_is_within_sessions():
    rng = np.random.default_rng(5)
    trainer = np.repeat([0, 1], 400)
    session = np.repeat(np.arange(8), 100)
    position = np.tile(np.arange(100.0), 8)
    level = rng.normal(0, 1, 8)[session]
    outcome = level - 0.5 * (trainer == 0) * position / 100 + rng.normal(0, 0.2, 800)
    found = fatigue(trainer, session, position, outcome, n_trainers=3)
    assert found.value[0] == pytest.approx(-0.5, abs=0.1)
    assert found.low[1] < 0 < found.high[1]
    assert found.undefined[2] is not None


def test_refusals_by_hand():
    trainer = np.zeros(10, dtype=int)
    refused = np.array([1, 1, 0, 0, 0, 1, 1, 1, 0, 0.0])
    should = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, np.nan])
    found = refusals(trainer, refused, should, n_trainers=2, cost_over=1, cost_under=5)
    assert found.over.value[0] == pytest.approx(2 / 5)
    assert found.under.value[0] == pytest.approx(1 / 4)
    assert found.cost.value[0] == pytest.approx((2 * 1 + 1 * 5) / 9)
    assert found.over.undefined[1] == "no items that should be answered"
    with pytest.raises(ValueError, match="costs must not be negative"):
        refusals(trainer, refused, should, n_trainers=1, cost_over=-1)


def test_a_skip_is_no_refusal():
    assert skip_share([3, 0], [30, 0]).value[0] == 0.1
    assert skip_share([3, 0], [30, 0]).undefined[1] == "nothing was shown"
