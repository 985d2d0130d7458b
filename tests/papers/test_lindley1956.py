"""Expected information gain (Lindley 1956) for patient 35 of Dawid and Skene 1979, by observer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.hotspots.information_gain import entropy, expected_information_gain

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
EXPECTED = REFERENCE["dawid_skene1979_anaesthetists"]["expected"]


def test_entropy_and_information_gain_of_item_35():
    posterior = np.array([EXPECTED["posterior_nontrivial"]["35"]])
    assert entropy(posterior)[0] == pytest.approx(EXPECTED["posterior_entropy_item35"], abs=1e-8)
    gains = [expected_information_gain(posterior, np.array(c))[0] for c in EXPECTED["error_rates"]]
    np.testing.assert_allclose(gains, EXPECTED["expected_information_gain_item35"], atol=1e-8)
