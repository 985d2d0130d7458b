"""Where labels have nothing to do with the items: alpha must be about 0, and its interval must hold 0.

    python -m tests.studies.null_agreement --studies 1000

writes docs/studies/null_agreement.md, every cell. Two populations: all trainers draw labels from one distribution, or
each from their own (they lean, but not with the items); in both alpha is 0 in truth.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import numpy as np

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import patterns_from_codes

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "null_agreement.md"
ALPHA = ("krippendorff_alpha",)


def null_study(
    rng: np.random.Generator, n: int, m: int, shares: np.ndarray, lean: float, level: str
) -> tuple[float, float, float]:
    """Return alpha and its two-way interval of one study: n items, each by 3 of m trainers, labels by lot."""
    odds = shares * np.exp(rng.normal(0, lean, (m, shares.size)))
    upto = (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)
    who = np.argsort(rng.random((n, m)), axis=1)[:, :3]
    label = np.minimum((rng.random((n, 3, 1)) > upto[who]).sum(axis=2), shares.size - 1)
    patterns, trainers = patterns_from_codes(np.repeat(np.arange(n), 3), who.ravel(), label.ravel(), shares.size)
    (a,) = agreement_coefficients(patterns, level=level, trainer_patterns=trainers, names=ALPHA)
    return a.value, a.low, a.high


def main() -> None:
    """Simulate every cell and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    studies = parser.parse_args().studies
    lines = [
        "# Alpha where there is none",
        "",
        f"Made by `python -m tests.studies.null_agreement --studies {studies}`; do not edit. {studies:,} studies a",
        "cell, each item judged by 3 trainers, labels drawn by lot. *One pot*: trainers draw from one distribution;",
        "*own pots*: each from their own (log-odds shifted with standard deviation 1). Alpha is 0 in truth in all.",
        "",
        "To hold: mean alpha within .01 of 0 (one pot), and the 95 % interval leaves 0 out in at most 6 % of studies.",
        "",
        "| trainers draw from | level | labels | trainers | items | mean alpha | 0 left out | undefined |",
        "|---|---|---|---|---|---|---|---|",
    ]
    pots = {"2, even": np.full(2, 0.5), "3, .8 .15 .05": np.array([0.8, 0.15, 0.05]), "5, even": np.full(5, 0.2)}
    worst_mean, worst_share = 0.0, 0.0
    cells = itertools.product(("one pot", "own pots"), pots, (5, 15, 60), (30, 100, 500))
    for number, (pot, name, m, n) in enumerate(cells):
        rng = np.random.default_rng([20260102, number])
        level = "ordinal" if name.startswith("3") else "nominal"
        found = np.array(
            [null_study(rng, n, m, pots[name], 1.0 if pot == "own pots" else 0.0, level) for _ in range(studies)]
        )
        value, low, high = found[np.isfinite(found[:, 0])].T
        share = float(((low > 0) | (high < 0)).mean())
        worst_share = max(worst_share, share)
        if pot == "one pot":
            worst_mean = max(worst_mean, abs(float(value.mean())))
        shown = (pot, level, name, m, n, f"{value.mean():+.4f}", f"{100 * share:.1f} %", studies - value.size)
        lines.append(f"| {' | '.join(map(str, shown))} |")
    lines += [
        "",
        f"Largest mean with one pot: {worst_mean:.4f}. Largest share that leaves 0 out: {100 * worst_share:.1f} %.",
        "With own pots and few trainers the mean lies below 0: judgments of one trainer are alike across items, so the",
        "few trainers at hand disagree more within items than their pooled labels do. The interval makes up for that.",
    ]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
