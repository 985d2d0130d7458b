"""Time on task, adjusted for item and length, and rapid answers. Never alone a ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.severity import severity
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_estimates,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Time on task of M trainers on J judgments.

    Attributes
    ----------
    relative_time : TrainerEstimates
        Time relative to others on the same items: 1 = as long, .5 = half as long (shrunken, exp of a log effect).
    rapid : TrainerEstimates
        Share of rapid judgments with its Wilson interval.
    is_rapid, is_idle : bool array (J,)
        Which judgments were rapid; and which took so much longer than expected that a break is likelier.
    length_slope : float
        Per cent more time for one per cent more text; 0 where no lengths were given.
    median_s : float array (M,)
        Median seconds per judgment; nan without times.
    undefined : str or None
        Why relative times do not exist (rapid shares may).
    """

    relative_time: TrainerEstimates
    rapid: TrainerEstimates
    is_rapid: npt.NDArray[np.bool_]
    is_idle: npt.NDArray[np.bool_]
    length_slope: float
    median_s: FloatArray
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def pace(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    duration_s: npt.ArrayLike,
    *,
    n_items: int,
    n_trainers: int,
    length: npt.ArrayLike | None = None,
    words: npt.ArrayLike | None = None,
    normative: float = 0.1,
    words_per_minute: float = 600.0,
    confidence: float = 0.95,
) -> Pace:
    """Return how fast each trainer works on the same items.

    Crossed model of log seconds: trainer + item + slope · log length. Rapid: under `normative` times the item's mean
    time (the others', at least three of them), or reading faster than `words_per_minute` where words are known. Idle:
    more than 3 robust standard deviations above expectation; idle judgments do not enter the model.

    Parameters
    ----------
    item, trainer : int array (J,)
        Codes, any order; a trainer at most once an item.
    duration_s : float array (J,)
        Seconds, more than 0; nan where unknown: such judgments count nowhere.
    n_items, n_trainers : int
        N and M.
    length, words : float array (N,) or None
        Characters shown (for the model) and words that must be read (for the speed limit); nan unknown.
    normative, words_per_minute : float
        Limits of rapid.
    confidence : float
        Coverage.

    Notes
    -----
    Times hold tabs left open and coffee; those that are missing are not missing at random. Fast is not bad: check
    accuracy of rapid judgments before drawing anything from them.

    References
    ----------
    Wise and Kong (2005), Applied Measurement in Education 18:163-183 (rapid responses).
    Wise and Ma (2012), Annual Meeting of the NCME (normative thresholds).
    """
    check_confidence(confidence)
    items, who = code_array("item", item, n_items), code_array("trainer", trainer, n_trainers)
    seconds = float_array("duration_s", duration_s, items.size)
    known = np.isfinite(seconds) & (seconds > 0)
    n = np.bincount(who[known], minlength=n_trainers).astype(np.int64)
    rapid = _rapid(items, seconds, known, n_items, normative, words, words_per_minute)
    logs = np.where(known, np.log(np.where(known, seconds, 1.0)), np.nan)
    slope, net = _length_slope(items, who, logs, known, n_items, n_trainers, length)
    idle = _idle(items, who, net, known, n_items, n_trainers)
    keep = known & ~idle
    model = severity(
        CrossedData(item=items[keep], trainer=who[keep], y=net[keep], n_items=n_items, n_trainers=n_trainers),
        confidence=confidence,
    )
    effect = model.severity
    relative = trainer_estimates(
        "relative_time", np.exp(effect.value), n=effect.n, se=np.exp(effect.value) * effect.se, low=np.exp(effect.low),
        high=np.exp(effect.high), confidence=confidence, interval_method="crossed log-time model, prediction",
        reason=lambda j: effect.undefined[j] or "no times",
    )  # fmt: skip
    order = np.argsort(who[known], kind="stable")
    split = np.split(seconds[known][order], np.cumsum(n)[:-1]) if n_trainers else []
    return Pace(
        relative_time=relative,
        rapid=share_estimates(
            "rapid_share", group_sums(who[rapid], np.ones(int(rapid.sum())), n_trainers), n, confidence=confidence,
            reason="no times",
        ),
        is_rapid=rapid,
        is_idle=idle,
        length_slope=slope,
        median_s=np.array([float(np.median(part)) if part.size else np.nan for part in split]),
        undefined=model.components.undefined,
    )  # fmt: skip


def _rapid(
    items: IntArray,
    seconds: FloatArray,
    known: npt.NDArray[np.bool_],
    n_items: int,
    normative: float,
    words: npt.ArrayLike | None,
    words_per_minute: float,
) -> npt.NDArray[np.bool_]:
    if not 0 < normative < 1 or words_per_minute <= 0:
        raise ValueError(
            f"normative must lie in (0, 1) and words_per_minute be more than 0, got {normative} and {words_per_minute}."
        )
    times = np.where(known, seconds, 0.0)
    others = group_sums(items, known, n_items)[items] - 1.0
    mean = ratio(group_sums(items, times, n_items)[items] - times, others)
    rapid = known & (others >= 3) & (times < normative * mean)
    if words is not None:
        to_read = float_array("words", words, n_items)[items]
        rapid |= known & (to_read > 0) & (times * words_per_minute < 60.0 * np.nan_to_num(to_read))
    return np.asarray(rapid)


def _length_slope(
    items: IntArray,
    who: IntArray,
    logs: FloatArray,
    known: npt.NDArray[np.bool_],
    n_items: int,
    n_trainers: int,
    length: npt.ArrayLike | None,
) -> tuple[float, FloatArray]:
    if length is None:
        return 0.0, logs
    text = float_array("length", length, n_items)[items]
    use = known & np.isfinite(text) & (text > 0)
    if use.sum() < 3:
        return 0.0, logs
    x, y, j = np.log(text[use]), logs[use], who[use]
    size = group_sums(j, np.ones(j.size), n_trainers)
    dx = x - ratio(group_sums(j, x, n_trainers), size)[j]
    dy = y - ratio(group_sums(j, y, n_trainers), size)[j]
    spread = float((dx**2).sum())
    slope = float((dx * dy).sum()) / spread if spread > 0 else 0.0
    net = logs.copy()
    net[use] -= slope * (x - x.mean())
    return slope, net


def _idle(
    items: IntArray, who: IntArray, net: FloatArray, known: npt.NDArray[np.bool_], n_items: int, n_trainers: int
) -> npt.NDArray[np.bool_]:
    idle = np.zeros(known.shape, dtype=bool)
    if not known.any():
        return idle
    j, i, y = who[known], items[known], net[known]
    rest = y - ratio(group_sums(j, y, n_trainers), np.bincount(j, minlength=n_trainers))[j]
    rest = rest - ratio(group_sums(i, rest, n_items), np.bincount(i, minlength=n_items))[i]
    middle = float(np.median(rest))
    mad = float(np.median(np.abs(rest - middle))) / float(stats.norm.ppf(0.75))
    if mad > 0:
        idle[known] = rest > middle + 3.0 * mad
    return idle
