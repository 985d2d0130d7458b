"""Rationales that repeat each other: worth a conversation, no more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.team_log import team_of
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.rationales import near_duplicates, rationale_reuse, words
from analytics.stats.trainers.trainer_estimates import TrainerEstimates
from analytics.store import Engine
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


@dataclass(frozen=True, kw_only=True, slots=True)
class RationaleRow:
    """One trainer: rationales compared, shares that nearly repeat, and how many others share."""

    trainer_id: str
    display_name: str
    n: int
    own_repeats: Estimate
    shared: Estimate
    partners: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamRationales:
    """Reuse of rationales over the team.

    Attributes
    ----------
    snapshot_id : str
    filters : Filters
    rows : tuple of RationaleRow
        Trainers with a rationale long enough to compare, by name.
    n_compared, n_texts : int
        Texts compared, and texts there are; the first 20,000 are compared.
    undefined : str or None
        Why there is nothing to compare.
    """

    snapshot_id: str
    filters: Filters
    rows: tuple[RationaleRow, ...]
    n_compared: int
    n_texts: int
    undefined: str | None


def team_rationales_report(engine: Engine, scope: Scope, filters: Filters) -> TeamRationales:
    """Return who reuses rationales, their own or others'."""
    with engine.session(scope, filters.replace(trainers=(), teams=())) as session:
        team = team_of(session)
        found = rationales_of(session, team.codes)
        n_texts = int(session.rows("trainers_rationale_count")[0][0])
    listed = team.listed(filters.trainers, filters.teams)
    rows: tuple[RationaleRow, ...] = ()
    if found is not None:
        own = _shares(found.own_repeats, found.n, "own_repeats")
        shared = _shares(found.shared, found.n, "shared_rationales")
        rows = tuple(
            RationaleRow(
                trainer_id=one.trainer_id, display_name=one.display_name, n=int(found.n[one.index]),
                own_repeats=own.estimate(one.index), shared=shared.estimate(one.index),
                partners=int(found.partners[one.index]),
            )
            for one in listed
            if found.n[one.index]
        )  # fmt: skip
    return TeamRationales(
        snapshot_id=engine.snapshot_id, filters=filters, rows=rows, n_compared=found.n_compared if found else 0,
        n_texts=n_texts, undefined=None if rows else "no judgment here carries a rationale of five words or more",
    )  # fmt: skip


def _shares(share: FloatArray, n: IntArray, name: str) -> TrainerEstimates:
    hits = np.rint(np.nan_to_num(share) * n).astype(np.int64)
    return share_estimates(name, hits, n, reason="no rationale long enough to compare")
