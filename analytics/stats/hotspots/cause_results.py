"""The probable cause of each item's disagreement, with what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from analytics.stats.counts.patterns import FloatArray, IntArray

Cause = Literal[
    "trainer error", "ambiguous item", "guideline gap", "group divide", "not enough judgments", "no disagreement"
]
CAUSES: tuple[Cause, ...] = get_args(Cause)
NAMED: tuple[Cause, ...] = CAUSES[:4]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Two labels that split again and again on the items of one context.

    Attributes
    ----------
    context : int
        Index of the context.
    c, d : int
        Indices of the two labels, c < d.
    share : float
        Share of the context's items whose disagreement the gap explains.
    """

    context: int
    c: int
    d: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Causes:
    """Probable cause of each item's disagreement, and what speaks for it.

    Attributes
    ----------
    cause : tuple of str (N,)
        The most probable of the four causes; "not enough judgments" below `minimum_judgments` and where a trainer erred
        but no label is probable enough to say who; "no disagreement" where all judgments agree.
    probability : float array (N, 4)
        Of trainer error, ambiguous item, guideline gap, group divide; rows sum to 1, nan where no cause is named.
    label : int array (N,)
        Most probable label if the item has one; -1 without judgments enough.
    label_probability : float array (N,)
        Its probability, given that the item has one.
    pair : int array (N, 2)
        The two labels the item is most probably split between; -1 where it has none.
    n_dissenting : int array (N,)
        Judgments other than `label`.
    dissenters_accuracy, others_accuracy : float array (N,)
        Mean accuracy on clear items of those who gave another label than `label`, and of those who gave it.
    n_similar, n_context : int array (N,)
        Disagreeing items of the same context most probably split between the same two labels, this one included; items
        of the context with judgments enough.
    gaps : tuple of Gap
        By falling share.
    ambiguous_share : float
        Share of all items that are unclear by themselves.
    divided_share : float array (V,)
        Share of items of each stratum on which groups divide.
    trainer_accuracy : float array (M,)
        Chance of giving the right label on an average clear item.
    minimum_judgments : int
        Fewer than these: not enough to say.
    n_items_fitted : int
        Items the model was fitted to; the rest are judged by it.
    converged : bool
        Whether the fit met its tolerance.
    undefined : str or None
        Why no cause can be told.
    """

    cause: tuple[Cause, ...]
    probability: FloatArray
    label: IntArray
    label_probability: FloatArray
    pair: IntArray
    n_dissenting: IntArray
    dissenters_accuracy: FloatArray
    others_accuracy: FloatArray
    n_similar: IntArray
    n_context: IntArray
    gaps: tuple[Gap, ...]
    ambiguous_share: float
    divided_share: FloatArray
    trainer_accuracy: FloatArray
    minimum_judgments: int
    n_items_fitted: int
    converged: bool
    undefined: str | None = None


def no_causes(reason: str, counts: IntArray, minimum: int, n_strata: int, n_trainers: int) -> Causes:
    """Return the answer where no cause can be told, for a reason."""
    n = counts.shape[0]
    blank, none = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    return Causes(
        cause=(CAUSES[4],) * n,
        probability=np.full((n, 4), np.nan),
        label=none - 1,
        label_probability=blank,
        pair=np.full((n, 2), -1, dtype=np.int64),
        n_dissenting=none,
        dissenters_accuracy=blank,
        others_accuracy=blank,
        n_similar=none,
        n_context=none,
        gaps=(),
        ambiguous_share=np.nan,
        divided_share=np.full(n_strata, np.nan),
        trainer_accuracy=np.full(n_trainers, np.nan),
        minimum_judgments=minimum,
        n_items_fitted=0,
        converged=False,
        undefined=reason,
    )
