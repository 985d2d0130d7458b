"""The split of 1 - alpha over sections and boundaries adds up, and agrees with the split over pairs."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.scale import Scale
from analytics.stats.counts.patterns import Patterns
from analytics.stats.hotspots.guideline_boundaries import (
    Boundary,
    both_sides,
    boundaries,
    boundary_patterns,
    part_gains,
    worse_here,
)
from analytics.stats.hotspots.label_pairs import label_pairs
from analytics.stats.hotspots.part_disagreement import part_disagreements

NOMINAL = Scale(level="nominal", labels=("a", "b", "c", "d"))
ORDINAL = Scale(level="ordinal", labels=("1", "2", "3", "4"))
SETS = Scale(level="set", labels=("", "x", "x|y", "y"))


def random_parts(seed: int, k: int = 4, parts: int = 3) -> list[Patterns]:
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(parts):
        counts = rng.multinomial(1, np.ones(k) / k, size=12) + rng.integers(0, 3, (12, k))
        made.append(Patterns(counts=counts, multiplicity=rng.integers(1, 5, 12)))
    return made


def together(parts: list[Patterns]) -> Patterns:
    return Patterns(
        counts=np.concatenate([p.counts for p in parts]), multiplicity=np.concatenate([p.multiplicity for p in parts])
    )


@pytest.mark.parametrize("scale", [NOMINAL, ORDINAL, SETS], ids=["nominal", "ordinal", "set"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_gains_together_are_one_minus_alpha(scale: Scale, seed: int) -> None:
    parts = random_parts(seed)
    lines = boundaries(together(parts), scale)
    split = part_gains(parts, scale, lines, n_replicates=0, rng=np.random.default_rng(0))
    whole = label_pairs(together(parts), scale, n_replicates=0, rng=np.random.default_rng(0))
    assert split.alpha == pytest.approx(whole.alpha, abs=1e-12)
    assert sum(g.value for row in split.gain for g in row) == pytest.approx(1 - whole.alpha, abs=1e-12)


def test_a_pairs_gains_over_parts_are_the_pairs_gain() -> None:
    parts = random_parts(4)
    lines = boundaries(together(parts), NOMINAL)
    split = part_gains(parts, NOMINAL, lines, n_replicates=0, rng=np.random.default_rng(0))
    whole = label_pairs(together(parts), NOMINAL, n_replicates=0, rng=np.random.default_rng(0))
    by_pair = {(p.a, p.b): p.alpha_gain.value for p in whole.pairs}
    for h, line in enumerate(lines):
        total = sum(row[h].value for row in split.gain)
        assert total == pytest.approx(by_pair[NOMINAL.labels[line.a], NOMINAL.labels[line.b]], abs=1e-12)


def test_settling_the_only_split_boundary_gives_perfect_agreement() -> None:
    unsure = Patterns(counts=np.array([[1, 1, 0, 0], [2, 0, 0, 0]]), multiplicity=np.array([5, 5]))
    sure = Patterns(counts=np.array([[0, 0, 2, 0], [0, 0, 0, 2]]), multiplicity=np.array([5, 5]))
    lines = (Boundary(a=0, b=1, ordered=False),)
    found = part_gains([unsure, sure], NOMINAL, lines, n_replicates=200, rng=np.random.default_rng(0))
    here, elsewhere = found.gain[0][0], found.gain[1][0]
    assert found.alpha + here.value == pytest.approx(1.0, abs=1e-12)
    assert elsewhere.value == 0
    assert 0 < here.low < here.value < here.high


def test_the_interval_covers_the_gain_of_the_population() -> None:
    """Items drawn from known patterns; the percentile interval holds the population's gain about 95 times of 100."""
    rows = np.array([[3, 0, 0, 0], [2, 1, 0, 0], [1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 1, 2], [0, 0, 0, 3]])
    share = np.array([0.3, 0.15, 0.15, 0.2, 0.05, 0.15])
    lines = (Boundary(a=0, b=1, ordered=False),)
    many = Patterns(counts=rows, multiplicity=(share * 10_000_000).astype(np.int64))
    truth = part_gains([many], NOMINAL, lines, n_replicates=0, rng=np.random.default_rng(0)).gain[0][0].value
    covered = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        sample = Patterns(counts=rows, multiplicity=rng.multinomial(200, share))
        one = part_gains([sample], NOMINAL, lines, n_replicates=200, rng=rng).gain[0][0]
        covered += one.low <= truth <= one.high
    assert covered / 150 > 0.88


