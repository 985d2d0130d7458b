"""Crowd-BT: against its own definition, against plain Bradley-Terry where it must agree, and on planted trainers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from analytics.stats.preferences.strengths.bradley_terry import bradley_terry
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.crowd_bt import crowd_bradley_terry
from analytics.stats.preferences.strengths.crowd_bt_em import NODES


def crowd(rng, strengths, eta, n):
    k = len(strengths)
    i = rng.integers(0, k, n)
    j = (i + rng.integers(1, k, n)) % k
    who = rng.integers(0, len(eta), n)
    p = special.expit(strengths[i] - strengths[j])
    p = eta[who] * p + (1 - eta[who]) * (1 - p)
    return Comparisons.from_scores(i, j, np.where(rng.random(n) < p, -1, 1), k), who


def test_perfectly_reliable_trainers_give_plain_bradley_terry():
    """Prior mass at eta = 1 only (up to the grid): same optimum as Bradley-Terry with the same virtual wins."""
    rng = np.random.default_rng(0)
    c, who = crowd(rng, np.array([1.0, 0.2, -0.4, -0.8]), np.full(6, 1.0), 600)
    crowdly = crowd_bradley_terry(c, who, n_trainers=6, ties="drop", prior=(1e7, 1.0), tolerance=1e-12)
    plain = bradley_terry(c, ties="drop", virtual=0.5)
    centred = plain.log_strength - plain.log_strength.mean()
    assert crowdly.strengths.log_strength == pytest.approx(centred, rel=0.06, abs=0.02)


def test_the_fit_is_a_stationary_point_of_the_marginal_posterior():
    """The marginal likelihood, written out with a loop over trainers, falls in every direction from the fit."""
    rng = np.random.default_rng(1)
    c, who = crowd(rng, np.array([0.9, 0.0, -0.9]), np.array([0.95, 0.9, 0.5, 0.2]), 400)
    fit = crowd_bradley_terry(c, who, n_trainers=4, ties="drop", prior=(9.0, 1.5), tolerance=1e-13)
    prior = NODES**8 * (1 - NODES) ** 0.5
    prior /= prior.sum()
    theta = fit.strengths.log_strength

    def marginal(t):
        total = 0.5 * (special.log_expit(t) + special.log_expit(-t)).sum()
        for j in range(4):
            rows = who == j
            s = special.expit(t[c.first[rows]] - t[c.second[rows]])
            p = np.outer(s, NODES) + np.outer(1 - s, 1 - NODES)
            like = np.where(c.wins_first[rows][:, None] == 1, p, 1 - p)
            total += np.log(prior @ np.exp(np.log(like).sum(axis=0)))
        return total

    shift = max(np.linspace(-0.3, 0.3, 601), key=lambda d: marginal(theta + d))
    best = marginal(theta + shift)
    assert best == pytest.approx(fit.log_posterior[-1], abs=1e-3)
    for direction in rng.normal(size=(12, 3)):
        assert marginal(theta + shift + 0.02 * direction) < best + 1e-9


def test_the_log_posterior_never_falls_and_convergence_is_said():
    rng = np.random.default_rng(2)
    c, who = crowd(rng, rng.normal(size=6), np.where(np.arange(12) < 4, 0.3, 0.93), 900)
    fit = crowd_bradley_terry(c, who, n_trainers=12, ties="drop")
    assert fit.converged
    assert (np.diff(fit.log_posterior) > -1e-6).all()
    assert fit.prior_fitted


def test_planted_unreliable_trainers_are_found_and_strengths_recovered_better_than_by_plain_fit():
    """30 crowds; the long study with more settings is docs/studies/planted_preferences.md."""
    rng = np.random.default_rng(3)
    ours, plain, auc = [], [], []
    for _ in range(30):
        truth = rng.normal(size=8)
        eta = np.where(np.arange(20) < 8, rng.choice([0.1, 0.3, 0.5], 20), 0.93)
        c, who = crowd(rng, truth, eta, 700)
        fit = crowd_bradley_terry(c, who, n_trainers=20, ties="drop", tolerance=1e-6)
        ours.append(stats.kendalltau(fit.strengths.log_strength, truth).statistic)
        plain.append(stats.kendalltau(bradley_terry(c, ties="drop", virtual=0.5).log_strength, truth).statistic)
        bad = fit.reliability.value[:8]
        auc.append((bad[:, None] < fit.reliability.value[None, 8:]).mean())
    assert np.mean(ours) > np.mean(plain) + 0.05
    assert np.mean(auc) > 0.9


def test_reliable_crowds_are_not_accused():
    rng = np.random.default_rng(4)
    accused = 0.0
    for _ in range(20):
        c, who = crowd(rng, rng.normal(size=8), np.full(20, 0.95), 1000)
        fit = crowd_bradley_terry(c, who, n_trainers=20, ties="drop", tolerance=1e-6)
        accused += float((fit.p_unreliable > 0.95).mean())
    assert accused / 20 < 0.02


def test_trainers_without_a_choice_and_groups_that_never_met_are_said():
    c = Comparisons.from_scores([0, 1, 2, 3, 0], [1, 0, 3, 2, 1], [-1, -1, 1, 1, 0], 4)
    fit = crowd_bradley_terry(c, np.array([0, 0, 1, 1, 2]), n_trainers=4, ties="drop")
    assert "never compared" in str(fit.strengths.undefined)
    assert fit.reliability.undefined[2] == fit.reliability.undefined[3] == "no comparisons that took a side"
    assert np.isnan(fit.p_unreliable[2:]).all()
    half = crowd_bradley_terry(c, np.array([0, 0, 1, 1, 2]), n_trainers=4, ties="half")
    assert half.reliability.undefined[2] is None


def test_wrong_use_is_refused():
    c = Comparisons.from_scores([0, 1], [1, 0], [-1, -1], 2)
    who = np.array([0, 1])
    for options, text in (
        ({"ties": "split"}, "ties must be one of 'half', 'drop'"),
        ({"ties": "drop", "virtual": 0}, "virtual must be positive, got 0"),
        ({"ties": "drop", "prior": (0.5, 1)}, "prior must hold two numbers of at least 1"),
        ({"ties": "drop", "threshold": 1.5}, "threshold must lie between 0 and 1"),
    ):
        with pytest.raises(ValueError, match=text):
            crowd_bradley_terry(c, who, n_trainers=2, **options)
    with pytest.raises(ValueError, match="an entry for each of 2 rows, got 1"):
        crowd_bradley_terry(c, who[:1], n_trainers=2, ties="drop")
