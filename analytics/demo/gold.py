"""Gold labels, some of them planted wrong or stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.demo.behaviour import IntArray
from analytics.demo.items import Items
from analytics.demo.planted import RULE_SECTION
from analytics.demo.programme import CRITERIA, GENERAL, GUIDELINES, HEALTH, HELPED, SAFETY, day_of, instant
from analytics.demo.truth import Truth

GOLD_SHARE = 0.075  # of all items; a fifth of them turn out to have no clear label, which leaves 6 %
GOLD_CRITERIA = (
    f"{GENERAL}/factual_accuracy", f"{GENERAL}/formatting", f"{GENERAL}/preference", f"{HEALTH}/factual_accuracy",
    f"{HEALTH}/citation_support", f"{HEALTH}/refuse_or_answer", f"{SAFETY}/refuse_or_answer", f"{SAFETY}/harm_class",
    f"{SAFETY}/safety_flags",
)  # fmt: skip
N_WRONG, N_STALE = 12, 6
_CLEAR = 0.30
_CLEAR_LEAD = 1.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Gold:
    """The contract's `gold` table, and which of its labels are planted wrong or stale (JSON-ready)."""

    frame: pd.DataFrame
    wrong: list[dict[str, Any]]
    stale: list[dict[str, Any]]


def choose_gold_items(rng: np.random.Generator, items: Items, ambiguous: dict[str, IntArray]) -> IntArray:
    """Return the items with gold: single answers, comparisons and policy decisions with one true label."""
    columns = [c for c, a in enumerate(CRITERIA) if a.key in GOLD_CRITERIA]
    able = items.asked[:, columns].any(axis=1) & (items.section != RULE_SECTION)
    for chosen in ambiguous.values():
        able[chosen] = False
    n = min(int(able.sum()), round(GOLD_SHARE * items.ids.size))
    return np.sort(rng.choice(np.flatnonzero(able), n, replace=False))


def make_gold(rng: np.random.Generator, items: Items, truth: Truth, chosen: IntArray, scale: float) -> Gold:
    """Return the gold of the chosen items, under every gold criterion where the true label is clear."""
    rows = []
    for key in GOLD_CRITERIA:
        column = next(c for c, a in enumerate(CRITERIA) if a.key == key)
        asked = CRITERIA[column]
        own = chosen[items.asked[chosen, column]]
        labels, clear = _true_labels(truth, column, own)
        rows += [
            {
                "project": asked.project,
                "item_id": items.ids[i],
                "criterion": asked.criterion,
                "label": label,
                "item": int(i),
            }
            for i, label, fine in zip(own, labels, clear, strict=True)
            if fine
        ]
    since = [instant(7 * int(items.week[row["item"]]) - 7) for row in rows]
    for row, when in zip(rows, since, strict=True):
        row["since"] = when
    wrong, stale = _spoil(rng, items, rows, scale)
    frame = pd.DataFrame(rows)[["project", "item_id", "criterion", "label", "since"]]
    return Gold(frame=frame, wrong=wrong, stale=stale)


def _true_labels(truth: Truth, column: int, own: IntArray) -> tuple[list[str], np.ndarray]:
    asked = CRITERIA[column]
    if asked.level == "set":
        true = truth.flags[asked.key][own]
        return ["|".join(sorted(np.array(asked.labels)[t])) for t in true], np.ones(own.size, dtype=bool)
    codes = truth.codes(asked)[own]
    labels = [asked.labels[c] for c in codes]
    if asked.key in truth.score:
        return labels, np.abs(np.clip(truth.score[asked.key][own], 0, len(asked.labels) - 1) - codes) < _CLEAR
    if asked.level == "preference":
        return labels, np.abs(truth.middle_lead()[own]) > _CLEAR_LEAD
    return labels, np.ones(own.size, dtype=bool)


def _spoil(
    rng: np.random.Generator, items: Items, rows: list[dict[str, Any]], scale: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Make a few gold labels wrong, and a few right under the old guideline alone, in place; return what was done."""
    project, criterion, version = HELPED
    changed = next(day_of(g[2]) for g in GUIDELINES if g[1] == version)
    levels = {a.key: a for a in CRITERIA}
    later = [
        k for k, r in enumerate(rows)
        if (r["project"], r["criterion"]) == (project, criterion) and 7 * items.week[r["item"]] >= changed
    ]  # fmt: skip
    old = (
        set(rng.choice(later, min(len(later), max(1, round(N_STALE * scale))), replace=False).tolist())
        if later
        else set()
    )
    able = [k for k, r in enumerate(rows) if k not in old and levels[f"{r['project']}/{r['criterion']}"].level != "set"]
    bad = set(rng.choice(able, min(len(able), max(2, round(N_WRONG * scale))), replace=False).tolist())
    wrong, stale = [], []
    for k in sorted(old | bad):
        row = rows[k]
        labels = levels[f"{row['project']}/{row['criterion']}"].labels
        true = labels.index(row["label"])
        far = [v for v in range(len(labels)) if abs(v - true) == (1 if k in old else max(true, len(labels) - 1 - true))]
        false = labels[far[int(rng.integers(0, len(far)))]]
        entry = {key: str(row[key]) for key in ("project", "item_id", "criterion")} | {
            "label": false,
            "true_label": row["label"],
        }
        row["label"] = false
        if k in old:
            row["since"] = instant(-27)
            stale.append(entry | {"right_under": "hl-1"})
        else:
            wrong.append(entry)
    return wrong, stale
