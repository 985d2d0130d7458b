"""One criterion, every trainer: all the figures that the Trainers page and `trainers --json` show."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.core.settings import Settings
from analytics.reports.trainer_alpha import alpha_effects, alpha_estimates
from analytics.reports.trainer_log import TrainerLog, order_of
from analytics.stats.counts.patterns import FloatArray, IntArray, patterns_from_codes
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.anytime import EProcess, sr_detector
from analytics.stats.trainers.behaviour_cases import inconsistency_case, pace_case
from analytics.stats.trainers.confidence import trainer_brier
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.dawid_skene import DawidSkene, dawid_skene
from analytics.stats.trainers.evidence import Case
from analytics.stats.trainers.flag_cases import cases_and_performance
from analytics.stats.trainers.gold_accuracy import GoldAccuracy, expected_cost, gold_accuracy
from analytics.stats.trainers.gold_audit import GoldAudit, gold_audit
from analytics.stats.trainers.gold_difficulty import adjusted_gold_accuracy
from analytics.stats.trainers.length_bias import length_bias
from analytics.stats.trainers.one_coin import one_coin
from analytics.stats.trainers.pace import pace
from analytics.stats.trainers.peers import PeerAgreement, peer_agreement
from analytics.stats.trainers.performance_cases import Performance, together
from analytics.stats.trainers.position_bias import position_bias
from analytics.stats.trainers.refusals import refusals
from analytics.stats.trainers.scale_use import central_tendency
from analytics.stats.trainers.self_consistency import self_consistency
from analytics.stats.trainers.severity import severity
from analytics.stats.trainers.spammer_score import spammer_score
from analytics.stats.trainers.standing import standing
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, trainer_estimates

MOST_MODEL_LABELS = 20
"""Confusion matrices with more labels are not fitted; the one-coin model serves."""
REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspectGold:
    """A gold item that its answers speak against.

    Attributes
    ----------
    item_code : int
        The store's code; `item_id` its id.
    item_id, gold, said : str
        The item, its known answer, and what able trainers say instead.
    said_share : float
        Share of that answer, weighted by skill elsewhere.
    n, correct : int
        Judgments, and those that match.
    low, high : float
        Wilson interval of the share that matches.
    why : str
        "able trainers fail it", "right and much faster than usual", "matched early and no longer".
    """

    item_code: int
    item_id: str
    gold: str
    said: str
    said_share: float
    n: int
    correct: int
    low: float
    high: float
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionCalibration:
    """All figures of one criterion, arrays over the report's M trainers.

    Attributes
    ----------
    log : TrainerLog
        The judgments.
    figures : mapping of metric name -> TrainerEstimates
        Those that exist for this kind of criterion.
    peers : PeerAgreement
        Agreement with the others, with confusions.
    gold : GoldAccuracy
        Against gold.
    suspects : tuple of SuspectGold
        Gold items that their answers speak against.
    model : DawidSkene or None
        The latent-truth fit; None where the criterion is a matter of opinion or has too many labels.
    model_note : str
        Why there is no model, or how it was fitted.
    n_judgments : int array (M,)
        Judgments of each trainer, each on another unit.
    cases : tuple of Case
        What flags are decided from.
    performance : Performance
        What those were told from, to pool over criteria.
    alarms : mapping of trainer index -> EProcess
        Evidence of a fall, for trainers with enough judgments.
    """

    log: TrainerLog
    figures: dict[str, TrainerEstimates]
    peers: PeerAgreement
    gold: GoldAccuracy
    suspects: tuple[SuspectGold, ...]
    model: DawidSkene | None
    model_note: str
    n_judgments: IntArray
    cases: tuple[Case, ...]
    performance: Performance
    alarms: dict[int, EProcess]


def criterion_calibration(
    log: TrainerLog,
    name: str,
    repeats: pd.DataFrame,
    settings: Settings,
    item_ids: Mapping[int, str],
    *,
    complete: bool = True,
) -> CriterionCalibration:
    """Return every figure of one criterion.

    Parameters
    ----------
    log : TrainerLog
        Its judgments.
    name : str
        How flags and documents call it.
    repeats : DataFrame
        Rows of trainers_repeats.sql of this criterion.
    settings : Settings
        Target on gold, confidence, false discovery.
    item_ids : mapping of item code -> item id
        Of items with gold.
    complete : bool
        False leaves out alpha without each trainer.
    """
    codes, level = log.codes, log.criterion.scale.level
    sure = settings.confidence
    patterns, trainer_patterns = patterns_from_codes(codes.item, codes.trainer, codes.label, codes.n_labels)
    trainer_patterns = dataclasses.replace(trainer_patterns, n_trainers=codes.n_trainers)
    peers = peer_agreement(patterns, trainer_patterns, confidence=sure)
    model, note, figures = _model(log)
    figures |= {"peer_agreement": peers.agreement, "peer_excess": peers.excess, "majority_agreement": peers.majority}
    if complete:
        effects = alpha_effects(log, patterns, trainer_patterns, confidence=sure)
        figures["alpha_without_trainer"] = alpha_estimates(effects)
    gold, suspects = _gold(log, figures, settings, item_ids)
    if log.values is not None:
        y = np.array(log.values)[codes.label]
        data = CrossedData(
            item=codes.item, trainer=codes.trainer, y=y, n_items=codes.n_items, n_trainers=codes.n_trainers
        )
        found = severity(data, confidence=sure)
        figures["severity"] = found.severity
        figures["central_tendency"] = central_tendency(data, found.severity.value, confidence=sure)
    _behaviour(log, figures, settings)
    consistency = _consistency(log, repeats, sure)
    figures["self_consistency"] = consistency
    cases, performance = cases_and_performance(
        CriterionLog(
            criterion=name, codes=codes, order=order_of(log), gold=log.gold,
            values=log.values, shown_first=log.shown_first, tie=log.tie, stratum=log.topic, model=model,
            item_key=log.item_codes, family=log.criterion.project,
        )
    )  # fmt: skip
    figures["guessing_share"] = _guessing(performance)
    more = [inconsistency_case(name, consistency, performance)]
    if "relative_time" in figures:
        more.append(pace_case(name, figures["relative_time"], performance))
    return CriterionCalibration(
        log=log, figures=figures, peers=peers, gold=gold, suspects=suspects, model=model, model_note=note,
        n_judgments=codes.trainer_sizes, cases=(*cases, *more),
        performance=performance,
        alarms={} if level == "set" else _alarms(performance),
    )  # fmt: skip


def _model(log: TrainerLog) -> tuple[DawidSkene | None, str, dict[str, TrainerEstimates]]:
    codes, scale = log.codes, log.criterion.scale
    if scale.subjective:
        return None, "Off: the criterion is marked as a matter of opinion.", {}
    if codes.n_labels > MOST_MODEL_LABELS:
        coin = one_coin(codes)
        note = f"{codes.n_labels} labels are too many for confusion matrices; the one-coin model was fitted."
        return None, note, {"one_coin_skill": coin.skill}
    fit = dawid_skene(codes)
    if fit.undefined is not None:
        coin = one_coin(codes)
        return None, f"Dawid-Skene was not fitted: {fit.undefined}. One-coin instead.", {"one_coin_skill": coin.skill}
    score = spammer_score(fit.confusion) if codes.n_labels > 1 else np.full(codes.n_trainers, np.nan)
    spam = trainer_estimates("spammer_score", np.where(codes.trainer_sizes > 0, score, np.nan), n=codes.trainer_sizes)
    state = "converged" if fit.converged else "not converged"
    note = f"Dawid-Skene, {fit.n_iterations} steps, {state}, started from {fit.start.replace('_', '-')}."
    return fit, note, {"model_accuracy": fit.accuracy, "spammer_score": spam}


def _gold(
    log: TrainerLog, figures: dict[str, TrainerEstimates], settings: Settings, item_ids: Mapping[int, str]
) -> tuple[GoldAccuracy, tuple[SuspectGold, ...]]:
    codes = log.codes
    on = (log.gold >= 0)[codes.item]
    who, right = codes.trainer[on], (codes.label == log.gold[codes.item])[on]
    n = np.bincount(who, minlength=codes.n_trainers)
    correct = np.bincount(who[right], minlength=codes.n_trainers)
    target = settings.gold_target
    found = gold_accuracy(correct, n, target=target, confidence=settings.confidence)
    figures |= {"gold_accuracy": found.accuracy, "gold_accuracy_shrunken": found.shrunken}
    if not on.any():
        return found, ()
    figures["gold_ratio"] = adjusted_gold_accuracy(
        codes.item[on], who, right.astype(float), n_items=codes.n_items, n_trainers=codes.n_trainers,
        confidence=settings.confidence,
    ).ratio  # fmt: skip
    cost = log.criterion.scale.cost
    if cost:
        k = codes.n_labels
        price = np.array([[cost.get((t, g), 0.0) for g in log.labels] for t in log.labels])
        cell = (who * k + log.gold[codes.item][on]) * k + codes.label[on]
        table = np.bincount(cell, minlength=codes.n_trainers * k * k).reshape(codes.n_trainers, k, k)
        figures["expected_cost"] = expected_cost(table, price, confidence=settings.confidence)
    items, dense = np.unique(codes.item[on], return_inverse=True)
    audit = gold_audit(
        dense.reshape(-1), who, codes.label[on], log.gold[items], n_trainers=codes.n_trainers, n_labels=codes.n_labels,
        order=log.at[on], duration_s=log.duration_s[on], false_discovery=settings.false_discovery,
    )  # fmt: skip
    return found, _suspects(log, audit, items, item_ids)


def _suspects(
    log: TrainerLog, audit: GoldAudit, items: IntArray, item_ids: Mapping[int, str]
) -> tuple[SuspectGold, ...]:
    reasons = (
        (audit.suspected, "able trainers fail it"),
        (audit.leaked, "right and much faster than usual"),
        (audit.stale, "matched early and no longer"),
    )
    out = []
    matched = binomial_intervals(audit.correct, audit.n)
    for which, why in reasons:
        for i in np.flatnonzero(which):
            code = int(log.item_codes[items[i]])
            out.append(
                SuspectGold(
                    item_code=code, item_id=item_ids.get(code, str(code)), gold=log.labels[log.gold[items[i]]],
                    said=log.labels[audit.modal_label[i]], said_share=float(audit.modal_share[i]), n=int(audit.n[i]),
                    correct=int(audit.correct[i]), low=float(matched.low[i]), high=float(matched.high[i]), why=why,
                )
            )  # fmt: skip
    return tuple(out)


def _behaviour(log: TrainerLog, figures: dict[str, TrainerEstimates], settings: Settings) -> None:
    codes, sure, m = log.codes, settings.confidence, log.codes.n_trainers
    if np.isfinite(log.duration_s).any():
        speed = pace(
            codes.item, codes.trainer, log.duration_s, n_items=codes.n_items, n_trainers=m, length=log.length,
            confidence=sure,
        )  # fmt: skip
        figures |= {"relative_time": speed.relative_time, "rapid_share": speed.rapid}
    if log.shown_first is not None:
        chose = (log.shown_first >= 0) & (codes.label != log.tie)
        first = (codes.label == log.shown_first)[chose]
        who = codes.trainer[chose]
        hits, n = np.bincount(who[first], minlength=m), np.bincount(who, minlength=m)
        figures["position_bias"] = position_bias(hits, n, confidence=sure).share
        if np.isfinite(log.longer_first[chose]).any():
            peers = _peers_for(log, chose)
            found = length_bias(who, first.astype(float), log.longer_first[chose], peers, n_trainers=m, confidence=sure)
            figures["length_bias"] = found.longer_at_equal_quality
    on = (log.gold >= 0)[codes.item] & np.isfinite(log.confidence)
    if on.any():
        right = (codes.label == log.gold[codes.item])[on].astype(float)
        brier, over = trainer_brier(codes.trainer[on], log.confidence[on], right, n_trainers=m, confidence=sure)
        figures |= {"brier": brier, "overconfidence": over}
    if REFUSE in log.labels:
        refuse = log.labels.index(REFUSE)
        said = (codes.label == refuse).astype(float)
        counts = codes.item_counts[codes.item, refuse] - said
        others = codes.item_sizes[codes.item] - 1
        share = np.where(others > 0, counts / np.maximum(others, 1), np.nan)
        should = np.where((log.gold >= 0)[codes.item], (log.gold == refuse)[codes.item], share)
        found_refusals = refusals(codes.trainer, said, should, n_trainers=m, confidence=sure)
        figures |= {"over_refusal": found_refusals.over, "under_refusal": found_refusals.under}


def _peers_for(log: TrainerLog, chose: npt.NDArray[np.bool_]) -> FloatArray:
    codes = log.codes
    counts = codes.item_counts.astype(float)
    counts[:, log.tie] = 0.0
    first = np.maximum(np.asarray(log.shown_first), 0)
    total = counts.sum(axis=1)[codes.item] - (codes.label != log.tie)
    share = (counts[codes.item, first] - (codes.label == log.shown_first)) / np.where(total > 0, total, np.nan)
    return np.asarray(share[chose], dtype=np.float64)


def _consistency(log: TrainerLog, repeats: pd.DataFrame, sure: float) -> TrainerEstimates:
    rows = repeats[repeats["trainer_code"].isin(log.trainer_codes)]
    n = rows["n"].to_numpy(dtype=np.int64)
    who = np.repeat(np.searchsorted(log.trainer_codes, rows["trainer_code"].to_numpy(dtype=np.int64)), n)
    k = max(1, len(log.criterion.dictionary))
    return self_consistency(
        who, np.repeat(rows["first"].to_numpy(dtype=np.int64), n), np.repeat(rows["again"].to_numpy(dtype=np.int64), n),
        n_trainers=log.codes.n_trainers, n_labels=k, confidence=sure,
    ).consistency  # fmt: skip


def _guessing(performance: Performance) -> TrainerEstimates:
    found = standing(together(performance.by_gold, performance.by_peers), performance.trainer, performance.n_trainers)
    return trainer_estimates(
        "guessing_share", found.centre - found.value if np.isfinite(found.centre) else -found.value, n=found.n,
        se=found.se, interval_method="normal", reason="no gold and nobody else on the same items",
    )  # fmt: skip


def _alarms(performance: Performance) -> dict[int, EProcess]:
    """Evidence of a fall against what ordinary trainers reach on the same items, for whoever has 40 judgments."""
    both = together(performance.by_gold, performance.by_peers)
    use = both.usable & (both.mean > 0.02) & (both.mean < 0.98)
    out: dict[int, EProcess] = {}
    order = np.lexsort((performance.order, performance.trainer))
    order = order[use[order]]
    starts = np.searchsorted(performance.trainer[order], np.arange(performance.n_trainers + 1))
    for j in range(performance.n_trainers):
        mine = order[starts[j] : starts[j + 1]]
        if mine.size >= 40:
            outcome = np.clip(both.residual[mine] + both.mean[mine], 0.0, 1.0)
            out[j] = sr_detector(outcome, both.mean[mine])
    return out
