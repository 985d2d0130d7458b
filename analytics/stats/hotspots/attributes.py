"""Item attributes as codes: what slices of the data are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import IntArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """One attribute of N items.

    Attributes
    ----------
    name : str
        As a page shows it: "topic".
    codes : int array (N,)
        Value of each item, 0..V-1; -1 where the item has none.
    values : tuple of str
        The V values.
    """

    name: str
    codes: IntArray
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        codes = np.array(self.codes, dtype=np.int64)
        if codes.ndim != 1:
            raise ValueError(f"codes of {self.name!r} must have 1 axis, got {codes.ndim}.")
        if codes.size and (codes.min() < -1 or codes.max() >= len(self.values)):
            raise ValueError(
                f"codes of {self.name!r} must lie in -1..{len(self.values) - 1}, got {codes.min()}..{codes.max()}."
            )
        codes.flags.writeable = False
        object.__setattr__(self, "codes", codes)


def named_attribute(name: str, values: Sequence[object], *, most_values: int = 60) -> Attribute:
    """Return an attribute of texts; None and the empty text are missing, values beyond the most frequent are left out.

    Parameters
    ----------
    name : str
        Name of the attribute.
    values : sequence of N values
        Anything with a text form.
    most_values : int
        Values kept, by frequency; the items of the others count as having none.
    """
    texts = ["" if value is None or value != value else str(value) for value in values]  # nan is not itself
    names, inverse, counts = np.unique(np.array(texts, dtype=object), return_inverse=True, return_counts=True)
    order = [int(i) for i in np.argsort(-counts, kind="stable") if names[i] != ""][:most_values]
    code = np.full(names.size, -1, dtype=np.int64)
    code[order] = np.arange(len(order))
    return Attribute(name=name, codes=code[inverse], values=tuple(str(names[i]) for i in order))


def number_attribute(name: str, values: npt.ArrayLike, *, n_bins: int = 5) -> Attribute:
    """Return an attribute of numbers, cut at quantiles into at most `n_bins` bins that hold about as many items each.

    Equal numbers always share a bin; nan is missing. A bin is named by its smallest and largest number.

    Parameters
    ----------
    name : str
        Name of the attribute.
    values : float array (N,)
        Numbers; nan where an item has none.
    n_bins : int
        Bins at most, at least 2.
    """
    x = np.asarray(values, dtype=np.float64)
    if n_bins < 2:
        raise ValueError(f"n_bins must be at least 2, got {n_bins}.")
    known = np.flatnonzero(np.isfinite(x))
    codes = np.full(x.shape, -1, dtype=np.int64)
    if not known.size:
        return Attribute(name=name, codes=codes, values=())
    edges = np.unique(np.quantile(x[known], np.linspace(0, 1, n_bins + 1)[1:-1], method="inverted_cdf"))
    place = np.searchsorted(edges, x[known], side="left")
    used, dense = np.unique(place, return_inverse=True)
    codes[known] = dense
    names = []
    for b in range(used.size):
        inside = x[known][dense == b]
        low, high = inside.min(), inside.max()
        names.append(f"{low:g}" if low == high else f"{low:g} to {high:g}")
    return Attribute(name=name, codes=codes, values=tuple(names))
