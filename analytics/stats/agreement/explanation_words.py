"""The sentences of the explanation, in words a QA lead can act on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.core.results import Coefficient, Estimate
from analytics.stats.agreement.trainer_leaning import TrainerLeaning
from analytics.stats.counts.patterns import FloatArray

EXCUSED: frozenset[str] = frozenset({"ranking", "interval", "ratio"})
"""Levels where rare labels and leaning are not looked for label by label."""
NEAR_MISSES = 0.10
"""By so much a coefficient that gives credit for coming near must exceed the one that does not, to be told."""

DISTANCES: dict[str, str] = {
    "ordinal": "counting the judgments that lie between two labels",
    "interval": "by the squared difference of the numbers",
    "ratio": "by the squared difference relative to the size",
    "set": "the fewer flags two sets share, the farther apart",
    "preference": "a tie halfway between the sides",
    "ranking": "by the pairs of answers in another order",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What the sentences are made of: label names, the coefficient, raw and corrected agreement, luck, label shares.

    `evened` is the intraclass correlation if every trainer scored at one level, nan where that is not the matter.
    """

    names: list[str]
    level: str
    raw: Estimate
    alpha: Estimate
    main: Coefficient
    luck: float
    share: FloatArray
    frequent: int
    rare: int
    evened: float

    def sentences(
        self,
        cause: str,
        n_rare: int,
        rare_agreement: Estimate | None,
        more: int | None,
        drawn: int | None,
        leaning: TrainerLeaning | None,
    ) -> tuple[str, ...]:
        """Return the sentences for a cause, in reading order."""
        if cause == "undefined":
            reason = str(self.main.undefined or self.alpha.undefined)
            if not self.raw.defined:
                return (f"Agreement cannot be measured: {reason}.",)
            agreed = _percent(self.raw.value)
            return (f"Trainers agree on {agreed} of pairs, but nothing can be said beyond luck: {reason}.",)
        said = self._opening()
        if cause.startswith("prevalence"):
            said += self._prevalence(n_rare, rare_agreement, more, drawn)
        if leaning is not None:
            said.append(self._leaning(leaning))
        said += self._closing(cause)
        return tuple(said)

    def _opening(self) -> list[str]:
        """Return what the coefficient itself says, in the terms of its level."""
        main, name = self.main, self.main.name
        if name == "rare_label_agreement":
            rare = self.names[self.rare]
            said = f"When one trainer says “{rare}”, another says so {_percent(main.value)} of the time."
            return [said, self._identical("Over all labels, trainers", f", which is an alpha of {self._of_alpha()}")]
        if name == "icc_a1":
            return self._spread()
        if name == "mean_tau_b":
            return [
                f"Of two answers, two trainers put about {_percent((1 + main.value) / 2)} in the same order, where "
                f"50 % would be luck: tau, {main.value:.2f}, is twice what lies above that half."
            ]
        if name == "kappa_symmetric":
            return [
                f"Trainers choose alike in {_percent(main.observed)} of pairs of judgments; by lot, with as many ties "
                f"and no side preferred, it would be {_percent(main.expected)}. Kappa, {main.value:.2f}, is how far "
                f"they get from luck to full agreement."
            ]
        if name in ("cohen_kappa", "conger_kappa"):
            return [
                f"Trainers agree on {_percent(main.observed)} of pairs; if each kept their own shares of labels but "
                f"shuffled them over the items, it would be {_percent(main.expected)}. Kappa, {main.value:.2f}, is how "
                f"far they get from luck to full agreement."
            ]
        if self.level == "nominal" or name == "krippendorff_alpha_nominal":
            return [
                f"Trainers agree on {_percent(self.raw.value)} of pairs; with the same labels shuffled over the items "
                f"it would be {_percent(self.luck)}. Alpha, {main.value:.2f}, is how far they get from luck to full "
                f"agreement."
            ]
        how = f" ({DISTANCES[self.level]})" if self.level in DISTANCES else ""
        apart = main.observed / main.expected
        return [
            f"On one item, two trainers are {_percent(apart)} as far apart as labels shuffled over the items would "
            f"be{how}. Alpha, {main.value:.2f}, is what is left to 100 %.",
            self._identical("They", ""),
        ]

    def _identical(self, who: str, ending: str) -> str:
        return (
            f"{who} give the identical label in {_percent(self.raw.value)} of pairs, where luck would be "
            f"{_percent(self.luck)}{ending}."
        )

    def _of_alpha(self) -> str:
        return f"{self.alpha.value:.2f}" if self.alpha.defined else "no defined value"

    def _spread(self) -> list[str]:
        value = self.main.value
        said = [
            f"{_percent(value)} of the spread of single judgments comes from the items; the rest from trainers who "
            f"score higher or lower than others, and from noise."
        ]
        if math.isfinite(self.evened):
            gain = self.evened - value
            said.append(
                f"If every trainer scored at one level it would be {_percent(self.evened)}: "
                + ("a matter of calibration." if gain >= NEAR_MISSES else "their levels are not what keeps it down.")
            )
        return said

    def _prevalence(
        self, n_rare: int, rare_agreement: Estimate | None, more: int | None, drawn: int | None
    ) -> list[str]:
        often = self.names[self.frequent]
        said = [
            f"“{often}” is {_percent(self.share[self.frequent])} of the labels, so agreeing by luck is already "
            f"{_percent(self.luck)}. Agreement beyond luck is low because {_number(n_rare, 'item')} with anything else "
            f"{'decides' if n_rare == 1 else 'decide'} it."
        ]
        if rare_agreement is not None and rare_agreement.defined:
            rare = self.names[self.rare]
            ends = ""
            if math.isfinite(rare_agreement.low):
                ends = f" (between {_percent(rare_agreement.low)} and {_percent(rare_agreement.high)})"
            if self.main.name != "rare_label_agreement":
                said.append(
                    f"When one trainer says “{rare}”, another says so {_percent(rare_agreement.value)} of the "
                    f"time{ends}."
                )
            if more:
                said.append(
                    f"To know within 10 points how often another says “{rare}” too, about "
                    f"{_number(more, 'more item')} with it {'is' if more == 1 else 'are'} needed: "
                    f"{_number(drawn or 0, 'item')} drawn as before, or fewer "
                    f"chosen on purpose."
                )
        return said

    def _leaning(self, leaning: TrainerLeaning) -> str:
        return (
            f"Trainers use “{self.names[leaning.label]}” at different rates, from {_percent(leaning.lowest)} to "
            f"{_percent(leaning.highest)} of their judgments, more than their items explain: that is a matter of "
            f"calibration, to be seen trainer by trainer."
        )

    def _closing(self, cause: str) -> list[str]:
        if cause == "low agreement":
            look = "which places are swapped" if self.level == "ranking" else "which labels are confused"
            said = "Trainers read single items differently" if self.level in EXCUSED else (
                "Neither rare labels nor trainers who lean explain it: trainers read single items differently"
            )  # fmt: skip
            return [f"{said}. Look at {look} and on which items."]
        if cause == "little evidence":
            return [
                f"The interval reaches from {self.main.low:.2f} to {self.main.high:.2f}: too few items were judged "
                f"twice to say more."
            ]
        if cause == "agreement" and self._near_misses():
            return [
                f"Much of the disagreement is near misses: counting identical labels alone, alpha is "
                f"{self._of_alpha()}."
            ]
        if cause == "agreement" and self.level == "nominal" and self.main.name != "rare_label_agreement":
            return ["Raw and corrected agreement tell the same story."]
        return []

    def _near_misses(self) -> bool:
        graded = self.level in ("ordinal", "interval", "ratio", "set") and self.main.name == "krippendorff_alpha"
        return graded and self.alpha.defined and self.main.value - self.alpha.value >= NEAR_MISSES


def _percent(x: float) -> str:
    """0.0049 -> "0.5 %", 0.31 -> "31 %": a digit more near 0 and 1, where it matters."""
    digits = 1 if 0 < x < 0.095 or 0.905 < x < 1 else 0
    return f"{100 * x:.{digits}f} %"


def _number(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
