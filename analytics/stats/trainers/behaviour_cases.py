"""Cases "pace" and "inconsistent": behaviour that is a ground only beside poor agreement with others."""

from __future__ import annotations

import numpy as np

from analytics.stats.trainers.evidence import Case, Evidence
from analytics.stats.trainers.performance_cases import Performance, together
from analytics.stats.trainers.standing import standing
from analytics.stats.trainers.team_null import team_null
from analytics.stats.trainers.trainer_estimates import TrainerEstimates

LEAST_SHORTENING = 0.3
"""Log time below an ordinary trainer that is not worth speaking of (a quarter faster)."""


def pace_case(criterion: str, relative_time: TrainerEstimates, performance: Performance) -> Case:
    """Return the case of working much faster than others on the same items *and* standing lower.

    The p-value is the larger of the two: both must be out of the ordinary. Speed alone is never a ground.

    Parameters
    ----------
    criterion : str
        Its name.
    relative_time : TrainerEstimates
        As `pace` gives it.
    performance : Performance
        The same trainers' judgments.
    """
    value = relative_time.value
    fast = team_null(
        np.log(np.where(value > 0, value, np.nan)), relative_time.se / np.where(value > 0, value, np.nan),
        margin=LEAST_SHORTENING,
    )  # fmt: skip
    statement = "Takes {value:.2f} times as long as others on the same {n} items."
    speed = Evidence(
        source="pace", statement=statement, p_value=fast.p_low.copy(), value=value.copy(), low=relative_time.low.copy(),
        high=relative_time.high.copy(), n=relative_time.n.copy(), centre=1.0,
    )  # fmt: skip
    return _both("pace", criterion, speed, performance)


def inconsistency_case(criterion: str, consistency: TrainerEstimates, performance: Performance) -> Case:
    """Return the case of contradicting one's own earlier answers more than others do *and* standing lower.

    Parameters
    ----------
    criterion : str
        Its name.
    consistency : TrainerEstimates
        Share of repeats with the same label.
    performance : Performance
        The same trainers' judgments.
    """
    n = np.maximum(consistency.n, 1)
    # the Agresti-Coull share keeps the error above nothing where all or no repeats agree
    share = (consistency.value * consistency.n + 2.0) / (n + 4.0)
    se = np.sqrt(share * (1.0 - share) / (n + 4.0))
    null = team_null(np.where(consistency.n > 0, share, np.nan), se)
    repeats = Evidence(
        source="repeats", statement="Gave the same answer again in {value:.0%} of {n} blind repeats.",
        p_value=null.p_low.copy(), value=consistency.value.copy(), low=consistency.low.copy(),
        high=consistency.high.copy(), n=consistency.n.copy(), centre=null.centre,
    )  # fmt: skip
    return _both("inconsistent", criterion, repeats, performance)


def _both(kind: str, criterion: str, behaviour: Evidence, performance: Performance) -> Case:
    found = standing(together(performance.by_gold, performance.by_peers), performance.trainer, performance.n_trainers)
    peers = Evidence(
        source="peers", statement="On {n} items, agrees like an ordinary trainer who guesses on {away:.0%} of them.",
        p_value=found.p_low.copy(), value=found.value.copy(), low=found.value - 1.96 * found.se,
        high=found.value + 1.96 * found.se, n=found.n.copy(), centre=found.centre,
    )  # fmt: skip
    return Case(
        kind=kind, criterion=criterion, p_value=np.maximum(behaviour.p_value, found.p_low), evidence=(behaviour, peers),
        family=performance.family,
    )  # fmt: skip
