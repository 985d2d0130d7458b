"""Numbers over the whole team: shrunken means, verdicts that turn over, alarms with a stated rate."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.likeliest_smoothing import likeliest_smoothing
from analytics.stats.trainers.peer_residuals import Residuals
from analytics.stats.trainers.shrunken_means import shrunken_means
from analytics.stats.trainers.team_alarms import team_alarms
from analytics.stats.trainers.trainer_estimates import trainer_estimates
from analytics.stats.trainers.verdict_flips import severity_flips, verdict_flips


def means(value, se):
    return trainer_estimates("tie_excess", np.array(value, float), n=np.full(len(value), 9), se=np.array(se, float))


def test_shrunken_means_beat_raw_ones_and_cover():
    rng = np.random.default_rng(1)
    raw, pulled, covered = [], [], []
    for _ in range(60):
        true, se = rng.normal(0.1, 0.2, 40), rng.uniform(0.1, 0.5, 40)
        given = means(true + se * rng.normal(size=40), se)
        found = shrunken_means(given)
        raw.append(((given.value - true) ** 2).mean())
        pulled.append(((found.value - true) ** 2).mean())
        covered.append(((found.low <= true) & (true <= found.high)).mean())
    assert np.mean(pulled) < 0.5 * np.mean(raw)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.04)


def test_a_team_that_does_not_differ_gets_its_mean():
    found = shrunken_means(means([0.1, -0.1, 0.1, -0.1], [1.0, 1.0, 1.0, 1.0]))
    np.testing.assert_allclose(found.value, 0.0, atol=1e-12)
    np.testing.assert_allclose(found.high, 1.96 / 2, atol=1e-3)  # the mean of four, each with a standard error of 1
    two = means([0.1, 0.5], [0.1, 0.1])
    np.testing.assert_array_equal(shrunken_means(two).value, two.value)


def test_missing_means_keep_their_reason():
    found = shrunken_means(means([0.1, np.nan, 0.3, 0.5], [0.1, np.nan, 0.1, 0.1]))
    assert found.undefined[1] == "no judgments"
    assert np.isfinite(found.value[[0, 2, 3]]).all()


def test_the_share_of_verdicts_that_turn_over_is_right_on_average():
    rng = np.random.default_rng(2)
    wrong, said = [], []
    for _ in range(40):
        true, n = rng.beta(17, 3, 80), rng.integers(5, 40, 80)
        correct = rng.binomial(n, true)
        found = verdict_flips(correct, n, target=0.85)
        wrong.append(((correct < 0.85 * n) != (true < 0.85)).mean())
        said.append(found.share)
        assert found.low <= found.share <= found.high
    assert np.mean(said) == pytest.approx(np.mean(wrong), abs=0.02)


def test_verdicts_beyond_doubt_need_five_and_agree_with_the_raw_ones():
    found = verdict_flips([40, 1, 0, 3, 30, 0], [40, 40, 2, 4, 36, 0], target=0.85)
    assert found.fails.tolist() == [False, True, True, True, True, False]
    assert found.sure.tolist()[:4] == [True, True, False, False]
    assert np.isnan(found.p_flip[5])
    assert verdict_flips([0, 0], [0, 0], target=0.85).undefined == "no judgments on gold items"
    with pytest.raises(ValueError, match=r"doubt must lie between 0 and 0\.5"):
        verdict_flips([1], [2], target=0.85, doubt=0.7)


def test_a_team_alike_is_not_all_beyond_doubt():
    """Everybody 10 of 12: one fitted distribution is a point below the target and damns them all."""
    found = verdict_flips(np.full(14, 10), np.full(14, 12), target=0.85)
    assert not found.sure.any()
    assert 0.2 < found.share < 0.6


def test_severity_flips_a_part_of_the_labels_at_the_mark():
    """By hand: labels 2, 3, 4; pass at 3. A tenth of a step turns a tenth of the 3s over, a whole step all."""
    data = CrossedData(
        item=[0, 1, 2] * 3, trainer=np.repeat([0, 1, 2], 3), y=[2.0, 3.0, 4.0] * 3, n_items=3, n_trainers=3
    )
    given = trainer_estimates("severity", np.array([0.1, 1.0, -1.0]), n=np.full(3, 3), se=np.array([0.1, 0.1, 0.1]))
    found = severity_flips(data, given, threshold=3.0, step=1.0)
    np.testing.assert_allclose(found.value, [0.1 / 3, 1 / 3, 1 / 3], atol=1e-12)
    assert found.low[0] == 0.0
    assert found.low[1] < found.value[1] <= found.high[1]
    with pytest.raises(ValueError, match="step must be more than 0"):
        severity_flips(data, given, threshold=3.0, step=0.0)


def test_smoothing_follows_how_much_trainers_differ():
    """Simulated teams whose confusion rows are Dirichlet(c pooled): c is found again, on the log scale."""
    rng = np.random.default_rng(6)
    pooled = np.array([[0.8, 0.15, 0.05], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]])
    found = {}
    for c in (2.0, 30.0):
        rows = np.stack([rng.dirichlet(c * row, 60) for row in pooled], axis=1)
        item = np.repeat(np.arange(1500), 5)
        who = np.concatenate([rng.choice(60, 5, replace=False) for _ in range(1500)])
        truth = rng.integers(0, 3, 1500)[item]
        label = (rng.random(item.size)[:, None] > rows[who, truth].cumsum(axis=1)).sum(axis=1).clip(0, 2)
        codes = JudgmentCodes(item=item, trainer=who, label=label, n_items=1500, n_trainers=60, n_labels=3)
        found[c] = likeliest_smoothing(dawid_skene(codes, engine="numpy"))
    assert 1.0 < found[2.0] < 4.0
    assert 12.0 < found[30.0] < 80.0


def watched(right: np.ndarray, mean: float = 0.85):
    """Outcomes (M, T) of trainers against one expectation."""
    m, t = right.shape
    residuals = Residuals(
        residual=(right - mean).reshape(-1), signal=np.full(m * t, mean - 0.25), mean=np.full(m * t, mean),
        usable=np.ones(m * t, dtype=bool), context=np.zeros(m * t), context_stake=np.zeros(m * t),
    )  # fmt: skip
    return residuals, np.repeat(np.arange(m), t), np.tile(np.arange(float(t)), m)


def test_alarms_name_the_careless_and_hardly_anybody_else():
    rng = np.random.default_rng(3)
    chance = np.full((30, 300), 0.85)
    chance[:3] = 0.6
    chance[3, 150:] = 0.5
    residuals, who, order = watched((rng.random(chance.shape) < chance).astype(float))
    found = team_alarms(residuals, who, order, n_trainers=30)
    assert found.named[:3].all()
    assert not found.named[4:].any()
    assert 150 <= found.rang[3] < 200
    assert (found.rang[4:] >= 0).sum() <= 26 * 300 * 1e-3


def test_alarms_ring_at_most_at_the_stated_rate():
    """Trainers who just keep the promise: guessing on a tenth of the items."""
    rng = np.random.default_rng(4)
    promise = 0.85 - 0.1 * 0.6
    residuals, who, order = watched((rng.random((400, 200)) < promise).astype(float))
    found = team_alarms(residuals, who, order, n_trainers=400, alarm_rate=0.002)
    assert (found.rang >= 0).mean() <= 0.002 * 200
    assert found.named.sum() <= 1


def test_few_judgments_are_not_watched():
    residuals, who, order = watched(np.zeros((2, 39)))
    found = team_alarms(residuals, who, order, n_trainers=2)
    assert np.isnan(found.log_e).all()
    assert not found.named.any()
    with pytest.raises(ValueError, match="margin must lie in"):
        team_alarms(residuals, who, order, n_trainers=2, margin=1.0)
