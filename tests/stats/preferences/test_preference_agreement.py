"""Agreement on preferences: against loops over pairs, against krippendorff, and under every renaming of A and B."""

from __future__ import annotations

import itertools
import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, patterns_from_codes
from analytics.stats.preferences.preference_agreement import preference_agreement

SIGNS = (-1, 0, 1)
GRADES = (-3, -2, -1, 0, 1, 2, 3)


def simulated(rng, n=60, m_trainers=9, lean=0.0, tie=0.2, share=0.6):
    """Item-wise preferences with trainers who differ; -1 in the table where a trainer did not judge."""
    quality = rng.normal(0, 1.2, n)
    own = rng.normal(0, lean, m_trainers)
    x = quality[:, None] + own[None, :] + rng.logistic(size=(n, m_trainers))
    table = np.where(np.abs(x) < tie * 2, 1, np.where(x < 0, 0, 2))
    table[rng.random(table.shape) > share] = -1
    return table


def codes(table):
    item, trainer = np.nonzero(table >= 0)
    return item, trainer, table[item, trainer]


def loops(table, scores):
    """The definitions, judgment by judgment."""
    same, pairs, sided_same, sided, apart, shares, moment, pairable = [], [], 0.0, 0.0, 0.0, [], 0.0, 0
    for row in table:
        x = [scores[c] for c in row if c >= 0]
        m = len(x)
        if m:
            shares.append(sum(v == 0 for v in x) / m)
        if m < 2:
            continue
        sign = [np.sign(v) for v in x]
        every = list(itertools.permutations(range(m), 2))
        same.append(sum(sign[a] == sign[b] for a, b in every) / len(every))
        pairs.append(len(every))
        sided += sum(sign[a] != 0 and sign[b] != 0 for a, b in every) / len(every)
        sided_same += sum(sign[a] == sign[b] != 0 for a, b in every) / len(every)
        apart += sum((x[a] - x[b]) ** 2 for a, b in every) / (m - 1)
        moment += sum(v * v for v in x)
        pairable += m
    p_a, t = float(np.mean(same)), float(np.mean(shares))
    p_e = t**2 + (1 - t) ** 2 / 2
    return {
        "exact": p_a,
        "kappa_symmetric": (p_a - p_e) / (1 - p_e),
        "non_tied": sided_same / sided,
        "alpha_symmetric": 1 - (apart / pairable) / (2 * moment / pairable),
        "tie_share": t,
    }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("scores", [SIGNS, GRADES])
def test_every_number_is_what_loops_over_pairs_give(seed, scores):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, len(scores), size=(40, 6))
    table[rng.random(table.shape) < 0.5] = -1
    found = preference_agreement(Patterns.from_matrix(table, len(scores)), scores=scores)
    for name, value in loops(table, scores).items():
        assert getattr(found, name).value == pytest.approx(value, abs=1e-12), name


def test_without_ties_kappa_is_twice_the_agreement_less_one():
    table = np.random.default_rng(5).choice([0, 2], size=(50, 4))
    found = preference_agreement(Patterns.from_matrix(table, 3), scores=SIGNS)
    assert found.kappa_symmetric.value == 2 * found.exact.value - 1
    assert found.non_tied.value == pytest.approx(found.exact.value, abs=1e-15)


def test_with_balanced_sides_alpha_is_krippendorffs_up_to_its_small_sample_term():
    """Doubling the log with A and B exchanged makes the observed marginals symmetric; D_e then differs by n/(n-1)."""
    table = simulated(np.random.default_rng(1))
    both = np.vstack([table, np.where(table < 0, -1, 2 - table)])
    ours = preference_agreement(Patterns.from_matrix(both, 3), scores=SIGNS).alpha_symmetric
    paired = both[(both >= 0).sum(axis=1) >= 2]
    n = int((paired >= 0).sum())
    data = np.where(both < 0, np.nan, both - 1.0).T
    peer = krippendorff.alpha(reliability_data=data, level_of_measurement="interval")
    assert 1 - ours.value == pytest.approx((1 - peer) * n / (n - 1), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), graded=st.booleans())
def test_renaming_a_and_b_on_any_items_changes_nothing_at_all(seed, graded):
    scores = GRADES if graded else SIGNS
    rng = np.random.default_rng(seed)
    table = rng.integers(0, len(scores), size=(25, 5))
    table[rng.random(table.shape) < 0.4] = -1
    renamed = np.where((rng.random(25) < 0.5)[:, None] & (table >= 0), len(scores) - 1 - table, table)
    plain = preference_agreement(*patterns_from_codes(*codes(table), len(scores)), scores=scores)
    after = preference_agreement(*patterns_from_codes(*codes(renamed), len(scores)), scores=scores)
    assert repr(plain) == repr(after)


def test_order_of_trainers_items_and_labels_does_not_matter():
    rng = np.random.default_rng(8)
    table = simulated(rng)
    plain = preference_agreement(*patterns_from_codes(*codes(table), 3), scores=SIGNS)
    moved = table[rng.permutation(len(table))][:, rng.permutation(table.shape[1])]
    relabelled = np.where(moved < 0, -1, np.array([2, 0, 1])[moved])
    after = preference_agreement(*patterns_from_codes(*codes(relabelled), 3), scores=(0, 1, -1))
    for name in ("exact", "kappa_symmetric", "non_tied", "alpha_symmetric", "tie_share"):
        a, b = getattr(plain, name), getattr(after, name)
        assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high), abs=1e-12)


