"""How one trainer uses the scale: labels against the items, severity, range, and criteria that move together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scale import ORDERED
from analytics.core.scope import Scope
from analytics.reports.trainer_profile import NOTHING_TO_COMPARE, ProfileLog, profile_log
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.crossed_model import CrossedData, crossed_effects, penalty, variance_components
from analytics.stats.trainers.halo import halo
from analytics.stats.trainers.scale_use import central_tendency, label_usage
from analytics.stats.trainers.severity import severity
from analytics.stats.trainers.trainer_estimates import trainer_means
from analytics.store import Engine

NO_ORDER = "the labels have no order, so nothing can be too high or too low"


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelUse:
    """How often a label was given, and how often the others gave it on the same items."""

    label: str
    used: Estimate
    expected: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleProfile:
    """One trainer's use of the scale.

    Attributes
    ----------
    labels : tuple of LabelUse
        In the scale's order; labels that neither they nor the others gave are left out.
    distance, p_value : float
        Half the sum of differences; how often chance alone within the items makes the labels differ so much.
    n : int
        Judgments on items that somebody else judged too.
    ends : Estimate
        Share of the two end labels beyond the others' on the same items.
    severity, tendency : Estimate
        In scale points; slope on the items, 1 like everybody.
    points : float
        Length of the scale in its own points; nan where it has no order.
    undefined : str or None
        Why there is nothing.
    """

    labels: tuple[LabelUse, ...]
    distance: float
    p_value: float
    n: int
    ends: Estimate
    severity: Estimate
    tendency: Estimate
    points: float
    undefined: str | None


def scale_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> ScaleProfile:
    """Return how one trainer uses the labels of a criterion, against the items they were given."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    patterns = None if found is None else found.patterns()
    if found is None or patterns is None:
        gone = Estimate(value=math.nan, undefined=NOTHING_TO_COMPARE)
        return ScaleProfile(
            labels=(), distance=math.nan, p_value=math.nan, n=0, ends=gone, severity=gone, tendency=gone,
            points=math.nan, undefined=NOTHING_TO_COMPARE,
        )  # fmt: skip
    log, j, sure = found.log, found.place, engine.settings.confidence
    usage = label_usage(*patterns)
    n = int(usage.n[j])
    k = log.codes.n_labels
    given = np.rint(np.nan_to_num(usage.used[j]) * n).astype(np.int64)
    shares = share_estimates(
        "label_usage", given, np.full(k, n), confidence=sure, reason="nobody else judged their items"
    )
    level, tendency = _ordered(found)
    return ScaleProfile(
        labels=tuple(
            LabelUse(label=label, used=shares.estimate(c), expected=float(usage.expected[j, c]))
            for c, label in enumerate(log.labels)
            if n and (given[c] or usage.expected[j, c] > 0)
        ),
        distance=float(usage.distance[j]),
        p_value=float(usage.p_value[j]),
        n=n,
        ends=_ends(found),
        severity=level,
        tendency=tendency,
        points=max(log.values) - min(log.values) if log.values else math.nan,
        undefined=None if n else "nobody else judged their items, so there is nothing to expect",
    )


def _ends(found: ProfileLog) -> Estimate:
    log, codes = found.log, found.log.codes
    if log.criterion.scale.level not in ORDERED or codes.n_labels < 3:
        return Estimate(value=math.nan, undefined=NO_ORDER if log.values is None else "the scale has only two labels")
    at_end = np.isin(codes.label, (0, codes.n_labels - 1)).astype(np.float64)
    total = (codes.item_counts[:, 0] + codes.item_counts[:, -1])[codes.item]
    others = codes.item_sizes[codes.item] - 1.0
    keep = found.mine & (others > 0)
    beyond = at_end[keep] - (total[keep] - at_end[keep]) / others[keep]
    return trainer_means(
        "ends_excess", np.zeros(int(keep.sum()), dtype=np.int64), beyond, np.ones(int(keep.sum())), n_trainers=1,
        confidence=found.settings.confidence, limits=(-1.0, 1.0),
    ).estimate(0)  # fmt: skip


def _ordered(found: ProfileLog) -> tuple[Estimate, Estimate]:
    if found.log.values is None:
        gone = Estimate(value=math.nan, undefined=NO_ORDER)
        return gone, gone
    data = _crossed(found)
    level = severity(data, confidence=found.settings.confidence)
    range_used = central_tendency(data, level.severity.value, confidence=found.settings.confidence)
    return level.severity.estimate(found.place), range_used.estimate(found.place)


