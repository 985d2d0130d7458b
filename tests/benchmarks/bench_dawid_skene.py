"""Time Dawid-Skene on simulated logs: seconds to convergence after compilation, peak memory, accuracy.

Run from the repository root: `python -m tests.benchmarks.bench_dawid_skene [1000000 10000000] [--out FILE]`. Where
crowd-kit is installed it runs beside, on the same log up to two million judgments, to the same convergence: the
log-likelihood per judgment improves by less than 1e-7 in a step. All run on one thread; seconds are the processor's,
because other work on the machine does not change them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


TOLERANCE = 1e-7
HEAD = "| judgments | what | processor seconds | steps | accuracy | peak MB |"


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One fit: processor seconds, EM steps, share of items labelled right."""

    what: str
    judgments: int
    processor: float
    steps: int
    accuracy: float
    peak_mb: float

    def row(self) -> str:
        return (
            f"| {self.judgments:,} | {self.what} | {self.processor:.2f} | {self.steps} | "
            f"{self.accuracy:.4f} | {self.peak_mb:.0f} |"
        )


def timed(what: str, codes: JudgmentCodes, truth: np.ndarray, fit: Callable[[], tuple[np.ndarray, int]]) -> Timed:
    """Return the time of `fit`, which gives label codes (N,) and the number of steps."""
    processor = time.process_time()
    found, steps = fit()
    return Timed(
        what=what, judgments=codes.n_judgments,
        processor=time.process_time() - processor, steps=steps, accuracy=float((found == truth).mean()),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )  # fmt: skip


def ours(codes: JudgmentCodes, smoothing: float) -> tuple[np.ndarray, int]:
    fit = dawid_skene(codes, smoothing=smoothing, tolerance=TOLERANCE, engine="numba")
    if not fit.converged:
        raise RuntimeError(f"Dawid-Skene must converge to be timed, got {fit.n_iterations} steps without.")
    return fit.posterior.argmax(axis=1), fit.n_iterations


def peer(frame: Any, n_items: int) -> tuple[np.ndarray, int]:
    from crowdkit.aggregation import DawidSkene

    model = DawidSkene(n_iter=100, tol=TOLERANCE)
    labels = model.fit_predict(frame).reindex(range(n_items)).to_numpy()
    return labels, len(model.loss_history_)


def run(judgments: int, trainers: int) -> list[Timed]:
    """Return our fits, the majority vote, and crowd-kit's where it is there."""
    codes, truth = simulated_log(judgments, trainers)
    dawid_skene(simulated_log(40_000, 50)[0], engine="numba")
    rows = [
        timed("majority vote", codes, truth, lambda: (codes.item_counts.argmax(axis=1), 0)),
        timed("ours, maximum likelihood", codes, truth, lambda: ours(codes, 0.0)),
        timed("ours, as used (smoothed)", codes, truth, lambda: ours(codes, 5.0)),
    ]
    if importlib.util.find_spec("crowdkit") is not None and codes.n_judgments <= 2_000_000:
        import pandas as pd

        frame = pd.DataFrame({"task": codes.item, "worker": codes.trainer, "label": codes.label})
        name = f"crowd-kit {importlib.metadata.version('crowd-kit')}"
        rows.append(timed(name, codes, truth, lambda: peer(frame, truth.size)))
    return rows


def document(rows: list[Timed], trainers: int) -> str:
    lines = [
        "# Dawid-Skene at 1 and 10 million judgments",
        "",
        f"Simulated logs: three to five judgments an item, {trainers} trainers with accuracies from Beta(8, 3),",
        f"five labels. All fits stop when the log-likelihood per judgment improves by less than {TOLERANCE:g} in a",
        "step. Ours are timed after compilation. Peak memory is of the whole process up to then, the log and",
        "earlier fits included. All run on one thread of 2 virtual cores with much other work beside: seconds are the",
        "processor's, not the clock's. Made by `python -m tests.benchmarks.bench_dawid_skene 1000000 10000000`, with",
        "crowd-kit in an environment of its own; it is no requirement of the project.",
        "",
        HEAD,
        "|---|---|---|---|---|---|",
        *(row.row() for row in rows),
        "",
    ]
    peers = [row for row in rows if row.what.startswith("crowd-kit")]
    for row in peers:
        same = next(r for r in rows if r.judgments == row.judgments and r.what == "ours, maximum likelihood")
        lines += [
            f"At {row.judgments:,} judgments {row.what} takes **{row.processor / same.processor:.0f} times** the "
            f"processor time of ours, at an accuracy of "
            f"{row.accuracy:.4f} against {same.accuracy:.4f}.",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Print the table, or write it to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("judgments", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--trainers", type=int, default=500)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows = [row for judgments in options.judgments for row in run(judgments, options.trainers)]
    text = document(rows, options.trainers)
    if options.out is None:
        print(text)
    else:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
