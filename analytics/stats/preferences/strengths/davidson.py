"""Davidson's model: Bradley-Terry with ties, which are likelier between objects of like strength."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special
from scipy.sparse import csr_array

from analytics.core.results import NAN, Estimate
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.strengths.bradley_terry import MAXIMUM_STEPS, TOLERANCE, Strengths
from analytics.stats.preferences.strengths.clustered_variance import (
    ClusterTable,
    clustered_covariance,
    tabled_covariance,
)
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.connectivity import connectivity

NO_TIES = "there are no ties, so the tie parameter is 0: use Bradley-Terry"


@dataclass(frozen=True, kw_only=True, slots=True)
class DavidsonFit:
    """Strengths and how ready the judges are to call a tie.

    Attributes
    ----------
    strengths : Strengths
        Log strengths, mean 0.
    nu : Estimate
        Tie parameter: between equals a tie has probability nu / (2 + nu). Interval on the log scale.
    """

    strengths: Strengths
    nu: Estimate

    def probabilities(self) -> tuple[FloatArray, FloatArray]:
        """Return (win, tie), each (N, N): chance that the row beats, or ties with, the column; nan on the diagonal."""
        s = self.strengths.log_strength
        half = (s[:, None] - s[None, :]) / 2
        total = np.exp(half) + np.exp(-half) + self.nu.value
        diagonal = np.eye(s.size, dtype=bool)
        return np.where(diagonal, np.nan, np.exp(half) / total), np.where(diagonal, np.nan, self.nu.value / total)


def davidson(
    comparisons: Comparisons,
    *,
    clusters: Sequence[IntArray] = (),
    tables: Sequence[ClusterTable] = (),
    confidence: float = 0.95,
) -> DavidsonFit:
    """Fit Davidson's tie model by maximum likelihood.

    With pi = e^s::

        P(i beats j) = pi_i / D,  P(tie) = nu sqrt(pi_i pi_j) / D,  D = pi_i + pi_j + nu sqrt(pi_i pi_j)

    The log-likelihood is concave in (s, log nu); Newton steps. Whether a maximum exists at all is settled first by a
    linear programme.

    Parameters
    ----------
    comparisons : Comparisons
        Rows of counts; one row a judgment (or a cell of the clusters) where `clusters` are given.
    clusters : none, one or two int arrays (C,)
        Cluster code of each row.
    tables : none, one or two ClusterTable
        The same, already counted. With neither, the variance is the model's.
    confidence : float
        Coverage of the interval of nu, in (0, 1).

    References
    ----------
    Davidson (1970), doi:10.1080/01621459.1970.10481082.
    """
    n = comparisons.n_objects
    wins, ties = comparisons.win_table(), comparisons.tie_table().astype(np.float64)
    reason = _no_maximum(wins, ties)
    graph = connectivity(wins)
    if reason is not None:
        none = np.full(n, np.nan)
        empty = Strengths(
            log_strength=none, covariance=np.full((n, n), np.nan), group=np.zeros(n, dtype=np.int64),
            connectivity=graph, undefined=reason, model="davidson", ties="modelled", variance_method="none",
            log_likelihood=NAN, deviance=NAN, df=0, n_judgments=comparisons.n_judgments, n_used=0, converged=False,
            n_steps=0,
        )  # fmt: skip
        return DavidsonFit(strengths=empty, nu=Estimate(value=NAN, undefined=reason, confidence=confidence))
    x, converged, steps = _maximum(wins, ties)
    _, p_win, p_tie = _log_likelihood(x, wins, ties)
    bread = _inverse(_information(p_win, p_tie, wins + wins.T + ties))
    method = "model"
    covariance = bread
    if len(clusters):
        covariance, method = clustered_covariance(bread, _score_rows(comparisons, p_win, p_tie), clusters)
    elif len(tables):
        covariance, method = tabled_covariance(bread, lambda c: _score_rows(c, p_win, p_tie), tables, comparisons)
    log_likelihood = _log_likelihood(x, wins, ties)[0]
    total = wins + wins.T + ties
    share = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    saturated = float(special.xlogy(wins, wins * share).sum() + special.xlogy(ties, ties * share).sum() / 2)
    met = int((np.triu(total, 1) > 0).sum())
    se = float(np.sqrt(covariance[n, n]))
    z = float(-special.ndtri((1 - confidence) / 2))
    nu = float(np.exp(x[n]))
    strengths = Strengths(
        log_strength=x[:n], covariance=covariance[:n, :n], group=np.zeros(n, dtype=np.int64), connectivity=graph,
        undefined=None, model="davidson", ties="modelled", variance_method=method, log_likelihood=log_likelihood,
        deviance=2 * (saturated - log_likelihood), df=2 * met - n, n_judgments=comparisons.n_judgments,
        n_used=comparisons.n_judgments, converged=converged, n_steps=steps,
    )  # fmt: skip
    return DavidsonFit(
        strengths=strengths,
        nu=Estimate(
            value=nu, low=nu * float(np.exp(-z * se)), high=nu * float(np.exp(z * se)), se=nu * se,
            confidence=confidence, interval_method=f"{method}, log scale", n_judgments=comparisons.n_judgments,
        ),
    )  # fmt: skip


def _log_likelihood(x: FloatArray, wins: FloatArray, ties: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Return (log-likelihood, win probabilities (N, N), tie probabilities (N, N)) at x = (s, log nu)."""
    half = (x[:-1, None] - x[None, :-1]) / 2
    log_total = np.logaddexp(np.logaddexp(half, -half), x[-1])
    log_win, log_tie = half - log_total, x[-1] - log_total
    return float((wins * log_win).sum() + (ties * log_tie).sum() / 2), np.exp(log_win), np.exp(log_tie)


