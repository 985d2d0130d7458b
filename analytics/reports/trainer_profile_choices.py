"""What should not matter in a choice: which answer stood first, which was longer; and refusals, with skips beside."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.one_criterion import of_one
from analytics.reports.trainer_profile import NOTHING_TO_COMPARE, ProfileLog, profile_log
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.trainers.length_bias import length_bias
from analytics.stats.trainers.position_bias import first_beyond_peers, position_bias, tie_use
from analytics.stats.trainers.refusals import refusals, skip_share
from analytics.stats.trainers.trainer_estimates import ratio
from analytics.store import Engine

REFUSE, ANSWER = "refuse", "answer"
NO_PREFERENCE = "the criterion is no choice between two answers"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoicesProfile:
    """One trainer's choices between two answers.

    Attributes
    ----------
    first, first_shrunken : Estimate
        Share of choices for the answer shown first, raw and drawn towards the team.
    first_p, first_team : float
        Exact test against one half; the others' share.
    beyond : Estimate
        First answer chosen beyond how often others chose that same answer.
    longer : Estimate
        Chance of the longer answer at equal quality, drawn towards the team.
    longer_team : float
        The team's.
    ties : Estimate
        Ties beyond the others' on the same pairs.
    tie_share, tie_team : float
        Share of ties; of the others.
    undefined : str or None
        Why there is nothing.
    """

    first: Estimate
    first_shrunken: Estimate
    first_p: float
    first_team: float
    beyond: Estimate
    longer: Estimate
    longer_team: float
    ties: Estimate
    tie_share: float
    tie_team: float
    undefined: str | None


def choices_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> ChoicesProfile:
    """Return what order, length and ties have to do with one trainer's choices."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    why = NOTHING_TO_COMPARE if found is None else NO_PREFERENCE
    gone = Estimate(value=math.nan, undefined=why)
    if found is None or found.log.tie is None:
        return ChoicesProfile(
            first=gone, first_shrunken=gone, first_p=math.nan, first_team=math.nan, beyond=gone, longer=gone,
            longer_team=math.nan, ties=gone, tie_share=math.nan, tie_team=math.nan, undefined=why,
        )  # fmt: skip
    log, codes, j, sure = found.log, found.log.codes, found.place, found.settings.confidence
    m, tie = codes.n_trainers, log.tie
    tied = (codes.label == tie).astype(np.float64)
    others = codes.item_sizes[codes.item] - 1.0
    tied_others = _share(codes.item_counts[codes.item, tie] - tied, others)
    unknown = Estimate(value=math.nan, undefined="the log does not say which answer stood first")
    first = shrunken = beyond = longer = unknown
    p_value = team = longer_team = math.nan
    if log.shown_first is not None:
        chose = (log.shown_first >= 0) & (codes.label != tie)
        took = (codes.label == log.shown_first)[chose]
        who = codes.trainer[chose]
        hits, n = np.bincount(who[took], minlength=m), np.bincount(who, minlength=m)
        bias = position_bias(hits, n, confidence=sure)
        first, shrunken, p_value = bias.share.estimate(j), bias.shrunken.estimate(j), float(bias.p_value[j])
        rest = int(n.sum() - n[j])
        team = float(hits.sum() - hits[j]) / rest if rest else math.nan
        theirs = others_for_first(found, chose)
        beyond = first_beyond_peers(who, took.astype(float), theirs, n_trainers=m, confidence=sure).estimate(j)
        longer = Estimate(value=math.nan, undefined="the log holds no texts to measure")
        if np.isfinite(log.longer_first[chose]).any():
            length = length_bias(
                who, took.astype(float), log.longer_first[chose], theirs, n_trainers=m, confidence=sure
            )
            longer = length.longer_at_equal_quality.estimate(j)
            longer_team = 1.0 / (1.0 + math.exp(-length.team_slope)) if math.isfinite(length.team_slope) else math.nan
    return ChoicesProfile(
        first=first, first_shrunken=shrunken, first_p=p_value, first_team=team, beyond=beyond, longer=longer,
        longer_team=longer_team,
        ties=tie_use(codes.trainer, tied, tied_others, n_trainers=m, confidence=sure).estimate(j),
        tie_share=float(tied[found.mine].mean()),
        tie_team=float(tied[~found.mine].mean()) if (~found.mine).any() else math.nan, undefined=None,
    )  # fmt: skip


def others_for_first(found: ProfileLog, chose: npt.NDArray[np.bool_]) -> FloatArray:
    """Return for the choices `chose` the share of the others' choices for the answer that stood first here."""
    log, codes = found.log, found.log.codes
    counts = codes.item_counts.astype(np.float64)
    counts[:, log.tie] = 0.0
    total = counts.sum(axis=1)[codes.item] - (codes.label != log.tie)
    for_first = counts[codes.item, np.maximum(np.asarray(log.shown_first), 0)] - (codes.label == log.shown_first)
    return _share(for_first, total)[chose]


