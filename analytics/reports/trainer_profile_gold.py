"""One trainer against gold on one criterion: label by label, and what mistakes cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.trainer_profile import NOTHING_TO_COMPARE, ProfileLog, profile_log
from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.gold_accuracy import expected_cost, gold_accuracy
from analytics.stats.trainers.gold_audit import gold_audit
from analytics.stats.trainers.gold_difficulty import adjusted_gold_accuracy
from analytics.store import Engine

NO_GOLD = "none of their items under these filters has a known answer"


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelRight:
    """One label: how often the trainer gives it where it is right, and how often the rest of the team does.

    Attributes
    ----------
    share : Estimate
        The trainer's, with a Wilson interval; undefined where the label never was right on their items.
    team : float
        The others' share on their own items; nan where there was none.
    """

    label: str
    share: Estimate
    team: float


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldProfile:
    """One trainer against gold.

    Attributes
    ----------
    accuracy, shrunken, ratio : Estimate
        Share right; drawn towards the team; right answers over those expected of the others on the same items.
    team_accuracy : float
        Share right over all judgments of the others.
    p_below_target, target : float
        Probability of being below the target; the target.
    labels : tuple of str
        K labels.
    confusion : float array (K, K)
        Judgments: known answer by answer given.
    by_label : tuple of LabelRight
        Labels that are the known answer of at least one of their items.
    cost : Estimate or None
        Per judgment, under the criterion's cost matrix; None where it has none.
    team_cost : float
        The others' cost per judgment.
    worst : tuple of (known answer, given, cost each, times)
        What the cost is made of, the dearest first.
    n_suspect : int
        Wrong answers on gold that able trainers speak against.
    undefined : str or None
        Why there is nothing.
    """

    accuracy: Estimate
    shrunken: Estimate
    ratio: Estimate
    team_accuracy: float
    p_below_target: float
    target: float
    labels: tuple[str, ...]
    confusion: FloatArray
    by_label: tuple[LabelRight, ...]
    cost: Estimate | None
    team_cost: float
    worst: tuple[tuple[str, str, float, int], ...]
    n_suspect: int
    undefined: str | None


def gold_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> GoldProfile:
    """Return one trainer's answers against known ones."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    if found is None:
        return _no_gold(engine, NOTHING_TO_COMPARE)
    log, codes, j = found.log, found.log.codes, found.place
    on = (log.gold >= 0)[codes.item]
    if not (on & found.mine).any():
        return _no_gold(engine, NO_GOLD)
    sure, k, m = engine.settings.confidence, codes.n_labels, codes.n_trainers
    who, truth, given = codes.trainer[on], log.gold[codes.item][on], codes.label[on]
    right = given == truth
    n, correct = np.bincount(who, minlength=m), np.bincount(who[right], minlength=m)
    share = gold_accuracy(correct, n, target=engine.settings.gold_target, confidence=sure)
    tables = np.bincount((who * k + truth) * k + given, minlength=m * k * k).reshape(m, k, k).astype(np.float64)
    mine, others = tables[j], np.asarray(tables.sum(axis=0) - tables[j], dtype=np.float64)
    cost, team_cost, worst = _costs(found, tables, mine)
    rest = int(n.sum() - n[j])
    return GoldProfile(
        accuracy=share.accuracy.estimate(j),
        shrunken=share.shrunken.estimate(j),
        ratio=adjusted_gold_accuracy(
            codes.item[on], who, right.astype(float), n_items=codes.n_items, n_trainers=m, confidence=sure
        ).ratio.estimate(j),
        team_accuracy=float(correct.sum() - correct[j]) / rest if rest else math.nan,
        p_below_target=float(share.p_below_target[j]),
        target=engine.settings.gold_target,
        labels=log.labels,
        confusion=mine,
        by_label=tuple(row for row in label_rows(log.labels, mine, others, sure) if row.share.defined),
        cost=cost,
        team_cost=team_cost,
        worst=worst,
        n_suspect=_on_suspect_gold(found),
        undefined=None,
    )


def _no_gold(engine: Engine, why: str) -> GoldProfile:
    gone = Estimate(value=math.nan, undefined=why)
    return GoldProfile(
        accuracy=gone, shrunken=gone, ratio=gone, team_accuracy=math.nan, p_below_target=math.nan,
        target=engine.settings.gold_target, labels=(), confusion=np.zeros((0, 0)), by_label=(), cost=None,
        team_cost=math.nan, worst=(), n_suspect=0, undefined=why,
    )  # fmt: skip


def label_rows(
    labels: Sequence[str], mine: FloatArray, others: FloatArray, sure: float, *, name: str = "gold_label_accuracy"
) -> list[LabelRight]:
    """Return how often each label is given where it is right, from (K, K) tables of judgments, fractions allowed."""
    n, theirs = mine.sum(axis=1), others.sum(axis=1)
    shares = share_estimates(
        name, np.diag(mine), np.ceil(n - 1e-9).astype(np.int64), confidence=sure,
        reason="never the right label on their items",
    )  # fmt: skip
    return [
        LabelRight(
            label=label,
            share=shares.estimate(row),
            team=float(others[row, row] / theirs[row]) if theirs[row] else math.nan,
        )
        for row, label in enumerate(labels)
    ]


def _costs(
    found: ProfileLog, tables: FloatArray, mine: FloatArray
) -> tuple[Estimate | None, float, tuple[tuple[str, str, float, int], ...]]:
    log, prices = found.log, found.log.criterion.scale.cost
    if not prices:
        return None, math.nan, ()
    price = np.array([[prices.get((true, given), 0.0) for given in log.labels] for true in log.labels])
    each = expected_cost(tables, price, confidence=found.settings.confidence)
    rest = tables.sum(axis=0) - tables[found.place]
    paid = mine * price
    dearest = [divmod(int(cell), price.shape[1]) for cell in np.argsort(-paid, axis=None)[:5]]
    worst = tuple(
        (log.labels[true], log.labels[given], float(price[true, given]), int(mine[true, given]))
        for true, given in dearest
        if paid[true, given] > 0
    )
    team = float((rest * price).sum() / rest.sum()) if rest.sum() else math.nan
    return each.estimate(found.place), team, worst


def _on_suspect_gold(found: ProfileLog) -> int:
    log, codes = found.log, found.log.codes
    on = (log.gold >= 0)[codes.item]
    items, dense = np.unique(codes.item[on], return_inverse=True)
    audit = gold_audit(
        dense.reshape(-1), codes.trainer[on], codes.label[on], log.gold[items], n_trainers=codes.n_trainers,
        n_labels=codes.n_labels, order=log.at[on], duration_s=log.duration_s[on],
        false_discovery=found.settings.false_discovery,
    )  # fmt: skip
    suspect = items[np.asarray(audit.suspected | audit.stale)]
    wrong = found.mine & on & (codes.label != log.gold[codes.item])
    return int(np.isin(codes.item[wrong], suspect).sum())
