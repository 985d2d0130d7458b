"""Soft labels and consensus: conjugate by hand, planted trainers, blind to the names A and B."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.stats.preferences.consensus import preference_consensus
from analytics.stats.preferences.soft_labels import preference_shares


def crowd(rng, n_items=200, n_trainers=12, m=5, bad=4, ties=0.1):
    truth = rng.choice([-1, 0, 1], n_items, p=[(1 - ties) / 2, ties, (1 - ties) / 2])
    item = np.repeat(np.arange(n_items), m)
    who = np.concatenate([rng.choice(n_trainers, m, replace=False) for _ in range(n_items)])
    skill = np.where(np.arange(n_trainers) < bad, 0.4, 0.88)
    right = rng.random(item.size) < skill[who]
    other = rng.choice([-1, 0, 1], item.size, p=[0.45, 0.1, 0.45])
    return item, who, np.where(right, truth[item], other), truth, skill


def test_shares_are_the_conjugate_posterior():
    found = preference_shares([[3, 0, 1], [0, 2, 0]], prior=(0.5, 0.25))
    assert found.share[0] == pytest.approx(np.array([3.5, 0.25, 1.5]) / 5.25)
    assert found.low[0, 2] == pytest.approx(stats.beta.ppf(0.025, 1.5, 3.75))
    assert found.p_b_sided[0] == pytest.approx(1.5 / 5)
    assert found.p_b_preferred[0] == pytest.approx(stats.beta.sf(0.5, 1.5, 3.5))
    assert found.p_b_preferred[1] == pytest.approx(0.5)
    assert not found.prior_fitted


def test_the_fitted_prior_is_the_planted_one_and_its_intervals_cover():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([0.8, 0.3, 0.8], 6000)
    counts = np.array([rng.multinomial(4, p) for p in shares])
    found = preference_shares(counts)
    assert found.prior == pytest.approx([0.8, 0.3, 0.8], rel=0.1)
    inside = (found.low <= shares) & (shares <= found.high)
    assert inside.mean() == pytest.approx(0.95, abs=0.01)
    # calibrated: among items said to be preferred as B with probability q, a share q are.
    said = found.p_b_preferred
    for low in (0.1, 0.5, 0.8):
        band = (said >= low) & (said < low + 0.1)
        if band.sum() > 100:
            assert (shares[band, 2] > shares[band, 0]).mean() == pytest.approx(said[band].mean(), abs=0.08)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 500))
def test_renaming_swaps_the_shares_and_nothing_else(seed):
    rng = np.random.default_rng(seed)
    item, who, score, _, _ = crowd(rng, n_items=40, n_trainers=6, m=3, bad=2)
    flip = rng.random(40) < 0.5
    turned = np.where(flip[item], -score, score)
    a = preference_consensus(item, who, score, n_items=40, n_trainers=6)
    b = preference_consensus(item, who, turned, n_items=40, n_trainers=6)
    assert np.where(flip[:, None], b.posterior[:, ::-1], b.posterior) == pytest.approx(a.posterior, abs=1e-9)
    assert np.where(flip, -b.label, b.label).tolist() == a.label.tolist()
    assert b.reliability.value == pytest.approx(a.reliability.value, abs=1e-9)
    counts = np.zeros((40, 3), dtype=int)
    np.add.at(counts, (item, score + 1), 1)
    one = preference_shares(counts)
    two = preference_shares(np.where(flip[:, None], counts[:, ::-1], counts))
    assert np.where(flip[:, None], two.share[:, ::-1], two.share) == pytest.approx(one.share, abs=1e-12)


def test_weighing_by_reliability_beats_the_majority_and_finds_the_unreliable():
    rng = np.random.default_rng(1)
    ours, majority, gaps = [], [], []
    for _ in range(10):
        item, who, score, truth, skill = crowd(rng, bad=6)
        found = preference_consensus(item, who, score, n_items=200, n_trainers=12)
        assert found.converged
        votes = np.zeros((200, 3))
        np.add.at(votes, (item, score + 1), 1)
        majority.append((np.argmax(votes + 1e-6 * rng.random(votes.shape), axis=1) - 1 == truth).mean())
        ours.append((found.label == truth).mean())
        gaps.append(found.reliability.value[skill > 0.5].min() - found.reliability.value[skill < 0.5].max())
    assert np.mean(ours) > np.mean(majority) + 0.012
    assert np.mean(gaps) > 0


def test_confidence_is_calibrated():
    rng = np.random.default_rng(2)
    said, right = [], []
    for _ in range(10):
        item, who, score, truth, _ = crowd(rng)
        found = preference_consensus(item, who, score, n_items=200, n_trainers=12)
        said.append(found.confidence)
        right.append(found.label == truth)
    said, right = np.concatenate(said), np.concatenate(right)
    assert said.mean() == pytest.approx(right.mean(), abs=0.03)
    unsure = said < 0.8
    assert right[unsure].mean() == pytest.approx(said[unsure].mean(), abs=0.1)


def test_an_even_item_is_no_ones_and_a_trainer_without_judgments_is_said():
    found = preference_consensus([0, 0, 1], [0, 1, 0], [-1, 1, -1], n_items=2, n_trainers=3)
    assert found.label.tolist() == [0, -1]
    assert found.decided.tolist() == [False, True]
    tie = preference_consensus([0, 0], [0, 1], [0, 0], n_items=1, n_trainers=2)
    assert (tie.label.tolist(), tie.decided.tolist()) == ([0], [True])
    assert found.posterior[0, 0] == pytest.approx(found.posterior[0, 2])
    assert found.reliability.undefined[2] == "no judgments"
    with pytest.raises(ValueError, match="same length, got 1, 1 and 2"):
        preference_consensus([0], [0], [1, 1], n_items=1, n_trainers=1)
    with pytest.raises(ValueError, match="three counts"):
        preference_shares([[1, 2]])
    with pytest.raises(ValueError, match="prior must be positive"):
        preference_shares([[1, 2, 0]], prior=(0, 1))
