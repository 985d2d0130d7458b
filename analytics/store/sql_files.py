"""SQL texts, one query a file, and what their headers promise."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(name: str) -> str:
    """Return the text of `analytics/store/sql/<name>.sql`."""
    return (files("analytics.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def reads_pool(name: str) -> bool:
    """True where the query reads the whole team's judgments and may therefore return aggregates alone.

    Such a query says `-- aggregate:` in its header and returns a column `n_trainers`; the engine removes rows that
    rest on fewer trainers than the privacy floor.
    """
    return any(line.startswith("-- aggregate:") for line in sql(name).splitlines())
