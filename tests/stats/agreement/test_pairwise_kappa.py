"""All pairs at once: compiled loops, plain numpy and scikit-learn pair by pair give the same kappas."""

from __future__ import annotations

import math
import time
import warnings

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analytics.stats.agreement import pairwise_kappa
from analytics.stats.agreement.pairwise_kappa import pairwise_kappas
from analytics.stats.agreement.two_trainers import cohen_kappa
from analytics.stats.agreement.weights import agreement_weights
from tests.stats.tables import random_table


def codes(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    item, trainer = np.nonzero(table >= 0)
    order = np.random.default_rng(0).permutation(item.size)
    return item[order], trainer[order], table[item, trainer][order]


@pytest.mark.parametrize("engine", ["numba", "numpy"])
@pytest.mark.parametrize("kind", ["identity", "linear", "quadratic"])
def test_equal_to_scikit_learn_pair_by_pair(engine: str, kind: str) -> None:
    rng = np.random.default_rng(1)
    for k in (2, 4):
        table = random_table(rng, 50, 7, k, gaps=0.5)
        found = pairwise_kappas(*codes(table), k, engine=engine, weights=agreement_weights(kind, np.arange(k)))
        listed = {(a, b): x for x, (a, b) in enumerate(zip(found.first, found.second, strict=True))}
        for a in range(7):
            for b in range(a + 1, 7):
                both = (table[:, a] >= 0) & (table[:, b] >= 0)
                assert ((a, b) in listed) == both.any()
                if not both.any():
                    continue
                at = listed[a, b]
                assert found.n[at] == both.sum()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    theirs = cohen_kappa_score(
                        table[both, a], table[both, b], labels=range(k), weights=None if kind == "identity" else kind
                    )
                assert found.kappa[at] == pytest.approx(theirs, abs=1e-12, nan_ok=True)
                counted = np.zeros((k, k), dtype=np.int64)
                np.add.at(counted, (table[both, a], table[both, b]), 1)
                other = cohen_kappa(counted, agreement_weights(kind, np.arange(k)))
                assert found.expected[at] == pytest.approx(other.expected, abs=1e-12)
                if other.se > 1e-7:
                    assert found.se[at] == pytest.approx(other.se, rel=1e-9)
                    assert -1 <= found.low[at] <= found.kappa[at] <= found.high[at] <= 1
                else:
                    assert math.isnan(found.se[at])
                if kind == "identity":
                    assert found.agreement[at] == pytest.approx((table[both, a] == table[both, b]).mean())


def test_several_passes_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    args = (*codes(random_table(np.random.default_rng(2), 200, 23, 3, gaps=0.6)), 3)
    whole, plain = pairwise_kappas(*args, engine="numba"), pairwise_kappas(*args, engine="numpy")
    monkeypatch.setattr(pairwise_kappa, "CELL_ROOM", 9 * 30)
    parts = pairwise_kappas(*args, engine="numba")
    for field in ("first", "second", "n", "agreement", "expected", "kappa", "se", "low", "high"):
        np.testing.assert_array_equal(getattr(whole, field), getattr(parts, field))
        np.testing.assert_allclose(getattr(whole, field), getattr(plain, field), atol=1e-12)


def test_thin_pairs_are_left_out_and_the_matrix_is_symmetric() -> None:
    args = (*codes(random_table(np.random.default_rng(3), 60, 6, 3, gaps=0.6)), 3)
    everything, thick = pairwise_kappas(*args), pairwise_kappas(*args, minimum=12)
    assert set(thick.n) == {n for n in everything.n if n >= 12}
    matrix = thick.matrix()
    np.testing.assert_array_equal(matrix, matrix.T)
    assert np.isnan(np.diag(matrix)).all()
    assert thick.matrix("n").sum() == 2 * thick.n.sum()
    assert thick.mean_kappa() == pytest.approx(np.nanmean(thick.kappa))
    assert thick.mean_kappa(by_items=True) == pytest.approx(np.average(thick.kappa, weights=thick.n))
    with pytest.raises(ValueError, match=r"field must be one of .* got 'se'"):
        thick.matrix("se")


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_limits(engine: str) -> None:
    alone = pairwise_kappas([0, 1], [0, 0], [0, 1], 2, engine=engine)
    assert alone.n.size == 0
    assert np.isnan(alone.mean_kappa())
    apart = pairwise_kappas([0, 1], [0, 1], [0, 1], 2, engine=engine)
    assert apart.n.size == 0
    assert pairwise_kappas([], [], [], 2, engine=engine).n_trainers == 0
    same = pairwise_kappas([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1], 2, engine=engine)
    assert np.isnan(same.kappa[0])
    assert same.agreement[0] == 1
    perfect = pairwise_kappas([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 0, 0], 2, engine=engine)
    assert perfect.kappa.tolist() == [1.0]
    assert np.isnan([perfect.low[0], perfect.high[0]]).all()
    far = pairwise_kappas([10**15] * 2, [0, 1], [1, 1], 2, engine="numpy")  # codes need not be dense in plain numpy
    assert far.n.tolist() == [1]
    wide = pairwise_kappas([0, 0, 1, 1], [0, 1, 0, 1], [199, 199, 7, 8], 200, engine=engine)
    assert wide.agreement[0] == 0.5
    with pytest.raises(ValueError, match="at most once, got 1 repeated"):
        pairwise_kappas([0, 0, 0], [0, 0, 1], [0, 1, 1], 2, engine=engine)


def test_wrong_use_is_refused() -> None:
    with pytest.raises(ValueError, match=r"label codes must lie in 0\.\.1, got 0\.\.2"):
        pairwise_kappas([0, 0], [0, 1], [0, 2], 2)
    with pytest.raises(ValueError, match="same length, got 2, 1 and 2"):
        pairwise_kappas([0, 0], [0], [0, 1], 2)
    with pytest.raises(ValueError, match=r"engine must be one of .* got 'gpu'"):
        pairwise_kappas([0], [0], [0], 2, engine="gpu")
    with pytest.raises(ValueError, match="minimum must be at least 1, got 0"):
        pairwise_kappas([0], [0], [0], 2, minimum=0)
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1, got 95"):
        pairwise_kappas([0], [0], [0], 2, confidence=95)
    with pytest.raises(ValueError, match="weights must be symmetric"):
        pairwise_kappas([0], [0], [0], 2, weights=np.array([[1.0, 0.5], [0.2, 1.0]]))


def test_a_page_of_eighty_trainers_is_quick_without_compiling() -> None:
    rng = np.random.default_rng(1)
    item = np.repeat(np.arange(20_000), 5)
    trainer = np.concatenate([rng.permutation(80)[:5] for _ in range(20_000)])
    start = time.process_time()
    found = pairwise_kappas(item, trainer, rng.integers(0, 5, item.size), 5, engine="numpy")
    assert found.first.size == 80 * 79 // 2
    assert time.process_time() - start < 2
    assert abs(float(found.kappa.mean())) < 0.01
    assert abs(float(((found.low <= 0) & (found.high >= 0)).mean()) - 0.95) < 0.02
