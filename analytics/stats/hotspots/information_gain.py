"""What another judgment would tell about an item, under a model in which every item has one true label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import entr

from analytics.stats.counts.patterns import FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgmentsToSettle:
    """How many more judgments an item would take until its label is sure enough.

    Attributes
    ----------
    expected : float array (N,)
        Mean number of further judgments, those of paths that reach `cap` counted as `cap`.
    unsettled : float array (N,)
        Probability that `cap` further judgments are not enough.
    sure : float
        Posterior probability that counts as settled.
    cap : int
        Further judgments at most.
    """

    expected: FloatArray
    unsettled: FloatArray
    sure: float
    cap: int


def entropy(posterior: npt.ArrayLike) -> FloatArray:
    """Return (N,) the entropy in nats of label probabilities (N, K): 0 where the label is certain."""
    return np.asarray(entr(_probabilities("posterior", posterior)).sum(axis=-1), dtype=np.float64)


def expected_information_gain(posterior: npt.ArrayLike, confusion: npt.ArrayLike) -> FloatArray:
    """Return (N,) the entropy, in nats, that one judgment of a trainer is expected to remove from each item.

    EIG = H(T) - sum_l P(l) H(T | l), with P(l) = sum_k T_k c_kl and T | l proportional to T_k c_kl: the mutual
    information of the true label and the answer. Never negative; 0 for an item that is certain and for a trainer whose
    answers do not depend on the truth.

    Parameters
    ----------
    posterior : float array (N, K)
        Probability of each true label, rows summing to 1.
    confusion : float array (K, K)
        Row k: how the trainer asked labels items whose true label is k, rows summing to 1. The pooled matrix stands for
        "any trainer".

    Raises
    ------
    ValueError
        If rows do not sum to 1 or shapes do not match.

    References
    ----------
    Lindley 1956, doi:10.1214/aoms/1177728069.
    """
    t, c = _pair(posterior, confusion)
    answers = t @ c
    noise = t @ entr(c).sum(axis=1)
    return np.asarray(np.maximum(entr(answers).sum(axis=1) - noise, 0.0), dtype=np.float64)


def expected_cost_reduction(posterior: npt.ArrayLike, confusion: npt.ArrayLike, cost: npt.ArrayLike) -> FloatArray:
    """Return (N,) by how much one more judgment is expected to lower the cost of the best decision.

    Before: min_a sum_k T_k cost_ka. After answer l the same with T | l; the difference is averaged over answers. Unlike
    the entropy it is 0 where no answer would change the decision.

    Parameters
    ----------
    posterior, confusion : array
        As for `expected_information_gain`.
    cost : float array (K, K)
        Cost of delivering label a (column) where k (row) is right.

    Raises
    ------
    ValueError
        If shapes do not match or rows do not sum to 1.
    """
    t, c = _pair(posterior, confusion)
    loss = np.asarray(cost, dtype=np.float64)
    if loss.shape != c.shape:
        raise ValueError(f"cost must have shape {c.shape}, got {loss.shape}.")
    now = (t @ loss).min(axis=1)
    later = np.zeros(t.shape[0])
    for label in range(c.shape[1]):
        later += ((t * c[:, label]) @ loss).min(axis=1)
    return np.asarray(np.maximum(now - later, 0.0), dtype=np.float64)


def judgments_to_settle(
    posterior: npt.ArrayLike,
    confusion: npt.ArrayLike,
    *,
    sure: float = 0.95,
    cap: int = 20,
    n_paths: int = 200,
    rng: np.random.Generator,
) -> JudgmentsToSettle:
    """Return how many further judgments each item takes until one label has posterior probability `sure`.

    Draws a true label from the posterior, then answers from the confusion matrix one after the other, and updates; the
    mean over `n_paths` such futures.

    Raises
    ------
    ValueError
        If `sure` is outside (0, 1), `cap` below 1, or the probabilities are not.
    """
    t, c = _pair(posterior, confusion)
    if not 0 < sure < 1:
        raise ValueError(f"sure must lie in (0, 1), got {sure}.")
    if cap < 1 or n_paths < 1:
        raise ValueError(f"cap and n_paths must be at least 1, got {cap} and {n_paths}.")
    expected, unsettled = np.zeros(t.shape[0]), np.zeros(t.shape[0])
    block = max(1, 2_000_000 // (n_paths * t.shape[1]))
    steps = np.cumsum(c, axis=1)
    for start in range(0, t.shape[0], block):
        belief = np.repeat(t[start : start + block], n_paths, axis=0)
        truth = _drawn(np.cumsum(belief, axis=1), rng)
        needed = np.zeros(belief.shape[0])
        open_paths = np.flatnonzero(belief.max(axis=1) < sure)
        for _ in range(cap):
            if not open_paths.size:
                break
            answer = _drawn(steps[truth[open_paths]], rng)
            belief[open_paths] *= c[:, answer].T
            belief[open_paths] /= belief[open_paths].sum(axis=1, keepdims=True)
            needed[open_paths] += 1
            open_paths = open_paths[belief[open_paths].max(axis=1) < sure]
        late = np.zeros(belief.shape[0])
        late[open_paths] = 1.0
        expected[start : start + block] = needed.reshape(-1, n_paths).mean(axis=1)
        unsettled[start : start + block] = late.reshape(-1, n_paths).mean(axis=1)
    return JudgmentsToSettle(expected=expected, unsettled=unsettled, sure=sure, cap=cap)


def _drawn(cumulated: FloatArray, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return (X,) one index a row of cumulated probabilities (X, K)."""
    u = rng.random((cumulated.shape[0], 1)) * cumulated[:, -1:]
    return np.asarray((u >= cumulated[:, :-1]).sum(axis=1), dtype=np.int64)


def _pair(posterior: npt.ArrayLike, confusion: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    t, c = _probabilities("posterior", posterior), _probabilities("confusion", confusion)
    if t.ndim != 2 or c.shape != (t.shape[1], t.shape[1]):
        raise ValueError(f"posterior must be (N, K) and confusion (K, K), got {t.shape} and {c.shape}.")
    return t, c


def _probabilities(name: str, values: npt.ArrayLike) -> FloatArray:
    p = np.asarray(values, dtype=np.float64)
    if p.size and (p.min() < 0 or np.abs(p.sum(axis=-1) - 1).max() > 1e-6):
        raise ValueError(f"{name} must hold probabilities whose rows sum to 1, got sums from {p.sum(axis=-1).min():g}.")
    return p
