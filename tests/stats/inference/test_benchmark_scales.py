"""Verdict bands through the probability rule: they hang on how sure the number is, not on the number alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from analytics.core.results import Estimate
from analytics.stats.inference.benchmark_scales import BENCHMARK_SCALES, band_probabilities
from analytics.stats.inference.verdict import verdict

LANDIS = BENCHMARK_SCALES["landis_koch"].bands


@pytest.mark.parametrize(("value", "se"), [(0.775, 0.143), (0.2, 0.05), (-0.1, 0.2), (0.95, 0.1)])
def test_probabilities_are_those_of_a_normal_cut_at_minus_one_and_one(value: float, se: float) -> None:
    found = band_probabilities(Estimate(value=value, se=se), LANDIS)
    normal = truncnorm((-1 - value) / se, (1 - value) / se, loc=value, scale=se)
    for band in found:
        assert band.probability == pytest.approx(normal.cdf(band.high) - normal.cdf(band.low), abs=1e-9)
        assert band.this_or_better == pytest.approx(normal.sf(band.low), abs=1e-9)
    assert sum(b.probability for b in found) == pytest.approx(1)


@pytest.mark.parametrize("name", BENCHMARK_SCALES)
@pytest.mark.parametrize("value", np.linspace(-0.2, 0.98, 7))
def test_the_verdict_is_the_first_band_that_is_sure_enough(name: str, value: float) -> None:
    scale = BENCHMARK_SCALES[name]
    assert scale.source
    for se in (0.01, 0.05, 0.2):
        estimate = Estimate(value=float(value), se=se)
        found = band_probabilities(estimate, scale.bands)
        expected = next((b.name for b in found if b.this_or_better >= 0.95), scale.bands[0][0])
        assert verdict(estimate, scale.bands) == expected


def test_the_same_number_gets_a_lower_word_when_it_is_less_sure() -> None:
    words = [verdict(Estimate(value=0.82, se=se), LANDIS) for se in (0.005, 0.05, 0.15)]
    assert words == ["almost perfect", "substantial", "moderate"]


def test_no_standard_error_no_verdict() -> None:
    assert band_probabilities(Estimate(value=0.8), LANDIS) == ()
    assert verdict(Estimate(value=float("nan"), undefined="no pair"), LANDIS) is None


def test_bands_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="ascending order"):
        band_probabilities(Estimate(value=0.8, se=0.1), [("a", 0.5), ("b", 0.2)])
    with pytest.raises(ValueError, match="ascending order"):
        verdict(Estimate(value=0.8, se=0.1), [("a", 0.5), ("b", 0.2)])
