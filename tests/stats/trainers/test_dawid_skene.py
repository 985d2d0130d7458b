"""Dawid-Skene beyond the paper: two engines, recovery, smoothing, guards."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.one_coin import one_coin


def simulated(seed: int = 0, items: int = 1500, trainers: int = 20, per_item: int = 5, labels: int = 4):
    rng = np.random.default_rng(seed)
    truth = rng.choice(labels, items, p=np.arange(labels, 0, -1) / np.arange(labels, 0, -1).sum())
    theta = np.stack(
        [np.eye(labels) * s + (1 - s) * rng.dirichlet(np.ones(labels), labels) for s in rng.uniform(0.5, 0.9, trainers)]
    )
    trainer = np.concatenate([rng.choice(trainers, per_item, replace=False) for _ in range(items)])
    item = np.repeat(np.arange(items), per_item)
    u = rng.random(item.size)[:, None]
    label = (u > theta[trainer, truth[item]].cumsum(axis=1)).sum(axis=1).clip(0, labels - 1)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=items, n_trainers=trainers, n_labels=labels)
    return codes, truth, theta


@pytest.fixture(scope="module")
def world():
    return simulated()


def test_engines_agree(world):
    codes, _, _ = world
    a, b = dawid_skene(codes, engine="numpy"), dawid_skene(codes, engine="numba")
    assert a.n_iterations == b.n_iterations
    np.testing.assert_allclose(a.posterior, b.posterior, atol=1e-9)
    np.testing.assert_allclose(a.confusion, b.confusion, atol=1e-9)
    assert a.log_likelihood == pytest.approx(b.log_likelihood, rel=1e-12)


def test_recovers_confusion_and_accuracy():
    codes, truth, theta = simulated(seed=3, items=5000, per_item=5)
    found = dawid_skene(codes)
    assert found.converged
    assert np.abs(found.confusion - theta).mean() < 0.03
    prior = np.bincount(truth) / truth.size
    accuracy = np.einsum("k,jkk->j", prior, theta)
    assert np.abs(found.accuracy.value - accuracy).mean() < 0.02
    covered = (found.accuracy.low <= accuracy) & (accuracy <= found.accuracy.high)
    assert covered.mean() >= 0.8


def test_beats_the_majority(world):
    codes, truth, _ = world
    found = dawid_skene(codes)
    majority = codes.item_counts.argmax(axis=1)
    assert (found.posterior.argmax(axis=1) == truth).mean() > (majority == truth).mean()


def test_probabilities_sum_to_one(world):
    found = dawid_skene(world[0])
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1.0)
    np.testing.assert_allclose(found.confusion.sum(axis=2), 1.0)
    assert found.prior.sum() == pytest.approx(1.0)


def test_smoothing_pulls_a_thin_trainer_to_the_team(world):
    codes, _, _ = world
    thin = np.flatnonzero(codes.trainer == 0)[8:]
    keep = np.setdiff1d(np.arange(codes.n_judgments), thin)
    few = JudgmentCodes(
        item=codes.item[keep], trainer=codes.trainer[keep], label=codes.label[keep], n_items=codes.n_items,
        n_trainers=codes.n_trainers, n_labels=codes.n_labels,
    )  # fmt: skip
    gaps = [
        np.abs(dawid_skene(few, smoothing=s).confusion[0] - dawid_skene(few, smoothing=s).pooled).sum()
        for s in (0.5, 5, 50)
    ]
    assert gaps[0] > gaps[1] > gaps[2]


def test_exchanged_labels_are_put_back():
    """Everybody mixes up 0 and 1 most of the time: the names must still be those of the labels."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 400)
    item, trainer = np.repeat(np.arange(400), 5), np.tile(np.arange(5), 400)
    label = np.where(rng.random(2000) < 0.8, truth[item], 1 - truth[item])
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=400, n_trainers=5, n_labels=2)
    found = dawid_skene(codes)
    assert np.trace(found.pooled) > 1.0
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.9


def test_trainer_and_item_order_do_not_matter(world):
    codes, _, _ = world
    rng = np.random.default_rng(1)
    swap = rng.permutation(codes.n_trainers)
    shuffle = rng.permutation(codes.n_judgments)
    other = JudgmentCodes.ordered(
        item=codes.item[shuffle], trainer=swap[codes.trainer][shuffle], label=codes.label[shuffle],
        n_items=codes.n_items, n_trainers=codes.n_trainers, n_labels=codes.n_labels,
    )  # fmt: skip
    a, b = dawid_skene(codes), dawid_skene(other)
    np.testing.assert_allclose(a.posterior, b.posterior, atol=1e-7)
    np.testing.assert_allclose(a.confusion, b.confusion[swap], atol=1e-7)


def test_single_judgments_leave_it_undefined_and_one_coin_serves():
    codes = JudgmentCodes(
        item=np.arange(30), trainer=np.arange(30) % 3, label=np.arange(30) % 2, n_items=30, n_trainers=3, n_labels=2
    )
    found = dawid_skene(codes)
    assert found.undefined is not None
    assert "single judgment" in found.undefined
    assert np.isnan(found.accuracy.value).all()
    assert found.accuracy.undefined[0] == found.undefined
    assert one_coin(codes).undefined is None


def test_no_judgments():
    none = np.zeros(0, dtype=np.int64)
    codes = JudgmentCodes(item=none, trainer=none, label=none, n_items=3, n_trainers=2, n_labels=2)
    assert dawid_skene(codes).undefined == "no judgments"
    assert one_coin(codes).undefined == "no judgments"


def test_one_label_only():
    item = np.repeat(np.arange(20), 3)
    codes = JudgmentCodes(
        item=item,
        trainer=np.tile(np.arange(3), 20),
        label=np.zeros(60, dtype=int),
        n_items=20,
        n_trainers=3,
        n_labels=3,
    )
    found = dawid_skene(codes)
    assert found.converged
    np.testing.assert_allclose(found.posterior[:, 0], 1.0)
    np.testing.assert_allclose(found.accuracy.value, 1.0)


def test_two_hundred_labels():
    codes, _, _ = simulated(seed=2, items=300, trainers=5, per_item=3, labels=200)
    assert np.isfinite(dawid_skene(codes, max_iterations=5).posterior).all()


@pytest.mark.parametrize("bad", [{"smoothing": -1.0}, {"max_iterations": 0}, {"tolerance": 0.0}])
def test_wrong_options(world, bad):
    with pytest.raises(ValueError, match="smoothing must be >= 0, max_iterations >= 1 and tolerance > 0"):
        dawid_skene(world[0], **bad)
    with pytest.raises(ValueError, match="smoothing must be >= 0"):
        one_coin(world[0], **bad)


def test_unknown_engine(world):
    with pytest.raises(ValueError, match="engine must be one of 'auto', 'numba', 'numpy', got 'gpu'"):
        dawid_skene(world[0], engine="gpu")


def test_results_cannot_be_changed(world):
    found = dawid_skene(world[0])
    with pytest.raises(ValueError, match="read-only"):
        found.posterior[0, 0] = 1.0


def test_codes_must_be_in_item_order():
    with pytest.raises(ValueError, match="item must never decrease"):
        JudgmentCodes(item=[1, 0], trainer=[0, 0], label=[0, 0], n_items=2, n_trainers=1, n_labels=1)


def test_codes_out_of_range():
    with pytest.raises(ValueError, match=r"label codes must lie in 0\.\.1, got 0\.\.2"):
        JudgmentCodes(item=[0, 1], trainer=[0, 0], label=[0, 2], n_items=2, n_trainers=1, n_labels=2)
