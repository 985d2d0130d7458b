"""Published scales of words for agreement, and how probable each band is given how sure the coefficient is.

No band is a law of nature: each was proposed for one coefficient and one purpose. They are only to be used through the
probability rule, with their source beside them, and a programme may set its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from analytics.core.results import Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchmarkScale:
    """Bands in ascending order; each reaches from its low end up to the next one's, the last to 1.

    Attributes
    ----------
    name : str
    source : str
    bands : tuple of (name, low)
    """

    name: str
    source: str
    bands: tuple[tuple[str, float], ...]


BENCHMARK_SCALES: dict[str, BenchmarkScale] = {
    scale.name: scale
    for scale in (
        BenchmarkScale(
            name="krippendorff",
            source="Krippendorff 2004, Content Analysis, 2nd ed., p. 241",
            bands=(("not reliable", -1.0), ("tentative", 0.667), ("reliable", 0.80)),
        ),
        BenchmarkScale(
            name="landis_koch",
            source="Landis and Koch 1977, doi:10.2307/2529310",
            bands=(
                ("poor", -1.0),
                ("slight", 0.0),
                ("fair", 0.2),
                ("moderate", 0.4),
                ("substantial", 0.6),
                ("almost perfect", 0.8),
            ),
        ),
        BenchmarkScale(
            name="fleiss",
            source="Fleiss 1981, Statistical Methods for Rates and Proportions, 2nd ed.",
            bands=(("poor", -1.0), ("fair to good", 0.40), ("excellent", 0.75)),
        ),
        BenchmarkScale(
            name="altman",
            source="Altman 1991, Practical Statistics for Medical Research",
            bands=(("poor", -1.0), ("fair", 0.2), ("moderate", 0.4), ("good", 0.6), ("very good", 0.8)),
        ),
    )
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BandProbability:
    """One band with its probability, and the probability of this band or a better one."""

    name: str
    low: float
    high: float
    probability: float
    this_or_better: float


def band_probabilities(estimate: Estimate, bands: Sequence[tuple[str, float]]) -> tuple[BandProbability, ...]:
    """Return how probable each band is, best band first.

    [Phi((e - a) / s) - Phi((e - b) / s)] / [Phi((e + 1) / s) - Phi((e - 1) / s)] for a band (a, b), estimate e and
    standard error s. The verdict is the first whose `this_or_better` reaches the wanted probability.

    Parameters
    ----------
    estimate : Estimate
        Value and standard error.
    bands : sequence of (name, low)
        In ascending order, the first from -1.

    Returns
    -------
    tuple of BandProbability
        Empty where the estimate is undefined or carries no standard error.

    Raises
    ------
    ValueError
        If the bands are not ascending between -1 and 1.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 6.

    Examples
    --------
    >>> sure = Estimate(value=0.75, se=0.05)
    >>> [(b.name, round(b.this_or_better, 3)) for b in band_probabilities(sure, [("low", -1.0), ("high", 0.667)])]
    [('high', 0.952), ('low', 1.0)]
    """
    lows = [low for _, low in bands]
    if not lows or lows != sorted(lows) or lows[0] < -1 or lows[-1] >= 1:
        raise ValueError(f"bands must be given in ascending order between -1 and 1, got {lows}.")
    if not estimate.defined or not estimate.se > 0:
        return ()
    ends = [-1.0, *lows[1:], 1.0]
    beyond = [float(stats.norm.cdf((estimate.value - x) / estimate.se)) for x in ends]
    whole = beyond[0] - beyond[-1]
    if not whole > 0 or not math.isfinite(whole):
        return ()
    out: list[BandProbability] = []
    better = 0.0
    for k in range(len(bands) - 1, -1, -1):
        probability = (beyond[k] - beyond[k + 1]) / whole
        better += probability
        out.append(
            BandProbability(
                name=bands[k][0], low=ends[k], high=ends[k + 1], probability=probability,
                this_or_better=min(better, 1.0),
            )
        )  # fmt: skip
    return tuple(out)
