"""Every worked example of the agreement chapter, computed anew; and no coefficient without an explanation."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.agreement import METRICS
from analytics.core.metrics.agreement_scales import FEW_TRAINERS
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.label_agreement import label_agreements
from analytics.stats.agreement.named_coefficients import COEFFICIENTS
from analytics.stats.agreement.pairwise_kappa import pairwise_kappas
from analytics.stats.agreement.text_agreement import text_agreement
from analytics.stats.agreement.two_trainers import cohen_kappa, paired_table
from tests.stats.tables import counted


def computed(name: str, example: dict[str, Any]) -> float:
    """Feed the worked example to the statistic it explains."""
    if name == "krippendorff_alpha_text":
        return text_agreement(example["item"], example["texts"], rng=np.random.default_rng(0)).alpha.value
    table = np.array(example["labels"])
    patterns, trainers = counted(table, example["n_labels"])
    if name in ("label_kappa", "specific_agreement"):
        (found,) = label_agreements(patterns, trainers, labels=[example["label"]])
        return (found.kappa if name == "label_kappa" else found.specific).value
    if name == "kappa_ceiling":
        return cohen_kappa(paired_table(patterns, trainers)).ceiling
    if name == "mean_pairwise_kappa":
        item, trainer = np.nonzero(table >= 0)
        return pairwise_kappas(item, trainer, table[item, trainer], example["n_labels"]).mean_kappa()
    (found_one,) = agreement_coefficients(
        patterns, level=example["level"], values=example.get("values"), labels=example.get("names"),
        trainer_patterns=trainers, names=(name,),
    )  # fmt: skip
    return found_one.value


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_the_worked_example_is_right(metric: Any) -> None:
    value = computed(metric.name, metric.example_input)
    assert value == pytest.approx(metric.example_value, abs=1e-9)
    assert metric.minimum <= value <= metric.maximum
    shown = f"{metric.example_value:.3f}".rstrip("0").rstrip(".")
    assert shown in metric.example, "the example must state the value it leads to"


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_every_part_of_the_explanation_is_there(metric: Any) -> None:
    assert metric.subject == "agreement"
    for part in (metric.plain, metric.formula, metric.example, metric.distrust, metric.source):
        assert len(part) > 15
    assert "$" not in metric.formula
    assert metric.formula.count("{") == metric.formula.count("}")


def test_no_coefficient_goes_unexplained() -> None:
    assert set(COEFFICIENTS) <= set(REGISTRY)
    for name, entry in COEFFICIENTS.items():
        explained = REGISTRY[name].levels
        assert not explained or entry.levels <= explained, name


def test_the_limits_of_the_intervals_are_those_of_the_study() -> None:
    with (Path(__file__).parents[2] / "docs" / "studies" / "coverage_agreement.csv").open(newline="") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == 36 * 7
    assert min(int(r["studies"]) for r in rows) >= 1000
    assert all(float(r["covered"]) >= 0.90 for r in rows)
    few = [float(r["covered"]) for r in rows if r["n_trainers"] == "5" and r["trainers_are"] == "strongly biased"]
    rest = [float(r["covered"]) for r in rows if r["n_trainers"] != "5" or r["trainers_are"] != "strongly biased"]
    said = [int(end) for ends in re.findall(r"(\d+) to (\d+)", FEW_TRAINERS) for end in ends]
    assert said == [round(100 * x) for x in (min(few), max(few), min(rest), max(rest))]
    for name in ("krippendorff_alpha", "percent_agreement", "fleiss_kappa", "gwet_ac1", "conger_kappa", "icc_a1"):
        assert FEW_TRAINERS in REGISTRY[name].distrust, name
