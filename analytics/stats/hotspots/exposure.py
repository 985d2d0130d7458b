"""How much severe material each trainer has met, and how it is flagged: matters of care before matters of quality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.results import Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import binomial_intervals

NO_REFERENCE = "No judgment here is on an item whose reference label is of this kind."


@dataclass(frozen=True, kw_only=True, slots=True)
class Exposure:
    """Severe items met by each trainer in a period, against a weekly limit.

    Attributes
    ----------
    n_severe, n_judgments : int array (M,)
        Judgments on severe items, and all judgments.
    share : float array (M,)
        n_severe / n_judgments; nan without judgments.
    minutes : float array (M,)
        Time on severe items, of the judgments that have a time.
    n_untimed : int array (M,)
        Severe judgments without a time; `minutes` is then too low.
    worst_week_severe : int array (M,)
        Most severe judgments in one week.
    worst_week_minutes : float array (M,)
        Most minutes on them in one week.
    weeks_over : int array (M,)
        Weeks in which a limit was passed; 0 where none is set.
    limit_items, limit_minutes : float or None
        Limits a week, as given; None where none is set.
    """

    n_severe: IntArray
    n_judgments: IntArray
    share: FloatArray
    minutes: FloatArray
    n_untimed: IntArray
    worst_week_severe: IntArray
    worst_week_minutes: FloatArray
    weeks_over: IntArray
    limit_items: float | None
    limit_minutes: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FlagBalance:
    """How a flag errs: raised without need, or missing where it is needed.

    Attributes
    ----------
    over : Estimate
        Share of judgments that raise the flag among those whose reference does not.
    under : Estimate
        Share of judgments that do not raise it among those whose reference does.
    """

    over: Estimate
    under: Estimate


def exposure(
    trainer: npt.ArrayLike,
    n_judgments: npt.ArrayLike,
    n_severe: npt.ArrayLike,
    severe_minutes: npt.ArrayLike,
    n_untimed: npt.ArrayLike,
    *,
    n_trainers: int,
    limit_items: float | None = None,
    limit_minutes: float | None = None,
) -> Exposure:
    """Add up a table of trainer-weeks.

    Parameters
    ----------
    trainer : int array (T,)
        Trainer index 0..M-1; one row for each week a trainer worked.
    n_judgments, n_severe, n_untimed : int array (T,)
        Judgments that week, those on severe items, and those of them without a time.
    severe_minutes : float array (T,)
        Minutes on severe items that week; 0 where none is timed.
    n_trainers : int
        M.
    limit_items, limit_minutes : float or None
        Limits a week, from the settings.

    Raises
    ------
    ValueError
        If the columns differ in length, a trainer index is outside 0..M-1, or a limit is negative.
    """
    who = np.asarray(trainer, dtype=np.int64)
    judged, severe = np.asarray(n_judgments, dtype=np.int64), np.asarray(n_severe, dtype=np.int64)
    minutes, untimed = np.asarray(severe_minutes, dtype=np.float64), np.asarray(n_untimed, dtype=np.int64)
    if len({who.shape, judged.shape, severe.shape, minutes.shape, untimed.shape}) > 1:
        raise ValueError("trainer and the four columns must have the same length.")
    if who.size and (who.min() < 0 or who.max() >= n_trainers):
        raise ValueError(f"trainer must lie in 0..{n_trainers - 1}, got {who.min()}..{who.max()}.")
    for name, limit in (("limit_items", limit_items), ("limit_minutes", limit_minutes)):
        if limit is not None and limit < 0:
            raise ValueError(f"{name} must not be negative, got {limit}.")
    over = np.zeros(who.shape, dtype=np.bool_)
    if limit_items is not None:
        over |= severe > limit_items
    if limit_minutes is not None:
        over |= minutes > limit_minutes
    most, longest = np.zeros(n_trainers, dtype=np.int64), np.zeros(n_trainers)
    np.maximum.at(most, who, severe)
    np.maximum.at(longest, who, minutes)
    all_judged, all_severe = _added(who, judged, n_trainers), _added(who, severe, n_trainers)
    total_minutes = np.zeros(n_trainers)
    np.add.at(total_minutes, who, minutes)
    share = np.divide(all_severe, all_judged, out=np.full(n_trainers, np.nan), where=all_judged > 0)
    return Exposure(
        n_severe=all_severe,
        n_judgments=all_judged,
        share=share,
        minutes=total_minutes,
        n_untimed=_added(who, untimed, n_trainers),
        worst_week_severe=most,
        worst_week_minutes=longest,
        weeks_over=_added(who, over.astype(np.int64), n_trainers),
        limit_items=limit_items,
        limit_minutes=limit_minutes,
    )


def flag_balance(table: npt.ArrayLike, *, confidence: float = 0.95) -> FlagBalance:
    """Return over- and under-flagging from counts of judgments, with Wilson intervals.

    Parameters
    ----------
    table : int array (2, 2)
        Row: the reference raises the flag (0 no, 1 yes); column: the judgment does.
    confidence : float
        Coverage of the intervals.

    Raises
    ------
    ValueError
        If the table is not 2 x 2 or holds a negative count.

    Notes
    -----
    The intervals count judgments as independent; judgments of one item or one trainer are not, so they are somewhat too
    narrow where few items or trainers stand behind them.
    """
    n = np.asarray(table, dtype=np.float64)
    if n.shape != (2, 2) or (n < 0).any():
        raise ValueError(f"table must be 2 x 2 counts, got {np.asarray(table).tolist()}.")
    return FlagBalance(over=_share(n[0, 1], n[0].sum(), confidence), under=_share(n[1, 0], n[1].sum(), confidence))


def _share(hits: float, n: float, confidence: float) -> Estimate:
    if not n:
        return Estimate(
            value=np.nan, confidence=confidence, interval_method="wilson", n_judgments=0, undefined=NO_REFERENCE
        )
    found = binomial_intervals(hits, n, confidence=confidence, method="wilson")
    return Estimate(
        value=float(found.value),
        low=float(found.low),
        high=float(found.high),
        confidence=confidence,
        interval_method="wilson",
        n_judgments=round(n),
    )


def _added(of: IntArray, what: IntArray, size: int) -> IntArray:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, of, what)
    return total
