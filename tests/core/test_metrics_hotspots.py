"""Every worked example of the hotspot metrics, computed anew by the statistics it explains."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.metrics.hotspots import METRICS
from analytics.core.results import Estimate
from analytics.core.scale import Scale
from analytics.stats.counts.patterns import Patterns
from analytics.stats.hotspots.exposure import flag_balance
from analytics.stats.hotspots.group_tables import cross_group_reliability, within_group_alpha
from analytics.stats.hotspots.information_gain import expected_information_gain
from analytics.stats.hotspots.item_disagreement import item_disagreement
from analytics.stats.hotspots.label_pairs import label_pairs
from analytics.stats.hotspots.polarisation import van_der_eijk_agreement
from analytics.stats.hotspots.raters_needed import judgments_for_reliability, majority_accuracy
from analytics.stats.hotspots.review_queue import probability_divided
from analytics.stats.hotspots.scale_thresholds import thresholds
from analytics.stats.inference.dirichlet_prior import given_prior
from analytics.stats.inference.multiple_testing import discoveries

TWO = Scale(level="nominal", labels=("a", "b"))
NOMINAL = 1 - np.eye(2)


def posterior(given):
    counts, alpha = given
    return item_disagreement(Patterns.from_counts([counts]), given_prior(alpha), interval="matched beta")


def pair(counts):
    return label_pairs(Patterns.from_counts(counts), TWO, n_replicates=0, rng=np.random.default_rng(0)).pairs[0]


def table(counts):
    return np.array(counts, dtype=float)[:, :, None]


def mean_gap(given):
    (no_g, yes_g), (no_o, yes_o) = given
    return yes_g / (no_g + yes_g) - yes_o / (no_o + yes_o)


COMPUTED = {
    "item_disagreement": lambda x: posterior(x).value[0],
    "item_entropy": lambda x: posterior(x).entropy[0],
    "van_der_eijk_agreement": lambda x: van_der_eijk_agreement([x])[0],
    "alpha_gain": lambda x: pair(x).alpha_gain.value,
    "label_pair_lift": lambda x: pair(x).lift,
    "threshold_alpha": lambda x: (
        thresholds(
            Patterns.from_counts(x),
            Scale(level="ordinal", labels=("1", "2")),
            n_replicates=0,
            rng=np.random.default_rng(0),
        )[0].alpha.value
    ),
    "q_value": lambda x: discoveries(x).q_values[1],
    "within_group_agreement": lambda x: within_group_alpha(table(x), NOMINAL)[0],
    "cross_group_reliability": lambda x: cross_group_reliability(table(x[0]), table(x[1]), NOMINAL)[0],
    "group_association": lambda x: x[0] / x[1],
    "group_difference": lambda x: x[0] - x[1],
    "group_gap": mean_gap,
    "information_gain": lambda x: expected_information_gain([x[0]], np.array([[x[1], 1 - x[1]], [1 - x[1], x[1]]]))[0],
    "probability_divided": lambda x: probability_divided([x[0]], given_prior(x[1]), x[2])[0],
    "judgments_for_reliability": lambda x: judgments_for_reliability(Estimate(value=x[0]), x[1]).value,
    "majority_accuracy": lambda x: majority_accuracy(*x),
    "over_flagging": lambda x: flag_balance(x).over.value,
    "under_flagging": lambda x: flag_balance(x).under.value,
}


@pytest.mark.parametrize("entry", METRICS, ids=lambda m: m.name)
def test_the_worked_example_is_what_the_code_says(entry):
    assert (entry.example_value is None) == (entry.name not in COMPUTED)
    if entry.example_value is not None:
        assert float(COMPUTED[entry.name](entry.example_input)) == pytest.approx(entry.example_value, abs=5e-5)
        assert entry.minimum <= entry.example_value <= entry.maximum


@pytest.mark.parametrize("entry", METRICS, ids=lambda m: m.name)
def test_every_entry_explains_itself(entry):
    assert entry.subject == "hotspots"
    for text in (entry.plain, entry.example, entry.distrust, entry.source):
        assert text.endswith((".", ")."))
