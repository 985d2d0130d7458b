"""What more judgments would do: to the labels a model learns from, and to how well its ceiling is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.ceiling_beta import beta_ceiling, ceiling_slope, information
from analytics.stats.preferences.ceiling_fit import BetaFit
from analytics.stats.trainers.trainer_estimates import check_confidence, freeze

AT_AN_END = "trainers agree never more than chance or always, so the precision of the ceiling cannot be foretold"


@dataclass(frozen=True, kw_only=True, slots=True)
class CeilingPlan:
    """The ceiling by the number of judgments an item gets.

    Attributes
    ----------
    k : int array (L,)
        Judgments an item that take a side.
    label_right : float array (L,)
        Chance that the majority of k is the side most trainers prefer: also the ceiling of a model against such
        labels. Ties of an even k count a half.
    half_width : float array (L,)
        Half-width of the interval of the single-judgment ceiling if as many items as now had k judgments each; nan
        for k = 1, which shows no agreement.
    items_needed : int array (L,)
        Items with k judgments each for a half-width of `target`; 0 for k = 1.
    judgments_needed : int array (L,)
        `items_needed` times k: the cheapest k is the smallest of these.
    target : float
        The half-width wanted.
    now : Estimate
        Half-width as it is now (the larger side of the interval).
    confidence : float
    design_effect : float
        Factor on the variance carried over from the fit.
    undefined : str or None
        Why nothing can be foretold; the arrays are then empty but for `k` and `label_right`.
    """

    k: IntArray
    label_right: FloatArray
    half_width: FloatArray
    items_needed: IntArray
    judgments_needed: IntArray
    target: float
    now: Estimate
    confidence: float
    design_effect: float
    undefined: str | None = None

    def __post_init__(self) -> None:
        freeze(self)


def ceiling_plan(
    fit: BetaFit,
    point: Estimate,
    *,
    k: tuple[int, ...] = (1, 2, 3, 5, 7, 9),
    target: float = 0.01,
    confidence: float = 0.95,
) -> CeilingPlan:
    """Foretell the ceiling and its precision for other numbers of judgments an item, from the fitted Beta.

    With I_m the information about rho in an item with m judgments and c'(rho) the slope of the ceiling::

        half_width = z |c'(rho)| sqrt(design effect / (n I_k)),   items_needed = design effect (z c' / target)^2 / I_k

    Parameters
    ----------
    fit, point : BetaFit, Estimate
        From `reward_model_ceiling`.
    k : tuple of int
        Judgments an item to compare, each at least 1.
    target : float
        Half-width wanted, above 0.
    confidence : float
        Coverage, in (0, 1).

    Raises
    ------
    ValueError
        If a k is below 1, `target` is not positive, or `confidence` lies outside (0, 1).

    Notes
    -----
    Large-sample normal theory: near rho = 0 and rho = 1 it is too hopeful.
    """
    check_confidence(confidence)
    if any(x < 1 for x in k):
        raise ValueError(f"k must hold numbers of at least 1, got {k}.")
    if target <= 0:
        raise ValueError(f"target must be positive, got {target}.")
    sizes = np.array(k, dtype=np.int64)
    rho = fit.rho.value
    now = Estimate(
        value=NAN if math.isnan(point.low) else max(point.value - point.low, point.high - point.value),
        undefined="the ceiling has no interval" if math.isnan(point.low) else None,
        confidence=point.confidence,
        n_items=point.n_items,
        n_judgments=point.n_judgments,
    )
    right = np.array([NAN if math.isnan(rho) else beta_ceiling(rho, x) for x in k])
    unknown = CeilingPlan(
        k=sizes, label_right=right, half_width=np.full(len(k), np.nan), items_needed=np.zeros(len(k), dtype=np.int64),
        judgments_needed=np.zeros(len(k), dtype=np.int64), target=target, now=now, confidence=confidence,
        design_effect=fit.design_effect, undefined=fit.rho.undefined or AT_AN_END,
    )  # fmt: skip
    if math.isnan(rho) or not 0.0 < rho < 1.0:
        return unknown
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    slope, n = ceiling_slope(rho), float(fit.n_items.sum())
    per_item = np.array([information(rho, x) for x in k])
    variance = np.divide(fit.design_effect, per_item, out=np.full(len(k), np.nan), where=per_item > 0)
    needed = np.where(per_item > 0, np.ceil((z * slope / target) ** 2 * np.nan_to_num(variance)), 0).astype(np.int64)
    return CeilingPlan(
        k=sizes,
        label_right=right,
        half_width=z * abs(slope) * np.sqrt(variance / n),
        items_needed=needed,
        judgments_needed=needed * sizes,
        target=target,
        now=now,
        confidence=confidence,
        design_effect=fit.design_effect,
    )
