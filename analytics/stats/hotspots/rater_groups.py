"""Whether groups of trainers read a criterion differently: agreement within and across, under permuted trainers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.core.results import Estimate
from analytics.stats.agreement.distances import check_distances
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.group_permutations import permuted_groups, two_sided, volume_strata
from analytics.stats.hotspots.group_tables import group_counts, group_statistics, label_table
from analytics.stats.hotspots.suppression import suppressed_groups
from analytics.stats.inference.multiple_testing import discoveries

UNSTABLE_RATIO = 0.02
_BLOCKS = 40
_CELLS_AT_ONCE = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupReliability:
    """One group against all other trainers with a known group.

    Attributes
    ----------
    group : int
        Index of the group.
    within : Estimate
        Agreement inside the group (Krippendorff's alpha).
    across : Estimate
        Agreement between the group and the others (xRR).
    association : Estimate
        Group association index within / across: 1 where the group reads like everyone, above 1 where it shares a
        reading of its own. Undefined where the interval of `across` reaches .02, as the ratio then means nothing.
    difference : Estimate
        within - across: stable where the ratio is not.
    p_within, p_across, p_difference : float
        Two-sided, from permuting trainers between groups; nan where suppressed or undefined.
    q_within, q_across, q_difference : float
        The same after Benjamini-Hochberg over all groups and the three statistics together.
    n_trainers, n_judgments, n_items : int
        Support inside the group; 0 where suppressed.
    suppressed : str or None
        Why nothing is shown of this group.
    """

    group: int
    within: Estimate
    across: Estimate
    association: Estimate
    difference: Estimate
    p_within: float
    p_across: float
    p_difference: float
    q_within: float
    q_across: float
    q_difference: float
    n_trainers: int
    n_judgments: int
    n_items: int
    suppressed: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RaterGroups:
    """All groups of one axis (country, gender, team ...).

    Attributes
    ----------
    groups : tuple of GroupReliability
        One a group, in the order given.
    diversity : float
        Largest association index of the axis (diversity sensitivity index); nan where none is defined.
    n_permutations : int
        Permutations behind the p-values.
    n_trainers : int
        Trainers with a known group.
    floor : int
        Fewest trainers a shown group, and what its complement, must have.
    undefined : str or None
        Why no group can be shown.
    """

    groups: tuple[GroupReliability, ...]
    diversity: float
    n_permutations: int
    n_trainers: int
    floor: int
    undefined: str | None = None


def rater_groups(
    codes: JudgmentCodes,
    group: npt.ArrayLike,
    n_groups: int,
    distance: npt.ArrayLike,
    *,
    n_permutations: int = 1000,
    floor: int = 5,
    confidence: float = 0.95,
    rng: np.random.Generator,
) -> RaterGroups:
    """Compare agreement within each group with agreement between the group and all others.

    The p-values come from exchanging whole trainers between groups, among trainers with about the same number of
    judgments, so that a group of a few unusual people does not pass for a difference between groups. Standard errors
    are two-way: items and trainers, each left out in blocks, less what both count twice.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments.
    group : int array (M,)
        Group of each trainer, 0..G-1; -1 where unknown: such trainers take no part.
    n_groups : int
        G.
    distance : float array (K, K)
        Distance between labels; 1 off the diagonal for nominal labels.
    n_permutations : int
        At least 1.
    floor : int
        Fewest trainers a group, and all others together, must have to be shown.
    confidence : float
        Coverage of the intervals.
    rng : numpy.random.Generator
        Source of permutations and blocks.

    Raises
    ------
    ValueError
        If shapes or codes do not match.

    References
    ----------
    Prabhakaran et al. 2024 (GRASP), doi:10.18653/v1/2024.naacl-long.190. Wong, Paritosh, Aroyo 2021,
    doi:10.18653/v1/2021.acl-long.548.
    """
    of = np.asarray(group, dtype=np.int64)
    table = check_distances(np.asarray(distance, dtype=np.float64), codes.n_labels)
    if of.shape != (codes.n_trainers,) or (of.size and (of.min() < -1 or of.max() >= n_groups)):
        raise ValueError(f"group must give each of {codes.n_trainers} trainers a group in -1..{n_groups - 1}.")
    if n_permutations < 1:
        raise ValueError(f"n_permutations must be at least 1, got {n_permutations}.")
    active = np.where(codes.trainer_sizes > 0, of, -1)
    sizes = np.bincount(active[active >= 0], minlength=n_groups)
    hidden = suppressed_groups(sizes, floor)
    reason = None if (~hidden).any() else f"No group has {floor} trainers with at least {floor} others to compare with."
    observed = group_statistics(group_counts(label_table(codes), active[None], n_groups, codes.n_labels), table)[:, 0]
    spread = _two_way_errors(codes, active, n_groups, table, rng)
    p_values = np.full((3, n_groups), np.nan)
    if reason is None:
        draws = _permuted(codes, active, n_groups, table, n_permutations, rng)
        p_values = two_sided(observed[[0, 1, 3]], draws)
    p_values[:, hidden] = np.nan
    q_values = discoveries(p_values.ravel()).q_values.reshape(p_values.shape)
    member = active[codes.trainer]
    found = []
    for g in range(n_groups):
        mine = member == g
        why = _why_hidden(int(sizes[g]), floor) if hidden[g] else None
        within, across, ratio, difference = _estimates(observed[:, g], spread[:, g], confidence, why)
        found.append(
            GroupReliability(
                group=g,
                within=within,
                across=across,
                association=ratio,
                difference=difference,
                p_within=float(p_values[0, g]),
                p_across=float(p_values[1, g]),
                p_difference=float(p_values[2, g]),
                q_within=float(q_values[0, g]),
                q_across=float(q_values[1, g]),
                q_difference=float(q_values[2, g]),
                n_trainers=0 if why else int(sizes[g]),
                n_judgments=0 if why else int(mine.sum()),
                n_items=0 if why else int(np.unique(codes.item[mine]).size),
                suppressed=why,
            )
        )
    ratios = [g.association.value for g in found if g.association.defined]
    return RaterGroups(
        groups=tuple(found),
        diversity=max(ratios) if ratios else np.nan,
        n_permutations=n_permutations,
        n_trainers=int(sizes.sum()),
        floor=floor,
        undefined=reason,
    )


def _why_hidden(size: int, floor: int) -> str:
    if size < floor:
        return f"Fewer than {floor} trainers: not shown, so that no person can be recognised."
    return f"Not shown, because it would reveal a group of fewer than {floor} trainers by subtraction."


def _permuted(
    codes: JudgmentCodes, active: IntArray, n_groups: int, distance: FloatArray, n: int, rng: np.random.Generator
) -> FloatArray:
    """Return (B, 3, G) within, across and difference under B permutations of the trainers."""
    labels, strata = label_table(codes), volume_strata(codes, active)
    block = max(1, _CELLS_AT_ONCE // max(1, codes.n_items * codes.n_labels * n_groups))
    drawn = []
    for start in range(0, n, block):
        groupings = permuted_groups(active, strata, min(block, n - start), rng)
        counts = group_counts(labels, groupings, n_groups, codes.n_labels)
        drawn.append(group_statistics(counts, distance)[[0, 1, 3]].transpose(1, 0, 2))
    return np.concatenate(drawn)


def _two_way_errors(
    codes: JudgmentCodes, active: IntArray, n_groups: int, distance: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return (4, G) standard errors: blocks of items, of trainers and of judgments left out in turn."""
    k = codes.n_labels
    labels = label_table(codes)
    full = group_counts(labels, active[None], n_groups, k)
    item_block = rng.permutation(codes.n_items) % _BLOCKS
    trainers = np.flatnonzero(active >= 0)
    trainer_block = np.full(active.shape, -1, dtype=np.int64)
    n_trainer_blocks = min(_BLOCKS, trainers.size)
    trainer_block[rng.permutation(trainers)] = np.arange(trainers.size) % max(n_trainer_blocks, 1)
    judgment_block = rng.permutation(codes.n_judgments) % _BLOCKS
    by_item = [group_statistics(full[item_block != b], distance)[:, 0] for b in range(_BLOCKS)]
    by_trainer, by_judgment = [], []
    for b in range(n_trainer_blocks):
        rest = np.where(trainer_block == b, -1, active)
        by_trainer.append(group_statistics(group_counts(labels, rest[None], n_groups, k), distance)[:, 0])
    for b in range(_BLOCKS):
        thinned = label_table(codes, (judgment_block != b).astype(np.float64))
        by_judgment.append(group_statistics(group_counts(thinned, active[None], n_groups, k), distance)[:, 0])
    item, trainer, judgment = (_jackknife(x) for x in (by_item, by_trainer, by_judgment))
    variance = np.maximum(np.maximum(item, trainer), item + trainer - judgment)
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def _jackknife(left_out: list[FloatArray]) -> FloatArray:
    """Return (4, G) the jackknife variance of statistics with each block left out; nan with fewer than two blocks."""
    if len(left_out) < 2:
        return np.full(left_out[0].shape if left_out else (4, 1), np.nan)
    table = np.stack(left_out)
    return np.asarray((table.shape[0] - 1) * table.var(axis=0), dtype=np.float64)


def _estimates(
    value: FloatArray, se: FloatArray, confidence: float, hidden: str | None
) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Return within, across, their ratio and their difference of one group as estimates."""
    reach = float(stats.norm.ppf((1 + confidence) / 2)) * se
    method = "normal, items and trainers left out in blocks"
    reasons = [hidden] * 4
    if hidden is None:
        for i, words in enumerate(("inside the group", "across to the other trainers")):
            if np.isnan(value[i]):
                reasons[i] = f"No two differing labels were given {words} to the same items."
        reasons[3] = reasons[0] or reasons[1]
        reasons[2] = reasons[3]
        if reasons[2] is None and not value[1] - reach[1] > UNSTABLE_RATIO:
            reasons[2] = f"Agreement across may be as low as {UNSTABLE_RATIO}: a ratio to it would mean nothing."
    made = []
    for i, why in enumerate(reasons):
        if why is None:
            low, high = float(value[i] - reach[i]), float(value[i] + reach[i])
            made.append(
                Estimate(
                    value=float(value[i]),
                    low=low,
                    high=high,
                    se=float(se[i]),
                    confidence=confidence,
                    interval_method=method,
                )
            )
        else:
            made.append(Estimate(value=np.nan, confidence=confidence, interval_method=method, undefined=why))
    return made[0], made[1], made[2], made[3]
