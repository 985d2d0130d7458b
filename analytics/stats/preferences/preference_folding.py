"""Counts of preferences with the arbitrary part of their names taken out."""

from __future__ import annotations

import numpy as np

from analytics.stats.counts.patterns import FloatArray, Patterns, TrainerPatterns


def folded(
    patterns: Patterns, trainers: TrainerPatterns | None, scores: FloatArray
) -> tuple[Patterns, TrainerPatterns | None]:
    """Return the same counts with A and B named so that the larger count vector stands first.

    Two logs that differ in the names of A and B alone fold into the same table, bit for bit. In items whose counts
    are their own mirror image A and B are interchangeable; their judgments all go to one of the two labels.
    """
    order = np.argsort(scores)
    mirror = np.empty(order.size, dtype=np.int64)
    mirror[order] = order[::-1]
    counts = patterns.counts
    mirrored = counts[:, mirror]
    difference = (counts - mirrored)[:, order]
    lead = np.argmax(difference != 0, axis=1) if difference.size else np.zeros(0, dtype=np.int64)
    sign = difference[np.arange(lead.size), lead]
    table = np.where((sign < 0)[:, None], mirrored, counts)
    rows, of_pattern = np.unique(table, axis=0, return_inverse=True)
    of_pattern = of_pattern.reshape(-1)
    multiplicity = np.zeros(rows.shape[0], dtype=np.int64)
    np.add.at(multiplicity, of_pattern, patterns.multiplicity)
    folded = Patterns(counts=rows, multiplicity=multiplicity)
    if trainers is None:
        return folded, None
    label, turn = trainers.label, sign[trainers.pattern]
    label = np.where(turn < 0, mirror[label], np.where(turn == 0, np.minimum(label, mirror[label]), label))
    k = counts.shape[1]
    key = (trainers.trainer * rows.shape[0] + of_pattern[trainers.pattern]) * k + label
    cells, at = np.unique(key, return_inverse=True)
    n = np.zeros(cells.size, dtype=np.int64)
    np.add.at(n, at.reshape(-1), trainers.n)
    rest, given = np.divmod(cells, k)
    who, row = np.divmod(rest, max(rows.shape[0], 1))
    return folded, TrainerPatterns(trainer=who, pattern=row, label=given, n=n, n_trainers=trainers.n_trainers)
