"""Errors a person can act on: subject, rule, what was got, what to do."""

from __future__ import annotations

from collections.abc import Iterable


class PlumblineError(Exception):
    """Base of every deliberate error. Its text is fit for a page or a terminal."""


class ScaleError(PlumblineError):
    """A scale is declared in a way that cannot be used."""


class IngestError(PlumblineError):
    """A file cannot be read as a judgment log. The store is left as it was."""


class StoreError(PlumblineError):
    """A store cannot be opened or written."""


class SettingsError(PlumblineError):
    """The settings file or a setting in the environment cannot be used."""


class ScopeError(PlumblineError):
    """The viewer asked for something outside their scope."""


class FilterError(PlumblineError):
    """A filter names something that cannot be filtered by."""


def listed(values: Iterable[object], most: int = 5) -> str:
    """Return at most `most` values, quoted and comma-separated, then how many more there are."""
    shown = [repr(str(v)) for v in values]
    text = ", ".join(shown[:most])
    return text if len(shown) <= most else f"{text} and {len(shown) - most} more"
