"""The steps of an ordered scale, one by one: where trainers do not draw the line in the same place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.results import Estimate
from analytics.core.scale import Scale
from analytics.stats.counts.patterns import Patterns
from analytics.stats.hotspots.label_pairs import label_pairs


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """Agreement on one cut of an ordered scale: at or below `below`, or at or above `above`.

    Attributes
    ----------
    below, above : str
        The labels on either side of the cut.
    alpha : Estimate
        Nominal alpha of the two halves.
    share_above : float
        Share of paired judgments above the cut.
    """

    below: str
    above: str
    alpha: Estimate
    share_above: float


def thresholds(
    patterns: Patterns, scale: Scale, *, confidence: float = 0.95, n_replicates: int = 1000, rng: np.random.Generator
) -> tuple[Threshold, ...]:
    """Return alpha of each cut of an ordered scale (label k or below, against above), K - 1 of them, in scale order.

    The lowest alpha is the step trainers do not draw in the same place. Parameters as for `label_pairs`.
    """
    found = []
    for k in range(scale.n_labels - 1):
        halves = np.column_stack([patterns.counts[:, : k + 1].sum(axis=1), patterns.counts[:, k + 1 :].sum(axis=1)])
        cut = Patterns(counts=halves, multiplicity=patterns.multiplicity)
        two = Scale(level="nominal", labels=("at or below", "above"))
        split = label_pairs(cut, two, confidence=confidence, n_replicates=n_replicates, rng=rng)
        gain = split.pairs[0].alpha_gain
        paired = cut.multiplicity * (cut.sizes >= 2)
        judged = paired @ cut.sizes
        found.append(
            Threshold(
                below=scale.labels[k],
                above=scale.labels[k + 1],
                alpha=Estimate(
                    value=1.0 - gain.value,
                    low=1.0 - gain.high,
                    high=1.0 - gain.low,
                    confidence=confidence,
                    interval_method=gain.interval_method,
                    undefined=gain.undefined,
                    n_items=gain.n_items,
                    n_items_paired=gain.n_items_paired,
                    n_judgments=gain.n_judgments,
                ),
                share_above=float(paired @ halves[:, 1] / judged) if judged else np.nan,
            )
        )
    return tuple(found)
