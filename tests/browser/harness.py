"""A real browser against a real server: what a page may not do is noticed here, whatever the test is about."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route, TimeoutError

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(__file__).parent / "pictures"
PATIENCE_MS = 90_000
WIDE, PHONE = (1440, 1000), (390, 844)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

KNOWN_CONSOLE = (
    re.compile(r"WARN Infinite extent for field"),  # Vega, for the sparkline of st.metric while it has no width yet
    re.compile(r"Failed to load resource: the server responded with a status of 404"),  # see KNOWN_MISSING
)
KNOWN_MISSING = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")
"""Streamlit's browser side tries these beside the page's own address first, on every page but the first."""

KNOWN_ACCESS = frozenset({"list", "listitem", "svg-img-alt"})
"""Streamlit's own navigation markup and the sparklines of st.metric; no app can mend them."""

KNOWN_SCROLLING = ".katex-display"
"""A drawn formula is a few px taller than its own box; that it is no wider is tested where there are formulas."""

READY = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  if (!app || app.getAttribute('data-test-script-state') !== 'notRunning') return false;
  if (document.querySelector('[data-testid=stSkeleton],[data-testid=stAppSkeleton],[data-stale=true]')) return false;
  if (!document.querySelector('[data-testid=stMain] h1')) return false;
  const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
  const frames = [...document.querySelectorAll('[data-testid=stDataFrame]')];
  const drawn = e => !e.checkVisibility() || e.querySelector('canvas'); // a closed expander draws its table when opened
  return charts.every(e => e.querySelector('.main-svg')) && frames.every(drawn);
}"""

CHART_TEXTS = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].map(chart => {
  const box = chart.getBoundingClientRect();
  const kinds = '.annotation-text, .xtick text, .ytick text, .g-xtitle text, .g-ytitle text';
  const texts = [...chart.querySelectorAll(kinds)]
    .filter(t => t.textContent.trim())
    .map(t => { const b = t.getBoundingClientRect();
      return {text: t.textContent, left: b.left, right: b.right, top: b.top, bottom: b.bottom}; });
  return {left: box.left, right: box.right, top: box.top, bottom: box.bottom, texts,
          marks: chart.querySelectorAll('.trace, .barlayer .point').length};
})"""


def chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    names = (os.environ.get("PLUMBLINE_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@dataclass
class Server:
    """One `streamlit run app.py` on a free port of the loopback interface, ended by its process id."""

    store: Path
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return the server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PLUMBLINE_", "STREAMLIT_"))}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment | {"PLUMBLINE_STORE": str(self.store)}, stdout=log, stderr=log
            )
        for _ in range(240):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
        raise RuntimeError(f"The server did not start: {self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """End the server's process and wait for it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=10)


@dataclass
class Visit:
    """One page in one browser window, and everything wrong that was noticed on it."""

    page: Page
    address: str
    problems: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Notice console errors, failed loads, crashes, and refuse every request that leaves this machine."""
        self.page.route("**/*", self._local_only)
        self.page.on("console", self._console)
        self.page.on("response", self._response)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))

    def _local_only(self, route: Route, request: Request) -> None:
        if request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"asked for {request.url}")
            route.abort()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(known.search(message.text) for known in KNOWN_CONSOLE):
            self.problems.append(f"console {message.type}: {message.text[:300]}")

    def _response(self, response: Response) -> None:
        path = response.url.split("?")[0]
        if response.status >= 400 and not KNOWN_MISSING.search(path):
            self.problems.append(f"status {response.status} for {path}")

    def open(self, path: str) -> None:
        """Go to a path of the server and wait until everything on it is drawn."""
        self.page.goto(self.address + path)
        self.wait()

    def wait(self) -> None:
        """Wait until the script has ended, charts and tables are drawn and fonts are there."""
        try:
            self.page.wait_for_function(READY, timeout=PATIENCE_MS)
            self.page.evaluate("() => document.fonts.ready")
            self.page.wait_for_timeout(250)
            self.page.wait_for_function(READY, timeout=PATIENCE_MS)
        except TimeoutError as error:
            shown = self.page.locator("body").inner_text()[:1000]
            raise AssertionError(f"The page was not drawn. It shows: {shown}. Noticed: {self.problems}") from error

    def grow(self, width: int) -> None:
        """Make the window as high as the page, so that a picture shows all of it."""
        height: int = self.page.evaluate(
            "() => Math.max(...['stMain', 'stSidebarContent'].map(i => document.querySelector(`[data-testid=${i}]`))"
            ".map(e => e ? e.scrollHeight : 0))"
        )
        self.page.set_viewport_size({"width": width, "height": max(height + 20, 400)})
        self.wait()

    def picture(self, name: str) -> Path:
        """Keep a picture of the window."""
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, animations="disabled")
        return path

    def title(self) -> str:
        """Return the page's heading."""
        return self.page.locator("[data-testid=stMain] h1").first.inner_text()

    def error_card(self) -> str:
        """Return the text of the card that stands for a failure, "" where there is none."""
        card = self.page.locator(".st-key-error_card, [data-testid=stException]")
        return card.first.inner_text() if card.count() else ""

    def overflow(self) -> int:
        """Return how many px the page is wider than its window."""
        width: int = self.page.evaluate(
            "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth; }"
        )
        return width

    def access_faults(self) -> list[str]:
        """Return what axe finds to keep out people who use a keyboard, a screen reader or weak eyes."""
        self.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(
            "async () => (await axe.run()).violations"
            ".map(v => ({id: v.id, targets: v.nodes.map(n => n.target.join(' '))}))"
        )
        for fault in found:
            if fault["id"] == "scrollable-region-focusable":
                fault["targets"] = [one for one in fault["targets"] if not one.endswith(KNOWN_SCROLLING)]
        found = [fault for fault in found if fault["targets"] and fault["id"] not in KNOWN_ACCESS]
        return [f"{v['id']}: {', '.join(v['targets'][:3])}" for v in found]

    def chart_faults(self) -> list[str]:
        """Return what a reader would stumble over in the charts: no marks, texts that overlap or are cut."""
        faults: list[str] = []
        for number, chart in enumerate(self.page.evaluate(CHART_TEXTS)):
            if not chart["marks"]:
                faults.append(f"chart {number} has no marks")
            faults += [f"chart {number}: {fault}" for fault in text_faults(chart)]
        return faults


def text_faults(chart: dict[str, Any]) -> list[str]:
    """Return which texts of a chart cover each other or leave the chart, each at most once.

    Two px are let go: glyph boxes are a little larger than glyphs.
    """
    faults = []
    texts = chart["texts"]
    for k, one in enumerate(texts):
        if one["left"] < chart["left"] - 2 or one["right"] > chart["right"] + 2:
            faults.append(f"{one['text']!r} is cut at the side")
        if one["top"] < chart["top"] - 2 or one["bottom"] > chart["bottom"] + 2:
            faults.append(f"{one['text']!r} is cut at the top or bottom")
        for other in texts[:k]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            along = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            if across > 2 and along > 3:
                faults.append(f"{one['text']!r} covers {other['text']!r}")
                break
    return faults


def new_visit(context: BrowserContext, address: str, size: tuple[int, int]) -> Visit:
    """Open a window that is watched."""
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_default_timeout(PATIENCE_MS)
    visit = Visit(page=page, address=address)
    visit.watch()
    return visit
