"""Build the cases that the decision rule weighs, for one criterion and for all of a family together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.stats.counts.judgment_codes import float_array
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.evidence import Case
from analytics.stats.trainers.model_residuals import model_residuals
from analytics.stats.trainers.peer_residuals import gold_residuals, peer_residuals
from analytics.stats.trainers.performance_cases import Performance, performance_cases, pooled
from analytics.stats.trainers.position_case import position_case
from analytics.stats.trainers.severity_cases import severity_cases

ALL = "all criteria"
_ONE_SIDED = 0.01


def family_cases(logs: Sequence[CriterionLog]) -> tuple[Case, ...]:
    """Return the cases of several criteria of the same trainers, and those of all of them together."""
    found = [cases_and_performance(log) for log in logs]
    cases = [case for some, _ in found for case in some]
    families: dict[str, list[Performance]] = {}
    for log, (_, performance) in zip(logs, found, strict=True):
        families.setdefault(log.family, []).append(performance)
    for family, members in families.items():
        if len(members) > 1:
            cases += pooled_cases(family, members)
    return tuple(cases)


def pooled_cases(family: str, members: Sequence[Performance]) -> tuple[Case, ...]:
    """Return "careless" and "drifting" on all criteria of a family: what one criterion has too little for.

    Together they have the weight of all single criteria: who is careless is so on most of what they do.
    """
    name = f"{family}: {ALL}" if family else ALL
    return performance_cases(name, pooled(members), weight=float(len(members)))


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
    shift = np.zeros(codes.n_trainers)
    if log.values is not None:
        found, shift = severity_cases(log, gold, np.asarray(log.values, dtype=np.float64))
        cases += found
    by_model = None
    if log.model is not None and log.model.undefined is None:
        by_model = model_residuals(codes, log.model, leave_out_items=gold >= 0, shift=shift, stratum=log.stratum)
    parts, one_sided = [], np.zeros(codes.n_trainers, dtype=bool)
    if log.shown_first is not None:
        position, first = position_case(log, gold)
        cases.append(position)
        parts, one_sided = [first == 1.0, first == 0.0], position.p_value <= _ONE_SIDED
    performance = Performance(
        trainer=codes.trainer,
        order=order,
        by_gold=gold_residuals(codes, gold, shift=shift, stratum=log.stratum, values=log.values),
        by_peers=peer_residuals(codes, leave_out_items=gold >= 0, shift=shift, stratum=log.stratum, values=log.values),
        by_model=by_model,
        parts=tuple(parts),
        one_sided=one_sided,
        unit=np.full(codes.n_judgments, -1) if log.item_key is None else np.asarray(log.item_key)[codes.item],
        n_trainers=codes.n_trainers,
        family=log.family,
    )
    cases += performance_cases(log.criterion, performance)
    return tuple(replace(case, family=log.family) for case in cases), performance
