"""The ceiling of a reward model at agreements printed by Ouyang, Stiennon and Bai (reference_values.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.stats.preferences.ceiling import ceiling_range
from analytics.stats.preferences.ceiling_beta import beta_ceiling, beta_parameter

REFERENCE = json.loads((Path(__file__).parent / "reference_values.json").read_text())
FIXTURE = next(f for f in REFERENCE if f["name"] == "reward_model_ceiling")


@pytest.mark.parametrize("agreement", FIXTURE["data"]["pairwise_agreement"])
def test_range_and_point_at_published_agreements(agreement):
    """Ouyang et al. 2022 (section 3.4): .726 and .773; Stiennon et al. 2020: .73; Bai et al. 2022: .63."""
    expected = FIXTURE["expected"][str(agreement)]
    tolerance = FIXTURE["tolerance"]
    low, high = ceiling_range(agreement)
    assert low == pytest.approx(expected["lower"], abs=tolerance)
    assert high == pytest.approx(expected["upper"], abs=tolerance)
    assert beta_ceiling(2 * agreement - 1) == pytest.approx(expected["beta_point"], abs=tolerance)
    assert beta_parameter(2 * agreement - 1) == pytest.approx(expected["alpha"], abs=tolerance)


def test_agreement_is_not_the_ceiling_for_instructgpt():
    """Ouyang et al. 2022: labelers agree 72.6 %, the reward model reaches 72.4 %: below the ceiling."""
    assert ceiling_range(0.726)[0] < beta_ceiling(2 * 0.726 - 1)
    assert beta_ceiling(2 * 0.726 - 1) - 0.724 > 0.07
