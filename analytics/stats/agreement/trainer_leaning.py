"""Whether trainers use a label at different rates, beyond the luck of which items they met."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.counts.patterns import Patterns, TrainerPatterns

MINIMUM_JUDGMENTS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerLeaning:
    """How differently trainers use one label, with the luck of small samples taken off.

    Attributes
    ----------
    label : int
        The label whose use differs most; -1 where nothing can be said.
    share : float
        Its share over all judgments.
    sd : float
        Standard deviation of the trainers' own shares, sampling error removed; nan where it cannot be told.
    lowest, highest : float
        Shares of the least and the most frequent user with at least `MINIMUM_JUDGMENTS` judgments.
    p_value : float
        Of equal use of this label by all trainers, times the number of labels; nan where not tested.
    """

    label: int
    share: float
    sd: float
    lowest: float
    highest: float
    p_value: float


def trainer_leaning(patterns: Patterns, trainer_patterns: TrainerPatterns) -> TrainerLeaning:
    """Return the label whose use differs most between trainers, beyond the luck of which items they met.

    The variance of the shares of trainers with at least 20 judgments, less the mean of p (1 - p) / n, by label; a
    chi-squared test of equal shares, corrected for the number of labels.
    """
    table = trainer_patterns.label_table(patterns.n_labels).astype(np.float64)
    n = table.sum(axis=1)
    table, n = table[n >= MINIMUM_JUDGMENTS], n[n >= MINIMUM_JUDGMENTS]
    nothing = TrainerLeaning(label=-1, share=math.nan, sd=math.nan, lowest=math.nan, highest=math.nan, p_value=math.nan)
    if n.size < 2:
        return nothing
    whole = table.sum(axis=0) / n.sum()
    used = np.flatnonzero((whole > 0) & (whole < 1))
    if not used.size:
        return nothing
    own = table / n[:, None]
    noise = (whole * (1 - whole))[None, :] / n[:, None]
    excess = own.var(axis=0, ddof=1) - noise.mean(axis=0)
    label = int(used[np.argmax(excess[used])])
    chi2 = float((n * (own[:, label] - whole[label]) ** 2).sum() / (whole[label] * (1 - whole[label])))
    return TrainerLeaning(
        label=label,
        share=float(whole[label]),
        sd=math.sqrt(max(float(excess[label]), 0.0)),
        lowest=float(own[:, label].min()),
        highest=float(own[:, label].max()),
        p_value=min(1.0, float(stats.chi2.sf(chi2, n.size - 1)) * used.size),
    )
