"""What is planted in the log: which trainers behave how, which items, rules and dates carry an effect."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from analytics.demo.behaviour import BoolArray, FloatArray, IntArray, pick_first_share
from analytics.demo.programme import (
    FIRST_DAY,
    GENERAL,
    HEALTH,
    MODELS,
    PROJECTS,
    SAFETY,
    STRENGTHS,
    TIE_HALF_WIDTH,
    day_of,
)  # fmt: skip
from analytics.demo.trainers import Team

DEFAULT_SEED = 20260105

RULE_SECTION = "4.2 Satire and harm"
RULE_SWAP = 0.42
RULE_READING = 0.20
DIVIDE_TOPIC, DIVIDE_GROUP, DIVIDE_SHIFT = "Workplace humour", "45+", 1.5
SLICE_TOPIC = {"topic": "Coding help"}
SLICE_TOPIC_FACTOR = 4.0
SLICE_PAIR = {"topic": "Science explainers", "response_model": "cedar-mini"}
SLICE_PAIR_FACTOR = 5.5
TONE_DATE, TONE_CAMP = date(2026, 10, 19), 1.8
BEFORE_FACTOR, AFTER_FACTOR = 1.0, 0.40
RHO = 0.92
OPINION_SHARE = 0.6
AMBIGUOUS = {
    f"{GENERAL}/helpfulness": (40, {"2": 0.20, "3": 0.28, "5": 0.30, "6": 0.22}),
    f"{GENERAL}/preference": (40, {}),
    f"{HEALTH}/factual_accuracy": (30, {"2": 0.42, "3": 0.08, "4": 0.50}),
    f"{SAFETY}/harm_class": (40, {"ok": 0.45, "borderline": 0.10, "harmful": 0.45}),
    f"{SAFETY}/refuse_or_answer": (30, {"answer": 0.45, "partial": 0.15, "refuse": 0.40}),
}
"""Criterion key -> how many items, and the distribution honest trainers draw from ({} = a toss-up)."""
LEARNING_START, LEARNING_VISITS = 0.50, 45.0
LESS_WORK = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How each of the M trainers departs from honest answering; every array has shape (M,), zeros mean honest.

    Attributes
    ----------
    random : float
        Share of answers given at random.
    drift_day, drift_random : int, float
        Day from which, and share in which, answers become random.
    severity : float
        Points of a five-label scale added to every rating (negative = harsh).
    squeeze : float
        0 = uses the scale as asked; .5 = halves the distance of every rating from the scale's middle.
    first : float
        Share of comparisons decided for the response shown first, whatever it says.
    length : float
        Weight of the log length ratio in the preferred response's utility.
    over_refuse, under_refuse : float
        Share of answer/partial called refuse; share of refuse called answer.
    straight : float
        Share of sessions in which one label per criterion is given throughout.
    learns : bool
        Newcomers: random share falls with every visit.
    hurry : float
        Factor on time (1 = usual).
    overconfident : float
        Added to confidence.
    copies : float
        Share of rationales taken from a handful of stock texts.
    shares : bool
        Draws rationales from a pool of texts shared with another person.
    work : float
        Factor on the amount of work.
    """

    random: FloatArray
    drift_day: IntArray
    drift_random: FloatArray
    severity: FloatArray
    squeeze: FloatArray
    first: FloatArray
    length: FloatArray
    over_refuse: FloatArray
    under_refuse: FloatArray
    straight: FloatArray
    learns: BoolArray
    hurry: FloatArray
    overconfident: FloatArray
    copies: FloatArray
    shares: BoolArray
    work: FloatArray
    entries: dict[str, list[dict[str, Any]]]
    """trainer_id -> what is planted there, JSON-ready."""

    def random_share(self, trainer: IntArray, day: IntArray, seen: IntArray) -> FloatArray:
        """Return the chance (V,) that a trainer's answer is random, given the day and the visits made before."""
        learning = np.where(self.learns[trainer], LEARNING_START * np.exp(-seen / LEARNING_VISITS), 0.0)
        drift = np.where(day >= self.drift_day[trainer], self.drift_random[trainer], 0.0)
        honest: FloatArray = (1 - self.random[trainer]) * (1 - drift) * (1 - learning)
        return 1 - honest


