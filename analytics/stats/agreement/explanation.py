"""What a coefficient says here, and why raw and corrected agreement differ, in words a QA lead can act on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.results import Coefficient, Estimate
from analytics.core.scale import check_level
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.agreement.explanation_words import Words
from analytics.stats.agreement.label_agreement import label_agreements, label_shares
from analytics.stats.agreement.trainer_leaning import TrainerLeaning, trainer_leaning
from analytics.stats.counts.grouped_labels import in_two_groups
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns

HIGH_AGREEMENT, LOW_ALPHA, HIGH_SHARE = 0.80, 0.60, 0.80
WANTED_HALF_WIDTH = 0.10
LEANING_SD = 0.05
"""Trainers lean where their true shares of a label differ by this standard deviation or more."""
WITHOUT_LEANING: frozenset[str] = frozenset({"ranking", "interval", "ratio"})
"""Levels where no single label is used at a rate of its own: numbers lean by their level, rankings not at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What a coefficient says, and what stands between raw and corrected agreement.

    Attributes
    ----------
    cause : {"undefined", "prevalence", "bias", "prevalence and bias", "low agreement", "agreement", "little evidence"}
        What it comes down to.
    main : Coefficient
        What is explained.
    percent_agreement, alpha : Estimate
        Raw and corrected, of identical labels alone (nominal).
    luck : float
        Share of pairs that would agree if labels were shuffled over items.
    imbalance : float
        1 - entropy of the labels / its largest value: 0 where all labels are equally frequent, 1 where only one is.
    frequent_label, rare_label : int
        Columns of the most frequent label, and of the rarest one that occurs; -1 where there is none. Of sets: 0 for no
        flag, 1 for any flag.
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
    main: Coefficient
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
    level: str,
    main: Coefficient | None = None,
    labels: Sequence[str] | None = None,
    values: Sequence[float] | FloatArray | None = None,
    confidence: float = 0.95,
) -> Explanation:
    """Explain a coefficient: what it measures here, and whether prevalence, bias or neither keeps it low.

    Parameters
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns or None
        Count tables; with trainers, intervals are two-way and leaning trainers are looked for.
    level : str
        Level of measurement: what a label is, and so what can be said of it. Sets are looked at as "no flag" and "any
        flag"; of rankings no single one is rare or frequent; numbers lean by their level, not label by label.
    main : Coefficient, optional
        The coefficient to explain, of that level. Default: nominal alpha.
    labels : sequence of str (K,), optional
        Names of the labels; default their numbers.
    values : float (K,), optional
        The labels as numbers, where the level has them.
    confidence : float
        Coverage of the intervals.

    Raises
    ------
    ScaleError
        If the level is unknown.
    ValueError
        If there are not as many names as labels, or `confidence` is outside (0, 1).

    References
    ----------
    Feinstein and Cicchetti (1990), doi:10.1016/0895-4356(90)90158-L; Byrt, Bishop and Carlin (1993),
    doi:10.1016/0895-4356(93)90018-V.
    """
    check_level(level)
    names = [str(k) for k in range(patterns.n_labels)] if labels is None else list(labels)
    if len(names) != patterns.n_labels:
        raise ValueError(f"labels must hold one name for each of {patterns.n_labels} labels, got {len(names)}.")
    raw, alpha = agreement_coefficients(
        patterns, level="nominal", trainer_patterns=trainer_patterns, confidence=confidence,
        names=("percent_agreement", "krippendorff_alpha"),
    )  # fmt: skip
    shown = alpha if main is None else main
    luck = 1 - alpha.expected if math.isfinite(alpha.expected) else math.nan
    counts, who = patterns, trainer_patterns
    if level == "set":
        any_flag = np.array([int(bool(name)) for name in names], dtype=np.int64)
        counts, who = in_two_groups(patterns, trainer_patterns, any_flag)
        names = ["no flag", "any flag"]
    share = label_shares(counts)
    frequent, rare, n_rare = _labels_that_matter(counts, share)
    leaning = None if who is None or level in WITHOUT_LEANING else trainer_leaning(counts, who)
    leans = leaning is not None and leaning.sd >= LEANING_SD and leaning.p_value < 0.01
    skewed = level != "ranking" and frequent >= 0 and share[frequent] >= HIGH_SHARE
    cause = _cause(raw, alpha if shown.name == "rare_label_agreement" else shown, skewed=skewed, leans=leans)
    rare_agreement: Estimate | None = None
    more = drawn = None
    if rare >= 0 and rare != frequent and level != "ranking":
        rare_agreement = label_agreements(counts, who, labels=[rare], confidence=confidence)[0].specific
        if cause.startswith("prevalence"):
            more, drawn = _more_items(counts, rare, rare_agreement)
    words = Words(
        names=names, level=level, raw=raw, alpha=alpha, main=shown, luck=luck, share=share, frequent=frequent,
        rare=rare, evened=_evened(patterns, trainer_patterns, level, values, shown),
    )  # fmt: skip
    return Explanation(
        cause=cause,
        main=shown,
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


def _evened(
    patterns: Patterns,
    trainer_patterns: TrainerPatterns | None,
    level: str,
    values: Sequence[float] | FloatArray | None,
    main: Coefficient,
) -> float:
    """Return ICC(C,1), what ICC(A,1) would be if every trainer scored at one level; nan where it says nothing here."""
    if main.name != "icc_a1" or trainer_patterns is None:
        return math.nan
    (one,) = agreement_coefficients(
        patterns, level=level, values=values, trainer_patterns=trainer_patterns, names=("icc_c1",), interval="items"
    )
    return one.value


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


def _cause(raw: Estimate, main: Estimate, *, skewed: bool, leans: bool) -> str:
    if not main.defined:
        return "undefined"
    if raw.value >= HIGH_AGREEMENT and main.value < LOW_ALPHA and skewed:
        return "prevalence and bias" if leans else "prevalence"
    if main.high - main.low > 0.4:
        return "little evidence"
    if main.value < LOW_ALPHA:
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
