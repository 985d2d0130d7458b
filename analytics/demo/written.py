"""The planted truth as one JSON-ready document."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.demo import planted, programme
from analytics.demo.behaviour import BoolArray, FloatArray
from analytics.demo.gold import Gold
from analytics.demo.log import DemoLog
from analytics.demo.schedule import REPEAT_SHARE
from analytics.demo.setting import Setting


def planted_document(log: DemoLog, setting: Setting, gold: Gold, *, seed: int, scale: float) -> dict[str, Any]:
    """Return everything that was planted, with parameters, ids, and what simple counts of this log show of it."""
    entries = setting.plan.entries
    people = [str(who) for who in setting.team.ids[~setting.team.model]]
    return {
        "simulated": True,
        "seed": seed,
        "scale": scale,
        "period": {"first_day": programme.FIRST_DAY.isoformat(), "last_day": programme.LAST_DAY.isoformat()},
        "counts": {name: len(frame) for name, frame in log.tables().items()},
        "criteria": [
            {
                "project": a.project, "criterion": a.criterion, "level": a.level, "alpha_distance": a.metric,
                "intended_alpha": list(a.band), "subjective": a.subjective,
            }
            for a in programme.CRITERIA
        ],
        "trainers": {who: entries[who] for who in sorted(entries)},
        "honest_trainers": [who for who in people if who not in entries],
        "ambiguous_items": _ambiguous(setting),
        "rule_confusions": [_rule(setting)],
        "group_divides": [_divide(setting)],
        "guideline_changes": [_helped(log), _no_effect(log)],
        "recent_change": _recent(log, setting),
        "slices": _slices(log, setting),
        "response_models": {
            "model": "Rao-Kupper: P(a beats b) = 1 / (1 + exp(t - (s_a - s_b)))",
            "strengths": programme.STRENGTHS,
            "tie_half_width_t": programme.TIE_HALF_WIDTH,
            "expected_tie_share": round(planted.expected_tie_share(), 4),
            "correlation_of_trainers_within_an_item": planted.RHO,
            "rankings": "Plackett-Luce with the same strengths; responses closer than 0.1 are ranked level",
        },
        "gold": {"n": len(gold.frame), "wrong": gold.wrong, "stale": gold.stale},
        "blind_repeats": {
            "share_of_judgments": REPEAT_SHARE,
            "share_of_honest_noise_that_is_lasting_opinion": planted.OPINION_SHARE,
        },
    }  # fmt: skip


def _ambiguous(setting: Setting) -> list[dict[str, Any]]:
    found = []
    for key, chosen in setting.truth.ambiguous.items():
        asked = next(a for a in programme.CRITERIA if a.key == key)
        for item in chosen:
            shares = setting.truth.shares[key][item]
            found.append(
                {
                    "project": asked.project,
                    "criterion": asked.criterion,
                    "item_id": str(setting.items.ids[item]),
                    "distribution": {k: round(float(p), 4) for k, p in zip(asked.labels, shares, strict=True) if p > 0},
                }
            )
    return found


def _rule(setting: Setting) -> dict[str, Any]:
    project = programme.SAFETY
    column = next(c for c, a in enumerate(programme.CRITERIA) if a.project == project and a.labels == programme.HARM)
    asked, items = programme.CRITERIA[column], setting.items
    under = items.asked[:, column] & (items.section == planted.RULE_SECTION)
    under &= np.isin(setting.truth.codes(asked), [programme.HARM.index("satire"), programme.HARM.index("harmful")])
    able = setting.team.pool(project)
    names = {1: "intent counts: satire", -1: "effect counts: harmful"}
    return {
        "project": project,
        "criterion": asked.criterion,
        "guideline_section": planted.RULE_SECTION,
        "labels": ["satire", "harmful"],
        "share_called_the_other": planted.RULE_SWAP,
        "shift_by_reading": planted.RULE_READING,
        "readings": {str(setting.team.ids[k]): names[int(setting.readings[k])] for k in able},
        "item_ids": [str(i) for i in items.ids[under]],
    }


def _divide(setting: Setting) -> dict[str, Any]:
    items, team = setting.items, setting.team
    column = next(c for c, a in enumerate(programme.CRITERIA) if a.criterion == "offensiveness")
    of_group = [int(k) for k in team.pool(programme.SAFETY) if team.age_band[k] == planted.DIVIDE_GROUP]
    return {
        "project": programme.SAFETY,
        "criterion": "offensiveness",
        "topic": planted.DIVIDE_TOPIC,
        "group": "age_band",
        "value": planted.DIVIDE_GROUP,
        "shift_in_scale_points": planted.DIVIDE_SHIFT,
        "trainer_ids": [str(team.ids[k]) for k in of_group],
        "item_ids": [str(i) for i in items.ids[items.named(topic=planted.DIVIDE_TOPIC) & items.asked[:, column]]],
    }


def _helped(log: DemoLog) -> dict[str, Any]:
    project, criterion, version = programme.HELPED
    since = next(g[2] for g in programme.GUIDELINES if g[1] == version)
    return {
        "project": project, "criterion": criterion, "version": version, "effective_from": since.isoformat(),
        "effect": "helped", "noise_before": planted.BEFORE_FACTOR, "noise_after": planted.AFTER_FACTOR,
    } | _split(log, project, criterion, programme.day_of(since))  # fmt: skip


def _no_effect(log: DemoLog) -> dict[str, Any]:
    project, criterion, version = programme.NO_EFFECT
    since = next(g[2] for g in programme.GUIDELINES if g[1] == version)
    return {
        "project": project, "criterion": criterion, "version": version, "effective_from": since.isoformat(),
        "effect": "none", "noise_before": 1.0, "noise_after": 1.0,
    } | _split(log, project, criterion, programme.day_of(since))  # fmt: skip


def _recent(log: DemoLog, setting: Setting) -> dict[str, Any]:
    team = setting.team
    return {
        "project": programme.GENERAL, "criterion": "tone", "since": planted.TONE_DATE.isoformat(),
        "effect": "agreement fell",
        "cause": {"response_model": programme.NEW_MODEL}, "camp_shift_in_scale_points": planted.TONE_CAMP,
        "camps": {str(team.ids[k]): int(setting.camps[k]) for k in team.pool(programme.GENERAL)},
    } | _split(log, programme.GENERAL, "tone", programme.day_of(planted.TONE_DATE))  # fmt: skip


def _split(log: DemoLog, project: str, criterion: str, day: int) -> dict[str, Any]:
    chosen = peer_judgments(log.judgments, project, criterion)
    before = (chosen["judged_at"] < programme.instant(day)).to_numpy()
    return {
        "pair_disagreement_before": _mean(chosen[before]),
        "pair_disagreement_after": _mean(chosen[~before]),
    }


def _slices(log: DemoLog, setting: Setting) -> list[dict[str, Any]]:
    found = []
    for criterion, where, factor in (
        ("completeness", planted.SLICE_TOPIC, planted.SLICE_TOPIC_FACTOR),
        ("factual_accuracy", planted.SLICE_PAIR, planted.SLICE_PAIR_FACTOR),
    ):
        chosen = peer_judgments(log.judgments, programme.GENERAL, criterion)
        ids = set(setting.items.ids[setting.items.named(**where)])
        inside = chosen["item_id"].isin(ids).to_numpy()
        per_item = item_disagreement(chosen[inside])
        found.append(
            {
                "project": programme.GENERAL, "criterion": criterion, "conditions": where, "noise_factor": factor,
                "n_items_paired": per_item.size, "pair_disagreement_inside": _mean(chosen[inside]),
                "pair_disagreement_outside": _mean(chosen[~inside]),
            }
        )  # fmt: skip
    return found


def peer_judgments(judgments: pd.DataFrame, project: str, criterion: str) -> pd.DataFrame:
    """Return the submitted first-round judgments of one criterion that people (not models) made."""
    kept: BoolArray = (
        (judgments["project"] == project)
        & (judgments["criterion"] == criterion)
        & (judgments["status"] == "submitted")
        & (judgments["round"] == 1)
        & judgments["trainer_id"].str.startswith("t-")
    ).to_numpy()
    return judgments[kept]


def item_disagreement(chosen: pd.DataFrame) -> FloatArray:
    """Return, for each item with two judgments or more, the share of its pairs of judgments that differ."""
    counts = chosen.groupby(["item_id", "label"], observed=True).size().reset_index(name="n")
    same = (counts["n"] * (counts["n"] - 1)).groupby(counts["item_id"]).sum()
    total = counts.groupby("item_id")["n"].sum()
    pairs = total * (total - 1)
    found: FloatArray = (1 - same / pairs)[pairs > 0].to_numpy(dtype=np.float64)
    return found


def _mean(chosen: pd.DataFrame) -> float | None:
    """Return the mean disagreement over items, None where no item has two judgments."""
    per_item = item_disagreement(chosen)
    return round(float(per_item.mean()), 4) if per_item.size else None
