"""Patterns, coefficients and 1,000 bootstrap replicates on large logs, beside DuckDB's own scan of the same columns.

    python -m tests.benchmarks.bench_engine [100k] [1M] [10M] [--folder DIR] [--runs N]

Prints a Markdown table: median seconds over the runs, CPU seconds of all threads and their ratio to the scan (which
other work on the machine disturbs less), peak memory of the process that did it.
Every figure comes from a fresh process, so that peaks do not mix.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.agreement import SEED
from analytics.reports.counts import criterion_counts, unpacked
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns
from analytics.store import Engine
from analytics.store.engine import Session
from tests.benchmarks.logs import SIZES, large_log

ALPHAS = ("nominal", "ordinal", "interval")
WORK = ("scan", "patterns", "patterns + alphas + bootstrap", "two-way intervals", "all coefficients, two-way")


def scan(session: Session) -> None:
    """DuckDB's own scan of the three columns that counting reads."""
    session.rows("scan_three_columns")


def patterns_of(session: Session) -> Patterns:
    """Count the patterns of the one criterion, packed."""
    criterion = session.criteria()[0]
    rows = session.arrays("patterns_packed", criterion_code=criterion.code)
    counts = unpacked(rows["pattern"], rows["size"].astype(np.int64), len(criterion.dictionary))
    return Patterns(counts=counts, multiplicity=rows["n_items"].astype(np.int64))


def alphas_and_bootstrap(session: Session) -> None:
    """Three alphas and percent agreement, each with 1,000 bootstrap replicates."""
    patterns = patterns_of(session)
    for level in ALPHAS:
        agreement_coefficients(
            patterns,
            level=level,
            values=(1, 2, 3, 4, 5),
            names=("krippendorff_alpha", "percent_agreement") if level == "nominal" else ("krippendorff_alpha",),
            interval="bootstrap",
            replicates=1000,
            rng=np.random.default_rng(SEED),
        )


def two_way(session: Session) -> None:
    """Alpha with its two-way interval, which needs who judged."""
    for c in criterion_counts(session):
        agreement_coefficients(
            c.patterns,
            level=c.level,
            values=c.values,
            trainer_patterns=c.trainer_patterns,
            names=("krippendorff_alpha",),
        )


def everything(session: Session) -> None:
    """Every coefficient of the level with two-way intervals."""
    for c in criterion_counts(session):
        agreement_coefficients(c.patterns, level=c.level, values=c.values, trainer_patterns=c.trainer_patterns)


DO: dict[str, Callable[[Session], object]] = dict(
    zip(WORK, (scan, patterns_of, alphas_and_bootstrap, two_way, everything), strict=True)
)


def child(work: str, folder: Path, size: str, runs: int) -> None:
    """Do one piece of work `runs` times; print seconds and peak memory."""
    engine = Engine(large_log(folder, size), Settings(memory_limit="2GB"))
    seconds, cpu = [], []
    with engine.session(Scope(), Filters()) as session:
        DO[work](session)
        for _ in range(runs):
            start, busy = time.perf_counter(), time.process_time()
            DO[work](session)
            seconds.append(time.perf_counter() - start)
            cpu.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak}))


def main() -> None:
    """Run every piece of work in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["1M"], help=f"of {', '.join(SIZES)}")
    parser.add_argument("--folder", type=Path, default=Path("data/benchmarks"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", choices=WORK)
    args = parser.parse_args()
    if args.work:
        child(args.work, args.folder, args.sizes[0], args.runs)
        return
    args.folder.mkdir(parents=True, exist_ok=True)
    print("| judgments | work | median s | CPU s | CPU x scan | peak MB |\n|---|---|---|---|---|---|")
    for size in args.sizes:
        large_log(args.folder, size)
        base = 0.0
        for work in WORK:
            command = [sys.executable, "-m", "tests.benchmarks.bench_engine", size, "--work", work]
            command += ["--folder", str(args.folder), "--runs", str(args.runs)]
            done = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            median, cpu = statistics.median(done["seconds"]), statistics.median(done["cpu"])
            base = base or cpu
            print(
                f"| {size} | {work} | {median:.3f} | {cpu:.3f} | {cpu / base:.1f} | {done['peak_mb']:.0f} |", flush=True
            )


if __name__ == "__main__":
    main()
