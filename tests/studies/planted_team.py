"""A small simulator of a team with planted trainers: what the study and its short version in the tests both use."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.dawid_skene import dawid_skene

TOPICS = 6


@dataclass(frozen=True, kw_only=True)
class World:
    """What is simulated.

    Two criteria, each with its own items and 200 judgments a trainer: a rating from 1 to 5, a preference A / tie / B.
    Items have six topics of rising difficulty and each trainer works mostly on two neighbouring topics, so that raw
    agreement mixes up people and items. Ordinary trainers are right about nine times in ten and differ: accuracy logits
    by .25, severity by .08 points. A tenth of the items is gold. `unclear_share` of the items, more in hard topics, are
    answered right by about every third only; `skewed` makes three quarters of the truth one label; `topics_told` tells
    the analysis the topics.
    """

    trainers: int = 60
    judgments: int = 200
    per_item: int = 5
    gold_share: float = 0.1
    careless: int = 3
    harsh: int = 3
    drifting: int = 3
    position: int = 3
    random_share: float = 0.5
    harsh_points: float = 1.0
    fall: float = 0.25
    fall_at: float = 0.5
    first_share: float = 0.70
    ability: float = 3.5
    model: bool = True
    topics_told: bool = True
    unclear_share: float = 0.0
    skewed: bool = False


@dataclass(frozen=True, kw_only=True)
class Team:
    """A simulated team: logs, and the truth about it."""

    rating: CriterionLog
    preference: CriterionLog
    planted: frozenset[tuple[int, str, str]] = field(default_factory=frozenset)
    severity: np.ndarray
    rating_truth: np.ndarray


def simulated_team(world: World, rng: np.random.Generator) -> Team:
    """Return one team with the planted trainers at its first indices."""
    m = world.trainers
    careless = np.arange(world.careless)
    harsh = world.careless + np.arange(world.harsh)
    drifting = world.careless + world.harsh + np.arange(world.drifting)
    position = world.careless + world.harsh + world.drifting + np.arange(world.position)
    ability = rng.normal(world.ability, 0.25, m)
    natural = rng.normal(0.0, 0.08, m)
    severity = natural.copy()
    severity[harsh] -= world.harsh_points

    item, trainer, order, difficulty, topic = _assignment(world, rng)
    n = difficulty.size
    truth = rng.choice(5, n, p=[0.02, 0.03, 0.05, 0.15, 0.75] if world.skewed else [0.08, 0.17, 0.30, 0.28, 0.17])
    label = _answers(truth[item], ability[trainer] - difficulty[item], 5, rng)
    nudged = rng.random(item.size) < np.abs(natural[trainer])
    label = np.where(nudged, np.clip(label + np.sign(natural[trainer]).astype(int), 0, 4), label)
    label = _fallen(label, truth[item], trainer, order, drifting, world, 5, rng)
    whole, part = divmod(world.harsh_points, 1.0)
    lower = int(whole) + (rng.random(item.size) < part)
    label = np.where(np.isin(trainer, harsh), np.clip(label - lower, 0, 4), label)
    label = _at_random(label, trainer, careless, world, 5, rng)
    rating = _log("quality", item, trainer, label, order, truth, 5, world, rng, topic, values=np.arange(1.0, 6.0))

    item, trainer, order, difficulty, topic = _assignment(world, rng)
    choice = rng.choice(3, difficulty.size, p=[0.75, 0.05, 0.20] if world.skewed else [0.45, 0.1, 0.45])
    label = _answers(choice[item], ability[trainer] - 0.4 - difficulty[item], 3, rng)
    label = _fallen(label, choice[item], trainer, order, drifting, world, 3, rng)
    label = _at_random(label, trainer, careless, world, 3, rng)
    shown_first = np.where(rng.random(item.size) < 0.5, 0, 2)
    pulled = np.isin(trainer, position) & (rng.random(item.size) < 2.0 * world.first_share - 1.0)
    label = np.where(pulled, shown_first, label)
    preference = _log("preference", item, trainer, label, order, choice, 3, world, rng, topic, shown_first=shown_first)

    planted = {(int(j), kind, c) for j in careless for kind, c in (("careless", "quality"), ("careless", "preference"))}
    planted |= {(int(j), "harsh", "quality") for j in harsh}
    planted |= {(int(j), "drifting", c) for j in drifting for c in ("quality", "preference")}
    planted |= {(int(j), "position_bias", "preference") for j in position}
    return Team(rating=rating, preference=preference, planted=frozenset(planted), severity=severity, rating_truth=truth)


def _assignment(
    world: World, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Codes item and trainer (J,), order of work (J,), difficulty and topic (N,): each trainer mostly on two topics."""
    m = world.trainers
    n = m * world.judgments // world.per_item
    topic = np.sort(rng.integers(0, TOPICS, n))
    difficulty = np.linspace(-0.8, 1.2, TOPICS)[topic] + rng.normal(0.0, 0.6, n)
    if world.unclear_share:
        difficulty[rng.random(n) < world.unclear_share * 2.0 * (topic + 0.5) / TOPICS] += world.ability + 0.5
    home = rng.integers(0, TOPICS, m)
    left = np.full(m, world.judgments)
    chosen = np.empty((n, world.per_item), dtype=np.int64)
    for i in rng.permutation(n):
        distance = np.abs(home - topic[i])
        liking = np.where(distance == 0, 6.0, np.where(distance == 1, 3.0, 1.0))
        key = np.where(left > 0, rng.random(m) ** (1.0 / (liking * np.maximum(left, 1e-9))), -1.0)
        chosen[i] = np.argpartition(-key, world.per_item)[: world.per_item]
        left[chosen[i]] -= 1
    item, trainer = np.repeat(np.arange(n), world.per_item), chosen.ravel()
    return item, trainer, rng.random(item.size), difficulty, topic


