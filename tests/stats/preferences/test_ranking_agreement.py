"""Agreement on rankings: against scipy pair by pair, by lot, and where rankings are partial."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from analytics.stats.preferences.ranking_agreement import ranking_agreement


def rankings(rng, n_prompts=30, m=3, n=4, noise=1.0, ties=False):
    quality = rng.normal(size=(n_prompts, 1, n))
    x = quality + noise * rng.normal(size=(n_prompts, m, n))
    if ties:
        x = np.round(x)
    ranks = np.array([[stats.rankdata(-row) for row in prompt] for prompt in x])
    return np.repeat(np.arange(n_prompts), m), np.tile(np.arange(m), n_prompts), ranks.reshape(-1, n)


@pytest.mark.parametrize("ties", [False, True])
def test_mean_tau_is_scipys_over_pairs_of_rankings(ties):
    prompt, trainer, ranks = rankings(np.random.default_rng(0), ties=ties)
    found = ranking_agreement(prompt, trainer, ranks, rng=np.random.default_rng(1), replicates=50)
    taus = []
    for p in np.unique(prompt):
        for a, b in combinations(ranks[prompt == p], 2):
            taus.append(stats.kendalltau(a, b).statistic)
    assert found.tau_b.value == pytest.approx(np.nanmean(taus), abs=1e-12)
    assert (found.n_prompts, found.n_rankings, found.mean_answers) == (30, 90, 4.0)


def test_partial_rankings_are_compared_on_what_they_share_and_weighted_by_it():
    prompt, trainer, ranks = rankings(np.random.default_rng(2), n=5, n_prompts=12)
    ranks[np.random.default_rng(3).random(ranks.shape) < 0.25] = np.nan
    found = ranking_agreement(prompt, trainer, ranks, rng=np.random.default_rng(1), replicates=50)
    total = weight = 0.0
    for p in range(12):
        for a, b in combinations(ranks[prompt == p], 2):
            both = ~np.isnan(a) & ~np.isnan(b)
            if both.sum() > 1:
                pairs = both.sum() * (both.sum() - 1) / 2
                total += pairs * stats.kendalltau(a[both], b[both]).statistic
                weight += pairs
    assert found.tau_b.value == pytest.approx(total / weight, abs=1e-12)


def test_top_and_swaps_by_hand_and_by_lot():
    ranks = np.array([[1, 2, 3], [3, 2, 1], [1, 3, 2]], dtype=float)
    found = ranking_agreement([0, 0, 0], [0, 1, 2], ranks, rng=np.random.default_rng(0), replicates=10)
    assert found.top_1.value == pytest.approx(1 / 3)
    assert found.swaps.value == pytest.approx(2 / 3)
    assert found.top_1.expected == pytest.approx(1 / 3)
    rng = np.random.default_rng(4)
    lots = np.array([rng.permutation(4) + 1.0 for _ in range(6000)])
    drawn = ranking_agreement(np.repeat(np.arange(3000), 2), np.tile([0, 1], 3000), lots, rng=rng, replicates=50)
    assert drawn.tau_b.value == pytest.approx(0, abs=0.03)
    assert drawn.top_1.value == pytest.approx(drawn.top_1.expected, abs=0.03)
    assert drawn.swaps.value == pytest.approx(drawn.swaps.expected, abs=0.03)
    assert drawn.kendall_w.value == pytest.approx(0.5, abs=0.02)  # two rankings by lot: W = (1 + mean Spearman) / 2


def test_intervals_cover_the_long_run_value():
    """Long-run values from 20,000 prompts. 1,000 studies (three rankings of four answers) covered .945, .941, .961 and
    .964 with 40 prompts, .964, .960, .971 and .985 with 12; the percentile bootstrap .91 to .93 and .86 to .92."""
    rng = np.random.default_rng(5)
    truth = {"tau_b": 0.3336, "kendall_w": 0.5954, "top_1": 0.4601, "swaps": 0.1696}
    inside = {"tau_b": 0, "kendall_w": 0, "top_1": 0, "swaps": 0}
    for _ in range(60):
        found = ranking_agreement(*rankings(rng, n_prompts=40), rng=rng, replicates=300)
        for name in inside:
            one = getattr(found, name)
            inside[name] += one.low <= truth[name] <= one.high
    assert min(inside.values()) >= 53


def test_an_interval_stays_in_range_and_widens_with_few_prompts():
    few, many = (
        ranking_agreement(*rankings(np.random.default_rng(9), n_prompts=n, noise=0.3), rng=np.random.default_rng(1))
        for n in (4, 200)
    )
    for found in (few, many):
        assert -1 <= found.tau_b.low < found.tau_b.value < found.tau_b.high <= 1
        assert 0 <= found.kendall_w.low < found.kendall_w.value < found.kendall_w.high <= 1
        assert found.tau_b.interval_method == "prompts: linearised, Student's t on the logit scale"
    assert few.tau_b.high - few.tau_b.low > 3 * (many.tau_b.high - many.tau_b.low)


def test_names_of_answers_and_order_of_rankings_do_not_matter():
    prompt, trainer, ranks = rankings(np.random.default_rng(6), ties=True)
    order = np.random.default_rng(7).permutation(prompt.size)
    a = ranking_agreement(prompt, trainer, ranks, rng=np.random.default_rng(1), replicates=50)
    b = ranking_agreement(
        prompt[order], trainer[order], ranks[order][:, ::-1], rng=np.random.default_rng(1), replicates=50
    )
    for name in ("tau_b", "kendall_w", "top_1", "swaps"):
        assert getattr(a, name).value == pytest.approx(getattr(b, name).value, abs=1e-12)


def test_undefined_cases_and_wrong_use():
    one = ranking_agreement([0, 1], [0, 0], [[1, 2], [2, 1]], rng=np.random.default_rng(0))
    assert "no prompt has two rankings" in str(one.tau_b.undefined)
    two = ranking_agreement([0, 0], [0, 1], [[1, 2], [2, 1]], rng=np.random.default_rng(0))
    assert "three answers" in str(two.kendall_w.undefined)
    assert two.tau_b.value == -1
    assert two.tau_b.interval_method == "none: fewer than two prompts"
    tied = ranking_agreement([0, 0], [0, 1], [[1.5, 1.5], [1.5, 1.5]], rng=np.random.default_rng(0))
    assert tied.tau_b.undefined is not None
    assert tied.swaps.undefined is not None
    with pytest.raises(ValueError, match="at most once, got 1 repeated"):
        ranking_agreement([0, 0], [0, 0], [[1, 2], [2, 1]], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="one row a ranking"):
        ranking_agreement([0], [0, 1], [[1, 2], [2, 1]], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="replicates must be at least 2"):
        ranking_agreement([0], [0], [[1, 2]], rng=np.random.default_rng(0), replicates=1)
