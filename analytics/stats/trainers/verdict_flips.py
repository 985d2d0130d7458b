"""Pass or fail against a target on gold: how many raw verdicts would turn over if the true accuracy were known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.inference.beta_binomial import below, success_counts
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.trainer_estimates import TrainerEstimates, freeze, group_sums, ratio, trainer_estimates


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictFlips:
    """Verdicts on M trainers.

    Attributes
    ----------
    n, correct : int array (M,)
        Gold judgments, and matches.
    fails : bool array (M,)
        The raw verdict: correct / n below the target.
    p_below : float array (M,)
        P(true accuracy < target), shrunken over the team; nan without gold or with a team of one.
    p_flip : float array (M,)
        Chance that the raw verdict is on the wrong side: p_below where it says pass, 1 - p_below where it says fail.
    sure : bool array (M,)
        Whether p_below is at most `doubt` or at least 1 - `doubt`, on five gold judgments or more.
    share : float
        Mean of p_flip: the share of raw verdicts that would turn over; nan where nobody has a verdict.
    low, high : float
        95 % of such teams would have a share between these (the verdicts taken as independent).
    n_verdicts : int
        Trainers with one.
    target, doubt : float
        As asked.
    undefined : str or None
        Why there is no share.
    """

    n: IntArray
    correct: IntArray
    fails: npt.NDArray[np.bool_]
    p_below: FloatArray
    p_flip: FloatArray
    sure: npt.NDArray[np.bool_]
    share: float
    low: float
    high: float
    n_verdicts: int
    target: float
    doubt: float
    undefined: str | None

    def __post_init__(self) -> None:
        freeze(self)


def verdict_flips(correct: npt.ArrayLike, n: npt.ArrayLike, *, target: float, doubt: float = 0.05) -> VerdictFlips:
    """Return how far raw verdicts "accuracy below the target" can be trusted.

    Each trainer's accuracy has the posterior Beta(alpha + correct, beta + wrong), averaged over the team's beta
    distributions (alpha, beta) by how well they explain everybody: a single fitted one is too sure of itself where
    trainers hardly differ or gold is scarce. A raw verdict turns over where the accuracy lies on the other side.

    Parameters
    ----------
    correct, n : int array (M,)
        Gold judgments that matched, and all.
    target : float
        Accuracy asked for, in (0, 1).
    doubt : float
        In (0, .5).

    Raises
    ------
    ValueError
        If an option is out of range, or counts are not whole numbers with correct <= n.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.3 (uniform on the mean and on 1/√(alpha + beta)).
    """
    if not 0.0 < doubt < 0.5 or not 0.0 < target < 1.0:
        raise ValueError(f"doubt must lie between 0 and 0.5 and target between 0 and 1, got {doubt} and {target}.")
    hits, trials = success_counts(correct, n)
    judged = trials > 0
    p = np.full(trials.shape, np.nan)
    if judged.sum() >= 2:
        p[judged] = below(hits[judged], trials[judged], target)
    fails = judged & (hits < target * trials)
    flip = np.where(fails, 1.0 - p, p)
    known = np.isfinite(flip)
    m = int(known.sum())
    why = None
    if not judged.any():
        why = "no judgments on gold items"
    elif not m:
        why = "one trainer has gold judgments; a team needs two"
    share = float(flip[known].mean()) if m else float("nan")
    half = 1.96 * float(np.sqrt((flip[known] * (1.0 - flip[known])).sum())) / m if m else float("nan")
    return VerdictFlips(
        n=trials, correct=hits, fails=fails, p_below=p, p_flip=flip,
        sure=known & (trials >= 5) & ((p <= doubt) | (p >= 1.0 - doubt)),
        share=share, low=max(share - half, 0.0), high=min(share + half, 1.0), n_verdicts=m, target=target, doubt=doubt,
        undefined=why,
    )  # fmt: skip


def severity_flips(
    data: CrossedData, severities: TrainerEstimates, *, threshold: float, step: float
) -> TrainerEstimates:
    """Return the expected share of each trainer's passes and fails that hinge on their severity.

    A label stands for anything within half a step of it. Moving a trainer's labels by their severity carries over the
    threshold the part |severity| / step of those next to it, all of them from one step on, and so forth. (Moving whole
    labels instead turns *every* label at the mark over for the slightest leniency.)

    Parameters
    ----------
    data : CrossedData
        Label values.
    severities : TrainerEstimates
        In scale points; positive = higher values than others give.
    threshold : float
        Lowest passing value.
    step : float
        Distance of neighbouring labels, more than 0.

    Raises
    ------
    ValueError
        If step is not more than 0.
    """
    if step <= 0:
        raise ValueError(f"step must be more than 0, got {step}.")
    n = data.trainer_sizes

    def share(shift: FloatArray) -> FloatArray:
        s = np.nan_to_num(shift)[data.trainer]
        passes = data.y >= threshold
        # how far the label, half a step wide on either side, reaches over the mark once it is moved
        mark = threshold - step / 2
        beyond = np.where(passes, mark - (data.y - step / 2 - s), data.y + step / 2 - s - mark)
        part = np.clip(beyond / step, 0.0, 1.0)
        return ratio(group_sums(data.trainer, part, data.n_trainers), n)

    ends = np.stack([share(severities.low), share(severities.high)])
    across = (severities.low <= 0) & (severities.high >= 0)
    value = np.where(np.isnan(severities.value), np.nan, share(severities.value))
    return trainer_estimates(
        "flip_share", value, n=n, low=np.where(across, 0.0, ends.min(axis=0)), high=ends.max(axis=0),
        interval_method="at the ends of the severity's interval", confidence=severities.confidence,
        reason=lambda j: severities.undefined[j] or "no severity for this trainer", limits=(0.0, 1.0),
    )  # fmt: skip
