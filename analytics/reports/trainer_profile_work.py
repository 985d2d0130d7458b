"""How one trainer works: confidence against being right, pace, sessions. None of it is a ground by itself."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.trainer_profile import NOTHING_TO_COMPARE, ProfileLog, profile_log
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.confidence import Calibration, calibration
from analytics.stats.trainers.known_outcomes import known_outcomes
from analytics.stats.trainers.own_figures import as_ratio
from analytics.stats.trainers.pace import pace
from analytics.stats.trainers.session_curve import SessionCurve, session_curve
from analytics.stats.trainers.session_order import fatigue, straight_lining
from analytics.store import Engine

SEED = 20_260_803
"""Of the resampling, so that the same log shows the same numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfidenceProfile:
    """One trainer's stated confidence against being right.

    Attributes
    ----------
    found : Calibration or None
        Scores, parts and diagram; None where there is nothing.
    n_gold, n_consensus : int
        Judgments whose outcome gold knows, and those where three others or more are clearly of one mind.
    team_overconfidence : float
        Mean stated confidence minus share right over all others; nan unknown.
    undefined : str or None
        Why there is nothing.
    """

    found: Calibration | None
    n_gold: int
    n_consensus: int
    team_overconfidence: float
    undefined: str | None


def confidence_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> ConfidenceProfile:
    """Return one trainer's calibration of confidence on a criterion."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)

    def nothing(why: str) -> ConfidenceProfile:
        return ConfidenceProfile(found=None, n_gold=0, n_consensus=0, team_overconfidence=math.nan, undefined=why)

    if found is None:
        return nothing(NOTHING_TO_COMPARE)
    log = found.log
    if not np.isfinite(log.confidence[found.mine]).any():
        return nothing("the log holds no stated confidence for their judgments")
    right = _right(found)
    known = np.isfinite(right) & np.isfinite(log.confidence)
    mine = known & found.mine
    if not mine.any():
        only = "gold, for tastes may differ here" if log.criterion.scale.subjective else "gold, nor by a clear majority"
        return nothing(f"no judgment with a stated confidence is known to be right or wrong by {only}")
    rest = known & ~found.mine
    result = calibration(
        log.confidence[mine], right[mine], rng=np.random.default_rng(SEED), confidence=engine.settings.confidence
    )
    by_gold = (log.gold >= 0)[log.codes.item]
    return ConfidenceProfile(
        found=None if result.undefined else result,
        n_gold=int((mine & by_gold).sum()),
        n_consensus=int((mine & ~by_gold).sum()),
        team_overconfidence=float((log.confidence[rest] - right[rest]).mean()) if rest.any() else math.nan,
        undefined=result.undefined,
    )


def _right(found: ProfileLog) -> FloatArray:
    return known_outcomes(found.log.codes, found.log.gold, subjective=found.log.criterion.scale.subjective)


@dataclass(frozen=True, kw_only=True, slots=True)
class PaceProfile:
    """One trainer's pace and sessions.

    Attributes
    ----------
    relative, rapid : Estimate
        Time over that of others on the same items and length; share of rapid judgments.
    median_s, team_median_s : float
        Median seconds a judgment; of the others. nan unknown.
    length_slope : float
        Per cent more time for one per cent more text, over the team.
    right_rapid, right_rest : Estimate
        Share right of rapid judgments, and of the rest, where the outcome is known.
    longest_run : int
        Longest run of one label in a session.
    run_label : str
        Which label it was.
    run_p : float
        How often chance order within the sessions has so long a run; nan unknown.
    fatigue, slowing : Estimate
        Change of agreement beyond the items, and of time as a ratio, per 10 judgments within a session.
    agreement_curve, time_curve : SessionCurve or None
        The course of a session: agreement beyond the items; log seconds.
    undefined : str or None
        Why there is nothing.
    """

    relative: Estimate
    rapid: Estimate
    median_s: float
    team_median_s: float
    length_slope: float
    right_rapid: Estimate
    right_rest: Estimate
    longest_run: int
    run_label: str
    run_p: float
    fatigue: Estimate
    slowing: Estimate
    agreement_curve: SessionCurve | None
    time_curve: SessionCurve | None
    undefined: str | None


def pace_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> PaceProfile:
    """Return how fast one trainer works on a criterion, and what a session does to them."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    gone = Estimate(value=math.nan, undefined=NOTHING_TO_COMPARE if found is None else "the log holds no times")
    empty = PaceProfile(
        relative=gone, rapid=gone, median_s=math.nan, team_median_s=math.nan, length_slope=math.nan, right_rapid=gone,
        right_rest=gone, longest_run=0, run_label="", run_p=math.nan, fatigue=gone, slowing=gone, agreement_curve=None,
        time_curve=None, undefined=NOTHING_TO_COMPARE if found is None else None,
    )  # fmt: skip
    return empty if found is None else _in_sessions(found, _timed(found, empty))


