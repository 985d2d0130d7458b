"""Gwet 2014, Handbook of Inter-Rater Reliability, and the outputs printed in the README of the R package irrCAC.

Twelve subjects by four raters with gaps: six coefficients by six weightings, each with value, chance agreement,
standard error and interval; fifteen subjects as a table of counts; 100 pregnancy charts by two abstractors.
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.agreement.chance_corrected import WeightedAgreement
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.conger import Conger, conger_influences
from analytics.stats.agreement.crossed import totals
from analytics.stats.agreement.gwet_variance import gwet_interval
from analytics.stats.agreement.krippendorff import Alpha
from analytics.stats.agreement.two_trainers import bangdiwala_b, cohen_kappa
from analytics.stats.agreement.weights import agreement_weights
from analytics.stats.counts.functional import Functional, Tabulated
from analytics.stats.counts.patterns import Patterns
from tests.papers.reference import REFERENCE, codes, printed
from tests.stats.tables import counted

RAW = REFERENCE["gwet_cac_raw4raters_12x4"]
LABELS = codes(RAW["data"]["matrix"], RAW["data"]["categories"])
PATTERNS, TRAINERS = counted(LABELS, 5)
KINDS = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio")


def functional(name: str, weights: np.ndarray) -> Functional:
    chance = {"pa": "none", "fleiss": "marginal", "ac": "gwet", "bp": "uniform"}
    if name == "alpha":
        return Alpha(distance=1 - weights)
    return WeightedAgreement(weights=weights, chance=chance[name])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["pa", "fleiss", "ac", "bp", "alpha"])
def test_value_standard_error_and_interval(name: str, kind: str) -> None:
    expected = {key.rsplit(".", 1)[1]: v for key, v in RAW["expected"].items() if key.startswith(f"{kind}.{name}.")}
    f = functional(name, agreement_weights(kind, [1, 2, 3, 4, 5]))
    table = Tabulated(f, PATTERNS)
    found = gwet_interval(table, 0.95)
    assert found is not None
    observed, chance = (float(x) for x in f.parts(table.sums))
    assert table.value == pytest.approx(expected["est"], abs=1e-9)
    assert [found.se, found.low, found.high] == pytest.approx(
        [expected["se"], expected["lo"], expected["hi"]], abs=1e-9
    )
    if name == "alpha":  # the fixture has agreement without Krippendorff's correction for n, ours disagreement
        assert chance * (40 - 1) / 40 == pytest.approx(1 - expected["pe"], abs=1e-9)
    else:
        assert [observed, chance] == pytest.approx([expected["pa"], expected["pe"]], abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_conger(kind: str) -> None:
    weights = agreement_weights(kind, [1, 2, 3, 4, 5])
    conger = Conger(weights=weights)
    sums = totals(conger, PATTERNS, TRAINERS)
    expected = {part: RAW["expected"][f"{kind}.conger.{part}"] for part in ("est", "pe", "se")}
    assert float(conger.value(*sums)) == pytest.approx(expected["est"], abs=1e-9)
    assert float(conger.parts(*sums)[1]) == pytest.approx(expected["pe"], abs=1e-9)
    u = conger_influences(LABELS, weights, gwet=True)
    n = len(u)
    se = np.sqrt(((u - expected["est"]) ** 2).sum() / n / (n - 1))
    assert se == pytest.approx(expected["se"], abs=1e-9)


def test_what_the_readme_prints() -> None:
    found = agreement_coefficients(
        PATTERNS, level="ordinal", trainer_patterns=TRAINERS, values=(1, 2, 3, 4, 5), interval="gwet"
    )
    by_name = {c.name: c for c in found}
    for ours, theirs in {"gwet_ac1": "ac", "fleiss_kappa": "fleiss", "brennan_prediger": "bp"}.items():
        assert printed(RAW, f"identity.{theirs}.est", by_name[ours].value)
        assert printed(RAW, f"identity.{theirs}.se", by_name[ours].se)
    assert printed(RAW, "identity.conger.est", by_name["conger_kappa"].value)
    assert printed(RAW, "identity.ac.lo", by_name["gwet_ac1"].low)
    assert printed(RAW, "ordinal.alpha.est", by_name["krippendorff_alpha_gwet_ordinal"].value)


def test_fifteen_subjects_as_counts() -> None:
    entry = REFERENCE["gwet_distrib6raters_15x5"]
    patterns = Patterns.from_counts(np.array(entry["data"]["counts"]))
    found = {c.name: c for c in agreement_coefficients(patterns, level="nominal", interval="gwet")}
    names = {"ac": "gwet_ac1", "fleiss": "fleiss_kappa", "bp": "brennan_prediger", "alpha": "krippendorff_alpha"}
    for key, value in entry["expected"].items():
        short, part = key.split(".")
        c = found[names[short]]
        ours = {"est": c.value, "se": c.se, "lo": c.low, "hi": c.high, "pa": c.observed, "pe": c.expected}[part]
        if short == "alpha" and part in ("pa", "pe"):
            continue
        assert ours == pytest.approx(value, abs=1e-8), key
    for key in entry["published"]:
        short, part = key.split(".")
        c = found[names[short]]
        assert printed(entry, key, {"est": c.value, "se": c.se, "pe": c.expected}[part]), key


def test_one_hundred_charts_by_two_abstractors() -> None:
    entry = REFERENCE["gwet_cont3x3abstractors"]
    table = np.array(entry["data"]["table"])
    pairs = np.repeat([[k, c] for k in range(3) for c in range(3)], table.reshape(-1), axis=0)
    patterns, trainers = counted(pairs, 3)
    found = {c.name: c for c in agreement_coefficients(patterns, level="nominal", trainer_patterns=trainers)}
    names = {
        "cohen": "cohen_kappa",
        "scott": "scott_pi",
        "ac1": "gwet_ac1",
        "bp": "brennan_prediger",
        "alpha": "krippendorff_alpha",
        "pa": "percent_agreement",
    }
    for key, name in names.items():
        assert found[name].value == pytest.approx(entry["expected"][key], abs=entry["tolerance"])
        assert printed(entry, key, found[name].value)
    assert found["conger_kappa"].value == pytest.approx(found["cohen_kappa"].value, abs=1e-12)
    assert bangdiwala_b(table) == pytest.approx(entry["expected"]["bangdiwala_B"], abs=1e-9)
    assert cohen_kappa(table).se == pytest.approx(entry["expected"]["cohen_se"], abs=1e-7)
