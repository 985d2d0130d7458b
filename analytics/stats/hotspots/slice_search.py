"""Beam search for conjunctions of item attributes with a high mean, on counts of attribute cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.attributes import Attribute

Conditions = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """Items collapsed to distinct combinations of attribute values.

    Attributes
    ----------
    codes : int array (C, F)
        Value of each of F attributes, -1 for none.
    of_item : int array (N,)
        Cell of each item.
    n_values : tuple of int (F,)
        Number of values of each attribute.
    """

    codes: IntArray
    of_item: IntArray
    n_values: tuple[int, ...]

    def inside(self, conditions: Conditions) -> IntArray:
        """Return the indices of cells that meet all conditions (attribute, value)."""
        keep = np.ones(self.codes.shape[0], dtype=np.bool_)
        for attribute, value in conditions:
            keep &= self.codes[:, attribute] == value
        return np.flatnonzero(keep)


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchRule:
    """How far to look.

    Attributes
    ----------
    max_depth : int
        Conditions a slice may have.
    beam : int
        Slices of each depth that are refined further; all pairs are looked at whatever the beam.
    min_items : int
        Items a slice, and what lies outside it, must have among those searched.
    refinement : float
        Standard errors by which a slice must exceed what it leaves of each slice it refines.
    least_z : float
        Standard errors by which a slice must exceed the rest to be listed.
    most : int
        Slices listed at most.
    """

    max_depth: int = 3
    beam: int = 150
    min_items: int = 20
    refinement: float = 1.0
    least_z: float = 2.0
    most: int = 25


def cells(attributes: Sequence[Attribute]) -> Cells:
    """Collapse items to distinct combinations of attribute values.

    Raises
    ------
    ValueError
        If there is no attribute or they have different numbers of items.
    """
    if not attributes:
        raise ValueError("attributes must hold at least one attribute, got none.")
    if len({a.codes.size for a in attributes}) > 1:
        raise ValueError(f"attributes must have the same items, got {[a.codes.size for a in attributes]}.")
    key = np.zeros(attributes[0].codes.size, dtype=np.int64)
    for a in attributes:  # re-coded after each attribute, so the key never overflows
        width = len(a.values) + 1
        _, key = np.unique(key * width + a.codes + 1, return_inverse=True)
    first = np.zeros(int(key.max(initial=-1)) + 1, dtype=np.int64)
    first[key] = np.arange(key.size)
    table = np.column_stack([a.codes[first] for a in attributes])
    return Cells(codes=table, of_item=key, n_values=tuple(len(a.values) for a in attributes))


def found_slices(space: Cells, items: IntArray, outcome: FloatArray, rule: SearchRule) -> list[Conditions]:
    """Return the slices of `items` whose mean outcome exceeds the rest most clearly, each beyond those before it.

    Forward selection: the slice with the largest z is listed, its excess is taken out of the outcome of its items, and
    the search among the candidates goes on, until none exceeds `rule.least_z`. A slice is so not listed because it
    overlaps one that explains it.

    Parameters
    ----------
    space : Cells
        Attribute cells of all N items.
    items : int array (H,)
        Items to search.
    outcome : float array (H,)
        Their outcome.
    rule : SearchRule
        Depth, beam, support.
    """
    of = space.of_item[items]
    n = np.bincount(of, minlength=space.codes.shape[0]).astype(np.float64)
    total = np.asarray(np.bincount(of, weights=outcome - outcome.mean(), minlength=n.size), dtype=np.float64)
    square = float(((outcome - outcome.mean()) ** 2).sum())
    pool = _candidates(space, n, total, square, rule)
    if not pool:
        return []
    return _selected(space, pool, n, total, square, rule)


def _candidates(space: Cells, n: FloatArray, total: FloatArray, square: float, rule: SearchRule) -> list[Conditions]:
    """Return every slice looked at that exceeds the rest by `least_z`, and what it refines by `refinement`."""
    sums: dict[Conditions, tuple[float, float]] = {}
    frontier: list[Conditions] = []
    n_attributes = space.codes.shape[1]
    for depth in range(1, rule.max_depth + 1):
        grown: dict[Conditions, tuple[float, float]] = {}
        if depth <= 2:
            for chosen in itertools.combinations(range(n_attributes), depth):
                grown.update(_grouped(space, chosen, n, total, rule.min_items))
        else:
            for parent in frontier:
                grown.update(_refined(space, parent, n, total, rule.min_items))
        sums.update(grown)
        scores = {c: _z(*s, float(n.sum()), square) for c, s in grown.items()}
        frontier = sorted((c for c in scores if scores[c] > 0), key=lambda c: (-scores[c], c))[: rule.beam]
    kept = []
    for conditions, (size, value) in sums.items():
        z = _z(size, value, n.sum(), square)
        if z >= rule.least_z and _refines(conditions, sums, n.sum(), square, rule.refinement):
            kept.append((-z, len(conditions), conditions))
    return [conditions for _, _, conditions in sorted(kept)[:2000]]


def _grouped(
    space: Cells, chosen: tuple[int, ...], n: FloatArray, total: FloatArray, least: int
) -> dict[Conditions, tuple[float, float]]:
    """Return size and sum of every combination of values of the chosen attributes that has enough items."""
    codes = space.codes[:, list(chosen)]
    known = (codes >= 0).all(axis=1)
    widths = [space.n_values[f] for f in chosen]
    key = np.zeros(int(known.sum()), dtype=np.int64)
    for column, width in enumerate(widths):
        key = key * width + codes[known, column]
    length = int(np.prod(widths))
    size = np.bincount(key, weights=n[known], minlength=length)
    value = np.bincount(key, weights=total[known], minlength=length)
    out: dict[Conditions, tuple[float, float]] = {}
    for k in np.flatnonzero((size >= least) & (n.sum() - size >= least)):
        digits = np.unravel_index(int(k), widths)
        conditions = tuple((f, int(d)) for f, d in zip(chosen, digits, strict=True))
        out[conditions] = (float(size[k]), float(value[k]))
    return out


def _refined(
    space: Cells, parent: Conditions, n: FloatArray, total: FloatArray, least: int
) -> dict[Conditions, tuple[float, float]]:
    """Return size and sum of every slice with one condition more than `parent`."""
    inside = space.inside(parent)
    used = {f for f, _ in parent}
    out: dict[Conditions, tuple[float, float]] = {}
    for f in range(space.codes.shape[1]):
        if f in used or not space.n_values[f]:
            continue
        codes = space.codes[inside, f]
        known = codes >= 0
        size = np.bincount(codes[known], weights=n[inside][known], minlength=space.n_values[f])
        value = np.bincount(codes[known], weights=total[inside][known], minlength=space.n_values[f])
        for k in np.flatnonzero(size >= least):
            out[tuple(sorted((*parent, (f, int(k)))))] = (float(size[k]), float(value[k]))
    return out


def _z(size: float, value: float, whole: float, square: float) -> float:
    """Return the standardised excess of a slice's mean over the rest, `value` summing deviations from the mean."""
    rest = whole - size
    if size <= 0 or rest <= 0 or square <= 0:
        return 0.0
    return float(value / np.sqrt(size * rest / whole * square / whole))


