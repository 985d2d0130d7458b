"""Cases "harsh" and "lenient": the same shift on low and on high items, against peers and against gold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.dawid_skene import DawidSkene
from analytics.stats.trainers.evidence import Case, Evidence, Source
from analytics.stats.trainers.model_residuals import posterior_without_own
from analytics.stats.trainers.severity import severity
from analytics.stats.trainers.team_null import TeamNull, team_null
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio

_BINS = 10
_LEAST_SHIFT = 0.2
_FEWEST = 5
_STATEMENT = "{value:+.2f} scale points against AGAINST ({n} judgments; {low:+.2f} to {high:+.2f})."
_AGAINST: dict[Source, str] = {
    "gold": "gold", "peers": "others on the same items", "model": "the latent-truth model",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviations:
    """J judgments minus the value an ordinary trainer would have given.

    Attributes
    ----------
    deviation : float array (J,)
        In scale points; nan where nothing is known of the item from others or gold.
    level : float array (J,)
        Value of the item by the others or by gold.
    is_gold : bool array (J,)
        Whether it is measured against gold.
    """

    deviation: FloatArray
    level: FloatArray
    is_gold: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        freeze(self)


def severity_cases(log: CriterionLog, gold: IntArray, values: FloatArray) -> tuple[list[Case], FloatArray]:
    """Return the cases "harsh" and "lenient", and the scale steps that would undo each trainer's severity.

    Parameters
    ----------
    log : CriterionLog
        Judgments of a criterion with ordered labels.
    gold : int array (N,)
        Gold label code, -1 where none.
    values : float array (K,)
        Label values, rising or falling throughout.

    Returns
    -------
    cases : list of Case
        "harsh" and "lenient": one two-sided hypothesis a trainer, entered under the side it lies on.
    shift : float array (M,)
        Scale steps to add; 0 unless severity is at least a fifth of a step, three standard errors, and on the same side
        on low and on high items (random answers are lenient on low items and harsh on high ones).
    """
    if values.shape != (log.codes.n_labels,) or not (
        bool((np.diff(values) > 0).all()) or bool((np.diff(values) < 0).all())
    ):
        raise ValueError(f"values must be {log.codes.n_labels} numbers that rise or fall, got {values.tolist()}.")
    codes, m = log.codes, log.codes.n_trainers
    found = deviations(log, gold, values)
    everywhere = np.isfinite(found.deviation)
    middle = _middle_level(codes.trainer, found.level, everywhere, m)
    low = everywhere & (found.level <= middle[codes.trainer])
    whole = _mean_null(codes.trainer, found.deviation, everywhere, m)
    halves = [_mean_null(codes.trainer, found.deviation, part, m) for part in (low, everywhere & ~low)]
    sources: dict[Source, _MeanNull] = {
        "gold": _mean_null(codes.trainer, found.deviation, everywhere & found.is_gold, m),
        "peers": _mean_null(codes.trainer, found.deviation, everywhere & ~found.is_gold, m),
    }
    if log.model is not None and log.model.undefined is None:
        by_model = _model_deviation(log, log.model, values)
        usable = ~found.is_gold & (codes.item_sizes[codes.item] >= 2)
        sources["model"] = _mean_null(codes.trainer, by_model, usable, m)
    step = float(np.diff(values).mean()) if values.size > 1 else 1.0
    large = (np.abs(whole.mean) >= _LEAST_SHIFT * abs(step)) & (np.abs(whole.mean) > 3.0 * whole.se)
    for half in halves:
        large &= np.sign(whole.mean) * half.mean > half.se
    shift = np.where(large, -np.nan_to_num(whole.mean) / step, 0.0)
    cases = [
        Case(
            kind=kind,
            criterion=log.criterion,
            p_value=_two_sided(whole.null, kind),
            evidence=tuple(_evidence(source, kind, part) for source, part in sources.items()),
            throughout=tuple(_side(part.null, kind) for part in halves),
        )
        for kind in ("harsh", "lenient")
    ]
    return cases, shift


def deviations(log: CriterionLog, gold: IntArray, values: FloatArray) -> Deviations:
    """Return each judgment's value minus the value an ordinary trainer gives on an item of that level.

    Level: gold's value, or the others' mean net of their severity, shrunken by its reliability. What the scale's ends
    do to everybody is taken out: the mean deviation of all trainers at that level (gold label; tenth of the levels) is
    subtracted.
    """
    codes = log.codes
    y = values[codes.label]
    on_gold = (gold >= 0)[codes.item]
    peers = ~on_gold
    level = np.where(on_gold, values[np.maximum(gold, 0)][codes.item], np.nan)
    data = CrossedData(
        item=codes.item[peers], trainer=codes.trainer[peers], y=y[peers], n_items=codes.n_items,
        n_trainers=codes.n_trainers,
    )  # fmt: skip
    model = severity(data)
    parts = model.components
    if parts.undefined is None:
        net = data.y - np.nan_to_num(model.severity.value)[data.trainer]
        others = data.item_sizes[data.item] - 1.0
        mean = ratio(group_sums(data.item, net, data.n_items)[data.item] - net, others)
        weight = ratio(
            np.full(others.shape, parts.item), parts.item + ratio(np.full(others.shape, parts.residual), others)
        )
        level[peers] = model.mean + weight * (mean - model.mean)
    known = np.isfinite(level)
    group = np.zeros(codes.n_judgments, dtype=np.int64)
    group[on_gold] = gold[codes.item][on_gold]
    inner = known & peers
    if inner.any():
        edges = np.quantile(level[inner], np.linspace(0.0, 1.0, _BINS + 1)[1:-1])
        group[inner] = codes.n_labels + np.searchsorted(edges, level[inner])
    raw = np.where(known, y - level, 0.0)
    size = codes.n_labels + _BINS
    usual = ratio(group_sums(group, raw, size), group_sums(group, known, size))
    return Deviations(
        deviation=np.where(known, raw - np.nan_to_num(usual)[group], np.nan), level=level, is_gold=on_gold
    )


def _model_deviation(log: CriterionLog, fit: DawidSkene, values: FloatArray) -> FloatArray:
    """(J,): value minus the model's mean without the judgment, less what everybody deviates at that level."""
    level = posterior_without_own(log.codes, fit) @ values
    raw = values[log.codes.label] - level
    tenth = np.searchsorted(np.quantile(level, np.linspace(0.0, 1.0, _BINS + 1)[1:-1]), level)
    return raw - ratio(group_sums(tenth, raw, _BINS), np.bincount(tenth, minlength=_BINS))[tenth]


