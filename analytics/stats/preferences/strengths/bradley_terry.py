"""Bradley-Terry strengths: one number an object, differences of which are log odds of winning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special
from scipy.sparse import csr_array

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.strengths.clustered_variance import (
    ClusterTable,
    clustered_covariance,
    tabled_covariance,
)
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.connectivity import Connectivity, connectivity
from analytics.stats.trainers.trainer_estimates import freeze

Ties = Literal["half", "drop"]
MAXIMUM_STEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True, kw_only=True, slots=True)
class Strengths:
    """Fitted log strengths of N objects.

    Attributes
    ----------
    log_strength : float array (N,)
        Mean 0 within each group; nan for an object that shares a group with no other.
    covariance : float array (N, N)
        Of `log_strength`; only differences within a group have a variance. nan rows where there is no strength.
    group : int array (N,)
        Objects with the same number share a scale.
    connectivity : Connectivity
        What the comparisons alone join; differs from `group` where a prior joins the rest.
    undefined : str or None
        Why no single scale exists, in words fit for a page; None where all objects are one group.
    model : str
        "bradley-terry", "davidson" or "crowd-bt".
    ties : str
        What was done with ties.
    variance_method : str
        "model", "clustered" or "two-way clustered".
    log_likelihood, deviance : float
        At the maximum; deviance against one free probability a pair. nan where the model has none.
    df : int
        Pairs that met less free strengths.
    n_judgments, n_used : int
        Judgments given; judgments within groups (the others say nothing about a finite strength).
    converged : bool
    n_steps : int
    """

    log_strength: FloatArray
    covariance: FloatArray
    group: IntArray
    connectivity: Connectivity
    undefined: str | None
    model: str
    ties: str
    variance_method: str
    log_likelihood: float
    deviance: float
    df: int
    n_judgments: int
    n_used: int
    converged: bool
    n_steps: int

    def __post_init__(self) -> None:
        freeze(self)

    def against(self, reference: int) -> tuple[FloatArray, FloatArray]:
        """Return (difference, standard error), each (N,), of every object's log strength from that of one.

        nan for objects of another group than the reference.
        """
        v = self.covariance
        variance = np.diag(v) + v[reference, reference] - 2 * v[:, reference]
        same = self.group == self.group[reference]
        difference = np.where(same, self.log_strength - self.log_strength[reference], np.nan)
        return difference, np.where(same, np.sqrt(np.maximum(variance, 0.0)), np.nan)

    def win_probabilities(self) -> FloatArray:
        """Return (N, N): chance that the row beats the column; nan across groups and on the diagonal."""
        same = self.group[:, None] == self.group[None, :]
        p = special.expit(self.log_strength[:, None] - self.log_strength[None, :])
        return np.where(same & ~np.eye(same.shape[0], dtype=bool), p, np.nan)


def bradley_terry(
    comparisons: Comparisons,
    *,
    ties: Ties,
    clusters: Sequence[IntArray] = (),
    tables: Sequence[ClusterTable] = (),
    virtual: float = 0.0,
) -> Strengths:
    """Fit P(i beats j) = e^(s_i) / (e^(s_i) + e^(s_j)) by maximum likelihood.

    Newton steps on the concave log-likelihood, within each strongly connected group of objects; between groups no
    finite strength exists and none is made up.

    Parameters
    ----------
    comparisons : Comparisons
        Rows of counts; one row a judgment (or a cell of the clusters) where `clusters` are given.
    ties : {"half", "drop"}
        "half": a tie counts half a win for each. "drop": ties are left out.
    clusters : none, one or two int arrays (C,)
        Cluster code of each row, e.g. item and trainer, or the ranking a pair came from.
    tables : none, one or two ClusterTable
        The same, already counted, in place of `clusters`: for logs too long to hold judgment by judgment. With
        neither, the variance is the model's, which takes judgments for independent.
    virtual : float
        Wins and losses of every object against one more object of strength 0. Above 0 it puts all objects on one
        scale and draws them together, and strengths are against that object; 0 is maximum likelihood.

    Raises
    ------
    ValueError
        If `ties` is unknown, `virtual` is negative or the clusters do not match the rows.

    Notes
    -----
    Objects here should be systems that answer many prompts. Two answers to one prompt, compared only with each other,
    are a graph of two; their shares with a posterior say all there is.

    References
    ----------
    Bradley and Terry (1952), doi:10.2307/2334029; Hunter (2004), doi:10.1214/aos/1079120141.

    Examples
    --------
    >>> fit = bradley_terry(Comparisons.from_table([[0, 3], [1, 0]]), ties="drop")
    >>> round(float(fit.log_strength[0] - fit.log_strength[1]), 4)
    1.0986
    """
    if ties not in get_args(Ties):
        raise ValueError(f"ties must be one of {', '.join(map(repr, get_args(Ties)))}, got {ties!r}.")
    if virtual < 0:
        raise ValueError(f"virtual must not be negative, got {virtual}.")
    wins = comparisons.win_table(tie_share=0.5 if ties == "half" else 0.0)
    n = comparisons.n_objects
    graph = connectivity(wins)
    group = graph.group if virtual == 0 else np.zeros(n, dtype=np.int64)
    same = group[:, None] == group[None, :]
    alone = np.bincount(group, minlength=1)[group] < 2
    theta, converged, steps = _maximum(wins * same, group, virtual)
    total = (wins + wins.T) * same
    p = special.expit(theta[:, None] - theta[None, :])
    bread = centred_inverse(laplacian(total * p * (1 - p)), group, virtual_weight(theta, virtual))
    method = "model"
    covariance = bread
    half = 0.5 if ties == "half" else 0.0
    if len(clusters):
        covariance, method = clustered_covariance(bread, score_rows(comparisons, theta, same, half), clusters)
    elif len(tables):
        covariance, method = tabled_covariance(bread, lambda c: score_rows(c, theta, same, half), tables, comparisons)
    covariance = np.where(alone[:, None] | alone[None, :], np.nan, covariance)
    log_likelihood = float(np.nansum(special.xlogy(wins * same, p)))
    saturated = float(special.xlogy(wins * same, np.divide(wins, total, out=np.ones_like(wins), where=total > 0)).sum())
    inside = same[comparisons.first, comparisons.second]
    used = int(comparisons.n[inside].sum()) - (int(comparisons.ties[inside].sum()) if ties == "drop" else 0)
    return Strengths(
        log_strength=np.where(alone, np.nan, theta),
        covariance=covariance,
        group=group,
        connectivity=graph,
        undefined=graph.reason if virtual == 0 else None,
        model="bradley-terry",
        ties=ties,
        variance_method=method,
        log_likelihood=log_likelihood,
        deviance=2 * (saturated - log_likelihood),
        df=int((np.triu(total, 1) > 0).sum()) - (n - int(np.unique(group).size)),
        n_judgments=comparisons.n_judgments,
        n_used=used,
        converged=converged,
        n_steps=steps,
    )


def _maximum(wins: FloatArray, group: IntArray, virtual: float) -> tuple[FloatArray, bool, int]:
    """Return (theta, converged, steps): damped Newton on sum w log sigma, mean 0 in each group."""
    n = wins.shape[0]
    theta = np.zeros(n)
    total = wins + wins.T
    scale = max(1.0, float(wins.sum()))

    def value(t: FloatArray) -> float:
        p = special.log_expit(t[:, None] - t[None, :])
        return float((wins * p).sum() + virtual * (special.log_expit(t) + special.log_expit(-t)).sum())

    best = value(theta)
    for step in range(1, MAXIMUM_STEPS + 1):
        p = special.expit(theta[:, None] - theta[None, :])
        gradient = (wins - total * p).sum(axis=1) + virtual * (1 - 2 * special.expit(theta))
        if float(np.abs(gradient).max(initial=0.0)) <= TOLERANCE * scale:
            return theta, True, step - 1
        move = centred_inverse(laplacian(total * p * (1 - p)), group, virtual_weight(theta, virtual)) @ gradient
        size = 1.0
        while size > 1e-8 and value(theta + size * move) < best:
            size /= 2
        if size <= 1e-8:
            return theta, float(np.abs(gradient).max()) <= 1e-6 * scale, step
        theta = theta + size * move
        best = value(theta)
    return theta, False, MAXIMUM_STEPS


def virtual_weight(theta: FloatArray, virtual: float) -> FloatArray:
    """Return (N,): information each object gets from its virtual win and loss."""
    p = special.expit(theta)
    weight: FloatArray = 2 * virtual * p * (1 - p)
    return weight


def laplacian(weight: FloatArray) -> FloatArray:
    """Return the graph Laplacian (N, N) of symmetric weights: the information about strengths."""
    w = weight - np.diag(np.diag(weight))
    return np.diag(w.sum(axis=1)) - w


def centred_inverse(information: FloatArray, group: IntArray, extra: FloatArray) -> FloatArray:
    """Return the inverse of a Laplacian with `extra` on its diagonal; without extra, that with mean 0 in each group."""
    if float(extra.sum()) > 0:
        return np.asarray(np.linalg.inv(information + np.diag(extra)), dtype=np.float64)
    same = (group[:, None] == group[None, :]).astype(np.float64)
    share = same / np.maximum(same.sum(axis=1, keepdims=True), 1.0)
    scale = max(1.0, float(np.trace(information)) / max(1, information.shape[0]))
    return np.asarray(np.linalg.inv(information + scale * share) - share / scale, dtype=np.float64)


def score_rows(comparisons: Comparisons, theta: FloatArray, same: np.ndarray, tie_share: float) -> csr_array:
    """Return the gradient (C, N) of each row's log-likelihood in the strengths."""
    c = comparisons
    p = special.expit(theta[c.first] - theta[c.second])
    won = c.wins_first + tie_share * c.ties
    lost = c.wins_second + tie_share * c.ties
    pull = np.where(same[c.first, c.second], won - (won + lost) * p, 0.0)
    rows = np.arange(c.first.size)
    return csr_array(
        (np.concatenate([pull, -pull]), (np.concatenate([rows, rows]), np.concatenate([c.first, c.second]))),
        shape=(c.first.size, c.n_objects),
    )
