"""A scale: the labels a criterion allows, in order, and how far apart they are allowed to be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from analytics.core.errors import ScaleError, listed

Level = Literal["nominal", "ordinal", "interval", "ratio", "set", "preference", "ranking", "text"]
LEVELS: tuple[str, ...] = get_args(Level)
ORDERED: frozenset[str] = frozenset({"ordinal", "interval", "ratio"})
NUMERIC: frozenset[str] = frozenset({"interval", "ratio"})

SET_SEPARATOR = "|"
RANK_SEPARATOR = ">"
RANK_TIE = "="


def check_level(level: str) -> Level:
    """Return `level` if it is one of the eight, else raise ScaleError."""
    for known in get_args(Level):
        if level == known:
            return known  # type: ignore[no-any-return]
    raise ScaleError(f"level must be one of {', '.join(map(repr, LEVELS))}, got {level!r}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Label set + level of measurement of one criterion.

    Attributes
    ----------
    level : Level
        One of nominal, ordinal, interval, ratio, set, preference, ranking, text.
    labels : tuple of str
        The K labels in order. Empty where labels are open (ranking, text) or unknown.
    subjective : bool
        True where honest people may differ; models that assume one truth are then off.
    target : float or None
        The agreement the programme wants for this criterion.
    cost : mapping (true label, given label) -> cost, or None
        Cost of giving the second label where the first is right.
    inferred : bool
        True where nobody declared the scale and it was guessed from the labels seen.
    """

    level: Level
    labels: tuple[str, ...] = ()
    subjective: bool = False
    target: float | None = None
    cost: dict[tuple[str, str], float] | None = None
    inferred: bool = False

    def __post_init__(self) -> None:
        check_level(self.level)
        twice = sorted({x for x in self.labels if self.labels.count(x) > 1})
        if twice:
            raise ScaleError(f"labels must differ from each other, got {listed(twice)} more than once.")

    @property
    def n_labels(self) -> int:
        """K, the number of labels of the scale."""
        return len(self.labels)

    @property
    def values(self) -> tuple[float, ...]:
        """Return the K labels as numbers: their own value where all are numeric, else their rank 0..K-1."""
        numbers = [number(x) for x in self.labels]
        if any(math.isnan(v) for v in numbers):
            return tuple(float(k) for k in range(len(self.labels)))
        return tuple(numbers)


def number(label: str) -> float:
    """Return a label as a finite number, nan where it is none.

    >>> number("3"), number("nan"), number("high")
    (3.0, nan, nan)
    """
    try:
        value = float(label)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def inferred_scale(labels: list[str]) -> Scale:
    """Guess a scale from the distinct labels seen; always marked `inferred`.

    Text and codes of up to three numbers are nominal (0/1/2 are usually codes, not amounts); four or more whole
    numbers are ordinal; other numbers are interval. Over 1,000 distinct texts are taken for free text.

    >>> inferred_scale(["2", "1", "10", "3"]).labels
    ('1', '2', '3', '10')
    """
    numbers = [number(x) for x in labels]
    if labels and not any(math.isnan(v) for v in numbers):
        ordered = tuple(label for _, label in sorted(zip(numbers, labels, strict=True)))
        if len(labels) <= 3 and all(v == int(v) for v in numbers):
            return Scale(level="nominal", labels=ordered, inferred=True)
        level: Level = "ordinal" if all(v == int(v) for v in numbers) else "interval"
        return Scale(level=level, labels=ordered, inferred=True)
    if len(labels) > 1000:
        return Scale(level="text", inferred=True)
    lowered = {x.lower() for x in labels}
    if {"a", "b"} <= lowered <= {"a", "b", "tie"}:
        order = {"a": 0, "tie": 1, "b": 2}
        return Scale(level="preference", labels=tuple(sorted(labels, key=lambda x: order[x.lower()])), inferred=True)
    return Scale(level="nominal", labels=tuple(sorted(labels)), inferred=True)
