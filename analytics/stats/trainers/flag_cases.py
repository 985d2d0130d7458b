"""Build the cases that the decision rule weighs, for one criterion."""

from __future__ import annotations

import numpy as np

from analytics.stats.counts.judgment_codes import float_array
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.evidence import Case
from analytics.stats.trainers.model_residuals import model_residuals
from analytics.stats.trainers.peer_residuals import gold_residuals, peer_residuals
from analytics.stats.trainers.performance_cases import Performance, careless_case, drift_case
from analytics.stats.trainers.position_case import position_case
from analytics.stats.trainers.severity_cases import severity_cases


def trainer_cases(log: CriterionLog) -> tuple[Case, ...]:
    """Return the cases of one criterion: careless, drifting; harsh and lenient on scales; position bias on preferences.

    Gold items count as gold only, all others as peers only, so that those two kinds of evidence share no judgment. The
    model's evidence is made of the same judgments as the peers': it may back a case, and never enters its p-value.
    """
    return cases_and_performance(log)[0]


def cases_and_performance(log: CriterionLog) -> tuple[tuple[Case, ...], Performance]:
    """Return the cases of one criterion and what they were told from, to pool with other criteria."""
    codes = log.codes
    order = float_array("order", log.order, codes.n_judgments)
    gold = np.full(codes.n_items, -1) if log.gold is None else np.asarray(log.gold, dtype=np.int64)
    cases: list[Case] = []
    shift = np.zeros(codes.n_trainers, dtype=np.int64)
    if log.values is not None:
        found, shift = severity_cases(log, gold, np.asarray(log.values, dtype=np.float64))
        cases += found
    by_model = None
    if log.model is not None and log.model.undefined is None:
        by_model = model_residuals(codes, log.model, leave_out_items=gold >= 0, shift=shift, stratum=log.stratum)
    parts = []
    if log.shown_first is not None:
        position, first = position_case(log, gold)
        cases.append(position)
        parts = [first == 1.0, first == 0.0]
    performance = Performance(
        trainer=codes.trainer,
        order=order,
        by_gold=gold_residuals(codes, gold, shift=shift, stratum=log.stratum),
        by_peers=peer_residuals(codes, leave_out_items=gold >= 0, shift=shift, stratum=log.stratum),
        by_model=by_model,
        parts=tuple(parts),
        n_trainers=codes.n_trainers,
    )
    cases += [careless_case(log.criterion, performance), drift_case(log.criterion, performance)]
    return tuple(cases), performance
