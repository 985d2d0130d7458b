"""A simulated team for studies: integer codes, chosen defects, and the truth, with any seed.

The same behaviours as in the demo log, without its texts and calendar. One call makes one criterion; call it again with
the same trainers under `planted` for a second criterion of the same team.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from analytics.demo.behaviour import (
    BoolArray,
    FloatArray,
    IntArray,
    correlated,
    drawn_label,
    leaning_to_first,
    logistic_noise,
    pick_first_share,
    preference_codes,
    rounded,
    with_random,
)  # fmt: skip

TeamLevel = Literal["ordinal", "nominal", "preference"]
TEAM_LEVELS: tuple[str, ...] = get_args(TeamLevel)
KINDS: dict[str, tuple[str, ...]] = {
    "careless": TEAM_LEVELS,
    "drifting": TEAM_LEVELS,
    "harsh": ("ordinal",),
    "lenient": ("ordinal",),
    "position_biased": ("preference",),
    "length_biased": ("preference",),
}
"""Defects that can be planted, and the levels on which each shows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedTeam:
    """J judgments of N items by M trainers under one criterion, with what is true about them.

    Attributes
    ----------
    level : {"ordinal", "nominal", "preference"}
    n_items, n_trainers, n_labels : int
        N, M, K.
    item, trainer, label : int array (J,)
        Dense codes, items sorted. Preferences: 0 = A, 1 = B, or 0 = A, 1 = tie, 2 = B where ties are allowed.
    turn : int array (J,)
        How many judgments the trainer made before this one; it stands for time.
    a_first : bool array (J,)
        True where response A stood first. All True where nothing is compared.
    gold : int array (N,)
        True label where an item has gold, -1 elsewhere.
    truth : int array (N,)
        The likeliest honest label.
    score : float array (N,)
        Ordinal: the item's place on the scale, in label steps from 0. Preference: A's lead as the middle trainer sees
        it. Nominal: the true label.
    difficulty : float array (N,)
        Ordinal: standard deviation of an honest answer, in label steps. Nominal: chance of an honest error.
        Preference: zeros.
    log_length_ratio : float array (N,)
        Log of A's length over B's; zeros where nothing is compared.
    pair : int array (N, 2)
        Which of the models wrote A and B; zeros where nothing is compared.
    severity : float array (M,)
        Label steps that each trainer adds to every rating, planted and natural.
    random_share : float array (M, 2)
        Share of random answers in the first and in the second half of each trainer's work.
    planted : dict
        Kind -> int array of the trainers that carry it.
    """

    level: TeamLevel
    n_items: int
    n_trainers: int
    n_labels: int
    item: IntArray
    trainer: IntArray
    label: IntArray
    turn: IntArray
    a_first: BoolArray
    gold: IntArray
    truth: IntArray
    score: FloatArray
    difficulty: FloatArray
    log_length_ratio: FloatArray
    pair: IntArray
    severity: FloatArray
    random_share: FloatArray
    planted: dict[str, IntArray]

    @property
    def planted_trainers(self) -> IntArray:
        """Return all trainers that carry a defect, sorted."""
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *self.planted.values()]))


