"""Passonneau 2006, LREC: distances between sets (MASI), beside Jaccard's; and where the empty set stands."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.distances import masi_distance, set_distances
from tests.papers.reference import REFERENCE
from tests.stats.tables import counted

ENTRY = REFERENCE["masi_jaccard_sets_6x3"]
SETS = [["|".join(sorted(x)) for x in judgments] for judgments in ENTRY["data"]["annotations"].values()]
LABELS = sorted({x for row in SETS for x in row})


def test_alpha_of_sets() -> None:
    matrix = np.full((len(SETS), 3), -1)
    for i, row in enumerate(SETS):
        matrix[i, : len(row)] = [LABELS.index(x) for x in row]
    patterns, _ = counted(matrix, len(LABELS))
    names = ("krippendorff_alpha", "krippendorff_alpha_jaccard")
    masi, jaccard = agreement_coefficients(patterns, level="set", labels=LABELS, names=names)
    assert masi.value == pytest.approx(ENTRY["expected"]["alpha_masi"], abs=1e-9)
    assert jaccard.value == pytest.approx(ENTRY["expected"]["alpha_jaccard"], abs=1e-9)
    (given,) = agreement_coefficients(
        patterns, level="set", distance=set_distances(LABELS), names=("krippendorff_alpha",)
    )
    assert given.value == masi.value


@pytest.mark.parametrize(
    ("pair", "expected"), list(zip(ENTRY["data"]["masi_pairs"], ENTRY["expected"]["masi_pairs"], strict=True))
)
def test_masi_of_two_sets(pair: list[list[int]], expected: float) -> None:
    a, b = (frozenset(map(str, x)) for x in pair)
    assert masi_distance(a, b) == pytest.approx(expected, abs=1e-9)
    table = set_distances(["|".join(sorted(a)), "|".join(sorted(b))])
    assert table[0, 1] == pytest.approx(expected, abs=1e-9)


def test_the_empty_set_agrees_with_itself_alone() -> None:
    assert set_distances(["", "bias", "bias|tox"]).tolist()[0] == [0.0, 1.0, 1.0]
    assert set_distances([""]).tolist() == [[0.0]]
