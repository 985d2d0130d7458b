"""The EM behind Crowd-BT: strengths, with the trainers' reliabilities integrated out on a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.preferences.strengths.bradley_terry import laplacian
from analytics.stats.preferences.strengths.comparisons import Comparisons

MAXIMUM_ROUNDS = 500
NEWTON_STEPS = 25
N_NODES = 32
PSEUDO_TRAINERS = 2.0
#: log(a - 1) and log(b - 1) of a fitted prior stay within these.
SHAPE_LIMITS = (-5.0, 5.0)
MOST_SHARE = 0.999
PRIOR_STEPS = 5
BLOCK = 100_000
"""Rows worked on at once."""

NODES: FloatArray = (np.arange(N_NODES) + 0.5) / N_NODES
LOGS: FloatArray = np.stack([np.log(NODES), np.log1p(-NODES)])
FINE: FloatArray = (np.arange(400) + 0.5) / 400
"""Nodes on which a fitted reliability is given out."""
#: Beta(9, 1) on the nodes.
_START: FloatArray = NODES**8 / (NODES**8).sum()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prior:
    """Distribution of reliability over trainers: a share of Beta(a, b), the rest anything from 0 to 1.

    Attributes
    ----------
    a, b : float
        At least 1.
    share : float
        Of trainers in the Beta part, in [0, 1].
    """

    a: float
    b: float
    share: float = 1.0

    def parts(self, nodes: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Return (log of the Beta part, log of the whole) on the nodes, each summing to 1."""
        x = NODES if nodes is None else nodes
        raw = (self.a - 1) * np.log(x) + (self.b - 1) * np.log1p(-x)
        log_beta = raw - float(special.logsumexp(raw))
        if self.share == 1.0:
            return log_beta, log_beta
        return log_beta, np.log(self.share * np.exp(log_beta) + (1 - self.share) / x.size)


