"""Scope: who is looking, and at what they may look. Every query runs under one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from analytics.core.errors import ScopeError

Role = Literal["lead", "manager", "trainer"]
ROLES: tuple[str, ...] = get_args(Role)
ROLE_TITLES: dict[str, str] = {"lead": "QA lead", "manager": "Project manager", "trainer": "Trainer"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What one viewer may see. None means "all"; an empty tuple means "none".

    Attributes
    ----------
    role : {"lead", "manager", "trainer"}
        A lead sees people by name; a manager sees trainers under pseudonyms; a trainer sees their own judgments alone.
    viewer : str or None
        The trainer_id of the person looking; required for the role trainer.
    projects, teams : tuple of str or None
        The projects and teams whose judgments may be read.
    trainers : tuple of str or None
        The trainers whose *rows* may be read. For the role trainer it is always (viewer,).
    """

    role: Role = "lead"
    viewer: str | None = None
    projects: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    trainers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ScopeError(f"role must be one of {', '.join(map(repr, ROLES))}, got {self.role!r}.")
        if self.role == "trainer":
            if not self.viewer:
                raise ScopeError("A trainer's scope must name the trainer; viewer got nothing.")
            object.__setattr__(self, "trainers", (self.viewer,))

    @property
    def names_people(self) -> bool:
        """True where this viewer may see trainers by name."""
        return self.role == "lead"

    def check_project(self, project: str) -> None:
        """Raise ScopeError where `project` is outside the scope."""
        if self.projects is not None and project not in self.projects:
            raise ScopeError(f"Your role ({self.role}) does not include project {project!r}.")
