"""Time Dawid-Skene on a simulated log: seconds to convergence after compilation, peak memory, accuracy.

Run from the repository root: `python -m tests.benchmarks.bench_dawid_skene [--judgments 1_000_000] [--trainers 500]`.
Where crowd-kit is installed it runs beside, on the same log, up to two million judgments.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import sys
import time

import numpy as np

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.dawid_skene import dawid_skene


def simulated_log(judgments: int, trainers: int, labels: int = 5, seed: int = 1) -> tuple[JudgmentCodes, np.ndarray]:
    """Return codes and true labels: 3 to 5 judgments an item, accuracies from Beta(8, 3), errors towards neighbours."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 6, size=judgments // 4)
    item = np.repeat(np.arange(sizes.size), sizes)
    truth = rng.choice(labels, size=sizes.size, p=np.array([0.4, 0.25, 0.15, 0.12, 0.08])[:labels])
    trainer = rng.integers(0, trainers, size=item.size)
    skill = rng.beta(8, 3, size=trainers)
    right = rng.random(item.size) < skill[trainer]
    near = np.clip(truth[item] + rng.choice([-1, 1], size=item.size), 0, labels - 1)
    far = rng.integers(0, labels, size=item.size)
    wrong = np.where(rng.random(item.size) < 0.6, near, far)
    label = np.where(right, truth[item], wrong)
    codes = JudgmentCodes(
        item=item, trainer=trainer, label=label, n_items=sizes.size, n_trainers=trainers, n_labels=labels
    )
    return codes, truth


def run(judgments: int, trainers: int) -> None:
    """Print one line for our fit, one for the majority vote, and one for crowd-kit where it is there."""
    codes, truth = simulated_log(judgments, trainers)
    dawid_skene(simulated_log(40_000, 50)[0], engine="numba")
    started = time.perf_counter()
    found = dawid_skene(codes, engine="numba")
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    accuracy = float((found.posterior.argmax(axis=1) == truth).mean())
    majority = float((codes.item_counts.argmax(axis=1) == truth).mean())
    print(
        f"plumbline numba: J={codes.n_judgments:,} M={trainers} K=5: {seconds:.2f} s, {found.n_iterations} steps, "
        f"converged={found.converged}, accuracy {accuracy:.4f}, peak {peak:.0f} MB (whole process)"
    )
    print(f"majority vote accuracy {majority:.4f}")
    if importlib.util.find_spec("crowdkit") is None:
        print("crowd-kit is not installed: nothing to compare with")
        return
    if codes.n_judgments > 2_000_000:
        return
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    frame = pd.DataFrame({"task": codes.item, "worker": codes.trainer, "label": codes.label})
    started = time.perf_counter()
    peer = DawidSkene(n_iter=100, tol=1e-5).fit_predict(frame)
    seconds = time.perf_counter() - started
    accuracy = float((peer.reindex(range(truth.size)).to_numpy() == truth).mean())
    print(f"crowd-kit: {seconds:.2f} s, accuracy {accuracy:.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgments", type=int, default=1_000_000)
    parser.add_argument("--trainers", type=int, default=500)
    options = parser.parse_args(sys.argv[1:])
    run(options.judgments, options.trainers)