def simulate_team(
    rng: np.random.Generator,
    *,
    level: TeamLevel = "ordinal",
    n_trainers: int = 60,
    n_per_trainer: int = 200,
    per_item: float = 5.0,
    n_labels: int = 5,
    planted: Mapping[str, int | Sequence[int]] | None = None,
    careless: float = 0.5,
    harsh: float = -1.0,
    lenient: float = 1.0,
    drift: float = 0.25,
    p_first: float = 0.70,
    length_weight: float = 1.5,
    noise: float = 0.5,
    uneven: float = 0.8,
    severity_sd: float = 0.10,
    gold_share: float = 0.15,
    strengths: Sequence[float] = (0.0, 0.0),
    rho: float = 0.85,
    tie_half_width: float = 0.0,
) -> SimulatedTeam:
    """Simulate one team under one criterion, with planted defects.

    Parameters
    ----------
    level : {"ordinal", "nominal", "preference"}
    n_trainers, n_per_trainer : int
        M trainers; each judges this many different items.
    per_item : float
        Mean judgments an item; the items are N = M n / per_item, and their numbers of judgments vary.
    n_labels : int
        K, for ordinal and nominal labels; preferences have 2 labels, or 3 where ties are allowed.
    planted : mapping of kind to a number of trainers, or to the trainers
        See KINDS. Numbers are dealt at random among trainers not named.
    careless : float
        Share of random answers of careless trainers.
    harsh, lenient : float
        Scale points added to every rating.
    drift : float
        By how much a drifting trainer's accuracy falls half way through their work.
    p_first : float
        Chance that a decided comparison of a position-biased trainer goes to the response shown first.
    length_weight : float
        Weight of the log length ratio in a length-biased trainer's lead.
    noise : float
        Ordinal: median standard deviation of an honest answer, in label steps. Nominal: median chance of an error.
    uneven : float
        How differently hard the items are that trainers get: 0 = the same mix for all.
    severity_sd : float
        Standard deviation of the natural severities, in label steps.
    gold_share : float
        Share of items with gold.
    strengths : sequence of float
        Strengths of the response models that are compared (logit scale).
    rho : float
        Correlation between two honest trainers' views of one comparison.
    tie_half_width : float
        Leads smaller than this are ties; 0 = no ties.

    Raises
    ------
    ValueError
        If a kind is unknown or does not show on this level, or a number cannot be met.

    Examples
    --------
    >>> team = simulate_team(np.random.default_rng(1), n_trainers=8, n_per_trainer=30, planted={"harsh": [3]})
    >>> team.item.size, team.planted["harsh"].tolist()
    (240, [3])
    """
    if level not in TEAM_LEVELS:
        raise ValueError(f"level must be one of {', '.join(map(repr, TEAM_LEVELS))}, got {level!r}.")
    n_items = round(n_trainers * n_per_trainer / per_item)
    if n_per_trainer > n_items:
        raise ValueError(f"per_item must be at most n_trainers = {n_trainers}, got {per_item}.")
    kinds = _dealt(rng, planted or {}, level, n_trainers)
    hard = rng.normal(size=n_items)
    item, trainer, turn = _assigned(rng, hard, n_trainers, n_per_trainer, uneven)
    severity = rng.normal(0.0, severity_sd, n_trainers) if level == "ordinal" else np.zeros(n_trainers)
    for kind, points in (("harsh", harsh), ("lenient", lenient)):
        severity[kinds.get(kind, [])] += points
    a_first = rng.random(item.size) < 0.5 if level == "preference" else np.ones(item.size, dtype=bool)
    pair, ratio = np.zeros((n_items, 2), dtype=np.int64), np.zeros(n_items)
    if level == "preference":
        k = 3 if tie_half_width > 0 else 2
        pair = np.argsort(rng.random((n_items, len(strengths))), axis=1)[:, :2].astype(np.int64)
        ratio, view = rng.normal(0.0, 0.5, n_items), rng.normal(size=n_items)
        gap = np.asarray(strengths, dtype=np.float64)[pair] @ np.array([1.0, -1.0])
        score, difficulty = gap + logistic_noise(np.sqrt(rho) * view), np.zeros(n_items)
        lead = gap[item] + logistic_noise(correlated(view[item], rng.normal(size=item.size), rho))
        honest = _sides(lead, tie_half_width)
        truth = _sides(score, tie_half_width)
        lead = lead + np.where(_of(kinds, "length_biased", trainer), length_weight * ratio[item], 0.0)
        b = pick_first_share(p_first, float((honest == 1).mean()) if k == 3 else 0.0)
        by_position = _of(kinds, "position_biased", trainer) & (rng.random(item.size) < b)
        label = _sides(leaning_to_first(lead, a_first, by_position, tie_half_width), tie_half_width)
    elif level == "ordinal":
        k = n_labels
        score, difficulty = rng.normal((k - 1) / 2, 0.32 * (k - 1), n_items), noise * np.exp(0.4 * hard)
        seen = score[item] + difficulty[item] * rng.normal(size=item.size)
        honest, truth, label = rounded(seen, k), rounded(score, k), rounded(seen + severity[trainer], k)
    else:
        k = n_labels
        truth = rng.integers(0, k, n_items)
        score, difficulty = truth.astype(np.float64), np.clip(noise * np.exp(0.6 * hard), 0.0, 0.9)
        shares = np.repeat((difficulty / (k - 1))[:, None], k, axis=1)
        shares[np.arange(n_items), truth] = 1 - difficulty
        honest = label = drawn_label(shares[item], rng.normal(size=item.size))
    share = _random_shares(kinds, careless, drift, honest == truth[item], trainer, k, n_trainers)
    chance = share[trainer, (turn >= n_per_trainer / 2).astype(np.int64)]
    label = with_random(rng, label, rng.random(item.size) < chance, k)
    gold = np.where(rng.random(n_items) < gold_share, truth, -1)
    return SimulatedTeam(
        level=level, n_items=n_items, n_trainers=n_trainers, n_labels=k, item=item, trainer=trainer, label=label,
        turn=turn, a_first=a_first, gold=gold, truth=truth, score=score, difficulty=difficulty, log_length_ratio=ratio,
        pair=pair, severity=severity, random_share=share, planted=kinds,
    )  # fmt: skip


