"""Disagreement by part of the data (theme, section, topic): each part against all others, trainers held fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats as distributions

from analytics.core.results import Estimate
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.slice_tests import TrainerAdjustment, judgment_disagreement
from analytics.stats.inference.multiple_testing import discoveries


@dataclass(frozen=True, kw_only=True, slots=True)
class PartExcess:
    """Disagreement of one part.

    Attributes
    ----------
    part : int
        Index of the part.
    excess : Estimate
        Pair disagreement inside minus outside, adjusted for trainers; undefined where the part has too few items.
    inside : float
        Mean pair disagreement of its items; nan without items.
    p_value : float
        One-sided: more disagreement than elsewhere.
    q_value : float
        After Benjamini-Hochberg over all parts.
    n_items, n_judgments : int
        Items of the part with two judgments, and their judgments.
    """

    part: int
    excess: Estimate
    inside: float
    p_value: float
    q_value: float
    n_items: int
    n_judgments: int


def part_excesses(
    codes: JudgmentCodes,
    part: npt.ArrayLike,
    n_parts: int,
    distance: npt.ArrayLike,
    *,
    least_items: int = 10,
    confidence: float = 0.95,
) -> tuple[PartExcess, ...]:
    """Test every part for more disagreement than elsewhere; parts in their order.

    The parts must not have been chosen by looking at disagreement. Trainers are random effects, errors are two-way, as
    for `slices`.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items.
    part : int array (N,)
        Part of each item, 0..S-1; -1 for items of none, which count as elsewhere.
    n_parts : int
        S.
    distance : float array (K, K)
        Disagreement between labels, from 0 to 1.
    least_items : int
        Parts with fewer items are not tested.
    confidence : float
        Coverage of the intervals.

    Raises
    ------
    ValueError
        If shapes or codes do not match.
    """
    of = np.asarray(part, dtype=np.int64)
    if of.shape != (codes.n_items,) or (of.size and (of.min() < -1 or of.max() >= n_parts)):
        raise ValueError(f"part must give each of {codes.n_items} items a part in -1..{n_parts - 1}.")
    apart = judgment_disagreement(codes, distance)
    usable = ~np.isnan(apart)
    paired = np.flatnonzero(codes.item_sizes >= 2)
    where = of[paired]
    size = np.bincount(where[where >= 0], minlength=n_parts)
    judged = np.bincount(of[codes.item[usable]] + 1, minlength=n_parts + 1)[1:]
    tests, inside_mean = [], np.full(n_parts, np.nan)
    adjustment = None
    if paired.size:
        dense = np.full(codes.n_items, -1, dtype=np.int64)
        dense[paired] = np.arange(paired.size)
        adjustment = TrainerAdjustment(
            dense[codes.item[usable]], codes.trainer[usable], apart[usable], codes.n_trainers
        )
    for s in range(n_parts):
        inside = where == s
        test = None
        if adjustment is not None and size[s]:
            inside_mean[s] = adjustment.outcome[inside].mean()
            if size[s] >= least_items and paired.size - size[s] >= least_items:
                test = adjustment.excess(inside)
        tests.append(test)
    q = discoveries([np.nan if t is None else t.p_value for t in tests]).q_values
    found = []
    for s, test in enumerate(tests):
        if test is None:
            why = f"Fewer than {least_items} items with two judgments inside or outside, or no variation."
            excess = Estimate(value=np.nan, confidence=confidence, undefined=why, n_items_paired=int(size[s]))
        else:
            reach = float(distributions.t.ppf((1 + confidence) / 2, test.degrees)) * test.se
            excess = Estimate(
                value=test.excess,
                low=test.excess - reach,
                high=test.excess + reach,
                se=test.se,
                confidence=confidence,
                interval_method="two-way (items and trainers) t",
                n_items_paired=int(size[s]),
                n_judgments=int(judged[s]),
            )
        found.append(
            PartExcess(
                part=s,
                excess=excess,
                inside=float(inside_mean[s]),
                p_value=np.nan if test is None else test.p_value,
                q_value=float(q[s]),
                n_items=int(size[s]),
                n_judgments=int(judged[s]),
            )
        )
    return tuple(found)