def expected_tie_share() -> float:
    """Return the share of ties among honest comparisons of two models drawn at random (Rao and Kupper, 1967)."""
    gaps = [STRENGTHS[a] - STRENGTHS[b] for k, a in enumerate(MODELS) for b in MODELS[k + 1 :]]
    ties = [_logistic(TIE_HALF_WIDTH - g) - _logistic(-TIE_HALF_WIDTH - g) for g in gaps]
    return sum(ties) / len(ties)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def make_plan(rng: np.random.Generator, team: Team) -> Plan:
    """Return who behaves how. Roles go to people who were there before; newcomers learn, models are honest."""
    m = team.ids.size
    plan = Plan(
        random=np.zeros(m), drift_day=np.full(m, 10_000), drift_random=np.zeros(m), severity=np.zeros(m),
        squeeze=np.zeros(m), first=np.zeros(m), length=np.zeros(m), over_refuse=np.zeros(m), under_refuse=np.zeros(m),
        straight=np.zeros(m), learns=team.newcomer.copy(), hurry=np.ones(m), overconfident=np.zeros(m),
        copies=np.zeros(m), shares=np.zeros(m, dtype=bool), work=np.ones(m), entries={},
    )  # fmt: skip
    free = {
        project: list(
            rng.permutation([k for k in team.pool(project) if not team.newcomer[k] and team.member[k].sum() == 1])
        )
        for project in PROJECTS
    }

    def plant(project: str, kind: str, **said: Any) -> int:
        who = int(free[project].pop())
        plan.entries.setdefault(str(team.ids[who]), []).append({"kind": kind, "project": project, **said})
        return who

    for project, share in ((GENERAL, 0.50), (GENERAL, 0.40), (HEALTH, 0.50), (SAFETY, 0.45)):
        who = plant(project, "careless", random_share=share)
        plan.random[who], plan.work[who] = share, LESS_WORK
    for project, points in ((GENERAL, -1.0), (GENERAL, -0.8), (HEALTH, -1.0)):
        plan.severity[plant(project, "harsh", points_of_a_five_label_scale=points)] = points
    for project, points in ((GENERAL, 1.0), (HEALTH, 0.8)):
        plan.severity[plant(project, "lenient", points_of_a_five_label_scale=points)] = points
    for project, since in ((GENERAL, date(2026, 9, 14)), (SAFETY, date(2026, 9, 7)), (HEALTH, date(2026, 8, 31))):
        who = plant(project, "drifting", since=since.isoformat(), random_share_before=0.0, random_share_after=0.42)
        plan.drift_day[who], plan.drift_random[who] = day_of(since), 0.42
    for p_first in (0.75, 0.70, 0.66):
        b = pick_first_share(p_first, expected_tie_share())
        who = plant(GENERAL, "position_biased", p_first=p_first, share_decided_by_position=round(b, 4))
        plan.first[who] = b
    plan.length[plant(GENERAL, "length_biased", weight_of_log_length_ratio=1.6)] = 1.6
    plan.over_refuse[plant(SAFETY, "over_refuser", share_of_answer_and_partial_called_refuse=0.35)] = 0.35
    plan.under_refuse[plant(SAFETY, "under_refuser", share_of_refuse_called_answer=0.50)] = 0.50
    who = plant(GENERAL, "straight_lining", share_of_sessions=0.40)
    plan.straight[who], plan.work[who] = 0.40, LESS_WORK
    plan.squeeze[plant(GENERAL, "central_tendency", share_of_distance_lost=0.50)] = 0.50
    plan.hurry[plant(GENERAL, "rapid", time_factor=0.22, random_share=0.0)] = 0.22
    plan.overconfident[plant(HEALTH, "overconfident", added_to_confidence=0.20)] = 0.20
    plan.copies[plant(GENERAL, "copied_rationales", share=0.85)] = 0.85
    pair = [plant(SAFETY, "shared_rationales") for _ in range(2)]
    for k, who in enumerate(pair):
        plan.entries[str(team.ids[who])][0]["with"] = str(team.ids[pair[1 - k]])
        plan.shares[who] = True
    for fresh in np.flatnonzero(team.newcomer):
        plan.entries[str(team.ids[fresh])] = [
            {
                "kind": "newcomer",
                "project": PROJECTS[int(np.flatnonzero(team.member[fresh])[0])],
                "started_on": _day(int(team.start_day[fresh])),
                "random_share_at_start": LEARNING_START,
                "falls_by_e_every_visits": LEARNING_VISITS,
            }
        ]
    return plan


def _day(day: int) -> str:
    return date.fromordinal(FIRST_DAY.toordinal() + day).isoformat()


def trainers_of_kind(entries: dict[str, list[dict[str, Any]]], kinds: Iterable[str]) -> list[str]:
    """Return the trainer ids that carry any of these kinds, sorted."""
    wanted = set(kinds)
    return sorted(who for who, said in entries.items() if any(entry["kind"] in wanted for entry in said))
