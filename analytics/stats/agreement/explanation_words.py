"""The sentences of the explanation, in words a QA lead can act on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.core.results import Estimate
from analytics.stats.agreement.trainer_leaning import TrainerLeaning
from analytics.stats.counts.patterns import FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What the sentences are made of: label names, raw and corrected agreement, luck and label shares."""

    names: list[str]
    raw: Estimate
    alpha: Estimate
    luck: float
    share: FloatArray
    frequent: int
    rare: int

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
            reason = str(self.alpha.undefined)
            if not self.raw.defined:
                return (f"Agreement cannot be measured: {reason}.",)
            agreed = _percent(self.raw.value)
            return (f"Trainers agree on {agreed} of pairs, but nothing can be said beyond luck: {reason}.",)
        said = [
            f"Trainers agree on {_percent(self.raw.value)} of pairs; with the same labels shuffled over the items it "
            f"would be {_percent(self.luck)}. Alpha, {self.alpha.value:.2f}, is how far they get from luck to full "
            f"agreement."
        ]
        if cause.startswith("prevalence"):
            said += self._prevalence(n_rare, rare_agreement, more, drawn)
        if leaning is not None:
            said.append(self._leaning(leaning))
        said += self._closing(cause)
        return tuple(said)

    def _prevalence(
        self, n_rare: int, rare_agreement: Estimate | None, more: int | None, drawn: int | None
    ) -> list[str]:
        often = self.names[self.frequent]
        said = [
            f"“{often}” is {_percent(self.share[self.frequent])} of the labels, so agreeing by luck is already "
            f"{_percent(self.luck)}. Alpha is low because {_number(n_rare, 'item')} with anything else "
            f"{'decides' if n_rare == 1 else 'decide'} it."
        ]
        if rare_agreement is not None and rare_agreement.defined:
            rare = self.names[self.rare]
            ends = ""
            if math.isfinite(rare_agreement.low):
                ends = f" (between {_percent(rare_agreement.low)} and {_percent(rare_agreement.high)})"
            said.append(
                f"When one trainer says “{rare}”, another says so {_percent(rare_agreement.value)} of the time{ends}."
            )
            if more:
                said.append(
                    f"To know that to within 10 points, about {_number(more, 'more item')} with “{rare}” "
                    f"{'is' if more == 1 else 'are'} needed: {_number(drawn or 0, 'item')} drawn as before, or fewer "
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
            return [
                "Neither rare labels nor trainers who lean explain it: trainers read single items differently. Look at "
                "which labels are confused and on which items."
            ]
        if cause == "little evidence":
            return [
                f"The interval reaches from {self.alpha.low:.2f} to {self.alpha.high:.2f}: too few items were judged "
                f"twice to say more."
            ]
        if cause == "agreement":
            return ["Raw and corrected agreement tell the same story."]
        return []


def _percent(x: float) -> str:
    """0.0049 -> "0.5 %", 0.31 -> "31 %": a digit more near 0 and 1, where it matters."""
    digits = 1 if 0 < x < 0.095 or 0.905 < x < 1 else 0
    return f"{100 * x:.{digits}f} %"


def _number(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
