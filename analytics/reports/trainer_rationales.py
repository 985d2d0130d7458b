"""Rationales that repeat each other: worth a conversation, no more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.rationales import near_duplicates, rationale_reuse, words
from analytics.store.engine import Session

MOST = 20_000
"""Rationales that are compared at most."""
SHINGLE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Rationales:
    """Reuse of rationales by M trainers.

    Attributes
    ----------
    n : int array (M,)
        Rationales long enough to compare.
    own_repeats, shared : float array (M,)
        Share that nearly repeats one's own on another item; share that nearly repeats somebody else's.
    partners : int array (M,)
        Other trainers with whom a text is shared.
    n_compared : int
        Texts compared; no more than 20,000.
    """

    n: IntArray
    own_repeats: FloatArray
    shared: FloatArray
    partners: IntArray
    n_compared: int


def rationales_of(session: Session, trainer_codes: IntArray) -> Rationales | None:
    """Return reuse of rationales; None where there are none."""
    rows = session.frame("trainers_rationales", most=MOST)
    rows = rows[rows["trainer_code"].isin(trainer_codes)]
    if rows.empty:
        return None
    texts = rows["rationale"].tolist()
    found = rationale_reuse(
        near_duplicates(texts),
        np.searchsorted(trainer_codes, rows["trainer_code"].to_numpy(dtype=np.int64)),
        rows["item_code"].to_numpy(dtype=np.int64),
        [len(words(text)) >= SHINGLE for text in texts],
        n_trainers=trainer_codes.size,
    )
    return Rationales(
        n=found.n, own_repeats=found.own_repeats, shared=found.shared, partners=found.partners, n_compared=len(texts)
    )
