"""Coefficients computed once more, from raw judgments, sharing no code with analytics.stats.

The one place outside analytics.stats that reckons, and it must stay apart from it: the krippendorff and scikit-learn
packages where they have the coefficient, plain loops over the definition where they do not. What has neither is left
out, and `verify` says so.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import krippendorff
import numpy as np
from scipy import stats
from sklearn.metrics import cohen_kappa_score

Weight = Callable[[str, str], float]
KRIPPENDORFF, SKLEARN, LOOP = "krippendorff", "scikit-learn", "plain loop"


@dataclass(frozen=True, kw_only=True)
class RawCriterion:
    """Raw judgments of one criterion: per unit of analysis, who said what.

    Attributes
    ----------
    units : sequence of mapping trainer -> label
        Only judgments that count; every unit has at least one.
    labels : tuple of str
        The scale's labels in order.
    values : tuple of float
        The labels as numbers.
    level : str
    """

    units: Sequence[Mapping[str, str]]
    labels: tuple[str, ...]
    values: tuple[float, ...]
    level: str

    @cached_property
    def trainers(self) -> list[str]:
        """Everybody who judged."""
        return sorted({t for unit in self.units for t in unit})

    def value(self, label: str) -> float:
        """Return the label as a number."""
        return self._numbers[label]

    @cached_property
    def _numbers(self) -> dict[str, float]:
        return dict(zip(self.labels, self.values, strict=True))


def recomputed(name: str, raw: RawCriterion) -> tuple[float, str] | None:
    """Return a coefficient from raw judgments and what computed it; nan where undefined, None without an oracle."""
    oracle = ORACLES.get(name)
    if oracle is None:
        return None
    if not any(len(u) > 1 for u in raw.units):
        return math.nan, LOOP
    return oracle(raw)


def specific(raw: RawCriterion, given: Callable[[str], bool]) -> float:
    """Return P(another says it | one says it) for judgments that `given` accepts, by a loop over pairs."""
    both = said = 0.0
    for unit in raw.units:
        yes, m = sum(given(x) for x in unit.values()), len(unit)
        if m > 1:
            both += yes * (yes - 1) / (m - 1)
            said += yes
    return both / said if said else math.nan


def pair_kappa(raw: RawCriterion, a: str, b: str, weights: str | None = None) -> float | None:
    """Return Cohen's kappa of two trainers on the units both judged, by scikit-learn.

    None where it has no such weights: its labels are equally far apart.
    """
    if weights is not None and not _equally_spaced(raw.values):
        return None
    ordered = sorted(raw.labels, key=raw.value) if weights else list(raw.labels)
    first = [u[a] for u in raw.units if a in u and b in u]
    second = [u[b] for u in raw.units if a in u and b in u]
    return _sklearn_kappa(first, second, ordered, weights) if first else math.nan


def _equally_spaced(values: Sequence[float]) -> bool:
    steps = [b - a for a, b in pairwise(sorted(values))]
    return not steps or max(steps) - min(steps) <= 1e-12


def _sklearn_kappa(first: list[str], second: list[str], labels: Sequence[str], weights: str | None) -> float:
    if len(set(first) | set(second)) < 2:
        return math.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(cohen_kappa_score(first, second, labels=list(labels), weights=weights))


def _mean_weight(raw: RawCriterion, weight: Weight) -> float:
    """Mean over units of the mean weight of their ordered pairs of judgments."""
    total, n = 0.0, 0
    for unit in raw.units:
        m = len(unit)
        if m < 2:
            continue
        given = Counter(unit.values())
        s = sum(weight(x, y) * n_x * (n_y - (x == y)) for x, n_x in given.items() for y, n_y in given.items())
        total += s / (m * (m - 1))
        n += 1
    return total / n


def _shares(raw: RawCriterion) -> dict[str, float]:
    share = dict.fromkeys(raw.labels, 0.0)
    for unit in raw.units:
        for x in unit.values():
            share[x] += 1 / len(unit) / len(raw.units)
    return share


def _same(x: str, y: str) -> float:
    return float(x == y)


def _linear(raw: RawCriterion, power: int) -> Weight:
    span = max(raw.values) - min(raw.values)
    return lambda x, y: 1 - (abs(raw.value(x) - raw.value(y)) / span) ** power


def _corrected(observed: float, expected: float) -> float:
    return math.nan if 1 - expected < 1e-13 else (observed - expected) / (1 - expected)


def _percent(raw: RawCriterion) -> tuple[float, str]:
    return _mean_weight(raw, _same), LOOP


def _adjacent(raw: RawCriterion) -> tuple[float, str]:
    rank = {x: k for k, x in enumerate(sorted(raw.labels, key=raw.value))}
    return _mean_weight(raw, lambda x, y: float(abs(rank[x] - rank[y]) <= 1)), LOOP


def _fleiss(raw: RawCriterion) -> tuple[float, str]:
    return _corrected(_mean_weight(raw, _same), sum(p * p for p in _shares(raw).values())), LOOP


def _scott(raw: RawCriterion) -> tuple[float, str]:
    return _fleiss(raw) if len(raw.trainers) == 2 else (math.nan, LOOP)


def _gwet(raw: RawCriterion, weight: Weight) -> float:
    q = len(raw.labels)
    whole = sum(weight(x, y) for x in raw.labels for y in raw.labels)
    expected = whole / (q * (q - 1)) * sum(p * (1 - p) for p in _shares(raw).values()) if q > 1 else math.nan
    return _corrected(_mean_weight(raw, weight), expected)


def _brennan(raw: RawCriterion) -> tuple[float, str]:
    return _corrected(_mean_weight(raw, _same), 1 / len(raw.labels)), LOOP


def _conger(raw: RawCriterion) -> tuple[float, str]:
    own: dict[str, Counter[str]] = {t: Counter() for t in raw.trainers}
    for unit in raw.units:
        for t, x in unit.items():
            own[t][x] += 1
    share = {t: {x: c[x] / sum(c.values()) for x in raw.labels} for t, c in own.items()}
    pairs = [(a, b) for a in share for b in share if a != b]
    if not pairs:
        return math.nan, LOOP
    expected = sum(share[a][x] * share[b][x] for a, b in pairs for x in raw.labels) / len(pairs)
    return _corrected(_mean_weight(raw, _same), expected), LOOP


def _cohen(weights: str | None) -> Callable[[RawCriterion], tuple[float, str]]:
    def oracle(raw: RawCriterion) -> tuple[float, str]:
        if len(raw.trainers) != 2:
            return math.nan, SKLEARN
        if weights is not None and not _equally_spaced(raw.values):
            return _loop_kappa(raw, 1 if weights == "linear" else 2), LOOP
        a, b = raw.trainers
        both = [(u[a], u[b]) for u in raw.units if len(u) == 2]
        ordered = sorted(raw.labels, key=raw.value) if weights else list(raw.labels)
        return _sklearn_kappa([x for x, _ in both], [y for _, y in both], ordered, weights), SKLEARN

    return oracle


def _loop_kappa(raw: RawCriterion, power: int) -> float:
    a, b = raw.trainers
    both = [(u[a], u[b]) for u in raw.units if len(u) == 2]
    weight = _linear(raw, power)
    observed = sum(weight(x, y) for x, y in both) / len(both)
    expected = sum(weight(x, y) for x, _ in both for _, y in both) / len(both) ** 2
    return _corrected(observed, expected)


def _alpha(raw: RawCriterion, metric: Any, domain: Sequence[float]) -> tuple[float, str]:
    place = {x: k for k, x in enumerate(raw.labels)}
    counts = np.zeros((len(raw.units), len(raw.labels)), dtype=np.int64)
    for row, unit in enumerate(raw.units):
        for x in unit.values():
            counts[row, place[x]] += 1
    counts = counts[counts.sum(axis=1) > 1]
    if (counts.sum(axis=0) > 0).sum() < 2:
        return math.nan, KRIPPENDORFF
    found = krippendorff.alpha(value_counts=counts, value_domain=list(domain), level_of_measurement=metric)
    return float(found), KRIPPENDORFF


def _by_table(distance: Sequence[Sequence[float]]) -> Callable[..., Any]:
    table = np.asarray(distance, dtype=np.float64)

    def metric(v1: Any, v2: Any, **_: Any) -> Any:
        return table[np.asarray(v1, dtype=np.int64), np.asarray(v2, dtype=np.int64)]

    return metric


def _alpha_of_level(raw: RawCriterion) -> tuple[float, str]:
    places = range(len(raw.labels))
    if raw.level == "set":
        return _alpha(raw, _by_table([[_masi(x, y) for y in raw.labels] for x in raw.labels]), places)
    if raw.level == "ranking":
        return _alpha(raw, _by_table([[(1 - _tau(x, y)) / 2 for y in raw.labels] for x in raw.labels]), places)
    if raw.level in ("nominal", "ordinal"):
        return _alpha(raw, raw.level, places)
    return _alpha(raw, "ratio" if raw.level == "ratio" else "interval", raw.values)


def _alpha_nominal(raw: RawCriterion) -> tuple[float, str]:
    return _alpha(raw, "nominal", range(len(raw.labels)))


def _alpha_jaccard(raw: RawCriterion) -> tuple[float, str]:
    return _alpha(
        raw, _by_table([[1 - _jaccard(x, y) for y in raw.labels] for x in raw.labels]), range(len(raw.labels))
    )


def _alpha_gwet(raw: RawCriterion) -> tuple[float, str]:
    rank = {x: k for k, x in enumerate(sorted(raw.labels, key=raw.value))}
    k = len(rank)
    table = [[math.comb(abs(rank[x] - rank[y]) + 1, 2) / math.comb(k, 2) for y in raw.labels] for x in raw.labels]
    return _alpha(raw, _by_table(table), range(k))


def _members(label: str) -> set[str]:
    return {part for part in label.split("|") if part}


def _jaccard(x: str, y: str) -> float:
    a, b = _members(x), _members(y)
    return len(a & b) / len(a | b) if a | b else 1.0


def _masi(x: str, y: str) -> float:
    a, b = _members(x), _members(y)
    weight = 1.0 if a == b else 2 / 3 if a and b and (a <= b or b <= a) else 1 / 3 if a & b else 0.0
    return 1 - _jaccard(x, y) * weight


def _ranks(label: str) -> dict[str, int]:
    return {x: place for place, group in enumerate(label.split(">")) for x in group.split("=")}


def _tau(x: str, y: str) -> float:
    if x == y:
        return 1.0
    a, b = _ranks(x), _ranks(y)
    both = sorted(set(a) & set(b))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tau = stats.kendalltau([a[r] for r in both], [b[r] for r in both]).statistic if len(both) > 1 else math.nan
    return 0.0 if math.isnan(tau) else float(tau)


def _top(x: str, y: str) -> float:
    a, b = set(x.split(">")[0].split("=")), set(y.split(">")[0].split("="))
    return len(a & b) / len(a | b)


def _rare_label(raw: RawCriterion) -> tuple[float, str]:
    if len(raw.labels) != 2:
        return math.nan, LOOP
    given = Counter(x for unit in raw.units for x in unit.values())
    rare = min(raw.labels, key=lambda x: given[x])
    return specific(raw, lambda x: x == rare), LOOP


def _icc(form: str) -> Callable[[RawCriterion], tuple[float, str]]:
    def oracle(raw: RawCriterion) -> tuple[float, str]:
        rows = [(i, t, raw.value(x)) for i, unit in enumerate(raw.units) for t, x in unit.items()]
        y = np.array([v for _, _, v in rows])
        n, by_item, by_trainer = len(rows), Counter(i for i, _, _ in rows), Counter(t for _, t, _ in rows)
        by_both: dict[int | str, list[float]] = defaultdict(list)
        for i, t, v in rows:
            by_both[i].append(v)
            by_both[t].append(v)
        mean = {key: math.fsum(found) / len(found) for key, found in by_both.items()}
        u_a = sum((v - mean[i]) ** 2 for i, _, v in rows)
        u_b = sum((v - mean[t]) ** 2 for _, t, v in rows)
        u_e = n * ((y - y.mean()) ** 2).sum()
        left = [
            [0, n - len(by_item), n - len(by_item)],
            [n - len(by_trainer), 0, n - len(by_trainer)],
            [n**2 - sum(k * k for k in by_item.values()), n**2 - sum(k * k for k in by_trainer.values()), n**2 - n],
        ]
        if abs(np.linalg.det(np.asarray(left, dtype=np.float64) / n)) < 1e-9:
            return math.nan, LOOP
        a, b, e = np.linalg.solve(np.asarray(left, dtype=np.float64), [u_a, u_b, u_e])
        b, e = max(b, 0.0), max(e, 0.0)
        one = float(a / (a + (e if form == "icc_c1" else b + e)))
        one = max(one, 0.0)
        if form != "icc_ak":
            return one, LOOP
        k = len(by_item) / sum(1 / m for m in by_item.values())
        return k * one / (1 + (k - 1) * one), LOOP

    return oracle


def _side(raw: RawCriterion, label: str) -> int:
    middle = (max(raw.values) + min(raw.values)) / 2
    return int(np.sign(raw.value(label) - middle))


def _tie_share(raw: RawCriterion) -> tuple[float, str]:
    return float(np.mean([np.mean([_side(raw, x) == 0 for x in u.values()]) for u in raw.units])), LOOP


def _kappa_symmetric(raw: RawCriterion) -> tuple[float, str]:
    t = _tie_share(raw)[0]
    observed = _mean_weight(raw, lambda x, y: float(_side(raw, x) == _side(raw, y)))
    return _corrected(observed, t**2 + (1 - t) ** 2 / 2), LOOP


def _non_tied(raw: RawCriterion) -> tuple[float, str]:
    same = both = 0.0
    for unit in raw.units:
        m, sides = len(unit), [_side(raw, x) for x in unit.values()]
        pairs = [(a, b) for j, a in enumerate(sides) for k, b in enumerate(sides) if j != k and a and b]
        if m > 1:
            both += len(pairs) / (m * (m - 1))
            same += sum(a == b for a, b in pairs) / (m * (m - 1))
    return (same / both if both else math.nan), LOOP


def _alpha_symmetric(raw: RawCriterion) -> tuple[float, str]:
    middle = (max(raw.values) + min(raw.values)) / 2
    apart = squares = 0.0
    for unit in raw.units:
        x = [raw.value(label) - middle for label in unit.values()]
        if len(x) > 1:
            apart += sum((a - b) ** 2 for a in x for b in x) / (len(x) - 1)
            squares += 2 * sum(a * a for a in x)
    return (1 - apart / squares if squares else math.nan), LOOP


ORACLES: dict[str, Callable[[RawCriterion], tuple[float, str]]] = {
    "percent_agreement": _percent,
    "adjacent_agreement": _adjacent,
    "rare_label_agreement": _rare_label,
    "krippendorff_alpha": _alpha_of_level,
    "krippendorff_alpha_nominal": _alpha_nominal,
    "krippendorff_alpha_gwet_ordinal": _alpha_gwet,
    "krippendorff_alpha_jaccard": _alpha_jaccard,
    "fleiss_kappa": _fleiss,
    "scott_pi": _scott,
    "cohen_kappa": _cohen(None),
    "cohen_kappa_linear": _cohen("linear"),
    "cohen_kappa_quadratic": _cohen("quadratic"),
    "conger_kappa": _conger,
    "gwet_ac1": lambda raw: (_gwet(raw, _same), LOOP),
    "gwet_ac2": lambda raw: (_gwet(raw, _linear(raw, 2)), LOOP),
    "brennan_prediger": _brennan,
    "icc_a1": _icc("icc_a1"),
    "icc_c1": _icc("icc_c1"),
    "icc_ak": _icc("icc_ak"),
    "kappa_symmetric": _kappa_symmetric,
    "non_tied_agreement": _non_tied,
    "alpha_symmetric": _alpha_symmetric,
    "tie_share": _tie_share,
    "mean_tau_b": lambda raw: (_mean_weight(raw, _tau), LOOP),
    "top_1_agreement": lambda raw: (_mean_weight(raw, _top), LOOP),
}
"""Coefficient -> oracle. Not here: alpha of free text, whose distance is the product's own, and Kendall's W."""