def _information(p_win: FloatArray, p_tie: FloatArray, total: FloatArray) -> FloatArray:
    """Return (N + 1, N + 1): minus the Hessian in (s, log nu)."""
    n = total.shape[0]
    spread = total * (p_win + p_win.T - (p_win - p_win.T) ** 2) / 4
    spread = spread - np.diag(np.diag(spread))
    info = np.zeros((n + 1, n + 1))
    info[:n, :n] = np.diag(spread.sum(axis=1)) - spread
    cross = -total * (p_win - p_win.T) / 2 * p_tie
    info[:n, n] = info[n, :n] = cross.sum(axis=1) - np.diag(cross)
    info[n, n] = float(np.triu(total * p_tie * (1 - p_tie), 1).sum())
    return info


def _inverse(info: FloatArray) -> FloatArray:
    """Return the inverse on the space where the strengths have mean 0."""
    n = info.shape[0] - 1
    bordered = info.copy()
    bordered[:n, :n] += 1.0 / n
    inverse = np.linalg.inv(bordered)
    centre = np.eye(n + 1)
    centre[:n, :n] -= 1.0 / n
    return np.asarray(centre @ inverse @ centre.T, dtype=np.float64)


def _maximum(wins: FloatArray, ties: FloatArray) -> tuple[FloatArray, bool, int]:
    n = wins.shape[0]
    x = np.zeros(n + 1)
    total = wins + wins.T + ties
    scale = max(1.0, float(total.sum()) / 2)
    for step in range(1, MAXIMUM_STEPS + 1):
        best, p_win, p_tie = _log_likelihood(x, wins, ties)
        pull = (wins - wins.T - total * (p_win - p_win.T)) / 2
        gradient = np.append((pull - np.diag(np.diag(pull))).sum(axis=1), np.triu(ties - total * p_tie, 1).sum())
        if float(np.abs(gradient).max()) <= TOLERANCE * scale:
            return x, True, step - 1
        move = _inverse(_information(p_win, p_tie, total)) @ gradient
        size = 1.0
        while size > 1e-8 and _log_likelihood(x + size * move, wins, ties)[0] < best:
            size /= 2
        if size <= 1e-8:
            return x, float(np.abs(gradient).max()) <= 1e-6 * scale, step
        x = x + size * move
    return x, False, MAXIMUM_STEPS


def _score_rows(c: Comparisons, p_win: FloatArray, p_tie: FloatArray) -> csr_array:
    n, rows = c.n.astype(np.float64), np.arange(c.first.size)
    expected = p_win[c.first, c.second] - p_win[c.second, c.first]
    pull = (c.wins_first - c.wins_second - n * expected) / 2
    tie = c.ties - n * p_tie[c.first, c.second]
    last = np.full(rows.size, c.n_objects)
    return csr_array(
        (np.concatenate([pull, -pull, tie]), (np.tile(rows, 3), np.concatenate([c.first, c.second, last]))),
        shape=(rows.size, c.n_objects + 1),
    )


def _no_maximum(wins: FloatArray, ties: FloatArray) -> str | None:
    """Return why the likelihood has no finite maximum, or None.

    There is none when moving the parameters in some direction never lowers and somewhere raises the likelihood: found
    by maximising the total gain over observed outcomes against each pair's other outcomes.
    """
    n = wins.shape[0]
    if float(ties.sum()) == 0.0:
        return NO_TIES
    graph = connectivity(wins + ties)
    if graph.n_met_groups > 1:
        return graph.reason
    rows = []
    for i, j in zip(*np.triu_indices(n, k=1), strict=True):
        outcomes = {"first": (0.5, -0.5, 0.0), "second": (-0.5, 0.5, 0.0), "tie": (0.0, 0.0, 1.0)}
        seen = {"first": wins[i, j], "second": wins[j, i], "tie": ties[i, j]}
        for one, count in seen.items():
            for other in outcomes:
                if count > 0 and other != one:
                    row = np.zeros(n + 1)
                    a, b = outcomes[one], outcomes[other]
                    row[i], row[j], row[n] = a[0] - b[0], a[1] - b[1], a[2] - b[2]
                    rows.append(row)
    gain = np.array(rows)
    best = optimize.linprog(-gain.sum(axis=0), A_ub=-gain, b_ub=np.zeros(len(rows)), bounds=[(-1, 1)] * (n + 1))
    if best.status == 0 and best.fun is not None and -best.fun <= 1e-9:
        return None
    return "the comparisons do not bound every strength: some differences were never contradicted by a win or a tie"
