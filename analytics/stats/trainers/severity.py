"""Severity or leniency of trainers, in scale points, on the same items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.crossed_model import (
    CrossedData,
    VarianceComponents,
    crossed_effects,
    item_information,
    penalty,
    variance_components,
)
from analytics.stats.trainers.trainer_estimates import (
    TrainerEstimates,
    check_confidence,
    freeze,
    group_sums,
    ratio,
    trainer_estimates,
)

_PRIOR_JUDGMENTS = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Severity:
    """Trainer effects of the crossed model.

    Attributes
    ----------
    severity : TrainerEstimates
        Best linear prediction, in scale points: positive = gives higher values than others on the same items, negative
        = lower. Shrunken towards 0; its interval is of prediction.
    raw : TrainerEstimates
        The same without shrinkage, the team's effects adding up to 0: for tests and for comparing with other tools.
    mean : float
        mu, the value of an average item by an average trainer.
    item_values : float array (N,)
        mu + item effect, shrunken; nan where the item has no judgment.
    residual_sd : float array (M,)
        Scatter of a trainer around their own severity, in scale points (pooled with four judgments of the team's).
    components : VarianceComponents
        Items, trainers, rest.
    converged : bool
        Whether backfitting settled.
    """

    severity: TrainerEstimates
    raw: TrainerEstimates
    mean: float
    item_values: FloatArray
    residual_sd: FloatArray
    components: VarianceComponents
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def severity(data: CrossedData, *, confidence: float = 0.95) -> Severity:
    """Return each trainer's severity by the crossed model y_ij = mu + item_i + severity_j + rest.

    Variances by moments (Gao and Owen), effects by backfitting. The standard error of a raw effect is
    s_j / √(Σ_i 1 - 1/(m_i + lambda_item)), with s_j the trainer's own scatter: what a judgment tells about its trainer
    is less where few others judged the item. The shrunken one adds residual / trainer variance to the information.

    Parameters
    ----------
    data : CrossedData
        Label values of one ordered criterion; a trainer at most once an item.
    confidence : float
        Coverage.

    Notes
    -----
    Ends of the scale hide severity: a harsh trainer cannot go below the lowest label. Where trainers judge disjoint
    sets of items (`components.n_components` over 1) severities are comparable only within a set.

    References
    ----------
    Gao and Owen (2017), doi:10.1214/17-EJS1236. Ghosh, Hastie and Owen (2022), doi:10.1214/21-AOS2121.
    """
    check_confidence(confidence)
    parts = variance_components(data)
    n = data.trainer_sizes
    if parts.undefined is not None:
        nothing = np.full(data.n_trainers, np.nan)
        gone = trainer_estimates("severity", nothing, n=n, confidence=confidence, reason=parts.undefined)
        return Severity(
            severity=gone, raw=gone, mean=np.nan, item_values=np.full(data.n_items, np.nan),
            residual_sd=nothing.copy(), components=parts, converged=False,
        )  # fmt: skip
    item_penalty = penalty(parts.residual, parts.item)
    free = crossed_effects(data, item_penalty=item_penalty, trainer_penalty=0.0)
    trainer_penalty = penalty(parts.residual, parts.trainer)
    shrunken = crossed_effects(data, item_penalty=item_penalty, trainer_penalty=trainer_penalty)
    information = item_information(data, item_penalty)
    known = information > 1e-9
    squares = group_sums(data.trainer, free.residual**2, data.n_trainers)
    # residuals of shrunken items keep about information_j of n_j degrees of freedom
    variance = ratio(squares + _PRIOR_JUDGMENTS * parts.residual, information + _PRIOR_JUDGMENTS)
    se = np.sqrt(ratio(variance, np.where(known, information, np.nan)))
    t = stats.t.ppf(0.5 + confidence / 2.0, information + _PRIOR_JUDGMENTS)
    raw_value = np.where(known, free.trainer, np.nan)
    reason = _reason(n)
    raw = trainer_estimates(
        "severity_raw", raw_value, n=n, se=se, low=raw_value - t * se, high=raw_value + t * se, confidence=confidence,
        interval_method="Student's t, trainer's own scatter", reason=reason,
    )  # fmt: skip
    value = np.where(known, shrunken.trainer, np.nan)
    # a team without spread is known not to differ; else residual / trainer variance adds to the information
    prediction = np.zeros(n.shape)
    if parts.trainer > 0:
        prediction = np.sqrt(ratio(variance, information + variance / parts.trainer))
    shown = trainer_estimates(
        "severity", value, n=n, se=prediction, low=value - t * prediction, high=value + t * prediction,
        confidence=confidence, interval_method="prediction, Student's t", reason=reason,
    )  # fmt: skip
    seen = data.item_sizes > 0
    return Severity(
        severity=shown,
        raw=raw,
        mean=shrunken.mean,
        item_values=np.where(seen, shrunken.mean + shrunken.item, np.nan),
        residual_sd=np.sqrt(variance),
        components=parts,
        converged=free.converged and shrunken.converged,
    )


def flip_share(data: CrossedData, severities: npt.ArrayLike, *, threshold: float) -> TrainerEstimates:
    """Return the share of each trainer's judgments whose pass or fail would change without the trainer's severity.

    A judgment passes at y >= threshold; without severity it would pass at y - severity_j >= threshold.

    Parameters
    ----------
    data : CrossedData
        Label values.
    severities : float array (M,)
        In scale points; nan makes the trainer undefined.
    threshold : float
        Lowest passing value.
    """
    shift = np.asarray(severities, dtype=np.float64)
    if shift.shape != (data.n_trainers,):
        raise ValueError(f"severities must have shape ({data.n_trainers},), got {shift.shape}.")
    changed = (data.y >= threshold) != (data.y - shift[data.trainer] >= threshold)
    n = data.trainer_sizes
    share = np.where(np.isnan(shift), np.nan, ratio(group_sums(data.trainer, changed, data.n_trainers), n))
    return trainer_estimates("flip_share", share, n=n, reason="no severity for this trainer")


def _reason(n: IntArray) -> Callable[[int], str]:
    def reason(j: int) -> str:
        return "no judgments" if n[j] == 0 else "nobody else judged the trainer's items"

    return reason
