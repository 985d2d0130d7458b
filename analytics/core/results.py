"""What every number carries: its interval, its support, its method, and why it is undefined where it is."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

NAN = math.nan


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number that remembers how sure it is and on how much it rests.

    Attributes
    ----------
    value : float
        The point estimate; nan exactly when `undefined` is given.
    low, high : float
        Ends of the interval at level `confidence`; nan where no interval exists.
    se : float
        Standard error on the scale of `value`; nan where the interval does not rest on one.
    confidence : float
        Coverage the interval claims, in (0, 1).
    interval_method : str
        How the interval was made, e.g. "two-way linearised t".
    n_items, n_items_paired, n_judgments, n_trainers : int or None
        Support. `n_items_paired` counts items with at least two judgments.
    undefined : str or None
        Why there is no such number for these judgments, in words fit for a page.
    """

    value: float
    low: float = NAN
    high: float = NAN
    se: float = NAN
    confidence: float = 0.95
    interval_method: str = "none"
    n_items: int | None = None
    n_items_paired: int | None = None
    n_judgments: int | None = None
    n_trainers: int | None = None
    undefined: str | None = None

    def __post_init__(self) -> None:
        if math.isnan(self.value) != (self.undefined is not None):
            raise ValueError("value must be nan exactly when undefined gives the reason.")

    @property
    def defined(self) -> bool:
        """True where there is a value."""
        return self.undefined is None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values: nan becomes None."""
        return {f.name: jsonable(getattr(self, f.name)) for f in dataclasses.fields(self)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Coefficient(Estimate):
    """An agreement coefficient: an estimate with its name and its observed and expected parts."""

    name: str
    observed: float = NAN
    expected: float = NAN


def jsonable(obj: Any) -> Any:
    """Return dataclasses, mappings, sequences and numpy scalars or arrays as plain JSON values, nan as None."""
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        return {f.name: jsonable(getattr(obj, f.name)) for f in dataclasses.fields(obj)}
    if isinstance(obj, dict):
        return {str(k): jsonable(v) for k, v in obj.items()}
    if isinstance(obj, (list, tuple, set, frozenset)):
        return [jsonable(v) for v in obj]
    if isinstance(obj, (str, bool)) or obj is None:
        return obj
    if hasattr(obj, "tolist"):
        return jsonable(obj.tolist())
    if isinstance(obj, float):
        return obj if math.isfinite(obj) else None
    if isinstance(obj, int):
        return obj
    return str(obj)