class CrowdEm:
    """State of the EM: strengths theta (N,), prior (a, b), and the rows' fractional wins."""

    def __init__(
        self,
        c: Comparisons,
        who: IntArray,
        m: int,
        half: float,
        virtual: float,
        prior: tuple[float, float] | None,
    ) -> None:
        self.m, self.n = m, c.n_objects
        turned = c.first > c.second
        low, high = np.minimum(c.first, c.second), np.maximum(c.first, c.second)
        for_first, for_second = c.wins_first + half * c.ties, c.wins_second + half * c.ties
        keys, at = np.unique(np.stack([who, low, high], axis=1), axis=0, return_inverse=True)
        at = at.reshape(-1)
        self.who, self.first, self.second = keys[:, 0], keys[:, 1], keys[:, 2]
        self.won: FloatArray = np.bincount(at, np.where(turned, for_second, for_first), len(keys)).astype(np.float64)
        self.lost: FloatArray = np.bincount(at, np.where(turned, for_first, for_second), len(keys)).astype(np.float64)
        self.virtual, self.fit_prior = virtual, prior is None
        self.prior = Prior(a=9.0, b=1.0, share=0.9) if prior is None else Prior(a=prior[0], b=prior[1])
        self.theta: FloatArray = np.zeros(self.n)
        self.count: FloatArray = np.bincount(self.who, self.won + self.lost, m).astype(np.float64)

    def blocks(self, nodes: FloatArray = NODES) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
        """Yield rows with sigma(d) (C,) and the chance that the first is chosen at each node (C, G)."""
        for start in range(0, self.who.size, BLOCK):
            rows = slice(start, start + BLOCK)
            s = special.expit(self.theta[self.first[rows]] - self.theta[self.second[rows]])
            yield rows, s, np.outer(2 * s - 1, nodes) + (1 - s)[:, None]

    def posterior(self, nodes: FloatArray = NODES) -> tuple[FloatArray, float]:
        """Return (posterior of eta on the nodes (M, G), marginal log-likelihood)."""
        log_post = np.tile(self.prior.parts(nodes)[1], (self.m, 1))
        for rows, _, p in self.blocks(nodes):
            each = self.won[rows, None] * np.log(p) + self.lost[rows, None] * np.log1p(-p)
            here, start = np.unique(self.who[rows], return_index=True)
            log_post[here] += np.add.reduceat(each, start, axis=0)
        total = special.logsumexp(log_post, axis=1, keepdims=True)
        return np.exp(log_post - total), float(total.sum())

    def run(self, tolerance: float) -> tuple[list[float], bool]:
        """Iterate until the log-posterior per judgment rises by less than `tolerance`; return its trace and success."""
        self._strengths(self.won, self.lost)  # the first strengths trust everyone: plain Bradley-Terry
        trace: list[float] = []
        total = max(1.0, float(self.count.sum()))
        for _ in range(MAXIMUM_ROUNDS):
            post, marginal = self.posterior()
            trace.append(marginal + self._penalty())
            if len(trace) > 1 and trace[-1] - trace[-2] <= tolerance * total:
                return trace, True
            won, lost = np.zeros_like(self.won), np.zeros_like(self.lost)
            for rows, chance, p in self.blocks():
                weight = post[self.who[rows]] * NODES
                won[rows] = chance * (weight / p).sum(axis=1)
                lost[rows] = (1 - chance) * (weight / (1 - p)).sum(axis=1)
            followed_won, followed_lost = self.won * won, self.lost * lost
            self._strengths(followed_won + self.lost - followed_lost, followed_lost + self.won - followed_won)
            if self.fit_prior:
                self._fit_prior(post)
        return trace, False

    def _penalty(self) -> float:
        ridge = self.virtual * float((special.log_expit(self.theta) + special.log_expit(-self.theta)).sum())
        return ridge + (PSEUDO_TRAINERS * float(_START @ self.prior.parts()[1]) if self.fit_prior else 0.0)

    def _mass(self, post: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (trainers, trainers of the Beta part) at each node, pseudo-trainers included."""
        mass = post[self.count > 0].sum(axis=0) + PSEUDO_TRAINERS * _START
        log_beta, log_all = self.prior.parts()
        return mass, mass * np.exp(np.log(self.prior.share) + log_beta - log_all)

    def _fit_prior(self, post: FloatArray) -> None:
        """Maximise the expected log density of the trainers' eta, and of the pseudo-trainers, over (a, b, share)."""
        mass, beta = self._mass(post)
        weight = float(beta.sum())
        reached = np.array([beta @ LOGS[0], beta @ LOGS[1]])

        def loss(x: FloatArray) -> float:
            return weight * float(special.logsumexp(np.exp(x) @ LOGS)) - float(np.exp(x) @ reached)

        x = np.log(np.array([self.prior.a, self.prior.b]) - 1 + 1e-12).clip(*SHAPE_LIMITS)
        best = loss(x)
        for _ in range(PRIOR_STEPS):
            y = np.exp(x)
            q = special.softmax(y @ LOGS)
            mean = LOGS @ q
            gradient = y * (weight * mean - reached)
            curvature = weight * np.outer(y, y) * ((LOGS * q) @ LOGS.T - np.outer(mean, mean))
            move = np.linalg.solve(curvature + np.diag(np.maximum(gradient, 0.0) + 1e-9), -gradient)
            size = 1.0
            while size > 1e-6 and loss((x + size * move).clip(*SHAPE_LIMITS)) > best:
                size /= 2
            if size <= 1e-6:
                break
            x = (x + size * move).clip(*SHAPE_LIMITS)
            best = loss(x)
        a, b = 1 + np.exp(x)
        self.prior = Prior(a=float(a), b=float(b), share=min(weight / float(mass.sum()), MOST_SHARE))

    def _strengths(self, won: FloatArray, lost: FloatArray) -> None:
        """Maximise the weighted logistic log-likelihood with the virtual wins by damped Newton steps."""
        wins = np.zeros((self.n, self.n))
        np.add.at(wins, (self.first, self.second), won)
        np.add.at(wins, (self.second, self.first), lost)
        total = wins + wins.T

        def value(t: FloatArray) -> float:
            log_p = special.log_expit(t[:, None] - t[None, :])
            return float((wins * log_p).sum() + self.virtual * (special.log_expit(t) + special.log_expit(-t)).sum())

        best = value(self.theta)
        for _ in range(NEWTON_STEPS):
            p = special.expit(self.theta[:, None] - self.theta[None, :])
            v = special.expit(self.theta)
            gradient = (wins - total * p).sum(axis=1) + self.virtual * (1 - 2 * v)
            if float(np.abs(gradient).max(initial=0.0)) <= 1e-9 * max(1.0, float(wins.sum())):
                return
            hessian = laplacian(total * p * (1 - p)) + np.diag(2 * self.virtual * v * (1 - v))
            move, size = np.linalg.solve(hessian, gradient), 1.0
            while size > 1e-8 and value(self.theta + size * move) < best:
                size /= 2
            if size <= 1e-8:
                return
            self.theta = self.theta + size * move
            best = value(self.theta)

    def _gradient(self, x: FloatArray) -> FloatArray:
        """Return the log-posterior's gradient at (theta, log(a - 1), log(b - 1), logit share), by Fisher's identity."""
        keep = self.theta, self.prior
        a, b = float(np.exp(x[self.n])), float(np.exp(x[self.n + 1]))
        share = float(special.expit(x[self.n + 2])) if self.fit_prior else 1.0
        self.theta, self.prior = x[: self.n], Prior(a=1 + a, b=1 + b, share=share)
        post, _ = self.posterior()
        slope = np.zeros_like(self.won)
        for rows, s, p in self.blocks():
            pull = post[self.who[rows]] * (2 * NODES - 1) * (self.won[rows, None] / p - self.lost[rows, None] / (1 - p))
            slope[rows] = s * (1 - s) * pull.sum(axis=1)
        theta: FloatArray = np.bincount(self.first, weights=slope, minlength=self.n).astype(np.float64)
        theta = theta - np.bincount(self.second, weights=slope, minlength=self.n)
        theta = theta + self.virtual * (1 - 2 * special.expit(self.theta))
        mass, beta = self._mass(post)
        excess = beta - float(beta.sum()) * np.exp(self.prior.parts()[0])
        shape = [
            a * float(excess @ np.log(NODES)),
            b * float(excess @ np.log1p(-NODES)),
            float(beta.sum()) - share * float(mass.sum()),
        ]
        self.theta, self.prior = keep
        return np.concatenate([theta, shape])

    def covariance(self) -> FloatArray:
        """Return the covariance of centred strengths: inverse observed information, a fitted prior's part included."""
        p = self.prior
        shape = np.log(np.maximum([p.a - 1, p.b - 1], 1e-3))
        x = np.concatenate([self.theta, shape, [special.logit(min(p.share, MOST_SHARE))]])
        size = x.size
        information = np.zeros((size, size))
        for k in range(size):
            step = np.zeros(size)
            step[k] = 1e-4
            information[:, k] = (self._gradient(x - step) - self._gradient(x + step)) / 2e-4
        information = (information + information.T) / 2
        free = np.arange(size) < self.n
        if self.fit_prior:
            inside = np.append(np.abs(shape - np.mean(SHAPE_LIMITS)) < 0.999 * SHAPE_LIMITS[1], p.share < MOST_SHARE)
            free[self.n :] = inside & (np.diag(information)[self.n :] > 1e-6)
        inverse = np.linalg.pinv(information[np.ix_(free, free)], hermitian=True)[: self.n, : self.n]
        centre = np.eye(self.n) - 1.0 / max(1, self.n)
        return np.asarray(centre @ inverse @ centre, dtype=np.float64)
