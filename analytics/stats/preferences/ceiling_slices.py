"""The ceiling slice by slice: which topics leave a model more to learn, and whether the slices differ at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns, merged
from analytics.stats.preferences.ceiling import RewardModelCeiling, reward_model_ceiling
from analytics.stats.preferences.ceiling_beta import beta_ceiling


@dataclass(frozen=True, kw_only=True, slots=True)
class SliceCeiling:
    """One slice's ceiling.

    Attributes
    ----------
    name : str
    ceiling : RewardModelCeiling
        From the slice's items alone.
    shrunk : Estimate
        The ceiling drawn towards that of all items by as much as the slice's own is uncertain: what to rank by.
    """

    name: str
    ceiling: RewardModelCeiling
    shrunk: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class CeilingBySlice:
    """Ceilings of S slices.

    Attributes
    ----------
    slices : tuple of SliceCeiling
        In the order given.
    overall : RewardModelCeiling
        Of all slices' items together.
    differ_p : float
        p-value of the likelihood-ratio test that all slices share one rho; nan with fewer than two slices that have
        a fit. Small: the slices differ.
    spread : float
        Standard deviation of the slices' true rho, noise taken out; 0 where noise explains all.
    """

    slices: tuple[SliceCeiling, ...]
    overall: RewardModelCeiling
    differ_p: float
    spread: float


def ceiling_by_slice(
    slices: Mapping[str, tuple[Patterns, TrainerPatterns | None]],
    *,
    scores: tuple[int, ...],
    overall: RewardModelCeiling | None = None,
    confidence: float = 0.95,
) -> CeilingBySlice:
    """Estimate the ceiling of every slice, shrink it, and test whether the slices differ.

    rho of a slice is shrunk by its reliability tau^2 / (tau^2 + se^2), tau^2 by Paule and Mandel; the ceiling is a
    rising function of it.

    Parameters
    ----------
    slices : mapping of name to (Patterns, TrainerPatterns or None)
        Disjoint sets of items.
    scores : tuple of int (K,)
        Score of each label.
    overall : RewardModelCeiling or None
        Of all items; None: computed from the slices put together, with intervals over items alone.
    confidence : float
        Coverage, in (0, 1).

    Raises
    ------
    ValueError
        If there are no slices.

    References
    ----------
    Paule and Mandel (1982), doi:10.6028/jres.087.022.
    """
    if not slices:
        raise ValueError("slices must hold at least one slice, got none.")
    found = {name: reward_model_ceiling(p, t, scores=scores, confidence=confidence) for name, (p, t) in slices.items()}
    if overall is None:
        whole = merged([p for p, _ in slices.values()])
        overall = reward_model_ceiling(whole, scores=scores, confidence=confidence)
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    names = [name for name, c in found.items() if c.fit.rho.defined]
    rho = np.array([found[name].fit.rho.value for name in names])
    se = np.array([(found[name].fit.rho.high - found[name].fit.rho.low) / (2 * z) for name in names])
    tau2, centre, centre_se = _spread(rho, se)
    shrunk = {}
    for name, r, s in zip(names, rho, se, strict=True):
        trust = tau2 / (tau2 + s**2) if tau2 > 0 else 0.0
        middle = centre + trust * (r - centre)
        half = z * float(np.sqrt(trust * s**2 + (1 - trust) ** 2 * centre_se**2))
        low, at, high = np.clip([middle - half, middle, middle + half], 0.0, 1.0)
        shrunk[name] = Estimate(
            value=beta_ceiling(float(at)), low=beta_ceiling(float(low)), high=beta_ceiling(float(high)),
            confidence=confidence, interval_method="empirical Bayes (Paule-Mandel)",
            n_items=found[name].agreement.n_items, n_judgments=found[name].agreement.n_judgments,
        )  # fmt: skip
    return CeilingBySlice(
        slices=tuple(SliceCeiling(name=name, ceiling=c, shrunk=shrunk.get(name, c.point)) for name, c in found.items()),
        overall=overall,
        differ_p=_differ(found, overall, names),
        spread=float(np.sqrt(tau2)),
    )


def _differ(found: Mapping[str, RewardModelCeiling], overall: RewardModelCeiling, names: list[str]) -> float:
    if len(names) < 2:
        return NAN
    apart = sum(found[name].fit.log_likelihood for name in names) - overall.fit.log_likelihood
    return float(stats.chi2.sf(2 * max(0.0, apart) / overall.fit.design_effect, len(names) - 1))


def _spread(value: FloatArray, se: FloatArray) -> tuple[float, float, float]:
    """Return (tau^2, centre, its standard error): the Paule-Mandel variance between slices and the mean it implies."""
    usable = se > 0
    value, se = value[usable], se[usable]
    if not value.size:
        return 0.0, NAN, NAN

    def excess(tau2: float) -> tuple[float, float, float]:
        weight = 1.0 / (tau2 + se**2)
        centre = float(weight @ value / weight.sum())
        return float(weight @ (value - centre) ** 2) - (value.size - 1), centre, float(weight.sum() ** -0.5)

    low, high = 0.0, 1.0
    if value.size < 2 or excess(0.0)[0] <= 0:
        return 0.0, *excess(0.0)[1:]
    for _ in range(60):
        middle = (low + high) / 2
        if excess(middle)[0] > 0:
            low = middle
        else:
            high = middle
    return high, *excess(high)[1:]
