"""What a trainer does well and where there is most to gain, in words, said only where the interval supports it."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.core.numerals import coefficient, percent, signed
from analytics.core.settings import Settings
from analytics.reports.my_results import OwnCriterion

MOST = 6
MOST_TO_GAIN = 3
MOST_OF_KIND = 2
NEAR = 0.1
"""Confidence within so much of the share right counts as matching it."""
NEAR_SCALE = 1 / 16
"""A mean within so much of the scale's length of the colleagues' counts as the same use of it."""
STEADY = 0.75
NEAR_ITEMS = 0.025
"""At most so many fewer same answers than the items allow count as in step with colleagues."""
FEWEST_STEADY = 10


def strengths(criteria: Sequence[OwnCriterion], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return (criterion, words) of what the intervals support, varied over kinds, the strongest evidence first.

    A claim holds where the whole interval is on its side: above what the items allow, near or above the target on gold,
    within a margin of the colleagues' mean. One criterion makes at most two claims.
    """
    said: dict[str, int] = {}
    found: list[tuple[str, str]] = []
    for kind in (_agrees, _right, _steady, _sure, _in_step, _level):
        of_kind = [
            (c.criterion, words) for c in criteria if said.get(c.criterion, 0) < 2 and (words := kind(c, settings))
        ]
        for criterion, words in of_kind[:MOST_OF_KIND]:
            said[criterion] = said.get(criterion, 0) + 1
            found.append((criterion, words))
    return tuple(found[:MOST])


def _agrees(criterion: OwnCriterion, settings: Settings) -> str:
    figure = criterion.figure("peer_excess")
    if figure is None or not figure.estimate.low > 0:
        return ""
    e = figure.estimate
    return (
        "Colleagues give the same answer as you more often than these items lead one to expect: "
        f"{signed(100 * e.value, 1)} in 100 ({signed(100 * e.low, 1)} to {signed(100 * e.high, 1)})."
    )


def _right(criterion: OwnCriterion, settings: Settings) -> str:
    figure = criterion.figure("gold_accuracy")
    if (
        figure is None
        or not figure.estimate.low >= settings.gold_target - 0.15
        or figure.estimate.value < settings.gold_target
    ):
        return ""
    e = figure.estimate
    return f"Your answers match the known ones: {percent(e.value)} of {e.n_judgments} (at least {percent(e.low)})."


def _steady(criterion: OwnCriterion, settings: Settings) -> str:
    figure = criterion.figure("self_consistency")
    if figure is None or not figure.estimate.low >= STEADY or (figure.estimate.n_judgments or 0) < FEWEST_STEADY:
        return ""
    e = figure.estimate
    return f"You are steady: {percent(e.value)} of {e.n_judgments} items that came twice got the same answer again."


def _sure(criterion: OwnCriterion, settings: Settings) -> str:
    figure = criterion.figure("overconfidence")
    if figure is None or not (figure.estimate.low >= -NEAR and figure.estimate.high <= NEAR):
        return ""
    return "You know how sure to be: your stated confidence is within ten points of how often you are right."


def _in_step(criterion: OwnCriterion, settings: Settings) -> str:
    figure = criterion.figure("peer_excess")
    if figure is None or not -NEAR_ITEMS <= figure.estimate.low <= 0:
        return ""
    return "You and colleagues agree as often as these items allow."


def _level(criterion: OwnCriterion, settings: Settings) -> str:
    figure = criterion.figure("own_severity")
    margin = NEAR_SCALE * criterion.points
    if figure is None or not (figure.estimate.low >= -margin and figure.estimate.high <= margin):
        return ""
    return "You use the scale as your colleagues do: neither harsher nor milder on the same items."


def worth_a_look(criteria: Sequence[OwnCriterion]) -> tuple[tuple[str, str], ...]:
    """Return (criterion, words) of what to look at first, the clearest first; one hint a criterion.

    Criteria on which tastes may differ are left out: differing there is nothing to mend. The use of the scale
    speaks before agreement, for it says more plainly what to do.
    """
    found: list[tuple[float, str, str]] = []
    for criterion in criteria:
        if criterion.subjective:
            continue
        hint = _off_scale(criterion) or _apart(criterion) or _too_sure(criterion)
        if hint:
            found.append((hint[0], criterion.criterion, hint[1]))
    found.sort(key=lambda h: -h[0])
    return tuple((name, words) for _, name, words in found[:MOST_TO_GAIN])


def _off_scale(criterion: OwnCriterion) -> tuple[float, str] | None:
    figure = criterion.figure("own_severity")
    margin = NEAR_SCALE * criterion.points
    if figure is None or not (figure.estimate.high < -margin or figure.estimate.low > margin):
        return None
    e = figure.estimate
    lower = e.value < 0
    ends = sorted((abs(e.low), abs(e.high)))
    return abs(e.value) / e.se if e.se > 0 else abs(e.value), (
        f"you score {coefficient(abs(e.value), 1)} points {'lower' if lower else 'higher'} than colleagues on the same "
        f"items ({coefficient(ends[0], 1)} to {coefficient(ends[1], 1)}). Try the label one "
        f"{'up' if lower else 'down'} when you hesitate, and compare."
    )


def _apart(criterion: OwnCriterion) -> tuple[float, str] | None:
    figure = criterion.figure("peer_excess")
    if figure is None or not figure.estimate.high < 0:
        return None
    e = figure.estimate
    words = f"you and colleagues part more often than these items explain ({signed(100 * e.value, 1)} in 100)."
    if criterion.confusions:
        first = criterion.confusions[0]
        words += f" Start where you say {first.mine or 'none'} and they say {first.theirs or 'none'}."
    return -e.value / e.se if e.se > 0 else -e.value, words


def _too_sure(criterion: OwnCriterion) -> tuple[float, str] | None:
    figure = criterion.figure("overconfidence")
    if figure is None or not figure.estimate.low > NEAR:
        return None
    e = figure.estimate
    return e.value / e.se if e.se > 0 else e.value, (
        f"you are surer than you are right, by about {coefficient(100 * e.value, 0)} points of 100. Say a lower "
        "confidence on items that give you pause."
    )
