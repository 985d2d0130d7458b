"""Posterior disagreement and entropy of items: closed forms of Wolpert and Wolf 1995, checked by simulation there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from analytics.stats.counts.patterns import Patterns
from analytics.stats.hotspots.item_disagreement import item_disagreement
from analytics.stats.inference.dirichlet_prior import given_prior

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}


def test_item_disagreement_of_the_six_reference_items():
    entry = REFERENCE["dirichlet_multinomial_item_disagreement"]
    counts = np.array(entry["data"]["counts"])
    patterns = Patterns(counts=counts, multiplicity=np.ones(len(counts), dtype=int))
    found = item_disagreement(patterns, given_prior(entry["data"]["alpha"]), interval="matched beta")
    expected, tolerance = entry["expected"], entry["tolerance"]
    np.testing.assert_allclose(found.entropy, expected["posterior_mean_entropy_nats"], atol=tolerance)
    np.testing.assert_allclose(found.value, expected["posterior_mean_pair_disagreement"], atol=tolerance)
    unbiased = [np.nan if x is None else x for x in expected["unbiased_pair_disagreement"]]
    np.testing.assert_allclose(found.observed, unbiased, atol=tolerance)
