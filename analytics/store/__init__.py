"""Floor 1: the judgment store and the engine that questions it. The only place where SQL runs."""

from __future__ import annotations

from analytics.store.engine import Criterion, Engine
from analytics.store.store import Committed, Snapshot, Store, open_store

__all__ = ["Committed", "Criterion", "Engine", "Snapshot", "Store", "open_store"]
