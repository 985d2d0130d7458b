"""The truth behind the answers: each item's score, class, flags or preference under each criterion."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import expit, ndtr, ndtri

from analytics.demo.behaviour import (
    BoolArray,
    FloatArray,
    IntArray,
    flag_texts,
    graded_codes,
    gumbel_noise,
    logistic_noise,
    preference_codes,
    ranking_text,
)  # fmt: skip
from analytics.demo.content import Topic, topics
from analytics.demo.items import ALL_MODELS, Items
from analytics.demo.planted import AMBIGUOUS, RHO, RULE_SECTION
from analytics.demo.programme import CRITERIA, HARM, NEW_MODEL, PROJECTS, STRENGTHS, TIE_HALF_WIDTH, Asked

_SHARED_QUALITY = 0.35
_MODEL_PULL = 0.35
_TOP_STRENGTH = dict(STRENGTHS) | {NEW_MODEL: 0.6}
CONCENTRATION = 80.0
_GRADED_CHANCE = 0.55


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """What honest trainers see in the N items.

    Attributes
    ----------
    score : dict
        Criterion key -> float array (N,): the item's score in label steps from 0 (ordinal, interval, ratio).
    shares : dict
        Criterion key -> float array (N, K): share of each label among honest answers (nominal), and of ambiguous items.
    ambiguous : dict
        Criterion key -> int array: items whose honest answers are drawn from `shares`.
    flags : dict
        Criterion key -> bool array (N, F): flags that truly hold.
    lead : float array (N,)
        Strength of response A's model minus that of B's; 0 where nothing is compared.
    pair : float array (N,)
        Standard normal: what trainers of one comparison share beyond the models' strengths.
    places : float array (N, 4)
        The same for each response of a ranking.
    strength : float array (N, 4)
        Strength of each response's model.
    """

    score: dict[str, FloatArray]
    shares: dict[str, FloatArray]
    ambiguous: dict[str, IntArray]
    flags: dict[str, BoolArray]
    lead: FloatArray
    pair: FloatArray
    places: FloatArray
    strength: FloatArray

    def codes(self, asked: Asked) -> IntArray:
        """Return the likeliest honest label (N,) of a criterion with K labels."""
        if asked.level == "preference":
            middle = self.middle_lead()
            graded = len(asked.labels) > 3
            return graded_codes(middle, TIE_HALF_WIDTH) if graded else preference_codes(middle, TIE_HALF_WIDTH)
        if asked.key in self.score:
            codes = np.clip(np.rint(self.score[asked.key]), 0, len(asked.labels) - 1).astype(np.int64)
            if asked.key in self.shares:
                chosen = self.ambiguous[asked.key]
                codes[chosen] = self.shares[asked.key][chosen].argmax(axis=1)
            return codes
        return np.asarray(self.shares[asked.key].argmax(axis=1), dtype=np.int64)

    def middle_lead(self) -> FloatArray:
        """Return A's lead (N,) as the middle one of all honest trainers sees it."""
        return self.lead + logistic_noise(np.sqrt(RHO) * self.pair)

    def labels(self, asked: Asked, items: IntArray, responses: BoolArray) -> np.ndarray:
        """Return the likeliest honest label of some items (n,) as canonical text; `responses` (n, 4): which exist."""
        if asked.level == "set":
            return flag_texts(self.flags[asked.key][items], asked.labels)
        if asked.level == "ranking":
            utility = (self.strength + gumbel_noise(np.sqrt(RHO) * self.places))[items]
            return np.array([ranking_text(u[r]) for u, r in zip(utility, responses, strict=True)], dtype=object)
        names: np.ndarray = np.array(asked.labels, dtype=object)[self.codes(asked)[items]]
        return names


def make_truth(rng: np.random.Generator, items: Items, ambiguous: dict[str, IntArray]) -> Truth:
    """Draw the truth of all items. `ambiguous` says which items have no single true label, by criterion key."""
    known = np.array([_TOP_STRENGTH[m] for m in ALL_MODELS] + [np.nan])
    strength = known[items.models]
    compared = items.task == "compare"
    score: dict[str, FloatArray] = {}
    shares: dict[str, FloatArray] = {}
    flags: dict[str, BoolArray] = {}
    pair, places = rng.normal(size=items.ids.size), rng.normal(size=strength.shape)
    lead = np.where(compared, strength[:, 0] - np.where(compared, strength[:, 1], 0.0), 0.0)
    common = rng.normal(size=items.ids.size)
    for asked in CRITERIA:
        own = rng.normal(size=items.ids.size)
        if asked.level in ("ordinal", "interval", "ratio") and asked.task == "compare":
            side = 1.0 if asked.criterion.endswith("_a") else -1.0
            middle = np.clip(lead + logistic_noise(np.sqrt(RHO) * pair), -4.0, 4.0)
            score[asked.key] = asked.mean + asked.spread * common + side * 0.45 * middle
        elif asked.level in ("ordinal", "interval", "ratio"):
            shared = items.quality[:, 0] if asked.project != PROJECTS[2] else common
            pull = 0.0 if asked.project == PROJECTS[2] else _MODEL_PULL * strength[:, 0]
            drawn = np.sqrt(_SHARED_QUALITY) * shared + np.sqrt(1 - _SHARED_QUALITY) * own + pull
            score[asked.key] = asked.mean + asked.spread * drawn
        elif asked.level == "nominal":
            shares[asked.key] = _nominal_shares(rng, items, asked)
        elif asked.level == "set":
            flags[asked.key] = _true_flags(rng, items, asked)
    for key, chosen in ambiguous.items():
        asked = next(a for a in CRITERIA if a.key == key)
        wide = shares.get(key, np.zeros((items.ids.size, len(asked.labels))))
        wide[chosen] = _spread(rng, asked, chosen.size)
        shares[key] = wide
        if asked.level == "preference":
            lead[chosen] = 0.0
    return Truth(
        score=score,
        shares=shares,
        ambiguous=ambiguous,
        flags=flags,
        lead=lead,
        pair=pair,
        places=places,
        strength=strength,
    )


