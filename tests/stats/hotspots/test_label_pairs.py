"""The split of 1 - alpha over label pairs: additivity, the krippendorff package, loops over judgments, intervals."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.scale import Scale
from analytics.stats.counts.pattern_coincidences import coincidences
from analytics.stats.counts.patterns import Patterns, patterns_from_codes
from analytics.stats.hotspots.label_pair_sources import pair_directions, pair_places
from analytics.stats.hotspots.label_pairs import label_pairs, merged_alpha
from analytics.stats.hotspots.scale_thresholds import thresholds

LABELS = ("1", "2", "3", "5")
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def split(patterns, level="nominal", labels=LABELS, n_replicates=0, seed=0):
    scale = Scale(level=level, labels=labels)
    return label_pairs(patterns, scale, n_replicates=n_replicates, rng=np.random.default_rng(seed))


def simulated(rng, n=300, k=4):
    shares = rng.dirichlet(np.full(k, 0.4), n)
    return np.array([rng.multinomial(m, p) for m, p in zip(rng.integers(1, 7, n), shares, strict=True)])


@pytest.mark.parametrize("level", LEVELS)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gains_sum_to_one_minus_alpha_and_alpha_is_krippendorffs(level, seed):
    counts = simulated(np.random.default_rng(seed), n=40)
    found = split(Patterns.from_counts(counts), level)
    gains = sum(pair.alpha_gain.value for pair in found.pairs)
    assert gains == pytest.approx(1 - found.alpha, abs=1e-12)
    assert sum(pair.share_of_disagreement for pair in found.pairs) == pytest.approx(1, abs=1e-12)
    theirs = krippendorff.alpha(
        value_counts=counts, value_domain=[float(x) for x in LABELS], level_of_measurement=level
    )
    assert found.alpha == pytest.approx(theirs, abs=1e-12)
    values = [pair.alpha_gain.value for pair in found.pairs]
    assert values == sorted(values, reverse=True)


def test_coincidences_equal_a_loop_over_pairs_of_judgments():
    counts = simulated(np.random.default_rng(5), n=25)
    expected = np.zeros((4, 4))
    for row in counts:
        labels = np.repeat(np.arange(4), row)
        for i in range(len(labels)):
            for j in range(len(labels)):
                if i != j:
                    expected[labels[i], labels[j]] += 1 / (len(labels) - 1)
    np.testing.assert_allclose(coincidences(Patterns.from_counts(counts)), expected, atol=1e-12)


def test_set_labels_use_masi_and_still_add_up():
    labels = ("", "bias", "bias|tox", "tox")
    counts = simulated(np.random.default_rng(8), n=60)
    found = split(Patterns.from_counts(counts), "set", labels)
    assert found.distance == "set"
    assert sum(pair.alpha_gain.value for pair in found.pairs) == pytest.approx(1 - found.alpha, abs=1e-12)


def test_the_planted_boundary_comes_first_with_a_lift_near_one_and_interval_covers():
    rng = np.random.default_rng(11)
    covered, gains = 0, []
    sets = []
    for _ in range(60):
        rows = []
        for _ in range(250):
            truth = rng.integers(4)
            p = np.full(4, 0.02)
            p[truth] += 0.92
            if truth in (1, 2):
                p[[1, 2]] = 0.48
            rows.append(rng.multinomial(4, p / p.sum()))
        sets.append(Patterns.from_counts(rows))
    truth = np.mean([next(p for p in split(s).pairs if (p.a, p.b) == ("2", "3")).alpha_gain.value for s in sets])
    for one in sets:
        found = split(one, n_replicates=300)
        top = found.pairs[0]
        assert (top.a, top.b) == ("2", "3")
        gains.append(top.lift)
        covered += top.alpha_gain.low <= truth <= top.alpha_gain.high
    assert covered / 60 >= 0.85
    assert 0.8 < np.mean(gains) < 2.2


def test_settling_the_pair_raises_alpha_about_as_promised():
    rng = np.random.default_rng(12)
    counts = np.array([rng.multinomial(5, p) for p in rng.dirichlet([0.3, 0.3, 0.3, 0.1], 2000)])
    found = split(Patterns.from_counts(counts))
    top = found.pairs[0]
    a, b = LABELS.index(top.a), LABELS.index(top.b)
    settled = counts.copy()
    for row in settled:  # all splits between a and b go to the larger camp
        if row[a] and row[b]:
            keep, drop = (a, b) if row[a] >= row[b] else (b, a)
            row[keep] += row[drop]
            row[drop] = 0
    after = split(Patterns.from_counts(settled)).alpha
    assert after - found.alpha == pytest.approx(top.alpha_gain.value, abs=0.03)


def test_merging_two_labels_equals_alpha_of_the_merged_counts():
    counts = simulated(np.random.default_rng(3))
    patterns = Patterns.from_counts(counts)
    merged = np.column_stack([counts[:, 0], counts[:, 1] + counts[:, 2], counts[:, 3]])
    theirs = krippendorff.alpha(value_counts=merged, level_of_measurement="nominal")
    ours = merged_alpha(patterns, Scale(level="nominal", labels=LABELS), "2", "3")
    assert ours == pytest.approx(theirs, abs=1e-12)
    with pytest.raises(ValueError, match="two labels of the scale, got '2' and '9'"):
        merged_alpha(patterns, Scale(level="nominal", labels=LABELS), "2", "9")


def test_thresholds_are_alphas_of_the_halves():
    counts = simulated(np.random.default_rng(4))
    cuts = thresholds(
        Patterns.from_counts(counts),
        Scale(level="ordinal", labels=LABELS),
        n_replicates=50,
        rng=np.random.default_rng(0),
    )
    assert [(c.below, c.above) for c in cuts] == [("1", "2"), ("2", "3"), ("3", "5")]
    for k, cut in enumerate(cuts):
        halves = np.column_stack([counts[:, : k + 1].sum(axis=1), counts[:, k + 1 :].sum(axis=1)])
        theirs = krippendorff.alpha(value_counts=halves, level_of_measurement="nominal")
        assert cut.alpha.value == pytest.approx(theirs, abs=1e-12)
        assert cut.alpha.low <= cut.alpha.value <= cut.alpha.high


def test_hundreds_of_labels_stay_small():
    rng = np.random.default_rng(6)
    labels = tuple(str(k) for k in range(200))
    counts = np.array([rng.multinomial(4, p) for p in rng.dirichlet(np.full(200, 0.01), 500)])
    found = split(Patterns.from_counts(counts), labels=labels, n_replicates=5)
    assert len(found.pairs) == 200 * 199 // 2
    assert sum(pair.alpha_gain.value for pair in found.pairs) == pytest.approx(1 - found.alpha, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "text"),
    [([[1, 0, 0, 0]], "No item has two judgments"), ([[3, 0, 0, 0], [2, 0, 0, 0]], "the same label")],
)
def test_no_split_without_variation(counts, text):
    found = split(Patterns.from_counts(counts), n_replicates=20)
    assert text in found.undefined
    assert np.isnan(found.alpha)
    assert all(text in pair.alpha_gain.undefined for pair in found.pairs)


def test_perfect_agreement_has_no_disagreement_to_share_out():
    found = split(Patterns.from_counts([[3, 0, 0, 0], [0, 3, 0, 0]]), n_replicates=20)
    assert found.alpha == 1
    assert all(pair.alpha_gain.value == 0 for pair in found.pairs)
    assert all(np.isnan(pair.share_of_disagreement) for pair in found.pairs)


def test_directions_by_trainer_sum_to_the_coincidences_and_find_the_planted_reader():
    rng = np.random.default_rng(9)
    n, trainers = 600, 12
    lean = np.full(trainers, 0.5)
    lean[3], lean[7] = 0.95, 0.1
    item, trainer, label = [], [], []
    for i in range(n):
        for j in rng.choice(trainers, 4, replace=False):
            item.append(i)
            trainer.append(j)
            label.append(0 if i % 3 == 0 else 1 + int(rng.random() > lean[j]))
    patterns, by_trainer = patterns_from_codes(item, trainer, label, 3)
    found = pair_directions(patterns, by_trainer, 1, 2)
    table = coincidences(patterns)
    assert found.gives_a.sum() == pytest.approx(table[1, 2])
    assert found.gives_b.sum() == pytest.approx(table[1, 2])
    assert int(np.argmax(found.share_a)) == 3
    assert int(np.argmin(found.share_a)) == 7
    assert found.low[3] > 0.5
    assert found.high[7] < 0.5
    assert "No item has both labels" in pair_directions(patterns, by_trainer, 0, 2).undefined
    with pytest.raises(ValueError, match="two label indices"):
        pair_directions(patterns, by_trainer, 1, 1)


def test_trainers_who_do_not_differ_are_drawn_to_no_direction():
    rng = np.random.default_rng(10)
    item = np.repeat(np.arange(500), 4)
    trainer = np.concatenate([rng.choice(10, 4, replace=False) for _ in range(500)])
    patterns, by_trainer = patterns_from_codes(item, trainer, rng.integers(0, 2, 2000), 2)
    found = pair_directions(patterns, by_trainer, 0, 1)
    assert np.abs(found.share_a - 0.5).max() < 0.1


def test_places_share_out_the_pair_and_the_planted_section_leads():
    rng = np.random.default_rng(2)
    calm = {f"s{i}": Patterns.from_counts(rng.multinomial(5, [0.9, 0.1], 80)) for i in range(4)}
    parts = {
        **calm,
        "gap": Patterns.from_counts(rng.multinomial(5, [0.5, 0.5], 80)),
        "empty": Patterns.from_counts(np.zeros((0, 2), dtype=int)),
    }
    found = pair_places(parts, 0, 1)
    assert found[0].part == "gap"
    assert found[0].p_value < 1e-6
    assert sum(place.share for place in found) == pytest.approx(1)
    assert found[0].excess > 1.5
    assert {place.part for place in found} == set(parts) - {"empty"}


def test_wrong_use_is_an_error():
    patterns = Patterns.from_counts([[1, 1]])
    with pytest.raises(ValueError, match="patterns must have 4 labels, got 2"):
        split(patterns)
    with pytest.raises(ValueError, match="confidence must lie in"):
        label_pairs(patterns, Scale(level="nominal", labels=("a", "b")), confidence=0, rng=np.random.default_rng(0))
