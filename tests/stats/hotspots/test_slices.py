"""Slices: planted excess found on held-out items, nothing found where there is nothing, trainers adjusted for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.attributes import Attribute, named_attribute, number_attribute
from analytics.stats.hotspots.slice_results import STANDINGS
from analytics.stats.hotspots.slice_search import SearchRule, cells, found_slices
from analytics.stats.hotspots.slice_tests import TrainerAdjustment, judgment_disagreement
from analytics.stats.hotspots.slices import slices
from tests.studies.hotspot_simulation import careless_team_log, overlap_scores, slice_log

NOMINAL = 1 - np.eye(3)


def search(codes, attributes, seed=0, **options):
    return slices(codes, attributes, NOMINAL, rng=np.random.default_rng(seed), **options)


def test_planted_slices_are_found_and_little_else():
    """Short version of docs/studies/planted_hotspots.md: slices of 60 to 200 items, excess .2 to .4."""
    total = np.zeros(4)
    for seed in range(8):
        rng = np.random.default_rng(500 + seed)
        codes, attributes, planted, table = slice_log(rng)
        total += overlap_scores(search(codes, attributes, seed).slices, planted, table)
    found, planted, false, listed = total
    assert found / planted >= 0.9
    assert false / listed <= 0.1


def test_with_nothing_planted_at_most_the_stated_share_of_studies_lists_anything():
    any_listed = []
    for seed in range(40):
        codes, attributes, _, _ = slice_log(np.random.default_rng(seed), n=1200, n_planted=0)
        any_listed.append(len(search(codes, attributes, seed).slices) > 0)
    assert np.mean(any_listed) <= 0.2  # .1 is stated; 40 studies allow 2 standard errors


def test_a_careless_team_on_one_topic_is_no_property_of_the_topic():
    listed, raw, adjusted = [], [], []
    for seed in range(10):
        codes, attributes = careless_team_log(np.random.default_rng(seed), n=2000, careless=10, share=0.95)
        listed.append(len(search(codes, attributes, seed).slices) > 0)
        apart = judgment_disagreement(codes, NOMINAL)
        adjustment = TrainerAdjustment(codes.item, codes.trainer, apart, codes.n_trainers)
        topic = attributes[0].codes <= 1
        raw.append(adjustment.outcome[topic].mean() - adjustment.outcome[~topic].mean())
        adjusted.append(adjustment.excess(topic).excess)
    assert np.mean(raw) > 0.08  # without the adjustment the topic would stand out
    assert abs(np.mean(adjusted)) < 0.025
    assert np.mean(listed) <= 0.2


def test_the_excess_comes_from_items_it_was_not_found_on_and_its_interval_covers():
    covered = []
    for seed in range(25):
        rng = np.random.default_rng(900 + seed)
        codes, attributes, planted, table = slice_log(rng, n=2000, n_planted=2, size=(80, 200), excess=(0.25, 0.3))
        for one in search(codes, attributes, seed).slices:
            inside = np.ones(len(table), dtype=bool)
            for name, value in one.conditions:
                inside &= table[:, int(name[1:])] == int(value[1:])
            truth = max((extra * (inside & members).sum() / inside.sum() for _, members, extra in planted), default=0.0)
            covered.append(one.excess.low <= truth <= one.excess.high)
            assert one.n_items == inside.sum()
            assert one.avoidable == pytest.approx(one.excess.low * one.n_items)
    assert len(covered) >= 40
    assert np.mean(covered) > 0.85


def test_results_are_ranked_and_reproducible():
    codes, attributes, _, _ = slice_log(np.random.default_rng(3), n_planted=5)
    found = search(codes, attributes)
    assert [s.avoidable for s in found.slices] == sorted((s.avoidable for s in found.slices), reverse=True)
    assert all(s.q_value <= found.level for s in found.slices)
    assert search(codes, attributes) == found


def test_what_few_trainers_carry_is_a_candidate_and_not_confirmed():
    """Two of eight trainers read topic 2 in their own way: true of these trainers, and of others nobody knows."""
    stands = []
    for seed in range(6):
        rng = np.random.default_rng(70 + seed)
        n, topic, truth = 1500, rng.integers(0, 6, 1500), rng.integers(0, 3, 1500)
        trainer = np.argsort(rng.random((n, 8)), axis=1)[:, :4].ravel()
        item = np.repeat(np.arange(n), 4)
        wrong = rng.random(item.size) < np.where((trainer < 2) & (topic[item] == 2), 0.5, 0.03)
        codes = JudgmentCodes(
            item=item, trainer=trainer, label=np.where(wrong, (truth[item] + 1) % 3, truth[item]),
            n_items=n, n_trainers=8, n_labels=3,
        )  # fmt: skip
        found = search(codes, [named_attribute("topic", [f"t{v}" for v in topic])], seed, level=0.01)
        first = found.candidates[0]
        assert not found.slices
        assert (first.conditions, first.n_trainers) == ((("topic", "t2"),), 8)
        assert first.excess.low < 0.05 < first.inside - first.outside
        stands.append(first.standing)
    assert stands.count("these trainers") >= 5


def test_candidates_are_none_of_the_slices_and_ranked():
    codes, attributes, _, _ = slice_log(np.random.default_rng(4), n_planted=3)
    found = search(codes, attributes)
    assert not {s.conditions for s in found.slices} & {s.conditions for s in found.candidates}
    assert all(s.standing == "confirmed" for s in found.slices)
    assert all(s.standing in STANDINGS[1:] and s.q_value > found.level for s in found.candidates)
    z = [s.excess.value / s.excess.se for s in found.candidates]
    assert z == sorted(z, reverse=True)


def brute_force(space, items, outcome, least, depth):
    """Every conjunction by intersecting masks; the largest z."""
    best, table = (-np.inf, None), space.codes[space.of_item[items]]
    for d in range(1, depth + 1):
        for chosen in itertools.combinations(range(table.shape[1]), d):
            for values in itertools.product(*(range(space.n_values[f]) for f in chosen)):
                inside = (table[:, list(chosen)] == values).all(axis=1)
                if inside.sum() < least or (~inside).sum() < least:
                    continue
                gap = outcome[inside].mean() - outcome[~inside].mean()
                z = gap / np.sqrt(outcome.var() * (1 / inside.sum() + 1 / (~inside).sum()))
                best = max(best, (z, tuple(zip(chosen, values, strict=True))))
    return best[1]


def test_the_search_finds_the_best_conjunction():
    for seed in range(6):
        rng = np.random.default_rng(seed)
        table = np.column_stack([rng.integers(0, w, 400) for w in (4, 3, 3)])
        attributes = [
            Attribute(name=f"a{f}", codes=table[:, f], values=tuple("abcd"[: table[:, f].max() + 1])) for f in range(3)
        ]
        outcome = rng.random(400) + 0.8 * ((table[:, 0] == 1) & (table[:, 2] == 0))
        space = cells(attributes)
        rule = SearchRule(min_items=10, max_depth=2)
        assert found_slices(space, np.arange(400), outcome, rule)[0] == brute_force(
            space, np.arange(400), outcome, 10, 2
        )


def test_an_overlapping_slice_is_not_listed_for_the_excess_of_another():
    rng = np.random.default_rng(1)
    topic = rng.integers(0, 5, 3000)
    twin = np.where(rng.random(3000) < 0.7, topic, rng.integers(0, 5, 3000))
    outcome = rng.random(3000) + 0.5 * (topic == 2)
    attributes = [Attribute(name=n, codes=c, values=tuple("abcde")) for n, c in (("topic", topic), ("twin", twin))]
    found = found_slices(cells(attributes), np.arange(3000), outcome, SearchRule(least_z=4.0))
    assert found == [((0, 2),)]


def test_disagreement_of_judgments_equals_loops_and_averages_to_the_items():
    rng = np.random.default_rng(2)
    item, label = np.repeat(np.arange(30), 4), rng.integers(0, 3, 120)
    codes = JudgmentCodes(
        item=item, trainer=np.tile(np.arange(4), 30), label=label, n_items=31, n_trainers=4, n_labels=3
    )
    for distance in (NOMINAL, np.array([[0, 0.25, 1], [0.25, 0, 0.25], [1, 0.25, 0]])):
        found = judgment_disagreement(codes, distance)
        for j in range(120):
            others = [label[i] for i in range(120) if item[i] == item[j] and i != j]
            assert found[j] == pytest.approx(np.mean([distance[label[j], k] for k in others]))
    alone = JudgmentCodes(item=[0], trainer=[0], label=[1], n_items=1, n_trainers=1, n_labels=3)
    assert np.isnan(judgment_disagreement(alone, NOMINAL)[0])
    with pytest.raises(ValueError, match="distance must have shape"):
        judgment_disagreement(codes, np.eye(2))


def test_generalised_least_squares_equals_the_dense_formula():
    rng = np.random.default_rng(4)
    codes, attributes = careless_team_log(rng, n=120, trainers=12, careless=3)
    apart = judgment_disagreement(codes, NOMINAL)
    adjustment = TrainerAdjustment(codes.item, codes.trainer, apart, 12)
    assert adjustment.between > 0
    inside = attributes[1].codes == 0
    table = np.zeros((120, 12))
    np.add.at(table, (codes.item, codes.trainer), 2 / 4)
    covariance = adjustment.within * np.eye(120) + adjustment.between * table @ table.T
    design = np.column_stack([np.ones(120), inside]).astype(float)
    inverse = np.linalg.inv(covariance)
    beta = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ adjustment.outcome)
    assert adjustment.excess(inside).excess == pytest.approx(beta[1], abs=1e-9)


def test_the_two_way_error_is_honest_when_trainers_read_a_topic_in_their_own_way():
    """Each trainer has an own extra error rate on the topic, mean zero over trainers: no excess of the topic."""
    t_items, t_two_way = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        n, trainers = 400, 10
        topic = rng.random(n) < 0.3
        item = np.repeat(np.arange(n), 3)
        trainer = np.argsort(rng.random((n, trainers)), axis=1)[:, :3].ravel()
        error = np.where(topic[item], rng.uniform(0.0, 0.5, trainers)[trainer], 0.25)
        label = np.where(rng.random(item.size) < error, 1, 0)
        codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=3)
        adjustment = TrainerAdjustment(item, trainer, judgment_disagreement(codes, NOMINAL), trainers)
        test = adjustment.excess(topic)
        y = adjustment.outcome
        plain = np.sqrt(y[topic].var() / topic.sum() + y[~topic].var() / (~topic).sum())
        t_items.append(test.excess / plain)
        t_two_way.append(test.excess / test.se)
    centred = np.array(t_two_way) - np.mean(t_two_way)
    assert np.std(np.array(t_items) - np.mean(t_items)) > 1.3
    assert np.std(centred) < 1.25


def test_attributes_from_texts_and_numbers():
    topic = named_attribute("topic", ["law", None, "health", "law", "", float("nan"), "art"], most_values=2)
    assert topic.values[0] == "law"
    assert topic.codes[[1, 4, 5]].tolist() == [-1, -1, -1]
    assert (topic.codes >= 0).sum() == 3
    length = number_attribute("length", [5, 1, 2, 2, 2, np.nan, 9, 7], n_bins=3)
    assert length.codes[5] == -1
    assert len(set(length.codes[[2, 3, 4]].tolist())) == 1
    assert length.values[0].startswith("1")
    assert number_attribute("x", [np.nan], n_bins=3).values == ()
    assert number_attribute("x", [4, 4, 4]).values == ("4",)
    with pytest.raises(ValueError, match="n_bins must be at least 2"):
        number_attribute("x", [1], n_bins=1)
    with pytest.raises(ValueError, match=r"codes of 'x' must lie in -1..0, got 0..3"):
        Attribute(name="x", codes=[0, 3], values=("a",))


def test_what_cannot_be_searched_says_so():
    codes, attributes, _, _ = slice_log(np.random.default_rng(0), n=60, n_planted=0)
    assert "too few to search one half" in search(codes, attributes).undefined
    codes, attributes, _, _ = slice_log(np.random.default_rng(0), n=200, n_planted=0)
    assert "no attributes" in search(codes, [Attribute(name="x", codes=np.full(200, -1), values=())]).undefined
    same = JudgmentCodes(
        item=codes.item, trainer=codes.trainer, label=codes.label * 0, n_items=200, n_trainers=40, n_labels=3
    )
    assert "No two trainers differ" in search(same, attributes).undefined
    with pytest.raises(ValueError, match="level must lie in"):
        search(codes, attributes, level=0)
    with pytest.raises(ValueError, match="must cover 200 items, got 3"):
        search(codes, [Attribute(name="x", codes=[0, 0, 0], values=("a",))])
    with pytest.raises(ValueError, match="at least one attribute"):
        cells([])
