"""How far trainers agree on which of two answers is better, with ties and strength, whatever the answers are called.

Which answer of a pair is called A is a convention, so chance agreement is reckoned from marginals that are the same
for A and B. Every number here stays exactly the same when A and B change names on any of the items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from analytics.core.results import NAN, Coefficient
from analytics.stats.patterns import FloatArray, IntArray, Patterns, TrainerPatterns, check_matching
from analytics.stats.preference_folding import folded

ALL_TIES = "every judgment was a tie, so nothing can be said about agreement on the side"
NO_PAIRS = "no item has two judgments"
NO_SIDES = "no item has two judgments that both took a side"


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
    Brennan and Prediger (1981), doi:10.1177/001316448104100307; Krippendorff (2004), Content Analysis, ch. 11;
    Cameron, Gelbach and Miller (2011), doi:10.1198/jbes.2010.07136 (two-way variance).

    Examples
    --------
    >>> counts = Patterns(counts=[[2, 0, 0], [0, 0, 2], [1, 0, 1]], multiplicity=[4, 4, 2])
    >>> found = preference_agreement(counts, scores=(-1, 0, 1))
    >>> round(found.exact.value, 3), round(found.kappa_symmetric.value, 3)
    (0.8, 0.6)
    """
    if len(scores) != patterns.n_labels:
        raise ValueError(f"scores must hold one score for each of {patterns.n_labels} labels, got {len(scores)}.")
    if sorted(scores) != sorted(-s for s in scores):
        raise ValueError(f"scores must be symmetric about 0, got {tuple(scores)}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")
    if trainers is not None:
        check_matching(patterns, trainers)
    frame = _Frame(patterns, trainers, np.asarray(scores, dtype=np.float64), confidence)
    return PreferenceAgreement(
        exact=_exact(frame, corrected=False),
        kappa_symmetric=_exact(frame, corrected=True),
        non_tied=_non_tied(frame),
        alpha_symmetric=_alpha(frame),
        tie_share=_tie_share(frame),
        scores=tuple(int(s) for s in scores),
    )


class _Frame:
    """The counts by side (P, 3) and by score (P, K), and how an interval is made from influences."""

    def __init__(
        self, patterns: Patterns, trainers: TrainerPatterns | None, scores: FloatArray, confidence: float
    ) -> None:
        self.original, self.scores, self.confidence = patterns, scores, confidence
        patterns, self.trainers = folded(patterns, trainers, scores)
        self.counts: FloatArray = patterns.counts.astype(np.float64)
        self.side: IntArray = np.sign(scores).astype(np.int64) + 1
        self.sides: FloatArray = np.stack([self.counts[:, self.side == c].sum(axis=1) for c in range(3)], axis=1)
        self.w: FloatArray = patterns.multiplicity.astype(np.float64)
        self.m: FloatArray = patterns.sizes.astype(np.float64)
        self.paired = self.m >= 2
        self.n, self.n2 = float(patterns.n_items), float(patterns.n_items_paired)
        #: 1 / (m (m - 1)) where an item has a pair, else 0
        self.per_pair: FloatArray = np.divide(1.0, self.m * (self.m - 1), out=np.zeros_like(self.m), where=self.paired)
        self.tie: float = float(self.w @ (self.sides[:, 1] / self.m)) / self.n if self.n else NAN

    def support(self) -> dict[str, Any]:
        p = self.original
        n_trainers = None if self.trainers is None else int(np.unique(self.trainers.trainer).size)
        return {
            "n_items": p.n_items,
            "n_items_paired": p.n_items_paired,
            "n_judgments": p.n_judgments,
            "n_trainers": n_trainers,
            "confidence": self.confidence,
        }

    def undefined(self, name: str, reason: str, *, observed: float = NAN, expected: float = NAN) -> Coefficient:
        return Coefficient(
            name=name, value=NAN, undefined=reason, observed=observed, expected=expected, **self.support()
        )

    def coefficient(
        self,
        name: str,
        value: float,
        influence: FloatArray,
        given: FloatArray | None,
        *,
        n: float,
        df: float,
        floor: float,
        observed: float = NAN,
        expected: float = NAN,
    ) -> Coefficient:
        """Return the coefficient with its interval.

        `influence` (P,) is each item's linearised effect (mean 0 over the n items), `given` (T,) that of a judgment
        of each row of the trainer table, both on the scale of the sum over items.
        """
        if df < 1:
            return Coefficient(
                name=name, value=value, observed=observed, expected=expected,
                interval_method="none: one item gives no interval", **self.support(),
            )  # fmt: skip
        variance = float(self.w @ influence**2) / (n * (n - 1))
        method = "item linearised t"
        r = 0 if self.trainers is None else int(np.unique(self.trainers.trainer).size)
        if self.trainers is not None and given is not None and r > 1:
            total = np.bincount(self.trainers.trainer, weights=given * self.trainers.n)
            within = float(self.trainers.n @ given**2)
            both = variance + (r / (r - 1) * float(total @ total) - within) / n**2
            variance, method = max(variance, both), "two-way linearised t"
        se = float(np.sqrt(variance))
        half = float(stats.t.ppf((1 + self.confidence) / 2, df=df)) * se
        if se == 0.0:
            return Coefficient(
                name=name, value=value, observed=observed, expected=expected, se=NAN,
                interval_method="none: no variation between items", **self.support(),
            )  # fmt: skip
        return Coefficient(
            name=name, value=value, observed=observed, expected=expected, se=se,
            low=max(floor, value - half), high=min(1.0, value + half), interval_method=method, **self.support(),
        )  # fmt: skip

    def of_judgment(self, by_side: FloatArray) -> FloatArray | None:
        """Pick from a (P, 3) table the entry of each row of the trainer table."""
        if self.trainers is None:
            return None
        picked: FloatArray = by_side[self.trainers.pattern, self.side[self.trainers.label]]
        return picked


