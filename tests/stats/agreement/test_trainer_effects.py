"""The effect of leaving a trainer out: exact for every coefficient that allows it, and its interval covers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients, coefficient_names
from analytics.stats.agreement.trainer_effects import NEEDS_TRAINERS, trainer_effects
from analytics.stats.counts.patterns import Patterns, TrainerPatterns, patterns_from_codes, without_trainer

LABELS = {
    "nominal": ("a", "b", "c"),
    "ordinal": ("1", "2", "3", "4"),
    "interval": ("1", "2.5", "4"),
    "ratio": ("1", "2", "8"),
    "preference": ("A", "tie", "B"),
    "set": ("", "x", "x|y"),
    "ranking": ("r1>r2>r3", "r2>r1>r3", "r3>r2=r1"),
}
ONLY_TRAINERS = {"conger_kappa", "icc_a1", "icc_c1", "icc_ak", "cohen_kappa", "cohen_kappa_linear", "scott_pi"} | {
    "cohen_kappa_quadratic"
}


def drawn(
    rng: np.random.Generator, k: int, n: int = 60, m: int = 7, careless: int | None = None
) -> tuple[Patterns, TrainerPatterns]:
    truth = rng.integers(0, k, n)
    rows = [
        (i, t, truth[i] if t != careless and rng.random() < 0.75 else rng.integers(0, k))
        for i in range(n)
        for t in rng.permutation(m)[: rng.integers(1, 5)]
    ]
    item, trainer, label = (np.array(x) for x in zip(*rows, strict=True))
    return patterns_from_codes(item, trainer, label, k)


def values(labels: tuple[str, ...]) -> list[float]:
    numbers = [float(x) if x.replace(".", "").isdigit() else math.nan for x in labels]
    return [float(k) for k in range(len(labels))] if any(map(math.isnan, numbers)) else numbers


@pytest.mark.parametrize("level", LABELS)
def test_every_coefficient_is_without_the_trainer_what_it_is_computed_to_be(level: str) -> None:
    labels = LABELS[level]
    patterns, trainers = drawn(np.random.default_rng(4), len(labels))
    for name in coefficient_names(level):
        found = trainer_effects(name, patterns, trainers, level=level, values=values(labels), labels=labels)
        if name == "rare_label_agreement" and len(labels) > 2:
            assert found.undefined is not None
            assert "scales of two labels" in found.undefined
            continue
        assert (found.undefined is not None) == (name in ONLY_TRAINERS), name
        if found.undefined is not None:
            assert found.undefined == NEEDS_TRAINERS
            assert np.isnan(found.effect).all()
            continue
        for j in range(trainers.n_trainers):
            left = without_trainer(patterns, trainers, j)
            want = agreement_coefficients(left, level=level, values=values(labels), labels=labels, names=(name,))[0]
            assert found.without[j] == pytest.approx(want.value, abs=1e-10, nan_ok=True), name
            assert found.effect[j] == pytest.approx(want.value - found.value, abs=1e-10, nan_ok=True)


def test_the_interval_covers_the_effect_on_other_items() -> None:
    rng = np.random.default_rng(8)
    truth = trainer_effects(
        "krippendorff_alpha", *drawn(rng, 3, n=20_000, careless=0), level="nominal", values=[0, 1, 2]
    )
    hits, n = 0, 120
    for _ in range(n):
        found = trainer_effects(
            "krippendorff_alpha", *drawn(rng, 3, n=150, careless=0), level="nominal", values=[0, 1, 2]
        )
        hits += bool(found.low[0] <= truth.effect[0] <= found.high[0])
    assert 0.88 <= hits / n <= 0.99


def test_a_careless_trainer_pulls_agreement_down_and_others_do_not() -> None:
    found = trainer_effects(
        "krippendorff_alpha", *drawn(np.random.default_rng(3), 3, n=600, careless=2), level="nominal", values=[0, 1, 2]
    )
    assert int(np.nanargmax(found.effect)) == 2
    assert found.low[2] > 0
    assert (np.delete(found.effect, 2) < 0).all()


def test_one_label_has_no_effect_but_a_reason() -> None:
    patterns, trainers = patterns_from_codes(np.repeat([0, 1], 2), np.array([0, 1, 0, 1]), np.zeros(4, dtype=int), 2)
    found = trainer_effects("krippendorff_alpha", patterns, trainers, level="nominal", values=[0, 1])
    assert found.undefined is not None
    assert "no variation" in found.undefined


def test_wrong_use_is_an_error() -> None:
    patterns, trainers = drawn(np.random.default_rng(4), 3)
    with pytest.raises(ValueError, match="name must be a coefficient for level 'nominal', got 'icc_a1'"):
        trainer_effects("icc_a1", patterns, trainers, level="nominal", values=[0, 1, 2])
    with pytest.raises(ValueError, match=r"confidence must lie in \(0, 1\), got 1"):
        trainer_effects("gwet_ac1", patterns, trainers, level="nominal", values=[0, 1, 2], confidence=1)
