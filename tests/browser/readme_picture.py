"""Take the pictures of README from a running dashboard: `python -m tests.browser.readme_picture [STORE]`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.harness import CHROMIUM_FLAGS, ROOT, Server, chromium, new_visit

SIZE = (1440, 1180)
TARGETS = {"light": ROOT / "docs" / "overview.png", "dark": ROOT / "docs" / "overview_dark.png"}


def main() -> None:
    """Make a demo store where none is named, serve it, and keep the Overview, light and dark."""
    with tempfile.TemporaryDirectory() as work:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(work) / "store"
        if not store.exists():
            subprocess.run([sys.executable, "-m", "analytics", "demo", "--store", str(store)], cwd=ROOT, check=True)
        server = Server(store=store, log=Path(work) / "server.log")
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                for scheme, target in TARGETS.items():
                    context = browser.new_context(
                        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
                    )
                    new_visit(context, server.address, SIZE).open("/")  # the first request warms the server
                    visit = new_visit(context, server.address, SIZE)
                    visit.open("/")
                    target.parent.mkdir(exist_ok=True)
                    visit.page.screenshot(path=target, animations="disabled")
                    context.close()
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
