"""Items, label pairs, slices and causes on large logs: seconds and peak memory of each part.

    python -m tests.benchmarks.bench_hotspots [1_000_000] [10_000_000] [--folder DIR]

Judgments of a simulated log with eight item attributes and four planted slices, 3 to 5 an item. Every part runs in the
same process after the log is made; the memory is the process's peak so far, the log itself included. With --folder a
Markdown table is written there as bench_hotspots.md.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analytics.core.scale import Scale
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import Patterns
from analytics.stats.hotspots.attributes import Attribute
from analytics.stats.hotspots.causes import causes
from analytics.stats.hotspots.item_disagreement import item_disagreement
from analytics.stats.hotspots.label_pairs import label_pairs
from analytics.stats.hotspots.part_excess import part_excesses
from analytics.stats.hotspots.slices import slices
from analytics.stats.inference.dirichlet_prior import dirichlet_prior

WIDTHS = (20, 10, 8, 6, 5, 5, 3, 2)
LABELS = ("1", "2", "3", "4", "5")


def large_log(judgments: int, trainers: int, seed: int = 1) -> tuple[JudgmentCodes, list[Attribute], int]:
    """Return codes, attributes and the number of planted slices: items noisier where two attributes meet."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 6, judgments // 4)
    n = sizes.size
    table = np.column_stack([rng.choice(w, n, p=rng.dirichlet(np.full(w, 5.0))) for w in WIDTHS])
    item = np.repeat(np.arange(n), sizes)
    truth = rng.integers(0, 5, n)
    noise = np.full(n, 0.15)
    planted = [(0, 3, 2, 1), (1, 4, 4, 2), (0, 7, 5, 0), (2, 5, 6, 1)]
    for f, v, g, w in planted:
        noise[(table[:, f] == v) & (table[:, g] == w)] = 0.45
    first = rng.integers(0, trainers, n)
    step = rng.integers(1, trainers // 6, n)
    place = np.arange(item.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    trainer = (first[item] + place * step[item]) % trainers  # distinct within an item
    label = np.where(rng.random(item.size) < noise[item], rng.integers(0, 5, item.size), truth[item])
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=5)
    attributes = [
        Attribute(name=f"a{f}", codes=table[:, f], values=tuple(f"v{v}" for v in range(w)))
        for f, w in enumerate(WIDTHS)
    ]
    return codes, attributes, len(planted)


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Return the processor's seconds, peak MB so far, and what the work gave."""
    started = time.process_time()
    found = work()
    return time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found


def run(judgments: int) -> list[str]:
    """Return one row of the table for each part."""
    trainers = 500 if judgments <= 2_000_000 else 2000
    codes, attributes, n_planted = large_log(judgments, trainers)
    nominal = 1 - np.eye(5)
    rows = []

    def patterns() -> Patterns:
        return Patterns.from_counts(codes.item_counts)

    seconds, memory, counted = timed(patterns)
    rows.append(("label counts to patterns", seconds, memory, f"{counted.n_patterns} patterns"))
    prior_seconds, _, prior = timed(lambda: dirichlet_prior(counted))
    seconds, memory, _ = timed(lambda: item_disagreement(counted, prior, n_draws=2000, rng=np.random.default_rng(0)))
    rows.append(("items: prior, disagreement, intervals", prior_seconds + seconds, memory, f"{codes.n_items:,} items"))
    scale = Scale(level="nominal", labels=LABELS)
    seconds, memory, pairs = timed(lambda: label_pairs(counted, scale, n_replicates=1000, rng=np.random.default_rng(0)))
    total = sum(p.alpha_gain.value for p in pairs.pairs)
    rows.append(
        (
            "label pairs, 1,000 replicates",
            seconds,
            memory,
            f"gains sum to 1 - alpha within {abs(total - 1 + pairs.alpha):.0e}",
        )
    )
    seconds, memory, found = timed(lambda: slices(codes, attributes, nominal, rng=np.random.default_rng(0)))
    names = ["; ".join(f"{a}={v}" for a, v in s.conditions) for s in found.slices]
    rows.append(("slices, 8 attributes, depth 3", seconds, memory, f"{len(names)} listed, {n_planted} planted"))
    seconds, memory, _ = timed(lambda: part_excesses(codes, attributes[0].codes, WIDTHS[0], nominal))
    rows.append(("20 parts tested", seconds, memory, ""))
    start = np.full((trainers, 5, 5), np.nan)
    seconds, memory, told = timed(
        lambda: causes(codes, start, context=attributes[1].codes, rng=np.random.default_rng(0))
    )
    rows.append(("causes, fitted to 10,000 items", seconds, memory, f"converged: {told.converged}"))
    for name, s, m, more in rows:
        print(f"{judgments:>12,}  {name:<42} {s:8.2f} s  {m:8.0f} MB  {more}", flush=True)
    return [f"| {codes.n_judgments:,} | {name} | {s:.2f} | {m:.0f} | {more} |" for name, s, m, more in rows]


def main() -> None:
    """Print the figures; with --folder write them as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    lines = [row for size in options.sizes for row in run(size)]
    if options.folder:
        head = [
            "# Hotspots on large logs",
            "",
            "Made by `python -m tests.benchmarks.bench_hotspots 1000000 10000000 --folder docs/studies`. One",
            f"process, numpy {np.__version__}, Python {platform.python_version()}, {platform.machine()}, two cores",
            "shared with other work, so the processor's seconds are the fair ones. Memory is the peak so far,",
            "the log included.",
            "",
            "| judgments | part | CPU seconds | peak MB | found |",
            "| --- | --- | --- | --- | --- |",
        ]
        (options.folder / "bench_hotspots.md").write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
