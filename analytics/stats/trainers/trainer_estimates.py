"""One number per trainer, each with its interval, its support and, where there is none, the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerEstimates:
    """The same quantity for M trainers.

    Attributes
    ----------
    name : str
        Key of the quantity in the metric registry.
    value, low, high, se : float array (M,)
        Estimate, interval ends and standard error; nan where undefined or where there is none.
    n : int array (M,)
        Judgments (or pairs, or items: see the function) the number rests on.
    confidence : float
        Coverage the intervals claim.
    interval_method : str
        How the intervals were made.
    undefined : tuple of str or None (M,)
        Per trainer why there is no number, in words fit for a page; None where there is one.
    """

    name: str
    value: FloatArray
    low: FloatArray
    high: FloatArray
    se: FloatArray
    n: IntArray
    confidence: float
    interval_method: str
    undefined: tuple[str | None, ...]

    def __post_init__(self) -> None:
        m = self.value.shape[0]
        for field in ("low", "high", "se", "n"):
            if getattr(self, field).shape != (m,):
                raise ValueError(f"{field} must have shape ({m},), got {getattr(self, field).shape}.")
        if len(self.undefined) != m:
            raise ValueError(f"undefined must have one entry per trainer ({m}), got {len(self.undefined)}.")
        given = np.array([reason is not None for reason in self.undefined], dtype=bool)
        if not np.array_equal(np.isnan(self.value), given):
            raise ValueError("value must be nan exactly where undefined gives the reason.")
        freeze(self)

    @property
    def n_trainers(self) -> int:
        """M."""
        return int(self.value.shape[0])

    @property
    def defined(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """(M,): True where there is a value."""
        return ~np.isnan(self.value)

    def estimate(self, j: int) -> Estimate:
        """Return the number of trainer `j` as a single estimate."""
        return Estimate(
            value=float(self.value[j]),
            low=float(self.low[j]),
            high=float(self.high[j]),
            se=float(self.se[j]),
            confidence=self.confidence,
            interval_method=self.interval_method,
            n_judgments=int(self.n[j]),
            n_trainers=1,
            undefined=self.undefined[j],
        )


def trainer_estimates(
    name: str,
    value: FloatArray,
    *,
    n: IntArray,
    se: FloatArray | None = None,
    low: FloatArray | None = None,
    high: FloatArray | None = None,
    confidence: float = 0.95,
    interval_method: str = "none",
    reason: Callable[[int], str] | str = "no judgments",
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> TrainerEstimates:
    """Return per-trainer estimates; where `value` is nan, `reason` says why and the interval is nan too.

    Without `low` and `high` the interval is normal, value ± z·se, clipped to `limits`.
    """
    check_confidence(confidence)
    values = np.array(value, dtype=np.float64)
    gone = np.isnan(values)
    errors = np.full(values.shape, np.nan) if se is None else np.where(gone, np.nan, se)
    if low is None or high is None:
        z = float(stats.norm.ppf(0.5 + confidence / 2))
        low, high = values - z * errors, values + z * errors
    lo = np.clip(np.where(gone, np.nan, low), *limits)
    hi = np.clip(np.where(gone, np.nan, high), *limits)
    why = tuple(
        None if not missing else (reason if isinstance(reason, str) else reason(j)) for j, missing in enumerate(gone)
    )
    return TrainerEstimates(
        name=name,
        value=values,
        low=lo,
        high=hi,
        se=errors,
        n=np.array(n, dtype=np.int64),
        confidence=confidence,
        interval_method=interval_method,
        undefined=why,
    )


def check_confidence(confidence: float) -> None:
    """Raise ValueError unless `confidence` is a coverage in (0, 1)."""
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}.")


def ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    """Return numerator / denominator elementwise, nan where the denominator is 0."""
    a, b = np.broadcast_arrays(np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64))
    out: FloatArray = np.divide(a, b, out=np.full(a.shape, np.nan), where=b != 0)
    return out


def group_sums(codes: IntArray, weights: npt.ArrayLike, length: int) -> FloatArray:
    """Return (length,): the sum of `weights` over the positions that carry each code."""
    values = np.asarray(weights, dtype=np.float64)
    return np.asarray(np.bincount(codes, weights=values, minlength=length), dtype=np.float64)


def trainer_means(
    name: str,
    who: IntArray,
    x: FloatArray,
    n: FloatArray,
    *,
    n_trainers: int,
    confidence: float = 0.95,
    limits: tuple[float, float] = (-np.inf, np.inf),
    reason: str = "no items judged by anyone else",
) -> TrainerEstimates:
    """Return per-trainer means of `x` (weights `n` are repetitions) with Student intervals over judgments."""
    total = group_sums(who, n, n_trainers)
    mean = ratio(group_sums(who, x * n, n_trainers), total)
    deviation = group_sums(who, n * (x - mean[who]) ** 2, n_trainers)
    se = np.sqrt(ratio(deviation, np.maximum(total - 1.0, 0.0) * total))
    t = stats.t.ppf(0.5 + confidence / 2, np.maximum(total - 1.0, 1.0))
    return trainer_estimates(
        name,
        mean,
        n=np.rint(total).astype(np.int64),
        se=se,
        low=mean - t * se,
        high=mean + t * se,
        confidence=confidence,
        interval_method="Student's t over the trainer's items",
        reason=reason,
        limits=limits,
    )


def freeze(result: Any) -> None:
    """Make every array field of a result dataclass read-only."""
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
