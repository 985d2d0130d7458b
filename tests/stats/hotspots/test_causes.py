"""Causes of disagreement: near an oracle that knows the parameters, calibrated, silent where it cannot know."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.cause_parameters import scattered_confusion, typical_confusion
from analytics.stats.hotspots.cause_results import CAUSES, NAMED
from analytics.stats.hotspots.cause_rows import divide_readings, split_readings
from analytics.stats.hotspots.causes import SURE_LABEL, causes
from analytics.stats.trainers.dawid_skene import dawid_skene
from tests.studies.hotspot_simulation import cause_log


def told(log, seed=0, **options):
    confusion = dawid_skene(log.codes).confusion
    given = {"context": log.context, "stratum": log.sensitive, "group": log.group} | options
    return causes(log.codes, confusion, rng=np.random.default_rng(seed), **given)


def right(log, found, least=5):
    differ = (log.codes.item_counts > 0).sum(axis=1) > 1
    items = np.flatnonzero(differ & (log.codes.item_sizes >= least))
    ours = np.array([found.cause[i] == CAUSES[log.cause[i]] for i in items])
    return ours, log.oracle[items].argmax(axis=1) == log.cause[items], items


def test_within_five_points_of_the_oracle_and_calibrated():
    """Short version of docs/studies/planted_hotspots.md."""
    ours, oracle, p, y = [], [], [], []
    for seed in range(3):
        log = cause_log(np.random.default_rng(seed), n=1800)
        found = told(log)
        a, b, items = right(log, found)
        ours.append(a)
        oracle.append(b)
        p.append(found.probability[items])
        y.append(log.cause[items][:, None] == np.arange(4))
        assert found.converged
    share, best = np.concatenate(ours).mean(), np.concatenate(oracle).mean()
    assert best - share < 0.05
    assert share > 0.8
    p, y = np.concatenate(p).ravel(), np.concatenate(y).ravel()
    for low in np.arange(0, 1, 0.2):
        inside = (p >= low) & (p <= low + 0.2)
        assert abs(p[inside].mean() - y[inside].mean()) < 0.08


def test_on_a_scale_near_misses_are_errors_and_wide_scatter_is_not():
    """Short version of docs/studies/planted_hotspots.md, ordered logs."""
    log = cause_log(np.random.default_rng(100), n=1500, k=7, scatter=0.6, ambiguous=0.2, three_way=0.6)
    found = told(log, ordered=True)
    items = np.flatnonzero(((log.codes.item_counts > 0).sum(axis=1) > 1) & (log.codes.item_sizes >= 5))
    best, unclear = found.probability[items].argmax(axis=1), log.cause[items] == 1
    assert np.mean(log.oracle[items].argmax(axis=1) == log.cause[items]) - np.mean(best == log.cause[items]) < 0.06
    assert (best[unclear] == 1).mean() > 0.4
    assert (best[log.cause[items] == 0] == 1).mean() < 0.03
    likely = found.probability[items, 1] > 0.8
    assert unclear[likely].mean() > 0.8


def test_on_a_scale_without_unclear_items_hardly_one_is_called_so():
    options = {"n_gaps": 0, "divide_rate": 0.0, "ambiguous": 0.0}
    log = cause_log(np.random.default_rng(101), n=1500, k=5, scatter=0.8, oracle_draws=1, **options)
    found = told(log, ordered=True)
    assert np.mean([c == "ambiguous item" for c in found.cause if c in NAMED]) < 0.03


def test_the_order_of_three_labels_is_not_used():
    log = cause_log(np.random.default_rng(15), n=600, oracle_draws=1)
    np.testing.assert_array_equal(told(log, ordered=True).probability, told(log).probability)


def test_scattered_confusion_finds_lean_width_and_guesses():
    rng, k, n = np.random.default_rng(3), 7, 2000
    miss = np.arange(k)[None, :] - np.arange(k)[:, None]
    planted = []
    for lean, width, guess in ((0.0, 0.7, 0.05), (0.5, 0.9, 0.3)):
        near = np.exp(-0.5 * ((miss - lean) / width) ** 2)
        planted.append((1 - guess) * near / near.sum(axis=1, keepdims=True) + guess / k)
    table = np.array([[rng.multinomial(n, row) for row in rows] for rows in planted], dtype=float)
    rows = scattered_confusion(table)
    np.testing.assert_allclose(rows.sum(axis=2), 1)
    np.testing.assert_allclose(rows[:, 2:5], np.array(planted)[:, 2:5], atol=0.04)


def test_planted_gaps_are_learnt_and_no_others():
    log = cause_log(np.random.default_rng(7), n=2500)
    gaps = {int(s) for s in np.unique(log.context[log.cause == 2])}
    found = told(log)
    assert {gap.context for gap in found.gaps} == gaps
    for gap in found.gaps:
        true_share = (log.cause[log.context == gap.context] == 2).mean()
        assert gap.share == pytest.approx(true_share, abs=0.12)
    assert found.divided_share[1] > 0.15
    assert found.divided_share[0] < 0.02


def test_without_any_gap_or_divide_hardly_an_item_is_called_one():
    log = cause_log(np.random.default_rng(8), n=1800, n_gaps=0, divide_rate=0.0)
    found = told(log)
    named = [c for c in found.cause if c in NAMED]
    assert np.mean([c in ("guideline gap", "group divide") for c in named]) < 0.02


def test_no_context_no_gap_no_groups_no_divide():
    log = cause_log(np.random.default_rng(9), n=800)
    found = told(log, context=None, group=None, stratum=None)
    assert not {"guideline gap", "group divide"} & set(found.cause)
    assert found.gaps == ()
    np.testing.assert_allclose(np.nansum(found.probability[:, 2:]), 0)


def test_abstains_below_three_judgments_and_names_no_cause_without_disagreement():
    rng = np.random.default_rng(10)
    log = cause_log(rng, n=600, judgments=(1, 6))
    found = told(log)
    sizes, kinds = log.codes.item_sizes, (log.codes.item_counts > 0).sum(axis=1)
    for i in range(600):
        if sizes[i] < 3:
            assert found.cause[i] == "not enough judgments"
            assert np.isnan(found.probability[i]).all()
            assert found.label[i] == -1
        elif kinds[i] == 1:
            assert found.cause[i] == "no disagreement"
        else:
            assert found.probability[i].sum() == pytest.approx(1)
            if found.cause[i] == "not enough judgments":  # a trainer erred, but nobody can say who
                assert found.probability[i].argmax() == 0
                assert found.label_probability[i] < SURE_LABEL
            else:
                assert found.cause[i] == CAUSES[int(found.probability[i].argmax())]


def test_nobody_is_blamed_for_missing_a_label_that_nobody_knows():
    """Trainers right two times in three, split 2 : 2 : 1: noise is reason enough, but who was off cannot be told."""
    rng = np.random.default_rng(12)
    truth, item = rng.integers(0, 3, 1500), np.repeat(np.arange(1500), 5)
    label = np.where(rng.random(7500) < 0.67, truth[item], rng.integers(0, 3, 7500))
    trainer = np.argsort(rng.random((1500, 60)), axis=1)[:, :5].ravel()
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=1500, n_trainers=60, n_labels=3)
    found = causes(codes, np.full((60, 3, 3), np.nan), rng=rng)
    even = (np.sort(codes.item_counts, axis=1) == (1, 2, 2)).all(axis=1)
    blamed = np.array(found.cause) == "trainer error"
    assert (found.probability[even, 0] > 0.9).mean() > 0.9
    assert blamed[even].mean() < 0.5
    assert (found.label_probability[blamed] >= SURE_LABEL).all()
    assert blamed[np.sort(codes.item_counts, axis=1)[:, 2] == 4].mean() > 0.95


def test_the_evidence_is_what_it_says():
    log = cause_log(np.random.default_rng(11), n=900)
    found = told(log)
    counts = log.codes.item_counts
    for i in [i for i in range(900) if found.cause[i] in NAMED][:60]:
        mine = log.codes.item == i
        off = log.codes.label[mine] != found.label[i]
        skill = found.trainer_accuracy[log.codes.trainer[mine]]
        assert found.n_dissenting[i] == off.sum()
        if off.any():
            assert found.dissenters_accuracy[i] == pytest.approx(skill[off].mean())
        if not off.all():
            assert found.others_accuracy[i] == pytest.approx(skill[~off].mean())
        assert (counts[i, found.pair[i]] > 0).all()
        here = log.context == log.context[i]
        assert found.n_context[i] == here.sum()
        assert found.n_similar[i] == (here & (found.pair == found.pair[i]).all(axis=1)).sum()
    errors = [i for i in range(900) if found.cause[i] == "trainer error"]
    gap = np.nanmean([found.others_accuracy[i] - found.dissenters_accuracy[i] for i in errors])
    assert gap > 0.1  # those who err are the careless


def test_items_outside_the_fitted_part_are_judged_as_well():
    log = cause_log(np.random.default_rng(12), n=2000)
    a, oracle, _ = right(log, told(log, max_items_fitted=800))
    assert oracle.mean() - a.mean() < 0.06
    assert told(log, max_items_fitted=800).n_items_fitted == 800


def test_unknown_groups_and_unknown_confusions_do_no_harm():
    log = cause_log(np.random.default_rng(13), n=1200)
    partly = np.where(np.arange(40) % 4 == 0, -1, log.group)
    a, oracle, _ = right(log, told(log, group=partly))
    assert oracle.mean() - a.mean() < 0.09
    found = causes(
        log.codes,
        np.full((40, 3, 3), np.nan),
        context=log.context,
        stratum=log.sensitive,
        group=log.group,
        rng=np.random.default_rng(0),
    )
    b, oracle, _ = right(log, found)
    assert oracle.mean() - b.mean() < 0.06


def test_candidate_readings_by_hand():
    codes = JudgmentCodes(
        item=[0, 0, 0, 1, 1, 1, 2, 2],
        trainer=[0, 1, 2, 0, 1, 2, 0, 1],
        label=[0, 0, 1, 2, 2, 2, 0, 2],
        n_items=3,
        n_trainers=3,
        n_labels=3,
    )
    splits = split_readings(codes, codes.item_counts)
    rows = list(zip(splits.item.tolist(), splits.c.tolist(), splits.d.tolist(), strict=True))
    assert (0, 0, 1) in rows
    assert (2, 0, 2) in rows
    assert {row for row in rows if row[0] == 1} == {(1, 0, 2), (1, 1, 2)}
    for r in range(len(rows)):
        places = splits.row == r
        assert (codes.item[splits.judgment[places]] == splits.item[r]).all()
        assert places.sum() == codes.item_sizes[splits.item[r]]
    divides = divide_readings(codes, codes.item_counts, np.array([0, 0, 1]), 2)
    assert set(divides.item.tolist()) == {0}  # item 2 was judged by one group alone, item 1 agrees
    assert divides.item.size == 2


def test_what_a_trainer_is_drawn_towards_keeps_their_own_accuracy():
    table = np.zeros((2, 2, 2))
    table[0] = [[95, 5], [5, 95]]
    table[1] = [[60, 40], [40, 60]]
    typical = typical_confusion(table)
    np.testing.assert_allclose(typical.sum(axis=2), 1)
    assert typical[0, 0, 0] == pytest.approx(0.95, abs=0.01)
    assert typical[1, 0, 0] == pytest.approx(0.6, abs=0.01)


def test_what_cannot_be_told_and_wrong_use():
    log = cause_log(np.random.default_rng(14), n=25)
    confusion = np.full((40, 3, 3), 1 / 3)
    rng = np.random.default_rng(0)
    assert "Fewer than 30 items" in causes(log.codes, confusion, rng=rng).undefined
    codes = log.codes
    one = JudgmentCodes(
        item=codes.item, trainer=codes.trainer, label=codes.label * 0, n_items=25, n_trainers=40, n_labels=1
    )
    assert "one label" in causes(one, np.ones((40, 1, 1)), rng=rng).undefined
    calm = cause_log(rng, n=60)
    agreed = JudgmentCodes(
        item=calm.codes.item,
        trainer=calm.codes.trainer,
        label=calm.codes.label * 0,
        n_items=60,
        n_trainers=40,
        n_labels=3,
    )
    assert "No two trainers differ" in causes(agreed, confusion, rng=rng).undefined
    with pytest.raises(ValueError, match=r"confusion must have shape \(40, 3, 3\)"):
        causes(codes, np.eye(3), rng=rng)
    with pytest.raises(ValueError, match="minimum_judgments must be at least 3"):
        causes(codes, confusion, minimum_judgments=2, rng=rng)
    with pytest.raises(ValueError, match="context must be 25 codes"):
        causes(codes, confusion, context=[0], rng=rng)
