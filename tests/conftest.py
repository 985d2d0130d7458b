"""What tests of every folder share: the demo store, made once a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.core.settings import Settings
from analytics.demo import write_demo
from analytics.reports.importing import ingest
from analytics.store import Engine, open_store


@pytest.fixture(scope="session")
def demo_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return an engine on the demo log, planted truth beside it."""
    folder = tmp_path_factory.mktemp("demo")
    log = folder / "log"
    log.mkdir()
    write_demo(log)
    store = open_store(folder / "store", create=True)
    settings = Settings()
    ingest(store, [log], settings=settings)
    (Path(store.path) / "planted_truth.json").write_bytes((log / "planted_truth.json").read_bytes())
    return Engine(store, settings)
