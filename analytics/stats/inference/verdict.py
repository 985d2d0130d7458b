"""Which verdict band a coefficient reaches, given how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

from scipy import stats

from analytics.core.results import Estimate


def verdict(estimate: Estimate, bands: Sequence[tuple[str, float]], probability: float = 0.95) -> str | None:
    """Return the best band whose cumulated probability, from the best band downwards, reaches `probability`.

    With estimate e, standard error s and a band (a, b), the probability of the band is
    [Phi((e - a)/s) - Phi((e - b)/s)] / [Phi((e + 1)/s) - Phi((e - 1)/s)].

    Parameters
    ----------
    estimate : Estimate
        Value and standard error.
    bands : sequence of (name, low)
        In ascending order; each reaches up to the next one's low, the last to 1.
    probability : float
        How sure one must be.

    Returns
    -------
    str or None
        None where the estimate is undefined or carries no standard error.

    References
    ----------
    Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 6.
    """
    lows = [low for _, low in bands]
    if not bands or lows != sorted(lows):
        raise ValueError(f"bands must be given in ascending order, got {lows}.")
    if not estimate.defined or not estimate.se > 0:
        return None
    e, s = estimate.value, estimate.se

    def above(x: float) -> float:
        return float(stats.norm.cdf((e - x) / s))

    whole = above(-1.0) - above(1.0)
    for name, low in reversed(bands):
        if (above(low) - above(1.0)) / whole >= probability:
            return name
    return bands[0][0]
