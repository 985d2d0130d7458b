"""Coverage on populations that the interval was not tuned on: a rare flag, and a five-step scale with severity.

    python -m tests.studies.coverage_elsewhere --studies 500

writes docs/studies/coverage_elsewhere.md. The two constants of the two-way interval (see `uncertainty.trainer_spread`)
were set on the population of `simulated_agreement`; this is the check that they do not only fit that one.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, TrainerPatterns, patterns_from_codes

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "coverage_elsewhere.md"
NAMES = ("krippendorff_alpha_nominal", "krippendorff_alpha", "percent_agreement", "gwet_ac1")
STEPS = np.arange(5)
SCALE = np.exp(-0.9 * (STEPS[:, None] - STEPS[None, :]) ** 2.0)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Items with labels in shares `prior`, `size` judgments each; trainers shift log-odds by `lean`.

    With `severity` a trainer shifts along the scale, label k by k times one draw; else each label by its own draw.
    """

    words: str
    prior: tuple[float, ...]
    confusion: np.ndarray
    size: int
    severity: bool

    def confusions(self, rng: np.random.Generator, m: int, lean: float) -> np.ndarray:
        """Return (m, K, K): P(given | true) of m random trainers."""
        k = len(self.prior)
        shift = rng.normal(0, lean, (m, 1)) * np.arange(k) if self.severity else rng.normal(0, lean, (m, k))
        table = self.confusion * np.exp(shift[:, None, :])
        return table / table.sum(axis=2, keepdims=True)

    def truth(self, lean: float) -> dict[str, float]:
        """Return each coefficient for random items and two random trainers."""
        q = self.confusions(np.random.default_rng(1), 300_000 if lean else 1, lean).mean(axis=0)
        p = np.array(self.prior)
        share = p @ q
        agreed, luck = float((p[:, None] * q * q).sum()), float(share @ share)
        rank = np.cumsum(share) - share / 2
        gap = (rank[:, None] - rank[None, :]) ** 2
        pairs = np.einsum("t,tk,tc->kc", p, q, q)
        ac = float((share * (1 - share)).sum()) / (share.size - 1)
        return {
            "krippendorff_alpha_nominal": (agreed - luck) / (1 - luck),
            "krippendorff_alpha": 1 - float((pairs * gap).sum()) / float(share @ gap @ share),
            "percent_agreement": agreed,
            "gwet_ac1": (agreed - ac) / (1 - ac),
        }

    def study(self, rng: np.random.Generator, n: int, m: int, lean: float) -> tuple[Patterns, TrainerPatterns]:
        """Return one study of n items, `size` of m trainers drawn for each."""
        confusion, k = self.confusions(rng, m, lean), len(self.prior)
        true = rng.choice(k, n, p=self.prior)
        who = np.argsort(rng.random((n, m)), axis=1)[:, : self.size]
        upto = confusion[who, true[:, None]].cumsum(axis=2)
        label = np.minimum((rng.random((n, self.size, 1)) > upto).sum(axis=2), k - 1)
        return patterns_from_codes(np.repeat(np.arange(n), self.size), who.ravel(), label.ravel(), k)


PLACES = (
    Elsewhere(
        words="a flag on 10 % of items, 2 judgments",
        prior=(0.9, 0.1),
        confusion=np.array([[0.97, 0.03], [0.15, 0.85]]),
        size=2,
        severity=False,
    ),
    Elsewhere(
        words="a flag on 5 % of items, 3 judgments",
        prior=(0.95, 0.05),
        confusion=np.array([[0.97, 0.03], [0.15, 0.85]]),
        size=3,
        severity=False,
    ),
    Elsewhere(
        words="five steps, 2 judgments",
        prior=(0.1, 0.2, 0.3, 0.25, 0.15),
        confusion=SCALE / SCALE.sum(axis=1, keepdims=True),
        size=2,
        severity=True,
    ),
)


def main() -> None:
    """Simulate every cell and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=500)
    studies = parser.parse_args().studies
    lines = [
        "# Coverage of the 95 % interval, elsewhere",
        "",
        f"Made by `python -m tests.studies.coverage_elsewhere --studies {studies}`; do not edit. {studies:,} studies a",
        f"cell, standard error {100 * (0.05 * 0.95 / studies) ** 0.5:.1f} points. Nothing was tuned on these",
        "populations. Leaning trainers: log-odds shifted with standard deviation 1 (five steps: along the scale).",
        "",
        "| population | trainers are | trainers | items | " + " | ".join(NAMES) + " | undefined |",
        "|---" * (5 + len(NAMES)) + "|",
    ]
    worst = dict.fromkeys(NAMES, 1.0)
    for number, (place, lean, m, n) in enumerate(itertools.product(PLACES, (0.0, 1.0), (5, 15, 60), (30, 100))):
        rng, truth = np.random.default_rng([20260103, number]), place.truth(lean)
        hit: dict[str, list[bool]] = {name: [] for name in NAMES}
        undefined = 0
        for _ in range(studies):
            patterns, trainers = place.study(rng, n, m, lean)
            for c in agreement_coefficients(patterns, level="ordinal", trainer_patterns=trainers, names=NAMES):
                if c.undefined is None:
                    hit[c.name].append(c.low <= truth[c.name] <= c.high)
                elif c.name == "krippendorff_alpha":
                    undefined += 1
        shares = {name: float(np.mean(found)) for name, found in hit.items()}
        worst = {name: min(worst[name], share) for name, share in shares.items()}
        cell = [f"{100 * s:.1f}" for s in shares.values()]
        shown = [place.words, "leaning" if lean else "alike", str(m), str(n), *cell]
        lines.append(f"| {' | '.join(shown)} | {undefined} |")
    lines += ["", "Lowest: " + ", ".join(f"{name} {100 * share:.1f}" for name, share in worst.items()) + "."]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
