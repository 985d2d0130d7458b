"""Cohen 1960, Educational and Psychological Measurement 20:37-46: two judges, 200 subjects; table 1, kappa below 0."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.two_trainers import bowker, cohen_kappa, stuart_maxwell
from tests.papers.reference import REFERENCE, printed

ENTRY = REFERENCE["cohen1960_table"]
TABLE = np.array(ENTRY["data"]["table"])
EXPECTED = ENTRY["expected"]


def test_kappa_its_errors_and_its_ceiling() -> None:
    found = cohen_kappa(TABLE)
    assert [found.value, found.observed, found.expected, found.se, found.se_null, found.ceiling] == pytest.approx(
        [EXPECTED[k] for k in ("kappa", "po", "pe", "se_FCE1969", "se0_FCE1969", "kappa_max")], abs=1e-8
    )
    assert printed(ENTRY, "kappa", found.value)
    assert found.se < EXPECTED["se_cohen1960"], "Cohen's own approximation is too large"


def test_unequal_label_use() -> None:
    assert stuart_maxwell(TABLE).statistic == pytest.approx(EXPECTED["stuart_maxwell_chi2"], abs=1e-8)
    assert stuart_maxwell(TABLE, bhapkar=True).statistic == pytest.approx(EXPECTED["bhapkar_chi2"], abs=1e-8)
    assert bowker(TABLE).statistic == pytest.approx(EXPECTED["bowker_chi2"], abs=1e-8)


def test_negative_kappa() -> None:
    entry = REFERENCE["cohen1960_negative_kappa"]
    found = cohen_kappa(np.array(entry["data"]["table"]))
    assert [found.value, found.observed, found.expected] == pytest.approx(
        [entry["expected"][k] for k in ("kappa", "po", "pe")], abs=1e-9
    )
    assert printed(entry, "po", found.observed)
    assert printed(entry, "pe", found.expected)
