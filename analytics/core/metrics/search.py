"""Finding a number by what people call it."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.core.metrics.metric import Metric

SUBJECTS: dict[str, str] = {
    "agreement": "Agreement",
    "trainers": "Trainers",
    "hotspots": "Hotspots and groups",
    "preferences": "Preferences",
    "data": "Data",
}
"""Chapters of the Methods page in their order."""


def chapters(metrics: Iterable[Metric]) -> dict[str, tuple[Metric, ...]]:
    """Return metrics by the title of their chapter, in the order of `SUBJECTS`; unknown subjects come last."""
    held: dict[str, list[Metric]] = {}
    for entry in metrics:
        held.setdefault(entry.subject, []).append(entry)
    order = [*SUBJECTS, *sorted(set(held) - set(SUBJECTS))]
    return {SUBJECTS.get(s, s.capitalize()): tuple(held[s]) for s in order if s in held}


def matching(metrics: Iterable[Metric], text: str) -> tuple[Metric, ...]:
    """Return metrics that hold every word of `text`, those that are called so first.

    Exact key or title, then title, then key, then explanation; within each in the order given. No text matches nothing.
    """
    wanted = text.casefold().split()
    if not wanted:
        return ()
    whole = " ".join(wanted)
    ranked: list[tuple[int, Metric]] = []
    for entry in metrics:
        title, name = entry.title.casefold(), entry.name.casefold()
        spoken = name.replace("_", " ")
        if whole in (name, spoken, title):
            ranked.append((0, entry))
        elif all(word in title for word in wanted):
            ranked.append((1, entry))
        elif all(word in f"{title} {name} {spoken}" for word in wanted):
            ranked.append((2, entry))
        elif all(word in f"{title} {spoken} {entry.plain} {entry.source}".casefold() for word in wanted):
            ranked.append((3, entry))
    return tuple(entry for _, entry in sorted(ranked, key=lambda r: r[0]))
