"""What was decided about a file's columns: which source column is which contract column, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.ingest.columns import plain
from analytics.ingest.mapping import CriterionMap


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """A source column and what it was taken for.

    Attributes
    ----------
    source : str
        The source column; several of one id are joined by " + "; "" for a constant.
    target : str
        The contract column, `attribute.NAME`, `group.NAME`, `gold`, or `label of CRITERION`.
    by : {"name", "alias", "map", "wide", "constant"}
        Why.
    samples : tuple of str
        Up to three different values of it.
    """

    source: str
    target: str
    by: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How one file's columns become the contract's.

    Attributes
    ----------
    layout : {"long", "wide", "lists"}
    sources : dict of contract column -> source columns
    constants : dict of contract column -> value
    trainer_columns : tuple of str
        The columns of a wide form, one a trainer.
    criteria : tuple of CriterionMap
        Criteria whose labels have columns of their own; patterns are resolved. Empty for one label column.
    gold : dict of criterion or None -> source column
        None stands for the file's only criterion.
    leave_out : dict of source column -> values
        Rows with such a value are set aside.
    recognised : tuple of Recognised
    unused : tuple of str
        Source columns that nothing was made of.
    file : str
        The file's name, for trainers that have no name of their own.
    """

    layout: str
    sources: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    trainer_columns: tuple[str, ...] = ()
    criteria: tuple[CriterionMap, ...] = ()
    gold: dict[str | None, str] = field(default_factory=dict)
    leave_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recognised: tuple[Recognised, ...] = ()
    unused: tuple[str, ...] = ()
    file: str = ""

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return what must not change when later rows bring further columns."""
        return {k: v for k, v in self.sources.items() if k in ("item_id", "trainer_id", "label", "criterion")}


def same_name(wanted: str, names: Sequence[str]) -> str | None:
    """Return the column that bears the wanted name exactly, else the only one that does but for case and marks."""
    if wanted in names:
        return wanted
    close = [n for n in names if plain(n) == plain(wanted)]
    return close[0] if len(close) == 1 else None
