"""The simulated team for studies: what is planted is what simple estimators find, and honest trainers are honest."""

import numpy as np
import pytest

from analytics.demo import simulate_team
from analytics.demo.behaviour import drawn_label, persistent_noise, pick_first_share, preference_codes, rounded


def mean_by(values, groups, n):
    return np.bincount(groups, weights=values, minlength=n) / np.bincount(groups, minlength=n)


def test_everybody_judges_different_items_and_codes_are_dense():
    team = simulate_team(np.random.default_rng(1), n_trainers=30, n_per_trainer=100, per_item=4)
    assert (team.n_items, team.item.size) == (750, 3_000)
    assert (np.bincount(team.trainer) == 100).all()
    assert np.unique(team.item * 30 + team.trainer).size == 3_000
    assert (np.diff(team.item) >= 0).all()
    for who in (0, 29):
        assert sorted(team.turn[team.trainer == who]) == list(range(100))


def test_planted_trainers_are_recovered_by_simple_estimators():
    planted = {"careless": 5, "harsh": 4, "lenient": 3, "drifting": 4}
    team = simulate_team(np.random.default_rng(2), n_per_trainer=600, planted=planted, severity_sd=0.0)
    right = (team.label == team.truth[team.item]).astype(float)
    late = team.turn >= 300
    first = mean_by(right[~late], team.trainer[~late], 60)
    second = mean_by(right[late], team.trainer[late], 60)
    honest = np.setdiff1d(np.arange(60), team.planted_trainers)
    assert honest.size == 60 - 16
    assert (first - second)[team.planted["drifting"]] == pytest.approx(0.25, abs=0.11)
    assert (first - second)[team.planted["drifting"]].mean() == pytest.approx(0.25, abs=0.05)
    assert (first - second)[honest].mean() == pytest.approx(0.0, abs=0.02)
    inner = (team.score[team.item] > 1.5) & (team.score[team.item] < 2.5)
    lean = mean_by((team.label - team.score[team.item])[inner], team.trainer[inner], 60)
    assert lean[team.planted["harsh"]] == pytest.approx(-1.0, abs=0.2)
    assert lean[team.planted["lenient"]] == pytest.approx(1.0, abs=0.2)
    assert lean[honest] == pytest.approx(0.0, abs=0.2)
    assert first[team.planted["careless"]].max() < first[honest].min()


def test_items_differ_in_difficulty_between_trainers():
    even = simulate_team(np.random.default_rng(3), n_per_trainer=400, uneven=0.0)
    uneven = simulate_team(np.random.default_rng(3), n_per_trainer=400, uneven=0.8)
    spread = [mean_by((t.label == t.truth[t.item]).astype(float), t.trainer, 60).std() for t in (even, uneven)]
    assert spread[1] > 1.5 * spread[0]


def test_position_and_length_bias():
    team = simulate_team(
        np.random.default_rng(4), level="preference", n_per_trainer=800, p_first=0.70,
        planted={"position_biased": [0, 1, 2], "length_biased": [7]}, tie_half_width=0.2,
    )  # fmt: skip
    decided = team.label != 1
    first = ((team.label == 0) == team.a_first)[decided].astype(float)
    share = mean_by(first, team.trainer[decided], 60)
    assert share[:3] == pytest.approx(0.70, abs=0.05)
    assert share[3:].mean() == pytest.approx(0.5, abs=0.01)
    longer = ((team.label == 0) == (team.log_length_ratio[team.item] > 0))[decided].astype(float)
    share = mean_by(longer, team.trainer[decided], 60)
    assert share.argmax() == 7
    assert np.delete(share, 7).mean() == pytest.approx(0.5, abs=0.02)


def test_comparisons_follow_the_models_strengths_exactly():
    """Whatever the correlation within items, a pair of models is decided as Bradley and Terry say."""
    team = simulate_team(
        np.random.default_rng(5), level="preference", n_trainers=200, n_per_trainer=1_000, per_item=2.0,
        strengths=(0.0, 0.5, -0.8), rho=0.7,
    )  # fmt: skip
    pair = team.pair[team.item]
    for a, b in ((0, 1), (1, 2), (0, 2)):
        own = (pair == (a, b)).all(axis=1)
        gap = (0.0, 0.5, -0.8)[a] - (0.0, 0.5, -0.8)[b]
        assert (team.label[own] == 0).mean() == pytest.approx(1 / (1 + np.exp(-gap)), abs=0.012)


def test_nominal_labels_and_gold():
    team = simulate_team(
        np.random.default_rng(6), level="nominal", n_labels=4, noise=0.15, gold_share=0.3, planted={"careless": [0]}
    )
    has = team.gold >= 0
    assert has.mean() == pytest.approx(0.3, abs=0.04)
    assert (team.gold[has] == team.truth[has]).all()
    right = mean_by((team.label == team.truth[team.item]).astype(float), team.trainer, 60)
    assert right[0] < right[1:].min()
    assert set(np.unique(team.label)) == {0, 1, 2, 3}


def test_the_same_generator_gives_the_same_team():
    one, two = (simulate_team(np.random.default_rng(7), planted={"careless": 2}) for _ in range(2))
    assert (one.label == two.label).all()
    assert (one.planted["careless"] == two.planted["careless"]).all()


@pytest.mark.parametrize(
    "options, text",
    [
        ({"level": "interval"}, "level must be one of 'ordinal', 'nominal', 'preference', got 'interval'"),
        ({"planted": {"lazy": 1}}, "planted must name kinds among 'careless', .* got 'lazy'"),
        ({"planted": {"position_biased": 1}}, "'position_biased' does not show on level 'ordinal'"),
        ({"planted": {"careless": [60]}}, r"trainers of kind 'careless' must lie in 0\.\.59, got \[60\]"),
        ({"planted": {"careless": 61}}, "planted must fit into 60 trainers, got 61"),
        ({"per_item": 61.0}, "per_item must be at most n_trainers = 60, got 61"),
        ({"drift": 0.9, "planted": {"drifting": 1}}, "drift must be at most"),
    ],
)
def test_wrong_use_is_said(options, text):
    with pytest.raises(ValueError, match=text):
        simulate_team(np.random.default_rng(1), **options)


def test_pick_first_share_gives_the_share_it_promises():
    for p, tie in ((0.7, 0.0), (0.6, 0.3), (1.0, 0.1), (0.5, 0.2)):
        b = pick_first_share(p, tie)
        first, decided = b + (1 - b) * (1 - tie) / 2, b + (1 - b) * (1 - tie)
        assert first / decided == pytest.approx(p, abs=1e-12)
    with pytest.raises(ValueError, match=r"p_first must lie in \[0.5, 1\], got 0.4"):
        pick_first_share(0.4, 0.0)


def test_noise_repeats_with_the_stated_correlation():
    rng = np.random.default_rng(8)
    origin = np.concatenate([np.full(20_000, -1), np.arange(20_000)])
    noise = persistent_noise(rng, origin, 0.6)
    assert np.corrcoef(noise[:20_000], noise[20_000:])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert noise.std() == pytest.approx(1.0, abs=0.02)


def test_labels_from_latent_numbers_by_hand():
    assert rounded(np.array([-0.7, 0.4, 2.6, 9.0]), 4).tolist() == [0, 0, 3, 3]
    shares = np.array([[0.5, 0.5, 0.0], [0.1, 0.1, 0.8]])
    assert drawn_label(shares, np.array([0.1, -2.0])).tolist() == [1, 0]
    assert preference_codes(np.array([0.3, 0.1, -0.3]), 0.2).tolist() == [0, 1, 2]
