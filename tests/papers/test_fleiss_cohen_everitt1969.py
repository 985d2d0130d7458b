"""Fleiss, Cohen and Everitt 1969, Psychological Bulletin 72:323-327: the standard error that is right."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from analytics.stats.agreement.two_trainers import cohen_kappa
from analytics.stats.agreement.weights import agreement_weights
from tests.papers.reference import REFERENCE, printed

ENTRY = REFERENCE["fleiss_cohen_everitt1969"]
TABLE = np.array(ENTRY["data"]["table"])


def test_kappa_and_its_standard_errors() -> None:
    found = cohen_kappa(TABLE)
    expected = ENTRY["expected"]
    assert [found.value, found.se, found.se_null] == pytest.approx(
        [expected[k] for k in ("kappa", "se", "se0")], abs=ENTRY["tolerance"]
    )
    assert printed(ENTRY, "kappa", found.value)


@pytest.mark.parametrize(("kind", "theirs"), [("identity", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_statsmodels_agrees_for_every_weighting(kind: str, theirs: str | None) -> None:
    other = cohens_kappa(TABLE, wt=theirs)
    found = cohen_kappa(TABLE, agreement_weights(kind, [0, 1, 2]))
    assert [found.value, found.se, found.se_null] == pytest.approx(
        [other.kappa, other.std_kappa, other.std_kappa0], abs=1e-12
    )
