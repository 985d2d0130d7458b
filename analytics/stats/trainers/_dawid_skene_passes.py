"""One EM pass of Dawid-Skene over all judgments: compiled, or in plain numpy as its oracle."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import group_sums

Engine = Literal["auto", "numba", "numpy"]
_WORTH_COMPILING = 20_000


class Pass(Protocol):
    """E step for all items, with the expected counts that the M step needs."""

    def __call__(
        self, prior: FloatArray, confusion: FloatArray, *, keep: bool
    ) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Return log-likelihood, expected counts (M, K, K) true x given, class totals (K,), posterior (N, K)."""


def pass_engine(codes: JudgmentCodes, engine: Engine) -> Pass:
    """Return the pass for these judgments; "auto" compiles where the log is large enough and numba is installed.

    Raises
    ------
    ValueError
        If the engine is unknown, or numba is asked for and not installed.
    """
    if engine not in ("auto", "numba", "numpy"):
        raise ValueError(f"engine must be one of 'auto', 'numba', 'numpy', got {engine!r}.")
    if engine == "numpy" or (engine == "auto" and codes.n_judgments < _WORTH_COMPILING):
        return _numpy_pass(codes)
    try:
        from analytics.stats.trainers._dawid_skene_kernels import pass_over_items
    except ImportError as missing:
        if engine == "numba":
            raise ValueError("engine must be 'numpy' or 'auto' where numba is not installed, got 'numba'.") from missing
        return _numpy_pass(codes)
    n, m, k = codes.n_items, codes.n_trainers, codes.n_labels
    start: IntArray = np.concatenate([[0], np.cumsum(codes.item_sizes)]).astype(np.int64)
    cell: IntArray = codes.trainer * k + codes.label
    counts, totals = np.zeros((m * k, k)), np.zeros(k)
    unused = np.empty((0, k))

    def run(
        prior: FloatArray, confusion: FloatArray, *, keep: bool
    ) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        posterior = np.empty((n, k)) if keep else unused
        with np.errstate(divide="ignore"):
            table = np.log(confusion).transpose(0, 2, 1).reshape(m * k, k)
            log_prior = np.log(prior)
        found = pass_over_items(start, cell, log_prior, np.ascontiguousarray(table), counts, totals, posterior, keep)
        return float(found), counts.reshape(m, k, k).transpose(0, 2, 1).copy(), totals.copy(), posterior

    return run


def _numpy_pass(codes: JudgmentCodes) -> Pass:
    k = codes.n_labels
    judged = np.flatnonzero(codes.item_sizes)
    starts = np.concatenate([[0], np.cumsum(codes.item_sizes[judged])[:-1]])

    def run(
        prior: FloatArray, confusion: FloatArray, *, keep: bool
    ) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        with np.errstate(divide="ignore"):
            table, log_prior = np.log(confusion), np.log(prior)
        score = np.tile(log_prior, (codes.n_items, 1))
        for true_label in range(k):
            terms = table[codes.trainer, true_label, codes.label]
            score[judged, true_label] += np.add.reduceat(terms, starts)
        top = score.max(axis=1, keepdims=True)
        weight = np.exp(score - top)
        total = weight.sum(axis=1, keepdims=True)
        posterior = weight / total
        counts, totals = counts_of(codes, posterior)
        return float((top + np.log(total))[judged].sum()), counts, totals, posterior

    return run


def counts_of(codes: JudgmentCodes, posterior: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return expected counts (M, K, K) true x given, and class totals (K,), under `posterior` (N, K)."""
    k, m = codes.n_labels, codes.n_trainers
    counts = np.empty((m, k, k))
    cell = codes.trainer * k + codes.label
    for true_label in range(k):
        weights = np.ascontiguousarray(posterior[:, true_label])[codes.item]
        counts[:, true_label, :] = group_sums(cell, weights, m * k).reshape(m, k)
    return counts, posterior[codes.item_sizes > 0].sum(axis=0)
