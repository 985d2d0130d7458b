"""Random judgment tables for tests: gappy, with trainers who lean differently."""

from __future__ import annotations

import numpy as np

from analytics.stats.counts.patterns import Patterns, TrainerPatterns, patterns_from_codes


def random_table(
    rng: np.random.Generator, n: int, m: int, k: int, gaps: float = 0.3, signal: float = 0.6
) -> np.ndarray:
    """Return label codes (n, m), -1 for no judgment."""
    truth = rng.integers(0, k, n)
    labels = np.where(rng.random((n, m)) < signal, truth[:, None], rng.integers(0, k, (n, m)))
    labels[rng.random((n, m)) < gaps] = -1
    return labels


def counted(matrix: np.ndarray, k: int) -> tuple[Patterns, TrainerPatterns]:
    """Return the patterns of a table of label codes."""
    item, trainer = np.nonzero(matrix >= 0)
    return patterns_from_codes(item, trainer, matrix[item, trainer], k)
