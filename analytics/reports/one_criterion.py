"""The counts of one criterion, kept for as long as its snapshot is looked at: every section of a page rests on them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.reports.counts import CriterionCounts, criterion_counts
from analytics.store import Engine
from analytics.store.engine import Criterion, Session

MOST_HELD = 8
"""Counts that one engine keeps; each is a few MB at most."""

_Key = tuple[str, Scope, Filters, Level | None]
_held: WeakKeyDictionary[Engine, OrderedDict[_Key, CriterionCounts]] = WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class OneCriterion:
    """The counts of one criterion and where they come from."""

    snapshot_id: str
    filters: Filters
    counts: CriterionCounts

    @property
    def criterion(self) -> Criterion:
        """The criterion as the store knows it."""
        return self.counts.criterion

    @property
    def label_codes(self) -> list[int]:
        """The store's codes of the labels that are counted."""
        counted = set(self.counts.labels)
        return [code for code, label in enumerate(self.criterion.dictionary) if label in counted]

    def code_of(self, label: str) -> int:
        """Return the store's code of a label.

        Raises
        ------
        FilterError
            Where nobody ever gave it.
        """
        if label not in self.criterion.dictionary:
            raise FilterError(f"{self.criterion.criterion!r} has no judgment with the label {label!r}.")
        return self.criterion.dictionary.index(label)


def of_one(filters: Filters, project: str, criterion: str) -> Filters:
    """Return the filters narrowed to one criterion of one project."""
    return filters.replace(projects=(project,), criteria=(criterion,))


def one_criterion(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    project: str,
    criterion: str,
    level: Level | None = None,
    session: Session | None = None,
) -> OneCriterion:
    """Return the counts of one criterion under scope and filters.

    Parameters
    ----------
    project, criterion : str
        Which one; the other filters stay in force.
    level : Level, optional
        Read the scale at this level instead of its own.
    session : Session, optional
        An open session of `of_one(filters, project, criterion)` under the same scope, where the caller has one.

    Raises
    ------
    ScopeError
        Where the viewer may not see the project.
    FilterError
        Where the project has no such criterion.
    """
    scope.check_project(project)
    narrowed = of_one(filters, project, criterion)
    key = (engine.snapshot_id if session is None else session.snapshot.id, scope, narrowed, level)
    with _lock:
        held = _held.setdefault(engine, OrderedDict())
        if key in held:
            held.move_to_end(key)
            return OneCriterion(snapshot_id=key[0], filters=narrowed, counts=held[key])
    if session is None:
        with engine.session(scope, narrowed) as opened:
            return one_criterion(
                engine, scope, filters, project=project, criterion=criterion, level=level, session=opened
            )
    found = criterion_counts(session, level)
    if not found:
        raise FilterError(f"Project {project!r} has no criterion {criterion!r}.")
    with _lock:
        held[key] = found[0]
        while len(held) > MOST_HELD:
            held.popitem(last=False)
    return OneCriterion(snapshot_id=key[0], filters=narrowed, counts=found[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedCriterion:
    """A criterion that the selection holds."""

    project: str
    criterion: str
    level: Level
    inferred: bool


def criteria_offered(engine: Engine, scope: Scope, filters: Filters) -> tuple[OfferedCriterion, ...]:
    """Return the criteria in scope and selected, in the order of project and name."""
    return tuple(
        OfferedCriterion(project=c.project, criterion=c.criterion, level=c.scale.level, inferred=c.scale.inferred)
        for c in engine.criteria(scope, filters)
    )
