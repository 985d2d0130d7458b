"""Change over time: false alarms at the stated rate, changes found, learning curves recovered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.trainers.anytime import betting_e_process, confidence_sequence, e_bh, log_beta_mixture, sr_detector
from analytics.stats.trainers.control_charts import cusum, ewma, standardised_residuals
from analytics.stats.trainers.learning_curve import learning_curve


def test_beta_mixture_keeps_its_promise_at_all_looks():
    rng = np.random.default_rng(1)
    s = (rng.random((2000, 300)) < 0.8).cumsum(axis=1)
    t = np.arange(1, 301)
    crossed = (log_beta_mixture(s, t - s, 0.8) >= np.log(20)).any(axis=1)
    assert crossed.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2000)


def test_confidence_sequence_covers_at_all_looks():
    rng = np.random.default_rng(2)
    missed = 0
    for _ in range(150):
        s = (rng.random(60) < 0.7).cumsum()
        missed += any(
            not low <= 0.7 <= high
            for low, high in (confidence_sequence(int(s[t]), t + 1 - int(s[t])) for t in (4, 19, 39, 59))
        )
    assert missed / 150 <= 0.09


@given(s=st.integers(0, 200), f=st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_confidence_sequence_holds_the_mean_and_mirrors(s, f):
    low, high = confidence_sequence(s, f)
    if s + f:
        assert low <= s / (s + f) <= high
    other = confidence_sequence(f, s)
    assert low == pytest.approx(1 - other[1], abs=1e-9)


def test_betting_keeps_its_promise_with_changing_difficulty():
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(800):
        floor = rng.uniform(0.6, 0.95, 200)
        alarms += betting_e_process((rng.random(200) < floor).astype(float), floor).alarm is not None
    assert alarms / 800 <= 0.05


def test_betting_finds_a_weak_trainer():
    rng = np.random.default_rng(4)
    found = [betting_e_process((rng.random(200) < 0.7).astype(float), 0.9).alarm for _ in range(50)]
    assert np.mean([a is not None for a in found]) > 0.9


def test_sr_detector_average_run_length():
    """While nothing has changed at least 1/alpha observations pass on average (runs cut at 3/alpha count as that)."""
    rng = np.random.default_rng(5)
    alpha, runs = 0.01, []
    for _ in range(150):
        alarm = sr_detector((rng.random(300) < 0.9).astype(float), 0.9, alpha=alpha).alarm
        runs.append(300 if alarm is None else alarm + 1)
    assert np.mean(runs) >= 1 / alpha


def test_sr_detector_is_the_recursion_of_its_definition():
    rng = np.random.default_rng(9)
    x, p = rng.random(400), rng.uniform(0.2, 0.9, 400)
    found = sr_detector(x, p, alpha=0.01, n_bets=3).log_e
    m, path = np.zeros(3), []
    for outcome, floor in zip(x, p, strict=True):
        m = (m + 1.0) * (1.0 + np.array([0.25, 0.5, 0.75]) * (floor - outcome) / (1.0 - floor))
        path.append(np.log(m.mean()))
    np.testing.assert_allclose(found, path, rtol=1e-9, atol=1e-9)


def test_sr_detector_finds_a_fall_soon():
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.random(300) < 0.9, rng.random(300) < 0.6]).astype(float)
    alarm = sr_detector(x, 0.9, alpha=1e-4).alarm
    assert alarm is not None
    assert 300 <= alarm < 400


def test_e_bh_under_dependence():
    """One common e-value for everybody: the worst dependence there is."""
    rng = np.random.default_rng(7)
    any_rejection = 0
    for _ in range(3000):
        e = np.full(20, np.exp(rng.normal(-2.0, 2.0)))
        any_rejection += bool(e_bh(e).any())
    assert any_rejection / 3000 <= 0.05
    assert e_bh([np.nan, 100.0]).tolist() == [False, True]
    assert e_bh([]).size == 0


def test_wrong_use_of_anytime():
    with pytest.raises(ValueError, match="floor must lie strictly between 0 and 1"):
        betting_e_process([1.0], 1.0)
    with pytest.raises(ValueError, match="alpha must lie between 0 and 1"):
        e_bh([1.0], alpha=0.0)
    with pytest.raises(ValueError, match="n_bets must be at least 1"):
        sr_detector([1.0], 0.5, n_bets=0)
    with pytest.raises(ValueError, match="e_values must have one axis"):
        e_bh([-1.0])


def test_charts_are_quiet_in_control_and_see_a_shift():
    rng = np.random.default_rng(8)
    runs = [cusum(rng.normal(size=2000), target=0.0, sigma=1.0).first_signal for _ in range(60)]
    assert 330 < np.mean([2000 if r is None else r + 1 for r in runs]) < 620
    series = [np.concatenate([rng.normal(size=50), rng.normal(-1.5, 1, 50)]) for _ in range(60)]
    shifted = [cusum(x, target=0.0, sigma=1.0) for x in series]
    assert np.mean([s.direction == "down" for s in shifted]) >= 0.9
    assert np.median([s.shift_start for s in shifted]) == pytest.approx(50, abs=2)
    assert ewma(rng.normal(2, 1, 50), target=0.0, sigma=1.0).first_signal < 15
    assert cusum([], target=0.0, sigma=1.0).first_signal is None


def test_standardised_residuals():
    np.testing.assert_allclose(standardised_residuals([1.0, 0.0], [0.8, 0.8]), [0.5, -2.0])
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        standardised_residuals([1.0], [1.0])
    with pytest.raises(ValueError, match="sigma, k and h must be more than 0"):
        cusum([1.0], target=0.0, sigma=0.0)


def learners(seed, slope=0.35, trainers=30, per=150):
    rng = np.random.default_rng(seed)
    trainer = np.repeat(np.arange(trainers), per)
    practice = np.tile(np.arange(per, dtype=float), trainers)
    start = rng.normal(0.2, 0.4, trainers)
    p = 1 / (1 + np.exp(-(start[trainer] + slope * np.log1p(practice))))
    return trainer, practice, (rng.random(trainer.size) < p).astype(float), start


def test_learning_curve_recovers_slope_and_starts():
    slopes, covered, r = [], [], []
    for seed in range(15):
        trainer, practice, correct, start = learners(seed)
        found = learning_curve(trainer, practice, correct, n_trainers=30, target=0.85)
        assert found.converged
        slopes.append(found.slope)
        covered.append(abs(found.slope - 0.35) < 1.96 * found.slope_se)
        r.append(np.corrcoef(found.start, start)[0, 1])
    assert np.mean(slopes) == pytest.approx(0.35, abs=0.03)
    assert np.mean(covered) >= 0.8
    assert np.mean(r) > 0.8


def test_judgments_to_target():
    trainer, practice, correct, _ = learners(1)
    found = learning_curve(trainer, practice, correct, n_trainers=31, target=0.85)
    ordinary = np.nanmedian(found.to_target[:30])
    true = np.expm1((np.log(0.85 / 0.15) - 0.2) / 0.35)
    assert 0.5 * true < ordinary < 2 * true
    assert (found.to_target_low[:30] <= found.to_target[:30]).all()
    assert (found.to_target[:30] <= found.to_target_high[:30]).all()
    assert np.isnan(found.to_target[30])


def test_no_learning_never_reaches_the_target():
    rng = np.random.default_rng(3)
    trainer, practice = np.repeat(np.arange(10), 100), np.tile(np.arange(100.0), 10)
    p = 0.8 - 0.003 * practice
    found = learning_curve(trainer, practice, (rng.random(1000) < p).astype(float), n_trainers=10, target=0.95)
    assert found.slope < 0
    assert np.isinf(found.to_target).all()


@pytest.mark.parametrize(
    ("practice", "correct", "why"),
    [
        ([0.0] * 5, [1.0] * 5, "5 judgments"),
        ([0.0] * 30, [1.0] * 30, "same outcome"),
        ([3.0] * 30, [1.0, 0.0] * 15, "practice does not vary"),
    ],
)
def test_no_curve_has_a_reason(practice, correct, why):
    found = learning_curve(np.zeros(len(practice), dtype=int), practice, correct, n_trainers=1)
    assert why in found.undefined
