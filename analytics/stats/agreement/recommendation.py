"""Which coefficient to look at first, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.scale import LEVELS
from analytics.stats.agreement.label_agreement import label_shares
from analytics.stats.counts.patterns import Patterns, TrainerPatterns

RARE_BELOW = 0.10
"""A label of two with a smaller share is rare: agreement on the frequent one then says little."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """The headline coefficient of a criterion.

    Attributes
    ----------
    name : str
        Of the coefficient.
    reason : str
        Why this one, in words fit for a page.
    also : tuple of str
        Coefficients to read beside it.
    """

    name: str
    reason: str
    also: tuple[str, ...]


def headline(
    level: str,
    patterns: Patterns,
    trainer_patterns: TrainerPatterns | None = None,
    *,
    labels: tuple[str, ...] | None = None,
    rare_below: float = RARE_BELOW,
) -> Recommendation:
    """Return the coefficient to show first for a criterion, with the reason.

    Parameters
    ----------
    level : str
        Level of measurement.
    patterns : Patterns
        The judgments: how many labels, how rare the rarest is, whether every trainer judged every item.
    trainer_patterns : TrainerPatterns, optional
        Who judged: how many trainers there are.
    labels : tuple of str, optional
        Names of the labels, for the reason.
    rare_below : float
        Share under which one of two labels counts as rare.

    Raises
    ------
    ValueError
        If `level` is unknown.

    Notes
    -----
    The choice follows the scale and the design, never the result: two coefficients are not comparable on one scale,
    and picking the higher one is not an analysis.
    """
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(map(repr, LEVELS))}, got {level!r}.")
    m = None if trainer_patterns is None else int(np.unique(trainer_patterns.trainer[trainer_patterns.n > 0]).size)
    if level == "nominal":
        return _nominal(patterns, m, labels, rare_below)
    if level in ("interval", "ratio"):
        return _numeric(level, m)
    return _FIXED[level]


def _nominal(patterns: Patterns, m: int | None, labels: tuple[str, ...] | None, rare_below: float) -> Recommendation:
    others = ("percent_agreement", "gwet_ac1")
    if patterns.n_labels == 2 and patterns.n_items_paired:
        share = label_shares(patterns)
        rare = int(np.argmin(share))
        if patterns.label_counts[rare] > 0 and share[rare] < rare_below:
            name = f"“{labels[rare]}”" if labels else "the rarer label"
            return Recommendation(
                name="rare_label_agreement",
                reason=(
                    f"{name} is {100 * share[rare]:.1f} % of the labels, so agreeing on the other one is easy; "
                    f"what counts is whether a second trainer also says {name}"
                ),
                also=("krippendorff_alpha", "gwet_ac1", "brennan_prediger", "percent_agreement"),
            )
    if m == 2:
        return Recommendation(
            name="cohen_kappa",
            reason="exactly two trainers judged, and it allows each a label use of their own",
            also=("krippendorff_alpha", *others),
        )
    if m is not None and m > 2 and _complete(patterns, m):
        return Recommendation(
            name="conger_kappa",
            reason=f"a fixed panel of {m} trainers judged every item, and it allows each a label use of their own",
            also=("krippendorff_alpha", *others),
        )
    return Recommendation(
        name="krippendorff_alpha",
        reason="it takes any number of trainers, gaps and unequal overlap, and corrects for agreement by luck",
        also=(*others, "fleiss_kappa"),
    )


def _numeric(level: str, m: int | None) -> Recommendation:
    if m is None or m < 2:
        return Recommendation(
            name="krippendorff_alpha",
            reason="labels are numbers; who judged is not known, which the intraclass correlation would need",
            also=("percent_agreement",),
        )
    if level == "ratio":
        return Recommendation(
            name="krippendorff_alpha",
            reason="labels are amounts with an absolute zero: being off counts relative to the size",
            also=("icc_a1", "icc_ak"),
        )
    return Recommendation(
        name="icc_a1",
        reason="labels are numbers: it says how much of the spread of one judgment comes from the items",
        also=("icc_ak", "icc_c1", "krippendorff_alpha"),
    )


_FIXED: dict[str, Recommendation] = {
    "ordinal": Recommendation(
        name="krippendorff_alpha",
        reason="labels have an order: being one step off counts less than two, without assuming that steps are equal",
        also=("gwet_ac2", "icc_a1", "percent_agreement", "adjacent_agreement"),
    ),
    "set": Recommendation(
        name="krippendorff_alpha",
        reason="labels are sets of flags: sharing some of them counts as partly agreeing (MASI distance)",
        also=("krippendorff_alpha_jaccard", "percent_agreement"),
    ),
    "preference": Recommendation(
        name="kappa_symmetric",
        reason="which answer is called A is arbitrary, so luck is reckoned without a side",
        also=("non_tied_agreement", "percent_agreement", "alpha_symmetric", "tie_share"),
    ),
    "ranking": Recommendation(
        name="mean_tau_b",
        reason="labels are rankings: it counts the pairs of answers that two trainers put in the same order",
        also=("kendall_w", "top_1_agreement"),
    ),
    "text": Recommendation(
        name="krippendorff_alpha",
        reason="labels are free texts: it compares the distance within items with that between any two texts",
        also=("percent_agreement",),
    ),
}


def _complete(patterns: Patterns, m: int) -> bool:
    """Return whether every trainer judged every item."""
    sizes = patterns.sizes[patterns.multiplicity > 0]
    return bool(sizes.size) and bool((sizes == m).all())