def _refines(
    conditions: Conditions, sums: dict[Conditions, tuple[float, float]], whole: float, square: float, least: float
) -> bool:
    """Return whether the slice clearly exceeds what it leaves over of each slice with one condition fewer."""
    size, value = sums[conditions]
    for drop in range(len(conditions)):
        parent = conditions[:drop] + conditions[drop + 1 :]
        if not parent or parent not in sums:
            continue
        left, remainder = sums[parent][0] - size, sums[parent][1] - value
        if left <= 0:
            return False  # the condition dropped changes nothing: the simpler slice is the same items
        gap = value / size - remainder / left
        if gap < least * np.sqrt(square / whole * (1 / size + 1 / left)):
            return False
    return True


def _selected(
    space: Cells, pool: list[Conditions], n: FloatArray, total: FloatArray, square: float, rule: SearchRule
) -> list[Conditions]:
    """Return slices of the pool in forward selection, excesses of those before taken out (least squares)."""
    rows = [space.inside(conditions) for conditions in pool]
    member = sparse.csr_array(
        (
            np.ones(sum(r.size for r in rows)),
            (np.repeat(np.arange(len(rows)), [r.size for r in rows]), np.concatenate(rows)),
        ),
        shape=(len(pool), n.size),
    )
    size, whole = np.asarray(member @ n, dtype=np.float64), float(n.sum())
    plain = np.asarray(member @ total, dtype=np.float64)
    deviation = np.sqrt(size * (whole - size) / whole * square / whole)
    chosen: list[int] = []
    shared: list[FloatArray] = []  # items that each slice of the pool shares with each chosen one
    value = plain
    while len(chosen) < rule.most:
        z = value / deviation
        z[chosen] = -np.inf
        best = int(np.argmax(z))
        if z[best] < rule.least_z:
            break
        chosen.append(best)
        inside = member[[best]].toarray().ravel()
        shared.append(np.asarray(member @ (n * inside), dtype=np.float64))
        overlap = np.array([[column[c] for c in chosen] for column in shared])
        edge = size[chosen]
        normal = np.block([[np.array([[whole]]), edge[None]], [edge[:, None], overlap]])
        right = np.concatenate([[total.sum()], plain[chosen]])
        beta = np.linalg.lstsq(normal, right, rcond=None)[0]
        value = plain - beta[0] * size - sum(b * column for b, column in zip(beta[1:], shared, strict=True))
        value -= size * (total.sum() - beta[0] * whole - float(beta[1:] @ edge)) / whole
    return [pool[i] for i in chosen]
