"""The judgments of one criterion, as the decision about flags needs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.dawid_skene import DawidSkene


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionLog:
    """The judgments of one criterion, as cases need them.

    Attributes
    ----------
    criterion : str
        Its name.
    codes : JudgmentCodes
        J judgments; a trainer at most once an item.
    order : float array (J,)
        Grows with time within a trainer (time stamps, or the row number).
    gold : int array (N,) or None
        Gold label code of each item, -1 where none.
    values : float array (K,) or None
        Label values of an ordered scale; None for names without order.
    shown_first : int array (J,) or None
        For preferences: label code that stands for "the answer shown first"; -1 unknown.
    tie : int or None
        Label code of a tie.
    stratum : int array (N,) or None
        Group of items alike beforehand, codes 0..S-1 (topics): a trainer with a hard topic is compared within it.
    model : DawidSkene or None
        A latent-truth fit; None where the criterion is a matter of opinion, or nothing was fitted.
    item_key : int array (N,) or None
        What the item is called under other criteria too, not negative: judgments of one trainer on one item are not
        independent of each other. None = the items are this criterion's own.
    family : str
        Criteria of one family (a project) are weighed together.
    """

    criterion: str
    codes: JudgmentCodes
    order: npt.ArrayLike
    gold: npt.ArrayLike | None = None
    values: npt.ArrayLike | None = None
    shown_first: npt.ArrayLike | None = None
    tie: int | None = None
    stratum: npt.ArrayLike | None = None
    model: DawidSkene | None = None
    item_key: npt.ArrayLike | None = None
    family: str = ""


def first_half(trainer: IntArray, order: FloatArray, n_trainers: int) -> npt.NDArray[np.bool_]:
    """Return (J,): whether a judgment is in the first half of its trainer's, in time."""
    at = np.lexsort((order, trainer))
    n = np.bincount(trainer, minlength=n_trainers)
    rank = np.arange(at.size) - np.concatenate([[0], np.cumsum(n)])[trainer[at]]
    early = np.zeros(at.size, dtype=bool)
    early[at] = rank < n[trainer[at]] / 2
    return early
