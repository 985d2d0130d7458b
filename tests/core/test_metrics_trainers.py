"""Every worked example of the trainer chapter, computed anew by the statistic it explains."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY, trainer_behaviour, trainers
from analytics.stats.agreement.trainer_effects import trainer_effects
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import patterns_from_codes
from analytics.stats.trainers.anytime import sr_detector
from analytics.stats.trainers.confidence import calibration, trainer_brier
from analytics.stats.trainers.control_charts import cusum
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.crowdlab import crowdlab
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.gold_accuracy import expected_cost, gold_accuracy
from analytics.stats.trainers.gold_difficulty import adjusted_gold_accuracy
from analytics.stats.trainers.learning_curve import _to_target
from analytics.stats.trainers.one_coin import one_coin
from analytics.stats.trainers.pace import pace
from analytics.stats.trainers.peer_residuals import Residuals
from analytics.stats.trainers.peers import peer_agreement
from analytics.stats.trainers.position_bias import first_beyond_peers, position_bias, tie_use
from analytics.stats.trainers.rationales import near_duplicates, rationale_reuse
from analytics.stats.trainers.refusals import refusals, skip_share
from analytics.stats.trainers.scale_use import label_usage
from analytics.stats.trainers.self_consistency import self_consistency
from analytics.stats.trainers.session_order import straight_lining
from analytics.stats.trainers.severity import flip_share, severity
from analytics.stats.trainers.spammer_score import spammer_score
from analytics.stats.trainers.standing import standing

METRICS = trainers.METRICS + trainer_behaviour.METRICS
PAPERS = Path(__file__).parents[1] / "papers" / "reference_values.json"
REFERENCE = {f["name"]: f for f in json.loads(PAPERS.read_text())}
RNG = np.random.default_rng(0)


def table_patterns(example):
    labels, k = example
    table = np.array(labels)
    item, trainer = np.nonzero(table >= 0)
    return patterns_from_codes(item, trainer, table[item, trainer], k)


def peer(field):
    return lambda example: float(getattr(peer_agreement(*table_patterns(example)), field).value[2])


def anaesthetists(first_only):
    rows = [
        (int(patient) - 1, j, x - 1)
        for patient, by_observer in REFERENCE["dawid_skene1979_anaesthetists"]["data"]["ratings"].items()
        for j, given in enumerate(by_observer)
        for x in (given[:1] if first_only else given)
    ]
    item, trainer, label = zip(*rows, strict=True)
    return JudgmentCodes.ordered(item=item, trainer=trainer, label=label, n_items=45, n_trainers=5, n_labels=4)


def guessing(example):
    expected, chance, reached = example
    flat, nothing = np.ones(10), np.zeros(10)
    residuals = Residuals(
        residual=(reached - expected) * flat, signal=(expected - chance) * flat, mean=expected * flat,
        usable=flat.astype(bool), context=nothing, context_stake=nothing.copy(),
    )  # fmt: skip
    return -standing(residuals, np.zeros(10, dtype=int), 1).value[0]


def crowdlab_toy(_):
    data = REFERENCE["crowdlab_toy_10x4"]["data"]
    rows = [(i, j, x) for i, r in enumerate(data["labels"]) for j, x in enumerate(r) if x is not None]
    item, trainer, label = zip(*rows, strict=True)
    codes = JudgmentCodes.ordered(item=item, trainer=trainer, label=label, n_items=10, n_trainers=4, n_labels=3)
    return crowdlab(codes, data["pred_probs"]).trainer_quality.value[0]


def judges(_):
    y = np.array(REFERENCE["shrout_fleiss1979"]["data"]["matrix"], dtype=float)
    item, trainer = np.indices(y.shape)
    data = CrossedData(item=item.ravel(), trainer=trainer.ravel(), y=y.ravel(), n_items=6, n_trainers=4)
    return severity(data).severity.value[0]


def flips(example):
    values, shift, threshold = example
    data = CrossedData(item=range(len(values)), trainer=[0] * len(values), y=values, n_items=3, n_trainers=1)
    return flip_share(data, [shift], threshold=threshold).value[0]


def repeats(field):
    def compute(example):
        found = self_consistency([0] * 10, *example, n_trainers=1, n_labels=2)
        return found.consistency.value[0] if field == "consistency" else found.kappa[0]

    return compute


def stated(which):
    return lambda example: trainer_brier([0, 0], *example, n_trainers=1)[which].value[0]


def calibration_error(example):
    levels, n, right = example
    correct = np.concatenate([np.repeat((1.0, 0.0), (c, n - c)) for c in right])
    return calibration(np.repeat(levels, n), correct, rng=RNG, resamples=2).ece


def rapid(example):
    n = len(example)
    return pace([0] * n, range(n), example, n_items=1, n_trainers=n).rapid.value[0]


def refused(field):
    def compute(example):
        said, should = (np.array(x, dtype=float) for x in example)
        return getattr(refusals([0] * 8, said, should, n_trainers=1, cost_under=5.0), field).value[0]

    return compute


def reuse(texts):
    n = len(texts)
    return rationale_reuse(near_duplicates(texts), [0] * n, range(n), [True] * n, n_trainers=1).own_repeats[0]


def montgomery(_):
    data = REFERENCE["montgomery_cusum"]["data"]
    return cusum(data["x"], target=data["mu0"], sigma=1.0).high[28]


COMPUTED = {
    "gold_accuracy": lambda e: gold_accuracy([e[0]], [e[1]]).accuracy.value[0],
    "gold_accuracy_shrunken": lambda e: gold_accuracy(*e).shrunken.value[6],
    "p_below_target": lambda e: gold_accuracy(*e, target=0.85).p_below_target[8],
    "expected_cost": lambda e: expected_cost([e[0]], e[1]).value[0],
    "gold_ratio": lambda e: adjusted_gold_accuracy(*e, n_items=3, n_trainers=3).ratio.value[0],
    "peer_agreement": peer("agreement"),
    "peer_excess": peer("excess"),
    "majority_agreement": peer("majority"),
    "alpha_without_trainer": lambda e: trainer_effects(
        "krippendorff_alpha", *table_patterns(e), level="nominal", values=(0.0, 1.0)
    ).without[2],
    "guessing_share": guessing,
    "model_accuracy": lambda _: dawid_skene(
        anaesthetists(False), smoothing=0, tolerance=1e-12, max_iterations=999
    ).accuracy.value[0],
    "one_coin_skill": lambda _: one_coin(
        anaesthetists(True), smoothing=0, tolerance=1e-12, max_iterations=999
    ).skill.value[0],
    "glad_ability": lambda e: 1 / (1 + np.exp(-e[0] * e[1])),
    "crowdlab_quality": crowdlab_toy,
    "spammer_score": lambda e: float(spammer_score(e)),
    "severity": judges,
    "flip_share": flips,
    "label_usage_distance": lambda e: label_usage(*table_patterns(e)).distance[0],
    "position_bias": lambda e: position_bias([e[0]], [e[1]]).share.value[0],
    "first_beyond_peers": lambda e: first_beyond_peers([0, 0], *e, n_trainers=1).value[0],
    "tie_excess": lambda e: tie_use([0, 0], *e, n_trainers=1).value[0],
    "length_bias": lambda e: 1 / (1 + np.exp(-e)),
    "self_consistency": repeats("consistency"),
    "self_kappa": repeats("kappa"),
    "agreement_ceiling": lambda e: np.sqrt(e[0] * e[1]),
    "brier": stated(0),
    "overconfidence": stated(1),
    "calibration_error": calibration_error,
    "relative_time": np.exp,
    "rapid_share": rapid,
    "longest_run": lambda e: float(straight_lining([0] * 6, e[1], e[0], n_trainers=1, rng=RNG)[0][0]),
    "over_refusal": refused("over"),
    "under_refusal": refused("under"),
    "refusal_cost": refused("cost"),
    "skip_share": lambda e: skip_share([e[0]], [e[1]]).value[0],
    "drift_evidence": lambda e: sr_detector([e[1]], e[0], n_bets=1).e,
    "cusum": montgomery,
    "judgments_to_target": lambda e: _to_target(np.array([e[0]]), e[1], e[2])[0],
    "own_repeats": reuse,
}


@pytest.mark.parametrize("metric", [m for m in METRICS if m.example_value is not None], ids=lambda m: m.name)
def test_worked_example(metric):
    assert COMPUTED[metric.name](metric.example_input) == pytest.approx(metric.example_value, abs=6e-4)


def test_no_example_was_forgotten():
    assert set(COMPUTED) == {m.name for m in METRICS if m.example_value is not None}


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_entry_is_complete_and_registered(metric):
    assert REGISTRY[metric.name] is metric
    assert metric.subject == "trainers"
    assert metric.plain.endswith(".")
    assert metric.distrust
    assert metric.source
