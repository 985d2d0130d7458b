"""The invented texts of the simulated log: topics, voices, languages, reasons, from TOML files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from analytics.demo.programme import GENERAL, HEALTH, SAFETY

_FILES = {GENERAL: "general_assistant.toml", HEALTH: "health_legal.toml", SAFETY: "safety_policy.toml"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """One topic of one project: its texts, its rule, and how its items tend to be judged.

    Attributes
    ----------
    refuse, harm : tuple of float
        Shares of items whose true label is answer / partial / refuse, and ok / borderline / satire / harmful.
    flags, bias : dict
        Share of items that truly carry a flag.
    severe : float
        Share of items that are hard to read for the people who judge them.
    """

    project: str
    name: str
    domain: str
    section: str
    weight: float
    prompts: tuple[str, ...]
    subjects: tuple[str, ...]
    points: tuple[str, ...]
    sensitive: bool = False
    severe: float = 0.0
    refuse: tuple[float, ...] = ()
    harm: tuple[float, ...] = ()
    flags: dict[str, float] = field(default_factory=dict)
    bias: dict[str, float] = field(default_factory=dict)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("analytics.demo").joinpath(name).read_text(encoding="utf-8"))


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic of the programme, project by project."""
    found = []
    for project, name in _FILES.items():
        for entry in _read(name)["topic"]:
            fields: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
            }
            found.append(Topic(project=project, **fields))
    return tuple(found)


@cache
def phrases() -> dict[str, Any]:
    """Return how the response models speak and how trainers explain themselves."""
    return _read("phrases.toml")


@cache
def languages() -> dict[str, Any]:
    """Return prompts, limits and points by language code."""
    return _read("languages.toml")
