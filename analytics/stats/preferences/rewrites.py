"""Rewrites: how far trainers change an answer, how alike their versions are, and how often nothing needed changing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.results import NAN, Estimate
from analytics.stats.agreement.text_agreement import Distance, TextAgreement, text_agreement, token_edit_distances
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.clustered_mean import clustered_mean
from analytics.stats.trainers.trainer_estimates import freeze

NO_REWRITES = "there are no rewrites"
NO_ORIGINALS = "the original of no rewrite is known"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewrites:
    """Rewrites of answers by trainers.

    Attributes
    ----------
    agreement : TextAgreement
        Distance between rewrites of the same answer against that of rewrites of different answers (shuffled pairs).
    unchanged : Estimate
        Share of rewrites equal to the original after blanks at the ends and runs of blanks are put aside.
    change : Estimate
        Mean distance of a rewrite from its original.
    change_quartiles : float array (3,)
        Of that distance.
    change_when_changed : Estimate
        Mean distance among rewrites that differ.
    distance : float array (J,)
        From the original; nan where it is not known.
    distance_name : str
    """

    agreement: TextAgreement
    unchanged: Estimate
    change: Estimate
    change_quartiles: FloatArray
    change_when_changed: Estimate
    distance: FloatArray
    distance_name: str

    def __post_init__(self) -> None:
        freeze(self)


def rewrites(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    texts: Sequence[str],
    originals: Sequence[str | None],
    *,
    rng: np.random.Generator,
    distance: Distance = token_edit_distances,
    distance_name: str = "token edit distance / longer length",
    most_pairs: int = 4000,
    confidence: float = 0.95,
) -> Rewrites:
    """Measure how much trainers rewrite and how alike.

    Parameters
    ----------
    item, trainer : int array (J,)
        Codes; an item is one answer that is rewritten.
    texts : sequence of str (J,)
        The rewrites.
    originals : sequence of str or None (J,)
        The answer as it was; None where it is not known.
    rng : numpy Generator
        Draws the shuffled pairs.
    distance : callable
        From two equally long sequences of texts to distances in [0, 1].
    distance_name : str
        Its name for the page.
    most_pairs : int
        Shuffled pairs at most.
    confidence : float
        Coverage, in (0, 1).

    Raises
    ------
    ValueError
        If the columns differ in length.

    Notes
    -----
    Edit distance counts words, not meaning: two good rewrites may share few of them.
    """
    items, who = np.asarray(item, dtype=np.int64), np.asarray(trainer, dtype=np.int64)
    if not items.size == who.size == len(texts) == len(originals):
        raise ValueError(
            f"item, trainer, texts and originals must have the same length, "
            f"got {items.size}, {who.size}, {len(texts)} and {len(originals)}."
        )
    agreement = text_agreement(
        items, texts, rng=rng, distance=distance, distance_name=distance_name, most_pairs=most_pairs,
        confidence=confidence,
    )  # fmt: skip
    known = np.array([o is not None for o in originals], dtype=bool)
    same = np.array([o is not None and _plain(o) == _plain(t) for o, t in zip(originals, texts, strict=True)], bool)
    away = np.full(items.size, np.nan)
    at = [int(k) for k in np.flatnonzero(known)]
    if at:
        away[at] = distance([_plain(str(originals[i])) for i in at], [_plain(texts[i]) for i in at])
    reason = NO_ORIGINALS if items.size else NO_REWRITES
    filled = np.nan_to_num(away)
    changed = known & ~same
    return Rewrites(
        agreement=agreement,
        unchanged=clustered_mean(same, known, items, who, reason=reason, confidence=confidence),
        change=clustered_mean(filled * known, known, items, who, reason=reason, confidence=confidence),
        change_quartiles=np.quantile(away[known], [0.25, 0.5, 0.75]) if known.any() else np.full(3, NAN),
        change_when_changed=clustered_mean(
            filled * changed, changed, items, who, reason=reason if not known.any() else "no answer was changed",
            confidence=confidence,
        ),
        distance=away,
        distance_name=distance_name,
    )  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.split())