def _of_topic(asked: Asked, topic: Topic) -> tuple[float, ...]:
    return topic.harm if asked.labels == HARM else topic.refuse


def _nominal_shares(rng: np.random.Generator, items: Items, asked: Asked) -> FloatArray:
    """Return the shares (N, K) of honest answers: `noise` of them off the true label, mostly next to it."""
    k = len(asked.labels)
    prior = np.array([_of_topic(asked, t) or (1.0,) + (0.0,) * (k - 1) for t in topics()])
    below = np.cumsum(prior / prior.sum(axis=1, keepdims=True), axis=1)[items.topic, :-1]
    true = (rng.random((items.ids.size, 1)) > below).sum(axis=1)
    near = np.where(np.abs(np.subtract.outer(np.arange(k), np.arange(k))) == 1, 3.0, 1.0)
    np.fill_diagonal(near, 0.0)
    confusion = (1 - asked.noise) * np.eye(k) + asked.noise * near / near.sum(axis=1, keepdims=True)
    found: FloatArray = confusion[true]
    return found


def _true_flags(rng: np.random.Generator, items: Items, asked: Asked) -> BoolArray:
    """Return which flags (N, F) truly hold, by topic."""
    prior = np.zeros((len(topics()), len(asked.labels)))
    for t, topic in enumerate(topics()):
        for flag, share in (topic.bias if asked.criterion == "bias_flags" else topic.flags).items():
            prior[t, asked.labels.index(flag)] = share
    return rng.random((items.ids.size, len(asked.labels))) < prior[items.topic]


def _spread(rng: np.random.Generator, asked: Asked, n: int) -> FloatArray:
    """Return the distributions (n, K) that honest answers on ambiguous items are drawn from."""
    said: dict[str, float] = AMBIGUOUS[asked.key][1]
    if not said:
        tie = 2 * float(expit(TIE_HALF_WIDTH)) - 1
        return np.tile([(1 - tie) / 2, tie, (1 - tie) / 2], (n, 1))
    base = np.array([said.get(label, 0.0) for label in asked.labels])
    drawn = np.zeros((n, base.size))
    drawn[:, base > 0] = rng.dirichlet(CONCENTRATION * base[base > 0], n)
    tidy: FloatArray = np.round(drawn, 4)
    return np.asarray(tidy / tidy.sum(axis=1, keepdims=True), dtype=np.float64)


def choose_ambiguous(rng: np.random.Generator, items: Items, scale: float) -> dict[str, IntArray]:
    """Return which items have no single true label, by criterion key; never items of the confused rule."""
    chosen = {}
    taken = np.zeros(items.ids.size, dtype=bool)
    for key, (n, _) in AMBIGUOUS.items():
        column = next(c for c, a in enumerate(CRITERIA) if a.key == key)
        able = np.flatnonzero(items.asked[:, column] & (items.section != RULE_SECTION) & ~taken)
        chosen[key] = np.sort(rng.choice(able, min(able.size, max(3, round(n * scale))), replace=False))
        taken[chosen[key]] = True
    return chosen


def honest_chance(asked: Asked, truth: Truth, item: IntArray, noise: FloatArray | float) -> FloatArray:
    """Return the chance (J,) that an honest answer is the likeliest label; it is what confidence speaks about.

    The graded preference and the ratings of two compared answers hang on the trainer's own lead; they get one value.
    """
    if asked.task == "compare" and len(asked.labels) == 7:
        return np.full(item.size, _GRADED_CHANCE)
    codes = truth.codes(asked)[item]
    if asked.key in truth.score:
        wide, score = np.maximum(noise, 1e-6), truth.score[asked.key][item]
        top, bottom = codes == len(asked.labels) - 1, codes == 0
        chance = np.where(top, 1.0, ndtr((codes + 0.5 - score) / wide)) - np.where(
            bottom, 0.0, ndtr((codes - 0.5 - score) / wide)
        )
    elif asked.level == "preference":
        chance = _preference_chance(truth, item, codes)
    else:
        chance = truth.shares[asked.key][item, codes]
    if asked.key in truth.ambiguous:
        marked = np.isin(item, truth.ambiguous[asked.key])
        chance = np.where(marked, truth.shares[asked.key][item].max(axis=1), chance)
    return np.asarray(chance, dtype=np.float64)


def _preference_chance(truth: Truth, item: IntArray, codes: IntArray) -> FloatArray:
    """Return the chance of the likeliest of A, tie, B, given what the trainers of an item share."""
    edges = [np.full(item.size, np.inf), TIE_HALF_WIDTH - truth.lead[item], -TIE_HALF_WIDTH - truth.lead[item]]
    edges.append(np.full(item.size, -np.inf))
    above = [ndtr((_normal(e) - np.sqrt(RHO) * truth.pair[item]) / np.sqrt(1 - RHO)) for e in edges]
    chances = np.stack([high - low for high, low in pairwise(above)], axis=1)
    found: FloatArray = chances[np.arange(item.size), codes]
    return found


def _normal(logistic: FloatArray) -> FloatArray:
    found: FloatArray = ndtri(expit(logistic))
    return found
