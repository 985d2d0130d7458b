"""Every worked example of the preference chapter, computed anew by the statistic it explains."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY, preference_models, preferences
from analytics.stats.counts.patterns import Patterns
from analytics.stats.inference.clustered_mean import clustered_mean
from analytics.stats.preferences.ceiling_beta import beta_ceiling
from analytics.stats.preferences.preference_agreement import preference_agreement
from analytics.stats.preferences.ranking_agreement import ranking_agreement
from analytics.stats.preferences.rating_choice import rating_choice, rating_choice_across
from analytics.stats.preferences.rewrites import rewrites
from analytics.stats.preferences.soft_labels import preference_shares
from analytics.stats.preferences.strengths.bradley_terry import bradley_terry
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.transitivity import order_flips, tournament

METRICS = preferences.METRICS + preference_models.METRICS
RNG = np.random.default_rng(0)


def agreement(field):
    def compute(example):
        counts, multiplicity = example
        return getattr(
            preference_agreement(Patterns(counts=counts, multiplicity=multiplicity), scores=(-1, 0, 1)), field
        ).value

    return compute


def ranking(field):
    def compute(ranks):
        return getattr(ranking_agreement([0, 0], [0, 1], ranks, rng=RNG, replicates=2), field).value

    return compute


def share(example):
    k, n = example
    return clustered_mean(np.arange(n) < k, np.ones(n), np.arange(n), np.zeros(n), reason="none").value


def rated(field):
    def compute(example):
        choice, difference = example
        n = len(choice)
        return getattr(rating_choice(range(n), np.arange(n), choice, difference, n_trainers=n), field).value

    return compute


def rewritten(field):
    def compute(example):
        texts, originals = example
        n = len(texts)
        return getattr(rewrites(np.arange(n), np.arange(n), texts, originals, rng=RNG), field).value

    return compute


COMPUTED = {
    "exact_preference_agreement": agreement("exact"),
    "kappa_symmetric": agreement("kappa_symmetric"),
    "non_tied_agreement": agreement("non_tied"),
    "alpha_symmetric": agreement("alpha_symmetric"),
    "tie_share": agreement("tie_share"),
    "mean_tau_b": ranking("tau_b"),
    "kendall_w": ranking("kendall_w"),
    "top_1_agreement": ranking("top_1"),
    "best_worst_swaps": ranking("swaps"),
    "log_strength": lambda t: -bradley_terry(Comparisons.from_table(t), ties="drop").against(0)[0][1],
    "win_rate": lambda e: (e[0] + e[1] / 2) / e[2],
    "circular_share": lambda t: tournament(t).circular_triads / 1,
    "same_side_both_orders": lambda e: order_flips(*e).same_side.value,
    "chose_first": share,
    "chose_longer": share,
    "reward_model_ceiling": lambda a: beta_ceiling(2 * a - 1),
    "ceiling_against_majority": lambda e: beta_ceiling(2 * e[0] - 1, e[1]),
    "rating_choice_concordance": rated("concordance"),
    "tie_when_equal": rated("tie_when_equal"),
    "brier_ratings": lambda e: rating_choice_across([0], [0], [e[0]], [1.0], [e[1]], [e[1]]).brier_ratings.value,
    "rewrite_unchanged": rewritten("unchanged"),
    "rewrite_change": rewritten("change"),
    "preference_share": lambda e: float(preference_shares([e[0]], prior=e[1]).share[0, 2]),
}


@pytest.mark.parametrize("entry", METRICS, ids=lambda m: m.name)
def test_the_worked_example_is_what_the_statistic_gives(entry):
    assert REGISTRY[entry.name] is entry
    assert (entry.example_value is None) == (entry.name not in COMPUTED)
    if entry.example_value is not None:
        assert COMPUTED[entry.name](entry.example_input) == pytest.approx(entry.example_value, abs=5e-5)


def test_every_entry_says_when_not_to_trust_it():
    for entry in METRICS:
        assert entry.subject == "preferences"
        assert all(len(text) > 10 for text in (entry.plain, entry.example, entry.distrust, entry.source))
