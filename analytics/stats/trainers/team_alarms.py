"""Alarms over a whole team that may be looked at every day, with a stated rate of false ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.anytime import betting_e_process, e_bh, sr_detector
from analytics.stats.trainers.peer_residuals import Residuals
from analytics.stats.trainers.trainer_estimates import freeze

LEAST_GUESSING = 0.1
_LEAST, _MOST = 0.02, 0.98


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamAlarms:
    """M trainers, each watched against an ordinary trainer on the same items.

    Attributes
    ----------
    log_e : float array (M,)
        Log of the evidence, over all judgments, that the trainer does worse than the promise; nan below `fewest`.
    n : int array (M,)
        Judgments watched.
    named : bool array (M,)
        Chosen by e-BH over the team: of those named at most `false_discovery` keep the promise, on average, whatever
        the day one looks and however trainers depend on each other.
    rang : int array (M,)
        Position in `rows` at which the daily alarm rang; -1 where it did not.
    rows : tuple of int array (M,)
        Judgments watched of each trainer, in time.
    false_discovery, alarm_rate : float
        As asked.
    margin : float
        Share of guesses that is not worth speaking of; it is part of the promise.
    """

    log_e: FloatArray
    n: IntArray
    named: npt.NDArray[np.bool_]
    rang: IntArray
    rows: tuple[IntArray, ...]
    false_discovery: float
    alarm_rate: float
    margin: float

    def __post_init__(self) -> None:
        freeze(self)


def team_alarms(
    residuals: Residuals,
    trainer: IntArray,
    order: FloatArray,
    *,
    n_trainers: int,
    false_discovery: float = 0.05,
    alarm_rate: float = 1e-3,
    margin: float = LEAST_GUESSING,
    fewest: int = 40,
) -> TeamAlarms:
    """Return who falls short of the promise "like an ordinary trainer who guesses on a `margin` of the items".

    Two readings of the same bets against that promise. Evidence from the first judgment on, an e-value at every moment,
    goes through e-BH over the team. The alarm (Shiryaev-Roberts) forgets a good past, so that a fall is seen soon.

    Parameters
    ----------
    residuals : Residuals
        J judgments against expectation.
    trainer : int array (J,)
        Codes.
    order : float array (J,)
        Grows with time within each trainer.
    n_trainers : int
        M.
    false_discovery : float
        Of e-BH.
    alarm_rate : float
        False alarms per judgment of a trainer who keeps the promise, at most, on average.
    margin : float
        In [0, 1).
    fewest : int
        Judgments below which a trainer is not watched.

    Notes
    -----
    The promise is learnt from the others' judgments of all times, so that the rates hold as far as that expectation is
    right: for a large team, and items that do not change.

    References
    ----------
    Wang and Ramdas (2022), JRSSB 84:822-852, doi:10.1111/rssb.12489.
    Shin, Ramdas and Rinaldo (2024), E-detectors, New England Journal of Statistics in Data Science 2:229-260.
    """
    if not 0.0 <= margin < 1.0:
        raise ValueError(f"margin must lie in [0, 1), got {margin}.")
    promise = residuals.mean - margin * residuals.signal
    use = np.flatnonzero(residuals.usable & (promise > _LEAST) & (promise < _MOST))
    use = use[np.lexsort((order[use], trainer[use]))]
    starts = np.searchsorted(trainer[use], np.arange(n_trainers + 1))
    log_e, rang = np.full(n_trainers, np.nan), np.full(n_trainers, -1, dtype=np.int64)
    rows = tuple(use[starts[j] : starts[j + 1]] for j in range(n_trainers))
    for j, mine in enumerate(rows):
        if mine.size < fewest:
            continue
        outcome = np.clip(residuals.residual[mine] + residuals.mean[mine], 0.0, 1.0)
        log_e[j] = betting_e_process(outcome, promise[mine]).log_e[-1]
        alarm = sr_detector(outcome, promise[mine], alpha=alarm_rate).alarm
        rang[j] = -1 if alarm is None else alarm
    named = e_bh(np.exp(np.minimum(log_e, 700.0)), alpha=false_discovery)
    return TeamAlarms(
        log_e=log_e, n=np.array([mine.size for mine in rows], dtype=np.int64), named=named, rang=rang, rows=rows,
        false_discovery=false_discovery, alarm_rate=alarm_rate, margin=margin,
    )  # fmt: skip
