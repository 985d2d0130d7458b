"""One engine a store, and reports kept per viewer's scope, filters and snapshot.

Streamlit leaves arguments whose name begins with an underscore out of a cache key. Here only the engine and the
function itself are such arguments, and both stand in the key by name; a scope never is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.store import Engine, open_store

P = ParamSpec("P")
R = TypeVar("R")
MOST_REPORTS = 400


@st.cache_resource(show_spinner="Opening the store")
def _engine(store: str, settings_json: str) -> Engine:
    return Engine(open_store(store), Settings.model_validate_json(settings_json))


def engine_of(settings: Settings) -> Engine:
    """Return the engine of the settings' store, the same for all sessions.

    Raises
    ------
    StoreError
        Where there is no store. Not cached: a store that appears later is found.
    """
    return _engine(str(Path(settings.store).absolute()), settings.model_dump_json())


@st.cache_data(max_entries=MOST_REPORTS, show_spinner=False)
def _report(
    function: str,
    store: str,
    snapshot_id: str,
    scope: Scope,
    filters: Filters,
    more: tuple[tuple[str, Any], ...],
    _call: Callable[..., Any],
    _engine: Engine,
) -> Any:
    return _call(_engine, scope, filters, **dict(more))


def cached_report(
    call: Callable[Concatenate[Engine, Scope, Filters, P], R],
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *args: P.args,
    **more: P.kwargs,
) -> R:
    """Return `call(engine, scope, filters, **more)`, computed once per snapshot, scope, filters and arguments."""
    if args:
        raise TypeError(f"{call.__name__} must get its further arguments by keyword, got {len(args)} by position.")
    name = f"{call.__module__}.{call.__qualname__}"
    key = tuple(sorted(more.items()))
    store = f"{engine.store.path}|{engine.settings.model_dump_json()}"
    return cast("R", _report(name, store, engine.snapshot_id, scope, filters, key, call, engine))
