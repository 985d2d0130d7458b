"""Filters: which judgments of those in scope a question is about."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.core.errors import FilterError


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """A selection of judgments. An empty tuple or None selects everything.

    Attributes
    ----------
    projects, criteria, trainers, teams, topics, languages, guideline_versions, batches : tuple of str
        Keep judgments whose value is among these.
    since, until : date or None
        Keep judgments made on or after `since` and on or before `until` (UTC days, both inclusive).
    """

    projects: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    trainers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    guideline_versions: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise FilterError(f"since must not be after until, got {self.since} and {self.until}.")

    def replace(self, **changes: Any) -> Filters:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the filters in force, JSON-ready; those that select everything are left out."""
        out: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value:
                out[field.name] = value.isoformat() if isinstance(value, date) else list(value)
        return out

    def to_arguments(self) -> list[str]:
        """Return the filters as command-line arguments, so that a page's number can be had from a terminal."""
        words: list[str] = []
        for name, option in OPTIONS.items():
            value = getattr(self, name)
            if isinstance(value, date):
                words += [option, value.isoformat()]
            elif value:
                for one in value:
                    words += [option, one]
        return words


OPTIONS: dict[str, str] = {
    "projects": "--project",
    "criteria": "--criterion",
    "since": "--since",
    "until": "--until",
    "trainers": "--trainer",
    "teams": "--team",
    "topics": "--topic",
    "languages": "--language",
    "guideline_versions": "--guideline-version",
    "batches": "--batch",
}
