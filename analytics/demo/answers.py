"""Every answer of the log: the truth, seen by trainers who err, drift, lean and differ as planned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo import planted
from analytics.demo.behaviour import (
    FloatArray,
    IntArray,
    correlated,
    drawn_label,
    flag_texts,
    flags_given,
    graded_codes,
    gumbel_noise,
    persistent_noise,
    preference_codes,
    ranking_text,
    rounded,
    with_random,
)  # fmt: skip
from analytics.demo.programme import (
    CRITERIA,
    GENERAL,
    HARM,
    HELPED,
    NEW_MODEL,
    SAFETY,
    TIE_HALF_WIDTH,
    Asked,
    guideline_versions,
)  # fmt: skip
from analytics.demo.schedule import Visits
from analytics.demo.setting import Setting
from analytics.demo.truth import honest_chance

_RATING_PULL = 0.45
_MODEL_NOISE = 0.8
_FLAG_FALSE = {"safety_flags": 0.010, "bias_flags": 0.018}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """The answers to one criterion.

    Attributes
    ----------
    rows : int array (n,)
        Which judgments they are.
    labels : object array (n,)
        Canonical text.
    chance : float array (n,)
        Chance that an honest answer to this item is the likeliest one; what confidence is built on.
    shown_first : object array (n,)
        Id of the response shown first, None where there is only one.
    """

    rows: IntArray
    labels: np.ndarray
    chance: FloatArray
    shown_first: np.ndarray


def answers(rng: np.random.Generator, setting: Setting, column: int) -> Answers:
    """Return the answers to one criterion (its place in CRITERIA); rewrites are made elsewhere."""
    asked, visits = CRITERIA[column], setting.visits
    rows = np.flatnonzero(visits.row_criterion == column)
    visit = visits.row_visit[rows]
    item = visits.item[visit]
    shown = np.full(rows.size, None, dtype=object)
    if asked.task == "compare":
        shown = np.where(setting.a_first[visit], "A", "B").astype(object)
    if asked.level == "ranking":
        labels, shown = _rankings(rng, setting, rows)
        return Answers(rows=rows, labels=labels, chance=np.full(rows.size, 0.6), shown_first=shown)
    noise = persistent_noise(rng, _origins(visits, rows, column), planted.OPINION_SHARE, *_extra(asked))
    if asked.level == "set":
        labels, chance = _sets(rng, setting, asked, rows, noise)
        return Answers(rows=rows, labels=labels, chance=chance, shown_first=shown)
    width: FloatArray | float = 0.0
    if asked.level == "preference":
        lead = setting.lead[visit]
        codes = (
            graded_codes(lead + asked.noise * noise, TIE_HALF_WIDTH)
            if len(asked.labels) > 3
            else preference_codes(lead, TIE_HALF_WIDTH)
        )
    elif asked.level == "nominal":
        codes = drawn_label(_shares(setting, asked, visit), noise)
        codes = _refusals(rng, setting, asked, visit, codes)
    else:
        width = asked.noise * asked.point * _factors(setting, asked, visit)
        codes = _ratings(setting, asked, visit, width, noise)
    codes = np.where(setting.straight[rows], _usual(asked), codes)
    codes = with_random(rng, codes, setting.random[rows], len(asked.labels))
    names = np.array(asked.labels, dtype=object)
    chance = honest_chance(asked, setting.truth, item, width)
    return Answers(rows=rows, labels=names[codes], chance=chance, shown_first=shown)


def _extra(asked: Asked) -> tuple[int, ...]:
    return (len(asked.labels),) if asked.level == "set" else ()


def _usual(asked: Asked) -> int:
    """Return the label that a straight-lining trainer gives: a little above the middle, or the first."""
    return 0 if asked.level in ("nominal", "preference") else len(asked.labels) // 2 + len(asked.labels) // 4


def _origins(visits: Visits, rows: IntArray, column: int) -> IntArray:
    """Return, for each judgment of a criterion, which of them it repeats; -1 for first judgments."""
    place = np.full(visits.item.size, -1)
    place[visits.row_visit[rows]] = np.arange(rows.size)
    origin = visits.origin[visits.row_visit[rows]]
    return np.where(origin >= 0, place[origin], -1)


def _factors(setting: Setting, asked: Asked, visit: IntArray) -> FloatArray:
    """Return the factor (n,) on honest noise: planted slices, the guideline change, steadier models."""
    visits, items = setting.visits, setting.items
    item = visits.item[visit]
    factor = np.where(setting.team.model[visits.trainer[visit]], _MODEL_NOISE, 1.0)
    if asked.key == f"{GENERAL}/completeness":
        factor = factor * np.where(items.named(**planted.SLICE_TOPIC)[item], planted.SLICE_TOPIC_FACTOR, 1.0)
    if asked.key == f"{GENERAL}/factual_accuracy":
        factor = factor * np.where(items.named(**planted.SLICE_PAIR)[item], planted.SLICE_PAIR_FACTOR, 1.0)
    project, criterion, version = HELPED
    if (asked.project, asked.criterion) == (project, criterion):
        after = guideline_versions(project, visits.day[visit]) == version
        factor = factor * np.where(after, planted.AFTER_FACTOR, planted.BEFORE_FACTOR)
    return factor


def _ratings(setting: Setting, asked: Asked, visit: IntArray, width: FloatArray, noise: FloatArray) -> IntArray:
    """Return the labels 0..K-1 of a rating: score, own severity, planted shifts, honest noise, then rounding."""
    visits, plan, team = setting.visits, setting.plan, setting.team
    item, trainer = visits.item[visit], visits.trainer[visit]
    shift = np.zeros(visit.size)
    if asked.level != "ratio" and asked.criterion != "formatting":
        shift = (plan.severity + team.severity)[trainer] * asked.point
    if asked.key == f"{GENERAL}/tone":
        breezy = (setting.items.frame["response_model"] == NEW_MODEL).to_numpy()[item]
        shift = shift + np.where(breezy, planted.TONE_CAMP * setting.camps[trainer], 0.0)
    if asked.key == f"{SAFETY}/offensiveness":
        divided = setting.items.named(topic=planted.DIVIDE_TOPIC)[item] & (
            team.age_band[trainer] == planted.DIVIDE_GROUP
        )
        shift = shift + np.where(divided, planted.DIVIDE_SHIFT, 0.0)
    score = setting.truth.score[asked.key][item]
    if asked.task == "compare":
        side = 1.0 if asked.criterion.endswith("_a") else -1.0
        seen = np.clip(setting.lead[visit], -4.0, 4.0)
        middle = np.clip(setting.truth.middle_lead()[item], -4.0, 4.0)
        score = score + side * _RATING_PULL * (seen - middle)
    latent = score + shift + width * noise
    middle_label = (len(asked.labels) - 1) / 2
    latent = middle_label + (1 - plan.squeeze[trainer]) * (latent - middle_label)
    codes = rounded(latent, len(asked.labels))
    marked = setting.truth.ambiguous.get(asked.key)
    if marked is None:
        return codes
    drawn = drawn_label(setting.truth.shares[asked.key][item], noise)
    return np.where(np.isin(item, marked), drawn, codes)


def _shares(setting: Setting, asked: Asked, visit: IntArray) -> FloatArray:
    """Return the shares (n, K) from which a class is drawn; under the confused rule they depend on the reading."""
    item = setting.visits.item[visit]
    shares = setting.truth.shares[asked.key][item]
    if asked.labels != HARM:
        return shares
    satire, harmful = HARM.index("satire"), HARM.index("harmful")
    code = shares.argmax(axis=1)
    under_rule = (setting.items.section[item] == planted.RULE_SECTION) & np.isin(code, (satire, harmful))
    called = (
        np.where(code == satire, 1 - planted.RULE_SWAP, planted.RULE_SWAP)
        + planted.RULE_READING * setting.readings[setting.visits.trainer[visit]]
    )
    both = shares[:, satire] + shares[:, harmful]
    confused = shares.copy()
    confused[:, satire], confused[:, harmful] = both * called, both * (1 - called)
    return np.where(under_rule[:, None], confused, shares)


def _refusals(rng: np.random.Generator, setting: Setting, asked: Asked, visit: IntArray, codes: IntArray) -> IntArray:
    """Return refuse-or-answer labels after the planted over- and under-refusers."""
    if asked.labels == HARM:
        return codes
    trainer, refuse = setting.visits.trainer[visit], len(asked.labels) - 1
    over = (rng.random(visit.size) < setting.plan.over_refuse[trainer]) & (codes < refuse)
    under = (rng.random(visit.size) < setting.plan.under_refuse[trainer]) & (codes == refuse)
    return np.where(over, refuse, np.where(under, 0, codes))


def _sets(
    rng: np.random.Generator, setting: Setting, asked: Asked, rows: IntArray, noise: FloatArray
) -> tuple[np.ndarray, FloatArray]:
    """Return flag sets as canonical text, and the chance of the true set."""
    item = setting.visits.item[setting.visits.row_visit[rows]]
    true, false = setting.truth.flags[asked.key][item], _FLAG_FALSE[asked.criterion]
    given = flags_given(rng, true, noise, asked.noise, false, setting.random[rows])
    given &= ~setting.straight[rows, None]
    chance = np.where(true, 1 - asked.noise, 1 - false).prod(axis=1)
    return flag_texts(given, asked.labels), chance


def _rankings(rng: np.random.Generator, setting: Setting, rows: IntArray) -> tuple[np.ndarray, np.ndarray]:
    """Return rankings as canonical text, and which response stood first; honest ones follow Plackett and Luce."""
    visits, truth = setting.visits, setting.truth
    visit = visits.row_visit[rows]
    item, trainer = visits.item[visit], visits.trainer[visit]
    own = (
        persistent_noise(rng, _origins(visits, rows, int(visits.row_criterion[rows[0]])), planted.OPINION_SHARE, 4)
        if rows.size
        else np.zeros((0, 4))
    )
    utility = truth.strength[item] + gumbel_noise(correlated(truth.places[item], own, planted.RHO))
    utility = np.where(setting.random[rows, None], rng.normal(size=utility.shape), utility)
    there = setting.items.models[item] >= 0
    first = rng.integers(0, there.sum(axis=1))
    top = np.nanmax(np.where(there, utility, -np.inf), axis=1) if rows.size else np.zeros(0)
    lifted = rng.random(rows.size) < setting.plan.first[trainer]
    utility[np.flatnonzero(lifted), first[lifted]] = top[lifted] + 0.5
    labels = [ranking_text(values[present]) for values, present in zip(utility, there, strict=True)]
    return np.array(labels, dtype=object), np.array([f"r{k + 1}" for k in first], dtype=object)