@dataclass(frozen=True, slots=True)
class _MeanNull:
    mean: FloatArray
    se: FloatArray
    n: IntArray
    null: TeamNull


def _mean_null(who: IntArray, deviation: FloatArray, use: npt.NDArray[np.bool_], m: int) -> _MeanNull:
    x, j = deviation[use], who[use]
    n = group_sums(j, np.ones(j.size), m)
    mean = np.where(n >= _FEWEST, ratio(group_sums(j, x, m), n), np.nan)
    squares = group_sums(j, (x - np.nan_to_num(mean)[j]) ** 2, m)
    pooled = float(np.nansum(np.where(n >= _FEWEST, squares, 0.0)) / max(float(n[n >= _FEWEST].sum()), 1.0))
    # own scatter, with the team's worth four judgments: a handful of equal deviations is not certainty
    se = np.sqrt(ratio(squares + 4.0 * pooled, (n - 1.0 + 4.0) * n))
    se = np.where(np.isnan(mean), np.nan, se)
    return _MeanNull(mean=mean, se=se, n=n.astype(np.int64), null=team_null(mean, se))


def _middle_level(who: IntArray, level: FloatArray, use: npt.NDArray[np.bool_], m: int) -> FloatArray:
    """(M,): half way between the 5 % lowest and the 5 % highest levels of a trainer's items.

    Not the median: where most items lie at one end of the scale, random answers are harsh on either side of it.
    """
    middle = np.zeros(m)
    order = np.argsort(who[use], kind="stable")
    sizes = np.bincount(who[use], minlength=m)
    for j, part in enumerate(np.split(level[use][order], np.cumsum(sizes)[:-1])):
        middle[j] = float(np.quantile(part, (0.05, 0.95)).mean()) if part.size else 0.0
    return middle


def _side(null: TeamNull, kind: str) -> FloatArray:
    return (null.p_low if kind == "harsh" else null.p_high).copy()


def _two_sided(null: TeamNull, kind: str) -> FloatArray:
    """One hypothesis a trainer: twice the smaller tail, under the name of the side it lies on; nan under the other."""
    lower = np.minimum(null.p_low, null.p_high)
    mine = (null.p_low <= null.p_high) if kind == "harsh" else (null.p_low > null.p_high)
    return np.where(mine, np.minimum(1.0, 2.0 * lower), np.nan)


def _evidence(source: Source, kind: str, found: _MeanNull) -> Evidence:
    z = float(stats.norm.ppf(0.975))
    return Evidence(
        source=source,
        statement=_STATEMENT.replace("AGAINST", _AGAINST[source]),
        p_value=_side(found.null, kind), value=found.mean.copy(), low=found.mean - z * found.se,
        high=found.mean + z * found.se, n=found.n.copy(), centre=found.null.centre,
    )  # fmt: skip
