"""Audit the gold: wrong, leaked or stale gold must not be held against trainers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.judgment_codes import code_array, float_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.multiple_testing import discoveries
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldAudit:
    """What N gold items look like from the answers they got.

    Attributes
    ----------
    n, correct : int array (N,)
        Judgments on the item, and those that matched its gold label.
    expected : float array (N,)
        Matches expected from the skill its trainers show on *other* gold items.
    p_failed_by_able : float array (N,)
        How often so few matches would come about by chance if the gold were right and of average difficulty; nan below
        two judgments.
    modal_label : int array (N,)
        The label most trainers gave, weighted by their skill elsewhere; -1 without judgments.
    modal_share : float array (N,)
        Its weighted share.
    suspected : bool array (N,)
        Gold that able trainers fail: false discovery at most `false_discovery` over the items, and another label leads.
    duration_ratio : float array (N,)
        Median time on the item over the median expected, nan where no times were given.
    leaked : bool array (N,)
        Almost always right (at least 95 %, eight judgments) and answered in under half the usual time.
    stale : bool array (N,)
        The matching share fell from early to late judgments (one-sided Fisher test, same false-discovery control).
    p_stale : float array (N,)
        p-value of that test; nan where no order was given or a half has fewer than three judgments.
    false_discovery : float
        The rate asked for.
    """

    n: IntArray
    correct: IntArray
    expected: FloatArray
    p_failed_by_able: FloatArray
    modal_label: IntArray
    modal_share: FloatArray
    suspected: npt.NDArray[np.bool_]
    duration_ratio: FloatArray
    leaked: npt.NDArray[np.bool_]
    stale: npt.NDArray[np.bool_]
    p_stale: FloatArray
    false_discovery: float

    def __post_init__(self) -> None:
        freeze(self)


def gold_audit(
    item: npt.ArrayLike,
    trainer: npt.ArrayLike,
    label: npt.ArrayLike,
    gold: npt.ArrayLike,
    *,
    n_trainers: int,
    n_labels: int,
    order: npt.ArrayLike | None = None,
    duration_s: npt.ArrayLike | None = None,
    false_discovery: float = 0.05,
) -> GoldAudit:
    """Return which gold items look wrong, leaked or stale.

    Wrong: trainer j's skill elsewhere is q_ij = (right on other gold items + team prior) / (others + prior); the number
    of matches on item i is compared with the Poisson-binomial of the q_ij (exactly, by convolution).

    Parameters
    ----------
    item, trainer, label : int array (J,)
        Codes of judgments on gold items, in any order.
    gold : int array (N,)
        Gold label code of each item.
    n_trainers, n_labels : int
        M and K.
    order : float array (J,) or None
        When the judgment was made, in any unit that grows.
    duration_s : float array (J,) or None
        Seconds spent; nan where unknown.
    false_discovery : float
        Share of false alarms among the items listed, in (0, 1).

    Notes
    -----
    The rate of false alarms holds where trainers err independently. An item that misleads everybody in the same way is
    listed too, however right its gold: it is a bad measure of trainers all the same, and worth a look.

    References
    ----------
    Benjamini and Hochberg (1995), JRSSB 57:289-300, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    truth = code_array("gold", gold, n_labels)
    n_items = truth.size
    items, who = code_array("item", item, n_items), code_array("trainer", trainer, n_trainers)
    given = code_array("label", label, n_labels)
    if not items.size == who.size == given.size:
        raise ValueError(
            f"item, trainer and label must have the same length, got {items.size}, {who.size} and {given.size}."
        )
    if not 0.0 < false_discovery < 1.0:
        raise ValueError(f"false_discovery must lie between 0 and 1, got {false_discovery}.")
    right = (given == truth[items]).astype(np.float64)
    n = np.bincount(items, minlength=n_items).astype(np.int64)
    correct = np.rint(group_sums(items, right, n_items)).astype(np.int64)
    skill = _skill_elsewhere(who, right, n_trainers)
    p_low = _poisson_binomial_low(items, skill, correct, n)
    weight = group_sums(items * n_labels + given, skill, n_items * n_labels)
    votes = weight.reshape(n_items, n_labels)
    total = votes.sum(axis=1)
    modal = np.where(n > 0, votes.argmax(axis=1), -1)
    times = None if duration_s is None else float_array("duration_s", duration_s, items.size)
    speed = _duration_ratio(items, who, times, n_items, n_trainers)
    p_stale = _p_stale(items, right, None if order is None else float_array("order", order, items.size), n_items)
    return GoldAudit(
        n=n,
        correct=correct,
        expected=group_sums(items, skill, n_items),
        p_failed_by_able=p_low,
        modal_label=modal,
        modal_share=ratio(votes.max(axis=1, initial=0.0), total),
        suspected=discoveries(p_low, level=false_discovery).rejected & (modal != truth),
        duration_ratio=speed,
        leaked=(n >= 8) & (ratio(correct, n) >= 0.95) & (speed < 0.5),
        stale=discoveries(p_stale, level=false_discovery).rejected,
        p_stale=p_stale,
        false_discovery=false_discovery,
    )


def _skill_elsewhere(who: IntArray, right: FloatArray, n_trainers: int) -> FloatArray:
    """(J,): each judgment's chance of being right, from the trainer's other gold judgments; prior worth four."""
    n = np.bincount(who, minlength=n_trainers)
    s = group_sums(who, right, n_trainers)
    team = (right.sum() + 1.0) / (right.size + 2.0)
    return np.asarray((s[who] - right + 4.0 * team) / (n[who] - 1.0 + 4.0))


def _poisson_binomial_low(items: IntArray, chance: FloatArray, correct: IntArray, n: IntArray) -> FloatArray:
    out = np.full(n.size, np.nan)
    for i, on_item in _groups(items):
        if n[i] < 2:
            continue
        pmf = np.ones(1)
        for q in chance[on_item]:
            pmf = np.convolve(pmf, (1.0 - q, q))
        out[i] = min(1.0, float(pmf[: correct[i] + 1].sum()))
    return out


def _duration_ratio(
    items: IntArray, who: IntArray, times: FloatArray | None, n_items: int, n_trainers: int
) -> FloatArray:
    out = np.full(n_items, np.nan)
    if times is None:
        return out
    known = np.isfinite(times) & (times > 0)
    if not known.any():
        return out
    logs = np.log(times[known])
    usual = np.zeros(n_trainers)
    for j, mine in _groups(who[known]):
        usual[j] = np.median(logs[mine])
    relative = logs - usual[who[known]]
    for i, on_item in _groups(items[known]):
        out[i] = float(np.exp(np.median(relative[on_item])))
    return out


def _p_stale(items: IntArray, right: FloatArray, order: FloatArray | None, n_items: int) -> FloatArray:
    out = np.full(n_items, np.nan)
    if order is None:
        return out
    for i, mine in _groups(items):
        if mine.size < 6:
            continue
        sequence = right[mine[np.argsort(order[mine], kind="stable")]]
        half = sequence.size // 2
        early, late = sequence[:half], sequence[half:]
        table = [[early.sum(), early.size - early.sum()], [late.sum(), late.size - late.sum()]]
        out[i] = float(stats.fisher_exact(np.rint(table).astype(int), alternative="greater").pvalue)
    return out


def _groups(codes: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Yield each code present with the positions that have it, in their order."""
    order = np.argsort(codes, kind="stable")
    present, starts = np.unique(codes[order], return_index=True)
    for code, positions in zip(present, np.split(order, starts[1:]), strict=True):
        yield int(code), positions
