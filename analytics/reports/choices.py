"""What the filters can choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.store import Engine


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """The values each filter may take within a scope; `trainers` as (id, name)."""

    snapshot_id: str
    projects: tuple[str, ...]
    criteria: tuple[str, ...]
    trainers: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    guideline_versions: tuple[str, ...]
    batches: tuple[str, ...]
    first_day: date | None
    last_day: date | None


def choices(engine: Engine, scope: Scope, filters: Filters = Filters()) -> Choices:  # noqa: B008  (frozen)
    """Return what can be chosen, within the projects that `filters` selects; other filters are ignored."""
    with engine.session(scope, Filters(projects=filters.projects)) as session:
        found: dict[str, list[tuple[str, str]]] = {}
        for kind, value, title in session.rows("choices"):
            found.setdefault(kind, []).append((value, title))
        first, last, _ = session.rows("first_last")[0]
        snapshot_id = session.snapshot.id
    with engine.session(scope, Filters()) as session:
        projects = tuple(sorted({c.project for c in session.criteria()}))

    def values(kind: str) -> tuple[str, ...]:
        return tuple(value for value, _ in found.get(kind, []))

    return Choices(
        snapshot_id=snapshot_id,
        projects=projects,
        criteria=values("criterion"),
        trainers=tuple(found.get("trainer", [])),
        teams=values("team"),
        topics=values("topic"),
        languages=values("language"),
        guideline_versions=values("guideline_version"),
        batches=values("batch"),
        first_day=first.date() if first else None,
        last_day=last.date() if last else None,
    )
