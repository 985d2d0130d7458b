"""Evidence and cases: what speaks for saying something about a trainer, from which source, and how strongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze

Source = Literal["gold", "peers", "model", "repeats", "order", "pace", "rationales"]
SOURCES: tuple[str, ...] = get_args(Source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One kind of evidence on M trainers.

    Attributes
    ----------
    source : str
        "gold" (known answers), "peers" (what others said of the same items), "model" (a latent-truth model), "repeats"
        (the trainer's own earlier answers), "order" (what the order of presentation should not change), "pace",
        "rationales".
    statement : str
        Sentence for a page, with {value}, {low}, {high}, {n}, {centre} to fill in, and {away} for -value.
    p_value : float array (M,)
        One-sided: how often an ordinary trainer would show as much; nan where there is no such evidence.
    value, low, high : float array (M,)
        The figure the sentence shows, with its interval.
    n : int array (M,)
        Judgments behind it.
    centre : float
        What an ordinary trainer shows; nan where that has no meaning.
    """

    source: Source
    statement: str
    p_value: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    centre: float = float("nan")

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"source must be one of {', '.join(map(repr, SOURCES))}, got {self.source!r}.")
        check_p_values("p_value", self.p_value)
        freeze(self)

    def sentence(self, j: int) -> str:
        """Return the statement with the figures of trainer `j`."""
        return self.statement.format(
            value=float(self.value[j]), low=float(self.low[j]), high=float(self.high[j]), n=int(self.n[j]),
            centre=self.centre, away=-float(self.value[j]),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All evidence for one kind of flag on one criterion, M trainers.

    Attributes
    ----------
    kind : str
        Key of `FLAG_KINDS`.
    criterion : str
        Which criterion.
    p_value : float array (M,)
        One-sided p-value from all of the evidence that counts for the error rate; nan where undefined.
    evidence : tuple of Evidence
        By source.
    throughout : tuple of float array (M,)
        p-values on parts of the judgments, all of which must speak too (early and late; low and high items); nan
        passes.
    since : int array (M,) or None
        The trainer's judgment (0-based, in time) from which it holds; -1 or None = from the beginning.
    family : str
        Cases of one kind and family (a project) say the same thing of a trainer on different judgments.
    weight : float
        How much of the family's error rate the case may spend, beside the others' weights.
    """

    kind: str
    criterion: str
    p_value: FloatArray
    evidence: tuple[Evidence, ...]
    throughout: tuple[FloatArray, ...] = ()
    since: IntArray | None = None
    family: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        check_p_values("p_value", self.p_value)
        if not self.weight > 0:
            raise ValueError(f"weight must be more than 0, got {self.weight}.")
        for part in (*self.throughout, *(e.p_value for e in self.evidence)):
            if part.shape != self.p_value.shape:
                raise ValueError(f"every p-value array must have shape {self.p_value.shape}, got {part.shape}.")
        freeze(self)


def check_p_values(name: str, p: npt.NDArray[np.float64]) -> None:
    """Raise ValueError unless `p` has one axis and lies in [0, 1] where it is not nan."""
    known = p[~np.isnan(p)]
    if p.ndim != 1 or bool((known < 0).any() or (known > 1).any()):
        raise ValueError(f"{name} must have one axis and lie in [0, 1].")
