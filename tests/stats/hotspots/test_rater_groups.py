"""Groups of trainers: against loops and alpha, planted perspectives, uniform p-values when groups do not matter."""

from __future__ import annotations

import itertools

import krippendorff
import numpy as np
import pytest
from scipy.stats import kstest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.group_gaps import group_consensus, group_gaps
from analytics.stats.hotspots.group_permutations import permuted_groups, volume_strata
from analytics.stats.hotspots.group_tables import cross_group_reliability, group_counts, label_table, within_group_alpha
from analytics.stats.hotspots.rater_groups import rater_groups

NOMINAL = 1 - np.eye(2)


def simulated(rng, *, n=80, trainers=24, m=8, own_reading=0.0, n_groups=2, lean=0.4):
    """Yes / no judgments; on a share `own_reading` of the items group 0 reads the opposite."""
    group = np.arange(trainers) % n_groups
    p = rng.beta(0.6, 0.6, n)
    flipped = rng.random(n) < own_reading
    tendency = rng.normal(0, lean, trainers)
    item, trainer, label = [], [], []
    for i in range(n):
        for j in rng.choice(trainers, m, replace=False):
            share = 1 - p[i] if flipped[i] and group[j] == 0 else p[i]
            logit = np.log(share + 0.01) - np.log(1.01 - share) + tendency[j]
            item.append(i)
            trainer.append(j)
            label.append(int(rng.random() < 1 / (1 + np.exp(-logit))))
    codes = JudgmentCodes.ordered(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=2)
    return codes, group, flipped


def xrr_by_loops(x, y, distance):
    labels = lambda row: [k for k, n in enumerate(row) for _ in range(int(n))]  # noqa: E731
    pairs = [(labels(a), labels(b)) for a, b in zip(x, y, strict=True) if sum(a) and sum(b)]
    top = sum((len(a) + len(b)) * np.mean([distance[s][t] for s in a for t in b]) for a, b in pairs)
    observed = top / sum(len(a) + len(b) for a, b in pairs)
    left, right = [s for a, _ in pairs for s in a], [t for _, b in pairs for t in b]
    expected = np.mean([distance[s][t] for s, t in itertools.product(left, right)])
    return 1 - observed / expected


def test_xrr_equals_the_loops_and_is_alpha_like_for_replicas():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 4, (20, 3)), rng.integers(0, 4, (20, 3))
    distance = np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]], dtype=float)
    found = cross_group_reliability(x[:, :, None].astype(float), y[:, :, None].astype(float), distance)[0]
    assert found == pytest.approx(xrr_by_loops(x, y, distance), abs=1e-12)
    p = rng.beta(0.4, 0.4, 3000)
    one, two = (np.column_stack([5 - (b := rng.binomial(5, p)), b]).astype(float)[:, :, None] for _ in range(2))
    within, across = within_group_alpha(one, NOMINAL)[0], cross_group_reliability(one, two, NOMINAL)[0]
    assert across == pytest.approx(within, abs=0.03)


def test_within_group_alpha_is_krippendorffs():
    codes, group, _ = simulated(np.random.default_rng(2))
    counts = group_counts(label_table(codes), group[None], 2, 2)
    for g in range(2):
        one = counts[:, :, 0, g].astype(int)
        theirs = krippendorff.alpha(value_counts=one, level_of_measurement="nominal")
        assert within_group_alpha(counts[:, :, :, g], NOMINAL)[0] == pytest.approx(theirs, abs=1e-12)


def test_a_planted_perspective_is_found_and_two_equal_groups_mirror_each_other():
    codes, group, _ = simulated(np.random.default_rng(3), n=200, own_reading=0.15)
    found = rater_groups(codes, group, 2, NOMINAL, n_permutations=199, rng=np.random.default_rng(0))
    for one in found.groups:
        assert one.q_across <= 0.05
        assert one.q_difference <= 0.05
        assert one.association.value > 1.2
        assert one.difference.low > 0
    assert found.groups[0].across.value == pytest.approx(found.groups[1].across.value)
    assert found.diversity == max(g.association.value for g in found.groups)


def test_p_values_are_uniform_when_the_group_does_not_matter():
    """Trainers differ among themselves (lean .8); permuting judgments instead of trainers would fail here."""
    p = []
    for seed in range(120):
        rng = np.random.default_rng(1000 + seed)
        codes, group, _ = simulated(rng, n=40, trainers=16, m=6, lean=0.8)
        found = rater_groups(codes, group, 2, NOMINAL, n_permutations=59, rng=rng)
        p.append(found.groups[0].p_difference)
    assert kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) <= 0.1) < 0.18


def test_the_interval_of_the_difference_covers_nothing_when_there_is_nothing():
    covered = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        codes, group, _ = simulated(rng, n=60, trainers=24, m=8)
        one = rater_groups(codes, group, 2, NOMINAL, n_permutations=1, rng=rng).groups[0]
        covered.append(one.difference.low <= 0 <= one.difference.high)
    assert np.mean(covered) > 0.86


def test_the_ratio_is_withheld_where_agreement_across_is_near_nothing():
    rng = np.random.default_rng(4)
    codes, group, _ = simulated(rng, n=60, own_reading=0.5)
    one = rater_groups(codes, group, 2, NOMINAL, n_permutations=9, rng=rng).groups[0]
    assert "a ratio to it would mean nothing" in one.association.undefined
    assert one.difference.defined


