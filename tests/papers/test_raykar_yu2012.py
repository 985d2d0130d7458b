"""Raykar and Yu 2012, JMLR 13:491-518: the spammer score of known matrices."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.trainers.spammer_score import spammer_score

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["raykar_yu_spammer_score"]


@pytest.mark.parametrize(
    ("matrix", "score"), list(zip(ENTRY["data"]["matrices"], ENTRY["expected"]["scores"], strict=True))
)
def test_score(matrix, score):
    assert float(spammer_score(matrix)) == pytest.approx(score, abs=ENTRY["tolerance"])


def test_definition_by_loops():
    rng = np.random.default_rng(3)
    theta = rng.dirichlet(np.ones(4), 4)
    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    by_hand = sum(((theta[a] - theta[b]) ** 2).sum() for a, b in pairs) / (4 * 3)
    assert float(spammer_score(theta)) == pytest.approx(by_hand, abs=1e-12)
