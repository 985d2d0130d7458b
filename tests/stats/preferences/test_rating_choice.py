"""Ratings against choices: against counting, planted slopes, and a mean whose interval holds both ways."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special

from analytics.stats.counts.counted_share import counted_share
from analytics.stats.inference.clustered_mean import clustered_mean
from analytics.stats.preferences.rating_choice import rating_choice, rating_choice_across


def judged(rng, n_items=300, m=3, n_trainers=12, beta=1.0, tau=0.4, spread=0.0):
    item = np.repeat(np.arange(n_items), m)
    who = rng.integers(0, n_trainers, item.size)
    own = beta + spread * rng.normal(size=n_trainers)
    x = rng.integers(-3, 4, item.size).astype(float)
    eta = own[who] * x
    u = rng.random(item.size)
    up, down = special.expit(eta - tau), special.expit(-eta - tau)
    return item, who, np.where(u < down, -1, np.where(u < 1 - up, 0, 1)), x, own


def test_shares_are_counts_and_renaming_changes_nothing():
    item, who, y, x, _ = judged(np.random.default_rng(0))
    found = rating_choice(item, who, y, x, n_trainers=12)
    differs = x != 0
    assert found.concordance.value == pytest.approx((np.sign(x) == y)[differs].mean())
    assert found.concordance_of_sides.value == pytest.approx((np.sign(x) == y)[differs & (y != 0)].mean())
    assert found.tie_when_equal.value == pytest.approx((y == 0)[~differs].mean())
    counted = found.chose_higher + found.tied_though_different + found.chose_lower
    assert counted + found.tied_as_equal + found.sided_though_equal == x.size
    turn = np.where(np.random.default_rng(1).random(300) < 0.5, -1, 1)[item]
    renamed = rating_choice(item, who, y * turn, x * turn, n_trainers=12)
    assert renamed.slope.value == pytest.approx(found.slope.value, abs=1e-6)
    assert renamed.concordance == found.concordance


def test_without_ties_the_slope_is_a_logit_without_intercept():
    item, who, y, x, _ = judged(np.random.default_rng(2), tau=0.0)
    y = np.where(y == 0, 1, y)
    found = rating_choice(item, who, y, x, n_trainers=12)
    glm = sm.GLM((y > 0).astype(float), x[:, None], family=sm.families.Binomial()).fit()
    assert found.slope.value == pytest.approx(float(glm.params[0]), abs=1e-5)
    assert found.threshold == 0.0


def test_planted_slopes_are_recovered_and_covered():
    rng = np.random.default_rng(3)
    inside, taus = 0, []
    for _ in range(40):
        item, who, y, x, _ = judged(rng)
        found = rating_choice(item, who, y, x, n_trainers=12)
        inside += found.slope.low <= 1.0 <= found.slope.high
        taus.append(found.threshold)
    assert inside >= 33
    assert np.mean(taus) == pytest.approx(0.4, abs=0.03)


def test_trainers_who_ignore_their_ratings_stand_out():
    rng = np.random.default_rng(4)
    item, who, y, x, _ = judged(rng, n_items=600)
    lost = who == 0
    y[lost] = rng.choice([-1, 1], size=int(lost.sum()))
    found = rating_choice(item, who, y, x, n_trainers=13)
    assert np.nanargmin(found.slope_by_trainer.value) == 0
    assert found.by_trainer.low[0] < 0.6
    assert found.by_trainer.low[1:12].min() > found.by_trainer.value[0]
    assert found.by_trainer.undefined[12] is not None


def test_slopes_of_trainers_alike_are_drawn_together():
    item, who, y, x, _ = judged(np.random.default_rng(5), spread=0.0)
    found = rating_choice(item, who, y, x, n_trainers=12)
    assert np.std(found.slope_by_trainer.value) < 0.1


def test_others_ratings_foretell_choices_as_well_as_votes_do_when_they_are_the_same():
    rng = np.random.default_rng(6)
    p = rng.beta(0.6, 0.6, 400)
    item = np.repeat(np.arange(400), 5)
    y = np.where(rng.random(item.size) < p[item], 1, -1)
    votes = np.array([np.mean((y[(item == i)] + 1) / 2) for i in range(400)])[item]
    share = (votes * 5 - (y + 1) / 2) / 4
    gap = share - 0.5
    found = rating_choice_across(item, np.tile(np.arange(5), 400), y, gap, share, share)
    assert found.brier_ratings.value == found.brier_votes.value
    assert found.brier_ratings.value < 0.25
    assert found.concordance.value > 0.6
    luck = rating_choice_across(
        item, np.tile(np.arange(5), 400), y, rng.normal(size=item.size), np.full(item.size, 0.5), share
    )
    assert luck.concordance.low < 0.5 < luck.concordance.high
    assert luck.brier_ratings.value == 0.25


def test_nothing_to_compare_is_said():
    none = rating_choice([], [], [], [], n_trainers=0)
    assert "both rated two answers" in str(none.concordance.undefined)
    same = rating_choice([0, 1], [0, 1], [0, 1], [0, 0], n_trainers=2)
    assert same.tie_when_equal.value == 0.5
    assert "rated the two answers of a choice differently" in str(same.concordance.undefined)
    assert "do not vary enough" in str(same.slope.undefined)
    across = rating_choice_across([0], [0], [1], [np.nan], [np.nan], [np.nan])
    assert "others rated" in str(across.brier_ratings.undefined)


def test_clustered_means_cover_where_items_and_trainers_differ():
    rng = np.random.default_rng(7)
    inside = plain = 0
    for _ in range(150):
        item, who = np.repeat(np.arange(80), 3), rng.integers(0, 15, 240)
        logit = 0.8 * rng.normal(size=80)[item] + 0.8 * rng.normal(size=15)[who]
        y = rng.random(240) < special.expit(logit)
        found = clustered_mean(y, np.ones(240), item, who, reason="none")
        inside += found.low <= 0.5 <= found.high
        plain += abs(y.mean() - 0.5) <= 1.96 * 0.5 / np.sqrt(240)
    assert inside >= 0.89 * 150
    assert plain < inside


def test_clustered_means_at_the_edge_and_with_one_cluster():
    sure = clustered_mean(np.ones(20), np.ones(20), np.arange(20), np.zeros(20), reason="none")
    assert (sure.value, sure.high) == (1.0, 1.0)
    assert 0.8 < sure.low < 1.0
    with pytest.raises(ValueError, match="same length, got 2 and 1"):
        clustered_mean([1, 1], [1, 1], [0, 1], [0], reason="none")


@pytest.mark.parametrize("half", [False, True])
def test_counts_give_the_same_share_and_interval_as_judgments(half):
    rng = np.random.default_rng(8)
    item = np.repeat(np.arange(50), 4)
    who = np.concatenate([rng.permutation(9)[:4] for _ in range(50)])
    y = rng.choice([0.0, 0.5, 1.0] if half else [0.0, 1.0], item.size)
    long = clustered_mean(y, np.ones(200), item, who, reason="none")
    kinds, n = np.unique(np.bincount(item, weights=y), return_counts=True)
    short = counted_share(
        kinds, np.full(kinds.size, 4), n, np.bincount(who, weights=y), np.bincount(who), reason="none",
        squares=float(y @ y),
    )  # fmt: skip
    for field in ("value", "low", "high", "se"):
        assert getattr(short, field) == pytest.approx(getattr(long, field), abs=1e-12)
    assert (short.n_items, short.n_trainers, short.n_judgments) == (50, 9, 200)
    with pytest.raises(ValueError, match="add up to the same counts, got 1 of 2 and 2 of 2"):
        counted_share([1], [2], [1], [2], [2], reason="none")
    assert counted_share([], [], [], [], [], reason="nothing").undefined == "nothing"
    assert counted_share([1], [1], [9], [9], [9], reason="nothing").interval_method == "wilson on items"
