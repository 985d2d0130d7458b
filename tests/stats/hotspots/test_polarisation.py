"""Contested or vague: against a plain-Python van der Eijk, mirrored scales, and planted camps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.scale import Scale
from analytics.stats.hotspots.polarisation import polarisation, van_der_eijk_agreement

LIKERT = Scale(level="ordinal", labels=tuple("12345"))


def agreement_by_loops(row):
    """Peel layers and count triples one by one, as the paper writes them."""
    left, k, total = list(row), len(row), sum(row)
    value = 0.0
    while sum(left):
        height = min(x for x in left if x)
        layer = [x > 0 for x in left]
        unimodal = bimodal = 0
        for i, j, m in itertools.combinations(range(k), 3):
            triple = (layer[i], layer[j], layer[m])
            unimodal += triple in ((1, 1, 0), (0, 1, 1))
            bimodal += triple == (1, 0, 1)
        u = 1.0
        if unimodal + bimodal:
            u = ((k - 2) * unimodal - (k - 1) * bimodal) / ((k - 2) * (unimodal + bimodal))
        taken = sum(layer)
        value += height * taken / total * u * (1 - (taken - 1) / (k - 1))
        left = [x - height if x else 0 for x in left]
    return value


@settings(max_examples=80, deadline=None)
@given(row=st.lists(st.integers(0, 9), min_size=3, max_size=7).filter(any))
def test_equals_the_loops_lies_in_range_and_mirrors(row):
    found = float(van_der_eijk_agreement([row])[0])
    assert found == pytest.approx(agreement_by_loops(row), abs=1e-12)
    assert -1 - 1e-12 <= found <= 1 + 1e-12
    assert float(van_der_eijk_agreement([row[::-1]])[0]) == pytest.approx(found, abs=1e-12)
    assert float(van_der_eijk_agreement([[3 * x for x in row]])[0]) == pytest.approx(found, abs=1e-12)


def test_two_camps_are_told_from_a_spread():
    found = polarisation([[5, 0, 0, 0, 5], [1, 2, 2, 2, 1], [0, 1, 9, 0, 0], [3, 0, 1, 0, 4], [1, 0, 0, 0, 1]], LIKERT)
    assert found.shape == ("contested", "vague", "settled", "contested", "too few judgments")
    assert found.spread[0] == pytest.approx(1.0)
    assert found.low_camp[3] == pytest.approx(3 / 8)


def test_planted_camps_and_spreads_are_recovered():
    rng = np.random.default_rng(1)
    camps = [rng.multinomial(12, [0.3, 0.2, 0.02, 0.18, 0.3]) for _ in range(200)]
    spreads = [rng.multinomial(12, [0.1, 0.23, 0.34, 0.23, 0.1]) for _ in range(200)]
    camp_shapes = polarisation(camps, LIKERT).shape
    spread_shapes = polarisation(spreads, LIKERT).shape
    assert np.mean([s == "contested" for s in camp_shapes]) > 0.85
    assert np.mean([s == "contested" for s in spread_shapes]) < 0.35


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        (Scale(level="nominal", labels=("a", "b", "c")), "The labels of a nominal criterion have no order"),
        (Scale(level="ordinal", labels=("a", "b")), "fewer than three labels has no middle"),
    ],
)
def test_scales_without_two_ends_say_so(scale, text):
    found = polarisation([[1] * scale.n_labels], scale)
    assert text in found.undefined
    assert np.isnan(found.agreement).all()


def test_empty_rows_and_wrong_use():
    assert np.isnan(van_der_eijk_agreement([[0, 0, 0]])[0])
    assert np.isnan(van_der_eijk_agreement([[4]])[0])
    with pytest.raises(ValueError, match="counts must have 2 axes, got 1"):
        van_der_eijk_agreement([1, 2])
    with pytest.raises(ValueError, match="finite and not negative, got -1"):
        van_der_eijk_agreement([[1, -1, 2]])
    with pytest.raises(ValueError, match="counts must have 5 columns"):
        polarisation([[1, 2]], LIKERT)
