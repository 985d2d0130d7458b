"""Van der Eijk 2001, Quality & Quantity 35:325-341: the agreement A of ordered counts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from analytics.stats.hotspots.polarisation import van_der_eijk_agreement

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}


def test_agreement_of_the_five_reference_rows():
    entry = REFERENCE["van_der_eijk_agreement"]
    found = [float(van_der_eijk_agreement([row])[0]) for row in entry["data"]["vectors"]]
    np.testing.assert_allclose(found, entry["expected"]["A"], atol=entry["tolerance"])
