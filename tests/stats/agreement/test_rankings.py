"""Rankings: tau-b against scipy, W and its pattern form, and the coefficients against the per-judgment module."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, kendalltau

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.rankings import canonical_ranking, concordance_by_pattern, kendall_w, ranking_tables
from analytics.stats.preferences.preference_forms import mid_ranks
from analytics.stats.preferences.ranking_agreement import ranking_agreement
from tests.stats.tables import counted, random_table

STRICT = tuple(">".join(p) for p in itertools.permutations("abcd"))
TIED = ("a=b>c>d", "a>b=c>d", "a=b=c=d", "d>a=b=c", "b>a>c=d")


def test_tau_b_is_scipys() -> None:
    labels = STRICT[:8] + TIED
    table = ranking_tables(labels)
    for i, j in itertools.combinations(range(len(labels)), 2):
        expected = kendalltau(table.ranks[i], table.ranks[j]).statistic
        assert table.tau[i, j] == pytest.approx(0.0 if np.isnan(expected) else expected, abs=1e-12)
    assert (np.diag(table.tau) == 1).all()


def test_tau_b_of_partial_rankings_looks_at_what_both_rank() -> None:
    table = ranking_tables(["a>b>c", "b>a", "c>d"])
    assert table.tau[0, 1] == -1
    assert table.tau[0, 2] == 0


def test_first_places() -> None:
    table = ranking_tables(["a>b>c", "a=b>c", "c>a=b", "a=b=c"])
    np.testing.assert_allclose(table.top[0], [1, 1 / 2, 0, 1 / 3])


@pytest.mark.parametrize("seed", range(5))
def test_w_of_a_pattern_is_w_of_its_rankings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = STRICT + TIED
    tables = ranking_tables(labels)
    counts = np.zeros((1, len(labels)), dtype=int)
    chosen = rng.integers(0, len(labels), 5)
    np.add.at(counts[0], chosen, 1)
    found = kendall_w(tables.ranks[chosen])
    assert concordance_by_pattern(counts, tables.ranks)[0] == pytest.approx(found.value, abs=1e-12)
    assert found.chi2 == pytest.approx(friedmanchisquare(*tables.ranks[chosen].T).statistic)


def test_w_does_not_exist_for_two_answers_partial_rankings_or_all_ties() -> None:
    pairs = ranking_tables(["a>b", "b>a"])
    assert np.isnan(concordance_by_pattern(np.array([[1, 1]]), pairs.ranks)).all()
    partial = ranking_tables(["a>b>c", "a>b>d", "a=b=c"])
    assert np.isnan(concordance_by_pattern(np.array([[1, 1, 0], [0, 0, 2], [1, 0, 0]]), partial.ranks)).all()


def test_the_three_coefficients_are_those_of_the_judgment_form() -> None:
    matrix = random_table(np.random.default_rng(3), 60, 6, len(STRICT), gaps=0.4, signal=0.5)
    patterns, trainers = counted(matrix, len(STRICT))
    found = {
        c.name: c for c in agreement_coefficients(patterns, level="ranking", trainer_patterns=trainers, labels=STRICT)
    }
    item, trainer = np.nonzero(matrix >= 0)
    ranks = np.array([mid_ranks(STRICT[k], "abcd") for k in matrix[item, trainer]])
    other = ranking_agreement(item, trainer, ranks, rng=np.random.default_rng(0), replicates=2)
    assert found["kendall_w"].value == pytest.approx(other.kendall_w.value, abs=1e-9)
    taus = []
    tables = ranking_tables(STRICT)
    for row in matrix:
        given = row[row >= 0]
        if given.size > 1:
            taus.append(np.mean([tables.tau[a, b] for a, b in itertools.combinations(given, 2)]))
    assert found["mean_tau_b"].value == pytest.approx(np.mean(taus), abs=1e-12)
    assert found["mean_tau_b"].low < found["mean_tau_b"].value < found["mean_tau_b"].high


def test_alpha_of_rankings_uses_half_of_one_minus_tau() -> None:
    labels = ("a>b>c", "c>b>a")
    patterns, _ = counted(np.array([[0, 0], [1, 1], [0, 1]]), 2)
    (ranked,) = agreement_coefficients(patterns, level="ranking", labels=labels, names=("krippendorff_alpha",))
    (nominal,) = agreement_coefficients(patterns, level="nominal", names=("krippendorff_alpha",))
    assert ranked.value == pytest.approx(nominal.value), "opposite rankings are as far apart as can be"


def test_canonical_rankings_pool_prompts() -> None:
    assert canonical_ranking("r9>r7=r8") == canonical_ranking("x3>x1=x2") == "3>1=2"


def test_gaps_and_thin_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="must be complete; compare partial rankings by tau-b"):
        kendall_w([[1, 2], [np.nan, 1]])
    with pytest.raises(ValueError, match="at least two rankings and two answers"):
        kendall_w([[1, 2]])
