"""Kappa of every pair: against scikit-learn, against the two-trainer table, and on the traps."""

from __future__ import annotations

import itertools
import math
import time
import warnings

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analytics.stats.agreement import trainer_pairs as module
from analytics.stats.agreement.pairwise_kappa import pairwise_kappas
from analytics.stats.agreement.trainer_pairs import trainer_pairs
from analytics.stats.agreement.two_trainers import cohen_kappa
from analytics.stats.agreement.weights import agreement_weights


def drawn(seed: int, n: int = 300, m: int = 12, k: int = 4) -> dict[int, dict[int, int]]:
    rng = np.random.default_rng(seed)
    out: dict[int, dict[int, int]] = {}
    for i in range(n):
        truth = int(rng.integers(k))
        out[i * 7] = {
            int(t): truth if rng.random() < 0.7 else int(rng.integers(k))
            for t in rng.permutation(m)[: rng.integers(1, 6)]
        }
    return out


def arrays(log: dict[int, dict[int, int]]) -> tuple[list[int], list[int], list[int]]:
    rows = [(i, t, x) for i, given in log.items() for t, x in given.items()]
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]


@pytest.mark.parametrize("kind", ["identity", "quadratic"])
def test_every_pair_is_what_scikit_learn_and_the_table_say(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 100)  # several blocks
    log = drawn(3)
    weights = agreement_weights(kind, [0.0, 1.0, 2.0, 3.0])
    found = trainer_pairs(*arrays(log), n_labels=4, weights=weights)
    seen = set()
    for q, (a, b) in enumerate(zip(found.first, found.second, strict=True)):
        shared = [(g[a], g[b]) for g in log.values() if a in g and b in g]
        seen.add((int(a), int(b)))
        assert a < b
        assert found.n_shared[q] == len(shared) > 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peer = cohen_kappa_score(
                *zip(*shared, strict=True), labels=range(4), weights=None if kind == "identity" else kind
            )
        assert found.kappa[q] == pytest.approx(peer, abs=1e-12, nan_ok=True)
        table = np.zeros((4, 4), dtype=np.int64)
        for x, y in shared:
            table[x, y] += 1
        other = cohen_kappa(table, weights)
        assert found.observed[q] == pytest.approx(other.observed)
        assert found.expected[q] == pytest.approx(other.expected)
        if other.se > 1e-7:
            assert found.se[q] == pytest.approx(other.se, rel=1e-9)
            assert -1 <= found.low[q] <= found.kappa[q] <= found.high[q] <= 1
        else:
            assert math.isnan(found.se[q])
    assert seen == {p for p in itertools.combinations(range(12), 2) if any(set(p) <= set(g) for g in log.values())}


def test_kappas_are_those_of_the_count_over_millions_of_pairs() -> None:
    unit, trainer, label = arrays(drawn(9))
    found = trainer_pairs(unit, trainer, label, n_labels=4)
    dense = np.unique(unit, return_inverse=True)[1].reshape(-1)
    other = pairwise_kappas(dense, trainer, label, 4, engine="numpy")
    np.testing.assert_array_equal(found.first, other.first)
    np.testing.assert_array_equal(found.second, other.second)
    np.testing.assert_array_equal(found.n_shared, other.n)
    np.testing.assert_allclose(found.kappa, other.kappa, atol=1e-12)


def test_the_order_of_judgments_within_an_item_does_not_matter() -> None:
    log = drawn(5)
    turned = {i: dict(reversed(g.items())) for i, g in log.items()}
    one, other = trainer_pairs(*arrays(log), n_labels=4), trainer_pairs(*arrays(turned), n_labels=4)
    np.testing.assert_array_equal(one.kappa, other.kappa)
    np.testing.assert_array_equal(one.first, other.first)


def test_no_shared_item_gives_no_pair_and_one_label_no_kappa() -> None:
    assert trainer_pairs([1, 2], [0, 1], [0, 0], n_labels=2).first.size == 0
    assert trainer_pairs([], [], [], n_labels=2).first.size == 0
    same = trainer_pairs([1, 1, 2, 2], [0, 1, 0, 1], [1, 1, 1, 1], n_labels=2)
    assert same.n_shared.tolist() == [2]
    assert math.isnan(same.kappa[0])
    perfect = trainer_pairs([1, 1, 2, 2], [0, 1, 0, 1], [1, 1, 0, 0], n_labels=2)
    assert perfect.kappa.tolist() == [1.0]
    assert math.isnan(perfect.low[0])


def test_wrong_use_is_an_error() -> None:
    with pytest.raises(ValueError, match="must have the same length, got 1, 2, 1"):
        trainer_pairs([1], [0, 1], [0], n_labels=2)
    with pytest.raises(ValueError, match="unit must be sorted"):
        trainer_pairs([2, 1], [0, 1], [0, 0], n_labels=2)
    with pytest.raises(ValueError, match=r"label must lie in 0\.\.1, got 0\.\.2"):
        trainer_pairs([1, 1], [0, 1], [0, 2], n_labels=2)


def test_a_page_of_eighty_trainers_is_quick() -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(20_000), 5)
    trainer = np.concatenate([rng.permutation(80)[:5] for _ in range(20_000)])
    start = time.process_time()
    found = trainer_pairs(unit, trainer, rng.integers(0, 5, unit.size), n_labels=5)
    assert found.first.size == 80 * 79 // 2
    assert time.process_time() - start < 2
    assert abs(float(found.kappa.mean())) < 0.01