def test_small_groups_are_hidden_whole_with_what_would_reveal_them():
    codes, _, _ = simulated(np.random.default_rng(5), trainers=24)
    group = np.array([0] * 12 + [1] * 8 + [2] * 3 + [-1])
    found = rater_groups(codes, group, 3, NOMINAL, n_permutations=9, rng=np.random.default_rng(0))
    shown, second, small = found.groups
    assert shown.suppressed is None
    assert "Fewer than 5 trainers" in small.suppressed
    assert "by subtraction" in second.suppressed
    for one in (second, small):
        assert one.n_trainers == one.n_judgments == one.n_items == 0
        assert not one.within.defined
        assert np.isnan(one.p_difference)
    nobody = rater_groups(codes, np.zeros(24, dtype=int), 1, NOMINAL, n_permutations=9, rng=np.random.default_rng(0))
    assert "at least 5 others" in nobody.undefined


def test_trainers_of_unknown_group_do_not_enter():
    codes, group, _ = simulated(np.random.default_rng(6), trainers=24)
    partly = np.where(np.arange(24) < 20, group, -1)
    keep = codes.trainer < 20
    fewer = JudgmentCodes(
        item=codes.item[keep],
        trainer=codes.trainer[keep],
        label=codes.label[keep],
        n_items=80,
        n_trainers=20,
        n_labels=2,
    )
    a = rater_groups(codes, partly, 2, NOMINAL, n_permutations=9, rng=np.random.default_rng(0)).groups[0]
    b = rater_groups(fewer, group[:20], 2, NOMINAL, n_permutations=9, rng=np.random.default_rng(0)).groups[0]
    assert a.within.value == pytest.approx(b.within.value, abs=1e-12)
    assert a.across.value == pytest.approx(b.across.value, abs=1e-12)


def test_permutations_keep_group_sizes_within_strata():
    codes, group, _ = simulated(np.random.default_rng(7))
    strata = volume_strata(codes, group, 3)
    for row in permuted_groups(group, strata, 20, np.random.default_rng(0)):
        for s in range(3):
            assert sorted(row[strata == s]) == sorted(group[strata == s])


def test_item_gaps_find_the_flipped_items_and_hold_for_all_together():
    rng = np.random.default_rng(8)
    n, trainers = 40, 40
    group = np.arange(trainers) % 2
    item = np.repeat(np.arange(n), trainers)
    trainer = np.tile(np.arange(trainers), n)
    share = np.where((item < 4) & (group[trainer] == 1), 0.85, 0.2)
    label = (rng.random(item.size) < share).astype(int)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=2)
    found = group_gaps(
        codes, group, [0, 1], part=(np.arange(n) >= 4).astype(int), n_parts=2, n_permutations=199, rng=rng
    )
    assert (found.p_value[:4] <= 0.05).all()
    assert (found.p_value[4:] <= 0.05).sum() <= 1
    assert found.p_any < 0.02
    assert found.part_p_value[0] < 0.03
    assert found.part_p_value[1] > 0.05
    assert found.part_gap[0] == pytest.approx(0.65, abs=0.15)
    calm = slice(4, None)
    assert np.abs(found.shrunken[calm]).mean() < np.abs(found.gap[calm]).mean()


def test_item_gap_p_values_are_family_wise_exact_under_the_null():
    hits = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        codes, group, _ = simulated(rng, n=30, trainers=16, m=8, lean=0.8)
        found = group_gaps(codes, group, [0, 1], n_permutations=39, rng=rng)
        hits.append(np.nanmin(found.p_value) <= 0.1)
    assert np.mean(hits) < 0.18  # .1 plus 3 standard errors


def test_gaps_without_shared_items_and_wrong_use():
    sizes = {"n_items": 2, "n_trainers": 4, "n_labels": 2}
    codes = JudgmentCodes(item=[0, 0, 1, 1], trainer=[0, 1, 2, 3], label=[0, 1, 1, 1], **sizes)
    nothing = group_gaps(codes, [1, 1, 0, 0], [0, 1], n_permutations=9, rng=np.random.default_rng(0))
    assert "No item was judged by the group and by others" in nothing.undefined
    with pytest.raises(ValueError, match="member must be 1, 0 or -1"):
        group_gaps(codes, [2, 0, 0, 0], [0, 1], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="score must be 2 finite numbers"):
        group_gaps(codes, [1, 0, 0, 0], [0, np.nan], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="part must give each of 2 items"):
        group_gaps(codes, [1, 0, 0, 0], [0, 1], part=[0, 5], n_parts=2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="group must give each of 4 trainers"):
        rater_groups(codes, [0], 1, NOMINAL, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="n_permutations must be at least 1"):
        rater_groups(codes, [0, 0, 1, 1], 2, NOMINAL, n_permutations=0, rng=np.random.default_rng(0))


def test_consensus_needs_one_label_in_every_group():
    counts = np.zeros((4, 2, 2))
    counts[0] = [[0, 0], [3, 2]]  # both say 1
    counts[1] = [[3, 0], [0, 3]]  # they differ
    counts[2] = [[2, 0], [2, 3]]  # a tie is no label
    counts[3] = [[1, 0], [0, 0]]  # the second group has not judged it
    assert group_consensus(counts) == (pytest.approx(1 / 3), 3)
    assert group_consensus(np.zeros((2, 2, 2)))[1] == 0
