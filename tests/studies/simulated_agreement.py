"""Simulated annotation studies with known agreement, for coverage and null studies and their short test versions.

An item has one of three true labels; a trainer labels it with a confusion of their own. In a homogeneous population all
trainers share one confusion matrix. In a strongly biased one each trainer leans: the log-odds of each label are shifted
by a normal draw of standard deviation 1, so that the share of a label differs between trainers by tens of percentage
points. Each item is judged by 2, 3 or 4 trainers drawn at random. Trainers are drawn anew in every study: the
truth is the coefficient for two random trainers and random items of the population.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.patterns import Patterns, TrainerPatterns, patterns_from_codes

EVEN = (1 / 3, 1 / 3, 1 / 3)
SKEWED = (0.85, 0.10, 0.05)
CONFUSION = np.array([[0.80, 0.12, 0.08], [0.10, 0.80, 0.10], [0.08, 0.12, 0.80]])
VALUES = np.array([1.0, 2.0, 3.0])


@dataclass(frozen=True, kw_only=True)
class Population:
    """Items with labels in shares `prior`, trainers whose log-odds lean with standard deviation `lean`."""

    prior: tuple[float, ...]
    lean: float

    def confusions(self, rng: np.random.Generator, m: int) -> np.ndarray:
        """Return (m, 3, 3): P(given | true) of m random trainers."""
        table = CONFUSION * np.exp(rng.normal(0, self.lean, (m, 1, 3)))
        return table / table.sum(axis=2, keepdims=True)

    def truth(self) -> dict[str, float]:
        """Return each coefficient for random items and two random trainers, from 400,000 trainers."""
        q = self.confusions(np.random.default_rng(1), 400_000 if self.lean else 1).mean(axis=0)
        p = np.array(self.prior)
        share = p @ q
        agreed = float((p[:, None] * q * q).sum())
        luck = float(share @ share)
        rank = np.cumsum(share) - share / 2
        gap = (rank[:, None] - rank[None, :]) ** 2
        pairs = np.einsum("t,tk,tc->kc", p, q, q)
        mean = q @ VALUES
        between = float(p @ mean**2 - (p @ mean) ** 2)
        whole = float(share @ VALUES**2 - (share @ VALUES) ** 2)
        ac = float((share * (1 - share)).sum()) / 2
        kappa = (agreed - luck) / (1 - luck)
        return {
            "percent_agreement": agreed,
            "krippendorff_alpha_nominal": kappa,
            "krippendorff_alpha": 1 - float((pairs * gap).sum()) / float(share @ gap @ share),
            "fleiss_kappa": kappa,
            "conger_kappa": kappa,
            "gwet_ac1": (agreed - ac) / (1 - ac),
            "icc_a1": between / whole,
        }

    def study(self, rng: np.random.Generator, n: int, m: int) -> tuple[Patterns, TrainerPatterns]:
        """Return one study of n items by m trainers."""
        confusion = self.confusions(rng, m)
        true = rng.choice(3, n, p=self.prior)
        size = rng.integers(2, 5, n)
        who = np.argsort(rng.random((n, m)), axis=1)[:, :4]
        used = np.arange(4) < size[:, None]
        upto = confusion[who, true[:, None]].cumsum(axis=2)
        label = np.minimum((rng.random((n, 4, 1)) > upto).sum(axis=2), 2)
        item = np.broadcast_to(np.arange(n)[:, None], who.shape)
        return patterns_from_codes(item[used], who[used], label[used], 3)


POPULATIONS = {
    (shape, lean): Population(prior=prior, lean=sd)
    for shape, prior in (("even", EVEN), ("skewed", SKEWED))
    for lean, sd in (("homogeneous", 0.0), ("strongly biased", 1.0))
}
