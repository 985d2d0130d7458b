"""My calibration: one trainer's own figures beside an anonymous band of colleagues, and what to learn from today."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.core.errors import ScopeError
from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scale import ORDERED
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.counts import counted_labels
from analytics.reports.my_items import instructive_items
from analytics.reports.my_results import (
    FIGURES,
    MyCalibration,
    OwnConfusion,
    OwnCriterion,
    OwnFigure,
    OwnPeriod,
    PeerBand,
)
from analytics.reports.my_strengths import strengths, worth_a_look
from analytics.stats.trainers.own_figures import (
    as_ratio,
    change_in_time,
    combined,
    mean_from_sums,
    own_share,
    share_among_peers,
)
from analytics.store import Engine
from analytics.store.engine import Criterion

FEWEST = 10
"""Judgments below which a mean over them is not shown; the query holds it too."""
PERIODS_DAYS = (7, 14, 28)
MOST_PERIODS = 16
PER_PERIOD = 20
"""Judgments on the busiest criterion that a period of the trend should hold."""

_QUERY_NAMES = {
    "agreement": "peer_agreement",
    "excess": "peer_excess",
    "gold": "gold_accuracy",
    "severity": "own_severity",
    "consistency": "self_consistency",
    "overconfidence": "overconfidence",
    "log_time": "own_relative_time",
}
_LIMITS = {"peer_agreement": (0.0, 1.0), "peer_excess": (-1.0, 1.0), "overconfidence": (-1.0, 1.0)}


def my_calibration_report(engine: Engine, scope: Scope, filters: Filters) -> MyCalibration:
    """Return one trainer's own figures; of the others quartiles and counts alone, above the privacy floor.

    Notes
    -----
    What subtraction can and cannot show. Figures of the others are quartiles in coarse steps over five or more, counts
    of them go by fives, days go by whole weeks, and counts on one item ignore the filters on days: two selections on
    the page differ by a week of judgments or not at all. What remains: between two snapshots the counts on an item may
    grow by one, which tells what somebody answered lately, but not who; and a criterion with one judgment in some week
    lets its two neighbouring selections tell whether the others on that item agreed, again without a name.

    Raises
    ------
    ScopeError
        For a viewer who is not a trainer: the page is about the person looking.
    """
    if scope.role != "trainer":
        raise ScopeError(f"My calibration is about the trainer who looks; your role is {scope.role!r}.")
    with engine.session(scope, filters) as session:
        criteria = {c.code: c for c in session.criteria()}
        answers = session.frame("mine_answers")
        edges = _edges(answers)
        figures = session.frame("mine_figures", **_labels(criteria), edges=edges)
        repeats = {code: (n, same) for code, n, same in session.rows("mine_repeats")}
        confusions = session.frame("mine_confusions")
        items = instructive_items(engine, session, criteria, answers)
        snapshot_id = session.snapshot.id
    own = [
        _criterion(criteria[int(str(code))], part, figures, repeats, confusions, edges, engine.settings)
        for code, part in answers.groupby("criterion_code")
    ]
    own.sort(key=lambda c: (-c.n_judgments, c.project, c.criterion))
    return MyCalibration(
        snapshot_id=snapshot_id,
        filters=filters,
        n_judgments=len(answers),
        n_items=int(answers["item_code"].nunique()),
        criteria=tuple(own),
        strengths=strengths(own, engine.settings),
        to_gain=worth_a_look(own),
        change=combined([c.change for c in own if not c.subjective], confidence=engine.settings.confidence),
        items=items,
        period_days=(edges[1] - edges[0]).days if edges else 0,
        floor=engine.settings.privacy_floor,
    )


def _labels(criteria: Mapping[int, Criterion]) -> dict[str, list[Any]]:
    """Return for every counted label its criterion's code, its own, and its value where the scale is ordered."""
    codes: list[int] = []
    label_codes: list[int] = []
    values: list[float | None] = []
    for criterion in criteria.values():
        labels = counted_labels(criterion)
        place = {label: k for k, label in enumerate(criterion.dictionary)}
        numbers = dataclasses.replace(criterion.scale, labels=labels).values
        for label, value in zip(labels, numbers, strict=True):
            if label in place:
                codes.append(criterion.code)
                label_codes.append(place[label])
                values.append(value if criterion.scale.level in ORDERED else None)
    return {"criterion_codes": codes, "label_codes": label_codes, "values": values}


def _edges(answers: pd.DataFrame) -> list[datetime]:
    """Return the edges of the shortest periods that hold enough judgments of the busiest criterion, to the last day."""
    dated = answers.dropna(subset=["judged_at"])
    if dated.empty:
        return []
    first, last = dated["judged_at"].min().to_pydatetime(), dated["judged_at"].max().to_pydatetime()
    end = datetime.combine(last.date(), time(), UTC) + timedelta(days=1)
    busiest = int(dated["criterion_code"].value_counts().iloc[0])
    for days in PERIODS_DAYS:
        n_periods = math.ceil((end - first) / timedelta(days=days))
        if busiest >= PER_PERIOD * n_periods:
            break
    shown = min(n_periods, MOST_PERIODS)
    return [end - timedelta(days=days * k) for k in range(shown, -1, -1)]


