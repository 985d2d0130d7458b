"""One trainer closely: the team's judgments of one criterion with that trainer's place, held while one looks."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from analytics.core.errors import FilterError, ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.one_criterion import of_one
from analytics.reports.trainer_log import TrainerLog, trainer_log
from analytics.stats.counts.patterns import IntArray, Patterns, TrainerPatterns, patterns_from_codes
from analytics.store import Engine

MOST_HELD = 12
MOST_JUDGMENTS_HELD = 300_000
"""Longer logs are read anew for every section."""
NOTHING_TO_COMPARE = "rankings and free texts have no labels to compare, or nobody judged under these filters"

_Key = tuple[str, Scope, Filters]
_held: WeakKeyDictionary[Engine, OrderedDict[_Key, CriterionLogs]] = WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionLogs:
    """The team on one criterion.

    Attributes
    ----------
    log : TrainerLog or None
        None where there is nothing to compare.
    trainer_codes : int array (M,)
        The store's codes, ascending.
    trainer_ids, names : tuple of str (M,)
        Who they stand for.
    """

    log: TrainerLog | None
    trainer_codes: IntArray
    trainer_ids: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileLog:
    """One criterion's judgments, and one trainer among those who made them.

    Attributes
    ----------
    log : TrainerLog
        J judgments of the whole team.
    place : int
        The trainer's code in `log.codes`.
    mine : bool array (J,)
        Which judgments are the trainer's.
    names : tuple of str (M,)
        Everybody's names.
    """

    log: TrainerLog
    place: int
    mine: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    settings: Settings

    @property
    def n(self) -> int:
        """Judgments of the trainer."""
        return int(self.mine.sum())

    @property
    def order(self) -> IntArray:
        """Rows of the trainer's judgments in the order of work."""
        rows = np.flatnonzero(self.mine)
        at = np.where(np.isnan(self.log.at[rows]), np.inf, self.log.at[rows])
        return np.asarray(rows[np.lexsort((np.nan_to_num(self.log.position[rows]), at))], dtype=np.int64)

    def patterns(self) -> tuple[Patterns, TrainerPatterns]:
        """Return the count tables of the criterion."""
        codes = self.log.codes
        patterns, people = patterns_from_codes(codes.item, codes.trainer, codes.label, codes.n_labels)
        return patterns, dataclasses.replace(people, n_trainers=codes.n_trainers)


def check_lead(scope: Scope) -> None:
    """Raise ScopeError for anybody but a lead: one person's profile is for nobody else."""
    if scope.role != "lead":
        raise ScopeError(f"One trainer's profile is for the QA lead; your role is {scope.role!r}.")


def profile_log(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> ProfileLog | None:
    """Return one trainer's judgments of a criterion among the team's; None where there are none to compare.

    The team is always the whole one: filters on trainers and teams do not change who somebody is compared with.

    Raises
    ------
    ScopeError
        For anybody but a lead, and for projects outside the scope.
    FilterError
        Where there is no such criterion or no such trainer.
    """
    check_lead(scope)
    scope.check_project(project)
    found = _logs(engine, scope, of_one(filters.replace(trainers=(), teams=()), project, criterion))
    if trainer_id not in found.trainer_ids:
        raise FilterError(f"There is no trainer {trainer_id!r} in what you may see.")
    if found.log is None:
        return None
    place = found.trainer_ids.index(trainer_id)
    mine = found.log.codes.trainer == place
    if not mine.any():
        return None
    return ProfileLog(log=found.log, place=place, mine=mine, names=found.names, settings=engine.settings)


def _logs(engine: Engine, scope: Scope, filters: Filters) -> CriterionLogs:
    key = (engine.snapshot_id, scope, filters)
    with _lock:
        held = _held.setdefault(engine, OrderedDict())
        if key in held:
            held.move_to_end(key)
            return held[key]
    with engine.session(scope, filters) as session:
        criteria = session.criteria()
        if not criteria:
            raise FilterError(f"Project {filters.projects[0]!r} has no criterion {filters.criteria[0]!r}.")
        people = session.frame("trainer_names")
        people = people[people["kind"] != "model"].sort_values("trainer_code")
        codes = people["trainer_code"].to_numpy(dtype=np.int64)
        support = session.frame("left_out")
        log = trainer_log(session, criteria[0], int(support["n_judgments"].sum()), codes)
    found = CriterionLogs(
        log=log,
        trainer_codes=codes,
        trainer_ids=tuple(str(t) for t in people["trainer_id"]),
        names=tuple(str(name) for name in people["display_name"]),
    )
    if log is None or log.codes.n_judgments <= MOST_JUDGMENTS_HELD:
        with _lock:
            held[key] = found
            while len(held) > MOST_HELD:
                held.popitem(last=False)
    return found
