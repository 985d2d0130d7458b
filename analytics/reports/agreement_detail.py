"""Agreement on one criterion, in full: the number with its verdict, which labels are confused, how items differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Coefficient
from analytics.core.scale import SET_SEPARATOR
from analytics.core.scope import Scope
from analytics.reports.agreement import CriterionAgreement, Interval, criterion_agreement
from analytics.reports.agreement_texts import text_item_agreement
from analytics.reports.counts import CriterionCounts
from analytics.reports.one_criterion import OneCriterion, one_criterion
from analytics.stats.agreement.explanation import Explanation, explanation
from analytics.stats.agreement.item_agreement import ItemAgreement, item_agreement, items_with_both
from analytics.stats.agreement.label_agreement import LabelAgreement, LabelConfusion, label_agreements, label_confusion
from analytics.stats.agreement.part_confusion import part_confusion
from analytics.stats.counts.grouped_labels import in_two_groups
from analytics.stats.counts.patterns import IntArray
from analytics.stats.inference.verdict import verdict
from analytics.store import Engine

MOST_LABELS = 30
"""Labels that are looked at one by one: the most frequent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a number comes from.

    Attributes
    ----------
    snapshot_id : str
    filters : Filters
        With project and criterion.
    interval : Interval
        How the interval was asked for; the result's own `interval_method` says what was done.
    n_items, n_items_paired, n_judgments, n_trainers : int
        What was counted.
    left_out : mapping of reason -> judgments
    """

    snapshot_id: str
    filters: Filters
    interval: Interval
    n_items: int
    n_items_paired: int
    n_judgments: int
    n_trainers: int
    left_out: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedLabel:
    """Agreement on one label (or one flag of a set) against everything else."""

    label: str
    agreement: LabelAgreement


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementDetail:
    """One criterion's agreement with its verdict and its parts.

    Attributes
    ----------
    agreement : CriterionAgreement
        All coefficients; `main` is the headline.
    this_team : Coefficient or None
        The headline with the interval for other items and this very team, where a two-way interval was asked for.
    verdict : str or None
        The best band that is reached with 95 % probability; None where there is no standard error.
    provisional : bool
        True where fewer items than the settings ask for were judged twice.
    explanation : Explanation or None
        Why raw and corrected agreement differ, in words; None for free text.
    labels : tuple of str
        What `confusion` compares, in its order: the K labels; of sets the flags and "" for none, of rankings
        the places.
    parts : bool
        True where `labels` are parts of labels.
    each : tuple of NamedLabel
        Agreement on each of the most frequent labels; for sets, on each flag. Empty for free text and rankings.
    confusion : LabelConfusion
    n_items_with : int array (K, K)
        Items that carry both labels; on the diagonal, items that carry the label at least twice.
    items : ItemAgreement
        By the share of pairs of judgments that are alike; of free text by how alike the texts are.
    target : float or None
    subjective : bool
    """

    provenance: Provenance
    agreement: CriterionAgreement
    this_team: Coefficient | None
    verdict: str | None
    provisional: bool
    explanation: Explanation | None
    labels: tuple[str, ...]
    parts: bool
    each: tuple[NamedLabel, ...]
    confusion: LabelConfusion
    n_items_with: IntArray
    items: ItemAgreement
    target: float | None
    subjective: bool


def agreement_detail_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, interval: Interval = "two-way"
) -> AgreementDetail:
    """Return all coefficients of one criterion with the verdict, the confusion of labels and the spread over items."""
    one = one_criterion(engine, scope, filters, project=project, criterion=criterion)
    counts, settings = one.counts, engine.settings
    agreement = criterion_agreement(counts, engine, interval=interval)
    parts = (
        part_confusion(counts.patterns, counts.labels, level=counts.level)
        if counts.level in ("set", "ranking") and counts.labels
        else None
    )
    return AgreementDetail(
        provenance=provenance_of(one, interval),
        agreement=agreement,
        this_team=_this_team(counts, engine) if interval == "two-way" else None,
        verdict=verdict(agreement.main, [(b.name, b.low) for b in settings.bands]),
        provisional=agreement.n_items_paired < settings.provisional_below,
        explanation=_explained(counts, agreement, settings.confidence),
        labels=counts.labels if parts is None else parts.parts,
        parts=parts is not None,
        each=each_label(counts, interval, settings.confidence),
        confusion=label_confusion(counts.patterns) if parts is None else parts.confusion,
        n_items_with=items_with_both(counts.patterns) if parts is None else parts.n_items_with,
        items=item_agreement(counts.patterns) if counts.texts is None else text_item_agreement(counts.texts),
        target=counts.scale.target,
        subjective=counts.scale.subjective,
    )


def _this_team(counts: CriterionCounts, engine: Engine) -> Coefficient:
    return criterion_agreement(counts, engine, interval="items", names="headline").main


def _explained(counts: CriterionCounts, agreement: CriterionAgreement, confidence: float) -> Explanation | None:
    if counts.level == "text" or not counts.labels:
        return None
    return explanation(
        counts.patterns,
        counts.trainer_patterns,
        level=counts.level,
        main=agreement.main,
        labels=counts.labels,
        values=counts.values,
        confidence=confidence,
    )


def each_label(counts: CriterionCounts, interval: Interval, confidence: float) -> tuple[NamedLabel, ...]:
    """Return agreement label by label; for sets flag by flag, each as given or not given.

    The bootstrap is not offered per label: two-way intervals stand in for it.
    """
    if counts.level in ("text", "ranking"):
        return ()
    made = "two-way" if interval == "bootstrap" else interval
    if counts.level == "set":
        flags = sorted({flag for label in counts.labels for flag in label.split(SET_SEPARATOR) if flag})
        found = []
        for flag in flags:
            has = np.array([flag in label.split(SET_SEPARATOR) for label in counts.labels], dtype=np.int64)
            patterns, trainers = in_two_groups(counts.patterns, counts.trainer_patterns, has)
            only = label_agreements(patterns, trainers, labels=[1], confidence=confidence, interval=made)[0]
            found.append(NamedLabel(label=flag, agreement=only))
        return tuple(found)
    totals = counts.patterns.label_counts
    often = sorted(int(k) for k in np.argsort(-totals, kind="stable")[:MOST_LABELS] if totals[k])
    each = label_agreements(
        counts.patterns, counts.trainer_patterns, labels=often, confidence=confidence, interval=made
    )
    return tuple(NamedLabel(label=counts.labels[a.label], agreement=a) for a in each)


def provenance_of(one: OneCriterion, interval: Interval) -> Provenance:
    """Return where a number made from these counts comes from."""
    counts = one.counts
    return Provenance(
        snapshot_id=one.snapshot_id,
        filters=one.filters,
        interval=interval,
        n_items=counts.patterns.n_items,
        n_items_paired=counts.patterns.n_items_paired,
        n_judgments=counts.patterns.n_judgments,
        n_trainers=counts.n_trainers,
        left_out=counts.left_out,
    )
