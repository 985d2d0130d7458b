"""Severity, scale use, halo: recovery of planted values, nulls, degenerate logs."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.patterns import patterns_from_codes
from analytics.stats.trainers.crossed_model import CrossedData, crossed_effects, values_of_labels, variance_components
from analytics.stats.trainers.halo import halo
from analytics.stats.trainers.scale_use import central_tendency, label_usage
from analytics.stats.trainers.severity import flip_share, severity


def crossed(seed: int, items: int = 800, trainers: int = 40, per_item: int = 4, sd: float = 0.4):
    rng = np.random.default_rng(seed)
    item = np.repeat(np.arange(items), per_item)
    trainer = np.concatenate([rng.choice(trainers, per_item, replace=False) for _ in range(items)])
    true = rng.normal(0, sd, trainers)
    y = 3 + rng.normal(0, 1, items)[item] + true[trainer] + rng.normal(0, 0.7, item.size)
    return CrossedData(item=item, trainer=trainer, y=y, n_items=items, n_trainers=trainers), true


def test_recovers_severity_and_its_intervals_cover():
    covered, r = [], []
    for seed in range(12):
        data, true = crossed(seed)
        found = severity(data)
        centred = true - true.mean()
        covered.append((found.raw.low <= centred) & (centred <= found.raw.high))
        r.append(np.corrcoef(found.severity.value, true)[0, 1])
    assert np.mean(r) > 0.95
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)


def test_recovers_variances():
    parts = [variance_components(crossed(s)[0]) for s in range(6)]
    assert np.mean([p.item for p in parts]) == pytest.approx(1.0, abs=0.06)
    assert np.mean([p.trainer for p in parts]) == pytest.approx(0.16, abs=0.05)
    assert np.mean([p.residual for p in parts]) == pytest.approx(0.49, abs=0.02)


def test_backfitting_solves_the_mixed_model_equations():
    data, _ = crossed(1, items=30, trainers=6, per_item=3)
    found = crossed_effects(data, item_penalty=0.5, trainer_penalty=2.0, tolerance=1e-12, max_iterations=5000)
    j = data.y.size
    x = np.zeros((j, 1 + 30 + 6))
    x[:, 0], x[np.arange(j), 1 + data.item], x[np.arange(j), 31 + data.trainer] = 1, 1, 1
    penalty = np.diag([0.0] + [0.5] * 30 + [2.0] * 6)
    direct = np.linalg.solve(x.T @ x + penalty, x.T @ data.y)
    assert found.converged
    assert found.mean == pytest.approx(direct[0], abs=1e-8)
    np.testing.assert_allclose(found.item, direct[1:31], atol=1e-8)
    np.testing.assert_allclose(found.trainer, direct[31:], atol=1e-8)


def test_weakly_pulled_trainers_settle_in_a_few_sweeps():
    """Many items apart and hardly any pull on trainers: mean and effects used to creep past 500 sweeps."""
    data, _ = crossed(7, items=1500, trainers=58, per_item=2)
    found = crossed_effects(data, item_penalty=30.0, trainer_penalty=0.9)
    assert found.converged
    assert found.n_iterations < 30
    assert found.trainer.sum() == pytest.approx(0.0, abs=1e-9)
    assert found.item.sum() == pytest.approx(0.0, abs=1e-9)


def test_shift_and_scale():
    data, _ = crossed(2)
    moved = CrossedData(item=data.item, trainer=data.trainer, y=10 * data.y + 5, n_items=800, n_trainers=40)
    np.testing.assert_allclose(severity(moved).severity.value, 10 * severity(data).severity.value, atol=1e-3)


def test_two_islands_are_counted():
    data = CrossedData(item=[0, 0, 1, 1], trainer=[0, 1, 2, 3], y=[1.0, 2, 3, 4], n_items=3, n_trainers=5)
    found = variance_components(data)
    assert found.undefined == "no trainer has two judgments"
    wide = CrossedData(
        item=np.repeat(np.arange(20), 2), trainer=np.tile([0, 1, 2, 3], 10), y=np.arange(40.0), n_items=20, n_trainers=4
    )
    assert variance_components(wide).n_components == 2


def test_equal_judgments_give_no_severity_not_a_crash():
    data = CrossedData(
        item=np.repeat(np.arange(10), 3),
        trainer=np.tile(np.arange(3), 10),
        y=np.full(30, 2.0),
        n_items=10,
        n_trainers=3,
    )
    found = severity(data)
    np.testing.assert_allclose(found.severity.value, 0.0)


def test_singletons_have_a_reason():
    data = CrossedData(item=[0, 1, 2], trainer=[0, 0, 1], y=[1.0, 2, 3], n_items=3, n_trainers=2)
    found = severity(data)
    assert found.severity.undefined == ("no item has two judgments",) * 2


def test_flip_share_by_hand():
    data = CrossedData(item=[0, 1, 2, 3], trainer=[0, 0, 0, 1], y=[2.0, 3.0, 4.0, 3.0], n_items=4, n_trainers=2)
    found = flip_share(data, [-1.0, 0.0], threshold=3.0)
    assert found.value.tolist() == [pytest.approx(1 / 3), 0.0]


def test_wrong_use():
    with pytest.raises(ValueError, match="y must be finite"):
        CrossedData(item=[0], trainer=[0], y=[np.nan], n_items=1, n_trainers=1)
    data, _ = crossed(1, items=20, trainers=5, per_item=3)
    with pytest.raises(ValueError, match="penalties must be >= 0"):
        crossed_effects(data, item_penalty=-1, trainer_penalty=0)
    with pytest.raises(ValueError, match=r"severities must have shape \(5,\)"):
        flip_share(data, [0.0], threshold=1.0)
    assert values_of_labels([0, 2], [1.0, 3.0, 5.0]).tolist() == [1.0, 5.0]


def test_central_tendency_is_found_and_ordinary_slopes_are_one():
    data, _ = crossed(4, items=2000, trainers=40, per_item=5, sd=0.0)
    y = data.y.copy()
    flat = data.trainer == 3
    y[flat] = 3 + 0.4 * (y[flat] - 3)
    changed = CrossedData(item=data.item, trainer=data.trainer, y=y, n_items=2000, n_trainers=40)
    found = central_tendency(changed, np.zeros(40))
    assert found.value.argmin() == 3
    assert found.value[3] == pytest.approx(0.4, abs=0.12)
    assert np.abs(np.delete(found.value, 3) - 1).max() < 0.15
    assert found.high[3] < 1


def test_label_usage_counts_by_hand():
    item = np.array([0, 0, 0, 1, 1, 2, 2])
    trainer = np.array([0, 1, 2, 0, 1, 0, 2])
    label = np.array([0, 1, 1, 2, 2, 0, 1])
    found = label_usage(*patterns_from_codes(item, trainer, label, 3))
    np.testing.assert_allclose(found.used[0], [2 / 3, 0, 1 / 3])
    np.testing.assert_allclose(found.expected[0], [0, 2 / 3, 1 / 3])
    assert found.distance[0] == pytest.approx(2 / 3)
    assert found.ends_excess[0] == pytest.approx(1 - 1 / 3)


def test_label_usage_p_values_are_uniform_under_the_null():
    p = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        pi = rng.dirichlet(np.ones(4), 600)
        item = np.repeat(np.arange(600), 5)
        trainer = np.concatenate([rng.choice(30, 5, replace=False) for _ in range(600)])
        label = (rng.random(item.size)[:, None] > pi[item].cumsum(axis=1)).sum(axis=1).clip(0, 3)
        p.append(label_usage(*patterns_from_codes(item, trainer, label, 4)).p_value)
    p = np.concatenate(p)
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert abs(p.mean() - 0.5) < 0.05


def test_halo_is_found():
    rng = np.random.default_rng(5)
    trainer = np.repeat(np.arange(20), 80)
    common = rng.normal(size=trainer.size)
    share = np.where(trainer == 7, 0.8, 0.1)[:, None]
    residuals = np.sqrt(share) * common[:, None] + np.sqrt(1 - share) * rng.normal(size=(trainer.size, 3))
    same = (trainer == 7).astype(float)
    found = halo(trainer, residuals, same, np.full(trainer.size, 0.1), n_trainers=21)
    assert found.correlation.value[:20].argmax() == 7
    assert found.team == pytest.approx(0.1, abs=0.06)
    assert found.identical[7] == 1.0
    assert found.correlation.undefined[20] is not None
    with pytest.raises(ValueError, match="residuals must have shape"):
        halo(trainer, residuals[:, :1], same, same, n_trainers=21)
