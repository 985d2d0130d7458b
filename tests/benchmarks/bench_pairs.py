"""Time Cohen's kappa of all pairs of trainers: seconds after compilation, pairs, peak memory of the process.

Run from the repository root: `python -m tests.benchmarks.bench_pairs [--judgments 10_000_000] [--trainers 2000]`.
Up to two million judgments the plain numpy form runs beside, on the same log, and the two must agree.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from analytics.stats.agreement.pairwise_kappa import pairwise_kappas


def simulated_log(judgments: int, trainers: int, labels: int = 5, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Return item, trainer and label codes in queue order: 3 to 5 judgments an item, no trainer twice on one."""
    rng = np.random.default_rng(seed)
    size = rng.integers(3, 6, judgments // 4)
    item = np.repeat(np.arange(size.size), size)
    place = np.arange(item.size) - np.repeat(np.cumsum(size) - size, size)
    steps = [s for s in range(1, trainers) if all(k * s % trainers for k in (1, 2, 3, 4))]
    step = rng.choice(steps, size.size)
    trainer = (rng.integers(0, trainers, size.size)[item] + place * step[item]) % trainers
    truth = rng.integers(0, labels, size.size)
    label = np.where(rng.random(item.size) < 0.6, truth[item], rng.integers(0, labels, item.size))
    order = rng.permutation(item.size)
    return item[order], trainer[order], label[order]


def main() -> None:
    """Print one line a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgments", type=int, default=1_000_000)
    parser.add_argument("--trainers", type=int, default=500)
    asked = parser.parse_args()
    item, trainer, label = simulated_log(asked.judgments, asked.trainers)
    pairwise_kappas([0, 0], [0, 1], [0, 1], 5, engine="numba")
    started, cpu = time.perf_counter(), time.process_time()
    found = pairwise_kappas(item, trainer, label, 5, engine="numba")
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"J={item.size:,} M={asked.trainers:,}: {found.n.size:,} pairs, {found.n.sum():,} judgment pairs in "
        f"{seconds:.2f} s ({cpu:.2f} s CPU), mean kappa {found.mean_kappa():.6f}, peak {peak:.0f} MB (whole process)"
    )
    if item.size <= 2_000_000:
        started = time.perf_counter()
        plain = pairwise_kappas(item, trainer, label, 5, engine="numpy")
        apart = np.nanmax(np.abs(plain.kappa - found.kappa))
        print(f"numpy: {time.perf_counter() - started:.2f} s, largest difference {apart:.1e}")


if __name__ == "__main__":
    main()
