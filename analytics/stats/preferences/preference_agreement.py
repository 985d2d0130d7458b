"""How far trainers agree on which of two answers is better, with ties and strength, whatever the answers are called.

Which answer of a pair is called A is a convention, so chance agreement is reckoned from marginals that are the same
for A and B. Every number here stays exactly the same when A and B change names on any of the items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.results import NAN, Coefficient
from analytics.stats.counts.exact_bounds import bound_at_the_edge
from analytics.stats.counts.functional import NO_PAIR, Functional, Tabulated, pair_credit
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.counts.ratios import Ratio
from analytics.stats.counts.uncertainty import Interval, interval_of, spread
from analytics.stats.preferences.preference_folding import folded
from analytics.stats.preferences.preference_functionals import (
    AlphaSymmetric,
    KappaSymmetric,
    non_tied_agreement,
    sides,
    tie_share,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferenceAgreement:
    """Agreement on preferences, in the numbers that must be read together.

    Attributes
    ----------
    exact : Coefficient
        Probability that two judgments of an item say the same of A, tie and B (graded preferences by their sign).
    kappa_symmetric : Coefficient
        `exact` corrected by the agreement of judgments that know the share of ties but not which answer is A.
    non_tied : Coefficient
        Probability that two judgments that both took a side took the same one. Graded: agreement of signs.
    alpha_symmetric : Coefficient
        1 - D_o / D_e with squared differences of the scores and chance symmetric in A and B; A against tie counts a
        quarter of A against B. `observed` and `expected` hold D_o and D_e.
    tie_share : Coefficient
        Mean over items of the share of ties.
    scores : tuple of int (K,)
        The score of each label: negative A, 0 tie, positive B.
    """

    exact: Coefficient
    kappa_symmetric: Coefficient
    non_tied: Coefficient
    alpha_symmetric: Coefficient
    tie_share: Coefficient
    scores: tuple[int, ...]


def preference_agreement(
    patterns: Patterns,
    trainers: TrainerPatterns | None = None,
    *,
    scores: Sequence[int],
    confidence: float = 0.95,
) -> PreferenceAgreement:
    """Measure agreement on preferences from count patterns.

    With n items, n2 of them with at least two judgments, t the tie share::

        p_a = mean over n2 of sum_c n_c (n_c - 1) / (m (m - 1)),  c in A, tie, B
        p_e = t^2 + (1 - t)^2 / 2,  kappa_symmetric = (p_a - p_e) / (1 - p_e)
        non_tied = sum_i [n_A (n_A - 1) + n_B (n_B - 1)] / (m (m - 1)) / sum_i s (s - 1) / (m (m - 1)),  s = n_A + n_B
        D_o = sum_i sum_ck n_c n_k (x_c - x_k)^2 / (m - 1) / n..,  D_e = 2 sum_i sum_c n_c x_c^2 / n..

    Without ties kappa_symmetric is 2 p_a - 1 exactly.

    Parameters
    ----------
    patterns : Patterns
        Counts of the K preference labels.
    trainers : TrainerPatterns or None
        Given, intervals are two-way: they hold for other items *and* other trainers. None: for other items alone.
    scores : sequence of int (K,)
        Score of each label, from `preference_forms.preference_scores`.
    confidence : float
        Coverage of the intervals, in (0, 1).

    Raises
    ------
    ValueError
        If `scores` has another length than the patterns have labels, is not symmetric about 0, or `confidence` lies
        outside (0, 1).

    Notes
    -----
    Where A has a meaning (the newer model), report ordinary coefficients beside these: symmetric chance cannot see a
    common lean towards one of the two.

    References
    ----------
    Brennan and Prediger (1981), doi:10.1177/001316448104100307; Krippendorff (2004), Content Analysis, ch. 11.

    Examples
    --------
    >>> counts = Patterns(counts=[[2, 0, 0], [0, 0, 2], [1, 0, 1]], multiplicity=[4, 4, 2])
    >>> found = preference_agreement(counts, scores=(-1, 0, 1))
    >>> round(found.exact.value, 3), round(found.kappa_symmetric.value, 3)
    (0.8, 0.6)
    """
    ask, value = _asked(patterns, trainers, scores, confidence)
    return PreferenceAgreement(
        exact=ask.estimate("exact_preference_agreement", exact_agreement(value)),
        kappa_symmetric=ask.estimate("kappa_symmetric", KappaSymmetric(scores=value)),
        non_tied=ask.estimate("non_tied_agreement", non_tied_agreement(value)),
        alpha_symmetric=ask.estimate("alpha_symmetric", AlphaSymmetric(scores=value)),
        tie_share=ask.estimate("tie_share", tie_share(value)),
        scores=tuple(int(s) for s in scores),
    )


def agreement_on_the_side(
    patterns: Patterns,
    trainers: TrainerPatterns | None = None,
    *,
    scores: Sequence[int],
    confidence: float = 0.95,
) -> Coefficient:
    """Return `non_tied` of `preference_agreement` alone, with the same parameters and errors."""
    ask, value = _asked(patterns, trainers, scores, confidence)
    return ask.estimate("non_tied_agreement", non_tied_agreement(value))


def _asked(
    patterns: Patterns, trainers: TrainerPatterns | None, scores: Sequence[int], confidence: float
) -> tuple[_Question, FloatArray]:
    if len(scores) != patterns.n_labels:
        raise ValueError(f"scores must hold one score for each of {patterns.n_labels} labels, got {len(scores)}.")
    if sorted(scores) != sorted(-s for s in scores):
        raise ValueError(f"scores must be symmetric about 0, got {tuple(scores)}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")
    if trainers is not None:
        check_matching(patterns, trainers)
    value = np.asarray(scores, dtype=np.float64)
    counts, given = folded(patterns, trainers, value)
    return _Question(patterns=counts, trainers=given, confidence=confidence), value


@dataclass(frozen=True, kw_only=True, slots=True)
class _Question:
    patterns: Patterns
    trainers: TrainerPatterns | None
    confidence: float

    def estimate(self, name: str, functional: Functional) -> Coefficient:
        """Return value and interval, the same that the coefficient has in the registry of agreement."""
        p, t = self.patterns, self.trainers
        table = Tabulated(functional, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            observed, expected = (float(x) for x in functional.parts(table.sums))
        reason = functional.undefined(p, table.value)
        found = Interval(low=NAN, high=NAN, se=NAN, method="none")
        if reason is None:
            kind = "jackknife" if t is None else "two-way"
            edge = bound_at_the_edge(table, self.confidence)
            found = edge or interval_of(spread(table, t, kind), self.confidence)
        return Coefficient(
            name=name, value=table.value if reason is None else NAN, undefined=reason, low=found.low, high=found.high,
            se=found.se, interval_method=found.method, confidence=self.confidence, observed=observed,
            expected=expected, n_items=p.n_items, n_items_paired=p.n_items_paired, n_judgments=p.n_judgments,
            n_trainers=None if t is None else int(np.unique(t.trainer[t.n > 0]).size),
        )  # fmt: skip


def exact_agreement(scores: FloatArray) -> Ratio:
    """Return the probability that two judgments of an item are both for A, both ties, or both for B."""

    def terms(counts: IntArray) -> FloatArray:
        table = sides(counts, scores)
        m = table.sum(axis=1)
        credit = pair_credit(np.rint(table).astype(np.int64), np.eye(3))
        return np.stack([credit, (m > 1).astype(np.float64), np.zeros_like(m)], axis=1)

    return Ratio(terms=terms, reason=NO_PAIR)
