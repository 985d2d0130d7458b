"""Lee et al., NAACL 2024 (CREHate): the consensus over five countries, and a report in which country matters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.group_gaps import group_consensus
from analytics.stats.hotspots.group_tables import group_counts, label_table, within_group_alpha
from analytics.stats.hotspots.rater_groups import rater_groups

LOG = Path(__file__).parents[3] / "shared" / "data" / "crehate" / "CREHate_raw_annotations.csv.gz"
COUNTRIES = ["United States", "United Kingdom", "Australia", "South Africa", "Singapore"]
pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the CREHate log is not on this machine")


@pytest.fixture(scope="module")
def log():
    return pd.read_csv(LOG)


def coded(log, n_labels):
    kept = log[log.annotation < n_labels]
    item, trainer = pd.factorize(kept.ID)[0], pd.factorize(kept.annotator_id)[0]
    of_trainer = kept.groupby(trainer).nationality.first()
    group = np.array([COUNTRIES.index(name) for name in of_trainer])
    codes = JudgmentCodes.ordered(
        item=item, trainer=trainer, label=kept.annotation.to_numpy(),
        n_items=item.max() + 1, n_trainers=trainer.max() + 1, n_labels=n_labels,
    )  # fmt: skip
    return codes, group


def test_56_2_per_cent_of_items_have_one_majority_label_in_all_five_countries(log):
    codes, group = coded(log, 2)
    share, n_items = group_consensus(group_counts(label_table(codes), group[None], 5, 2)[:, :, 0])
    assert n_items == 1580
    assert round(100 * share, 1) == 56.2


def test_alpha_by_country(log):
    codes, group = coded(log, 3)
    counts = group_counts(label_table(codes), group[None], 5, 3)[:, :, 0]
    found = within_group_alpha(counts, 1 - np.eye(3))
    np.testing.assert_allclose(found, [0.4179, 0.3348, 0.3273, 0.2836, 0.2707], atol=5e-5)


def test_country_matters(log):
    codes, group = coded(log, 3)
    found = rater_groups(codes, group, 5, 1 - np.eye(3), n_permutations=1499, rng=np.random.default_rng(0))
    united_states = found.groups[0]
    assert united_states.q_difference <= 0.05
    assert united_states.association.low > 1
    assert all(g.suppressed is None for g in found.groups)
    assert all(
        g.q_across <= 0.05 for g in found.groups
    )  # every country agrees less with the others than chance groups do