def _crossed(found: ProfileLog) -> CrossedData:
    codes = found.log.codes
    return CrossedData(
        item=codes.item, trainer=codes.trainer, y=np.asarray(found.log.values)[codes.label], n_items=codes.n_items,
        n_trainers=codes.n_trainers,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class HaloProfile:
    """How far one trainer's criteria move together.

    Attributes
    ----------
    correlation : Estimate
        Of what is left of two criteria once items and severity are taken out, drawn towards the team's median.
    team : float
        The team's median: some common movement is real.
    identical, identical_expected : float
        Share of items on which all criteria got one value, and of the others' on the same items; nan unknown.
    criteria : tuple of str
        Criteria with the same labels that were compared.
    n_items : int
        Items the trainer judged on at least two of them.
    """

    correlation: Estimate
    team: float
    identical: float
    identical_expected: float
    criteria: tuple[str, ...]
    n_items: int


def halo_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> HaloProfile:
    """Return how far one trainer's criteria of a project move together beyond what the items explain."""
    asked = {"project": project, "trainer_id": trainer_id}
    this = profile_log(engine, scope, filters, criterion=criterion, **asked)
    if this is None or this.log.values is None:
        return _no_halo(NOTHING_TO_COMPARE if this is None else NO_ORDER)
    scale = this.log.criterion.scale
    alike = [
        c.criterion
        for c in engine.criteria(scope, filters.replace(projects=(project,), criteria=(), trainers=(), teams=()))
        if c.scale.level == scale.level and c.scale.labels == scale.labels
    ]
    logs = [profile_log(engine, scope, filters, criterion=name, **asked) for name in alike]
    known = [(name, found) for name, found in zip(alike, logs, strict=True) if found is not None]
    if len(known) < 2:
        return _no_halo("no other criterion with the same labels was judged")
    names, members = zip(*known, strict=True)
    who, residuals, same, usual = _table(members)
    found = halo(
        who, residuals, same, usual, n_trainers=this.log.codes.n_trainers, confidence=engine.settings.confidence
    )
    j = this.place
    return HaloProfile(
        correlation=found.correlation.estimate(j),
        team=found.team,
        identical=float(found.identical[j]),
        identical_expected=float(found.identical_expected[j]),
        criteria=names,
        n_items=int(((who == j) & (np.isfinite(residuals).sum(axis=1) >= 2)).sum()),
    )


def _no_halo(why: str) -> HaloProfile:
    return HaloProfile(
        correlation=Estimate(value=math.nan, undefined=why), team=math.nan, identical=math.nan,
        identical_expected=math.nan, criteria=(), n_items=0,
    )  # fmt: skip


def _table(members: tuple[ProfileLog, ...]) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Trainer, residual by criterion, identical or not, and how often the others were, one row a trainer and item."""
    keys, left, given = [], [], []
    for found in members:
        codes = found.log.codes
        keys.append(codes.trainer.astype(np.int64) << 32 | found.log.item_codes[codes.item])
        data = _crossed(found)
        parts = variance_components(data)
        rest = np.full(codes.n_judgments, np.nan)
        if parts.undefined is None:
            shared = codes.item_sizes[codes.item] > 1  # alone on an item, its own value cannot be told from a habit
            pull = penalty(parts.residual, parts.item)
            rest[shared] = crossed_effects(data, item_penalty=pull, trainer_penalty=0.0).residual[shared]
        left.append(rest)
        given.append(codes.label)
    rows, places = np.unique(np.concatenate(keys), return_inverse=True)
    residuals, labels = np.full((rows.size, len(members)), np.nan), np.full((rows.size, len(members)), np.nan)
    start = 0
    for c, key in enumerate(keys):
        at = places[start : start + key.size]
        residuals[at, c], labels[at, c] = left[c], given[c]
        start += key.size
    several = np.isfinite(labels).sum(axis=1) >= 2
    low, high = np.nanmin(labels, axis=1), np.nanmax(labels, axis=1)
    same = np.where(several, low == high, np.nan)
    _, item = np.unique(rows & 0xFFFFFFFF, return_inverse=True)
    n = np.bincount(item[several], minlength=int(item.max()) + 1)[item] - 1.0
    total = np.bincount(item[several], weights=same[several], minlength=int(item.max()) + 1)[item] - np.nan_to_num(same)
    usual = np.where(several & (n > 0), total / np.where(n > 0, n, 1.0), np.nan)
    return np.asarray(rows >> 32, dtype=np.int64), residuals, same, usual
