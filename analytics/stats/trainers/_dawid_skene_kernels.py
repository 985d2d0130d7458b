"""Compiled inner loops of Dawid-Skene; imported only where a fit is large enough to pay for compilation."""

from __future__ import annotations

import numba
import numpy as np

from analytics.stats.counts.patterns import FloatArray, IntArray


@numba.njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def pass_over_items(
    start: IntArray,
    cell: IntArray,
    log_prior: FloatArray,
    log_confusion: FloatArray,
    counts: FloatArray,
    marginal: FloatArray,
    posterior: FloatArray,
    keep: bool,
) -> float:
    """Run the E step of all items and add up the expected counts of the M step in the same pass.

    `start` (N + 1,) gives each item's slice of `cell` (J,), the index trainer * K + label. `log_confusion` and
    `counts` are (M * K, K): row = (trainer, label given), column = true label. `marginal` is (K,). Only with `keep`
    is `posterior` (N, K) written. Returns the log-likelihood.
    """
    n_labels = log_prior.shape[0]
    score = np.empty(n_labels)
    counts[:] = 0.0
    marginal[:] = 0.0
    log_likelihood = 0.0
    for i in range(start.shape[0] - 1):
        first, last = start[i], start[i + 1]
        if first == last and not keep:
            continue
        for k in range(n_labels):
            score[k] = log_prior[k]
        for j in range(first, last):
            row = cell[j]
            for k in range(n_labels):
                score[k] += log_confusion[row, k]
        top = score[0]
        for k in range(1, n_labels):
            top = max(top, score[k])
        total = 0.0
        for k in range(n_labels):
            score[k] = np.exp(score[k] - top)
            total += score[k]
        if first < last:
            log_likelihood += top + np.log(total)
        for k in range(n_labels):
            score[k] /= total
            if first < last:
                marginal[k] += score[k]
            if keep:
                posterior[i, k] = score[k]
        for j in range(first, last):
            row = cell[j]
            for k in range(n_labels):
                counts[row, k] += score[k]
    return log_likelihood
