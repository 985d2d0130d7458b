"""Give each label its one canonical text, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.core.scale import NUMERIC, RANK_SEPARATOR, RANK_TIE, SET_SEPARATOR, Scale, number
from analytics.ingest.batch import Notes
from analytics.ingest.mapping import CriterionMap
from analytics.ingest.values import canonical_number

NO_LABEL = "no label"
OUTSIDE = "label outside the scale"
NOT_A_NUMBER = "label is not a number"
NOT_A_RANKING = "label is not a ranking (best first, as in r2>r1=r3)"

# Words that programs write where a cell is empty. Among numbers they mean "missing", among words they may be labels.
MISSING_WORDS = frozenset({"nan", "na", "n/a", "null", "none", "<na>", "nat"})

_PREFERENCE = re.compile(r"^(A|B|tie|-?\d+)$")


@dataclass(slots=True)
class Seen:
    """What one undeclared criterion's labels looked like over the whole file."""

    numbers: int = 0
    texts: int = 0
    odd: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    @property
    def numeric(self) -> bool:
        """True where every label is a number, words for missing aside."""
        return self.numbers > 0 and self.texts == 0

    @property
    def unsettled(self) -> bool:
        """True where labels must be gone over once the whole file is known."""
        return self.numeric and bool(self.odd or self.missing)

    def add(self, label: str, n: int) -> None:
        """Take note of a label given n times."""
        if label.casefold() in MISSING_WORDS:
            self.missing[label] = self.missing.get(label, 0) + n
        elif number(label) == number(label):
            self.numbers += n
            self.odd += n if canonical_number(label) != label else 0
        else:
            self.texts += n


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How one criterion's labels are read.

    Attributes
    ----------
    scale : Scale or None
        The declared scale, None where none is.
    recode : mapping of source label -> contract label
    separator : str
        What stands between the labels of a set in the file.
    """

    scale: Scale | None = None
    recode: Mapping[str, str] = field(default_factory=dict)
    separator: str = SET_SEPARATOR

    @classmethod
    def of(cls, declared: CriterionMap | None, scale: Scale | None, recode: Mapping[str, str]) -> Reading:
        """Join what a mapping says of the criterion, the store's scale and the recoding for all criteria."""
        mine = declared.scale if declared is not None else None
        return cls(
            scale=mine or scale,
            recode={**recode, **(declared.recode if declared is not None else {})},
            separator=(declared.separator if declared is not None else None) or SET_SEPARATOR,
        )

    def read(self, raw: str | None, notes: Notes, n: int = 1) -> tuple[str | None, str | None]:
        """Return the canonical label and None, or None and why there is none.

        Parameters
        ----------
        raw : str or None
            The cell. None where it is missing; "" where it is there and empty.
        n : int
            How many rows have it, for the notes.
        """
        scale = self.scale
        if scale is not None and scale.level == "text":
            return (raw, None) if raw is not None and raw.strip() else (None, NO_LABEL)
        if raw is None:
            return None, NO_LABEL
        label = raw.strip()
        if label != raw and label:
            notes.count("labels had blanks at their ends, which were cut off.", n)
        if label in self.recode:
            label = self.recode[label]
        elif canonical_number(label) in self.recode:
            label = self.recode[canonical_number(label)]
        if scale is not None and scale.level == "set":
            return self._set(label, scale)
        if not label:
            return None, NO_LABEL
        if scale is None:
            return label, None
        if scale.level == "ranking":
            return _ranking(label)
        return _on_scale(label, scale, notes, n)

    def _set(self, label: str, scale: Scale) -> tuple[str | None, str | None]:
        parts = {part.strip() for part in label.split(self.separator)} - {""}
        parts = {self.recode.get(part, part) for part in parts}
        if scale.labels and not parts <= set(scale.labels):
            return None, OUTSIDE
        return SET_SEPARATOR.join(sorted(parts)), None


def _on_scale(label: str, scale: Scale, notes: Notes, n: int) -> tuple[str | None, str | None]:
    if label in scale.labels:
        return label, None
    value = number(label)
    if scale.labels:
        if value == value:
            for known in scale.labels:
                if number(known) == value:
                    notes.count(f"labels written {label!r} are the scale's {known!r}.", n)
                    return known, None
        return None, OUTSIDE
    if scale.level in NUMERIC:
        if value != value:
            return None, NO_LABEL if label.casefold() in MISSING_WORDS else NOT_A_NUMBER
        if scale.level == "ratio" and value < 0:
            return None, OUTSIDE
        return canonical_number(label), None
    if scale.level == "preference" and not _PREFERENCE.match(canonical_number(label)):
        return None, OUTSIDE
    return (canonical_number(label) if scale.level == "preference" else label), None


def _ranking(label: str) -> tuple[str | None, str | None]:
    places = [[one.strip() for one in place.split(RANK_TIE)] for place in label.split(RANK_SEPARATOR)]
    flat = [one for place in places for one in place]
    if not all(flat) or len(set(flat)) < len(flat):
        return None, NOT_A_RANKING
    return RANK_SEPARATOR.join(RANK_TIE.join(sorted(place)) for place in places), None