def test_item_intervals_equal_the_delete_one_item_jackknife_closely():
    table = simulated(np.random.default_rng(3), n=60)
    whole = preference_agreement(Patterns.from_matrix(table, 3), scores=SIGNS)
    for name in ("exact", "kappa_symmetric", "non_tied", "alpha_symmetric"):
        left = [
            getattr(preference_agreement(Patterns.from_matrix(np.delete(table, i, 0), 3), scores=SIGNS), name).value
            for i in range(len(table))
        ]
        n = len(left)
        jackknife = math.sqrt((n - 1) / n * sum((v - np.mean(left)) ** 2 for v in left))
        assert getattr(whole, name).se == pytest.approx(jackknife, rel=0.08), name


@pytest.mark.parametrize("name", ["kappa_symmetric", "alpha_symmetric"])
def test_two_way_intervals_cover_where_trainers_lean_and_item_intervals_do_not(name):
    """100 studies of 15 trainers with a strong common-to-all-items lean; truth from one very large study."""
    rng = np.random.default_rng(20)
    big = simulated(rng, n=4000, m_trainers=400, lean=1.0, share=0.05)
    truth = getattr(preference_agreement(Patterns.from_matrix(big, 3), scores=SIGNS), name).value
    two_way = item_only = 0
    for _ in range(100):
        table = simulated(rng, n=250, m_trainers=15, lean=1.0, share=0.3)
        patterns, trainers = patterns_from_codes(*codes(table), 3)
        both = getattr(preference_agreement(patterns, trainers, scores=SIGNS), name)
        one = getattr(preference_agreement(patterns, scores=SIGNS), name)
        two_way += both.low <= truth <= both.high
        item_only += one.low <= truth <= one.high
        assert both.se >= one.se
    assert two_way >= 0.87 * 100
    assert item_only < two_way


def test_the_numbers_are_those_of_the_registry_of_coefficients_to_the_last_digit_that_matters():
    """One page shows them from here, another from there: they may not differ."""
    table = simulated(np.random.default_rng(4), n=200, m_trainers=12, lean=0.5, share=0.3)
    patterns, trainers = patterns_from_codes(*codes(table), 3)
    ours = preference_agreement(patterns, trainers, scores=SIGNS)
    names = ("kappa_symmetric", "non_tied_agreement", "alpha_symmetric", "tie_share")
    theirs = agreement_coefficients(
        patterns, level="preference", values=SIGNS, labels=("A", "tie", "B"), trainer_patterns=trainers, names=names
    )
    mine = (ours.kappa_symmetric, ours.non_tied, ours.alpha_symmetric, ours.tie_share)
    for a, b in zip(mine, theirs, strict=True):
        assert a.name == b.name
        assert (a.value, a.low, a.high, a.se) == pytest.approx((b.value, b.low, b.high, b.se), abs=1e-10)


def test_labels_given_by_lot_agree_by_chance_alone():
    rng = np.random.default_rng(2)
    values = []
    for _ in range(150):
        table = rng.choice(3, size=(60, 4), p=[0.35, 0.3, 0.35])
        found = preference_agreement(Patterns.from_matrix(table, 3), scores=SIGNS)
        values.append((found.kappa_symmetric.value, found.alpha_symmetric.value, found.non_tied.value - 0.5))
    assert np.abs(np.mean(values, axis=0)).max() < 0.01


def test_undefined_cases_say_why():
    ties = preference_agreement(Patterns(counts=[[0, 3, 0]], multiplicity=[12]), scores=SIGNS)
    assert ties.exact.value == 1.0
    assert "every judgment was a tie" in str(ties.kappa_symmetric.undefined)
    assert "every judgment was a tie" in str(ties.alpha_symmetric.undefined)
    assert "took a side" in str(ties.non_tied.undefined)
    single = preference_agreement(Patterns(counts=[[1, 0, 0]], multiplicity=[9]), scores=SIGNS)
    assert single.exact.undefined == "no item has two judgments"
    empty = preference_agreement(Patterns.from_counts(np.zeros((0, 3), dtype=int)), scores=SIGNS)
    assert empty.tie_share.undefined is not None
    one = preference_agreement(Patterns(counts=[[2, 0, 1]], multiplicity=[1]), scores=SIGNS)
    assert one.exact.interval_method == "none: one item gives no interval"
    same = preference_agreement(Patterns(counts=[[2, 0, 0]], multiplicity=[40]), scores=SIGNS)
    assert same.exact.value == 1.0
    assert 0.85 < same.exact.low < 1.0


def test_wrong_use_is_refused():
    patterns = Patterns(counts=[[2, 0, 1]], multiplicity=[3])
    with pytest.raises(ValueError, match="one score for each of 3 labels, got 2"):
        preference_agreement(patterns, scores=(-1, 1))
    with pytest.raises(ValueError, match="symmetric about 0"):
        preference_agreement(patterns, scores=(0, 1, 2))
    with pytest.raises(ValueError, match=r"between 0 and 1, got 95"):
        preference_agreement(patterns, scores=SIGNS, confidence=95)
    _, trainers = patterns_from_codes([0, 0], [0, 1], [0, 2], 3)
    with pytest.raises(ValueError, match="trainer_patterns must account for every judgment"):
        preference_agreement(patterns, trainers, scores=SIGNS)