def test_sides_of_a_boundary() -> None:
    p = Patterns(counts=np.array([[1, 1, 0, 1], [0, 0, 2, 1], [0, 2, 0, 0]]), multiplicity=np.array([1, 2, 3]))
    pair, step = Boundary(a=0, b=1, ordered=False), Boundary(a=1, b=2, ordered=True)
    assert both_sides(p, pair).tolist() == [True, False, False]
    assert both_sides(p, step).tolist() == [True, False, False]
    assert boundary_patterns(p, step).counts.tolist() == [[2, 1], [0, 3], [2, 0]]
    assert boundary_patterns(p, pair).counts.tolist() == [[1, 1], [0, 2]]
    assert boundary_patterns(p, pair).multiplicity.tolist() == [1, 3]


def test_what_cannot_be_split_says_why() -> None:
    single = Patterns(counts=np.array([[1, 0, 0, 0]]), multiplicity=np.array([9]))
    alike = Patterns(counts=np.array([[2, 0, 0, 0]]), multiplicity=np.array([9]))
    lines = (Boundary(a=0, b=1, ordered=False),)
    for parts, words in (
        ([single], "No item has two judgments"),
        ([alike], "Every paired judgment has the same label"),
    ):
        found = part_gains(parts, NOMINAL, lines, rng=np.random.default_rng(0))
        assert words in str(found.undefined)
        assert found.gain[0][0].undefined == found.undefined
    assert boundaries(alike, Scale(level="interval", labels=("1", "2", "3", "4"))) == ()
    with pytest.raises(ValueError, match="level must be one of 'nominal', 'ordinal', 'set', 'preference', got 'ratio'"):
        part_gains([alike], Scale(level="ratio", labels=("1", "2", "3", "4")), lines, rng=np.random.default_rng(0))


def test_worse_here_takes_the_larger_of_two_doubts() -> None:
    assert worse_here(0.001, -0.1, 0.1) == pytest.approx(0.15865525, abs=1e-7)
    assert worse_here(0.4, -1.0, 0.1) == 0.4
    assert np.isnan(worse_here(0.4, float("nan"), 0.1))
    assert np.isnan(worse_here(0.4, -0.1, 0.0))


def test_disagreement_of_parts_against_loops() -> None:
    parts = random_parts(7)
    found = part_disagreements(parts)

    def items(p: Patterns) -> list[float]:
        out = []
        for row, n in zip(p.counts, p.multiplicity, strict=True):
            labels = [k for k, c in enumerate(row) for _ in range(int(c))]
            pairs = [(x, y) for i, x in enumerate(labels) for y in labels[i + 1 :]]
            if pairs:
                out += [sum(x != y for x, y in pairs) / len(pairs)] * int(n)
        return out

    for s, one in enumerate(found):
        here = items(parts[s])
        rest = [d for other, p in enumerate(parts) if other != s for d in items(p)]
        assert one.n_items == len(here)
        assert one.disagreement == pytest.approx(np.mean(here), abs=1e-12)
        assert one.excess.value == pytest.approx(np.mean(here) - np.mean(rest), abs=1e-12)
        se = np.sqrt(np.var(here, ddof=1) / len(here) + np.var(rest, ddof=1) / len(rest))
        assert one.excess.se == pytest.approx(se, abs=1e-12)
    assert "no other part" in str(part_disagreements(parts[:1])[0].excess.undefined)