def _timed(found: ProfileLog, empty: PaceProfile) -> PaceProfile:
    log, codes, j = found.log, found.log.codes, found.place
    if not np.isfinite(log.duration_s[found.mine]).any():
        return empty
    sure = found.settings.confidence
    speed = pace(
        codes.item, codes.trainer, log.duration_s, n_items=codes.n_items, n_trainers=codes.n_trainers,
        length=log.length, confidence=sure,
    )  # fmt: skip
    right = _right(found)
    known = found.mine & np.isfinite(right)
    quick = np.asarray(speed.is_rapid)
    parts = (known & quick, known & ~quick)
    shares = share_estimates(
        "rapid_accuracy", np.array([int(right[part].sum()) for part in parts]),
        np.array([int(part.sum()) for part in parts]), confidence=sure, reason="none with a known outcome",
    )  # fmt: skip
    others = log.duration_s[~found.mine]
    others = others[np.isfinite(others)]
    return dataclasses.replace(
        empty,
        relative=speed.relative_time.estimate(j),
        rapid=speed.rapid.estimate(j),
        median_s=float(speed.median_s[j]),
        team_median_s=float(np.median(others)) if others.size else math.nan,
        length_slope=speed.length_slope,
        right_rapid=shares.estimate(0),
        right_rest=shares.estimate(1),
    )


def _in_sessions(found: ProfileLog, so_far: PaceProfile) -> PaceProfile:
    log, codes, sure = found.log, found.log.codes, found.settings.confidence
    rows = found.order
    rows = rows[log.session[rows] >= 0]
    if not rows.size:
        gone = Estimate(value=math.nan, undefined="the log holds no sessions")
        return dataclasses.replace(so_far, fatigue=gone, slowing=gone)
    alone = np.zeros(rows.size, dtype=np.int64)
    longest, p_value = straight_lining(
        alone, log.session[rows], codes.label[rows], n_trainers=1, rng=np.random.default_rng(SEED)
    )
    n = codes.item_sizes[codes.item[rows]] - 1.0
    counts = codes.item_counts[codes.item[rows]].astype(np.float64)
    size = counts.sum(axis=1)
    same = counts[np.arange(rows.size), codes.label[rows]] - 1.0
    usual = (counts * (counts - 1.0)).sum(axis=1)
    paired = n > 0
    excess = np.full(rows.size, np.nan)
    excess[paired] = same[paired] / n[paired] - usual[paired] / (size[paired] * n[paired])
    seconds = log.duration_s[rows]
    positive = np.isfinite(seconds) & (seconds > 0)
    logs = np.where(positive, np.log(np.where(positive, seconds, 1.0)), np.nan)
    session, position = log.session[rows], log.position[rows]
    per_ten = 10.0 * position  # the slope is per 100 positions: sessions are shorter than that
    slopes = [fatigue(alone, session, per_ten, y, n_trainers=1, confidence=sure).estimate(0) for y in (excess, logs)]
    curves = [session_curve(session, position, y, confidence=sure) for y in (excess, logs)]
    return dataclasses.replace(
        so_far,
        longest_run=int(longest[0]),
        run_label=_label_of_run(log.labels, codes.label[rows], session, int(longest[0])),
        run_p=float(p_value[0]),
        fatigue=slopes[0],
        slowing=as_ratio(slopes[1]),
        agreement_curve=curves[0],
        time_curve=curves[1],
    )


def _label_of_run(labels: tuple[str, ...], given: IntArray, session: IntArray, longest: int) -> str:
    length = 0
    for at in range(given.size):
        goes_on = at > 0 and given[at] == given[at - 1] and session[at] == session[at - 1]
        length = length + 1 if goes_on else 1
        if length == longest:
            return labels[int(given[at])]
    return ""
