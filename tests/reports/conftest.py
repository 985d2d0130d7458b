"""One store for all tests of the reports on agreement."""

from __future__ import annotations

import pytest

from analytics.store import Engine
from tests.reports.log import make_engine


@pytest.fixture(scope="session")
def log_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return an engine on the small log of tests/reports/log.py."""
    return make_engine(tmp_path_factory.mktemp("agreement-log"))
