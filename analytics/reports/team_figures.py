"""One quantity over the whole team: what every section of the Trainers page is made of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.team_log import Member, Team, criterion_logs, team_of
from analytics.reports.trainer_log import TrainerLog
from analytics.stats.trainers.trainer_estimates import TrainerEstimates
from analytics.store import Engine
from analytics.store.engine import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamValue:
    """One trainer's number.

    Attributes
    ----------
    trainer_id, display_name : str
        Who.
    estimate : Estimate
        The number with its interval and its n.
    apart : bool
        Whether the interval leaves the figure's centre out.
    """

    trainer_id: str
    display_name: str
    estimate: Estimate
    apart: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamFigure:
    """The same quantity for everybody, by name: where intervals overlap a rank would claim too much.

    Attributes
    ----------
    name : str
        Key of the quantity in the metric registry.
    about : str
        The criterion, or what else it is about.
    rows : tuple of TeamValue
        Trainers with a value.
    centre : float
        What a trainer is compared with; nan for nothing.
    n_undefined : int
        Trainers with judgments and no value.
    undefined : str or None
        Why nobody has a value.
    """

    name: str
    about: str
    rows: tuple[TeamValue, ...]
    centre: float
    n_undefined: int
    undefined: str | None

    @property
    def apart(self) -> tuple[TeamValue, ...]:
        """Trainers whose interval leaves the centre out."""
        return tuple(row for row in self.rows if row.apart)

    @property
    def by_chance(self) -> float:
        """How many of them one expects though nobody differs."""
        return sum(1.0 - row.estimate.confidence for row in self.rows if math.isfinite(row.estimate.low))


def team_figure(
    estimates: TrainerEstimates, members: Sequence[Member], *, about: str, centre: float | None = None
) -> TeamFigure:
    """Return a figure of the listed trainers; without a centre given it is the median of the whole team.

    Parameters
    ----------
    estimates : TrainerEstimates
        Over the whole team.
    members : sequence of Member
        Who is listed, by name.
    about : str
        The criterion.
    centre : float or None
        What 'ordinary' is: .5 under no position bias, 0 for differences.
    """
    known = estimates.value[np.isfinite(estimates.value)]
    middle = (float(np.median(known)) if known.size else math.nan) if centre is None else centre
    rows, reasons = [], Counter[str]()
    for one in members:
        found = estimates.estimate(one.index)
        if not found.n_judgments:  # a shrunken number without judgments is the team's, not theirs
            continue
        if not found.defined:
            reasons[str(found.undefined)] += 1
            continue
        apart = math.isfinite(found.low) and math.isfinite(middle) and not found.low <= middle <= found.high
        rows.append(TeamValue(trainer_id=one.trainer_id, display_name=one.display_name, estimate=found, apart=apart))
    why = None
    if not rows:
        why = reasons.most_common(1)[0][0] if reasons else next((w for w in estimates.undefined if w), "nobody judged")
    return TeamFigure(
        name=estimates.name, about=about, rows=tuple(rows), centre=middle, n_undefined=sum(reasons.values()),
        undefined=why,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamLogs:
    """What a section reads: the team, whom it lists, and the judgments of the criteria that can be compared."""

    session: Session
    team: Team
    listed: list[Member]
    logs: dict[str, TrainerLog]

    @property
    def m(self) -> int:
        """M, the size of the whole team."""
        return len(self.team.members)

    def by_project(self) -> dict[str, dict[str, TrainerLog]]:
        """Return the criteria of each project."""
        out: dict[str, dict[str, TrainerLog]] = {}
        for name, log in self.logs.items():
            out.setdefault(log.criterion.project, {})[name] = log
        return out


@contextmanager
def team_logs(engine: Engine, scope: Scope, filters: Filters) -> Iterator[TeamLogs]:
    """Open a session on the selected criteria; the team is always compared whole, the filters say who is listed."""
    with engine.session(scope, filters.replace(trainers=(), teams=())) as session:
        team = team_of(session)
        found = {name: log for name, log in criterion_logs(session, team) if log is not None}
        yield TeamLogs(session=session, team=team, listed=team.listed(filters.trainers, filters.teams), logs=found)
