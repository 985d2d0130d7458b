"""The demo store, one server on it, one browser a colour scheme."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from tests.browser.harness import CHROMIUM_FLAGS, ROOT, WIDE, Server, Visit, chromium, new_visit

HERE = Path(__file__).parent
OpenVisit = Callable[..., Visit]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser tests in one process, so that there is one server and one browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh demo store, made as a newcomer makes it."""
    store = tmp_path_factory.mktemp("browser") / "store"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLUMBLINE_")}
    command = [sys.executable, "-m", "analytics", "demo", "--store", str(store)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return store


@pytest.fixture(scope="session")
def server(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a running dashboard on the demo store."""
    one = Server(store=demo_store, log=tmp_path_factory.mktemp("server") / "server.log")
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return Playwright; skip where there is no Chromium (make test installs one)."""
    if chromium() is None:
        pytest.skip("no Chromium: run tests/browser/ensure_chromium.sh")
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def contexts(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, BrowserContext]]:
    """Return a browser with its own profile for light and for dark."""
    made = {
        scheme: playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp(f"profile-{scheme}"),
            executable_path=chromium(),
            args=CHROMIUM_FLAGS,
            headless=True,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            device_scale_factor=1,
            accept_downloads=True,
        )
        for scheme in ("light", "dark")
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def visit(contexts: dict[str, BrowserContext], server: Server) -> Iterator[OpenVisit]:
    """Return a function that opens a path; afterwards every window must have been without problems."""
    opened: list[Visit] = []

    def go(
        path: str = "/", *, scheme: str = "light", size: tuple[int, int] = WIDE, address: str | None = None
    ) -> Visit:
        one = new_visit(contexts[scheme], address or server.address, size)
        opened.append(one)
        one.open(path)
        return one

    yield go
    problems = [problem for one in opened for problem in one.problems]
    for one in opened:
        one.page.close()
    assert not problems, "\n".join(problems)
