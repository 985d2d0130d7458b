"""Goh, Tkachenko and Mueller 2022, arXiv:2210.06812: ten items, four trainers, numbers of the authors' own package."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.crowdlab import crowdlab

REFERENCE = {f["name"]: f for f in json.loads((Path(__file__).parent / "reference_values.json").read_text())}
ENTRY = REFERENCE["crowdlab_toy_10x4"]


@pytest.fixture(scope="module")
def found():
    rows = [
        (i, j, x) for i, labels in enumerate(ENTRY["data"]["labels"]) for j, x in enumerate(labels) if x is not None
    ]
    item, trainer, label = zip(*rows, strict=True)
    codes = JudgmentCodes.ordered(item=item, trainer=trainer, label=label, n_items=10, n_trainers=4, n_labels=3)
    return crowdlab(codes, ENTRY["data"]["pred_probs"])


def test_consensus_and_its_quality(found):
    assert found.consensus.tolist() == ENTRY["expected"]["consensus_label"]
    np.testing.assert_allclose(
        found.consensus_quality, ENTRY["expected"]["consensus_quality_score"], atol=ENTRY["tolerance"]
    )


def test_trainers(found):
    np.testing.assert_allclose(
        found.trainer_quality.value, ENTRY["expected"]["annotator_quality"], atol=ENTRY["tolerance"]
    )
    np.testing.assert_allclose(found.trainer_weight, ENTRY["expected"]["annotator_weight"], atol=ENTRY["tolerance"])


def test_model_weight(found):
    assert found.model_weight == pytest.approx(ENTRY["expected"]["model_weight"], abs=ENTRY["tolerance"])
