"""Labels put together: one flag against everything else, any flag against none."""

from __future__ import annotations

import numpy as np

from analytics.stats.counts.patterns import IntArray, Patterns, TrainerPatterns


def in_two_groups(
    patterns: Patterns, trainer_patterns: TrainerPatterns | None, group: IntArray
) -> tuple[Patterns, TrainerPatterns | None]:
    """Return the counts after labels were put together in two groups.

    Parameters
    ----------
    patterns, trainer_patterns : Patterns, TrainerPatterns or None
        Counts of K labels.
    group : int array (K,)
        0 or 1: what each label becomes.

    Raises
    ------
    ValueError
        If `group` does not hold 0 or 1 for each label.

    Examples
    --------
    >>> three = Patterns(counts=[[1, 1, 0], [1, 0, 1]], multiplicity=[2, 3])
    >>> found, _ = in_two_groups(three, None, np.array([0, 1, 1]))
    >>> found.counts.tolist(), found.multiplicity.tolist()
    ([[1, 1]], [5])
    """
    if group.shape != (patterns.n_labels,) or not np.isin(group, (0, 1)).all():
        raise ValueError(f"group must hold 0 or 1 for each of {patterns.n_labels} labels, got {group.tolist()}.")
    table = np.stack([1 - group, group], axis=1)
    rows, row_of = np.unique(patterns.counts @ table, axis=0, return_inverse=True)
    row_of = row_of.reshape(-1)
    multiplicity = np.zeros(len(rows), dtype=np.int64)
    np.add.at(multiplicity, row_of, patterns.multiplicity)
    merged = Patterns(counts=rows, multiplicity=multiplicity)
    if trainer_patterns is None:
        return merged, None
    t = trainer_patterns
    keys = (t.trainer * max(len(rows), 1) + row_of[t.pattern]) * 2 + group[t.label]
    used, place = np.unique(keys, return_inverse=True)
    n = np.zeros(used.size, dtype=np.int64)
    np.add.at(n, place.reshape(-1), t.n)
    rest, label = np.divmod(used, 2)
    trainer, pattern = np.divmod(rest, max(len(rows), 1))
    return merged, TrainerPatterns(trainer=trainer, pattern=pattern, label=label, n=n, n_trainers=t.n_trainers)
