"""How steeply choices follow ratings: an ordinal logit blind to names, in common and by trainer."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special, stats

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, group_sums, ratio, trainer_estimates

NEWTON_STEPS = 30
NO_SLOPE = "ratings and choices do not vary enough to fit a slope"


def _scores(x: FloatArray, y: IntArray, beta: float, tau: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log probability and its derivatives by eta = beta x and by tau, each (J,)."""
    eta = beta * x
    up, down = special.expit(eta - tau), special.expit(-eta - tau)
    tie = np.maximum(1 - up - down, 1e-300)
    log_p = np.where(y > 0, special.log_expit(eta - tau), np.where(y < 0, special.log_expit(-eta - tau), np.log(tie)))
    by_eta = np.where(y > 0, 1 - up, np.where(y < 0, down - 1, down - up))
    by_tau = np.where(y > 0, up - 1, np.where(y < 0, down - 1, (up * (1 - up) + down * (1 - down)) / tie))
    return log_p, by_eta, by_tau


def rating_slope(
    x: FloatArray, y: IntArray, item: IntArray, who: IntArray, n_trainers: int, confidence: float
) -> tuple[Estimate, float, TrainerEstimates]:
    """Fit P(B) = sigma(beta x - tau), P(A) = sigma(-beta x - tau), the rest ties.

    Parameters
    ----------
    x : float array (J,)
        Rating of B less that of A.
    y : int array (J,)
        Choice: -1 A, 0 tie, 1 B.
    item, who : int array (J,)
        Codes; the variance of beta is two-way clustered by them.
    n_trainers : int
        M.
    confidence : float
        Coverage.

    Returns
    -------
    Estimate, float, TrainerEstimates
        beta, tau, and each trainer's beta drawn towards the common one.
    """
    n = np.bincount(who, minlength=n_trainers).astype(np.int64)
    nothing = trainer_estimates(
        "rating_choice_slope", np.full(n_trainers, np.nan), n=n, confidence=confidence, reason=NO_SLOPE
    )
    none = Estimate(value=NAN, undefined=NO_SLOPE, confidence=confidence)
    towards, against = int((x * y > 0).sum()), int((x * y < 0).sum())
    if towards == 0 or against == 0:
        return none, NAN, nothing
    ties = bool((y == 0).any())

    def loss(p: FloatArray) -> tuple[float, FloatArray]:
        log_p, by_eta, by_tau = _scores(x, y, float(p[0]), float(p[1]))
        return -float(log_p.sum()), -np.array([by_eta @ x, by_tau.sum() if ties else 0.0])

    found = optimize.minimize(
        loss, np.array([0.5, 0.5 if ties else 0.0]), jac=True, method="L-BFGS-B",
        bounds=[(None, None), (1e-6, None) if ties else (0.0, 0.0)], options={"ftol": 1e-14, "gtol": 1e-8},
    )  # fmt: skip
    if not found.success:
        return none, NAN, nothing
    beta, tau = float(found.x[0]), float(found.x[1])
    _, by_eta, by_tau = _scores(x, y, beta, tau)
    size = 2 if ties else 1
    score = np.stack([by_eta * x, by_tau], axis=1)[:, :size]
    information = _information(x, y, beta, tau)[:size, :size]
    inverse = np.linalg.inv(information)
    variance = float(_two_way(score @ inverse, item, who)[0])
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    se = variance**0.5
    slope = Estimate(
        value=beta, low=beta - z * se, high=beta + z * se, se=se, confidence=confidence,
        interval_method="two-way clustered", n_judgments=int(x.size), n_items=int(np.unique(item).size),
        n_trainers=int(np.unique(who).size),
    )  # fmt: skip
    return slope, tau, _shrunken(x, y, who, beta, tau, n, confidence)


def _information(x: FloatArray, y: IntArray, beta: float, tau: float) -> FloatArray:
    step = 1e-5
    out = np.zeros((2, 2))
    for k, (b, t) in enumerate(((step, 0.0), (0.0, step))):
        high, low = _scores(x, y, beta + b, tau + t), _scores(x, y, beta - b, max(tau - t, 0.0))
        out[:, k] = -np.array([(high[1] - low[1]) @ x, (high[2] - low[2]).sum()]) / (2 * step)
    return (out + out.T) / 2


def _two_way(influence: FloatArray, item: IntArray, who: IntArray) -> FloatArray:
    """Return the two-way clustered variance of each column's sum, floored at the larger of the two ways."""
    ways = []
    for cluster in (item, who):
        _, at = np.unique(cluster, return_inverse=True)
        total = np.stack([np.bincount(at.reshape(-1), weights=c) for c in influence.T])
        g = total.shape[1]
        ways.append((total**2).sum(axis=1) * (g / (g - 1) if g > 1 else 1.0))
    larger = np.maximum(ways[0], ways[1])
    return np.asarray(np.maximum(larger, ways[0] + ways[1] - (influence**2).sum(axis=0)), dtype=np.float64)


def _shrunken(
    x: FloatArray, y: IntArray, who: IntArray, beta: float, tau: float, n: IntArray, confidence: float
) -> TrainerEstimates:
    """Each trainer's slope under a normal prior around the common one, its spread by DerSimonian and Laird."""
    m = n.size
    score, information = _by_trainer(x, y, who, np.full(m, beta), tau)
    known = information > 1e-9
    step = np.where(known, ratio(score, np.where(known, information, 0.0)), 0.0)
    spread = 0.0
    if known.sum() > 2:
        w = information[known]
        q = float((w * step[known] ** 2).sum())
        spread = max((q - (known.sum() - 1)) / float(w.sum() - (w**2).sum() / w.sum()), 0.0)
    slope, precision = np.full(m, beta), 1.0 / spread if spread > 0 else np.inf
    for _ in range(NEWTON_STEPS if spread > 0 else 0):
        score, information = _by_trainer(x, y, who, slope, tau)
        slope = slope + np.clip((score - precision * (slope - beta)) / (information + precision), -1.0, 1.0)
    return trainer_estimates(
        "rating_choice_slope",
        np.where(known, slope, np.nan),
        n=n,
        se=1.0 / np.sqrt(information + precision),
        confidence=confidence,
        interval_method="empirical Bayes",
        reason="no ratings that differ",
    )


def _by_trainer(
    x: FloatArray, y: IntArray, who: IntArray, slope: FloatArray, tau: float
) -> tuple[FloatArray, FloatArray]:
    """Return (score, information) of each trainer's slope, each (M,)."""
    each = slope[who]
    up, down = special.expit(each * x - tau), special.expit(-each * x - tau)
    by_eta = np.where(y > 0, 1 - up, np.where(y < 0, down - 1, down - up))
    bend = np.where(y > 0, up * (1 - up), np.where(y < 0, down * (1 - down), up * (1 - up) + down * (1 - down)))
    return group_sums(who, by_eta * x, slope.size), group_sums(who, bend * x * x, slope.size)
