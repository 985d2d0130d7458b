"""The model of a mapping: which source column is which contract column, and what its values mean."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from analytics.core.scale import Scale


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """One rule of a criterion that is a sum: what a row adds where all conditions hold. The first such rule counts."""

    when: tuple[tuple[str, tuple[str, ...]], ...]
    add: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionMap:
    """Where one criterion's label stands in the file, and its scale.

    Attributes
    ----------
    name : str
        The criterion.
    column : str or None
        The source column that holds its label. None where the file is long and names its criteria itself.
    one_hot : dict of source column -> label
        Columns of which exactly one is set; its label is the judgment.
    flags : dict of source column -> label
        Columns of which any number is set; the judgment is the set. A single key may be a pattern such as "type.*",
        then the label is what the `*` stands for.
    sum : tuple of Weight
        Rules of a criterion that is a sum over the rows of one trainer and item (error marks, penalties).
    level, labels, subjective, target, cost : as in `Scale`
        The declared scale; level None where it is not declared.
    separator : str or None
        What stands between the labels of a set in the file. Default: "|".
    recode : dict of source label -> contract label
    winner : dict of contract label -> source column
        For a label that names the winner: it becomes the label of the column that holds the same text.
    gold : str or None
        The source column that holds this criterion's gold label.
    """

    name: str
    column: str | None = None
    one_hot: dict[str, str] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    sum: tuple[Weight, ...] = ()
    level: str | None = None
    labels: tuple[str, ...] = ()
    subjective: bool = False
    target: float | None = None
    cost: dict[tuple[str, str], float] | None = None
    separator: str | None = None
    recode: dict[str, str] = field(default_factory=dict)
    winner: dict[str, str] = field(default_factory=dict)
    gold: str | None = None

    @property
    def scale(self) -> Scale | None:
        """The declared scale, None where the mapping gives no level."""
        if self.level is None:
            return None
        return Scale(
            level=self.level,  # type: ignore[arg-type]
            labels=self.labels,
            subjective=self.subjective,
            target=self.target,
            cost=self.cost,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The source columns this criterion's label is read from."""
        if self.column:
            return (self.column, *self.winner.values())
        return tuple([*self.one_hot, *self.flags] or dict.fromkeys(n for w in self.sum for n, _ in w.when))

    @property
    def placed(self) -> bool:
        """True where the mapping says in which columns this criterion's label stands."""
        return bool(self.column or self.one_hot or self.flags or self.sum)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapping:
    """How one log's columns become the contract's.

    Attributes
    ----------
    columns : dict of contract column -> source columns
        Several source columns are joined by a unit separator into one id. No source column: the column is left out,
        whatever its name in the file. `attribute.NAME` and `group.NAME` name item attributes and trainer groups.
    constants : dict of contract column -> value
        Values the file does not carry: project, criterion, guideline_version, batch ...
    layout : {"long", "wide", "lists"} or None
        None lets the columns decide; what was decided is reported.
    trainer_columns, except_columns : tuple of str
        The columns (or patterns such as "label_*") of a wide form, one a trainer; and those that are not.
    explode : str or None
        A column that holds a list of objects, one object a judgment.
    anonymous : bool
        True where the log names no trainers. Each judgment then has a trainer of its own, and a note says so.
    leave_out : dict of source column -> values
        Rows that are no judgments (attention checks, headers); they are set aside and counted.
    criteria : tuple of CriterionMap
    labels : dict of source label -> contract label
        Recoding for every criterion.
    responses : dict of response id -> source column
        Columns that hold the texts judged.
    time_unit, time_format, duration_unit : str or None
        Unit of times that are numbers; strptime format of times that are text; unit of durations.
    judgments_per_page : float
        How many judgments share one started_at to judged_at span.
    name : str or None
        The mapping file, for error texts.
    """

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    layout: str | None = None
    trainer_columns: tuple[str, ...] = ()
    except_columns: tuple[str, ...] = ()
    explode: str | None = None
    anonymous: bool = False
    leave_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    criteria: tuple[CriterionMap, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    responses: dict[str, str] = field(default_factory=dict)
    time_unit: str | None = None
    time_format: str | None = None
    duration_unit: str | None = None
    judgments_per_page: float = 1.0
    name: str | None = None

    def merged(self, over: Mapping) -> Mapping:
        """Return this mapping with what `over` says on top: single columns and constants win, lists are replaced."""
        changes: dict[str, Any] = {}
        blank = Mapping()
        for f in dataclasses.fields(self):
            mine, theirs = getattr(self, f.name), getattr(over, f.name)
            if isinstance(mine, dict):
                changes[f.name] = {**mine, **theirs}
            elif theirs != getattr(blank, f.name):
                changes[f.name] = theirs
        return dataclasses.replace(self, **changes)

    def criterion(self, name: str) -> CriterionMap | None:
        """Return what the mapping says of a criterion, None where it says nothing."""
        return next((c for c in self.criteria if c.name == name), None)
