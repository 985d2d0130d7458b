"""Judgments against a latent-truth model from which the judgment itself has been taken out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.dawid_skene import DawidSkene
from analytics.stats.trainers.peer_residuals import Residuals, net_of_shift, residuals_in_context
from analytics.stats.trainers.trainer_estimates import group_sums


def model_residuals(
    codes: JudgmentCodes,
    fit: DawidSkene,
    *,
    leave_out_items: npt.ArrayLike | None = None,
    shift: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
) -> Residuals:
    """Return each judgment's chance of being right by the model without it, against that of an average trainer.

    The posterior of the item without the judgment is posterior_k / confusion_j,k,x, normalised. Outcome: its entry at
    the label given; expectation: Σ_k posterior_k pooled_kk, then set right on average
    within tenths of itself and strata: models are too sure of themselves, and more so where items are hard.

    Parameters
    ----------
    codes : JudgmentCodes
        The judgments the model was fitted to, in the same order.
    fit : DawidSkene
        A fit that is defined.
    leave_out_items : bool array (N,) or None
        Items that must not count.
    shift : float array (M,) or None
        Scale steps to add to each trainer's labels before comparing.
    stratum : int array (N,) or None
        Group of items alike beforehand, codes 0..S-1.

    Raises
    ------
    ValueError
        If the model was not fitted, or to other judgments.
    """
    without = posterior_without_own(codes, fit)
    use = np.ones(codes.n_items, dtype=bool) if leave_out_items is None else ~np.asarray(leave_out_items, dtype=bool)
    usable = use[codes.item] & (codes.item_sizes[codes.item] >= 2)
    label = codes.label
    rows = np.arange(label.size)
    outcome = without[rows, label]
    if shift is not None:
        steps = np.asarray(shift, dtype=np.float64)[codes.trainer]
        outcome = net_of_shift(label, steps, codes.n_labels, lambda x: without[rows, x])
    groups = np.zeros(codes.n_items, dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    expected = _set_right(without @ np.diag(fit.pooled), outcome, usable, groups[codes.item])
    chance = (without * fit.prior).sum(axis=1)
    return residuals_in_context(
        codes,
        residual=np.where(usable, outcome - expected, 0.0),
        signal=np.maximum(expected - chance, 0.0),
        mean=expected,
        usable=usable,
        group=groups,
    )


def posterior_without_own(codes: JudgmentCodes, fit: DawidSkene) -> FloatArray:
    """Return (J, K): the posterior of each judgment's item with that judgment taken out.

    Raises
    ------
    ValueError
        If the model was not fitted, or to other judgments.
    """
    if fit.undefined is not None:
        raise ValueError(f"fit must be defined, got a model without values: {fit.undefined}.")
    if fit.posterior.shape != (codes.n_items, codes.n_labels) or fit.confusion.shape[0] != codes.n_trainers:
        raise ValueError("fit must belong to these judgments; items, trainers or labels differ in number.")
    given = fit.confusion[codes.trainer, :, codes.label]
    posterior = fit.posterior[codes.item]
    without = np.where(given > 0, posterior / np.where(given > 0, given, 1.0), 0.0)
    return np.asarray(without / without.sum(axis=1, keepdims=True))


def _set_right(expected: FloatArray, outcome: FloatArray, usable: npt.NDArray[np.bool_], group: IntArray) -> FloatArray:
    """(J,): the mean outcome of judgments with nearly the same expectation in the same group; 20 judgments of prior."""
    if not usable.any():
        return expected
    tenth = np.searchsorted(np.quantile(expected[usable], np.linspace(0.0, 1.0, 11)[1:-1]), expected)
    cell = group * 10 + tenth
    length = int(cell.max()) + 1
    n, hits = group_sums(cell, usable, length), group_sums(cell, outcome * usable, length)
    return np.asarray((hits[cell] + 20.0 * expected) / (n[cell] + 20.0))