def _criterion(
    criterion: Criterion,
    answers: pd.DataFrame,
    figures: pd.DataFrame,
    repeats: Mapping[int, tuple[int, int]],
    confusions: pd.DataFrame,
    edges: list[datetime],
    settings: Settings,
) -> OwnCriterion:
    rows = figures[figures["criterion_code"] == criterion.code]
    own = {_QUERY_NAMES[r["figure"]]: r for r in rows[rows["part"] == "own"].to_dict("records")}
    bands = {_QUERY_NAMES[r["figure"]]: r for r in rows[rows["part"] == "band"].to_dict("records")}
    gold = answers[answers["gold"].notna()]
    n_gold, hits = len(gold), int((gold["gold"] == gold["label"]).sum())
    n_again, same = repeats.get(criterion.code, (0, 0))
    prior = bands.get("gold_accuracy", {})
    found = {
        "gold_accuracy": own_share(
            hits, n_gold, nothing="none of your items has a known answer yet", confidence=settings.confidence
        ),
        "self_consistency": own_share(
            same, n_again, nothing="no item has come to you twice yet", confidence=settings.confidence
        ),
    }
    for name in FIGURES:
        if name not in found:
            found[name] = _mean(name, own.get(name), settings.confidence, _missing(name, answers))
    ordered = criterion.scale.level in ORDERED
    values = dataclasses.replace(criterion.scale, labels=counted_labels(criterion)).values if ordered else ()
    times = answers["duration_s"].dropna()
    trend = _trend(rows[rows["part"] == "period"], edges, settings.confidence)
    return OwnCriterion(
        project=criterion.project,
        criterion=criterion.criterion,
        level=criterion.scale.level,
        subjective=criterion.scale.subjective,
        n_judgments=len(answers),
        figures=tuple(
            OwnFigure(name=name, estimate=found[name], band=_band(bands.get(name)))
            for name in FIGURES
            if name != "own_severity" or ordered
        ),
        gold_among_peers=share_among_peers(
            hits,
            n_gold,
            mean=float(prior.get("mean", math.nan)),
            spread=float(prior.get("spread", math.nan)),
            confidence=settings.confidence,
        ),
        points=max(values) - min(values) if values else math.nan,
        median_s=float(times.median()) if len(times) else math.nan,
        trend=trend,
        change=change_in_time([p.excess for p in trend], confidence=settings.confidence),
        confusions=_confusions(criterion, confusions),
    )


def _missing(name: str, answers: pd.DataFrame) -> str:
    """Return what the viewer's own judgments lack for a figure, "" where they have it."""
    if name == "overconfidence" and answers["confidence"].isna().all():
        return "your judgments carry no stated confidence"
    if name == "own_relative_time" and answers["duration_s"].isna().all():
        return "the log holds no times for your judgments"
    return ""


def _mean(name: str, row: Mapping[Any, Any] | None, confidence: float, missing: str = "") -> Estimate:
    if row is None:
        few = f"fewer than {FEWEST} of your judgments, or too few colleagues on the same items"
        return Estimate(value=math.nan, confidence=confidence, undefined=missing or few)
    found = mean_from_sums(
        int(row["n"]), float(row["total"]), float(row["squares"]), fewest=FEWEST, confidence=confidence,
        limits=_LIMITS.get(name, (-math.inf, math.inf)),
    )  # fmt: skip
    return as_ratio(found) if name == "own_relative_time" else found


def _band(row: Mapping[Any, Any] | None) -> PeerBand | None:
    if row is None:
        return None
    return PeerBand(
        low=float(row["low"]), middle=float(row["middle"]), high=float(row["high"]), at_least=int(row["n_trainers"])
    )


def _trend(rows: pd.DataFrame, edges: list[datetime], confidence: float) -> tuple[OwnPeriod, ...]:
    by_period = {int(r["period"]): r for r in rows.to_dict("records")}
    return tuple(
        OwnPeriod(start=start.date(), excess=_mean("peer_excess", by_period.get(k), confidence))
        for k, start in enumerate(edges[:-1])
    )


def _confusions(criterion: Criterion, rows: pd.DataFrame) -> tuple[OwnConfusion, ...]:
    names = np.asarray(criterion.dictionary, dtype=object)
    return tuple(
        OwnConfusion(
            mine=str(names[int(r["mine"])]), theirs=str(names[int(r["theirs"])]), n=int(r["n"]), share=float(r["share"])
        )
        for r in rows[rows["criterion_code"] == criterion.code].to_dict("records")
    )