def _dealt(
    rng: np.random.Generator, planted: Mapping[str, int | Sequence[int]], level: str, n_trainers: int
) -> dict[str, IntArray]:
    """Return the trainers of each kind; those given by number are different from all others."""
    for kind in planted:
        if kind not in KINDS:
            raise ValueError(f"planted must name kinds among {', '.join(map(repr, KINDS))}, got {kind!r}.")
        if level not in KINDS[kind]:
            raise ValueError(
                f"{kind!r} does not show on level {level!r}; it needs {', '.join(map(repr, KINDS[kind]))}."
            )
    named = {k: np.asarray(v, dtype=np.int64) for k, v in planted.items() if not isinstance(v, int)}
    for kind, who in named.items():
        if who.size and not 0 <= who.min() <= who.max() < n_trainers:
            raise ValueError(f"trainers of kind {kind!r} must lie in 0..{n_trainers - 1}, got {who.tolist()}.")
    taken = np.concatenate([np.zeros(0, dtype=np.int64), *named.values()])
    free = rng.permutation(np.setdiff1d(np.arange(n_trainers), taken))
    wanted = sum(v for v in planted.values() if isinstance(v, int))
    if wanted > free.size:
        raise ValueError(f"planted must fit into {n_trainers} trainers, got {wanted + taken.size}.")
    found: dict[str, IntArray] = {}
    for kind, n in planted.items():
        if isinstance(n, int):
            found[kind], free = np.sort(free[:n]), free[n:]
        else:
            found[kind] = np.sort(named[kind])
    return found


def _assigned(
    rng: np.random.Generator, hard: FloatArray, n_trainers: int, n_each: int, uneven: float
) -> tuple[IntArray, IntArray, IntArray]:
    """Return item, trainer and turn (J,), items sorted: each trainer gets different items, some harder ones."""
    taste = uneven * rng.normal(size=n_trainers)
    chosen = [
        rng.permutation(np.argpartition(rng.exponential(size=hard.size) * np.exp(-t * hard), n_each - 1)[:n_each])
        for t in taste
    ]
    item = np.concatenate(chosen).astype(np.int64)
    trainer, turn = np.repeat(np.arange(n_trainers), n_each), np.tile(np.arange(n_each), n_trainers)
    order = np.argsort(item, kind="stable")
    return item[order], trainer[order], turn[order]


def _sides(lead: FloatArray, tie_half_width: float) -> IntArray:
    codes = preference_codes(lead, tie_half_width)
    return codes if tie_half_width > 0 else np.where(codes == 2, 1, 0).astype(np.int64)


def _of(kinds: Mapping[str, IntArray], kind: str, trainer: IntArray) -> BoolArray:
    found: BoolArray = np.isin(trainer, kinds.get(kind, np.zeros(0, dtype=np.int64)))
    return found


def _random_shares(
    kinds: Mapping[str, IntArray], careless: float, drift: float, right: BoolArray, trainer: IntArray, k: int, m: int
) -> FloatArray:  # fmt: skip
    """Return the share (M, 2) of random answers by half; drifting trainers lose `drift` of accuracy in the second."""
    share = np.zeros((m, 2))
    share[kinds.get("careless", [])] = careless
    for who in kinds.get("drifting", np.zeros(0, dtype=np.int64)):
        accuracy = float(right[trainer == who].mean())
        if drift > accuracy - 1 / k:
            raise ValueError(f"drift must be at most {accuracy - 1 / k:.2f} (accuracy {accuracy:.2f}), got {drift}.")
        share[who, 1] = drift / (accuracy - 1 / k)
    return share
