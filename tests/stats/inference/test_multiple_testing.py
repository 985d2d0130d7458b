"""Many tests at once: against statsmodels, under the null, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analytics.stats.inference.multiple_testing import METHODS, discoveries, max_t_p_values

THEIR_NAMES = {
    "benjamini-hochberg": "fdr_bh",
    "benjamini-yekutieli": "fdr_by",
    "bonferroni": "bonferroni",
    "holm": "holm",
}


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_equals_statsmodels(method, p):
    ours = discoveries(p, level=0.1, method=method)
    rejected, adjusted, _, _ = multipletests(p, alpha=0.1, method=THEIR_NAMES[method])
    np.testing.assert_allclose(ours.q_values, adjusted, atol=1e-12)
    clear = np.abs(adjusted - 0.1) > 1e-12
    assert np.array_equal(ours.rejected[clear], rejected[clear])


def test_hypotheses_that_could_not_be_tested_neither_count_nor_are_rejected():
    some = discoveries([0.01, np.nan, 0.04])
    assert some.n_tested == 2
    assert np.isnan(some.q_values[1])
    assert not some.rejected[1]
    np.testing.assert_allclose(some.q_values[[0, 2]], discoveries([0.01, 0.04]).q_values)
    assert discoveries([]).n_rejected == 0


def test_at_most_the_stated_share_of_null_families_reject_anything():
    rng = np.random.default_rng(7)
    any_found = [discoveries(rng.random(20), level=0.1).n_rejected > 0 for _ in range(2000)]
    assert abs(np.mean(any_found) - 0.1) < 0.02  # exact for independent tests; 3 standard errors


def test_max_t_holds_for_all_hypotheses_together_and_is_exact_by_hand():
    permuted = [[1.0, 3.0], [-2.0, 0.5], [0.1, 0.2]]
    np.testing.assert_allclose(max_t_p_values([2.0, 5.0], permuted), [3 / 4, 1 / 4])
    rng = np.random.default_rng(3)
    smallest = [np.min(max_t_p_values(rng.normal(size=8), rng.normal(size=(99, 8)))) for _ in range(600)]
    assert abs(np.mean(np.array(smallest) <= 0.1) - 0.1) < 0.04
    assert np.isnan(max_t_p_values([np.nan, 1.0], permuted)[0])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: discoveries([1.2]), r"p_values must lie in \[0, 1\], got 1.2"),
        (lambda: discoveries([0.1], level=1), r"level must lie in \(0, 1\), got 1"),
        (lambda: discoveries([0.1], method="bh"), "method must be one of 'benjamini-hochberg'"),
        (lambda: discoveries([[0.1]]), "p_values must have 1 axis, got 2"),
        (lambda: max_t_p_values([1.0], np.zeros((0, 1))), "permuted must have shape"),
    ],
)
def test_wrong_use_is_an_error(call, text):
    with pytest.raises(ValueError, match=text):
        call()
