"""The team on the Overview: who agrees with the others about as much as the same items let anyone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.errors import FilterError
from analytics.core.results import Estimate
from analytics.core.settings import Settings
from analytics.reports.counts import CriterionCounts
from analytics.reports.preferences import scores_of
from analytics.stats.counts.patterns import IntArray, Patterns, TrainerPatterns
from analytics.stats.trainers.funnel_limits import COVERAGES, funnel_bounds
from analytics.stats.trainers.peers import peer_agreement
from analytics.stats.trainers.pooled_excess import pooled_excess
from analytics.stats.trainers.trainer_estimates import TrainerEstimates
from analytics.store.engine import Session

COVERAGE = COVERAGES[1]
"""Share of ordinary trainers within the limits; whoever is outside them is marked."""
MOST_LABELS = 12
"""Amounts with more distinct values hardly ever agree to the digit; they do not count here."""
NO_LABELS = ("ranking", "text")


@dataclass(frozen=True, kw_only=True, slots=True)
class StripTrainer:
    """One trainer: agreement beyond the items over all criteria that count, and whether it is out of the ordinary.

    `display_name` is what this viewer may see: a pseudonym unless people are named to them.
    """

    trainer_id: str
    display_name: str
    team: str
    excess: Estimate
    outside: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamStrip:
    """The trainers of the period.

    Attributes
    ----------
    trainers : tuple of StripTrainer
        Those who can be compared, by name.
    coverage : float
        Share of ordinary trainers that the limits hold.
    left_out : tuple of str
        Criteria that do not count: matters of opinion, rankings, texts, amounts.
    undefined : str or None
        Why nobody can be compared, or nobody can be called out of the ordinary.
    """

    trainers: tuple[StripTrainer, ...]
    coverage: float
    left_out: tuple[str, ...]
    undefined: str | None

    @property
    def below(self) -> tuple[StripTrainer, ...]:
        """Those outside the limits on the lower side."""
        return tuple(t for t in self.trainers if t.outside and t.excess.value < 0)


def team_strip(session: Session, counts: Sequence[CriterionCounts], settings: Settings) -> TeamStrip:
    """Return the trainers behind these counts, from the counts alone.

    Matters of opinion do not count: there a view of one's own is no error. Strengths of preference count by side.
    """
    people = session.frame("trainer_names").set_index("trainer_code")
    teams = people["team"].fillna("").astype(str)
    used = [c for c in counts if _compared(c)]
    codes: IntArray = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(c.trainer_codes for c in used)]))
    parts = [(_excess(c, settings), np.searchsorted(codes, c.trainer_codes)) for c in used if c.trainer_codes.size]
    excess = pooled_excess(parts, n_trainers=codes.size, confidence=settings.confidence)
    bounds = funnel_bounds(excess.value, excess.se, excess.n)
    trainers = [
        StripTrainer(
            trainer_id=str(people.at[code, "trainer_id"]),
            display_name=str(people.at[code, "display_name"]),
            team=teams[code],
            excess=excess.estimate(j),
            outside=bool(bounds.outside[j]),
        )
        for j, code in enumerate(int(c) for c in codes)
        if np.isfinite(excess.value[j])
    ]
    nobody = "No two trainers judged the same items on a criterion that can be compared."
    return TeamStrip(
        trainers=tuple(sorted(trainers, key=lambda t: (t.display_name, t.trainer_id))),
        coverage=COVERAGE,
        left_out=tuple(c.criterion.criterion for c in counts if not _compared(c)),
        undefined=nobody if not trainers else bounds.undefined,
    )


def _compared(counts: CriterionCounts) -> bool:
    if counts.scale.subjective or counts.texts is not None or counts.level in NO_LABELS:
        return False
    return counts.level == "preference" or len(counts.labels) <= MOST_LABELS or counts.level in ("nominal", "set")


def _excess(counts: CriterionCounts, settings: Settings) -> TrainerEstimates:
    patterns, trainers = counts.patterns, counts.trainer_patterns
    if counts.level == "preference":
        try:
            patterns, trainers = by_side(patterns, trainers, scores_of(counts))
        except FilterError:  # labels that are not symmetric in A and B are compared as they stand
            patterns, trainers = counts.patterns, counts.trainer_patterns
    return peer_agreement(patterns, trainers, confidence=settings.confidence).excess


def by_side(patterns: Patterns, trainers: TrainerPatterns, scores: Sequence[int]) -> tuple[Patterns, TrainerPatterns]:
    """Return the counts of A, tie and B, whatever the strength."""
    side = np.sign(np.asarray(scores, dtype=np.int64)) + 1
    table = np.zeros((patterns.counts.shape[0], 3), dtype=np.int64)
    for k, s in enumerate(side):
        table[:, s] += patterns.counts[:, k]
    return (
        Patterns(counts=table, multiplicity=patterns.multiplicity),
        dataclasses.replace(trainers, label=side[trainers.label]),
    )
