"""Agreement label by label: who says it, does another say it too, and which labels are taken for each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.results import Coefficient
from analytics.stats.agreement.chance_corrected import WeightedAgreement
from analytics.stats.agreement.question import Question
from analytics.stats.counts.pattern_coincidences import coincidences
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.counts.ratios import Merged, specific_agreement
from analytics.stats.counts.uncertainty import INTERVALS


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelAgreement:
    """Agreement on one label against all others.

    Attributes
    ----------
    label : int
        Column of the patterns.
    share : float
        Mean over items of its share of the judgments; nan without judgments.
    n_judgments : int
        Judgments with it.
    n_items : int
        Items where at least one judgment has it.
    specific : Coefficient
        Probability that another judgment says it, given that one did. `expected` is its share of paired judgments.
    kappa : Coefficient
        Fleiss' kappa of this label against the rest.
    """

    label: int
    share: float
    n_judgments: int
    n_items: int
    specific: Coefficient
    kappa: Coefficient


def label_agreements(
    patterns: Patterns,
    trainer_patterns: TrainerPatterns | None = None,
    *,
    labels: Sequence[int] | None = None,
    confidence: float = 0.95,
    interval: str = "two-way",
) -> tuple[LabelAgreement, ...]:
    """Measure specific agreement and Fleiss' kappa of each label.

    Parameters
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns or None
        Count tables; with trainers, intervals generalise to other trainers.
    labels : sequence of int, optional
        Columns to report; default all K.
    confidence, interval
        As in `agreement_coefficients`, without the bootstrap.

    Raises
    ------
    ValueError
        If a label is not a column, or interval or confidence is out of range.

    References
    ----------
    Fleiss (1971), doi:10.1037/h0031619; Cicchetti and Feinstein (1990), doi:10.1016/0895-4356(90)90159-M.
    """
    k = patterns.n_labels
    asked = list(range(k)) if labels is None else [int(x) for x in labels]
    if any(not 0 <= x < k for x in asked):
        raise ValueError(f"labels must lie in 0..{k - 1}, got {asked}.")
    if interval not in INTERVALS or interval == "bootstrap":
        raise ValueError(f"interval must be one of 'two-way', 'items', 'jackknife', 'gwet', got {interval!r}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")
    if trainer_patterns is not None:
        check_matching(patterns, trainer_patterns)
    question = Question(
        patterns=patterns, trainer_patterns=trainer_patterns, level="nominal", values=np.arange(k, dtype=np.float64),
        labels=None, distance=None, confidence=confidence, interval=interval, replicates=2, rng=None,
    )  # fmt: skip
    shares = label_shares(patterns)
    two = WeightedAgreement(weights=np.eye(2), chance="marginal")
    out = []
    for label in asked:
        group = tuple(1 if x == label else 0 for x in range(k))
        one_sided = Merged(inner=two, group=group) if k > 1 else WeightedAgreement(weights=np.eye(1), chance="marginal")
        out.append(
            LabelAgreement(
                label=label,
                share=float(shares[label]),
                n_judgments=int(patterns.label_counts[label]),
                n_items=int(patterns.multiplicity[patterns.counts[:, label] > 0].sum()),
                specific=question.estimate("specific_agreement", specific_agreement(label)),
                kappa=question.estimate("label_kappa", one_sided),
            )
        )
    return tuple(out)


def label_shares(patterns: Patterns) -> FloatArray:
    """Return (K,): mean over items of each label's share of the item's judgments; nan without judgments."""
    if patterns.n_items == 0:
        return np.full(patterns.n_labels, np.nan)
    each = patterns.counts / patterns.sizes[:, None]
    return np.asarray(patterns.multiplicity @ each / patterns.n_items, dtype=np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelConfusion:
    """How often two labels meet on an item, against how often they would if labels were shuffled over items.

    Attributes
    ----------
    observed : float array (K, K)
        Coincidences: pairs of judgments of one item, each item counting as many as it has judgments. Symmetric.
    expected : float array (K, K)
        The same with the labels of all paired judgments shuffled; same row sums.
    ratio : float array (K, K)
        observed / expected, nan where none is expected. Off the diagonal, above 1 means mixed up more than by luck.
    n_pairable : int
        Judgments on items with at least two.
    """

    observed: FloatArray
    expected: FloatArray
    ratio: FloatArray
    n_pairable: int


def label_confusion(patterns: Patterns) -> LabelConfusion:
    """Compare which labels meet on the same items with what chance would make of it.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section 2 (coincidence matrices).
    """
    observed = coincidences(patterns)
    totals = observed.sum(axis=1)
    n = float(totals.sum())
    if n < 2:
        expected = np.zeros_like(observed)
    else:
        expected = totals[:, None] * totals[None, :]
        expected[np.diag_indices_from(expected)] -= totals
        expected /= n - 1
    ratio = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > 0)
    for table in (observed, expected, ratio):
        table.flags.writeable = False
    return LabelConfusion(observed=observed, expected=expected, ratio=ratio, n_pairable=round(n))


def fleiss_null_se(patterns: Patterns) -> float:
    """Return the standard error of Fleiss' kappa if it were 0; nan where items have unequal numbers of judgments.

    References
    ----------
    Fleiss, Nee and Landis (1979), doi:10.1037/0033-2909.86.5.974.
    """
    sizes = np.unique(patterns.sizes[patterns.multiplicity > 0])
    if sizes.size != 1 or sizes[0] < 2:
        return math.nan
    m, p = float(sizes[0]), label_shares(patterns)
    spread = float((p * (1 - p)).sum())
    if spread == 0.0:
        return math.nan
    inner = spread**2 - float((p * (1 - p) * (1 - 2 * p)).sum())
    return math.sqrt(2 * inner / (patterns.n_items * m * (m - 1))) / spread
