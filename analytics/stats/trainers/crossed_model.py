"""The crossed model y_ij = mu + item_i + trainer_j + rest: variance components and effects in linear time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class CrossedData:
    """J measurements y of N items by M trainers.

    Attributes
    ----------
    item, trainer : int array (J,)
        Codes 0..N-1 and 0..M-1, in any order; a trainer at most once an item.
    y : float array (J,)
        The measurement, finite.
    n_items, n_trainers : int
        N and M.
    """

    item: IntArray
    trainer: IntArray
    y: FloatArray
    n_items: int
    n_trainers: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "item", code_array("item", self.item, self.n_items))
        object.__setattr__(self, "trainer", code_array("trainer", self.trainer, self.n_trainers))
        object.__setattr__(self, "y", float_array("y", self.y, self.item.size))
        if self.item.shape != self.trainer.shape:
            raise ValueError(
                f"item and trainer must have the same length, got {self.item.size} and {self.trainer.size}."
            )
        if not np.isfinite(self.y).all():
            raise ValueError("y must be finite; leave out judgments without a value.")

    @property
    def item_sizes(self) -> IntArray:
        """m_i (N,)."""
        return np.bincount(self.item, minlength=self.n_items).astype(np.int64)

    @property
    def trainer_sizes(self) -> IntArray:
        """n_j (M,)."""
        return np.bincount(self.trainer, minlength=self.n_trainers).astype(np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class VarianceComponents:
    """How much of the spread comes from items, from trainers, and from the rest.

    Attributes
    ----------
    item, trainer, residual : float
        Variances; negative moment estimates are set to 0 and named in `truncated`.
    truncated : tuple of str
        Components whose moment estimate was negative.
    n_components : int
        Connected parts of the graph of items and trainers; over 1, severities in different parts cannot be compared.
    n_items, n_trainers, n_judgments : int
        Support.
    undefined : str or None
        Why there are no components.
    """

    item: float
    trainer: float
    residual: float
    truncated: tuple[str, ...]
    n_components: int
    n_items: int
    n_trainers: int
    n_judgments: int
    undefined: str | None

    @property
    def icc_agreement(self) -> float:
        """ICC(A,1) = item / (item + trainer + residual); nan where undefined."""
        total = self.item + self.trainer + self.residual
        return self.item / total if total > 0 else float("nan")


@dataclass(frozen=True, kw_only=True, slots=True)
class CrossedEffects:
    """Effects of items and trainers.

    Attributes
    ----------
    mean : float
        mu.
    item, trainer : float array (N,), (M,)
        Effects; 0 for a code without judgments.
    residual : float array (J,)
        y - mu - item - trainer.
    n_iterations : int
        Sweeps of backfitting.
    converged : bool
        Whether the last sweep changed no effect by more than the tolerance.
    """

    mean: float
    item: FloatArray
    trainer: FloatArray
    residual: FloatArray
    n_iterations: int
    converged: bool

    def __post_init__(self) -> None:
        freeze(self)


def variance_components(data: CrossedData) -> VarianceComponents:
    """Return variance components by moments in one pass; on balanced data they are those of the analysis of variance.

    U_item = Σ (y - item mean)², U_trainer = Σ (y - trainer mean)², U = J Σ (y - mean)²; their expectations are linear
    in the three variances.

    References
    ----------
    Gao and Owen (2017), Electronic Journal of Statistics 11:1235-1296, doi:10.1214/17-EJS1236.
    """
    j = data.item.size
    m, n = data.item_sizes, data.trainer_sizes
    items, trainers = int((m > 0).sum()), int((n > 0).sum())

    def result(
        values: tuple[float, float, float], truncated: tuple[str, ...], parts: int, undefined: str | None
    ) -> VarianceComponents:
        return VarianceComponents(
            item=values[0], trainer=values[1], residual=values[2], truncated=truncated, n_components=parts,
            n_items=items, n_trainers=trainers, n_judgments=j, undefined=undefined,
        )  # fmt: skip

    nothing = (np.nan, np.nan, np.nan)
    if j in (items, trainers):
        why = "no item has two judgments" if j == items else "no trainer has two judgments"
        return result(nothing, (), 0, why)
    graph = coo_matrix(
        (np.ones(j), (data.item, data.n_items + data.trainer)), shape=(data.n_items + data.n_trainers,) * 2
    )
    empty = (data.n_items - items) + (data.n_trainers - trainers)
    count, _ = connected_components(graph, directed=False)
    parts = int(count) - empty
    y = data.y - data.y.mean()
    by_item = ratio(group_sums(data.item, y, data.n_items), m)[data.item]
    by_trainer = ratio(group_sums(data.trainer, y, data.n_trainers), n)[data.trainer]
    total = float(j)
    u = np.array([((y - by_item) ** 2).sum(), ((y - by_trainer) ** 2).sum(), total * (y**2).sum()])
    squares = total**2 - np.array([(m.astype(float) ** 2).sum(), (n.astype(float) ** 2).sum(), total])
    system = np.array([[0.0, total - items, total - items], [total - trainers, 0.0, total - trainers], squares])
    if abs(np.linalg.det(system / np.abs(system).max(axis=1, keepdims=True))) < 1e-12:
        return result(nothing, (), parts, "items and trainers overlap too little to tell their effects apart")
    found = np.linalg.solve(system, u)
    names = ("item", "trainer", "residual")
    truncated = tuple(name for name, value in zip(names, found, strict=True) if value < 0)
    kept = np.maximum(found, 0.0)
    return result((float(kept[0]), float(kept[1]), float(kept[2])), truncated, parts, None)


def crossed_effects(
    data: CrossedData,
    *,
    item_penalty: float,
    trainer_penalty: float,
    max_iterations: int = 500,
    tolerance: float = 1e-6,
) -> CrossedEffects:
    """Return effects by backfitting: trainer_j ← Σ_i (y - mu - item_i) / (n_j + penalty), items alike, in turn.

    Parameters
    ----------
    data : CrossedData
        The measurements.
    item_penalty, trainer_penalty : float
        residual variance / component variance for best linear prediction; 0 for plain least squares; inf switches the
        effect off.
    max_iterations : int
        Sweeps at most.
    tolerance : float
        Largest change of an effect in the last sweep, in standard deviations of y.

    References
    ----------
    Ghosh, Hastie and Owen (2022), Annals of Statistics 50:560-583, doi:10.1214/21-AOS2121.
    """
    if item_penalty < 0 or trainer_penalty < 0 or max_iterations < 1 or tolerance <= 0:
        raise ValueError(
            f"penalties must be >= 0, max_iterations >= 1 and tolerance > 0, "
            f"got {item_penalty}, {trainer_penalty}, {max_iterations} and {tolerance}."
        )
    m, n = data.item_sizes.astype(float), data.trainer_sizes.astype(float)
    y, mean = data.y, float(data.y.mean()) if data.y.size else float("nan")
    item, trainer = np.zeros(data.n_items), np.zeros(data.n_trainers)
    limit = tolerance * float(y.std()) if y.size else 0.0
    iterations, converged = 0, False
    while iterations < max_iterations and not converged:
        iterations += 1
        new_item = ratio(group_sums(data.item, y - mean - trainer[data.trainer], data.n_items), m + item_penalty)
        new_item = _centred(new_item, m > 0)
        left = y - mean - new_item[data.item]
        new_trainer = ratio(group_sums(data.trainer, left, data.n_trainers), n + trainer_penalty)
        new_trainer = _centred(new_trainer, n > 0)
        mean = float((y - new_item[data.item] - new_trainer[data.trainer]).mean()) if y.size else mean
        moved = max(np.abs(new_item - item).max(initial=0.0), np.abs(new_trainer - trainer).max(initial=0.0))
        item, trainer = new_item, new_trainer
        converged = bool(moved <= limit)
    return CrossedEffects(
        mean=mean,
        item=item,
        trainer=trainer,
        residual=y - mean - item[data.item] - trainer[data.trainer],
        n_iterations=iterations,
        converged=converged,
    )


def _centred(effects: FloatArray, known: npt.NDArray[np.bool_]) -> FloatArray:
    """Return effects that add up to 0, as those of the solution do; 0 where nothing is known.

    The equations of the effects add up to penalty times Σ effects = Σ residuals, and the mean's equation makes that 0.
    Without this the mean and the effects creep towards each other for hundreds of sweeps.
    """
    if not known.any():
        return np.zeros(effects.shape)
    return np.where(known, effects - effects[known].mean(), 0.0)


def penalty(residual: float, component: float) -> float:
    """Return residual / component variance, inf where the component is 0."""
    return residual / component if component > 0 else float("inf")


def item_information(data: CrossedData, item_penalty: float) -> FloatArray:
    """Return (M,): Σ over a trainer's items of 1 - 1/(m_i + penalty), judgments' worth of knowing trainer_j."""
    weight = 1.0 - 1.0 / (data.item_sizes[data.item] + item_penalty)
    return group_sums(data.trainer, weight, data.n_trainers)


def values_of_labels(labels: npt.ArrayLike, values: npt.ArrayLike) -> FloatArray:
    """Return (J,): the number of each label code, given the scale's K numbers."""
    numbers = np.asarray(values, dtype=np.float64)
    return np.asarray(numbers[code_array("label", labels, numbers.size)], dtype=np.float64)
