"""The team and its judgments, criterion by criterion: what every report on trainers starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.reports.trainer_log import ItemFacts, TrainerLog, item_facts, trainer_log
from analytics.stats.counts.patterns import IntArray
from analytics.store.engine import Criterion, Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One trainer, as this viewer may see them.

    Attributes
    ----------
    index : int
        Place in the arrays over the team.
    code : int
        The store's code.
    trainer_id, display_name : str
        Who.
    team : str or None
        Where they work.
    """

    index: int
    code: int
    trainer_id: str
    display_name: str
    team: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """The people (no models) in the order of their codes, M of them.

    Attributes
    ----------
    codes : int array (M,)
        The store's codes, ascending: trainer j of every array is `codes[j]`.
    members : tuple of Member
        The same people with their names.
    """

    codes: IntArray
    members: tuple[Member, ...]

    def listed(self, trainers: tuple[str, ...], teams: tuple[str, ...]) -> list[Member]:
        """Return those whom the filters name, all without filters, by name."""
        chosen = [
            one for one in self.members
            if (not trainers or one.trainer_id in trainers) and (not teams or one.team in teams)
        ]  # fmt: skip
        return sorted(chosen, key=lambda one: (one.display_name, one.trainer_id))


def team_of(session: Session) -> Team:
    """Return the people of a session."""
    people = session.frame("trainer_names")
    people = people[people["kind"] != "model"].sort_values("trainer_code")
    codes = people["trainer_code"].to_numpy(dtype=np.int64)
    who = zip(codes.tolist(), people["trainer_id"], people["display_name"], people["team"], strict=True)
    members = tuple(
        Member(index=j, code=code, trainer_id=str(name), display_name=str(shown), team=_text(team))
        for j, (code, name, shown, team) in enumerate(who)
    )
    return Team(codes=codes, members=members)


def criterion_names(criteria: tuple[Criterion, ...]) -> dict[int, str]:
    """Return how pages and documents call each criterion, by code: with its project where the name is not unique."""
    often = Counter(c.criterion for c in criteria)
    return {c.code: c.criterion if often[c.criterion] == 1 else f"{c.project}: {c.criterion}" for c in criteria}


def criterion_logs(
    session: Session, team: Team, items: ItemFacts | None = None
) -> Iterator[tuple[str, TrainerLog | None]]:
    """Yield each selected criterion's name and judgments; None where nothing can be compared."""
    facts = item_facts(session) if items is None else items
    criteria = session.criteria()
    names = criterion_names(criteria)
    support = session.frame("left_out")
    counts = dict(zip(support["criterion_code"].tolist(), support["n_judgments"].tolist(), strict=True))
    for criterion in criteria:
        yield names[criterion.code], trainer_log(session, criterion, counts.get(criterion.code, 0), team.codes, facts)


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)
