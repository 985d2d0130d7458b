"""How long a page takes to run again, warm, in process: what a person waits for after a click, without the network.

python -m tests.benchmarks.bench_pages STORE [--runs N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from analytics.ui.navigation import pages_for

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print a Markdown table: first run and median warm rerun of every page of every role, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    os.environ["PLUMBLINE_STORE"] = str(args.store.absolute())
    os.chdir(ROOT)
    print("| role | page | first ms | warm ms |\n|---|---|---|---|")
    for role in ("lead", "manager", "trainer"):
        for entry in pages_for(role):  # type: ignore[arg-type]
            app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
            app.query_params["role"] = role
            app.run()
            start = time.perf_counter()
            app.switch_page(f"pages/{entry.name}.py").run()
            first = time.perf_counter() - start
            warm = []
            for _ in range(args.runs):
                start = time.perf_counter()
                app.run()
                warm.append(time.perf_counter() - start)
            if app.exception:
                raise SystemExit(f"{entry.name} as {role}: {app.exception[0].message}")
            print(f"| {role} | {entry.name} | {1000 * first:.0f} | {1000 * statistics.median(warm):.0f} |", flush=True)


if __name__ == "__main__":
    main()
