"""Case "position bias": one place wins more than the answers explain, by count and against peers or gold."""

from __future__ import annotations

import numpy as np

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.evidence import Case, Evidence
from analytics.stats.trainers.position_bias import first_beyond_peers, position_bias
from analytics.stats.trainers.team_null import TeamNull, team_null
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, group_sums


def position_case(log: CriterionLog, gold: IntArray) -> tuple[Case, FloatArray]:
    """Return the case, and for each judgment whether the first answer was chosen.

    Parameters
    ----------
    log : CriterionLog
        Judgments of a preference with `shown_first`.
    gold : int array (N,)
        Gold label code, -1 where none.

    Returns
    -------
    case : Case
        Two-sided: the first or the second place.
    first : float array (J,)
        1 = the answer shown first was chosen, 0 = the other one, nan = tie or order unknown.
    """
    if log.shown_first is None:
        raise ValueError("shown_first must be given for a position case, got None.")
    codes, m = log.codes, log.codes.n_trainers
    shown = np.asarray(log.shown_first, dtype=np.int64)
    if shown.shape != codes.label.shape:
        raise ValueError(f"shown_first must have shape {codes.label.shape}, got {shown.shape}.")
    code_array("shown_first", shown[shown >= 0], codes.n_labels)
    tie = -1 if log.tie is None else log.tie
    chose = (shown >= 0) & (codes.label != tie)
    first = np.where(chose, (codes.label == shown).astype(np.float64), np.nan)
    who = codes.trainer[chose]
    hits = np.rint(group_sums(who, first[chose], m)).astype(np.int64)
    counted = position_bias(hits, np.bincount(who, minlength=m))
    by_order = team_null(counted.share.value, np.where(counted.n > 0, 0.5 / np.sqrt(np.maximum(counted.n, 1)), np.nan),
                         centre=0.5)  # fmt: skip
    up = np.nan_to_num(counted.share.value, nan=0.5) >= 0.5
    on_gold = (gold >= 0)[codes.item]
    peers = _beyond(log, first, _peers_for_first(log, shown, tie), chose & ~on_gold)
    right_first = np.where(on_gold & (gold[codes.item] != tie), (gold[codes.item] == shown).astype(np.float64), np.nan)
    known = _beyond(log, first, right_first, chose & on_gold)
    case = Case(
        kind="position_bias",
        criterion=log.criterion,
        p_value=np.minimum(1.0, 2.0 * _towards(by_order, up)),
        evidence=(
            _evidence("order", "Chose the answer shown first in {value:.0%} of {n} pairs ({low:.0%} to {high:.0%}); "
                      "without bias 50 %.", counted.share, by_order, up),
            _evidence("peers", "Chose the first answer {value:+.0%} more often than others chose that same answer "
                      "({n} pairs).", peers, team_null(peers.value, peers.se, centre=0.0), up),
            _evidence("gold", "On gold pairs chose the first answer {value:+.0%} more often than it was right "
                      "({n} pairs).", known, team_null(known.value, known.se, centre=0.0), up),
        ),
    )  # fmt: skip
    return case, first


def _peers_for_first(log: CriterionLog, shown: IntArray, tie: int) -> FloatArray:
    """(J,): share of the other trainers' choices that went to the answer shown first here; nan where none."""
    codes = log.codes
    counts = codes.item_counts.astype(np.float64)
    if tie >= 0:
        counts[:, tie] = 0.0
    chosen = (codes.label != tie).astype(np.float64)
    total = counts.sum(axis=1)[codes.item] - chosen
    for_first = counts[codes.item, np.maximum(shown, 0)] - (codes.label == shown)
    return np.where((total > 0) & (shown >= 0), for_first / np.where(total > 0, total, 1.0), np.nan)


def _beyond(
    log: CriterionLog, first: FloatArray, expected: FloatArray, use: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> TrainerEstimates:
    return first_beyond_peers(log.codes.trainer[use], first[use], expected[use], n_trainers=log.codes.n_trainers)


def _towards(null: TeamNull, up: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FloatArray:
    return np.where(up, null.p_high, null.p_low)


def _evidence(
    source: str, statement: str, found: TrainerEstimates, null: TeamNull, up: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Evidence:
    return Evidence(
        source=source,  # type: ignore[arg-type]
        statement=statement, p_value=_towards(null, up), value=found.value.copy(), low=found.low.copy(),
        high=found.high.copy(), n=found.n.copy(), centre=null.centre,
    )  # fmt: skip