def _exact(f: _Frame, *, corrected: bool) -> Coefficient:
    name = "kappa_symmetric" if corrected else "exact_preference_agreement"
    if f.n2 < 1:
        return f.undefined(name, NO_PAIRS)
    same: FloatArray = (f.sides * (f.sides - 1)).sum(axis=1) * f.per_pair
    p_a = float(f.w @ same) / f.n2
    agreeing = np.maximum(f.sides - 1, 0) * f.per_pair[:, None] - np.where(f.paired, p_a / f.m, 0.0)[:, None]
    first = f.n / f.n2
    if not corrected:
        given = f.of_judgment(2 * first * agreeing)
        return f.coefficient(
            name, p_a, first * f.paired * (same - p_a), given, n=f.n, df=f.n2 - 1, floor=0.0, observed=p_a
        )
    p_e = f.tie**2 + (1 - f.tie) ** 2 / 2
    if p_e == 1.0:
        return f.undefined(name, ALL_TIES, observed=p_a, expected=p_e)
    kappa = (p_a - p_e) / (1 - p_e)
    symmetric = np.array([(1 - f.tie) / 2, f.tie, (1 - f.tie) / 2])
    chance: FloatArray = f.sides @ symmetric / f.m
    influence = (first * f.paired * (same - p_a) - 2 * (1 - kappa) * (chance - p_e)) / (1 - p_e)
    by_side = (2 * first * agreeing - 2 * (1 - kappa) * (symmetric - p_e)[None, :] / f.m[:, None]) / (1 - p_e)
    return f.coefficient(
        name, kappa, influence, f.of_judgment(by_side), n=f.n, df=f.n2 - 1, floor=-1.0, observed=p_a, expected=p_e
    )


def _non_tied(f: _Frame) -> Coefficient:
    name = "non_tied_agreement"
    if f.n2 < 1:
        return f.undefined(name, NO_PAIRS)
    took: FloatArray = f.sides[:, 0] + f.sides[:, 2]
    both = took * (took - 1) * f.per_pair
    same = (f.sides[:, 0] * (f.sides[:, 0] - 1) + f.sides[:, 2] * (f.sides[:, 2] - 1)) * f.per_pair
    total = float(f.w @ both)
    if total == 0.0:
        return f.undefined(name, NO_SIDES, expected=0.5)
    p = float(f.w @ same) / total
    scale = f.n2 / total
    sided = np.array([1.0, 0.0, 1.0])
    excess = (np.maximum(f.sides - 1, 0) - p * np.maximum(took - 1, 0)[:, None]) * sided * f.per_pair[:, None]
    return f.coefficient(
        name, p, scale * (same - p * both), f.of_judgment(2 * scale * excess), n=f.n2, df=f.n2 - 1, floor=0.0,
        observed=p, expected=0.5,
    )  # fmt: skip


def _alpha(f: _Frame) -> Coefficient:
    name = "alpha_symmetric"
    if f.n2 < 1:
        return f.undefined(name, NO_PAIRS)
    w, counts, m, x = f.w * f.paired, f.counts, f.m, f.scores
    pairable = float(w @ m)
    share = np.divide(1.0, m - 1, out=np.zeros_like(m), where=f.paired)
    first_moment, second_moment = counts @ x, counts @ x**2
    #: (P, K): summed squared distance of one judgment with label k to the others of its item, over m - 1
    apart = (m[:, None] * x**2 - 2 * np.outer(first_moment, x) + second_moment[:, None]) * share[:, None]
    item_apart: FloatArray = (counts * apart).sum(axis=1)
    d_o, d_e = float(w @ item_apart) / pairable, 2 * float(w @ second_moment) / pairable
    if d_e == 0.0:
        return f.undefined(name, ALL_TIES, observed=d_o, expected=d_e)
    alpha = 1 - d_o / d_e
    scale = f.n2 / (pairable * d_e)
    influence = -scale * f.paired * (item_apart - (1 - alpha) * 2 * second_moment)
    given = None
    if f.trainers is not None:
        row, k = f.trainers.pattern, f.trainers.label
        effect = 2 * (apart[row, k] - d_o) - (1 - alpha) * (2 * x[k] ** 2 - d_e)
        given = -scale * np.where(f.paired[row], effect, 0.0)
    return f.coefficient(name, alpha, influence, given, n=f.n2, df=f.n2 - 1, floor=-1.0, observed=d_o, expected=d_e)


def _tie_share(f: _Frame) -> Coefficient:
    name = "tie_share"
    if f.n < 1:
        return f.undefined(name, "there are no judgments")
    influence: FloatArray = f.sides[:, 1] / f.m - f.tie
    by_side = (np.array([0.0, 1.0, 0.0]) - f.tie)[None, :] / f.m[:, None]
    return f.coefficient(name, f.tie, influence, f.of_judgment(by_side), n=f.n, df=f.n - 1, floor=0.0, observed=f.tie)
