"""Why raw and corrected agreement differ, in words a QA lead can act on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.results import Estimate
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.explanation_words import Words
from analytics.stats.agreement.label_agreement import label_agreements, label_shares
from analytics.stats.agreement.trainer_leaning import TrainerLeaning, trainer_leaning
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns

HIGH_AGREEMENT, LOW_ALPHA, HIGH_SHARE = 0.80, 0.60, 0.80
WANTED_HALF_WIDTH = 0.10
LEANING_SD = 0.05
"""Trainers lean where their true shares of a label differ by this standard deviation or more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What stands between raw and corrected agreement.

    Attributes
    ----------
    cause : {"undefined", "prevalence", "bias", "prevalence and bias", "low agreement", "agreement", "little evidence"}
        What it comes down to.
    percent_agreement, alpha : Estimate
        Raw and corrected (nominal).
    luck : float
        Share of pairs that would agree if labels were shuffled over items.
    imbalance : float
        1 - entropy of the labels / its largest value: 0 where all labels are equally frequent, 1 where only one is.
    frequent_label, rare_label : int
        Columns of the most frequent label, and of the rarest one that occurs; -1 where there is none.
    rare_agreement : Estimate or None
        Given that one trainer says the rare label, how often another does.
    n_items_rare : int
        Items where at least one of two or more judgments is not the most frequent label: they decide the coefficient.
    more_items : int or None
        How many more items with the rare label would bring its agreement to +- 10 points; None where that is not the
        matter.
    more_items_drawn : int or None
        How many items would have to be drawn as before to meet that many.
    leaning : TrainerLeaning or None
        How differently trainers use a label; None where who judged is not known.
    sentences : tuple of str
        The explanation, to be read in this order.
    """

    cause: str
    percent_agreement: Estimate
    alpha: Estimate
    luck: float
    imbalance: float
    frequent_label: int
    rare_label: int
    rare_agreement: Estimate | None
    n_items_rare: int
    more_items: int | None
    more_items_drawn: int | None
    leaning: TrainerLeaning | None
    sentences: tuple[str, ...]


def explanation(
    patterns: Patterns,
    trainer_patterns: TrainerPatterns | None = None,
    *,
    labels: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Explanation:
    """Explain the gap between raw agreement and Krippendorff's alpha: prevalence, bias, or neither.

    Parameters
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns or None
        Count tables; with trainers, intervals are two-way and leaning trainers are looked for.
    labels : sequence of str (K,), optional
        Names of the labels; default their numbers.
    confidence : float
        Coverage of the intervals.

    Raises
    ------
    ValueError
        If there are not as many names as labels, or `confidence` is outside (0, 1).

    References
    ----------
    Feinstein and Cicchetti (1990), doi:10.1016/0895-4356(90)90158-L; Byrt, Bishop and Carlin (1993),
    doi:10.1016/0895-4356(93)90018-V.
    """
    names = [str(k) for k in range(patterns.n_labels)] if labels is None else list(labels)
    if len(names) != patterns.n_labels:
        raise ValueError(f"labels must hold one name for each of {patterns.n_labels} labels, got {len(names)}.")
    raw, alpha = agreement_coefficients(
        patterns, level="nominal", trainer_patterns=trainer_patterns, confidence=confidence,
        names=("percent_agreement", "krippendorff_alpha"),
    )  # fmt: skip
    share = label_shares(patterns)
    frequent, rare, n_rare = _labels_that_matter(patterns, share)
    luck = 1 - alpha.expected if math.isfinite(alpha.expected) else math.nan
    leaning = None if trainer_patterns is None else trainer_leaning(patterns, trainer_patterns)
    leans = leaning is not None and leaning.sd >= LEANING_SD and leaning.p_value < 0.01
    skewed = frequent >= 0 and share[frequent] >= HIGH_SHARE
    cause = _cause(raw, alpha, skewed=skewed, leans=leans)
    rare_agreement: Estimate | None = None
    more = drawn = None
    if rare >= 0 and rare != frequent:
        rare_agreement = label_agreements(patterns, trainer_patterns, labels=[rare], confidence=confidence)[0].specific
        if cause.startswith("prevalence"):
            more, drawn = _more_items(patterns, rare, rare_agreement)
    words = Words(names=names, raw=raw, alpha=alpha, luck=luck, share=share, frequent=frequent, rare=rare)
    return Explanation(
        cause=cause,
        percent_agreement=raw,
        alpha=alpha,
        luck=luck,
        imbalance=_imbalance(share),
        frequent_label=frequent,
        rare_label=rare,
        rare_agreement=rare_agreement,
        n_items_rare=n_rare,
        more_items=more,
        more_items_drawn=drawn,
        leaning=leaning,
        sentences=words.sentences(cause, n_rare, rare_agreement, more, drawn, leaning if leans else None),
    )


def _labels_that_matter(patterns: Patterns, share: FloatArray) -> tuple[int, int, int]:
    if not patterns.n_items:
        return -1, -1, 0
    frequent = int(np.argmax(share))
    seen = [int(k) for k in np.flatnonzero(patterns.label_counts)]
    rare = min(seen, key=lambda k: float(share[k]))
    other = (patterns.sizes > 1) & (patterns.counts[:, frequent] < patterns.sizes)
    return frequent, rare, int(patterns.multiplicity[other].sum())


def _imbalance(share: FloatArray) -> float:
    if share.size < 2 or not np.isfinite(share).all():
        return math.nan
    p = share[share > 0]
    return 1 + float((p * np.log(p)).sum()) / math.log(share.size)


def _cause(raw: Estimate, alpha: Estimate, *, skewed: bool, leans: bool) -> str:
    if not alpha.defined:
        return "undefined"
    if raw.value >= HIGH_AGREEMENT and alpha.value < LOW_ALPHA and skewed:
        return "prevalence and bias" if leans else "prevalence"
    if alpha.high - alpha.low > 0.4:
        return "little evidence"
    if alpha.value < LOW_ALPHA:
        return "bias" if leans else "low agreement"
    return "agreement"


def _more_items(patterns: Patterns, rare: int, found: Estimate) -> tuple[int | None, int | None]:
    """How many more items with the rare label narrow its agreement to the wanted half width, and items to draw."""
    has = (patterns.sizes > 1) & (patterns.counts[:, rare] > 0)
    k = int(patterns.multiplicity[has].sum())
    half = (found.high - found.low) / 2
    if not k or not math.isfinite(half) or half <= WANTED_HALF_WIDTH:
        return (0, 0) if k and math.isfinite(half) else (None, None)
    more = math.ceil(k * (half / WANTED_HALF_WIDTH) ** 2) - k
    return more, math.ceil(more * patterns.n_items_paired / k)
