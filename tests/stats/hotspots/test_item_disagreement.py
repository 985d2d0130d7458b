"""Item disagreement: recovery of the prior, coverage, shrinkage, and what cannot be learnt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.counts.patterns import Patterns, merged
from analytics.stats.hotspots.item_disagreement import item_disagreement
from analytics.stats.inference.dirichlet_prior import dirichlet_prior, given_prior, pair_disagreement


def drawn_items(rng, alpha, n, low=1, high=7):
    shares = rng.dirichlet(alpha, n)
    sizes = rng.integers(low, high, n)
    return shares, np.array([rng.multinomial(m, p) for m, p in zip(sizes, shares, strict=True)])


def as_rows(counts):
    counts = np.asarray(counts)
    return Patterns(counts=counts, multiplicity=np.ones(len(counts), dtype=int))


def test_the_prior_is_recovered_and_does_not_depend_on_how_items_are_grouped():
    rng = np.random.default_rng(1)
    _, counts = drawn_items(rng, [0.9, 0.4, 0.1], 8000)
    prior = dirichlet_prior(Patterns.from_counts(counts))
    assert prior.converged
    assert not prior.at_bound
    np.testing.assert_allclose(prior.alpha, [0.9, 0.4, 0.1], rtol=0.12)  # about 4 standard errors at 8,000 items
    split = merged([Patterns.from_counts(counts[:3000]), Patterns.from_counts(counts[3000:])])
    np.testing.assert_allclose(dirichlet_prior(split).alpha, prior.alpha, rtol=1e-5)
    np.testing.assert_allclose(dirichlet_prior(as_rows(counts)).alpha, prior.alpha, rtol=1e-5)


def test_the_fit_is_a_maximum():
    rng = np.random.default_rng(2)
    _, counts = drawn_items(rng, [0.5, 0.5], 400)
    patterns = Patterns.from_counts(counts)
    prior = dirichlet_prior(patterns)
    from scipy.special import gammaln

    def log_likelihood(alpha):
        a = np.asarray(alpha)
        n, w = patterns.counts, patterns.multiplicity
        return float(
            w @ (gammaln(a.sum()) - gammaln(a.sum() + n.sum(axis=1)) + (gammaln(a + n) - gammaln(a)).sum(axis=1))
        )

    best = log_likelihood(prior.alpha)
    assert best == pytest.approx(prior.log_likelihood, abs=1e-8)
    for step in ([1.01, 1], [0.99, 1], [1, 1.01], [1, 0.99]):
        assert log_likelihood(prior.alpha * step) < best


def test_intervals_cover_the_truth_and_the_low_ends_rank_real_hotspots():
    rng = np.random.default_rng(3)
    shares, counts = drawn_items(rng, [0.6, 0.4, 0.2], 3000, 2, 7)
    truth = 1 - (shares**2).sum(axis=1)
    rows = as_rows(counts)
    prior = dirichlet_prior(Patterns.from_counts(counts))
    found = item_disagreement(rows, prior, confidence=0.9, n_draws=400, rng=rng)
    covered = (found.low <= truth) & (truth <= found.high)
    assert covered.mean() == pytest.approx(0.9, abs=0.025)
    by_low, by_raw = np.argsort(-found.low)[:50], np.argsort(-found.observed)[:50]
    assert truth[by_low].mean() > truth[by_raw].mean() + 0.03


def test_matched_beta_has_the_exact_mean_and_is_close_to_the_draws():
    rng = np.random.default_rng(4)
    rows = as_rows([[1, 1, 0], [3, 0, 0], [2, 2, 2], [10, 5, 1], [0, 1, 0], [40, 2, 0]])
    prior = given_prior([0.5, 0.3, 0.2])
    beta = item_disagreement(rows, prior, interval="matched beta")
    draws = item_disagreement(rows, prior, n_draws=40_000, rng=rng)
    np.testing.assert_array_equal(beta.value, draws.value)
    np.testing.assert_allclose(beta.low, draws.low, atol=0.05)
    np.testing.assert_allclose(beta.high, draws.high, atol=0.05)


@settings(max_examples=40, deadline=None)
@given(counts=st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any), min_size=1, max_size=8))
def test_bounds_and_relabelling(counts):
    alpha = np.array([0.7, 0.2, 0.4])
    found = item_disagreement(as_rows(counts), given_prior(alpha), interval="matched beta")
    assert ((found.low <= found.value + 1e-12) & (found.value <= found.high + 1e-12)).all()
    assert ((found.value >= 0) & (found.high <= 2 / 3 + 1e-12)).all()
    np.testing.assert_allclose(found.soft_labels.sum(axis=1), 1)
    turned = item_disagreement(
        as_rows(np.array(counts)[:, [2, 0, 1]]), given_prior(alpha[[2, 0, 1]]), interval="matched beta"
    )
    for name in ("value", "low", "high", "entropy"):
        np.testing.assert_allclose(getattr(turned, name), getattr(found, name), atol=1e-12)


def test_a_label_nobody_gave_costs_nothing():
    two = item_disagreement(as_rows([[2, 1]]), given_prior([0.5, 0.5]), interval="matched beta")
    three = item_disagreement(as_rows([[2, 1, 0]]), given_prior([0.5, 0.5, 0.0]), interval="matched beta")
    assert three.value[0] == pytest.approx(two.value[0], abs=1e-15)
    assert three.low[0] == pytest.approx(two.low[0], abs=1e-12)
    assert three.soft_labels[0, 2] == 0


def test_two_against_one_is_not_worse_than_all_different_and_many_judgments_beat_few():
    found = item_disagreement(
        as_rows([[2, 1, 0], [1, 1, 1], [1, 1, 0], [10, 10, 0]]), given_prior([0.5] * 3), interval="matched beta"
    )
    assert found.value[0] < found.value[1]
    assert found.low[3] > found.low[2]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ([[3, 0]], "Fewer than two items have two judgments"),
        ([[1, 0], [0, 1]], "Fewer than two items have two judgments"),
        ([[3, 0], [2, 0]], "Every judgment has the same label"),
        ([[3, 0], [0, 2]], "No two trainers differ on any item"),
    ],
)
def test_what_cannot_be_learnt_is_said(counts, text):
    patterns = as_rows(counts)
    found = item_disagreement(patterns, dirichlet_prior(patterns), interval="matched beta")
    assert text in found.undefined
    assert np.isnan(found.value).all()
    assert np.isnan(found.soft_labels).all()


def test_identical_items_put_the_prior_at_its_bound():
    assert dirichlet_prior(as_rows([[2, 2]] * 50)).at_bound


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda p: item_disagreement(p, given_prior([1.0]), interval="matched beta"),
            "prior must have 2 labels, got 1",
        ),
        (lambda p: item_disagreement(p, given_prior([1.0, 1.0]), confidence=2), "confidence must lie in"),
        (lambda p: item_disagreement(p, given_prior([1.0, 1.0])), "rng must be given"),
        (lambda p: item_disagreement(p, given_prior([1.0, 1.0]), interval="hdi"), "interval must be one of"),
        (lambda p: given_prior([0.0, 0.0]), "alpha must be a row of finite numbers"),
    ],
)
def test_wrong_use_is_an_error(call, text):
    with pytest.raises(ValueError, match=text):
        call(as_rows([[1, 1]]))


def test_pair_disagreement_equals_a_loop_over_pairs():
    rng = np.random.default_rng(5)
    counts = rng.integers(0, 4, (30, 3))
    counts = counts[counts.sum(axis=1) > 0]
    for row, got in zip(counts, pair_disagreement(as_rows(counts)), strict=True):
        labels = np.repeat(np.arange(3), row)
        pairs = [labels[i] != labels[j] for i in range(len(labels)) for j in range(i)]
        assert np.isnan(got) if not pairs else got == pytest.approx(np.mean(pairs))