def _share(part: npt.ArrayLike, whole: npt.ArrayLike) -> FloatArray:
    return ratio(part, whole)


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalsProfile:
    """One trainer's refusals, and skips beside them.

    Attributes
    ----------
    over, under, over_shrunken, under_shrunken : Estimate
        Refused of what should be answered, answered of what should be refused; raw and drawn towards the team.
    cost : Estimate
        Per judgment.
    cost_over, cost_under : float
        Of one mistake each.
    costs_declared : bool
        False where the criterion names no costs and each mistake counts 1.
    n_gold : int
        Judgments where gold knows what should be done; on the others the share of colleagues stands for it.
    skips : Estimate
        Share of items shown that were skipped.
    skips_team : float
        The others' share.
    undefined : str or None
        Why there are no refusals to look at; skips may exist all the same.
    """

    over: Estimate
    under: Estimate
    over_shrunken: Estimate
    under_shrunken: Estimate
    cost: Estimate
    cost_over: float
    cost_under: float
    costs_declared: bool
    n_gold: int
    skips: Estimate
    skips_team: float
    undefined: str | None


def refusals_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> RefusalsProfile:
    """Return one trainer's over- and under-refusal with their costs, and their skips."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    skips, skips_team = _skips(engine, scope, of_one(filters.replace(trainers=(), teams=()), project, criterion), found)
    if found is None or REFUSE not in found.log.labels:
        why = NOTHING_TO_COMPARE if found is None else f"the criterion has no label “{REFUSE}”"
        gone = Estimate(value=math.nan, undefined=why)
        return RefusalsProfile(
            over=gone, under=gone, over_shrunken=gone, under_shrunken=gone, cost=gone, cost_over=math.nan,
            cost_under=math.nan, costs_declared=False, n_gold=0, skips=skips, skips_team=skips_team, undefined=why,
        )  # fmt: skip
    log, codes, j = found.log, found.log.codes, found.place
    refuse = log.labels.index(REFUSE)
    said = (codes.label == refuse).astype(np.float64)
    others = codes.item_sizes[codes.item] - 1.0
    known = (log.gold >= 0)[codes.item]
    should = np.where(
        known, (log.gold == refuse)[codes.item], _share(codes.item_counts[codes.item, refuse] - said, others)
    )
    prices = log.criterion.scale.cost or {}
    cost_over, cost_under = prices.get((ANSWER, REFUSE), 1.0), prices.get((REFUSE, ANSWER), 1.0)
    result = refusals(
        codes.trainer, said, should, n_trainers=codes.n_trainers, cost_over=cost_over, cost_under=cost_under,
        confidence=found.settings.confidence,
    )  # fmt: skip
    return RefusalsProfile(
        over=result.over.estimate(j), under=result.under.estimate(j), over_shrunken=result.over_shrunken.estimate(j),
        under_shrunken=result.under_shrunken.estimate(j), cost=result.cost.estimate(j), cost_over=cost_over,
        cost_under=cost_under, costs_declared=(ANSWER, REFUSE) in prices and (REFUSE, ANSWER) in prices,
        n_gold=int((known & found.mine).sum()), skips=skips, skips_team=skips_team, undefined=None,
    )  # fmt: skip


def _skips(engine: Engine, scope: Scope, filters: Filters, found: ProfileLog | None) -> tuple[Estimate, float]:
    if found is None:
        return Estimate(value=math.nan, undefined=NOTHING_TO_COMPARE), math.nan
    with engine.session(scope, filters) as session:
        rows = session.frame("trainers_skips")
    codes, j = found.log.trainer_codes, found.place
    rows = rows[rows["trainer_code"].isin(codes)]
    at = np.searchsorted(codes, rows["trainer_code"].to_numpy(dtype=np.int64))
    shown, skipped = np.zeros(codes.size, dtype=np.int64), np.zeros(codes.size, dtype=np.int64)
    shown[at], skipped[at] = rows["shown"].to_numpy(dtype=np.int64), rows["skipped"].to_numpy(dtype=np.int64)
    if not skipped.any():
        return Estimate(
            value=math.nan, undefined="the log holds no skips at all: perhaps it does not record them"
        ), math.nan
    rest = int(shown.sum() - shown[j])
    team = float(skipped.sum() - skipped[j]) / rest if rest else math.nan
    return skip_share(skipped, shown, confidence=found.settings.confidence).estimate(j), team
