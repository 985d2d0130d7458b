"""The Trainers page on the demo and on a million judgments: seconds of the first view, of the whole, of each section.

    python -m tests.benchmarks.bench_trainers DEMO_STORE LOGS_FOLDER [--size 1M] [--out docs/studies]

DEMO_STORE is a store made by `python -m analytics demo`; LOGS_FOLDER holds (or gets) the simulated log of
`tests.benchmarks.logs`. Cold: every number is of the first call in the process that asks for it, the import of the
statistics apart. With --out a Markdown table is written there as bench_trainers.md.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.team_parts import PARTS
from analytics.reports.trainers import trainers_report
from analytics.store import Engine, open_store
from tests.benchmarks.logs import large_log


def timed(call: Callable[[], Any]) -> tuple[float, float, int]:
    """Return wall seconds, CPU seconds and the process's peak memory so far in MB."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return time.perf_counter() - wall, time.process_time() - cpu, peak


def rows(engine: Engine, log: str, one: Filters) -> list[tuple[str, str, float, float, int]]:
    """Return the times of everything the page asks for; models on the criterion that `one` chooses."""
    calls: dict[str, Callable[[], Any]] = {
        "first view": lambda: trainers_report(engine, Scope(), Filters(), complete=False),
        "everything, as --json": lambda: trainers_report(engine, Scope(), Filters()),
    }
    for part, report in PARTS.items():
        chosen = one if part == "models" else Filters()
        calls[f"section: {part}"] = lambda report=report, chosen=chosen: report(engine, Scope(), chosen)  # type: ignore[misc]
    return [(log, name, *timed(call)) for name, call in calls.items()]


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("demo", type=Path)
    parser.add_argument("logs", type=Path)
    parser.add_argument("--size", default="1M")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    settings = Settings(memory_limit="4GB")
    demo = Engine(open_store(given.demo), settings)
    large = Engine(large_log(given.logs, given.size), settings)
    chosen = Filters(projects=("general-assistant",), criteria=("factual_accuracy",))
    found = rows(demo, "demo", chosen) + rows(large, given.size, Filters())
    lines = [
        "# The Trainers page: how long it takes",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, 2 virtual cores shared with other work: read the "
        "CPU seconds. Demo: 60 000 judgments on 23 criteria; "
        f"{given.size}: one criterion, three to five judgments an item. Peak memory is the whole process so far.",
        "Made by `python -m tests.benchmarks.bench_trainers`.",
        "",
        "| log | what | wall s | CPU s | peak MB |",
        "|---|---|---:|---:|---:|",
        *(f"| {log} | {name} | {wall:.2f} | {cpu:.2f} | {peak} |" for log, name, wall, cpu, peak in found),
    ]
    text = "\n".join(lines) + "\n"
    if given.out:
        (given.out / "bench_trainers.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