def _answers(truth: np.ndarray, logit: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    right = rng.random(truth.size) < 1.0 / (1.0 + np.exp(-logit))
    near = np.clip(truth + rng.choice((-1, 1), truth.size), 0, k - 1)
    near = np.where(near == truth, np.where(truth == 0, 1, truth - 1), near)
    far = (truth + rng.integers(1, k, truth.size)) % k
    return np.where(right, truth, np.where(rng.random(truth.size) < 0.75, near, far))


def _fallen(
    label: np.ndarray, truth: np.ndarray, trainer: np.ndarray, order: np.ndarray, who: np.ndarray, world: World,
    k: int, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Accuracy of `who` falls by `world.fall` from `world.fall_at` of their judgments on."""
    label = label.copy()
    for j in who:
        mine = np.flatnonzero(trainer == j)
        late = mine[np.argsort(order[mine])][round(world.fall_at * mine.size) :]
        right = late[label[late] == truth[late]]
        share = min(1.0, world.fall * late.size / max(right.size, 1))
        wrong = right[rng.random(right.size) < share]
        label[wrong] = _answers(truth[wrong], np.full(wrong.size, -50.0), k, rng)
    return label


def _at_random(
    label: np.ndarray, trainer: np.ndarray, who: np.ndarray, world: World, k: int, rng: np.random.Generator
) -> np.ndarray:
    blind = np.isin(trainer, who) & (rng.random(label.size) < world.random_share)
    return np.where(blind, rng.integers(0, k, label.size), label)


def _log(
    name: str, item: np.ndarray, trainer: np.ndarray, label: np.ndarray, order: np.ndarray, truth: np.ndarray, k: int,
    world: World, rng: np.random.Generator, topic: np.ndarray, *, values: np.ndarray | None = None,
    shown_first: np.ndarray | None = None,
) -> CriterionLog:  # fmt: skip
    codes = JudgmentCodes(
        item=item, trainer=trainer, label=label, n_items=truth.size, n_trainers=world.trainers, n_labels=k
    )
    gold = np.where(rng.random(truth.size) < world.gold_share, truth, -1)
    return CriterionLog(
        criterion=name, codes=codes, order=order, gold=gold, values=values, shown_first=shown_first,
        tie=None if shown_first is None else 1, stratum=topic if world.topics_told else None,
        model=dawid_skene(codes) if world.model else None,
    )  # fmt: skip
