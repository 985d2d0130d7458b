"""The headline follows scale and design, is always a coefficient of the level, and says why."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.scale import LEVELS
from analytics.stats.agreement.coefficients import coefficient_names
from analytics.stats.agreement.recommendation import headline
from tests.stats.tables import counted, random_table

GAPPY = counted(random_table(np.random.default_rng(0), 60, 6, 2), 2)
FULL = counted(random_table(np.random.default_rng(0), 60, 4, 2, gaps=0), 2)
PAIR = counted(random_table(np.random.default_rng(0), 60, 2, 2, gaps=0), 2)
RARE = counted((np.random.default_rng(0).random((200, 6)) < 0.04).astype(int), 2)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("counts", [GAPPY, FULL, PAIR, RARE], ids=["gappy", "full", "pair", "rare"])
def test_it_is_a_coefficient_of_the_level_and_so_are_the_others(level: str, counts: tuple) -> None:
    for trainers in (counts[1], None):
        found = headline(level, counts[0], trainers)
        assert {found.name, *found.also} <= set(coefficient_names(level))
        assert found.name not in found.also
        assert len(found.reason) > 20


@pytest.mark.parametrize(
    ("level", "counts", "name"),
    [
        ("nominal", GAPPY, "krippendorff_alpha"),
        ("nominal", FULL, "conger_kappa"),
        ("nominal", PAIR, "cohen_kappa"),
        ("nominal", RARE, "rare_label_agreement"),
        ("ordinal", PAIR, "krippendorff_alpha"),
        ("interval", GAPPY, "icc_a1"),
        ("set", GAPPY, "krippendorff_alpha"),
        ("preference", RARE, "kappa_symmetric"),
        ("ranking", GAPPY, "mean_tau_b"),
        ("text", GAPPY, "krippendorff_alpha"),
    ],
)
def test_the_table(level: str, counts: tuple, name: str) -> None:
    assert headline(level, *counts).name == name


def test_the_rare_label_is_named() -> None:
    found = headline("nominal", *RARE, labels=("fine", "unsafe"))
    assert "“unsafe” is 3." in found.reason or "“unsafe” is 4." in found.reason


def test_a_wrong_level_is_refused() -> None:
    with pytest.raises(ValueError, match=r"level must be one of .* got 'likert'"):
        headline("likert", GAPPY[0])
